/** CREATE TABLE in all its forms (LIKE, INHERITS, PARTITION OF, AS SELECT), CREATE INDEX → the draft. */
import { type Body, childOf, EMPTY, isTrue, listOf, nodeOf, nodesOf, numberOf, stringOf, textOf, untag } from '../../parse/sql/ast.ts';
import { elementEnd, trimEnd } from '../../parse/sql/lexer.ts';
import { chooseName, type DraftTable, emptyTable, isNameTaken } from '../draft.ts';
import { expressionReferences, outputColumns, references } from '../references.ts';
import { columnObject, isTemporary, newRelation, type PgStep, record, relationExists, relationOf, tableObject } from '../step.ts';
import type { Column } from '../types.ts';
import { columnFrom, constraintFrom, inlineConstraints, putConstraint } from './definitions.ts';

const LIKE = { constraints: 1 << 2, defaults: 1 << 3, generated: 1 << 4, identity: 1 << 5, indexes: 1 << 6 } as const;

/** The step narrowed to one element of the table's list. */
const at = (step: PgStep, location: number): PgStep => {
  const start = step.source.toUtf16(location);
  const end = trimEnd(step.source.text, start, elementEnd(step.source.text, start, step.end));
  return { ...step, location: step.source.locate(start, end) };
};

const addColumn = (step: PgStep, table: DraftTable, column: Column): void => {
  table.columns.set(column.name, column);
  record(step, { type: 'create', object: columnObject(table.name, column.name), column });
};

const copyLike = (step: PgStep, table: DraftTable, clause: Body): void => {
  const range = childOf(clause, 'relation');
  const source = range ? step.draft.tables.get(relationOf(step, range)) : undefined;
  if (!source) return;
  const options = numberOf(clause, 'options');
  const has = (flag: number): boolean => (options & flag) !== 0;
  for (const column of source.columns.values()) {
    const isIdentity = column.default?.startsWith('generated ') === true;
    const keeps = column.generated ? has(LIKE.generated) : isIdentity ? has(LIKE.identity) : has(LIKE.defaults);
    addColumn(step, table, keeps ? column : { ...column, default: null, generated: false });
  }
  for (const constraint of source.constraints.values()) {
    const isKey = constraint.kind === 'primary-key' || constraint.kind === 'unique' || constraint.kind === 'exclude';
    if (!has(isKey ? LIKE.indexes : LIKE.constraints) || constraint.kind === 'foreign-key') continue;
    const inName = constraint.kind === 'primary-key' ? [] : constraint.columns;
    const suffix = constraint.kind === 'primary-key' ? 'pkey' : constraint.kind === 'exclude' ? 'excl' : 'key';
    const name = isKey ? chooseName(table.name, inName, suffix, isNameTaken(step.draft, table, 'key')) : constraint.name;
    table.constraints.set(name, { ...constraint, name });
  }
  if (!has(LIKE.indexes)) return;
  for (const index of source.indexes.values()) {
    const name = chooseName(table.name, index.columns, 'idx', isNameTaken(step.draft, table, 'index'));
    table.indexes.set(name, { ...index, name });
  }
};

const inherit = (step: PgStep, table: DraftTable, parents: readonly Body[]): void => {
  for (const range of parents) {
    const parent = relationOf(step, range);
    const children = step.draft.children.get(parent) ?? new Set();
    step.draft.children.set(parent, children.add(table.name));
    for (const column of step.draft.tables.get(parent)?.columns.values() ?? []) {
      if (!table.columns.has(column.name)) addColumn(step, table, column);
    }
  }
};

const elements = (step: PgStep, table: DraftTable, body: Body): void => {
  const nodes = nodesOf(body, 'tableElts');
  for (const node of nodes) {
    if (node.type === 'ColumnDef') addColumn(at(step, numberOf(node.body, 'location')), table, columnFrom(step, table.name, node.body));
    else if (node.type === 'TableLikeClause') copyLike(step, table, node.body);
  }
  // Constraints after columns: a CHECK may name a column further down.
  for (const node of nodes) {
    if (node.type === 'ColumnDef') inlineConstraints(step, table, node.body);
    if (node.type !== 'Constraint') continue;
    const constraint = constraintFrom(step, table, node.body, null);
    if (constraint) putConstraint(table, constraint, null);
  }
};

