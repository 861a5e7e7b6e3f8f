/**
 * SQL trees → the tables and columns they use, resolved against a schema.
 * Input: statement trees of `Postgres.parse`, or any part of one. Output: references sorted by place, each once.
 * Invariants: never throws on a shape it does not know (it walks through it); expressions are walked with an explicit
 * stack, because real queries chain thousands of operators; a name that cannot be resolved is left out, not guessed
 * among several.
 */
import { type Body, isBody, listOf, nodeOf, textOf, untag } from '../parse/sql/ast.ts';
import { comparisonOf } from './constants.ts';
import { compare } from './names.ts';
import { columnRef } from './reference-columns.ts';
import { type Context, type Environment, locationOf, rowSource, tableSource } from './reference-context.ts';
import { DML } from './reference-dml.ts';
import { select } from './reference-select.ts';
import type { Reference, ReferenceOptions } from './reference-types.ts';
import type { Scope } from './scope.ts';
import type { Schema } from './types.ts';

type Handler = (context: Context, body: Body, scope: Scope | null, environment: Environment) => void;

const subLink: Handler = (context, body, scope, environment) => {
  walk(context, body['testexpr'], scope, environment);
  const query = nodeOf(body, 'subselect');
  if (query?.type !== 'SelectStmt') return;
  select(context, query.body, { ...environment, parent: scope, isExists: textOf(body, 'subLinkType') === 'EXISTS_SUBLINK' });
};

/** `(row).field`: a column of the row, where the row is a source. */
const indirection: Handler = (context, body, scope, environment) => {
  const arg = nodeOf(body, 'arg');
  const fields = arg?.type === 'ColumnRef' ? listOf(arg.body, 'fields') : [];
  const member = listOf(body, 'indirection')[0];
  if (arg && fields.length === 1 && member !== undefined && untag(member)?.type !== 'A_Indices') {
    columnRef(context, { ...arg.body, fields: [...fields, member] }, scope, environment);
  } else walk(context, body['arg'], scope, environment);
  walk(context, body['indirection'], scope, environment);
};

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['ColumnRef', columnRef],
  ['SubLink', subLink],
  ['A_Indirection', indirection],
  ['SelectStmt', (context, body, scope, environment) => void select(context, body, { ...environment, parent: scope })],
  ...[...DML].map(([type, run]): [string, Handler] => [
    type,
    (context, body, scope, environment) => void run(context, body, { ...environment, parent: scope }),
  ]),
]);

/** A column's place is met after the comparison it stands in. */
const noteComparison = (context: Context, expression: Body): void => {
  const comparison = comparisonOf(expression);
  if (comparison) context.constants.set(locationOf(comparison.column), comparison.constants);
};

/** Walks any part of a tree, handing what has a meaning of its own to its handler. */
export const walk = (context: Context, part: unknown, scope: Scope | null, environment: Environment): void => {
  const stack: unknown[] = [part];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) {
      for (const item of value) stack.push(item);
      continue;
    }
    if (!isBody(value)) continue;
    for (const key of Object.keys(value)) {
      const child = value[key];
      if (key === 'A_Expr' && isBody(child)) noteComparison(context, child);
      const handler = HANDLERS.get(key);
      if (handler && isBody(child)) handler(context, child, scope, environment);
      else if (typeof child === 'object') stack.push(child);
    }
  }
};

const order = (a: Reference, b: Reference): number =>
  a.location - b.location ||
  compare(a.table, b.table) ||
  compare(a.column ?? '', b.column ?? '') ||
  compare(a.kind, b.kind) ||
  compare(a.how, b.how);

const unique = (found: readonly Reference[]): readonly Reference[] => {
  const byKey = new Map<string, Reference>();
  for (const r of found) byKey.set(`${r.location} ${r.kind} ${r.how} ${r.column === null ? 0 : 1} ${r.table} ${r.column ?? ''}`, r);
  return [...byKey.values()].sort(order);
};

const contextOf = (schema: Schema, options: ReferenceOptions): Context => ({
  schema,
  options,
  found: [],
  constants: new Map(),
  walk,
  select,
  dml: DML,
});

const rootScope = (context: Context): Scope => {
  const sources = [...(context.options.rows ?? [])].map(([alias, table]) => rowSource(context, alias, table));
  return { sources, parent: null };
};

const ROOT: Environment = { parent: null, ctes: new Map(), verb: 'OTHER', isExists: false };

const run = (context: Context, parts: readonly unknown[], scope: Scope): readonly Reference[] => {
  for (const part of parts) {
    try {
      walk(context, part, scope, ROOT);
    } catch (error) {
      // Thousands of chained subqueries: what was found before the stack ran out still counts.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return unique(context.found);
};

/** The tables and columns that statements use. `nodes` are tagged trees or parts of them. */
export const references = (nodes: readonly unknown[], schema: Schema, options: ReferenceOptions): readonly Reference[] => {
  const context = contextOf(schema, options);
  const tagged = nodes.map((node) =>
    isBody(node) && typeof node['type'] === 'string' && isBody(node['body']) ? { [node['type']]: node['body'] } : node,
  );
  return run(context, tagged, rootScope(context));
};

/** The columns that expressions about one table's rows use: policies, checks, index expressions, generated columns. */
export const expressionReferences = (
  expressions: readonly unknown[],
  table: string,
  schema: Schema,
  options: ReferenceOptions,
): readonly Reference[] => {
  const context = contextOf(schema, options);
  const scope = rootScope(context);
  scope.sources.push(tableSource(context, table, null, []));
  return run(context, expressions, scope);
};

/** Output column names of a query, `null` where the text does not say them all. */
export const outputColumns = (query: unknown, schema: Schema, options: ReferenceOptions): readonly string[] | null => {
  const node = untag(query);
  if (node?.type !== 'SelectStmt') return null;
  const derived = select(contextOf(schema, options), node.body, ROOT);
  return derived.open.length > 0 || derived.opaque ? null : [...derived.columns.keys()];
};
