/**
 * Where a function is kept: under a name, as a method of a class, as a member of an object.
 * Input: a function and its module. Output: its place with the names other files can use, or null for a callback.
 * Invariant: `open` says why not every caller can be found by name.
 */

import type { MethodDefinition, PropertyDefinition } from '@oxc-project/types';
import type { ClassNode, ObjectNode } from './receivers.ts';
import { type FunctionNode, keyName, unwrap } from './syntax.ts';
import type { Module, Node } from './types.ts';

interface Common {
  /** Why callers outside the repository's code exist, or cannot be found; null: none is known. */
  readonly open: string | null;
  /** Names by which it is reached as a member of an object or instance. */
  readonly members: readonly string[];
  /** Words one of which every file has that mentions it; empty: its own file alone. */
  readonly words: readonly string[];
}

export type Place =
  | (Common & { readonly kind: 'name'; readonly identifier: Node; readonly exported: readonly string[] })
  | (Common & { readonly kind: 'method'; readonly owner: ClassNode; readonly isStatic: boolean })
  | (Common & { readonly kind: 'member'; readonly owner: ObjectNode });

/** Functions that give back the function they are given. */
const transparentCalls: ReadonlySet<string> = new Set(
  `memo forwardRef observer useCallback cache React.memo React.forwardRef React.useCallback React.cache`.split(' '),
);

/** The place of a function; null where only its surroundings can reach it. */
export function functionPlace(fn: FunctionNode, module: Module): Place | null {
  const parent = holderOf(fn, module);
  if (fn.type === 'FunctionDeclaration' && fn.id !== null) return namedPlace(fn.id, module);
  if (parent === null) return null;
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? namedPlace(parent.id, module) : null;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return methodPlace(parent, module);
    case 'Property':
      return memberPlace(parent, module);
    case 'ExportDefaultDeclaration':
      return fileWords(module.path) === null ? null : defaultPlace(fn, module);
    default:
      return null;
  }
}

/** `memo(f)`, `useCallback(f)`: a call that gives back what it is given. */
export function isTransparent(node: Node, module: Module): node is Extract<Node, { type: 'CallExpression' }> {
  return node.type === 'CallExpression' && transparentCalls.has(module.text.slice(node.callee.start, node.callee.end));
}

/** What holds the function, casts and calls that hand it on left out. */
function holderOf(fn: FunctionNode, module: Module): Node | null {
  let node: Node = fn;
  let parent = module.parent(node);
  while (parent !== null) {
    const isWrapped = parent.type !== 'AwaitExpression' && unwrap(parent) === unwrap(node) && parent !== node;
    const isHandedOn = isTransparent(parent, module) && parent.arguments[0] === node;
    if (!isWrapped && !isHandedOn) break;
    node = parent;
    parent = module.parent(node);
  }
  return parent;
}

function namedPlace(identifier: Extract<Node, { type: 'Identifier' }>, module: Module): Place {
  const exported = exportedNames(identifier, module);
  const whole = exported.includes('default') ? fileWords(module.path) : [];
  const names = exported.filter((name) => name !== 'default');
  const words = whole === null ? names : [...names, ...whole];
  const open = whole === null ? 'it is the default export of a file that imports need not name' : null;
  return { kind: 'name', identifier, exported: names, members: [], words, open };
}

/** `export default function () {}`: no name stands for it in its own file. */
function defaultPlace(fn: FunctionNode, module: Module): Place {
  return { kind: 'name', identifier: fn, exported: [], members: [], words: fileWords(module.path) ?? [], open: null };
}

/** The names a top-level variable or function is exported under. */
function exportedNames(identifier: Extract<Node, { type: 'Identifier' }>, module: Module): string[] {
  const top = module.topLevel(identifier.name);
  const isTop = top !== null && module.binding(identifier) === top;
  if (!isTop) return [];
  return [...module.exports].flatMap(([name, one]) => (one.kind === 'local' && one.name === identifier.name ? [name] : []));
}

/** What an import of the file's default export says: its stem, or its folder's name; null: neither need stand there. */
export function fileWords(path: string): readonly string[] | null {
  const parts = path.replace(/\.\w+$/, '').split('/');
  const stem = parts.at(-1) ?? '';
  const name = stem === 'index' ? (parts.at(-2) ?? '') : stem;
  return name === '' || /^(?:src|lib|app|source)$/.test(name) ? null : [name];
}

