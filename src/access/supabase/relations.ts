/**
 * What an embedded resource of PostgREST is: the other table, and the foreign keys that lead there.
 * Input: a table, the embed's name and hint. Output: the other table with the key columns; null where no key leads there.
 */
import { columnNamed, type KnownTable } from '../builder/tables.ts';
import type { AccessContext, DatabaseView } from '../types.ts';

export interface Embedded {
  readonly table: KnownTable;
  /** Columns of foreign keys that are followed, and those they refer to. */
  readonly keys: readonly { readonly table: KnownTable; readonly column: string }[];
}

interface ForeignKey {
  readonly name: string;
  readonly from: string;
  readonly columns: readonly string[];
  readonly to: string;
  readonly toColumns: readonly string[];
}

const keysBySchema = new WeakMap<DatabaseView['schema'], readonly ForeignKey[]>();

function foreignKeys(schema: DatabaseView['schema']): readonly ForeignKey[] {
  const known = keysBySchema.get(schema);
  if (known) return known;
  const found = [...schema.tables.values()].flatMap((table) =>
    [...table.constraints.values()].flatMap(({ kind, name, columns, references }) =>
      kind === 'foreign-key' && references
        ? [{ name, from: table.name, columns, to: references.table, toColumns: references.columns }]
        : [],
    ),
  );
  keysBySchema.set(schema, found);
  return found;
}

const bare = (table: string): string => table.slice(table.lastIndexOf('.') + 1);

/** Finds the resource. */
export function embedded(owner: KnownTable, name: string, hint: string | null, context: AccessContext): Embedded | null {
  const { view } = owner;
  const keys = foreignKeys(view.schema);
  const own = keys.filter((key) => key.from === owner.table);
  const meant = (key: ForeignKey): boolean =>
    hint === null || key.name === hint || key.columns.includes(hint) || bare(key.from) === hint || bare(key.to) === hint;
  const known = (table: string): KnownTable => ({ view, table });
  const columns = (key: ForeignKey) => [
    ...key.columns.map((column) => ({ table: known(key.from), column })),
    ...key.toColumns.map((column) => ({ table: known(key.to), column })),
  ];
  // By the column or the constraint: `owner_id(name)`.
  const byKey = keys.find(
    (key) =>
      (key.from === owner.table && key.columns.length === 1 && key.columns[0] === name) ||
      (key.name === name && (key.from === owner.table || key.to === owner.table)),
  );
  if (byKey) return { table: known(byKey.from === owner.table ? byKey.to : byKey.from), keys: columns(byKey) };
  const forward = own.filter((key) => bare(key.to) === bare(name)).find(meant);
  if (forward) return { table: known(forward.to), keys: columns(forward) };
  const backward = keys.filter((key) => key.to === owner.table && bare(key.from) === bare(name)).find(meant);
  if (backward) return { table: known(backward.from), keys: columns(backward) };
  const between = keys
    .filter((key) => key.to === owner.table && (hint === null || bare(key.from) === hint || key.name === hint))
    .flatMap((key) =>
      keys
        .filter((other) => other !== key && other.from === key.from && bare(other.to) === bare(name))
        .map((other) => [key, other] as const),
    )[0];
  if (between) return { table: known(between[1].to), keys: [...columns(between[0]), ...columns(between[1])] };
  // A column that is asked about and gone: at head its key is gone too.
  const lost = hint !== null && columnNamed(hint, owner, context) !== null ? [{ table: owner, column: hint }] : [];
  const table = [...view.schema.tables.keys()].find((one) => bare(one) === bare(name));
  return table === undefined ? null : { table: known(table), keys: lost };
}
