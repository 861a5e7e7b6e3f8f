/** Rows that TypeORM's query builder gives: `….getOne()`, `….getMany()`. */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import type { Row } from '../rows.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { builderRoot } from './builder-root.ts';

const ENDS: ReadonlyMap<string, boolean> = new Map([
  ['getOne', false],
  ['getOneOrFail', false],
  ['getMany', true],
  ['getManyAndCount', true],
]);

/** The entity rows a call at the end of a builder chain gives; what the chain selected is not looked at. */
export function builtRow(node: Extract<Node, { type: 'CallExpression' }>, module: Module, context: AccessContext): Row<MappedModel> | null {
  const callee = unwrapAwait(node.callee);
  const list = callee.type === 'MemberExpression' ? ENDS.get(keyName(callee) ?? '') : undefined;
  if (callee.type !== 'MemberExpression' || list === undefined) return null;
  const root = builderRoot({ node: callee.object, module }, context, 0);
  if (!root?.model) return null;
  const row = { model: root.model, list, selection: null, isTyped: true };
  return keyName(callee) === 'getManyAndCount' ? { ...row, heldAs: '0' } : row;
}
