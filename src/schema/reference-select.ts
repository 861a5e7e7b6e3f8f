/** SELECT: its sources, clauses and set operations → uses, and the columns it offers to the query around it. */
import {
  type Body,
  childOf,
  isBody,
  isTrue,
  listOf,
  nameParts,
  nodeOf,
  nodesOf,
  stringOf,
  stringsOf,
  type TaggedNode,
  textOf,
  untag,
} from '../parse/sql/ast.ts';
import { readRow, starSources } from './reference-columns.ts';
import { addOutput, type Context, type Environment, renamed } from './reference-context.ts';
import { fromItem } from './reference-from.ts';
import { type Derived, hasColumn, NOTHING, type Origin, type Scope } from './scope.ts';

const bodyOf = (value: unknown): Body | null => (isBody(value) ? (untag(value)?.body ?? value) : null);

/** The left-most query of a set operation and the arms to its right; a chain of ten thousand UNIONs must not recurse. */
const armsOf = (body: Body): readonly Body[] => {
  const arms: Body[] = [];
  let current: Body | null = body;
  while (current && textOf(current, 'op') !== 'SETOP_NONE' && childOf(current, 'larg')) {
    const right = bodyOf(current['rarg']);
    if (right) arms.push(right);
    const next: Body | null = bodyOf(current['larg']);
    if (!next || childOf(next, 'withClause')) {
      if (next) arms.push(next);
      return arms.reverse();
    }
    current = next;
  }
  if (current) arms.push(current);
  return arms.reverse();
};

const queryOf = (context: Context, node: TaggedNode | null, environment: Environment): Derived => {
  if (node?.type === 'SelectStmt') return select(context, node.body, environment);
  const run = node ? context.dml.get(node.type) : undefined;
  return node && run ? run(context, node.body, environment) : NOTHING;
};

/** Columns of a recursive CTE's left arm, found without recording its uses twice. */
const leftArm = (context: Context, query: TaggedNode | null, environment: Environment): Derived => {
  const left = query?.type === 'SelectStmt' ? bodyOf(query.body['larg']) : null;
  if (!left) return NOTHING;
  const before = context.found.length;
  const derived = select(context, left, environment);
  context.found.length = before;
  return derived;
};

/** The environment with the statement's WITH queries added. */
export const withCtes = (context: Context, body: Body, environment: Environment): Environment => {
  const clause = childOf(body, 'withClause');
  if (!clause) return environment;
  const ctes = new Map(environment.ctes);
  const inner: Environment = { ...environment, ctes, isExists: false };
  for (const { body: cte } of nodesOf(clause, 'ctes')) {
    const name = textOf(cte, 'ctename');
    const query = nodeOf(cte, 'ctequery');
    if (name === null) continue;
    const names = stringsOf(listOf(cte, 'aliascolnames'));
    if (isTrue(clause, 'recursive')) ctes.set(name, renamed(leftArm(context, query, inner), names));
    ctes.set(name, renamed(queryOf(context, query, inner), names));
  }
  return { ...environment, ctes };
};

/** The name PostgreSQL gives an unnamed output column. */
const implicitName = (value: unknown): string => {
  const node = untag(value);
  if (!node) return '?column?';
  if (node.type === 'ColumnRef') return stringOf(listOf(node.body, 'fields').at(-1)) ?? '?column?';
  if (node.type === 'FuncCall') return nameParts(listOf(node.body, 'funcname')).at(-1) ?? '?column?';
  if (node.type === 'TypeCast') {
    const inner = implicitName(node.body['arg']);
    const type = childOf(node.body, 'typeName');
    return inner === '?column?' && type ? (nameParts(listOf(type, 'names')).at(-1) ?? inner) : inner;
  }
  if (node.type === 'A_Indirection') {
    const member = stringsOf(listOf(node.body, 'indirection')).at(-1);
    return member ?? implicitName(node.body['arg']);
  }
  return IMPLICIT_NAMES.get(node.type) ?? '?column?';
};

const IMPLICIT_NAMES: ReadonlyMap<string, string> = new Map([
  ['CaseExpr', 'case'],
  ['CoalesceExpr', 'coalesce'],
  ['A_ArrayExpr', 'array'],
  ['RowExpr', 'row'],
  ['SQLValueFunction', '?column?'],
  ['XmlExpr', 'xmlelement'],
]);

