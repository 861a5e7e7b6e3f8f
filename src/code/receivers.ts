/**
 * What the object of a method call is: `this`, an injected service by its declared type, a `new X()`, an object literal.
 * Input: an expression. Output: the class or object it certainly is, `other` where it certainly is none of the
 * repository's classes and objects, else `unknown`.
 * Invariants: types are taken at their word, without checking; depth is bounded.
 */
import { isFunction, keyName, unwrap } from './syntax.ts';
import type { Binding, Module, Modules, Node } from './types.ts';
import { originOf } from './values.ts';

export type ClassNode = Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>;
export type ObjectNode = Extract<Node, { type: 'ObjectExpression' }>;

export type Receiver =
  | { readonly kind: 'class'; readonly node: ClassNode; readonly module: Module; readonly isStatic: boolean }
  | { readonly kind: 'object'; readonly node: ObjectNode; readonly module: Module }
  | { readonly kind: 'other' | 'unknown' };

const OTHER: Receiver = { kind: 'other' };
const UNKNOWN: Receiver = { kind: 'unknown' };
const MAX_DEPTH = 8;

/** Globals of the language and its hosts, none of which holds functions of the repository. */
const GLOBALS: ReadonlySet<string> = new Set(
  `Array ArrayBuffer BigInt Blob Boolean Buffer Date Error File FormData Headers Infinity Intl JSON Map Math NaN Number Object Promise
   Proxy ReadableStream Reflect RegExp Request Response Set String Symbol TextDecoder TextEncoder URL URLSearchParams Uint8Array WeakMap
   WeakSet console crypto document fetch history localStorage location navigator performance process sessionStorage`.split(/\s+/),
);

/** Global types that wrap what they are given, so that nothing is known of it. */
const WRAPPERS: ReadonlySet<string> = new Set(
  `Awaited Exclude Extract InstanceType NonNullable Omit Partial Pick Readonly Record Required ReturnType Parameters ThisType`.split(/\s+/),
);

/** What an expression is when a method is called on it. */
export function receiverOf(start: Node, module: Module, modules: Modules, depth = 0): Receiver {
  const node = unwrap(start);
  if (depth > MAX_DEPTH) return UNKNOWN;
  switch (node.type) {
    case 'ThisExpression':
      return thisReceiver(node, module);
    case 'Super':
      return superReceiver(node, module, modules);
    case 'NewExpression':
      return instanceOf(node.callee, module, modules);
    case 'Identifier':
      return namedReceiver(node, module, modules, depth);
    case 'MemberExpression':
      return memberReceiver(node, module, modules, depth);
    case 'ObjectExpression':
      return node.properties.some((one) => one.type === 'SpreadElement') ? UNKNOWN : { kind: 'object', node, module };
    case 'CallExpression':
      return callReceiver(node, module, modules, depth);
    case 'Literal':
    case 'TemplateLiteral':
    case 'ArrayExpression':
    case 'BinaryExpression':
      return OTHER;
    default:
      return UNKNOWN;
  }
}

/** What a value of this declared type is. */
export function receiverOfType(annotation: Node | null, module: Module, modules: Modules, depth = 0): Receiver {
  if (annotation === null || depth > MAX_DEPTH) return UNKNOWN;
  if (/^TS(?:String|Number|Boolean|BigInt|Null|Undefined|Void|Never|Symbol)Keyword$/.test(annotation.type)) return OTHER;
  switch (annotation.type) {
    case 'TSArrayType':
    case 'TSTupleType':
    case 'TSLiteralType':
    case 'TSFunctionType':
      return OTHER;
    case 'TSUnionType': {
      const solid = annotation.types
        .map((one) => receiverOfType(one, module, modules, depth + 1))
        .filter((one, at) => !(one.kind === 'other' && /Null|Undefined/.test(annotation.types[at]?.type ?? '')));
      return solid.length === 1 ? (solid[0] ?? UNKNOWN) : solid.every((one) => one.kind === 'other') ? OTHER : UNKNOWN;
    }
    case 'TSTypeReference':
      return namedType(annotation.typeName, module, modules);
    default:
      return UNKNOWN;
  }
}

function namedType(name: Node, module: Module, modules: Modules): Receiver {
  const root = name.type === 'TSQualifiedName' ? name.left : name;
  if (root.type !== 'Identifier') return UNKNOWN;
  if (module.binding(root) === null) return WRAPPERS.has(root.name) || !GLOBALS.has(root.name) ? UNKNOWN : OTHER;
  const origin = originOf(root, module, modules);
  if (origin === null || name.type === 'TSQualifiedName') return origin?.kind === 'package' ? OTHER : UNKNOWN;
  if (origin.kind === 'package') return OTHER;
  return isClass(origin.node) ? { kind: 'class', node: origin.node, module: origin.module, isStatic: false } : UNKNOWN;
}