function methodPlace(member: MethodDefinition | PropertyDefinition, module: Module): Place | null {
  const body = module.parent(member);
  const owner = body === null ? null : module.parent(body);
  if (owner?.type !== 'ClassDeclaration' && owner?.type !== 'ClassExpression') return null;
  const name = keyName(member);
  const common = { kind: 'method' as const, owner, isStatic: member.static };
  if (name === null) return { ...common, members: [], words: [], open: 'its name is computed' };
  const isConstructor = member.type === 'MethodDefinition' && member.kind === 'constructor';
  const open = isConstructor ? 'it is a constructor' : frameworkReason(member, owner, module);
  return { ...common, members: [name], words: name.startsWith('#') ? [] : [name], open };
}

/** Decorators of packages, and classes of packages above, let a framework call a method. */
function frameworkReason(member: Node, owner: ClassNode, module: Module): string | null {
  const decorators = 'decorators' in member ? (member.decorators as readonly Node[]) : [];
  if (decorators.some((one) => isFromPackage(one, module))) return 'a decorator hands it to a framework';
  const parents: Node[] = [
    ...(owner.superClass === null ? [] : [owner.superClass as Node]),
    ...(owner.implements ?? []).map((one) => one.expression as Node),
  ];
  return parents.some((one) => isFromPackage(one, module)) ? 'a framework can call methods of its class' : null;
}

/** Whether the name an expression starts with is imported by a bare name; paths of the repository count as its own. */
function isFromPackage(start: Node, module: Module): boolean {
  let node = start;
  for (let steps = 0; steps < 10; steps++) {
    if (node.type === 'Decorator') node = node.expression;
    else if (node.type === 'CallExpression') node = node.callee;
    else if (node.type === 'MemberExpression') node = node.object;
    else break;
  }
  const binding = node.type === 'Identifier' ? module.binding(node) : null;
  return (
    binding?.kind === 'import' && /^(?:@[\w-]+\/)?[\w][\w.-]*(?:\/|$)/.test(binding.source) && !/^(?:src|app|lib)\//.test(binding.source)
  );
}

function memberPlace(property: Extract<Node, { type: 'Property' }>, module: Module): Place | null {
  const owner = module.parent(property);
  const name = keyName(property);
  if (owner?.type !== 'ObjectExpression') return null;
  if (isGiven(owner, module)) return null;
  if (name === null) return { kind: 'member', owner, members: [], words: [], open: 'its name is computed' };
  const held = holdingName(owner, module);
  const words = held === null ? [] : objectWords(held, module);
  return { kind: 'member', owner, members: [name], words: [name, ...words], open: held === null ? 'its object is handed on' : null };
}

/** An object that is given to a call, a constructor or an element belongs to what it is given to. */
function isGiven(object: Node, module: Module): boolean {
  let child = object;
  for (let up = module.parent(object); up !== null; up = module.parent(up)) {
    if (up.type === 'CallExpression' || up.type === 'NewExpression') return up.callee !== child;
    if (up.type === 'JSXExpressionContainer' || up.type === 'JSXSpreadAttribute') return true;
    const isPart = up.type === 'Property' || up.type === 'ObjectExpression' || up.type === 'ArrayExpression' || up.type === 'SpreadElement';
    if (!isPart && unwrap(up) !== unwrap(child)) return false;
    child = up;
  }
  return false;
}

/** The constant an object is the value of, or `default` where it is all a module exports; null: it is handed on. */
export function holdingName(object: Node, module: Module): Node | 'default' | null {
  let child = object;
  let holder = module.parent(object);
  while (holder !== null && unwrap(holder) === unwrap(child)) {
    child = holder;
    holder = module.parent(holder);
  }
  if (holder?.type === 'ExportDefaultDeclaration') return 'default';
  if (holder?.type === 'AssignmentExpression')
    return /^(?:module\.)?exports\b/.test(module.text.slice(holder.left.start, holder.left.end)) ? 'default' : null;
  return holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id : null;
}

/** Words of files that import an object. */
export function objectWords(held: Node | 'default', module: Module): readonly string[] {
  if (held === 'default') return fileWords(module.path) ?? [];
  if (held.type !== 'Identifier') return [];
  const isDefault = [...module.exports].some(([name, one]) => name === 'default' && one.kind === 'local' && one.name === held.name);
  return [...exportedNames(held, module), ...(isDefault ? (fileWords(module.path) ?? []) : [])].filter((name) => name !== 'default');
}
