/**
 * The transaction a query runs in, where the code around it opens one: `db.transaction(async (tx) => …)`.
 * Input: a node and its module. Output: the call that opens it; null where none is seen around it.
 */
import { isFunction, keyName, unwrap } from './syntax.ts';
import type { Module, Node } from './types.ts';

const OPENS = new Set([
  'transaction',
  '$transaction',
  'transactional',
  'withTransaction',
  'runInTransaction',
  'inTransaction',
  'begin',
  'tx',
  'txIf',
  'execute',
]);

/** The innermost call whose callback (or list, for Prisma's `$transaction([…])`) the node stands in. */
export function transactionAround(node: Node, module: Module): Node | null {
  let inner = node;
  for (let up = module.parent(node); up !== null; inner = up, up = module.parent(up)) {
    if (up.type !== 'CallExpression' || up.callee === inner || !opens(up, inner)) continue;
    return up;
  }
  return null;
}

function opens({ callee }: Extract<Node, { type: 'CallExpression' }>, argument: Node): boolean {
  const name = callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' ? keyName(callee) : null;
  if (name === null || !OPENS.has(name)) return false;
  const given = unwrap(argument);
  if (name === 'execute') return isFunction(given) && callee.type === 'MemberExpression' && isTransactionCall(callee.object);
  return isFunction(given) || (name === '$transaction' && given.type === 'ArrayExpression');
}

/** Kysely's `db.transaction().execute(async (trx) => …)`. */
function isTransactionCall(node: Node): boolean {
  const call = unwrap(node);
  const callee = call.type === 'CallExpression' ? call.callee : null;
  if (callee?.type !== 'MemberExpression') return false;
  return keyName(callee) === 'transaction' || isTransactionCall(callee.object);
}
