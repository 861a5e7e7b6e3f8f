/**
 * Where a chain of TypeORM's query builder begins: `<repository or manager>.createQueryBuilder(…)`.
 * Input: any expression along the chain, or a variable that holds it. Output: the first call with its entity and alias.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import type { Source } from '../values.ts';
import { entityOf, repositoryOf } from './repositories.ts';

export interface BuilderRoot {
  /** Null where a later step names the entity: `.from(User, 'user')`. */
  readonly model: MappedModel | null;
  readonly alias: string | null;
}

type CallNode = Extract<Node, { type: 'CallExpression' }>;

const BUILDERS = /^(?:Select|Update|Insert|Delete|SoftDelete)?QueryBuilder$/;
const ENTITY_STEPS = new Set(['from', 'into', 'update', 'relation', 'addFrom']);
const MAX_DEPTH = 60;

/** What a call of `createQueryBuilder` starts with; null for every other call. */
export function rootOfCall(node: CallNode, module: Module, context: AccessContext): BuilderRoot | null {
  const callee = unwrapAwait(node.callee);
  if (callee.type !== 'MemberExpression' || keyName(callee) !== 'createQueryBuilder') return null;
  const args = node.arguments.map((argument) => ({ node: argument as Node, module }));
  const receiver = { node: callee.object as Node, module };
  const own = repositoryOf(receiver, context) ?? entityOf(receiver, context);
  const named = own ? null : args[0] ? entityOf(args[0], context) : null;
  const model = own ?? named;
  const written = own ? args[0] : args[1];
  const alias = written ? stringOf(written.node, written.module, context.modules) : null;
  return { model, alias: alias ?? (written ? null : (model?.name ?? null)) };
}

/** The root of the chain an expression is part of. */
export function builderRoot(source: Source, context: AccessContext, depth: number): BuilderRoot | null {
  if (depth > MAX_DEPTH) return null;
  const { module } = source;
  const node = unwrapAwait(source.node);
  if (node.type === 'CallExpression') {
    const root = rootOfCall(node, module, context);
    if (root?.model) return root;
    const callee = unwrapAwait(node.callee);
    const step = callee.type === 'MemberExpression' ? keyName(callee) : null;
    const [first, second] = node.arguments;
    const model = step !== null && ENTITY_STEPS.has(step) && first ? entityOf({ node: first, module }, context) : null;
    if (model) return { model, alias: second ? stringOf(second, module, context.modules) : model.name };
    return callee.type === 'MemberExpression' && step !== 'createQueryBuilder'
      ? builderRoot({ node: callee.object, module }, context, depth + 1)
      : null;
  }
  if (node.type !== 'Identifier') return null;
  const binding = module.binding(node);
  if (binding?.kind !== 'variable' && binding?.kind !== 'parameter') return null;
  const typed = binding.annotation && binding.path.length === 0 ? builderType({ node: binding.annotation, module }, context) : null;
  if (typed) return { model: typed, alias: null };
  const init = binding.kind === 'variable' && binding.path.length === 0 ? (binding.init ?? binding.writes.find((w) => w !== null)) : null;
  return init ? builderRoot({ node: init, module }, context, depth + 1) : null;
}

/** The entity of `SelectQueryBuilder<User>`. */
export function builderType({ node, module }: Source, context: AccessContext): MappedModel | null {
  if (node.type !== 'TSTypeReference' || node.typeName.type !== 'Identifier' || !BUILDERS.test(node.typeName.name)) return null;
  const argument = node.typeArguments?.params[0];
  return argument?.type === 'TSTypeReference' ? entityOf({ node: argument.typeName as Node, module }, context) : null;
}
