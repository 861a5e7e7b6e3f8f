/**
 * Home-made flag checks: functions of the repository named like one, that look up a key they are given in a table, a set,
 * a list of rows or a database.
 * Input: a module. Output: its lookups, by the node that looks up. Syntax only; what they mean is inferred.ts's business.
 * Invariant: a lookup is one only inside a function named like a flag check, with a key that comes by a parameter, or in
 * something named `featureFlags`, with a key that stands there.
 */
import { enclosingClass, functionName } from '../code/functions.ts';
import {
  childrenOf,
  type FunctionNode,
  isFunction,
  keyName,
  type MemberNode,
  patternIdentifiers,
  unwrap,
  unwrapAwait,
} from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { type Bag, bagOf, isAsked, isFeatureFlagConstant, mentionsFeatureFlags, ownName, patternBag } from './bags.ts';
import { isCheckName, isFlagOwner, isFlagRecord, isMemberCheckName, keyNames, wordsOf } from './flag-names.ts';

export interface Lookup {
  /** The expression with the key: a parameter, or a property of one; the name itself of `featureFlags.newEmail`. */
  readonly key: Node;
  readonly name?: string;
  readonly gives: 'truth' | 'value' | 'row';
}

export interface Check {
  readonly fn: FunctionNode;
  readonly lookups: ReadonlyMap<Node, Lookup>;
  /** The parameter that it hands on, where all it does is return what another function of the repository answers. */
  readonly handsOn: Node | null;
}

interface Checks {
  readonly byFunction: ReadonlyMap<Node, Check>;
  readonly byLookup: ReadonlyMap<Node, Lookup>;
}

const known = new WeakMap<Module, Checks>();
const none: Checks = { byFunction: new Map(), byLookup: new Map() };
const maxLength = 6_000;

/** The flag checks of a module. */
export function checksOf(module: Module): Checks {
  const found = known.get(module);
  if (found !== undefined) return found;
  const checks = /flag|feature|toggle|gate|experiment/i.test(module.text) ? readChecks(module) : none;
  known.set(module, checks);
  return checks;
}

function readChecks(module: Module): Checks {
  const byFunction = new Map<Node, Check>();
  const byLookup = new Map<Node, Lookup>();
  for (const fn of functionsOf(module)) {
    if (fn.params.length === 0 || fn.end - fn.start > maxLength || !isNamedLikeCheck(fn, module)) continue;
    const lookups = new Map<Node, Lookup>();
    findLookups(fn, module, lookups);
    const handsOn = lookups.size === 0 ? handedOn(fn, module) : null;
    if (lookups.size === 0 && handsOn === null) continue;
    byFunction.set(fn, { fn, lookups, handsOn });
    for (const [node, lookup] of lookups) byLookup.set(node, lookup);
  }
  for (const node of module.nodes('MemberExpression', 'CallExpression')) {
    const lookup = byLookup.has(node) ? null : directLookup(node, module);
    if (lookup !== null) byLookup.set(node, lookup);
  }
  for (const { id } of module.nodes('VariableDeclarator')) {
    for (const name of id.type === 'ObjectPattern' ? patternIdentifiers(id) : []) {
      const taken = patternBag(name, module);
      if (taken?.bag === 'given' && !noFlags.test(taken.key)) byLookup.set(name, { key: name, name: taken.key, gives: 'row' });
    }
  }
  return { byFunction, byLookup };
}

