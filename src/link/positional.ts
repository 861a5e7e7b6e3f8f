/**
 * Added columns against code that takes columns by position or all of them.
 * Input: histories, accesses and row writes of base. Output: one record per added column that somebody at base trips over. Pure.
 * PostgreSQL fills the columns that a positional INSERT does not reach; MySQL refuses the statement.
 */
import type { RowWrite, SchemaAccess } from '../access/types.ts';
import type { DatabaseHistory } from '../extract/history.ts';
import { addedObjects } from '../extract/objects.ts';
import type { SchemaChange } from '../schema/types.ts';

export interface Positional {
  readonly database: string;
  readonly change: SchemaChange;
  /** `SELECT *` kept prepared under a name. */
  readonly prepared: readonly SchemaAccess[];
  /** INSERTs without a column list. */
  readonly inserts: readonly RowWrite[];
}

export function linkPositional(
  histories: readonly DatabaseHistory[],
  base: readonly SchemaAccess[],
  writes: readonly RowWrite[],
): Positional[] {
  return histories.flatMap((history) => addedObjects(history).flatMap((change) => linkOne(history, change, base, writes)));
}

function linkOne(history: DatabaseHistory, change: SchemaChange, base: readonly SchemaAccess[], writes: readonly RowWrite[]): Positional[] {
  const { kind, table } = change.object;
  if (kind !== 'column') return [];
  const isHere = (use: { database: string; table: string }): boolean => use.database === history.id && use.table === table;
  const prepared = base.filter(
    (access) => isHere(access) && access.isPrepared === true && access.how === 'implicit' && access.kind === 'read',
  );
  const inserts =
    history.dialect === 'mysql' ? writes.filter((write) => isHere(write) && write.isPositional && write.statement === 'INSERT') : [];
  return prepared.length + inserts.length > 0 ? [{ database: history.id, change, prepared, inserts }] : [];
}
