/**
 * What a change begins to demand of writers: columns to fill, values to keep to, keys that are gone.
 * Input: a database's history. Output: demands, each at the operation that makes it, in the names base knows. Pure.
 * Demands on tables that the change creates are none: nobody at base writes to them.
 */
import { placedAt } from '../schema/net-effect.ts';
import { quoteName } from '../schema/postgres/type-names.ts';
import type { Column, Constraint, Index, Schema, SchemaChange, SchemaObject, Table } from '../schema/types.ts';
import type { DatabaseHistory } from './history.ts';

export type Demand =
  /** Every INSERT has to fill the column. */
  | { readonly kind: 'filled'; readonly cause: 'new-column' | 'not-null' | 'no-default'; readonly columns: readonly string[] }
  | { readonly kind: 'allowed'; readonly columns: readonly string[]; readonly values: readonly string[] }
  | { readonly kind: 'gone-value'; readonly columns: readonly string[]; readonly value: string; readonly renamedTo: string | null }
  | { readonly kind: 'unique'; readonly columns: readonly string[] }
  | { readonly kind: 'references'; readonly columns: readonly string[]; readonly target: string }
  /** Upserts that name this unique key have none any more. */
  | { readonly kind: 'lost-key'; readonly columns: readonly string[]; readonly name: string; readonly isOnlyKey: boolean };

export interface Tightening {
  readonly change: SchemaChange;
  readonly object: SchemaObject;
  readonly table: string;
  readonly demand: Demand;
}

interface Context {
  readonly history: DatabaseHistory;
  readonly base: Schema;
  readonly head: Schema;
}

const columnObject = (table: string, name: string): SchemaObject => ({ kind: 'column', table, name });

const isFilledByDatabase = (column: Column): boolean => column.default !== null || column.generated;

const newColumn = ({ base, head }: Context, change: SchemaChange): Tightening[] => {
  if (change.type !== 'create' || change.object.kind !== 'column' || !change.column) return [];
  const { table, name } = change.object;
  const before = base.tables.get(table ?? '');
  // What a later constraint of the change has made of it counts.
  const column = head.tables.get(table ?? '')?.columns.get(name) ?? change.column;
  if (table === null || !before || before.columns.has(name) || column.nullable || isFilledByDatabase(column)) return [];
  return [
    { change: placedAt(change, 'demand'), object: change.object, table, demand: { kind: 'filled', cause: 'new-column', columns: [name] } },
  ];
};

const alteredColumn = (_: Context, change: SchemaChange): Tightening[] => {
  if (change.type !== 'alter-column' || change.object.table === null || !change.before) return [];
  const { before, after, object } = change;
  const { table, name } = { table: change.object.table, name: change.object.name };
  const make = (demand: Demand): Tightening => ({
    change: placedAt(change, demand.kind === 'filled' ? 'demand' : 'type'),
    object,
    table,
    demand,
  });
  const found: Tightening[] = [];
  if (before.nullable && !after.nullable) found.push(make({ kind: 'filled', cause: 'not-null', columns: [name] }));
  else if (!after.nullable && before.default !== null && !isFilledByDatabase(after))
    found.push(make({ kind: 'filled', cause: 'no-default', columns: [name] }));
  const left = enumMembers(after.type);
  const lost = left && enumMembers(before.type)?.filter((member) => !left.includes(member));
  for (const value of lost ?? []) found.push(make({ kind: 'gone-value', columns: [name], value, renamedTo: null }));
  return found;
};

/** Members of MySQL's `enum('a','b')`. */
const enumMembers = (type: string): readonly string[] | null => {
  const list = /^enum\((.*)\)$/i.exec(type)?.[1];
  return list === undefined ? null : [...list.matchAll(/'((?:[^']|'')*)'/g)].map(([, member = '']) => member.replaceAll("''", "'"));
};

const NOT_NULL = /^\(*\s*"?([\w$]+)"?\s+IS\s+NOT\s+NULL\s*\)*$/i;

/** What a constraint asks of writers of columns that base has. */
const demandOf = (constraint: Constraint, before: Table): Demand | null => {
  const known = constraint.columns.filter((name) => before.columns.has(name));
  const nullable = known.filter((name) => before.columns.get(name)?.nullable);
  switch (constraint.kind) {
    case 'check': {
      if (constraint.allowed) return { kind: 'allowed', columns: [constraint.allowed.column], values: constraint.allowed.values };
      const required = NOT_NULL.exec(constraint.expression ?? '')?.[1];
      return required !== undefined && nullable.includes(required) ? { kind: 'filled', cause: 'not-null', columns: [required] } : null;
    }
    case 'not-null':
      return nullable.length > 0 ? { kind: 'filled', cause: 'not-null', columns: nullable } : null;
    case 'primary-key':
    case 'unique':
      return known.length === constraint.columns.length && known.length > 0 && !hasKeyWithin(before, known)
        ? { kind: 'unique', columns: known }
        : null;
    case 'foreign-key':
      return known.length > 0 && constraint.references && !hasSameReference(before, constraint)
        ? { kind: 'references', columns: known, target: constraint.references.table }
        : null;
    default:
      return null;
  }
};

