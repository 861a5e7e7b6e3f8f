/**
 * Decorators of classes and their members, and the classes a class extends.
 * Input: a class. Output: calls of one package's decorators, recognised by import source; members of base classes first, a member of
 * the same name in the class itself in their place.
 */
import { isFunction, keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { originOf, resolveValue } from '../../code/values.ts';
import { functionOf, returnsOf, type Source } from '../values.ts';

export type ClassNode = Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>;
type Member = ClassNode['body']['body'][number];

/** A decorator of the package asked for. */
export interface Decorator {
  /** The name it is exported under. */
  readonly name: string;
  readonly args: readonly Source[];
}

export interface ClassSource {
  readonly node: ClassNode;
  readonly module: Module;
}

export const isClass = (node: Node): node is ClassNode => node.type === 'ClassDeclaration' || node.type === 'ClassExpression';

const MAX_BASES = 8;

/** The decorators of a class, member or parameter that come from a package. */
export function decoratorsOf(node: Node, module: Module, modules: Modules, packages: RegExp): readonly Decorator[] {
  const written = 'decorators' in node && Array.isArray(node.decorators) ? (node.decorators as readonly { expression: Node }[]) : [];
  return written.flatMap(({ expression }) => {
    const inner = unwrap(expression);
    const callee = inner.type === 'CallExpression' ? inner.callee : inner;
    const origin = originOf(callee, module, modules);
    if (origin?.kind !== 'package' || !packages.test(origin.source)) return [];
    const name = origin.path.at(-1) ?? origin.imported;
    const args = inner.type === 'CallExpression' ? inner.arguments : [];
    return [{ name, args: args.map((argument) => ({ node: argument as Node, module })) }];
  });
}

/** The class an expression stands for, also one that a mixin returns. */
export function classOf(source: Source, modules: Modules, depth = 0): ClassSource | null {
  const node = unwrap(source.node);
  if (isClass(node)) return { node, module: source.module };
  const value = resolveValue(node, source.module, modules);
  if (value && isClass(value.node)) return { node: value.node, module: value.module };
  if (depth > 3) return null;
  const made = value ? unwrap(value.node) : node;
  const module = value?.module ?? source.module;
  if (made.type !== 'CallExpression') return null;
  const target = functionOf({ node: made.callee, module }, modules);
  for (const returned of target ? returnsOf(target) : []) {
    const found = classOf(returned, modules, depth + 1);
    if (found) return found;
  }
  return null;
}

/** The class and those it extends, itself first; arguments of mixins count as bases. */
export function lineageOf(start: ClassSource, modules: Modules): readonly ClassSource[] {
  const found: ClassSource[] = [];
  const pending: Source[] = [start];
  for (let at = pending.shift(); at && found.length < MAX_BASES; at = pending.shift()) {
    const made = classOf(at, modules);
    const call = unwrap(at.node);
    if (call.type === 'CallExpression') for (const argument of call.arguments) pending.push({ node: argument, module: at.module });
    if (!made || found.some((known) => known.node === made.node)) continue;
    found.push(made);
    if (made.node.superClass) pending.push({ node: made.node.superClass, module: made.module });
  }
  return found;
}

export interface MemberSource {
  readonly name: string;
  readonly node: Member;
  readonly module: Module;
}

/** Named members of a class, inherited ones first; a class's own member replaces the inherited one. */
export function membersOf(start: ClassSource, modules: Modules): readonly MemberSource[] {
  const members = new Map<string, MemberSource>();
  for (const { node, module } of lineageOf(start, modules).toReversed()) {
    for (const member of node.body.body) {
      const name = keyName(member);
      if (name !== null) members.set(name, { name, node: member, module });
    }
  }
  return [...members.values()];
}

/** What `() => X` gives, `X` itself otherwise; the text of a name. */
export function typeArgument(source: Source | undefined, modules: Modules): Source | string | null {
  if (!source) return null;
  const node = unwrap(source.node);
  if (isFunction(node)) {
    const [returned] = returnsOf({ node, module: source.module });
    return returned ? typeArgument(returned, modules) : null;
  }
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  if (node.type === 'ArrayExpression')
    return node.elements[0] ? typeArgument({ node: node.elements[0], module: source.module }, modules) : null;
  return node.type === 'Identifier' || node.type === 'MemberExpression' ? { node, module: source.module } : null;
}

/** The property `x => x.author` or `'author'` names. */
export function propertyArgument(source: Source | undefined): string | null {
  if (!source) return null;
  const node = unwrap(source.node);
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  const body = isFunction(node) && node.body ? unwrap(node.body) : null;
  return body?.type === 'MemberExpression' ? keyName(body) : null;
}
