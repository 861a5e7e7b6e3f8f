/**
 * One call of an evaluation form → the Evaluation record: key, context, fallback, place.
 * Keys and contexts given through parameters of wrappers are followed to the call that gives them.
 */
import { keyName, unwrapAwait } from '../code/syntax.ts';
import type { Module, Modules, Node } from '../code/types.ts';
import { resolveValue, stringOf } from '../code/values.ts';
import type { CallForm, Place, Sdk, Spelling } from './catalogue.ts';
import { type Argument, argumentOf, type Interpreter } from './interpreter.ts';
import type { Frame } from './meaning.ts';
import { argumentAt, argumentsAt } from './places.ts';
import type { ContextKeys, Evaluation, FlagValue } from './types.ts';

type Call = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>;

const opaque: ContextKeys = { kind: 'opaque' };
const noContext: ContextKeys = { kind: 'none' };

/** The record of one evaluation. `held`: what the receiver evaluates for, where that is known. */
export function evaluationOf(
  form: CallForm,
  sdk: Sdk,
  held: ContextKeys | null,
  node: Call,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
): Evaluation {
  const { modules } = interpreter;
  const at = (place: Place): Argument | null => argumentAt(place, node.arguments, module, frame, modules);
  const key = form.key === null ? null : at(form.key);
  const { place, ...known } = keyOf(key, form.spelt ?? 'raw', node, module, interpreter);
  const evaluation: Evaluation = {
    ...known,
    sdk: sdk.id,
    provider: sdk.provider,
    context: form.context === null ? (held ?? opaque) : givenContext(form, form.context, node, module, frame, interpreter),
    fallback: failureOf(form, sdk, node, module, frame, modules),
  };
  interpreter.origins.set(evaluation, { ...place, form, sdk });
  return evaluation;
}

function givenContext(
  form: CallForm,
  place: Place,
  node: Call,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
): ContextKeys {
  return contextAt(place, form.contextHeld === true, node.arguments, module, frame, interpreter);
}

/** What stands at the place of a context. */
export function contextAt(
  place: Place,
  isHeld: boolean,
  args: readonly Node[],
  module: Module,
  frame: Frame | null,
  { modules }: Interpreter,
): ContextKeys {
  const found = argumentsAt(place, args, module, frame, modules);
  if (found === null) return opaque;
  const [first] = found;
  const empty = isHeld ? opaque : noContext;
  return first === undefined ? empty : lookInto(first, empty, modules, 0);
}

/** Key and place of an evaluation: the place is the outermost call that decides the key. */
export function keyOf(
  key: Argument | null,
  spelt: Spelling,
  node: Node,
  module: Module,
  interpreter: Interpreter,
): Pick<Evaluation, 'flag' | 'keyFrom' | 'location'> & { readonly place: { readonly node: Node; readonly module: Module } } {
  const text = key === null ? null : stringOf(key.node, key.module, interpreter.modules);
  const isParameter = key?.node.type === 'Identifier' && key.module.binding(key.node)?.kind === 'parameter';
  const place = key?.call ?? { node, module };
  const location = { file: place.module.path, ...place.module.span(place.node) };
  if (text !== null) return { ...interpreter.keyNamed(text, spelt), location, place };
  return { flag: null, keyFrom: isParameter ? 'parameter' : 'computed', location, place };
}

/** The value on failure: what the argument gives; where a yes or no is asked for without one, what the SDK gives. */
function failureOf(form: CallForm, sdk: Sdk, node: Call, module: Module, frame: Frame | null, modules: Modules): FlagValue | null {
  if (form.fallback === null) return sdk.onFailure;
  const given = argumentsAt(form.fallback, node.arguments, module, frame, modules);
  const isLeftOut = given !== null && given.length === 0;
  return isLeftOut && form.gives === 'truth' ? sdk.onFailure : fallbackOf(given?.[0] ?? null, modules);
}

/** The value on failure that an argument gives. */
export function fallbackOf(source: Argument | null, modules: Modules): FlagValue | null {
  if (source === null) return null;
  const value = resolveValue(source.node, source.module, modules)?.node;
  if (value?.type === 'Literal' && typeof value.value === 'boolean') return value.value;
  return stringOf(source.node, source.module, modules);
}

