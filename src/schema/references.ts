/**
 * SQL trees → the tables and columns they use, resolved against a schema.
 * Input: statement trees of `Postgres.parse`, or any part of one. Output: references sorted by place, each once.
 * Invariants: never throws on a shape it does not know (it walks through it); expressions are walked with an explicit
 * stack, because real queries chain thousands of operators; a name that cannot be resolved is left out, not guessed
 * among several.
 */
import { type Body, childOf, isBody, listOf, nodeOf, stringsOf, textOf, untag } from '../parse/sql/ast.ts';
import { comparisonOf } from './constants.ts';
import { compare, qualify, usedAs } from './names.ts';
import { columnRef } from './reference-columns.ts';
import { type Context, type Environment, emit, locationOf, rowSource, tableSource } from './reference-context.ts';
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

/** Functions and types that the history has made, whether they are still there or not. */
const isMade = ({ schema }: Context, kind: 'function' | 'enum', name: string): boolean =>
  (kind === 'function' ? schema.routines.has(`function ${name}`) : schema.enums.has(name)) ||
  (schema.memory?.dropped.has(`${kind} ${name}`) ?? false);

const noteUse = (context: Context, kind: 'function' | 'enum', parts: readonly string[], location: number, { verb }: Environment): void => {
  const name = qualify(parts.length > 1 ? (parts.at(-2) ?? null) : null, parts.at(-1) ?? '');
  if (isMade(context, kind, name))
    emit(context, { kind: 'read', table: usedAs({ kind, name }), column: null, how: 'named' }, location, verb);
};

/** What is no relation and still has a name: calls and casts. */
const NOTED: ReadonlyMap<string, (context: Context, body: Body, environment: Environment) => void> = new Map<
  string,
  (context: Context, body: Body, environment: Environment) => void
>([
  ['A_Expr', (context, body) => noteComparison(context, body)],
  [
    'FuncCall',
    (context, body, environment) => noteUse(context, 'function', stringsOf(listOf(body, 'funcname')), locationOf(body), environment),
  ],
  [
    'TypeCast',
    (context, body, environment) => {
      const type = childOf(body, 'typeName');
      if (type) noteUse(context, 'enum', stringsOf(listOf(type, 'names')), locationOf(type), environment);
    },
  ],
]);

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
      if (isBody(child)) NOTED.get(key)?.(context, child, environment);
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
