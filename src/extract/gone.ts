/**
 * Objects that the history has taken away for good: what code must not name any more.
 * Input: every operation of a history, the schema it ends in. Output: the last drop or rename of each such object. Pure.
 */
import { objectKey, type Schema, type SchemaChange } from '../schema/types.ts';

const RELATIONS: ReadonlySet<SchemaChange['object']['kind']> = new Set(['table', 'view', 'materialized-view']);

const hasRelation = (schema: Schema, name: string): boolean =>
  schema.tables.has(name) || schema.routines.has(`view ${name}`) || schema.routines.has(`materialized-view ${name}`);

/** A column of a table that is gone itself is told with the table. */
const isGone = ({ object }: SchemaChange, schema: Schema): boolean => {
  if (RELATIONS.has(object.kind)) return !hasRelation(schema, object.name);
  const table = object.kind === 'column' ? schema.tables.get(object.table ?? '') : undefined;
  return table !== undefined && !table.columns.has(object.name);
};

export function goneObjects(changes: readonly SchemaChange[], schema: Schema): SchemaChange[] {
  const last = new Map<string, SchemaChange>();
  for (const change of changes) {
    if ((change.type === 'drop' || change.type === 'rename') && isGone(change, schema)) last.set(objectKey(change.object), change);
  }
  return [...last.values()];
}
