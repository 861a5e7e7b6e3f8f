/**
 * INSERTs that stop filling a column which the database still requires: no migration says it, every run fails.
 * Input: row writes of the files the change touches, on both sides. Output: one record per INSERT and column. Pure.
 */
import type { RowWrite } from '../access/types.ts';
import type { DatabaseHistory } from '../extract/history.ts';
import type { Column, Schema } from '../schema/types.ts';

export interface Unfilled {
  readonly database: string;
  readonly column: string;
  readonly write: RowWrite;
  /** The same function's INSERT at base. */
  readonly before: RowWrite;
}

const isRequired = (column: Column): boolean => !column.nullable && column.default === null && !column.generated;

/** A trigger of the table may fill what a statement leaves out. */
export const hasTrigger = (schema: Schema, table: string): boolean =>
  [...schema.routines.values()].some((routine) => routine.kind === 'trigger' && routine.table === table);

const sameStatement = (a: RowWrite, b: RowWrite): boolean =>
  a.database === b.database && a.table === b.table && a.statement === b.statement && a.scope === b.scope;

/** Columns that every INSERT of this function filled at base, and this one at head leaves out. */
export function linkUnfilled(histories: readonly DatabaseHistory[], base: readonly RowWrite[], head: readonly RowWrite[]): Unfilled[] {
  return head.flatMap((write) => {
    const schema = histories.find(({ id }) => id === write.database)?.head.schema;
    const table = schema?.tables.get(write.table);
    if (!schema || !table || write.statement !== 'INSERT' || !write.isComplete || hasTrigger(schema, write.table)) return [];
    const earlier = base.filter((candidate) => sameStatement(candidate, write));
    const [before] = earlier;
    if (!before) return [];
    return [...table.columns.values()]
      .filter((column) => isRequired(column) && !write.columns.includes(column.name))
      .filter((column) => earlier.every((candidate) => candidate.isComplete && candidate.columns.includes(column.name)))
      .map((column) => ({ database: write.database, column: column.name, write, before }));
  });
}