function isClass(node: Node): node is ClassNode {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

function instanceOf(callee: Node, module: Module, modules: Modules): Receiver {
  const root = unwrap(callee);
  if (root.type === 'Identifier' && module.binding(root) === null) return GLOBALS.has(root.name) ? OTHER : UNKNOWN;
  const origin = originOf(callee, module, modules);
  if (origin?.kind === 'package') return OTHER;
  return origin !== null && isClass(origin.node) ? { kind: 'class', node: origin.node, module: origin.module, isStatic: false } : UNKNOWN;
}

/** The class or object whose method the nearest function with a `this` of its own is. */
function thisReceiver(node: Node, module: Module): Receiver {
  let child = node;
  for (let up = module.parent(node); up !== null; up = module.parent(up)) {
    if (up.type === 'MethodDefinition' || up.type === 'PropertyDefinition' || up.type === 'StaticBlock') {
      const owner = ownerOf(up, module);
      const isStatic = up.type === 'StaticBlock' || up.static;
      return owner === null ? UNKNOWN : { kind: 'class', node: owner, module, isStatic };
    }
    if (up.type === 'Property' && isFunction(child) && child.type !== 'ArrowFunctionExpression') {
      const object = module.parent(up);
      return object?.type === 'ObjectExpression' ? { kind: 'object', node: object, module } : UNKNOWN;
    }
    if (up.type === 'FunctionDeclaration' || (up.type === 'FunctionExpression' && !isMember(up, module))) return UNKNOWN;
    child = up;
  }
  return UNKNOWN;
}

function isMember(node: Node, module: Module): boolean {
  const parent = module.parent(node);
  return parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition' || parent?.type === 'Property';
}

function ownerOf(member: Node, module: Module): ClassNode | null {
  const body = module.parent(member);
  const owner = body === null ? null : module.parent(body);
  return owner !== null && isClass(owner) ? owner : null;
}

function superReceiver(node: Node, module: Module, modules: Modules): Receiver {
  const own = thisReceiver(node, module);
  if (own.kind !== 'class' || own.node.superClass === null) return UNKNOWN;
  const parent = instanceOf(own.node.superClass, own.module, modules);
  return parent.kind === 'class' ? { ...parent, isStatic: own.isStatic } : parent;
}

function namedReceiver(node: Extract<Node, { type: 'Identifier' }>, module: Module, modules: Modules, depth: number): Receiver {
  const binding = module.binding(node);
  if (binding === null) return GLOBALS.has(node.name) ? OTHER : UNKNOWN;
  switch (binding.kind) {
    case 'import':
      return originReceiver(node, module, modules, depth);
    case 'class':
      return isClass(binding.node) ? { kind: 'class', node: binding.node, module, isStatic: true } : UNKNOWN;
    case 'function':
    case 'enum':
      return OTHER;
    case 'variable':
      return variableReceiver(binding, module, modules, depth);
    case 'parameter':
      return binding.path.length === 0 ? receiverOfType(binding.annotation, module, modules, depth + 1) : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function variableReceiver(binding: Extract<Binding, { kind: 'variable' }>, module: Module, modules: Modules, depth: number): Receiver {
  const { annotation, constant, init, path } = binding;
  const declared = path.length === 0 ? receiverOfType(annotation, module, modules, depth + 1) : UNKNOWN;
  if (declared.kind !== 'unknown' || !constant || init === null || path.length > 0) return declared;
  return receiverOf(init, module, modules, depth + 1);
}

function originReceiver(node: Node, module: Module, modules: Modules, depth: number): Receiver {
  const origin = originOf(node, module, modules);
  if (origin === null) return UNKNOWN;
  if (origin.kind === 'package') return OTHER;
  if (isClass(origin.node)) return { kind: 'class', node: origin.node, module: origin.module, isStatic: true };
  if (origin.node.type === 'Program' || isFunction(origin.node)) return OTHER;
  if (origin.node.type === 'Identifier') {
    const binding = origin.module.binding(origin.node);
    return binding?.kind === 'variable' ? variableReceiver(binding, origin.module, modules, depth + 1) : UNKNOWN;
  }
  return origin.node === node ? UNKNOWN : receiverOf(origin.node, origin.module, modules, depth + 1);
}

function memberReceiver(node: Extract<Node, { type: 'MemberExpression' }>, module: Module, modules: Modules, depth: number): Receiver {
  const name = keyName(node);
  const owner = receiverOf(node.object, module, modules, depth + 1);
  if (owner.kind === 'class' && name !== null) return fieldReceiver(owner, name, modules, depth);
  if (owner.kind === 'other') return OTHER;
  const origin = originOf(node, module, modules);
  if (origin?.kind === 'package') return OTHER;
  return origin === null || unwrap(origin.node) === node ? UNKNOWN : originReceiver(node, module, modules, depth + 1);
}

/** A field by its declared type, its initialiser, or the constructor's parameter property. */
function fieldReceiver(owner: Extract<Receiver, { kind: 'class' }>, name: string, modules: Modules, depth: number): Receiver {
  const { node, module } = owner;
  for (const member of node.body.body) {
    if (member.type === 'PropertyDefinition' && keyName(member) === name) {
      const declared = receiverOfType(member.typeAnnotation?.typeAnnotation ?? null, module, modules, depth + 1);
      if (declared.kind !== 'unknown' || member.value === null) return declared;
      return receiverOf(member.value, module, modules, depth + 1);
    }
    if (member.type !== 'MethodDefinition' || member.kind !== 'constructor') continue;
    for (const parameter of member.value.params) {
      if (parameter.type !== 'TSParameterProperty') continue;
      const target = parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter;
      if (target.type === 'Identifier' && target.name === name)
        return receiverOfType(target.typeAnnotation?.typeAnnotation ?? null, module, modules, depth + 1);
    }
  }
  if (node.superClass === null) return UNKNOWN;
  const parent = instanceOf(node.superClass, module, modules);
  return parent.kind === 'class' && depth < MAX_DEPTH ? fieldReceiver(parent, name, modules, depth + 1) : UNKNOWN;
}

/** The result of a call: of a builtin's method it is no class of the repository, of a function its declared type. */
function callReceiver(node: Extract<Node, { type: 'CallExpression' }>, module: Module, modules: Modules, depth: number): Receiver {
  const callee = unwrap(node.callee);
  if (callee.type === 'MemberExpression' && isBuiltin(callee.object)) return OTHER;
  const origin = originOf(callee, module, modules);
  if (origin?.kind !== 'local' || !isFunction(origin.node)) return UNKNOWN;
  return receiverOfType(origin.node.returnType?.typeAnnotation ?? null, origin.module, modules, depth + 1);
}

function isBuiltin(start: Node): boolean {
  const node = unwrap(start);
  return node.type === 'Literal' || node.type === 'TemplateLiteral';
}

/** How two classes are related, for a method that one of them defines: could a call on `receiver` run `target`'s method? */
export function mayRun(
  receiver: ClassNode,
  target: ClassNode,
  name: string,
  module: Module,
  modules: Modules,
  targetModule: Module,
): boolean {
  if (receiver === target) return true;
  const above = ancestors(receiver, module, modules);
  if (above === null) return true;
  const at = above.findIndex((one) => one.node === target);
  if (at >= 0) return ![receiver, ...above.slice(0, at).map((one) => one.node)].some((one) => defines(one, name));
  const below = ancestors(target, targetModule, modules);
  return below === null || below.some((one) => one.node === receiver);
}

function defines(node: ClassNode, name: string): boolean {
  return node.body.body.some((one) => keyName(one) === name && one.type === 'MethodDefinition');
}

/** Superclasses and implemented classes; null: one of them cannot be found. Those of packages are left out. */
function ancestors(start: ClassNode, startModule: Module, modules: Modules): { node: ClassNode; module: Module }[] | null {
  const found: { node: ClassNode; module: Module }[] = [];
  const queue = [{ node: start, module: startModule }];
  for (let one = queue.shift(); one !== undefined && found.length < 20; one = queue.shift()) {
    const { node, module } = one;
    const parents: Node[] = [
      ...(node.superClass === null ? [] : [node.superClass as Node]),
      ...(node.implements ?? []).map((i) => i.expression as Node),
    ];
    for (const parent of parents) {
      const origin = originOf(parent, module, modules);
      if (origin === null) return null;
      if (origin.kind === 'package') continue;
      if (!isClass(origin.node)) {
        if (origin.node.type === 'TSInterfaceDeclaration' || origin.node.type === 'TSTypeAliasDeclaration') continue;
        return null;
      }
      const next = { node: origin.node, module: origin.module };
      found.push(next);
      queue.push(next);
    }
  }
  return found;
}
