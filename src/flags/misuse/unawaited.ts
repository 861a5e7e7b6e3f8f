/**
 * Promises of an evaluation that stand as a condition: a promise is always truthy.
 * Input: a module, what its expressions mean. Output: the conditions, each with its evaluation.
 */
import { unwrap } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { evaluationsOf } from '../evaluations.ts';
import type { Interpreter } from '../interpreter.ts';
import type { MisusedEvaluation } from '../types.ts';

/** Every condition of the module that is a promise. */
export function unawaitedIn(module: Module, interpreter: Interpreter): MisusedEvaluation[] {
  return conditionsIn(module).flatMap((test) => {
    const node = unwrap(test);
    const isLikely = node.type === 'Identifier' || node.type === 'CallExpression' || node.type === 'MemberExpression';
    const meaning = isLikely ? interpreter.read(node, module, null) : null;
    const [evaluation] = meaning?.kind === 'promise' ? evaluationsOf(meaning) : [];
    if (evaluation === undefined) return [];
    return [{ evaluation, misuse: { kind: 'unawaited' as const, location: { file: module.path, ...module.span(node) } } }];
  });
}

/** Expressions of which only the truth counts. */
function conditionsIn(module: Module): Node[] {
  const tests: Node[] = [];
  for (const node of module.nodes('IfStatement', 'ConditionalExpression', 'WhileStatement', 'DoWhileStatement')) tests.push(node.test);
  for (const node of module.nodes('ForStatement')) if (node.test !== null) tests.push(node.test);
  for (const node of module.nodes('UnaryExpression')) if (node.operator === '!') tests.push(node.argument);
  for (const node of module.nodes('LogicalExpression')) {
    if (node.operator === '??') continue;
    tests.push(node.left);
    if (isTested(node, module)) tests.push(node.right);
  }
  return tests;
}

function isTested(node: Node, module: Module): boolean {
  const parent = module.parent(node);
  if (parent === null) return false;
  if (parent.type === 'LogicalExpression') return parent.left === node || isTested(parent, module);
  if (parent.type === 'UnaryExpression') return parent.operator === '!';
  return 'test' in parent && parent.test === node;
}
