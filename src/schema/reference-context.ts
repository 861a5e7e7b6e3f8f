/** What every part of `references` shares: the run's context, sources made from table names, and the record of a use. */
import { type Body, childOf, listOf, numberOf, stringsOf, textOf } from '../parse/sql/ast.ts';
import type { Constant } from './constants.ts';
import { DEFAULT_PATH, rangeName, rangeSchema, resolveName, unqualify } from './names.ts';
import type { Reference, ReferenceOptions, Verb } from './reference-types.ts';
import type { Derived, Origin, Scope, Source } from './scope.ts';
import type { Schema } from './types.ts';

export interface Context {
  readonly schema: Schema;
  readonly options: ReferenceOptions;
  readonly found: Reference[];
  /** What columns are compared with or set to, by the place of the column's name in the tree. */
  readonly constants: Map<number, readonly Constant[]>;
  /** The mutually recursive parts, handed down so that their files need not import each other in a circle. */
  readonly walk: (context: Context, part: unknown, scope: Scope | null, environment: Environment) => void;
  readonly select: Run;
  readonly dml: ReadonlyMap<string, Run>;
}

/** Records the uses of one statement; the columns it offers to the query around it. */
export type Run = (context: Context, body: Body, environment: Environment) => Derived;

export interface Environment {
  readonly parent: Scope | null;
  readonly ctes: ReadonlyMap<string, Derived>;
  readonly verb: Verb;
  /** Directly inside EXISTS: the select list is not evaluated. */
  readonly isExists: boolean;
}

type Use = Pick<Reference, 'kind' | 'table' | 'column' | 'how'>;

/** A column's name as the schema has it, where names are compared without case. */
export const spelledColumn = ({ tables }: Schema, table: string, column: string): string => {
  const columns = tables.get(table)?.columns;
  if (!columns || columns.has(column)) return column;
  for (const name of columns.keys()) if (name.toLowerCase() === column.toLowerCase()) return name;
  return column;
};

/** Records one use at a tree location. */
export const emit = (context: Context, named: Use, location: number, verb: Verb): void => {
  const use = context.options.anyCase
    ? { ...named, column: named.column === null ? null : spelledColumn(context.schema, named.table, named.column) }
    : named;
  const constants = use.column === null ? undefined : context.constants.get(location);
  context.found.push({ ...use, location: context.options.toUtf16(location), statement: verb, ...(constants ? { constants } : {}) });
};

/** Output columns of a table or view the schema knows; null where it knows neither or a view's columns are not told. */
const columnsOf = (schema: Schema, table: string): readonly string[] | null => {
  const known = schema.tables.get(table);
  if (known) return [...known.columns.keys()];
  const view = schema.routines.get(`view ${table}`) ?? schema.routines.get(`materialized-view ${table}`);
  return view && view.columns.length > 0 ? view.columns : null;
};

const relationExists = (schema: Schema, name: string): boolean =>
  schema.tables.has(name) || schema.routines.has(`view ${name}`) || schema.routines.has(`materialized-view ${name}`);

/** Without a search path the connection's is unknown: one schema that has the table is taken to be in it. */
const inOtherSchema = (schema: Schema, name: string): string => {
  const matches = [...schema.tables.keys()].filter((table) => table.endsWith(`.${name}`) && unqualify(table).bare === name);
  return matches.length === 1 && matches[0] !== undefined ? matches[0] : name;
};

const SYSTEM_DATABASES: ReadonlySet<string> = new Set(['information_schema', 'performance_schema', 'mysql', 'sys']);

/** MySQL: `db.table` where the migrations know the table, and no database but their own. */
const isOnlyDatabase = (schema: Schema, range: Body): boolean => {
  const database = rangeSchema(range);
  if (database === null || SYSTEM_DATABASES.has(database.toLowerCase()) || !relationExists(schema, rangeName(range))) return false;
  return ![...schema.tables.keys()].some((table) => table.includes('.'));
};

/** The table a RangeVar means. */
export const tableOf = (context: Pick<Context, 'schema' | 'options'>, range: Body): string => {
  const path = context.options.searchPath;
  const exists = (name: string): boolean => relationExists(context.schema, name);
  const name = resolveName(rangeSchema(range), rangeName(range), path ?? DEFAULT_PATH, exists);
  if (context.options.anyCase && !exists(name) && isOnlyDatabase(context.schema, range)) return rangeName(range);
  return path || rangeSchema(range) !== null || exists(name) ? name : inOtherSchema(context.schema, name);
};

/** Adds an output column. A second one of the same name keeps its position (aliases count by it) under a key no SQL can name. */
export const addOutput = (columns: Map<string, Origin | null>, name: string, origin: Origin | null): void => {
  columns.set(columns.has(name) ? `${name}\0${columns.size}` : name, origin);
};

/** Names given by an alias' column list replace the first columns, in order. */
export const renamed = (derived: Derived, names: readonly string[]): Derived => {
  if (names.length === 0) return derived;
  const columns = new Map<string, Origin | null>();
  const origins = [...derived.columns];
  for (let i = 0; i < Math.max(origins.length, names.length); i++) {
    const [own, origin] = origins[i] ?? ['', null];
    columns.set(names[i] ?? own, origin);
  }
  return { ...derived, columns };
};

/** What a column goes by in trees. */
const named = ({ options }: Context, column: string): string => (options.anyCase ? column.toLowerCase() : column);

/** A table's columns as they are: a view of the map, so that one expression over a wide table costs no copy. */
const ownColumns = (table: string, known: ReadonlyMap<string, unknown>): Derived['columns'] => {
  const get = (column: string): Origin | undefined => (known.has(column) ? { table, column } : undefined);
  const entries = (): MapIterator<[string, Origin]> =>
    new Map([...known.keys()].map((column): [string, Origin] => [column, { table, column }])).entries();
  const all: Derived['columns'] = {
    get,
    has: (column) => known.has(column),
    size: known.size,
    keys: () => known.keys(),
    values: () => new Map(entries()).values(),
    entries,
    forEach: (each) => {
      for (const [column, origin] of entries()) each(origin, column, all);
    },
    [Symbol.iterator]: entries,
  };
  return all;
};

/** A source for a table or view under an alias. */
export const tableSource = (context: Context, table: string, alias: string | null, names: readonly string[]): Source => {
  const wide = context.options.anyCase ? undefined : context.schema.tables.get(table);
  if (wide && names.length === 0)
    return {
      columns: ownColumns(table, wide.columns),
      open: [],
      opaque: false,
      alias: alias ?? unqualify(table).bare,
      table,
      qualifiedOnly: false,
    };
  const known = columnsOf(context.schema, table);
  const columns = new Map<string, Origin | null>((known ?? []).map((column) => [named(context, column), { table, column }]));
  const derived = renamed({ columns, open: known ? [] : [table], opaque: false }, names);
  return { ...derived, alias: alias ?? unqualify(table).bare, table, qualifiedOnly: false };
};

/** NEW, OLD, EXCLUDED. */
export const rowSource = (context: Context, alias: string, table: string): Source => ({
  ...tableSource(context, table, alias, []),
  qualifiedOnly: true,
});

export const aliasOf = (body: Body): { readonly name: string | null; readonly columns: readonly string[] } => {
  const alias = childOf(body, 'alias');
  return alias ? { name: textOf(alias, 'aliasname'), columns: stringsOf(listOf(alias, 'colnames')) } : { name: null, columns: [] };
};

export const locationOf = (body: Body): number => Math.max(0, numberOf(body, 'location'));
