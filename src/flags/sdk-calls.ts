/**
 * Calls of flag SDKs: what an entry of the catalogue says a call gives. Knows no SDK by name.
 * Input: an entry, or a result of an evaluation, and the call. Output: a Meaning.
 */
import { keyName, unwrap } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { resolveValue, stringOf } from '../code/values.ts';
import { type CallForm, type Entry, exportedBy, memberEntry, own, type Sdk, type Shape } from './catalogue.ts';
import { contextAt, evaluationOf } from './evaluation.ts';
import { argumentOf, type Interpreter } from './interpreter.ts';
import { equalsVariant, type Frame, type Meaning, resultOf } from './meaning.ts';
import { argumentAt, literalOf } from './places.ts';
import type { ContextKeys, Evaluation } from './types.ts';

type Call = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>;
type Result = Extract<Meaning, { kind: 'result' }>;

/** A place a call is read at. */
export interface At {
  readonly node: Call;
  readonly module: Module;
  readonly frame: Frame | null;
  readonly interpreter: Interpreter;
}

/** What a path of a package of an SDK is by itself. */
export function exportedMeaning(sdk: Sdk, path: string): Meaning | null {
  const entry = exportedBy(sdk, path);
  return entry === undefined ? null : entryMeaning(entry, sdk, null);
}

/** What a member of a receiver is, before it is called. */
export function receiverMember(owner: Extract<Meaning, { kind: 'client' }>, name: string): Meaning | null {
  const entry = memberEntry(owner.sdk, owner.receiver, name);
  return entry === undefined ? null : entryMeaning(entry, owner.sdk, owner.context);
}

function entryMeaning(entry: Entry, sdk: Sdk, context: ContextKeys | null): Meaning {
  if (entry.kind === 'constant') return { kind: 'constant', value: entry.value };
  if (entry.kind !== 'value') return { kind: 'callable', sdk, entry, context };
  return typeof entry.is === 'object' && entry.is.kind === 'client'
    ? { kind: 'client', sdk, receiver: entry.is.receiver, context }
    : resultOf(blank(sdk, context), entry.is, sdk);
}

/** What stands for an evaluation where there is none yet: of no flag, so that nothing is claimed. */
function blank(sdk: Sdk, context: ContextKeys | null): Evaluation {
  const location = { file: '', line: 1, column: 1, endLine: 1, endColumn: 1 };
  return {
    flag: null,
    keyFrom: 'computed',
    sdk: sdk.id,
    provider: sdk.provider,
    location,
    context: context ?? { kind: 'opaque' },
    fallback: sdk.onFailure,
  };
}

/** What calling a function of an SDK gives. */
export function callableMeaning({ sdk, entry, context }: Extract<Meaning, { kind: 'callable' }>, at: At): Meaning | null {
  const { node, module, frame, interpreter } = at;
  switch (entry.kind) {
    case 'maker':
      return madeMeaning(entry, sdk, context, at);
    case 'evaluation': {
      const form = entry.forms.find((one) => fits(one, at));
      return form === undefined ? null : formMeaning(form, sdk, context, at);
    }
    case 'sends': {
      const argument = node.arguments[entry.argument];
      const sent = argument === undefined ? null : interpreter.read(argument, module, frame);
      return sent === null ? null : { kind: 'promise', of: sent };
    }
    case 'evaluates': {
      const argument = node.arguments[entry.argument];
      const given = argument === undefined ? null : valuesOf(argument, at);
      return given === null ? null : { kind: 'promise', of: given };
    }
    default:
      return null;
  }
}

function madeMeaning(entry: Extract<Entry, { kind: 'maker' }>, sdk: Sdk, held: ContextKeys | null, at: At): Meaning {
  const { node, module, frame, interpreter } = at;
  const option = entry.ifTrue === undefined ? null : argumentAt(entry.ifTrue.place, node.arguments, module, frame, interpreter.modules);
  const value = option === null ? null : literalOf(option, interpreter.modules)?.node;
  const isTrue = value?.type === 'Literal' && value.value === true;
  const gives = isTrue && entry.ifTrue !== undefined ? entry.ifTrue.gives : entry.gives;
  return resultOf(blank(sdk, madeFor(entry, held, at)), gives, sdk);
}

/** What a receiver evaluates for; one that is made of another has its context. */
function madeFor({ context }: Extract<Entry, { kind: 'maker' }>, held: ContextKeys | null, at: At): ContextKeys | null {
  if (context === null) return held;
  if (context === 'none') return { kind: 'none' };
  const { node, module, frame, interpreter } = at;
  const argument = typeof context === 'number' ? node.arguments[context] : undefined;
  const given = argument === undefined ? null : interpreter.read(argument, module, frame);
  if (given?.kind === 'client') return given.context;
  // Settings given later (`setAttributes`, `identify`) cannot be seen here.
  return typeof context === 'string' ? null : contextAt(context, false, node.arguments, module, frame, interpreter);
}

function fits(form: CallForm, { node, module, frame, interpreter }: At): boolean {
  if (form.ifText === undefined && form.unlessText === undefined) return true;
  const argument = node.arguments[form.ifText ?? form.unlessText ?? 0];
  const source = argument === undefined ? null : argumentOf(argument, module, frame);
  const isText = source !== null && stringOf(source.node, source.module, interpreter.modules) !== null;
  if (form.ifText !== undefined) return isText;
  if (source === null) return true;
  return resolveValue(source.node, source.module, interpreter.modules)?.node.type === 'ObjectExpression';
}

