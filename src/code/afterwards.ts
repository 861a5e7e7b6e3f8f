/**
 * What is known after a statement has completed normally: early exits, loops that have ended, assertions.
 * Input: a statement. Output: conditions that hold behind it, in source order.
 * Invariant: sound, not complete; what is unclear is left out.
 */
import { completes, completesAll, isInfinite, isTrue, neverReturns } from './flow.ts';
import type { Condition } from './guards.ts';
import { type CallNode, keyName, unwrap } from './syntax.ts';
import type { Module, Node } from './types.ts';

const known = new WeakMap<Node, readonly Condition[]>();

/** The conditions that hold where a statement has completed; computed once per statement. */
export function afterwards(statement: Node, module: Module): readonly Condition[] {
  const found = known.get(statement) ?? conditionsAfter(statement, module);
  known.set(statement, found);
  return found;
}

function conditionsAfter(statement: Node, module: Module): readonly Condition[] {
  switch (statement.type) {
    case 'IfStatement':
      return afterIf(statement, module);
    case 'SwitchStatement':
      return afterSwitch(statement, module);
    case 'ExpressionStatement':
      return afterExpression(statement.expression, module);
    case 'BlockStatement':
      return statement.body.flatMap((one) => afterwards(one, module));
    case 'TryStatement':
      return afterTry(statement, module);
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
      return afterLoop(statement, module);
    case 'LabeledStatement': {
      const isLeft = new RegExp(`\\bbreak\\s+${statement.label.name.replaceAll('$', '\\$')}`).test(textOf(statement.body, module));
      return isLeft ? [] : afterwards(statement.body, module);
    }
    default:
      return [];
  }
}

function afterIf(statement: Extract<Node, { type: 'IfStatement' }>, module: Module): Condition[] {
  const { test, consequent, alternate } = statement;
  const found: Condition[] = [];
  if (!completes(consequent, module)) {
    found.push({ kind: 'test', test, truth: false });
    if (alternate !== null) found.push(...afterwards(alternate, module));
  }
  if (alternate !== null && !completes(alternate, module)) {
    found.push({ kind: 'test', test, truth: true }, ...afterwards(consequent, module));
  }
  return found;
}

/** What the last part says holds in any case; what the block says, where nothing thrown in it comes here. */
function afterTry(statement: Extract<Node, { type: 'TryStatement' }>, module: Module): Condition[] {
  const { block, handler, finalizer } = statement;
  const isAlone = handler === null || !completes(handler.body, module);
  return [...(isAlone ? afterwards(block, module) : []), ...(finalizer === null ? [] : afterwards(finalizer, module))];
}

/** A loop that nothing breaks ends when its test fails. */
function afterLoop(
  statement: Extract<Node, { type: 'WhileStatement' | 'DoWhileStatement' | 'ForStatement' }>,
  module: Module,
): readonly Condition[] {
  const { test, body } = statement;
  if (test === null || isInfinite(statement) || /\bbreak\b/.test(textOf(body, module))) return [];
  return [{ kind: 'test', test, truth: false }];
}

/** Cases whose body leaves the block never reach what follows. */
function afterSwitch(statement: Extract<Node, { type: 'SwitchStatement' }>, module: Module): Condition[] {
  const gone: Node[] = [];
  let leaves = false;
  for (const one of statement.cases.toReversed()) {
    if (one.consequent.length > 0) leaves = leavesBlock(one.consequent, module);
    else if (one === statement.cases.at(-1)) leaves = false;
    if (leaves && one.test !== null) gone.push(one.test);
  }
  if (gone.length === 0 || isTrue(statement.discriminant)) return [];
  return [{ kind: 'case', subject: statement.discriminant, anyOf: gone, equal: false }];
}

/** Whether a case's body surely returns or throws: with no `break` anywhere in it. */
function leavesBlock(body: readonly Node[], module: Module): boolean {
  return !completesAll(body, module) && !body.some((one) => /\bbreak\b/.test(textOf(one, module)));
}

/** `on || fail()`, assertions, and calls of functions that may check something. */
function afterExpression(start: Node, module: Module): Condition[] {
  const expression = unwrap(start);
  if (expression.type === 'LogicalExpression' && expression.operator !== '??' && neverReturns(expression.right, module))
    return [{ kind: 'test', test: expression.left, truth: expression.operator === '||' }];
  const awaited = expression.type === 'AwaitExpression';
  const call = awaited ? unwrap(expression.argument) : expression;
  if (call.type !== 'CallExpression') return [];
  return [...asserted(call, module), ...checked(call, awaited)];
}

const assertions: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['assert', new Set(['default', 'ok', 'strict', '*'])],
  ['node:assert', new Set(['default', 'ok', 'strict', '*'])],
  ['tiny-invariant', new Set(['default'])],
  ['invariant', new Set(['default', '*'])],
]);

/** `assert(x)`, `assert.ok(x)`, `invariant(x)`: x is truthy afterwards. */
function asserted(call: CallNode, module: Module): Condition[] {
  const test = call.arguments[0];
  if (test === undefined || test.type === 'SpreadElement') return [];
  const isMember = call.callee.type === 'MemberExpression';
  const name = call.callee.type === 'MemberExpression' ? call.callee.object : call.callee;
  if (isMember && keyName(call.callee) !== 'ok') return [];
  const binding = name.type === 'Identifier' ? module.binding(name) : null;
  const isAssertion = binding?.kind === 'import' && assertions.get(binding.source)?.has(binding.imported) === true;
  return isAssertion ? [{ kind: 'test', test, truth: true }] : [];
}

const checks = /assert|ensure|require|check|guard|verify|invariant|must|enforce|only|validate|reject|fail|throw/i;

/** `await ensureEnabled()`: a function named like one that throws where something does not hold. */
function checked(call: CallNode, awaited: boolean): Condition[] {
  const callee = unwrap(call.callee);
  const name = callee.type === 'Identifier' ? callee.name : keyName(callee);
  return name !== null && checks.test(name) ? [{ kind: 'returned', call, awaited }] : [];
}

function textOf(node: Node, module: Module): string {
  return module.text.slice(node.start, node.end);
}
