/**
 * What parameters mean by what every caller of the function gives: arguments, and the attributes of elements.
 * Part of the interpreter. Invariant: where one caller is not known, nothing is.
 */
import type { CallSite } from '../code/callers.ts';
import type { Binding, Module, Node } from '../code/types.ts';
import { alwaysTrue } from './facts.ts';
import type { Interpreter } from './interpreter.ts';
import { joinMeanings, type Meaning, nothing } from './meaning.ts';

/** The meaning of what callers give for a parameter, before any destructuring; null: not all callers are known. */
export function givenMeaning(binding: Extract<Binding, { kind: 'parameter' }>, module: Module, interpreter: Interpreter): Meaning | null {
  const sites = interpreter.callers?.sites(binding.owner) ?? null;
  if (sites === null || sites.length === 0) return null;
  const parameter = 'params' in binding.owner && Array.isArray(binding.owner.params) ? (binding.owner.params[binding.index] as Node) : null;
  const given = sites.map((site) => {
    const one = givenBy(site, binding.index, interpreter);
    return one === nothing && parameter?.type === 'AssignmentPattern' ? interpreter.read(parameter.right, module, null) : one;
  });
  return given.length === 1 ? (given[0] ?? null) : { kind: 'alternatives', of: given };
}

function givenBy({ given, module }: CallSite, index: number, interpreter: Interpreter): Meaning | null {
  if (given === null) return null;
  if (given.kind === 'element') return index === 0 ? { kind: 'props', element: given.node, module } : null;
  const before = given.nodes.slice(0, index + 1);
  if (before.some((one) => one.type === 'SpreadElement')) return null;
  const node = given.nodes[index];
  return node === undefined ? nothing : interpreter.read(node, module, null);
}

const reassigned = new WeakMap<Node, boolean>();

/** Whether code gives a parameter, or a member of it, another value. */
export function isReassigned(binding: Extract<Binding, { kind: 'parameter' }>, module: Module): boolean {
  const known = reassigned.get(binding.node);
  if (known !== undefined) return known;
  const found = module.references(binding.node).some((one) => one !== binding.node && isWritten(one, module));
  reassigned.set(binding.node, found);
  return found;
}

function isWritten(reference: Node, module: Module): boolean {
  let target = reference;
  let parent = module.parent(target);
  while (parent?.type === 'MemberExpression' && parent.object === target) {
    target = parent;
    parent = module.parent(target);
  }
  if (parent === null) return false;
  if (parent.type === 'AssignmentExpression' || parent.type === 'ForOfStatement' || parent.type === 'ForInStatement')
    return parent.left === target;
  if (parent.type === 'Property') return module.parent(parent)?.type === 'ObjectPattern' && parent.value === target;
  if (parent.type === 'AssignmentPattern') return parent.left === target;
  return parent.type === 'UpdateExpression' || parent.type === 'ArrayPattern' || parent.type === 'RestElement';
}

/** One of several values, asked for a member each. */
export function memberOfAlternatives(of: readonly (Meaning | null)[], member: (one: Meaning) => Meaning | null): Meaning | null {
  const members = of.map((one) => (one === null ? null : member(one)));
  const isSimple = members.every((one) => one === null || one.kind === 'truth' || one.kind === 'constant');
  return isSimple ? joinMeanings(members) : { kind: 'alternatives', of: members };
}

/** What an element gives for a prop; spread attributes may give anything for those that do not follow them. */
export function propMeaning(props: Extract<Meaning, { kind: 'props' }>, name: string, interpreter: Interpreter): Meaning | null {
  for (const one of props.element.attributes.toReversed()) {
    if (one.type === 'JSXSpreadAttribute') {
      const spread = interpreter.read(one.argument, props.module, null);
      return spread === null ? null : interpreter.member(spread, name);
    }
    if (one.name.type !== 'JSXIdentifier' || one.name.name !== name) continue;
    if (one.value === null) return alwaysTrue;
    return valueMeaning(one.value, props.module, interpreter);
  }
  return name === 'children' || name === 'key' || name === 'ref' ? null : nothing;
}

function valueMeaning(value: Node, module: Module, interpreter: Interpreter): Meaning | null {
  return interpreter.read(value.type === 'JSXExpressionContainer' ? value.expression : value, module, null);
}
