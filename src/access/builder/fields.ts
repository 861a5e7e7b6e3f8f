/**
 * Fields that are read from the rows of a query: followed forward from the query through variables, loops, list methods,
 * `then`, destructuring, functions the rows are handed to, and callers of the function that returns them.
 * Input: the expression that gives the rows. Output: names of fields with the first place each is read at.
 * Invariants: a value is followed only where it is certainly these rows; depth and number of places are limited.
 */
import { enclosingFunction, functionName } from '../../code/functions.ts';
import { isFunction, keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { functionOf, type Source } from '../values.ts';

const ROW_CALLBACKS = new Map([
  ...['map', 'flatMap', 'filter', 'forEach', 'find', 'findLast', 'some', 'every', 'then', 'each', 'tap', 'sort', 'findIndex'].map(
    (name) => [name, 0] as const,
  ),
  ['reduce', 1],
]);
/** Members that lead from a result to its rows, or from a list to one of them. */
const PASSES =
  /^(?:\d+|rows|data|at|find|findLast|pop|shift|filter|slice|sort|reverse|concat|catch|finally|then|execute|executeTakeFirst\w*)$/;
const MAX_PLACES = 400;

interface Search {
  readonly modules: Modules;
  readonly found: Map<string, Source>;
  readonly seen: Set<Node>;
}

/** The fields read from the rows that an expression gives. */
export function fieldsReadFrom(rows: Source, modules: Modules): ReadonlyMap<string, Source> {
  const search: Search = { modules, found: new Map(), seen: new Set() };
  follow(rows.node, rows.module, search, 0);
  return search.found;
}

function note(name: string | null, at: Source, { found }: Search): void {
  if (name !== null && !found.has(name)) found.set(name, at);
}

function follow(node: Node, module: Module, search: Search, depth: number): void {
  if (search.seen.has(node) || search.seen.size > MAX_PLACES || depth > 8) return;
  search.seen.add(node);
  const parent = module.parent(node);
  if (parent === null) return;
  if (parent.type === 'AwaitExpression' || (unwrap(parent) !== parent && unwrap(parent) === unwrap(node))) {
    follow(parent, module, search, depth);
    return;
  }
  switch (parent.type) {
    case 'VariableDeclarator':
      if (parent.init === node) taken(parent.id, module, search, depth);
      return;
    case 'AssignmentExpression':
      if (parent.right === node) taken(parent.left, module, search, depth);
      return;
    case 'ForOfStatement':
      if (parent.right === node && parent.left.type === 'VariableDeclaration')
        for (const { id } of parent.left.declarations) taken(id, module, search, depth);
      return;
    case 'MemberExpression':
      if (parent.object === node) member(parent, module, search, depth);
      return;
    case 'CallExpression':
      handed(node, parent, module, search, depth);
      return;
    case 'LogicalExpression':
    case 'ConditionalExpression':
    case 'SpreadElement':
      if (parent.type !== 'ConditionalExpression' || parent.test !== node) follow(parent, module, search, depth + 1);
      return;
    case 'ArrayExpression':
      if (module.parent(node)?.type === 'SpreadElement') follow(parent, module, search, depth + 1);
      return;
    case 'ReturnStatement':
    case 'ArrowFunctionExpression':
      returned(node, module, search, depth);
      return;
    default:
  }
}

/** Rows that a pattern takes apart or a variable holds. */
function taken(pattern: Node, module: Module, search: Search, depth: number): void {
  if (pattern.type === 'Identifier') {
    for (const use of module.references(pattern)) if (use !== pattern) follow(use, module, search, depth + 1);
    return;
  }
  if (pattern.type === 'AssignmentPattern') taken(pattern.left, module, search, depth);
  if (pattern.type === 'ArrayPattern') for (const element of pattern.elements) if (element) taken(element, module, search, depth);
  if (pattern.type !== 'ObjectPattern') return;
  for (const property of pattern.properties) {
    if (property.type === 'RestElement') taken(property.argument, module, search, depth);
    else if (/^(?:rows|data)$/.test(keyName(property) ?? '')) taken(property.value, module, search, depth);
    else note(keyName(property), { node: property.key, module }, search);
  }
}

function member(node: Extract<Node, { type: 'MemberExpression' }>, module: Module, search: Search, depth: number): void {
  const name = keyName(node);
  if (name === null || PASSES.test(name)) {
    const call = module.parent(node);
    if (call?.type !== 'CallExpression' || call.callee !== node) follow(node, module, search, depth + 1);
    else if (name !== null && ROW_CALLBACKS.has(name)) callback(name, call, module, search, depth);
    if (call?.type === 'CallExpression' && call.callee === node && name !== 'then') follow(call, module, search, depth + 1);
    return;
  }
  const call = module.parent(node);
  if (call?.type === 'CallExpression' && call.callee === node) {
    if (ROW_CALLBACKS.has(name)) callback(name, call, module, search, depth);
    return;
  }
  note(name, { node: node.property, module }, search);
}

/** `rows.map(this.toUser)`, `.then((rows) => …)`. */
function callback(name: string, call: Extract<Node, { type: 'CallExpression' }>, module: Module, search: Search, depth: number): void {
  const [first] = call.arguments;
  if (first && first.type !== 'SpreadElement') parameter({ node: first, module }, ROW_CALLBACKS.get(name) ?? 0, search, depth);
}

function parameter(source: Source, index: number, search: Search, depth: number): void {
  const target = functionOf(source, search.modules);
  const pattern = target?.node.params[index];
  if (target && pattern) taken(pattern.type === 'TSParameterProperty' ? pattern.parameter : pattern, target.module, search, depth + 1);
}

/** `toUser(row)`: the rows are the function's argument. */
function handed(node: Node, call: Extract<Node, { type: 'CallExpression' }>, module: Module, search: Search, depth: number): void {
  const index = (call.arguments as readonly Node[]).indexOf(node);
  if (index >= 0 && depth < 6) parameter({ node: call.callee, module }, index, search, depth + 1);
}

/** What the function's callers in this file do with what it returns. */
function returned(node: Node, module: Module, search: Search, depth: number): void {
  const owner = enclosingFunction(node, module);
  if (!owner || depth > 3) return;
  const parent = module.parent(owner);
  if (parent?.type === 'CallExpression' && parent.callee !== owner) {
    // The callback of `then` or `map`: its result is the call's.
    const callee = unwrap(parent.callee);
    if (callee.type === 'MemberExpression' && /^(?:then|transaction|\$transaction)$/.test(keyName(callee) ?? ''))
      follow(parent, module, search, depth + 1);
    return;
  }
  const name = functionName(owner, module)?.split('.').at(-1);
  if (name === undefined) return;
  for (const call of module.nodes('CallExpression')) {
    const callee = unwrap(call.callee);
    const isCalled =
      (callee.type === 'Identifier' && callee.name === name) ||
      (callee.type === 'MemberExpression' && callee.object.type === 'ThisExpression' && keyName(callee) === name);
    if (isCalled && !isFunction(callee)) follow(call, module, search, depth + 1);
  }
}