/** Output name of `(SELECT x …)`: that of its own first column. */
const nameOf = (target: Body): string => {
  const given = textOf(target, 'name');
  if (given !== null) return given;
  const value = nodeOf(target, 'val');
  if (value?.type !== 'SubLink') return implicitName(target['val']);
  const kind = textOf(value.body, 'subLinkType');
  if (kind !== 'EXPR_SUBLINK') return kind === 'EXISTS_SUBLINK' ? 'exists' : kind === 'ARRAY_SUBLINK' ? 'array' : '?column?';
  const query = nodeOf(value.body, 'subselect');
  const first = query ? nodesOf(query.body, 'targetList')[0] : undefined;
  return first ? nameOf(first.body) : '?column?';
};

/** Walks a select or RETURNING list; the columns it offers. */
export const targets = (context: Context, list: readonly unknown[], scope: Scope, environment: Environment): Derived => {
  const columns = new Map<string, Origin | null>();
  const open: string[] = [];
  let opaque = false;
  for (const item of list) {
    const target = untag(item)?.body;
    if (!target) continue;
    const value = nodeOf(target, 'val');
    const fields = value?.type === 'ColumnRef' ? listOf(value.body, 'fields') : [];
    if (!value || untag(fields.at(-1))?.type !== 'A_Star') {
      addOutput(columns, nameOf(target), null);
      context.walk(context, target['val'], scope, { ...environment, isExists: false });
      continue;
    }
    for (const source of starSources(fields, scope)) {
      readRow(context, source, value.body, environment);
      for (const [name, origin] of source.columns) addOutput(columns, name, origin);
      open.push(...source.open);
      opaque ||= source.opaque;
    }
  }
  return { columns, open, opaque };
};

/** ORDER BY and DISTINCT ON prefer output names; GROUP BY prefers input columns. */
const walkNaming = (
  context: Context,
  items: readonly unknown[],
  outputs: ReadonlySet<string>,
  scope: Scope,
  environment: Environment,
  prefersInput: boolean,
): void => {
  for (const item of items) {
    const node = untag(item);
    const value = node?.type === 'SortBy' ? nodeOf(node.body, 'node') : node;
    const fields = value?.type === 'ColumnRef' ? listOf(value.body, 'fields') : [];
    const name = fields.length === 1 ? stringOf(fields[0]) : null;
    if (name !== null && outputs.has(name) && !(prefersInput && hasColumn(scope, name))) continue;
    context.walk(context, item, scope, environment);
  }
};

const namedOutputs = (list: readonly unknown[]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const item of list) {
    const name = untag(item)?.body['name'];
    if (typeof name === 'string') names.add(name);
  }
  return names;
};

const valuesColumns = (rows: readonly unknown[]): Derived => {
  const first = untag(rows[0]);
  const width = first ? listOf(first.body, 'items').length : 0;
  return { columns: new Map(Array.from({ length: width }, (_, i) => [`column${i + 1}`, null])), open: [], opaque: false };
};

const CLAUSES = ['whereClause', 'havingClause', 'windowClause', 'limitOffset', 'limitCount'] as const;

const simpleSelect = (context: Context, body: Body, environment: Environment): Derived => {
  const scope: Scope = { sources: [], parent: environment.parent };
  const inner: Environment = { ...environment, isExists: false };
  for (const item of listOf(body, 'fromClause')) fromItem(context, item, scope, inner);
  const list = listOf(body, 'targetList');
  const derived = targets(context, list, scope, environment);
  for (const clause of CLAUSES) context.walk(context, body[clause], scope, inner);
  const outputs = namedOutputs(list);
  walkNaming(context, listOf(body, 'groupClause'), outputs, scope, inner, true);
  walkNaming(context, listOf(body, 'sortClause'), outputs, scope, inner, false);
  walkNaming(context, listOf(body, 'distinctClause'), outputs, scope, inner, false);
  const values = listOf(body, 'valuesLists');
  if (values.length === 0) return derived;
  context.walk(context, values, scope, inner);
  return valuesColumns(values);
};

/** One SELECT, VALUES or set operation. */
export const select = (context: Context, body: Body, outer: Environment): Derived => {
  const verbed: Environment = outer.verb === 'OTHER' ? { ...outer, verb: 'SELECT' } : outer;
  const environment = withCtes(context, body, verbed);
  const arms = armsOf(body);
  if (arms.length === 1) return simpleSelect(context, body, environment);
  let result: Derived | null = null;
  for (const arm of arms) {
    const derived = select(context, arm, environment);
    result ??= derived;
  }
  context.walk(context, [body['limitOffset'], body['limitCount']], null, environment);
  return result ?? NOTHING;
};
