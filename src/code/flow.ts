/**
 * Whether control can get past a statement.
 * Input: a statement. Output: false only where it surely returns, throws, breaks or continues; true where it is unclear.
 * Recursion is safe here: no program is deeper than the parser's depth limit.
 */
import { keyName, unwrap, unwrapAwait } from './syntax.ts';
import type { Module, Node } from './types.ts';

/** Whether the statement can complete normally, so that the next one runs. */
export function completes(statement: Node, module: Module): boolean {
  switch (statement.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return false;
    case 'BlockStatement':
      return statement.body.every((one) => completes(one, module));
    case 'IfStatement':
      return statement.alternate === null || completes(statement.consequent, module) || completes(statement.alternate, module);
    case 'TryStatement':
      return tryCompletes(statement, module);
    case 'SwitchStatement':
      return switchCompletes(statement, module);
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
      return !isInfinite(statement) || /\bbreak\b/.test(module.text.slice(statement.start, statement.end));
    case 'ExpressionStatement':
      return !neverReturns(statement.expression, module);
    default:
      return true;
  }
}

/** Whether control can get past all of these statements. */
export function completesAll(body: readonly Node[], module: Module): boolean {
  return body.every((statement) => completes(statement, module));
}

export function isTrue(node: Node): boolean {
  return node.type === 'Literal' && node.value === true;
}

/** `while (true)`, `for (;;)`: left by `break`, `return` and `throw` alone. */
export function isInfinite(loop: Extract<Node, { type: 'WhileStatement' | 'DoWhileStatement' | 'ForStatement' }>): boolean {
  return loop.test === null || isTrue(loop.test);
}

/** Whether the node is a function declaration, which can be called before the statements above it have run. */
export function isHoisted(node: Node): boolean {
  const declared = node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration' ? node.declaration : node;
  return declared?.type === 'FunctionDeclaration';
}

function tryCompletes(statement: Extract<Node, { type: 'TryStatement' }>, module: Module): boolean {
  if (statement.finalizer !== null && !completes(statement.finalizer, module)) return false;
  return completes(statement.block, module) || (statement.handler !== null && completes(statement.handler.body, module));
}

/** A switch surely leaves only with a default, without any `break`, and when its last body leaves. */
function switchCompletes(statement: Extract<Node, { type: 'SwitchStatement' }>, module: Module): boolean {
  if (!statement.cases.some((one) => one.test === null)) return true;
  if (/\bbreak\b/.test(module.text.slice(statement.start, statement.end))) return true;
  return statement.cases.at(-1)?.consequent.every((one) => completes(one, module)) ?? true;
}

const navigation: ReadonlySet<string> = new Set(['redirect', 'permanentRedirect', 'notFound', 'forbidden', 'unauthorized']);

/** Calls that end the process or throw by contract: `process.exit()`, Next's `redirect()`, a local function that only throws. */
export function neverReturns(expression: Node, module: Module): boolean {
  const isAwaited = unwrap(expression).type === 'AwaitExpression';
  const call = unwrapAwait(expression);
  if (call.type !== 'CallExpression') return false;
  const { callee } = call;
  if (callee.type === 'MemberExpression')
    return callee.object.type === 'Identifier' && callee.object.name === 'process' && keyName(callee) === 'exit';
  const binding = callee.type === 'Identifier' ? module.binding(callee) : null;
  if (binding?.kind === 'function') return onlyThrows(binding.node, isAwaited);
  return binding?.kind === 'import' && binding.source === 'next/navigation' && navigation.has(binding.imported);
}

/** A function declared once whose body is a `throw`, or ends in one with nothing but plain statements before. */
function onlyThrows(declaration: Node, isAwaited: boolean): boolean {
  if (declaration.type !== 'FunctionDeclaration' || declaration.generator || (declaration.async && !isAwaited)) return false;
  const body = declaration.body?.body ?? [];
  return (
    body.at(-1)?.type === 'ThrowStatement' &&
    body.slice(0, -1).every((one) => one.type === 'VariableDeclaration' || one.type === 'ExpressionStatement')
  );
}
