/** A draft table that can be put back to what it was: ALTER TABLE does all of its clauses or none. */
import { copyTable, type DraftTable, emptyTable } from '../draft.ts';

export { copyTable, type DraftTable, emptyTable };

const refill = <V>(into: Map<string, V>, from: ReadonlyMap<string, V>): void => {
  into.clear();
  for (const [key, value] of from) into.set(key, value);
};

/** Makes a table what the copy is. */
export const restoreInto = (table: DraftTable, copy: DraftTable): void => {
  refill(table.columns, copy.columns);
  refill(table.constraints, copy.constraints);
  refill(table.indexes, copy.indexes);
};

/** Moves a column to the first place, or behind another. */
export const moveColumn = (table: DraftTable, name: string, after: string | null): void => {
  const columns = [...table.columns].filter(([key]) => key !== name);
  const own = table.columns.get(name);
  if (!own) return;
  const place = after === null ? 0 : columns.findIndex(([key]) => key === after) + 1;
  columns.splice(place, 0, [name, own]);
  refill(table.columns, new Map(columns));
};
