/**
 * Row writes in files whose change takes column names away: there an INSERT can have stopped filling a column.
 * Input: a reader per side, the changed files. Output: the row writes of both sides in those files.
 */
import type { Interest, RowWrite } from '../access/types.ts';
import type { CodeReader } from './code.ts';
import { goneNames } from './edits.ts';

export interface ChangedRows {
  readonly changedBaseWrites: readonly RowWrite[];
  readonly changedHeadWrites: readonly RowWrite[];
}

export const NO_ROWS: ChangedRows = { changedBaseWrites: [], changedHeadWrites: [] };

const INSERTING =
  /\binsert\b|\breplace\s+(?:\w+\s+)?into\b|\b(?:create|createMany|createManyAndReturn|upsert|connectOrCreate|save|bulkCreate)\b/i;

/** Any row, and no reads: no field of a row is worth looking at. */
const ROWS: Interest = { has: (_database, _table, column) => column === null, fieldNames: new Set() };

/** Reads those of the changed files that can matter. `columns` are all names code can have for columns. */
export async function readChangedRows(
  base: CodeReader,
  head: CodeReader,
  files: ReadonlySet<string>,
  columns: ReadonlySet<string>,
): Promise<ChangedRows> {
  const [before, after] = await Promise.all([base.texts(files), head.texts(files)]);
  const relevant = [...after].flatMap(([file, text]) => {
    const old = before.get(file);
    return old !== undefined && INSERTING.test(text) && goneNames(old, text, columns).size > 0 ? [file] : [];
  });
  if (relevant.length === 0) return NO_ROWS;
  const [earlier, later] = [await base.accesses(relevant.sort(), ROWS), await head.accesses(relevant, ROWS)];
  return { changedBaseWrites: earlier.writes, changedHeadWrites: later.writes };
}
