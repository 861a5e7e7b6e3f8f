/**
 * SQL trees → the rows they write: which columns an INSERT or UPDATE fills, with which constants, and which unique key an upsert names.
 * Input: statement trees of a parser. Output: one record per writing statement, in order.
 * Invariant: `columns` holds only what is certainly filled; a column given DEFAULT is not.
 */
import { type Body, childOf, isBody, listOf, nodeOf, nodesOf, textOf, untag } from '../parse/sql/ast.ts';
import { type Constant, constantsOf } from './constants.ts';
import { locationOf, spelledColumn, tableOf } from './reference-context.ts';
import type { ReferenceOptions } from './reference-types.ts';
import type { Schema } from './types.ts';

/** What an upsert relies on: the columns of a unique key, a constraint by name, or whatever key there is (MySQL). */
export type Conflict =
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  | { readonly kind: 'constraint'; readonly name: string }
  | { readonly kind: 'any' };

export interface RowWriteText {
  readonly table: string;
  readonly statement: 'INSERT' | 'UPDATE';
  readonly columns: readonly string[];
  /** Whether the table's columns are filled by position, without a list. */
  readonly isPositional: boolean;
  /** Columns that get a constant, with every value the statement gives them. */
  readonly constants: ReadonlyMap<string, readonly Constant[]>;
  readonly conflict: Conflict | null;
  /** UTF-16 offset of the table's name. */
  readonly location: number;
}

interface Reading {
  readonly schema: Schema;
  readonly options: ReferenceOptions;
}

const columnNames = (list: readonly unknown[], { schema, options }: Reading, table: string): readonly string[] =>
  list.flatMap((item) => {
    const name = textOf(untag(item)?.body ?? {}, 'name');
    if (name === null) return [];
    return [options.anyCase ? spelledColumn(schema, table, name) : name];
  });

const conflictOf = (body: Body): Conflict | null => {
  const clause = childOf(body, 'onConflictClause');
  if (!clause) return null;
  const infer = childOf(clause, 'infer');
  if (!infer) return { kind: 'any' };
  const name = textOf(infer, 'conname');
  if (name !== null) return { kind: 'constraint', name };
  const columns = nodesOf(infer, 'indexElems').map(({ body: element }) => textOf(element, 'name'));
  return columns.includes(null) ? null : { kind: 'columns', columns: columns.filter((column) => column !== null) };
};

/** The rows of VALUES; null for INSERT … SELECT. */
const valueRows = (query: Body): readonly (readonly unknown[])[] | null => {
  const rows = listOf(query, 'valuesLists');
  return rows.length > 0 ? rows.map((row) => listOf(untag(row)?.body ?? {}, 'items')) : null;
};

const isDefault = (value: unknown): boolean => untag(value)?.type === 'SetToDefault';

interface Filled {
  readonly columns: readonly string[];
  readonly constants: ReadonlyMap<string, readonly Constant[]>;
}

const filledByRows = (names: readonly string[], rows: readonly (readonly unknown[])[]): Filled => {
  const constants = new Map<string, readonly Constant[]>();
  const columns = names.filter((name, i) => {
    const values = rows.map((row) => row[i]);
    if (values.some((value) => value === undefined || isDefault(value))) return false;
    const found = values.flatMap((value) => constantsOf(value) ?? []);
    if (found.length > 0) constants.set(name, found);
    return true;
  });
  return { columns, constants };
};

const insertOf = ({ schema, options }: Reading, body: Body): RowWriteText | null => {
  const range = childOf(body, 'relation');
  if (!range) return null;
  const table = tableOf({ schema, options }, range);
  const listed = columnNames(listOf(body, 'cols'), { schema, options }, table);
  const query = nodeOf(body, 'selectStmt')?.body;
  const isPositional = listed.length === 0 && query !== undefined;
  const names = isPositional ? [...(schema.tables.get(table)?.columns.keys() ?? [])] : listed;
  const rows = query ? valueRows(query) : [];
  const targets = query && !rows ? listOf(query, 'targetList') : [];
  const filled = rows?.length
    ? filledByRows(names, rows)
    : { columns: rows || isStar(targets) ? names : names.slice(0, targets.length), constants: new Map() };
  const columns = query === undefined ? [] : filled.columns;
  const conflict = conflictOf(body);
  return {
    table,
    statement: 'INSERT',
    columns,
    isPositional,
    constants: filled.constants,
    conflict,
    location: options.toUtf16(locationOf(range)),
  };
};

/** `SELECT *` gives as many columns as its tables have, which is taken to be enough. */
const isStar = (targets: readonly unknown[]): boolean =>
  targets.some((target) => {
    const value = nodeOf(untag(target)?.body ?? {}, 'val');
    return value?.type === 'ColumnRef' && listOf(value.body, 'fields').some((field) => untag(field)?.type === 'A_Star');
  });

const updateOf = ({ schema, options }: Reading, body: Body): RowWriteText | null => {
  const range = childOf(body, 'relation');
  if (!range) return null;
  const constants = new Map<string, readonly Constant[]>();
  const columns: string[] = [];
  for (const item of listOf(body, 'targetList')) {
    const target = untag(item)?.body ?? {};
    const [name] = columnNames([item], { schema, options }, tableOf({ schema, options }, range));
    if (name === undefined) continue;
    columns.push(name);
    const found = constantsOf(target['val']);
    if (found) constants.set(name, found);
  }
  const location = options.toUtf16(locationOf(range));
  return {
    table: tableOf({ schema, options }, range),
    statement: 'UPDATE',
    columns,
    isPositional: false,
    constants,
    conflict: null,
    location,
  };
};

const WRITES: ReadonlyMap<string, (reading: Reading, body: Body) => RowWriteText | null> = new Map([
  ['InsertStmt', insertOf],
  ['UpdateStmt', updateOf],
]);

/** The rows that statements write, those of WITH queries included. */
export const rowWrites = (nodes: readonly unknown[], schema: Schema, options: ReferenceOptions): readonly RowWriteText[] => {
  const found: RowWriteText[] = [];
  const stack: unknown[] = [...nodes].reverse();
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) stack.push(value[i]);
      continue;
    }
    if (!isBody(value)) continue;
    // A statement of a parser's answer says its type beside its body.
    const type = typeof value['type'] === 'string' && isBody(value['body']) ? value['type'] : null;
    const entries: readonly (readonly [string, unknown])[] = type === null ? Object.entries(value) : [[type, value['body']]];
    for (const [key, child] of entries) {
      const write = isBody(child) ? WRITES.get(key)?.({ schema, options }, child) : undefined;
      if (write) found.push(write);
      if (typeof child === 'object') stack.push(child);
    }
  }
  return found;
};
