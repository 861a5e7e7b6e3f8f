/**
 * The objects a change is about: what it takes away and what it adds, of what code can name.
 * Input: a database's history. Output: schema changes of its net effect. Pure.
 */
import type { Schema, SchemaChange, SchemaObject } from '../schema/types.ts';
import type { DatabaseHistory } from './history.ts';

/** Objects code can name; the rest (indexes, constraints, …) has rules of its own. */
const NAMED_BY_CODE = new Set<SchemaObject['kind']>(['table', 'view', 'materialized-view', 'column', 'function', 'enum']);

/** What is gone after the change, of what code could name before it. */
export function removedObjects(history: DatabaseHistory): SchemaChange[] {
  const gone = history.changes.filter(
    (c) =>
      (c.type === 'drop' || c.type === 'rename') &&
      NAMED_BY_CODE.has(c.object.kind) &&
      (!exists(c.object, history.head.schema) || isRefused(c, history)),
  );
  return [...gone, ...columnsLost(history, gone), ...history.gone];
}

/**
 * Columns that a table has lost without a drop of its own: the table was made anew without them, another one was put in its
 * place, or its parent lost them. They stand at the operation that took them.
 */
function columnsLost({ base, head, changes }: DatabaseHistory, known: readonly SchemaChange[]): SchemaChange[] {
  const isKnown = new Set(known.map((c) => `${c.object.table}\0${c.object.name}`));
  const drops = changes.filter((c) => c.type === 'drop');
  return [...(base?.schema.tables ?? [])].flatMap(([name, table]) => {
    const after = head.schema.tables.get(name);
    if (!after) return [];
    return [...table.columns.keys()]
      .filter((column) => !after.columns.has(column) && !isKnown.has(`${name}\0${column}`))
      .flatMap((column) => {
        const cause =
          changes.find((c) => c.type === 'rename' && c.object.kind === 'table' && c.object.name === name) ??
          drops.find((c) => c.object.kind === 'table' && c.object.name === name) ??
          drops.find((c) => c.object.kind === 'column' && c.object.name === column);
        return cause
          ? [
              {
                type: 'drop' as const,
                object: { kind: 'column' as const, table: name, name: column },
                implied: true,
                location: cause.location,
                migration: cause.migration,
              },
            ]
          : [];
      });
  });
}

function exists(object: SchemaObject, schema: Schema): boolean {
  if (object.kind === 'function') return [...schema.routines.values()].some((r) => r.kind === 'function' && r.name === object.name);
  if (object.kind === 'enum') return schema.enums.has(object.name);
  if (object.kind !== 'column') return schema.tables.has(object.name);
  const column = schema.tables.get(object.table ?? '')?.columns.get(object.name);
  return column !== undefined && !column.generated;
}

/** Tables and columns the change creates; a column of a created table is part of the table. */
export function addedObjects(history: DatabaseHistory): SchemaChange[] {
  const tables = new Set(
    history.changes.flatMap((c) =>
      c.type === 'create' && c.object.kind === 'table' && !history.base?.schema.tables.has(c.object.name) ? [c.object.name] : [],
    ),
  );
  return history.changes.filter(
    (c) =>
      c.type === 'create' &&
      ((c.object.kind === 'table' && !history.base?.schema.tables.has(c.object.name)) ||
        (c.object.kind === 'column' && !tables.has(c.object.table ?? '') && !isRecreated(c.object, history))),
  );
}

/** DROP + ADD of the same column is a type change, not an arrival. */
const isRecreated = (object: SchemaObject, history: DatabaseHistory): boolean =>
  history.base?.schema.tables.get(object.table ?? '')?.columns.has(object.name) ?? false;

/** The database keeps what others still use; that the change drops it is judged all the same. */
const isRefused = ({ location }: SchemaChange, { refusals }: DatabaseHistory): boolean =>
  refusals.some(
    ({ isCertain, location: at }) => isCertain && at.file === location.file && at.line === location.line && at.column === location.column,
  );
