/**
 * The types of a query's output columns: what CREATE TABLE AS, SELECT INTO and a view get.
 * Input: a query of the tree and the draft. Output: one type per column, `unknown` where the text does not say it; an empty
 * list where not even the columns are known.
 */
import {
  type Body,
  childOf,
  EMPTY,
  isBody,
  isTrue,
  listOf,
  nodeOf,
  nodesOf,
  stringOf,
  stringsOf,
  textOf,
  untag,
} from '../../parse/sql/ast.ts';
import { nameOf, type PgStep, relationOf } from '../step.ts';
import { commonType, expressionType, settled, type Types, UNKNOWN } from './expression-types.ts';

interface Source {
  readonly alias: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
}

interface Scope {
  readonly step: PgStep;
  readonly ctes: ReadonlyMap<string, Source['columns']>;
  readonly sources: Source[];
  readonly outer: Scope | null;
  /** Something in FROM has columns that nobody knows. */
  isOpen: boolean;
  readonly depth: number;
}

const DEEPEST = 40;

const columnsOfRelation = ({ step, ctes }: Scope, range: Body): Source['columns'] | null => {
  const cte = textOf(range, 'schemaname') === null ? ctes.get(textOf(range, 'relname') ?? '') : undefined;
  if (cte) return cte;
  const name = relationOf(step, range);
  const table = step.draft.tables.get(name);
  if (table) return [...table.columns.values()].map(({ name: column, type }) => [column, type]);
  const view = step.draft.routines.get(`view ${name}`) ?? step.draft.routines.get(`materialized-view ${name}`);
  return view ? view.columns.map((column, i) => [column, view.types?.[i] ?? UNKNOWN]) : null;
};

const renamed = (columns: Source['columns'], alias: Body | null): Source['columns'] => {
  const names = alias ? stringsOf(listOf(alias, 'colnames')) : [];
  return columns.map(([name, type], i) => [names[i] ?? name, type]);
};

const fromItem = (scope: Scope, item: unknown): void => {
  const node = untag(item);
  const alias = node ? childOf(node.body, 'alias') : null;
  const name = alias ? textOf(alias, 'aliasname') : null;
  if (node?.type === 'RangeVar') {
    const columns = columnsOfRelation(scope, node.body);
    if (columns) scope.sources.push({ alias: name ?? textOf(node.body, 'relname') ?? '', columns: renamed(columns, alias) });
    else scope.isOpen = true;
  } else if (node?.type === 'RangeSubselect') {
    const columns = columnsOfQuery(node.body['subquery'], scope);
    if (columns) scope.sources.push({ alias: name ?? '', columns: renamed(columns, alias) });
    else scope.isOpen = true;
  } else if (node?.type === 'JoinExpr' && !isTrue(node.body, 'isNatural') && node.body['usingClause'] === undefined && !alias) {
    fromItem(scope, node.body['larg']);
    fromItem(scope, node.body['rarg']);
  } else scope.isOpen = true;
};

const columnType = (scope: Scope, fields: readonly string[]): string => {
  const [column = '', alias] = [...fields].reverse();
  for (let s: Scope | null = scope; s; s = s.outer) {
    const found = s.sources
      .filter((source) => alias === undefined || source.alias === alias)
      .flatMap((source) => source.columns.filter(([name]) => name === column));
    if (found.length > 0) return found.length === 1 ? (found[0]?.[1] ?? UNKNOWN) : UNKNOWN;
    if (s.isOpen) return UNKNOWN;
  }
  return UNKNOWN;
};

const typesIn = (scope: Scope): Types => ({
  column: (fields) => columnType(scope, fields),
  routine: (written) => {
    const { routines } = scope.step.draft;
    const name = nameOf(scope.step, written.split('.'), (candidate) => routines.has(`function ${candidate}`));
    return routines.get(`function ${name}`)?.returns ?? null;
  },
  query: (query) => (columnsOfQuery(query, scope) ?? []).map(([, type]) => type),
});