function formMeaning(form: CallForm, sdk: Sdk, context: ContextKeys | null, at: At): Meaning {
  const { node, module, frame, interpreter } = at;
  const evaluation = evaluationOf(form, sdk, context, node, module, frame, interpreter);
  const isDeclared = typeof form.gives === 'object' && form.gives.kind === 'function';
  const place = interpreter.origins.get(evaluation)?.node ?? node;
  if (form.key !== null && !isDeclared && (frame === null || (evaluation.flag !== null && place !== node)))
    interpreter.note(place, evaluation);
  const result = resultOf(evaluation, form.gives, sdk);
  return form.isPromise === true ? { kind: 'promise', of: result } : result;
}

/** What calling a result gives: Vercel's `flag(…)` is a function. */
export function calledResult({ shape, evaluation, sdk }: Result, at: At): Meaning | null {
  if (typeof shape !== 'object' || shape.kind !== 'function') return null;
  return resultOf(evaluatedAt(evaluation, sdk, at), shape.of, sdk);
}

/** The flag of a declaration, evaluated at a call of what it gave. */
function evaluatedAt(evaluation: Evaluation, sdk: Sdk, { node, module, frame, interpreter }: At): Evaluation {
  if (evaluation.keyFrom === 'computed' && evaluation.flag === null) return evaluation;
  const here: Evaluation = { ...evaluation, location: { file: module.path, ...module.span(node) } };
  interpreter.origins.set(here, { node, module, form: interpreter.origins.get(evaluation)?.form ?? null, sdk });
  if (frame === null) interpreter.note(node, here);
  return here;
}

/** A method of a result; undefined: it has none of that name. */
export function resultMethod(owner: Result, name: string, at: At): Meaning | null | undefined {
  const { shape, evaluation, sdk } = owner;
  if (shape === 'names') return name === 'includes' ? includesMeaning(owner, at) : undefined;
  if (typeof shape !== 'object') return undefined;
  if (shape.kind === 'list') return name === 'find' ? foundMeaning(shape, owner, at) : undefined;
  if (shape.kind !== 'object' && shape.kind !== 'function') return undefined;
  const gives = own(shape.methods, name);
  if (gives === undefined) return undefined;
  if (gives === 'compares') return comparedMeaning(owner, at);
  return resultOf(shape.kind === 'function' ? evaluatedAt(evaluation, sdk, at) : evaluation, gives, sdk);
}

function comparedMeaning({ evaluation, sdk }: Result, { node, module, interpreter }: At): Meaning | null {
  const argument = node.arguments[0];
  const variant = argument === undefined ? null : stringOf(argument, module, interpreter.modules);
  return variant === null ? null : equalsVariant(evaluation, variant, sdk.onOff);
}

/** An entry of everything an SDK gave at once, evaluated where it is taken out. */
export function entryOf({ evaluation, sdk }: Result, shape: Shape, name: string, place: Place, interpreter: Interpreter): Meaning {
  const spelt = typeof shape === 'object' && shape.kind === 'bag' ? shape.spelt : 'raw';
  const location = { file: place.module.path, ...place.module.span(place.node) };
  const one: Evaluation = { ...evaluation, ...interpreter.keyNamed(name, spelt), location };
  interpreter.origins.set(one, { ...place, form: null, sdk });
  return resultOf(one, typeof shape === 'object' && (shape.kind === 'bag' || shape.kind === 'list') ? shape.of : 'truth', sdk);
}

/** Where an entry is taken out. */
export interface Place {
  readonly node: Node;
  readonly module: Module;
}

/** `onFlags.includes('key')`. */
function includesMeaning(owner: Result, { node, module, interpreter }: At): Meaning | null {
  const argument = node.arguments[0];
  const key = argument === undefined ? null : stringOf(argument, module, interpreter.modules);
  return key === null ? null : entryOf(owner, owner.shape, key, { node, module }, interpreter);
}

/** `toggles.find((t) => t.name === 'key')`. */
function foundMeaning(shape: Extract<Shape, { kind: 'list' }>, owner: Result, { node, module, interpreter }: At): Meaning | null {
  const callback = node.arguments[0];
  if (callback?.type !== 'ArrowFunctionExpression' || callback.body.type !== 'BinaryExpression') return null;
  const { left, right, operator } = callback.body;
  if (operator !== '===' && operator !== '==') return null;
  const isKey = (one: Node): boolean => {
    const inner = unwrap(one);
    return inner.type === 'Identifier' ? inner.name === shape.by : inner.type === 'MemberExpression' && keyName(inner) === shape.by;
  };
  const other = isKey(left) ? right : isKey(right) ? left : null;
  const key = other === null ? null : stringOf(other, module, interpreter.modules);
  return key === null ? null : entryOf(owner, shape, key, { node, module }, interpreter);
}

/** The values of flag functions: one, or those of an array. */
function valuesOf(argument: Node, at: At): Meaning | null {
  const { module, frame, interpreter } = at;
  const value = unwrap(argument);
  const one = (node: Node): Meaning | null => {
    const meaning = interpreter.read(node, module, frame);
    const called = meaning?.kind === 'result' ? calledResult(meaning, at) : null;
    return called?.kind === 'promise' ? called.of : called;
  };
  if (value.type !== 'ArrayExpression') return one(value);
  if (value.elements.some((element) => element?.type === 'SpreadElement')) return null;
  return { kind: 'list', items: value.elements.map((element) => (element === null ? null : one(element))) };
}