/** The columns of a foreign key, each with the one it refers to, in an order of their own. */
const referencesOf = ({ kind, columns, references }: Constraint): string | null =>
  kind === 'foreign-key' && references
    ? JSON.stringify([references.table, ...columns.map((name, i) => JSON.stringify([name, references.columns[i]])).toSorted()])
    : null;

/** Another foreign key asks the same already: its name, its actions and whether it is validated are nothing to a writer. */
const hasSameReference = (before: Table, constraint: Constraint): boolean =>
  [...before.constraints.values()].some((other) => referencesOf(other) === referencesOf(constraint));

const sameColumns = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((name) => b.includes(name));

/** Unique keys of a table: constraints and indexes, by name. */
const uniqueKeys = (table: Table | undefined): readonly { readonly name: string; readonly columns: readonly string[] }[] => [
  ...[...(table?.constraints.values() ?? [])].filter(({ kind }) => kind === 'unique' || kind === 'primary-key'),
  ...[...(table?.indexes.values() ?? [])].filter(({ unique, isPartial }) => unique && !isPartial),
];

const hasKey = (table: Table | undefined, columns: readonly string[]): boolean =>
  uniqueKeys(table).some((key) => sameColumns(key.columns, columns));

/** Without the columns that only its condition names; none for an expression, whose values are not the columns'. */
const keyColumns = ({ columns, parts }: Index): readonly string[] => (parts?.includes('expr') ? [] : (parts ?? columns));

/** A key on some of the columns asks more than one on all of them. */
const hasKeyWithin = (table: Table, columns: readonly string[]): boolean =>
  uniqueKeys(table).some((key) => key.columns.length > 0 && key.columns.every((name) => columns.includes(name)));

const addedConstraint = ({ base }: Context, change: SchemaChange): Tightening[] => {
  const { table } = change.object;
  const before = base.tables.get(table ?? '');
  if (table === null || !before) return [];
  const isIndex = change.type === 'create' && change.index?.unique === true;
  const key: Constraint | null =
    isIndex && change.index
      ? { name: change.index.name, kind: 'unique', columns: keyColumns(change.index), references: null, validated: true }
      : null;
  const constraint = change.type === 'add-constraint' ? change.constraint : key;
  const demand = constraint && demandOf(constraint, before);
  return demand ? [{ change, object: change.object, table, demand }] : [];
};

/** Columns of an enum type, by table. */
const columnsOfType = (schema: Schema, name: string): readonly { readonly table: string; readonly columns: readonly string[] }[] => {
  const spelled = name.split('.').map(quoteName).join('.');
  return [...schema.tables.values()].flatMap((table) => {
    const columns = [...table.columns.values()].filter(({ type }) => type === spelled || type === `${spelled}[]`).map((c) => c.name);
    return columns.length > 0 ? [{ table: table.name, columns }] : [];
  });
};

const goneValue = ({ base }: Context, change: SchemaChange): Tightening[] => {
  if (change.object.kind !== 'enum-value' || (change.type !== 'drop' && change.type !== 'rename')) return [];
  const { object } = change;
  const renamedTo = change.type === 'rename' ? change.to : null;
  return columnsOfType(base, object.table ?? '').map(({ table, columns }) => ({
    change,
    object,
    table,
    demand: { kind: 'gone-value', columns, value: object.name, renamedTo },
  }));
};

const lostKey = ({ base, head }: Context, change: SchemaChange): Tightening[] => {
  const { table, name, kind } = change.object;
  if (change.type !== 'drop' || table === null || (kind !== 'constraint' && kind !== 'index')) return [];
  const key = uniqueKeys(base.tables.get(table)).find((candidate) => candidate.name === name);
  const after = head.tables.get(table);
  if (!key || !after || hasKey(after, key.columns)) return [];
  const isOnlyKey = uniqueKeys(after).length === 0;
  return [{ change, object: change.object, table, demand: { kind: 'lost-key', columns: key.columns, name, isOnlyKey } }];
};

const READERS = [newColumn, alteredColumn, addedConstraint, goneValue, lostKey];

/** A SET NOT NULL that a constraint of the same change prepares is one demand. */
const once = (found: readonly Tightening[]): Tightening[] => {
  const known = new Map<string, Tightening>();
  for (const tightening of found) {
    const { table, demand } = tightening;
    const key = demand.kind === 'filled' ? `${table} ${demand.columns.join()}` : `${table} ${JSON.stringify(demand)}`;
    if (!known.has(key) || tightening.change.type === 'alter-column') known.set(key, tightening);
  }
  return [...known.values()];
};

/** The demands of a change. */
export function tightenings(history: DatabaseHistory): Tightening[] {
  if (!history.base) return [];
  const context: Context = { history, base: history.base.schema, head: history.head.schema };
  return once(history.changes.flatMap((change) => READERS.flatMap((read) => read(context, change))).map((t) => named(t)));
}

/** A finding is about the column that has to be filled, whatever object says so. */
const named = (tightening: Tightening): Tightening => {
  const { demand, table, object } = tightening;
  const [column] = demand.columns;
  return demand.kind === 'filled' && column !== undefined && object.kind !== 'column'
    ? { ...tightening, object: columnObject(table, column) }
    : tightening;
};
