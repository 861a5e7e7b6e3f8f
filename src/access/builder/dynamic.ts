/** Says that a query names columns chosen at run time. Input: the place and the query's tables. Output: Unresolved, where the tables are asked about. */
import { locationOf } from '../recorder.ts';
import type { AccessContext, Unresolved } from '../types.ts';
import type { Source } from '../values.ts';
import { type Relation, tablesIn } from './scope.ts';

/** One for the place, naming the tables it could mean; none where nothing asks about them. */
export function chosenAtRunTime(at: Source, relations: readonly Relation[], { interest }: AccessContext): readonly Unresolved[] {
  const tables = tablesIn(relations);
  const isAsked = tables.some(({ view, table }) => {
    const columns = [...(view.schema.tables.get(table)?.columns.keys() ?? [])];
    return interest === null || interest.has(view.id, table, null) || columns.some((column) => interest.has(view.id, table, column));
  });
  const names = tables.map(({ table }) => table);
  const reason = `the column is chosen at run time, in a query of ${names.join(', ')}`;
  return isAsked ? [{ location: locationOf(at), reason, tables: names }] : [];
}