/** `*` and `a.*`; null where a source is not known. */
const starColumns = (scope: Scope, fields: readonly unknown[]): Source['columns'] | null => {
  if (scope.isOpen) return null;
  const alias = fields.length > 1 ? stringOf(fields.at(-2)) : null;
  return scope.sources.filter((source) => alias === null || source.alias === alias).flatMap((source) => source.columns);
};

const targetsOf = (scope: Scope, body: Body): Source['columns'] | null => {
  const types = typesIn(scope);
  const columns: (readonly [string, string])[] = [];
  for (const { body: target } of nodesOf(body, 'targetList')) {
    const value = nodeOf(target, 'val');
    const fields = value?.type === 'ColumnRef' ? listOf(value.body, 'fields') : [];
    if (value && untag(fields.at(-1))?.type === 'A_Star') {
      const all = starColumns(scope, fields);
      if (!all) return null;
      columns.push(...all);
    } else columns.push([textOf(target, 'name') ?? stringOf(fields.at(-1)) ?? '', expressionType(types, target)]);
  }
  return columns;
};

const valuesOf = (scope: Scope, rows: readonly unknown[]): Source['columns'] => {
  const types = typesIn(scope);
  const table = rows.map((row) => listOf(untag(row)?.body ?? EMPTY, 'items').map((item) => expressionType(types, { val: item })));
  return (table[0] ?? []).map((_, i) => [`column${i + 1}`, settled(commonType(table.map((row) => row[i] ?? UNKNOWN)))]);
};

const bodyOf = (value: unknown): Body | null => (isBody(value) ? (untag(value)?.body ?? value) : null);

/** Arms of a set operation, left to right. */
const armsOf = (body: Body): readonly Body[] => {
  const arms: Body[] = [];
  let current: Body | null = body;
  while (current && childOf(current, 'larg')) {
    const right = bodyOf(current['rarg']);
    if (right) arms.push(right);
    current = bodyOf(current['larg']);
  }
  if (current) arms.push(current);
  return arms.reverse();
};

function columnsOfQuery(query: unknown, outer: Scope): Source['columns'] | null {
  const body = bodyOf(query);
  if (!body || outer.depth > DEEPEST) return null;
  const ctes = new Map(outer.ctes);
  const inner: Scope = { ...outer, ctes, sources: [], outer, isOpen: false, depth: outer.depth + 1 };
  for (const { body: cte } of nodesOf(childOf(body, 'withClause') ?? EMPTY, 'ctes')) {
    const columns = columnsOfQuery(cte['ctequery'], inner);
    const names = stringsOf(listOf(cte, 'aliascolnames'));
    if (columns)
      ctes.set(
        textOf(cte, 'ctename') ?? '',
        columns.map(([name, type], i) => [names[i] ?? name, type]),
      );
  }
  const arms = armsOf(body);
  if (arms.length === 1) return columnsOfSelect(inner, body);
  const all = arms.map((arm) => columnsOfQuery({ SelectStmt: arm }, inner));
  return all[0]?.map(([name], i) => [name, commonType(all.map((columns) => columns?.[i]?.[1] ?? UNKNOWN))]) ?? null;
}

const columnsOfSelect = (scope: Scope, body: Body): Source['columns'] | null => {
  const rows = listOf(body, 'valuesLists');
  if (rows.length > 0) return valuesOf(scope, rows);
  for (const item of listOf(body, 'fromClause')) fromItem(scope, item);
  return targetsOf(scope, body);
};

/** One type per output column. */
export const outputTypes = (step: PgStep, query: unknown): readonly string[] => {
  const none: Scope = { step, ctes: new Map(), sources: [], outer: null, isOpen: false, depth: 0 };
  return (columnsOfQuery(query, none) ?? []).map(([, type]) => settled(type));
};
