/**
 * What an expression is, as far as it can be known without running it: through constants, object members, enums,
 * destructuring, imports, re-exports and barrels, across the files of one revision.
 * Input: an expression and the module it stands in. Output: the expression or declaration it ends at, and its module.
 * Invariants: every question has a budget of steps, so circles end; a variable assigned more than once is never followed;
 * what is not known is null, never a guess.
 */
import { wholeExport } from './exports.ts';
import { importSourceOf, isFunction, keyName, unwrap } from './syntax.ts';
import type { Binding, Module, Modules, Node } from './types.ts';

/** An expression or declaration and the module it stands in. A `Program` node stands for the namespace of its module. */
export interface Value {
  readonly node: Node;
  readonly module: Module;
}

/** Where a name comes from in the end. */
export type Origin =
  /** A package outside the repository: the imported name (`default`, `*` or a name) and the members read from it. */
  | { readonly kind: 'package'; readonly source: string; readonly imported: string; readonly path: readonly string[] }
  /** A declaration or expression of the repository; an `Identifier` is a parameter or a variable that cannot be followed. */
  | { readonly kind: 'local'; readonly node: Node; readonly module: Module };

interface Search {
  readonly modules: Modules;
  left: number;
}

const maxSteps = 400;

/** The expression, function, class or enum an expression stands for; null where it is not static or not of this repository. */
export function resolveValue(node: Node, module: Module, modules: Modules): Value | null {
  const origin = originOf(node, module, modules);
  return origin?.kind === 'local' && origin.node.type !== 'Identifier' ? { node: origin.node, module: origin.module } : null;
}

/** Where an expression comes from: a package, or the last place in the repository that can be named. */
export function originOf(node: Node, module: Module, modules: Modules): Origin | null {
  return follow(node, module, { modules, left: maxSteps });
}

/** What a file exports under a name; `*` is its namespace. */
export function exportOf(path: string, name: string, modules: Modules): Origin | null {
  return followExport(path, name, { modules, left: maxSteps });
}

/** A member of what a value is: of an object literal, an enum, a class's static side, a namespace or an array. */
export function memberOf(value: Value, name: string, modules: Modules): Value | null {
  const origin = followMember({ kind: 'local', ...value }, name, { modules, left: maxSteps });
  return origin?.kind === 'local' && origin.node.type !== 'Identifier' ? origin : null;
}

/** The constant text of an expression: literals, templates, concatenation, enum members and constants of any file. */
export function stringOf(node: Node, module: Module, modules: Modules): string | null {
  return textOf(node, module, { modules, left: maxSteps }, false);
}

function follow(start: Node, module: Module, search: Search): Origin | null {
  const node = unwrap(start);
  if (search.left-- <= 0) return null;
  if (node.type === 'Identifier' || node.type === 'JSXIdentifier') return followName(node, module, search);
  if (node.type === 'MemberExpression') {
    const name = keyName(node) ?? (node.computed ? textOf(node.property, module, search, true) : null);
    const owner = name === null ? null : follow(node.object, module, search);
    return owner === null || name === null ? null : followMember(owner, name, search);
  }
  const frozen = frozenArgument(node);
  return frozen === null ? { kind: 'local', node, module } : follow(frozen, module, search);
}

function followName(node: Node, module: Module, search: Search): Origin | null {
  const binding = module.binding(node);
  return binding === null ? null : followBinding(binding, module, search);
}

function followBinding(binding: Binding, module: Module, search: Search): Origin | null {
  if (search.left-- <= 0) return null;
  switch (binding.kind) {
    case 'import':
      return followImport(binding.source, binding.imported, module, search);
    case 'variable': {
      if (!binding.constant || binding.init === null) return { kind: 'local', node: binding.node, module };
      let origin = follow(binding.init, module, search);
      for (const name of binding.path) origin = origin === null ? null : followMember(origin, name, search);
      return origin ?? { kind: 'local', node: binding.node, module };
    }
    default:
      return { kind: 'local', node: binding.node, module };
  }
}

function followImport(source: string, imported: string, module: Module, search: Search): Origin | null {
  const path = search.modules.resolve(source, module.path);
  if (path !== null) return followExport(path, imported, search);
  return source.startsWith('.') ? null : { kind: 'package', source, imported, path: [] };
}

function followExport(path: string, name: string, search: Search): Origin | null {
  const module = search.modules.get(path);
  if (module === null || search.left-- <= 0) return null;
  if (name === '*') {
    const whole = module.exports.get(wholeExport);
    if (whole === undefined) return { kind: 'local', node: module.program, module };
  }
  const found = module.exports.get(name === '*' ? wholeExport : name);
  if (found?.kind === 'expression') return follow(found.node, module, search);
  if (found?.kind === 'from') return followImport(found.source, found.imported, module, search);
  if (found?.kind === 'local') {
    const binding = module.topLevel(found.name);
    return binding === null ? null : followBinding(binding, module, search);
  }
  return name === 'default' ? null : followStars(module, name, search);
}

