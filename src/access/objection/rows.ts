/**
 * Rows of Objection: values annotated with a model, `new User()`, `this` in its methods, what its queries give whole.
 * Input: the context of an extraction. Output: Rows. Fields of what queries give are read with the queries themselves.
 */
import type { CallNode } from '../../code/syntax.ts';
import type { Module } from '../../code/types.ts';
import { chainAt } from '../builder/chain.ts';
import { entityRows } from '../orm/entity-rows.ts';
import { makeRows, type Row, type Rows } from '../rows.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { OBJECTION_STEPS } from './steps.ts';

/** The model that the call which begins a query asks. */
export type Asked = (call: CallNode, module: Module) => MappedModel | null;

const ONE =
  /^(?:findById|findOne|first|insert|insertAndFetch|insertGraph|insertGraphAndFetch|upsertGraph(?:AndFetch)?|(?:patch|update)AndFetch(?:ById)?)$/;
/** Steps that leave rows as the model has them. */
const WHOLE = /^(?:(?:and|or)?where\w*|orderBy|limit|offset|throwIfNotFound|forUpdate|context|debug|withGraphFetched|modifyGraph)$/i;

/** Rows by their types alone. */
export const typedRows = (context: AccessContext): Rows<MappedModel> =>
  makeRows({ ...entityRows('objection', context), ofCall: () => null }, context.modules);

/** Rows by their types and by the queries that give them: what `row.$query()` is called on. */
export const queriedRows = (context: AccessContext, asked: Asked): Rows<MappedModel> =>
  makeRows({ ...entityRows('objection', context), ofCall: (call, module) => rowOf(call, module, asked) }, context.modules);

function rowOf(call: CallNode, module: Module, asked: Asked): Row<MappedModel> | null {
  const { base, steps } = chainAt(call, module, (name) => OBJECTION_STEPS.has(name) && !/^\$?(?:query|relatedQuery)$/.test(name));
  const model = base.type === 'CallExpression' ? asked(base, module) : null;
  const one = steps.filter(({ name }) => ONE.test(name));
  if (!model || steps.some(({ name }) => !ONE.test(name) && !WHOLE.test(name))) return null;
  const isMany = one.length === 0 || one.some(({ name, args }) => /^insert/.test(name) && args[0]?.type === 'ArrayExpression');
  return { model, list: isMany, selection: null, isTyped: false };
}
