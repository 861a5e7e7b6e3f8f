/**
 * Whether control can get past a statement.
 * Input: a statement. Output: false only where it surely returns, throws, breaks or continues; true where it is unclear.
 * Recursion is safe here: no program is deeper than the parser's depth limit.
 */
import { keyName, unwrapAwait } from './syntax.ts';
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
    case 'ExpressionStatement':
      return !neverReturns(statement.expression, module);
    default:
      return true;
  }
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

/** Calls that end the process or throw by contract: `process.exit()`, Next's `redirect()` and `notFound()`. */
function neverReturns(expression: Node, module: Module): boolean {
  const call = unwrapAwait(expression);
  if (call.type !== 'CallExpression') return false;
  const { callee } = call;
  if (callee.type === 'MemberExpression')
    return callee.object.type === 'Identifier' && callee.object.name === 'process' && keyName(callee) === 'exit';
  const binding = callee.type === 'Identifier' && navigation.has(callee.name) ? module.binding(callee) : null;
  return binding?.kind === 'import' && binding.source === 'next/navigation';
}