/** A new table; null where it exists already or is temporary. */
const begin = (step: PgStep, range: Body, ifNotExists: boolean): DraftTable | null => {
  const name = newRelation(step, range);
  if (textOf(range, 'relpersistence') === 't') {
    step.session.temporary.add(name);
    return null;
  }
  if (ifNotExists && relationExists(step, name)) return null;
  const table = emptyTable(name);
  step.draft.tables.set(name, table);
  record(step, { type: 'create', object: tableObject(name) });
  return table;
};

export const createTable = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'relation');
  const table = range ? begin(step, range, isTrue(body, 'if_not_exists')) : null;
  if (!table) return;
  inherit(
    step,
    table,
    nodesOf(body, 'inhRelations').map((node) => node.body),
  );
  elements(step, table, body);
};

/** `x AS ex`: the column behind an output's name. */
const columnBehind = (query: unknown, output: string): string => {
  for (const { body: target } of nodesOf(untag(query)?.body ?? EMPTY, 'targetList')) {
    const value = nodeOf(target, 'val');
    const field = value?.type === 'ColumnRef' ? stringOf(listOf(value.body, 'fields').at(-1)) : null;
    if (textOf(target, 'name') === output && field !== null) return field;
  }
  return output;
};

/** Types of selected columns are those of the columns of the same name that the query reads, where that is one type. */
const typeOfOutput = (step: PgStep, query: unknown, name: string): string => {
  const types = new Set<string>();
  for (const use of references([query], step.draft, { toUtf16: step.source.toUtf16, searchPath: step.session.path })) {
    const column = use.column === name ? step.draft.tables.get(use.table)?.columns.get(name) : undefined;
    if (column) types.add(column.type);
  }
  return types.size === 1 ? ([...types][0] ?? 'unknown') : 'unknown';
};

/** CREATE TABLE … AS and SELECT … INTO. */
export const createTableAs = (step: PgStep, into: Body, query: unknown, ifNotExists: boolean): void => {
  const range = childOf(into, 'rel');
  const table = range ? begin(step, range, ifNotExists) : null;
  if (!table) return;
  const names = outputColumns(query, step.draft, { toUtf16: step.source.toUtf16, searchPath: step.session.path }) ?? [];
  const given = listOf(into, 'colNames').map(stringOf);
  names.forEach((output, i) => {
    addColumn(step, table, {
      name: given[i] ?? output,
      type: typeOfOutput(step, query, columnBehind(query, output)),
      nullable: true,
      default: null,
      generated: false,
    });
  });
};

const indexColumns = (step: PgStep, table: string, body: Body): readonly string[] => {
  const columns: string[] = [];
  const expressions: unknown[] = [body['whereClause']];
  for (const list of ['indexParams', 'indexIncludingParams']) {
    for (const { body: element } of nodesOf(body, list)) {
      const name = textOf(element, 'name');
      if (name !== null) columns.push(name);
      else expressions.push(element['expr']);
    }
  }
  const used = expressionReferences(expressions, table, step.draft, { toUtf16: step.source.toUtf16, searchPath: step.session.path });
  for (const use of used) if (use.column !== null) columns.push(use.column);
  return [...new Set(columns)];
};

/** Index column names as PostgreSQL makes them: a function's name or `expr` for expressions, numbered where they repeat. */
const indexNameParts = (body: Body): readonly string[] => {
  const parts: string[] = [];
  for (const { body: element } of nodesOf(body, 'indexParams')) {
    const expression = nodeOf(element, 'expr');
    const call = expression?.type === 'FuncCall' ? stringOf(listOf(expression.body, 'funcname').at(-1)) : null;
    const plain = textOf(element, 'name') ?? call ?? 'expr';
    let part = plain;
    for (let i = 1; parts.includes(part); i++) part = `${plain}${i}`;
    parts.push(part);
  }
  return parts;
};

export const createIndex = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'relation');
  if (!range) return;
  const owner = relationOf(step, range);
  if (isTemporary(step, owner)) return;
  const table = step.draft.tables.get(owner);
  const given = textOf(body, 'idxname');
  const isTaken = isNameTaken(step.draft, table ?? emptyTable(owner), 'index');
  if (given !== null && isTrue(body, 'if_not_exists') && isTaken(given)) return;
  const name = given ?? chooseName(owner, indexNameParts(body), 'idx', isTaken);
  const index = { name, unique: isTrue(body, 'unique'), columns: indexColumns(step, owner, body) };
  table?.indexes.set(name, index);
  record(step, { type: 'create', object: { kind: 'index', table: owner, name }, index });
};
