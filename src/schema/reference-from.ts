/** FROM: tables, subqueries, functions and joins → sources in scope. */
import { type Body, EMPTY, isTrue, listOf, nameParts, nodeOf, stringsOf, type TaggedNode, textOf, untag } from '../parse/sql/ast.ts';
import {
  addOutput,
  aliasOf,
  type Context,
  type Environment,
  emit,
  locationOf,
  renamed,
  tableOf,
  tableSource,
} from './reference-context.ts';
import type { Derived, Origin, Scope, Source } from './scope.ts';

const asSource = (derived: Derived, alias: string): Source => ({ ...derived, alias, table: null, qualifiedOnly: false });

/** A table, view or WITH query by name. */
const namedSource = (context: Context, body: Body, environment: Environment): Source => {
  const alias = aliasOf(body);
  const name = textOf(body, 'relname') ?? '';
  const cte = textOf(body, 'schemaname') === null ? environment.ctes.get(name) : undefined;
  if (cte) return asSource(renamed(cte, alias.columns), alias.name ?? name);
  const table = tableOf(context, body);
  emit(context, { kind: 'read', table, column: null, how: 'named' }, locationOf(body), environment.verb);
  return tableSource(context, table, alias.name, alias.columns);
};

const subquery = (context: Context, body: Body, scope: Scope, environment: Environment): Source => {
  const alias = aliasOf(body);
  const query = nodeOf(body, 'subquery');
  const parent = isTrue(body, 'lateral') ? scope : environment.parent;
  const derived =
    query?.type === 'SelectStmt'
      ? context.select(context, query.body, { ...environment, parent })
      : { columns: new Map(), open: [], opaque: true };
  return asSource(renamed(derived, alias.columns), alias.name ?? '');
};

/** A function's columns are unknown, but for those its alias names. */
const functionSource = (context: Context, node: TaggedNode, scope: Scope, environment: Environment): Source => {
  const { alias: _, ...parts } = node.body;
  context.walk(context, parts, scope, environment);
  const alias = aliasOf(node.body);
  const call = untag(listOf(untag(listOf(node.body, 'functions')[0])?.body ?? EMPTY, 'items')[0]);
  const ownName = call?.type === 'FuncCall' ? nameParts(listOf(call.body, 'funcname')).at(-1) : undefined;
  const definitions = listOf(node.body, 'coldeflist').map((item) => textOf(untag(item)?.body ?? EMPTY, 'colname'));
  const name = alias.name ?? ownName ?? '';
  const columns = [...alias.columns, ...definitions.filter((column): column is string => column !== null)];
  // `unnest(x) AS id`: a scalar function's one column goes by the alias.
  const all = columns.length > 0 ? columns : [name];
  return asSource({ columns: new Map(all.map((column): [string, Origin | null] => [column, null])), open: [], opaque: true }, name);
};

/** Columns joined by USING or NATURAL are read on both sides. */
const readShared = (
  context: Context,
  join: Body,
  left: readonly Source[],
  right: readonly Source[],
  location: number,
  environment: Environment,
): void => {
  const using = stringsOf(listOf(join, 'usingClause'));
  const names = isTrue(join, 'isNatural')
    ? [...new Set(left.flatMap((source) => [...source.columns.keys()]))].filter((name) => right.some((source) => source.columns.has(name)))
    : using;
  for (const name of names) {
    for (const side of [left, right]) {
      const owner = side.find((source) => source.columns.has(name)) ?? side.find((source) => source.open.length === 1);
      const origin =
        owner?.columns.get(name) ??
        (owner?.open[0] !== undefined && !owner.columns.has(name) ? { table: owner.open[0], column: name } : null);
      if (origin) emit(context, { kind: 'read', ...origin, how: 'named' }, location, environment.verb);
    }
  }
};

const placeOf = (node: TaggedNode | null): number => {
  if (!node) return 0;
  if (node.type === 'JoinExpr') return placeOf(nodeOf(node.body, 'rarg'));
  return locationOf(node.body);
};

const merged = (sources: readonly Source[], alias: string, names: readonly string[]): Source => {
  const columns = new Map<string, Origin | null>();
  for (const source of sources) for (const [name, origin] of source.columns) addOutput(columns, name, origin);
  const open = sources.flatMap((source) => source.open);
  return asSource(renamed({ columns, open, opaque: sources.some((source) => source.opaque) }, names), alias);
};

/** A join; chains of joins lean left, so the left side is unrolled. */
const join = (context: Context, node: TaggedNode, scope: Scope, environment: Environment): readonly Source[] => {
  const chain: TaggedNode[] = [];
  let current: TaggedNode | null = node;
  while (current?.type === 'JoinExpr') {
    chain.push(current);
    current = nodeOf(current.body, 'larg');
  }
  let sources: readonly Source[] = current ? fromItem(context, { [current.type]: current.body }, scope, environment) : [];
  for (const { body } of chain.reverse()) {
    const right = fromItem(context, body['rarg'], scope, environment);
    readShared(context, body, sources, right, placeOf(nodeOf(body, 'rarg')), environment);
    context.walk(context, body['quals'], scope, environment);
    sources = [...sources, ...right];
    const alias = aliasOf(body);
    if (alias.name !== null) scope.sources.push(merged(sources, alias.name, alias.columns));
  }
  return sources;
};

const single = (context: Context, node: TaggedNode, scope: Scope, environment: Environment): Source | null => {
  if (node.type === 'RangeVar') return namedSource(context, node.body, environment);
  if (node.type === 'RangeSubselect') return subquery(context, node.body, scope, environment);
  if (node.type === 'RangeTableSample') {
    const relation = nodeOf(node.body, 'relation');
    return relation?.type === 'RangeVar' ? namedSource(context, relation.body, environment) : null;
  }
  return functionSource(context, node, scope, environment);
};

/** Adds one item of a FROM list to the scope; the sources it brought. */
export const fromItem = (context: Context, item: unknown, scope: Scope, environment: Environment): readonly Source[] => {
  const node = untag(item);
  if (!node) return [];
  if (node.type === 'JoinExpr') return join(context, node, scope, environment);
  const source = single(context, node, scope, environment);
  if (!source) return [];
  scope.sources.push(source);
  return [source];
};
