/**
 * Values that hold the flags of someone, by their names and declared types: `featureFlags`, `uiConfig.flags`,
 * `flags: Partial<FeatureFlagCatalog>`, what `getGlobalFlags()` gave.
 * Input: an expression and its module. Output: how sure it is that its members are flags. Syntax only, bounded.
 * Invariant: a name alone never makes a bag of `flags`: those are of command lines and compilers too.
 */
import { isFunction, keyName, unwrap, unwrapAwait } from '../code/syntax.ts';
import type { Binding, Module, Node } from '../code/types.ts';
import { isAction, isFlagBagType, isFlagRecord, isFlagsOfSomeone, saysFeatureFlag, wordsOf } from './flag-names.ts';

/**
 * `given`: a declared type, a hook or a configuration says that its members are flags. `named`: it is called `featureFlags`.
 * `scoped`: it is called the flags of someone, or of a type that ends so. `loose`: it is called flags.
 */
export type Bag = 'given' | 'named' | 'scoped' | 'loose';

const maxDepth = 6;

/** What kind of bag an expression is; null: none. */
export function bagOf(node: Node, module: Module, depth = 0): Bag | null {
  const owner = unwrapAwait(node);
  if (depth > maxDepth) return null;
  if (owner.type === 'Identifier') return nameBag(owner, module, depth);
  if (owner.type === 'MemberExpression') return memberBag(owner, module, depth);
  if (owner.type === 'LogicalExpression' && owner.operator !== '&&') return bagOf(owner.left, module, depth + 1);
  if (owner.type === 'CallExpression') return callBag(owner);
  return null;
}

/** What a name in a destructuring pattern stands for: `{ flags: { newEmail } } = uiConfig`. What a hook gives may be more than flags. */
export function patternBag(
  name: Extract<Node, { type: 'Identifier' }>,
  module: Module,
): { readonly bag: Bag; readonly key: string } | null {
  const binding = module.binding(name);
  if (binding?.kind !== 'variable' || binding.node !== name || binding.init === null || binding.path.length === 0) return null;
  const key = binding.path.at(-1) ?? '';
  const isCall = unwrapAwait(binding.init).type === 'CallExpression';
  if (isCall && binding.path.length === 1) return null;
  const bag = binding.path.length === 1 ? bagOf(binding.init, module) : pathBag(binding.init, binding.path.slice(0, -1));
  return bag === null ? null : { bag, key };
}

function nameBag(owner: Extract<Node, { type: 'Identifier' }>, module: Module, depth: number): Bag | null {
  const binding = module.binding(owner);
  const declared = binding === null ? null : declaredBag(binding, module);
  if (declared !== null) return declared;
  const init = binding?.kind === 'variable' && binding.constant ? binding.init : null;
  const path = binding?.kind === 'variable' ? binding.path : [];
  const given = init === null ? null : path.length > 0 ? pathBag(init, path) : bagOf(init, module, depth + 1);
  if (given === 'given') return given;
  const alias = path.length === 0 && given === 'named' && init !== null && isCastMember(init) ? 'given' : given;
  return alias ?? byName(owner.name);
}

/** `org.featureFlags as Record<string, unknown>`: only what reads flags out of it gives it another name and such a type. */
function isCastMember(init: Node): boolean {
  if (init.type !== 'TSAsExpression' || unwrap(init).type !== 'MemberExpression') return false;
  const type = init.typeAnnotation;
  return type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name === 'Record';
}

function memberBag(owner: Extract<Node, { type: 'MemberExpression' }>, module: Module, depth: number): Bag | null {
  const name = keyName(owner) ?? '';
  if (isFlagRecord(name)) return 'named';
  if (name === 'flags' && /[cC]onfig$/.test(ownName(owner.object))) return 'given';
  const holder = unwrap(owner.object);
  const binding = holder.type === 'Identifier' ? module.binding(holder) : null;
  const type = binding !== null && 'annotation' in binding && binding.path.length === 0 ? binding.annotation : null;
  const typed = type === null ? null : typeBag(memberType(type, [name], module), module);
  if (typed !== null) return typed;
  const init = binding?.kind === 'variable' && binding.path.length === 0 && binding.init !== null ? unwrap(binding.init) : null;
  const property =
    init?.type === 'ObjectExpression' ? init.properties.find((one) => one.type === 'Property' && keyName(one) === name) : null;
  const given = property?.type === 'Property' ? bagOf(property.value, module, depth + 1) : null;
  return given ?? byName(name);
}

/** `useFeatureFlags()`, `getGlobalFlags()`, `globalFlags.current()`. */
function callBag(call: Extract<Node, { type: 'CallExpression' }>): Bag | null {
  const callee = unwrap(call.callee);
  if (isAction(ownName(callee))) return null;
  if (callee.type === 'Identifier') return isFlagRecord(callee.name) ? 'given' : byName(callee.name);
  if (callee.type !== 'MemberExpression') return null;
  const method = keyName(callee) ?? '';
  const isHeld = /^(?:current|get|value|snapshot|peek)$/.test(method) && call.arguments.length === 0;
  if (isHeld) return byName(ownName(callee.object).replace(/(?:Registry|Cache|Store|Snapshot)$/, ''));
  return isFlagRecord(method) ? 'named' : byName(method);
}

function byName(name: string): Bag | null {
  if (isFlagRecord(name)) return 'named';
  if (!/(?:^f|F)lags$/.test(name)) return null;
  return isFlagsOfSomeone(name) ? 'scoped' : 'loose';
}