/** `export * from` the repository first; a package that is re-exported whole may hold the name too. */
function followStars(module: Module, name: string, search: Search): Origin | null {
  let outside: Origin | null = null;
  for (const source of module.exportStars) {
    const path = search.modules.resolve(source, module.path);
    const found = path === null ? null : followExport(path, name, search);
    if (found?.kind === 'local') return found;
    if (found !== null) outside ??= found;
    else if (path === null && !source.startsWith('.')) outside ??= { kind: 'package', source, imported: name, path: [] };
  }
  return outside;
}

function followMember(owner: Origin, name: string, search: Search): Origin | null {
  if (search.left-- <= 0) return null;
  if (owner.kind === 'package') return { ...owner, path: [...owner.path, name] };
  const { node, module } = owner;
  switch (node.type) {
    case 'Program':
      return followExport(module.path, name, search);
    case 'ObjectExpression':
      return followProperty(node, name, module, search);
    case 'TSEnumDeclaration':
      return followEnum(node, name, module, search);
    case 'ClassDeclaration':
    case 'ClassExpression':
      return followStatic(node, name, module, search);
    case 'ArrayExpression': {
      const element = /^\d{1,4}$/.test(name) ? node.elements[Number(name)] : null;
      const isPlain = element != null && !node.elements.slice(0, Number(name)).some((one) => one?.type === 'SpreadElement');
      return isPlain && element.type !== 'SpreadElement' ? follow(element, module, search) : null;
    }
    default:
      return null;
  }
}

/** The last property of that name wins; a spread that cannot be looked into hides what stands before it. */
function followProperty(object: Extract<Node, { type: 'ObjectExpression' }>, name: string, module: Module, search: Search): Origin | null {
  for (const property of object.properties.toReversed()) {
    if (property.type === 'Property') {
      const key = keyName(property) ?? textOf(property.key, module, search, true);
      if (key === name) return property.kind === 'init' ? follow(property.value, module, search) : null;
      if (key === null) return null;
      continue;
    }
    const source = importSourceOf(property.argument);
    const spread = source === null ? follow(property.argument, module, search) : followImport(source, '*', module, search);
    if (spread?.kind !== 'local' || !/^(?:ObjectExpression|Program)$/.test(spread.node.type)) return null;
    const found = followMember(spread, name, search);
    if (found !== null) return found;
  }
  return null;
}

function followEnum(node: Extract<Node, { type: 'TSEnumDeclaration' }>, name: string, module: Module, search: Search): Origin | null {
  const member = node.body.members.find((one) => keyName(one) === name);
  if (member === undefined) return null;
  return member.initializer === null ? { kind: 'local', node: member, module } : follow(member.initializer, module, search);
}

function followStatic(
  node: Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>,
  name: string,
  module: Module,
  search: Search,
): Origin | null {
  for (const member of node.body.body) {
    if (!('static' in member) || !member.static || keyName(member) !== name) continue;
    if (member.type === 'PropertyDefinition' && member.value !== null) return follow(member.value, module, search);
    if (member.type === 'MethodDefinition' && member.kind === 'method') return { kind: 'local', node: member.value, module };
  }
  return null;
}

/** `Object.freeze(x)`, `Object.seal(x)`: x. */
function frozenArgument(node: Node): Node | null {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return null;
  const { object, property } = node.callee;
  const isFreeze =
    object.type === 'Identifier' && object.name === 'Object' && property.type === 'Identifier' && /^(?:freeze|seal)$/.test(property.name);
  return isFreeze ? (node.arguments[0] ?? null) : null;
}

function textOf(start: Node, module: Module, search: Search, numbers: boolean): string | null {
  const node = unwrap(start);
  if (search.left-- <= 0) return null;
  switch (node.type) {
    case 'Literal':
      if (typeof node.value === 'string') return node.value;
      return numbers && typeof node.value === 'number' ? String(node.value) : null;
    case 'TemplateLiteral': {
      const parts = node.quasis.map((quasi, at) => {
        const expression = node.expressions[at];
        const text = expression === undefined ? '' : textOf(expression, module, search, true);
        return text === null || quasi.value.cooked === null ? null : quasi.value.cooked + text;
      });
      return parts.every((part) => part !== null) ? parts.join('') : null;
    }
    case 'BinaryExpression': {
      const left = node.operator === '+' ? textOf(node.left, module, search, true) : null;
      const right = left === null ? null : textOf(node.right, module, search, true);
      return right === null ? null : left + right;
    }
    default: {
      const isName = node.type === 'Identifier' || node.type === 'MemberExpression';
      const origin = isName ? follow(node, module, search) : null;
      const isFurther = origin?.kind === 'local' && origin.node !== node && !isFunction(origin.node) && origin.node.type !== 'Identifier';
      return isFurther ? textOf(origin.node, origin.module, search, numbers) : null;
    }
  }
}
