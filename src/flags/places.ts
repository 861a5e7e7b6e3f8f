/**
 * Arguments by their place in the catalogue: `1`, `0.flagKey`, `0.flags[].flagKey`.
 * Output: the expression there, through the wrappers that are being looked into.
 */
import { keyName, unwrap } from '../code/syntax.ts';
import type { Module, Modules, Node } from '../code/types.ts';
import { resolveValue, stringOf } from '../code/values.ts';
import type { Place } from './catalogue.ts';
import { type Argument, argumentOf } from './interpreter.ts';
import type { Frame } from './meaning.ts';

/** The first expression at a place; null: nothing stands there, or it cannot be seen. */
export function argumentAt(place: Place, args: readonly Node[], module: Module, frame: Frame | null, modules: Modules): Argument | null {
  return argumentsAt(place, args, module, frame, modules)?.[0] ?? null;
}

/** All expressions at a place; null: it cannot be seen what stands there. */
export function argumentsAt(
  place: Place,
  args: readonly Node[],
  module: Module,
  frame: Frame | null,
  modules: Modules,
): readonly Argument[] | null {
  const [index = 0, ...path] = typeof place === 'number' ? [place] : place.split('.');
  const before = args.slice(0, Number(index) + 1);
  if (before.some((one) => one.type === 'SpreadElement')) return null;
  const first = args[Number(index)];
  if (first === undefined) return [];
  let current: readonly Argument[] = [argumentOf(first, module, frame)];
  for (const step of path as readonly string[]) {
    const next = current.map((one) => stepInto(step, one, modules));
    if (next.includes(null)) return null;
    current = (next as readonly (readonly Argument[])[]).flat();
  }
  return current;
}

function stepInto(step: string, from: Argument, modules: Modules): readonly Argument[] | null {
  const isList = step.endsWith('[]');
  const holder = literalOf(from, modules);
  if (holder === null || holder.node.type !== 'ObjectExpression') return null;
  const name = isList ? step.slice(0, -2) : step;
  const found = propertyOf(holder.node, name, holder.module, modules);
  if (found === null) return null;
  if (found === undefined) return [];
  const value = within(found, holder);
  if (!isList) return [value];
  const elements = literalOf(value, modules);
  if (elements?.node.type !== 'ArrayExpression') return null;
  return elements.node.elements.map((one) => (one === null ? value : within(one, elements)));
}

/** An expression within another argument, with the call that both came through. */
function within(node: Node, holder: Argument): Argument {
  const inner = argumentOf(node, holder.module, holder.frame);
  return { ...inner, call: inner.call ?? holder.call };
}

/** The literal an argument stands for. */
export function literalOf(argument: Argument, modules: Modules): Argument | null {
  const value = resolveValue(argument.node, argument.module, modules);
  if (value === null) return null;
  if (value.node === unwrap(argument.node)) return { ...argument, node: value.node };
  return { node: value.node, module: value.module, frame: value.module === argument.module ? argument.frame : null, call: argument.call };
}

/** undefined: there is no such property; null: there may be one that cannot be seen. */
function propertyOf(
  object: Extract<Node, { type: 'ObjectExpression' }>,
  name: string,
  module: Module,
  modules: Modules,
): Node | null | undefined {
  for (const property of object.properties.toReversed()) {
    if (property.type !== 'Property') return null;
    const key = keyName(property) ?? stringOf(property.key, module, modules);
    if (key === null) return null;
    if (key === name) return property.value;
  }
  return undefined;
}
