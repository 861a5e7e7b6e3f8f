/**
 * Texts in the place of names: literals, constants, lists of them and what `map` makes of those, both sides of conditions.
 * Input: an argument. Output: its texts with the places they are written at, the objects and other expressions among them;
 * `complete` is false where more names can come at run time.
 */
import { isFunction, unwrapAwait } from '../../code/syntax.ts';
import type { Modules, Node } from '../../code/types.ts';
import { resolveValue, stringOf } from '../../code/values.ts';
import { elementsOf, functionOf, returnsOf, type Source } from '../values.ts';

export interface Text {
  readonly text: string;
  readonly at: Source;
}

export interface Texts {
  readonly texts: readonly Text[];
  /** Object literals among them: `{ alias: 'column' }`. */
  readonly objects: readonly Source[];
  /** What could not be read: a parameter, a call. */
  readonly unknown: readonly Source[];
}

const NONE: Texts = { texts: [], objects: [], unknown: [] };
const MAX_DEPTH = 8;

const merge = (parts: readonly Texts[]): Texts => ({
  texts: parts.flatMap((p) => p.texts),
  objects: parts.flatMap((p) => p.objects),
  unknown: parts.flatMap((p) => p.unknown),
});

/** The names that arguments give. */
export const textsOfAll = (args: readonly Node[], module: Source['module'], modules: Modules): Texts =>
  merge(args.map((arg) => textsOf({ node: arg.type === 'SpreadElement' ? arg.argument : arg, module }, modules)));

/** The names one expression gives. */
export function textsOf(source: Source, modules: Modules, depth = 0): Texts {
  const { module } = source;
  const node = unwrapAwait(source.node);
  if (depth > MAX_DEPTH) return { ...NONE, unknown: [source] };
  const text = stringOf(node, module, modules);
  if (text !== null) return { ...NONE, texts: [{ text, at: { node, module } }] };
  const go = (next: Node): Texts => textsOf({ node: next, module }, modules, depth + 1);
  switch (node.type) {
    case 'Literal':
    case 'TemplateLiteral':
      return node.type === 'Literal' ? NONE : { ...NONE, unknown: [source] };
    case 'ConditionalExpression':
      return merge([go(node.consequent), go(node.alternate)]);
    case 'LogicalExpression':
      return node.operator === '&&' ? go(node.right) : merge([go(node.left), go(node.right)]);
    case 'ObjectExpression':
      return { ...NONE, objects: [{ node, module }] };
    case 'ArrayExpression':
      return merge(node.elements.flatMap((e) => (e === null ? [] : [go(e.type === 'SpreadElement' ? e.argument : e)])));
    case 'CallExpression':
      return mapped(node, source, modules, depth) ?? listed(source, modules, depth);
    case 'Identifier':
    case 'MemberExpression':
      return named(source, modules, depth);
    default:
      return isFunction(node) ? NONE : { ...NONE, unknown: [source] };
  }
}

function named(source: Source, modules: Modules, depth: number): Texts {
  const value = resolveValue(source.node, source.module, modules);
  if (value && value.node !== source.node && !isFunction(value.node)) {
    const own = textsOf(value, modules, depth + 1);
    if (own.objects.length > 0 || unwrapAwait(value.node).type === 'CallExpression') return own;
  }
  return listed(source, modules, depth);
}

/** A list that is put together in several places, as far as its parts can be seen. */
function listed(source: Source, modules: Modules, depth: number): Texts {
  const { elements } = elementsOf(source, modules);
  const parts = elements.filter((e) => unwrapAwait(e.node) !== unwrapAwait(source.node));
  const isUnknown = parts.length < elements.length || elements.length === 0;
  const found = merge(parts.map((e) => textsOf(e, modules, depth + 1)));
  return isUnknown ? { ...found, unknown: [...found.unknown, source] } : found;
}

/** `COLUMNS.map((c) => `t.${c}`)`: the template with every name put in. */
function mapped(node: Extract<Node, { type: 'CallExpression' }>, source: Source, modules: Modules, depth: number): Texts | null {
  const callee = unwrapAwait(node.callee);
  const isMap = callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === 'map';
  const callback = isMap && node.arguments[0] ? functionOf({ node: node.arguments[0], module: source.module }, modules) : null;
  const parameter = callback?.node.params[0];
  const [returned] = callback ? returnsOf(callback) : [];
  if (!isMap || !returned || parameter?.type !== 'Identifier') return null;
  const items = textsOf({ node: callee.object, module: source.module }, modules, depth + 1);
  const made = items.texts.map(({ text, at }) => ({ text: textWith(returned, parameter.name, text, modules), at }));
  if (made.length === 0 || made.some(({ text }) => text === null)) return null;
  return { ...items, texts: made.flatMap(({ text, at }) => (text === null ? [] : [{ text, at }])) };
}

/** A template, sum or name with a parameter's value put in. */
function textWith({ node: start, module }: Source, parameter: string, value: string, modules: Modules): string | null {
  const node = unwrapAwait(start);
  const go = (next: Node): string | null => textWith({ node: next, module }, parameter, value, modules);
  if (node.type === 'Identifier' && node.name === parameter) return value;
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const [left, right] = [go(node.left), go(node.right)];
    return left === null || right === null ? null : left + right;
  }
  if (node.type !== 'TemplateLiteral') return stringOf(node, module, modules);
  const parts = node.quasis.map((quasi, i) => {
    const expression = node.expressions[i];
    const text = expression === undefined ? '' : go(expression);
    return text === null || quasi.value.cooked === null ? null : quasi.value.cooked + text;
  });
  return parts.every((part) => part !== null) ? parts.join('') : null;
}
