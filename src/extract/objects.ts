/**
 * The objects a change is about: what it takes away and what it adds, of what code can name.
 * Input: a database's history. Output: schema changes of its net effect. Pure.
 */
import type { Schema, SchemaChange, SchemaObject } from '../schema/types.ts';
import type { DatabaseHistory } from './history.ts';

/** Objects code can name; the rest (indexes, constraints, …) has rules of its own. */
const NAMED_BY_CODE = new Set<SchemaObject['kind']>(['table', 'view', 'materialized-view', 'column']);

/** What is gone after the change, of what code could name before it. */
export function removedObjects(history: DatabaseHistory): SchemaChange[] {
  return history.changes.filter((c) => (c.type === 'drop' || c.type === 'rename') && NAMED_BY_CODE.has(c.object.kind) && !exists(c.object, history.head.schema));
}

function exists(object: SchemaObject, schema: Schema): boolean {
  if (object.kind !== 'column') return schema.tables.has(object.name);
  const column = schema.tables.get(object.table ?? '')?.columns.get(object.name);
  return column !== undefined && !column.generated;
}

/** Tables and columns the change creates; a column of a created table is part of the table. */
export function addedObjects(history: DatabaseHistory): SchemaChange[] {
  const tables = new Set(history.changes.flatMap((c) => (c.type === 'create' && c.object.kind === 'table' ? [c.object.name] : [])));
  return history.changes.filter((c) => c.type === 'create' && (c.object.kind === 'table' || (c.object.kind === 'column' && !tables.has(c.object.table ?? '') && !isRecreated(c.object, history))));
}

/** DROP + ADD of the same column is a type change, not an arrival. */
const isRecreated = (object: SchemaObject, history: DatabaseHistory): boolean => history.base?.schema.tables.get(object.table ?? '')?.columns.has(object.name) ?? false;
