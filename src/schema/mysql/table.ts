/** CREATE TABLE in all its forms → the draft. */
import { conversionAt, selectOf } from '../../parse/sql/mysql/query.ts';
import { find, has, kid, kids, nameOf, type Tree } from '../../parse/sql/mysql/tree.ts';
import { outputColumns, references } from '../references.ts';
import { columnObject, record, refuse, relationExists, tableObject } from '../step.ts';
import type { Column } from '../types.ts';
import { type ColumnDefinition, columnFrom, type KeyDefinition, keyFrom } from './definitions.ts';
import { type DraftTable, emptyTable } from './draft-table.ts';
import { addKey, indexesOf } from './keys.ts';
import { refuseUnknown } from './routines.ts';
import { selectedColumns } from './selected.ts';
import { at, columnIn, type MyStep, nameIn, sameName } from './session.ts';
import { respellUses } from './spelling.ts';

export const isTemporary = (step: MyStep, name: string): boolean => step.session.temporary.has(name);

const addColumn = (step: MyStep, table: DraftTable, column: Column): void => {
  table.columns.set(column.name, column);
  record(step, { type: 'create', object: columnObject(table.name, column.name), column });
};

/** Columns of a table made from a query; those that the text defines itself stay as they are. */
const fromQuery = (step: MyStep, table: DraftTable, query: Tree): void => {
  const select = selectOf(query, conversionAt(step.base));
  const options = { toUtf16: (location: number) => location, anyCase: true };
  const names = outputColumns(select, step.draft, options) ?? [];
  for (const column of selectedColumns(select, names, step.draft, options)) {
    const own = columnIn(table, column.name);
    // A column that is also selected stands where the query has it.
    const made = own === null ? undefined : table.columns.get(own);
    if (own !== null) table.columns.delete(own);
    if (made) table.columns.set(own ?? made.name, made);
    else addColumn(step, table, column);
  }
};

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const copyLike = (step: MyStep, table: DraftTable, source: DraftTable): void => {
  for (const column of source.columns.values()) addColumn(step, table, column);
  for (const [key, constraint] of source.constraints) {
    const name =
      constraint.kind === 'check'
        ? constraint.name.replace(new RegExp(`^${escapeRegExp(source.name)}_chk_`), `${table.name}_chk_`)
        : constraint.name;
    if (constraint.kind !== 'foreign-key') table.constraints.set(key === constraint.name ? name : key, { ...constraint, name });
  }
  for (const [key, index] of source.indexes) table.indexes.set(key, index);
};

/** Columns, those of the query, then keys in the order MySQL makes them: foreign keys last, when all indexes are there. */
const fill = (step: MyStep, table: DraftTable, definitions: Tree | null, query: Tree | null): string | null => {
  const keys: KeyDefinition[] = [];
  const made: ColumnDefinition[] = [];
  for (const item of kids(definitions, 'createDefinition')) {
    const definition = kid(item, 'columnDefinition');
    if (!definition) {
      const key = keyFrom(item);
      if (key) keys.push(key);
      continue;
    }
    const column = columnFrom(nameOf(kid(item, 'columnNameCreate')), definition);
    if (columnIn(table, column.column.name) !== null) return `Duplicate column name '${column.column.name}'`;
    addColumn(at(step, item), table, column.column);
    keys.push(...column.keys);
    made.push(column);
  }
  if (query) fromQuery(step, table, query);
  const last = (key: KeyDefinition): number => (key.kind === 'foreign-key' ? 1 : 0);
  for (const key of [...keys].sort((a, b) => last(a) - last(b))) {
    const { problem } = addKey(step, table, key, true);
    if (problem !== null) return problem;
  }
  return problemOf(table, made);
};

/** What MySQL looks at once the whole table is known. */
export const problemOf = (table: DraftTable, made: readonly ColumnDefinition[]): string | null => {
  const auto = [...table.columns.values()].filter((column) => column.default === 'auto_increment');
  const isKey = (name: string): boolean => indexesOf(table).some((index) => index.columns[0] === name);
  if (auto.length > 1 || auto.some((column) => !isKey(column.name)))
    return 'Incorrect table definition; there can be only one auto column and it must be defined as a key';
  for (const { kind, columns, name } of table.constraints.values()) {
    if (kind === 'check' && auto.some((column) => columns.includes(column.name)))
      return `Check constraint '${name}' cannot refer to an auto-increment column.`;
  }
  for (const { column, uses, isExplicitlyNull } of made) {
    const missing = uses.find((name) => columnIn(table, name) === null);
    if (uses.some((name) => auto.some((other) => sameName(other.name, name))))
      return `Generated column '${column.name}' cannot refer to auto-increment column.`;
    if (missing !== undefined) return `Unknown column '${missing}' in 'generated column function'`;
    const isPrimary = [...table.constraints.values()].some((key) => key.kind === 'primary-key' && key.columns.includes(column.name));
    if (isExplicitlyNull && isPrimary) return 'All parts of a PRIMARY KEY must be NOT NULL; if you need NULL in a key, use UNIQUE instead';
    if (!column.nullable && column.default !== null && /^NULL\b/i.test(column.default) && isExplicitlyNull)
      return `Invalid default value for '${column.name}'`;
  }
  return null;
};

const isReplaced = (tree: Tree): boolean => /^CREATE\s+OR\s+REPLACE\s/i.test(tree.text.slice(tree.start));

/** Whether the statement may go on with a new table of the name. */
const mayCreate = (step: MyStep, tree: Tree, name: string): boolean => {
  if (!relationExists(step, name)) return true;
  if (kid(tree, 'ifNotExists')) return false;
  if (isReplaced(tree) && step.draft.tables.has(name)) {
    record(step, { type: 'drop', object: tableObject(name), implied: false });
    step.draft.tables.delete(name);
    return true;
  }
  refuse(step, `Table '${name}' already exists`, true);
  return false;
};

const usesOf = (step: MyStep, query: Tree) =>
  references([selectOf(query, conversionAt(step.base))], step.draft, { toUtf16: (location) => location, anyCase: true }).map(
    ({ table, column }) => ({ table, column, enforced: false }),
  );

export const createTable = (step: MyStep, tree: Tree): void => {
  const target = kid(tree, 'tableNameCreate');
  if (!target) return;
  const name = nameIn(step, target);
  if (has(tree, 'TEMPORARY')) {
    step.session.temporary.add(name);
    return;
  }
  if (!mayCreate(step, tree, name)) return;
  const like = has(tree, 'LIKE') ? kid(tree, 'tableName') : null;
  const source = like ? step.draft.tables.get(nameIn(step, like)) : undefined;
  if (like && !source) refuse(step, `Table '${nameIn(step, like)}' doesn't exist`, false);
  const query = find(tree, 'selectStatement') ?? find(tree, 'setOperations');
  if (query && refuseUnknown(step, usesOf(step, query))) return;
  const before = step.changes.length;
  const table = emptyTable(name);
  step.draft.tables.set(name, table);
  record(step, { type: 'create', object: tableObject(name) });
  if (source) copyLike(step, table, source);
  const definitions = kid(tree, 'createDefinitions');
  const problem = fill(step, table, definitions, query);
  if (problem === null) {
    respellUses(step.draft, name);
    return;
  }
  step.changes.length = before;
  step.draft.tables.delete(name);
  step.draft.fresh.delete(name);
  refuse(step, problem, true);
};
