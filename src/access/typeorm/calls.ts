/**
 * Finds TypeORM queries: `<repository>.<method>(…)`, `<manager>.<method>(User, …)`, `User.<method>(…)`.
 * Input: a call. Output: the entity's model with the method and its arguments; null for every other call.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import type { ModelQuery } from '../orm/layer.ts';
import type { AccessContext, Confidence, MappedModel } from '../types.ts';
import type { Source } from '../values.ts';
import { METHODS, type Method } from './catalogue.ts';
import { entityNamed, entityOf, repositoryOf } from './repositories.ts';

export interface Query extends ModelQuery<Method> {
  /** `Repository<User>.find`, for people. */
  readonly operation: string;
}

/** Names people give managers, connections and query runners. */
const MANAGER = /manager|(?:^|\.)em$|connection|data_?source|queryRunner|transaction|trx|tx$/i;

/** The query a call is. */
export function queryOf(node: Extract<Node, { type: 'CallExpression' }>, module: Module, context: AccessContext): Query | null {
  const callee = unwrapAwait(node.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
  const method = name === null ? undefined : METHODS.get(name);
  if (callee.type !== 'MemberExpression' || !method || name === null) return null;
  const args = node.arguments.flatMap((a) => (a.type === 'SpreadElement' ? [] : [{ node: a as Node, module }]));
  const receiver = { node: callee.object as Node, module };
  const make = (model: MappedModel, rest: readonly Source[], confidence: Confidence = 'high'): Query => ({
    model,
    method,
    name,
    args: rest,
    confidence,
    operation: `${model.name}.${name}`,
  });
  const repository = repositoryOf(receiver, context) ?? entityOf(receiver, context);
  if (repository) return make(repository, args);
  const [first, ...rest] = args;
  const model = first ? entityOf(first, context) : null;
  if (model) return make(model, rest);
  const isManager = MANAGER.test(module.text.slice(receiver.node.start, receiver.node.end));
  const named = first && isManager && rest.length > 0 ? entityNamed(first, context) : null;
  return named && make(named, rest, 'medium');
}

/** Whether a receiver is plausibly a manager: `manager.save(user)` counts where `user` is a row. */
export const looksLikeManager = ({ node, module }: Source): boolean => MANAGER.test(module.text.slice(node.start, node.end));
