/**
 * The steps of a builder chain: calls on it, on the variable that holds it, and on the parameter of a function it is given to.
 * Input: the first call. Output: steps in source order, and whether the chain goes where it cannot be followed.
 */
import { isFunction, keyName } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { functionOf, type Source } from '../values.ts';

export interface Step {
  readonly name: string;
  readonly args: readonly Source[];
  readonly at: Source;
}

export interface Steps {
  readonly steps: readonly Step[];
  /** It is returned, or given to code that cannot be seen. */
  readonly escapes: boolean;
}

const MAX_DEPTH = 3;
const transparent = new Set(['AwaitExpression', 'TSAsExpression', 'TSNonNullExpression', 'ParenthesizedExpression', 'ChainExpression']);

/** All steps after `root`. */
export function stepsOf(root: Source, modules: Modules): Steps {
  const steps: Step[] = [];
  const seen = new Set<Node>();
  const state = { escapes: false };
  const climb = (start: Node, module: Module, depth: number): void => {
    let node = start;
    for (let parent = module.parent(node); parent !== null; parent = module.parent(node)) {
      if (transparent.has(parent.type)) {
        node = parent;
        continue;
      }
      const call = parent.type === 'MemberExpression' && parent.object === node ? module.parent(parent) : null;
      if (parent.type !== 'MemberExpression' || call?.type !== 'CallExpression' || call.callee !== parent) {
        end(node, parent, module, depth);
        return;
      }
      const args = call.arguments.map((argument) => ({
        node: (argument.type === 'SpreadElement' ? argument.argument : argument) as Node,
        module,
      }));
      const name = keyName(parent);
      if (name !== null) steps.push({ name, args, at: { node: parent.property, module } });
      node = call;
    }
  };
  const follow = (identifier: Node, module: Module, depth: number): void => {
    for (const reference of module.references(identifier)) {
      if (seen.has(reference)) continue;
      seen.add(reference);
      const parent = module.parent(reference);
      if (parent?.type === 'VariableDeclarator' && parent.id === reference) continue;
      if (parent?.type === 'AssignmentExpression' && parent.left === reference) continue;
      if (parent !== null && isFunction(parent)) continue;
      climb(reference, module, depth);
    }
  };
  const end = (node: Node, parent: Node, module: Module, depth: number): void => {
    if (parent.type === 'ExpressionStatement') return;
    if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') {
      follow(parent.id, module, depth);
      return;
    }
    if (parent.type === 'AssignmentExpression' && parent.right === node && parent.left.type === 'Identifier') {
      follow(parent.left, module, depth);
      return;
    }
    const index = parent.type === 'CallExpression' ? (parent.arguments as readonly Node[]).indexOf(node) : -1;
    const target =
      parent.type === 'CallExpression' && index >= 0 && depth < MAX_DEPTH ? functionOf({ node: parent.callee, module }, modules) : null;
    const parameter = target?.node.params[index];
    if (target && parameter?.type === 'Identifier') {
      follow(parameter, target.module, depth + 1);
      return;
    }
    if (parent.type !== 'VariableDeclarator') state.escapes = true;
  };
  climb(root.node, root.module, 0);
  return { steps, escapes: state.escapes };
}