function pathBag(init: Node, path: readonly string[]): Bag | null {
  const last = path.at(-1) ?? '';
  const before = path.length > 1 ? (path.at(-2) ?? '') : ownName(unwrapAwait(init));
  if (last === 'flags' && /[cC]onfig$/.test(before)) return 'given';
  return byName(last);
}

/** The bag that a declared type makes of a name. */
function declaredBag(binding: Binding, module: Module): Bag | null {
  if (binding.kind !== 'variable' && binding.kind !== 'parameter') return null;
  if (binding.annotation === null) return null;
  return typeBag(binding.path.length === 0 ? binding.annotation : memberType(binding.annotation, binding.path, module), module);
}

const wrappers: ReadonlySet<string> = new Set(['Partial', 'Required', 'Readonly', 'NonNullable', 'Pick', 'Omit', 'Promise']);

function typeBag(type: Node | null, module: Module, depth = 0): Bag | null {
  if (type === null || depth > maxDepth) return null;
  if (type.type === 'TSUnionType') {
    const found = type.types.map((one) => typeBag(one, module, depth + 1)).filter((one) => one !== null);
    return found.includes('given') ? 'given' : (found[0] ?? null);
  }
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return null;
  const { name } = type.typeName;
  const first = type.typeArguments?.params[0] ?? null;
  if (wrappers.has(name)) return typeBag(first, module, depth + 1);
  if (name === 'Record') return first?.type === 'TSTypeReference' && saysFeatureFlag(typeName(first)) ? 'given' : null;
  if (isClass(type.typeName, module)) return null;
  if (isFlagBagType(name)) return 'given';
  return /[a-z]Flags$/.test(name) && isFlagsOfSomeone(name, true) ? 'scoped' : null;
}

function isClass(name: Node, module: Module): boolean {
  return name.type === 'Identifier' && module.binding(name)?.kind === 'class';
}

function typeName(type: Extract<Node, { type: 'TSTypeReference' }>): string {
  return type.typeName.type === 'Identifier' ? type.typeName.name : '';
}

/** The type of a property, through types declared in the same file. */
function memberType(start: Node, path: readonly string[], module: Module): Node | null {
  let type: Node | null = start;
  for (const name of path) type = type === null ? null : propertyType(type, name, module, 0);
  return type;
}

function propertyType(type: Node, name: string, module: Module, depth: number): Node | null {
  if (depth > maxDepth) return null;
  if (type.type === 'TSUnionType' || type.type === 'TSIntersectionType') {
    for (const one of type.types) {
      const found = propertyType(one, name, module, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }
  if (type.type === 'TSTypeReference') {
    const declared = type.typeName.type === 'Identifier' ? module.binding(type.typeName) : null;
    return declared?.kind === 'type' ? propertyType(declared.node, name, module, depth + 1) : null;
  }
  if (type.type === 'TSTypeAliasDeclaration') return propertyType(type.typeAnnotation, name, module, depth + 1);
  const members = type.type === 'TSTypeLiteral' ? type.members : type.type === 'TSInterfaceDeclaration' ? type.body.body : [];
  const member = members.find((one) => keyName(one) === name);
  return member?.type === 'TSPropertySignature' ? (member.typeAnnotation?.typeAnnotation ?? null) : null;
}

/** The name of a value as it is written: its own, or of the member. */
export function ownName(node: Node): string {
  const owner = unwrap(node);
  return (owner.type === 'Identifier' ? owner.name : keyName(owner)) ?? '';
}

const mentions = new WeakMap<Module, boolean>();

/** Whether a file speaks of feature flags by a name, and not in a comment alone. */
export function mentionsFeatureFlags(module: Module): boolean {
  const known = mentions.get(module);
  if (known !== undefined) return known;
  const says = (name: string | null) => name !== null && saysFeatureFlag(name);
  const found =
    /feature_?flag/i.test(module.text) &&
    (module.nodes('Identifier').some((one) => says(one.name)) ||
      module.nodes('TSPropertySignature').some((one) => says(keyName(one))) ||
      module.nodes('Property').some((one) => says(keyName(one))));
  mentions.set(module, found);
  return found;
}

/** Whether a node is a plain part of an expression that is asked for a yes or no, or has another value where it is missing. */
export function isAsked(node: Node, module: Module): boolean {
  let child = node;
  let up = module.parent(child);
  while (up !== null && (unwrap(up) !== up || up.type === 'ChainExpression')) {
    child = up;
    up = module.parent(up);
  }
  if (up === null || isFunction(up)) return false;
  if (up.type === 'LogicalExpression') return up.left === child && (up.operator !== '??' || up.right.type === 'Literal');
  if (up.type === 'BinaryExpression')
    return /^[!=]==?$/.test(up.operator) && [up.left, up.right].some((one) => one.type === 'Literal' && typeof one.value === 'boolean');
  return (
    (up.type === 'UnaryExpression' && up.operator === '!') ||
    ((up.type === 'IfStatement' || up.type === 'ConditionalExpression') && up.test === child)
  );
}

/** Whether a constant stands among feature flags: `FEATURE_FLAG.x`, `FeatureFlagEnum.x`. */
export function isFeatureFlagConstant(key: Node): boolean {
  const inner = unwrap(key);
  return (
    inner.type === 'MemberExpression' &&
    !inner.computed &&
    saysFeatureFlag(ownName(inner.object)) &&
    wordsOf(ownName(inner.object)).length <= 4
  );
}
