/**
 * Promises of an evaluation that stand as a condition: a promise is always truthy.
 * Input: a module, what its expressions mean. Output: the conditions, each with its evaluation.
 * Invariant: a promise that is kept, and asked whether it is there yet, is none: it is assigned more than once, or waited for.
 */
import { keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { evaluationsOf } from '../evaluations.ts';
import type { Interpreter } from '../interpreter.ts';
import type { MisusedEvaluation } from '../types.ts';

/** Every condition of the module that is a promise. */
export function unawaitedIn(module: Module, interpreter: Interpreter): MisusedEvaluation[] {
  return conditionsIn(module).flatMap((test) => {
    const node = unwrap(test);
    const meaning = isLikely(node, module) ? interpreter.read(node, module, null) : null;
    const [evaluation] = meaning?.kind === 'promise' ? evaluationsOf(meaning) : [];
    if (evaluation === undefined) return [];
    return [{ evaluation, misuse: { kind: 'unawaited' as const, location: { file: module.path, ...module.span(node) } } }];
  });
}

/** Whether an expression may be a promise that is meant as the value. */
function isLikely(node: Node, module: Module): boolean {
  if (node.type === 'CallExpression') return true;
  if (node.type === 'MemberExpression') return node.object.type !== 'ThisExpression';
  if (node.type !== 'Identifier') return false;
  const binding = module.binding(node);
  if (binding?.kind === 'variable' && !(binding.constant && isDeclaredWithValue(binding.node, module))) return false;
  return !module.references(node).some((one) => isWaitedFor(one, module));
}

/** Not `let p; … if (!p) p = …`. */
function isDeclaredWithValue(name: Node, module: Module): boolean {
  for (let up: Node | null = name; up !== null; up = module.parent(up)) if (up.type === 'VariableDeclarator') return up.init !== null;
  return false;
}

/** `await p`, `p.then(…)` */
function isWaitedFor(name: Node, module: Module): boolean {
  const parent = module.parent(name);
  if (parent?.type === 'AwaitExpression') return true;
  return parent?.type === 'MemberExpression' && parent.object === name && /^(?:then|catch|finally)$/.test(keyName(parent) ?? '');
}

/** Expressions of which only the truth counts. */
function conditionsIn(module: Module): Node[] {
  const tests: Node[] = [];
  for (const node of module.nodes('IfStatement', 'ConditionalExpression', 'WhileStatement', 'DoWhileStatement')) tests.push(node.test);
  for (const node of module.nodes('ForStatement')) if (node.test !== null) tests.push(node.test);
  for (const node of module.nodes('UnaryExpression')) if (node.operator === '!') tests.push(node.argument);
  for (const { callee, arguments: args } of module.nodes('CallExpression')) {
    const isBoolean = callee.type === 'Identifier' && callee.name === 'Boolean' && args.length === 1;
    if (isBoolean && args[0] !== undefined) tests.push(args[0]);
  }
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