/** The key in `return evaluate(key)`, where `evaluate` is no function of a package. */
function handedOn(fn: FunctionNode, module: Module): Node | null {
  const last = fn.body?.type === 'BlockStatement' ? fn.body.body.at(-1) : fn.body;
  const value = last?.type === 'ReturnStatement' ? last.argument : last;
  const call = value == null ? null : unwrapAwait(value as Node);
  if (call?.type !== 'CallExpression' || call.callee.type !== 'Identifier') return null;
  const binding = module.binding(call.callee);
  if (binding === null || (binding.kind === 'import' && !/^[.~@#/]/.test(binding.source))) return null;
  return call.arguments.find((one) => isKeyOf(one, fn, module)) ?? null;
}

/** `featureFlags[FLAG.newEmail]`, `flags?.newEmail` of a type of flags, `featureFlags.includes('new-email')`. */
function directLookup(node: Node, module: Module): Lookup | null {
  if (node.type === 'MemberExpression') return memberLookup(node, module);
  const callee = node.type === 'CallExpression' ? unwrap(node.callee) : null;
  if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression' || !isFlagRecord(ownName(callee.object))) return null;
  const method = keyName(callee) ?? '';
  const first = node.arguments[0];
  if (first === undefined) return null;
  if (memberships.has(method)) return isWrittenKey(first) ? { key: first, gives: method === 'get' ? 'row' : 'truth' } : null;
  return method === 'some' || method === 'find' ? comparedLookup(first, method, isWrittenKey) : null;
}

function memberLookup(node: MemberNode, module: Module): Lookup | null {
  if (!isReadOnly(node, module)) return null;
  if (node.computed && unwrap(node.property).type !== 'Literal') return indexedLookup(node, module);
  const bag = bagOf(node.object, module);
  const name = keyName(node);
  if (bag === null || bag === 'loose' || name === null) return null;
  if (node.computed && bag !== 'scoped') return isCounted(node, module) ? null : { key: node.property, gives: 'row' };
  return isFlagMember(node, name, bag, module) ? { key: node.property, name, gives: 'row' } : null;
}

/** `flags[FEATURE_FLAG.newEmail]`; of what is known to hold flags, an imported constant or the key of a row too. */
function indexedLookup(node: MemberNode, module: Module): Lookup | null {
  const key = unwrap(node.property);
  const isConstant = isFeatureFlagConstant(key);
  if (!isConstant && !isWrittenKey(key) && key.type !== 'Identifier' && key.type !== 'MemberExpression') return null;
  const bag = bagOf(node.object, module);
  if (bag === null || isCounted(node, module)) return null;
  const isKey = isConstant || (bag === 'given' ? isKeyExpression(key, module) : bag === 'named' && isWrittenKey(key));
  return isKey ? { key: node.property, gives: 'row' } : null;
}

function isKeyExpression(key: Node, module: Module): boolean {
  if (key.type === 'MemberExpression') return isWrittenKey(key) || (!key.computed && keyNames.has(keyName(key) ?? ''));
  const binding = key.type === 'Identifier' ? module.binding(key) : null;
  return binding?.kind === 'import' || (binding?.kind === 'variable' && binding.init !== null && unwrap(binding.init).type === 'Literal');
}

/** A text, or a constant of something named like flags. */
function isWrittenKey(node: Node): boolean {
  const inner = unwrap(node);
  if (inner.type === 'Literal') return typeof inner.value === 'string';
  return inner.type === 'MemberExpression' && !inner.computed && isFlagOwner(ownName(inner.object).replace(/Enum$/, ''));
}

const noFlags =
  /^(?:length|size|data|error|errors|loading|isLoading|isError|isFetching|map|filter|prototype|id|name|title|description|toString|then|state|current)$/;

/** A member that stands for a flag: of what is known to hold flags, or used as a condition. */
function isFlagMember(node: MemberNode, name: string, bag: Bag, module: Module): boolean {
  if (noFlags.test(name) || /^[A-Z]\w*$/.test(ownName(node.object)) || isCalled(node, module)) return false;
  if (bag === 'given') return true;
  if (bag === 'scoped') return mentionsFeatureFlags(module) && isAsked(node, module);
  return !isCounted(node, module) && isCondition(node, module);
}

function isCalled(node: Node, module: Module): boolean {
  const parent = module.parent(node);
  return parent?.type === 'CallExpression' && parent.callee === node;
}

function isCondition(node: Node, module: Module): boolean {
  let child = node;
  let up = module.parent(child);
  while (up !== null && unwrap(up) !== up) {
    child = up;
    up = module.parent(up);
  }
  if (up?.type === 'LogicalExpression') return up.left === child || up.operator !== '??';
  if (up?.type === 'UnaryExpression') return up.operator === '!';
  if (up?.type === 'CallExpression') return up.callee.type === 'Identifier' && up.callee.name === 'Boolean';
  return (up?.type === 'IfStatement' || up?.type === 'ConditionalExpression') && up.test === child;
}

function functionsOf(module: Module): readonly FunctionNode[] {
  return module
    .nodes('FunctionDeclaration' as Node['type'], 'FunctionExpression' as Node['type'], 'ArrowFunctionExpression')
    .filter(isFunction);
}

function isNamedLikeCheck(fn: FunctionNode, module: Module): boolean {
  const full = functionName(fn, module) ?? aroundName(fn, module);
  const name = full?.split('.').at(-1) ?? null;
  if (name === null || name === 'constructor') return false;
  const own = name === 'default' ? stemOf(module.path) : name;
  if (isCheckName(own)) return true;
  const owners = [enclosingClass(fn, module)?.id?.name, full?.includes('.') ? full.split('.')[0] : undefined, flagFile(module.path)];
  return isMemberCheckName(own) && owners.some((one) => one !== undefined && one !== null && isFlagOwner(one));
}

/** The name of the function that returns this one: `makeFlag = () => (key) => …` hands on a check under its callers' names. */
function aroundName(fn: FunctionNode, module: Module): string | null {
  const parent = module.parent(fn);
  const outer = parent?.type === 'ReturnStatement' || parent?.type === 'ArrowFunctionExpression' ? functionAround(parent, module) : null;
  const name = outer === null ? null : functionName(outer, module);
  return name === null ? null : name.replace(/Evaluator$|^(?:make|create|build)/, '');
}

function functionAround(node: Node, module: Module): FunctionNode | null {
  for (let up: Node | null = node; up !== null; up = module.parent(up)) if (isFunction(up)) return up;
  return null;
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/(?:\.\w+)+$/, '');
}

/** A file that is about flags by its name; `features` alone is how folders and parts of programs are called. */
function flagFile(path: string): string | null {
  const stem = stemOf(path);
  const words = wordsOf(stem);
  return words.includes('flag') || words.includes('flags') || words.some((one) => /^feature(?:flag|toggle)s?$/.test(one)) ? stem : null;
}

function findLookups(fn: FunctionNode, module: Module, found: Map<Node, Lookup>): void {
  const stack: Node[] = fn.body === null ? [] : [fn.body];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const lookup = lookupAt(node, fn, module);
    if (lookup !== null) found.set(node, lookup);
    for (const child of childrenOf(node)) stack.push(child);
  }
}

function lookupAt(node: Node, fn: FunctionNode, module: Module): Lookup | null {
  if (node.type === 'MemberExpression') {
    const isKey = node.computed && isKeyOf(node.property, fn, module);
    return isKey && isReadOnly(node, module) && !isCounted(node, module) ? { key: node.property, gives: 'row' } : null;
  }
  if (node.type !== 'CallExpression' || unwrap(node.callee).type !== 'MemberExpression') return null;
  const callee = unwrap(node.callee) as Extract<Node, { type: 'MemberExpression' }>;
  const method = keyName(callee) ?? '';
  const first = node.arguments[0];
  if (first === undefined || isArguments(callee.object)) return null;
  if (memberships.has(method)) return isKeyOf(first, fn, module) ? { key: first, gives: method === 'get' ? 'row' : 'truth' } : null;
  if (method === 'some' || method === 'find') return comparedLookup(first, method, (one) => isKeyOf(one, fn, module));
  return queries.has(method) ? queryLookup(first, fn, module) : null;
}

const memberships: ReadonlySet<string> = new Set(['has', 'includes', 'get']);
const queries: ReadonlySet<string> = new Set(['findFirst', 'findUnique', 'findOne', 'findFirstOrThrow', 'findUniqueOrThrow', 'findOneBy']);

/** `process.argv.includes(flag)`: the flags of a command line. */
function isArguments(node: Node): boolean {
  const owner = unwrap(node);
  const name = owner.type === 'Identifier' ? owner.name : keyName(owner);
  return name === 'argv' || name === 'args';
}

function isReadOnly(node: Node, module: Module): boolean {
  const parent = module.parent(node);
  if (parent?.type === 'AssignmentExpression') return parent.left !== node;
  return parent?.type !== 'UpdateExpression' && !(parent?.type === 'UnaryExpression' && parent.operator === 'delete');
}

/** `counts[flag] ?? 0`: a number, and no switch. */
function isCounted(node: Node, module: Module): boolean {
  let up = module.parent(node);
  while (up !== null && (up.type === 'ChainExpression' || unwrap(up) !== up)) up = module.parent(up);
  return up?.type === 'LogicalExpression' && up.right.type === 'Literal' && typeof up.right.value === 'number';
}

/** `.some((flag) => flag.name === key && flag.active)`, `.find((flag) => flag.name === key)`. */
function comparedLookup(callback: Node, method: string, isKey: (node: Node) => boolean): Lookup | null {
  if (callback.type !== 'ArrowFunctionExpression' || callback.body.type === 'BlockStatement') return null;
  for (const part of conjuncts(callback.body)) {
    if (part.type !== 'BinaryExpression' || (part.operator !== '===' && part.operator !== '==')) continue;
    const key = [part.left, part.right].find(isKey);
    const other = key === part.left ? part.right : part.left;
    const name = other.type === 'MemberExpression' ? keyName(other) : null;
    const isRow = other.type === 'Identifier' || (name !== null && keyNames.has(name));
    if (key !== undefined && isRow) return { key, gives: method === 'some' ? 'truth' : 'row' };
  }
  return null;
}

/** The parts of a conjunction, none of which may be turned round. */
function conjuncts(node: Node): readonly Node[] {
  const inner = unwrap(node);
  return inner.type === 'LogicalExpression' && inner.operator === '&&' ? [...conjuncts(inner.left), ...conjuncts(inner.right)] : [inner];
}

/** `findFirst({ where: { key } })`. */
function queryLookup(options: Node, fn: FunctionNode, module: Module): Lookup | null {
  if (options.type !== 'ObjectExpression') return null;
  for (const property of options.properties) {
    if (property.type !== 'Property') continue;
    if (keyName(property) === 'where' && property.value.type === 'ObjectExpression') return queryLookup(property.value, fn, module);
    if (keyNames.has(keyName(property) ?? '') && isKeyOf(property.value, fn, module)) return { key: property.value, gives: 'row' };
  }
  return null;
}

/** A parameter of the function that can be a key, or a property of one that is called like a key. */
function isKeyOf(node: Node, fn: FunctionNode, module: Module): boolean {
  const inner = unwrap(node);
  const isProperty = inner.type === 'MemberExpression' && !inner.computed;
  if (isProperty && !keyNames.has(keyName(inner) ?? '')) return false;
  const name = isProperty ? unwrap(inner.object) : inner;
  const binding = name.type === 'Identifier' ? module.binding(name) : null;
  if (binding?.kind !== 'parameter' || binding.owner !== fn) return false;
  if (isProperty) return binding.path.length === 0;
  if (binding.path.length === 1) return keyNames.has(binding.path[0] ?? '');
  return binding.path.length === 0 && isTextType(binding.annotation);
}

const otherTypes: ReadonlySet<string> = new Set([
  ...['TSNumberKeyword', 'TSBooleanKeyword', 'TSObjectKeyword', 'TSTypeLiteral', 'TSArrayType', 'TSFunctionType', 'TSBigIntKeyword'],
]);

function isTextType(annotation: Node | null): boolean {
  return annotation === null || !otherTypes.has(annotation.type);
}