/** What a context argument carries. */
export function contextOf(node: Node | undefined, isHeld: boolean, module: Module, frame: Frame | null, modules: Modules): ContextKeys {
  if (node === undefined) return isHeld ? opaque : noContext;
  return lookInto(argumentOf(node, module, frame), isHeld ? opaque : noContext, modules, 0);
}

function lookInto(argument: Argument, empty: ContextKeys, modules: Modules, depth: number): ContextKeys {
  const node = unwrapAwait(argument.node);
  const { module, frame } = argument;
  if (depth > 5) return opaque;
  if (node.type === 'Identifier' && node.name === 'undefined') return empty;
  if (node.type === 'Literal' && node.value === null) return empty;
  const text = stringOf(node, module, modules);
  if (text !== null) return { kind: 'known', keys: ['key'], literalKey: text };
  switch (node.type) {
    case 'ObjectExpression':
      return objectContext(node, argument, empty, modules, depth);
    case 'CallExpression':
    case 'NewExpression':
      return builderContext(node, argument, modules);
    case 'TemplateLiteral':
      return { kind: 'known', keys: ['key'], literalKey: null };
    case 'MemberExpression': {
      const name = keyName(node);
      if (name !== null && /(?:^|_)(?:id|key|uuid)$|(?:Id|ID|Key|Uuid)$/.test(name))
        return { kind: 'known', keys: ['key', name], literalKey: null };
      break;
    }
  }
  const value = resolveValue(node, module, modules);
  if (value === null || value.node === node) return opaque;
  return lookInto(
    { node: value.node, module: value.module, frame: value.module === module ? frame : null, call: null },
    empty,
    modules,
    depth + 1,
  );
}

const keyNames: ReadonlySet<string> = new Set(['targetingKey', 'key', 'id', 'userId', 'user_id']);

function objectContext(
  node: Extract<Node, { type: 'ObjectExpression' }>,
  argument: Argument,
  empty: ContextKeys,
  modules: Modules,
  depth: number,
): ContextKeys {
  const keys: string[] = [];
  let literalKey: string | null = null;
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      const spread = lookInto({ ...argumentOf(property.argument, argument.module, argument.frame) }, empty, modules, depth + 1);
      if (spread.kind !== 'known') return opaque;
      keys.push(...spread.keys);
      literalKey ??= spread.literalKey;
      continue;
    }
    const name = keyName(property) ?? stringOf(property.key, argument.module, modules);
    if (name === null) return opaque;
    keys.push(name);
    const value = argumentOf(property.value, argument.module, argument.frame);
    if (keyNames.has(name)) literalKey = stringOf(value.node, value.module, modules) ?? literalKey;
    // Featureflow's `attributes`, and contexts by kind: what is inside counts too.
    const inner = unwrapAwait(value.node);
    if (inner.type === 'ObjectExpression' && depth < 3) {
      const nested = objectContext(inner, value, empty, modules, depth + 1);
      if (nested.kind === 'known') keys.push(...nested.keys);
    }
  }
  return { kind: 'known', keys, literalKey };
}

/** `new UserBuilder(id).withAttribute('plan', p).build()`. Any other call is opaque. */
function builderContext(start: Call, argument: Argument, modules: Modules): ContextKeys {
  const keys: string[] = ['key', 'id'];
  let node: Node = start;
  while (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
    const method = keyName(node.callee);
    const name = node.arguments[0];
    if (method === 'withAttribute' || method === 'withAttributes') {
      const attribute = name === undefined ? null : stringOf(name, argument.module, modules);
      if (attribute === null) return opaque;
      keys.push(attribute);
    } else if (method !== 'build') return opaque;
    node = unwrapAwait(node.callee.object);
  }
  const value = node.type === 'Identifier' ? resolveValue(node, argument.module, modules)?.node : node;
  if (value?.type !== 'NewExpression') return opaque;
  const name = value.callee.type === 'Identifier' ? value.callee.name : keyName(value.callee);
  const id = value.arguments[0];
  if (name !== 'UserBuilder' || id === undefined) return opaque;
  const given = argumentOf(id, argument.module, argument.frame);
  const member = given.node.type === 'MemberExpression' ? keyName(given.node) : null;
  return { kind: 'known', keys: member === null ? keys : [...keys, member], literalKey: stringOf(given.node, given.module, modules) };
}
