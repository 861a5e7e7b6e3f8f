/**
 * What an expression means for flags: the values the interpreter computes with.
 * Plain data; `code` values keep the module and call frame they are to be read in.
 */
import type { Module, Node } from '../code/types.ts';
import type { Entry, Sdk, Shape } from './catalogue.ts';
import { alwaysFalse, alwaysNullish, alwaysTrue, boolean, type Facts, join, maybe, not, type Truth, truth, unknown } from './facts.ts';
import type { ContextKeys, Evaluation, FlagValue, Guard } from './types.ts';

/** A call that is being looked into: what its parameters stand for. */
export interface Frame {
  readonly owner: Node;
  readonly args: readonly Node[];
  readonly call: Node;
  readonly module: Module;
  readonly outer: Frame | null;
  readonly depth: number;
}

export type Meaning =
  | Truth
  /** The flag's variant, as text; with `isValue` it may be a boolean too, or undefined where evaluation fails. */
  | {
      readonly kind: 'text';
      readonly evaluation: Evaluation;
      readonly onOff: OnOff;
      readonly isMaybe: boolean;
      readonly isValue: boolean;
    }
  | { readonly kind: 'promise'; readonly of: Meaning }
  /** Something of an SDK that evaluates, and what it evaluates for where that is known. */
  | { readonly kind: 'client'; readonly sdk: Sdk; readonly receiver: string; readonly context: ContextKeys | null }
  /** A function of an SDK, taken off its owner. */
  | { readonly kind: 'callable'; readonly sdk: Sdk; readonly entry: Entry; readonly context: ContextKeys | null }
  /** The variables of the environment, or an object a schema has read them into. */
  | { readonly kind: 'environment' }
  /** An object, function or component wrapper that an evaluation gives. */
  | { readonly kind: 'result'; readonly sdk: Sdk; readonly shape: Shape; readonly evaluation: Evaluation }
  /** One of several values: what a function's callers give it. */
  | { readonly kind: 'alternatives'; readonly of: readonly (Meaning | null)[] }
  /** A value of a declared type, and what callers give for it. */
  | { readonly kind: 'given'; readonly declared: Meaning; readonly by: Meaning }
  /** The props a component is given by an element. */
  | { readonly kind: 'props'; readonly element: Extract<Node, { type: 'JSXOpeningElement' }>; readonly module: Module }
  | { readonly kind: 'list'; readonly items: readonly (Meaning | null)[] }
  /** An object, array, function, class, enum or (Program) namespace of the repository. */
  | { readonly kind: 'code'; readonly node: Node; readonly module: Module; readonly frame: Frame | null }
  | { readonly kind: 'instance'; readonly node: Node; readonly module: Module; readonly frame: Frame | null }
  | { readonly kind: 'package'; readonly source: string; readonly path: readonly string[] }
  | { readonly kind: 'constant'; readonly value: string | number | null | undefined };

/** A value known to be undefined or null. */
export const nothing: Meaning = { kind: 'constant', value: undefined };

/** What an expression says as a condition. Everything that is no truth can have any outcome. */
export function asTruth(meaning: Meaning | null): Truth {
  if (meaning === null) return unknown;
  if (meaning.kind === 'truth') return meaning;
  if (meaning.kind === 'text' && meaning.isValue) return undecided(meaning.evaluation, typeof meaning.evaluation.fallback === 'boolean');
  if (meaning.kind === 'alternatives') return join(meaning.of.map(asTruth));
  return meaning.kind === 'constant' && (meaning.value === null || meaning.value === undefined) ? alwaysNullish : unknown;
}

/** The truth of a literal. */
export function constantTruth(value: boolean): Truth {
  return value ? alwaysTrue : alwaysFalse;
}

/** A truth that is a flag being on. */
export function flagTruth(evaluation: Evaluation): Truth {
  return boolean(truth(fact(evaluation, true, true), fact(evaluation, false, true)));
}

/** What the variants `on` and `off` of an SDK stand for. */
export type OnOff = Sdk['onOff'] | 'words';

/** What `evaluation === value` says: facts where it holds and where it does not. Beside other variants, not off is not on. */
export function equalsVariant(evaluation: Evaluation, value: string, onOff: OnOff): Truth {
  if (onOff === 'words') return wordTruth(evaluation, value);
  const on = onOff === null ? null : onOffOf(value);
  if (on === null) return boolean(truth(fact(evaluation, value, true), fact(evaluation, value, false)));
  return boolean(truth(fact(evaluation, on, true), on || onOff === 'only' ? fact(evaluation, !on, true) : []));
}

/** A variable of the environment compared with a word for on or off. */
function wordTruth(evaluation: Evaluation, value: string): Truth {
  const lower = value.toLowerCase();
  if (/^(?:1|true|on|yes|enabled)$/.test(lower)) return flagTruth(evaluation);
  if (/^(?:0|false|off|no|disabled|)$/.test(lower)) return not(flagTruth(evaluation));
  return boolean(truth(fact(evaluation, value, true), fact(evaluation, value, false)));
}

/** A flag's on/off variant as a boolean; null for every other variant. */
export function onOffOf(value: string): boolean | null {
  const lower = value.toLowerCase();
  return lower === 'on' ? true : lower === 'off' ? false : null;
}

function fact(evaluation: Evaluation, value: FlagValue, equal: boolean): Facts {
  if (evaluation.flag === null) return [];
  const guard: Guard = { flag: evaluation.flag, value, equal, evaluation };
  return [guard];
}

/** The meaning of an evaluation's result. */
export function resultOf(evaluation: Evaluation, shape: Shape, sdk: Sdk): Meaning {
  const text = (isValue: boolean): Meaning => ({ kind: 'text', evaluation, onOff: sdk.onOff, isMaybe: false, isValue });
  switch (shape) {
    case 'truth':
      return flagTruth(evaluation);
    case 'off':
      return not(flagTruth(evaluation));
    case 'partly':
      return boolean(truth(fact(evaluation, true, true), []));
    case 'maybe':
      return undecided(evaluation, true);
    case 'text':
      return text(false);
    case 'value':
      return text(typeof evaluation.fallback !== 'string');
    case 'unknown':
    case 'compares':
      return unknown;
    case 'hoc':
    case 'names':
      return { kind: 'result', sdk, shape, evaluation };
  }
  if (shape.kind === 'promise') return { kind: 'promise', of: resultOf(evaluation, shape.of, sdk) };
  if (shape.kind === 'client') return { kind: 'client', sdk, receiver: shape.receiver, context: evaluation.context };
  if (shape.kind === 'tuple') return { kind: 'list', items: shape.items.map((item) => resultOf(evaluation, item, sdk)) };
  return { kind: 'result', sdk, shape, evaluation };
}

/** A truth that is undefined where evaluation fails, which is the flag not being on. */
function undecided(evaluation: Evaluation, isBoolean: boolean): Truth {
  const off = fact(evaluation, false, true);
  return truth(fact(evaluation, true, true), off, off, isBoolean);
}

/** The same value, or undefined: what `?.` gives. */
export function maybeMeaning(meaning: Meaning | null): Meaning | null {
  if (meaning?.kind === 'truth') return maybe(meaning);
  if (meaning?.kind === 'promise') return { kind: 'promise', of: maybeMeaning(meaning.of) ?? unknown };
  return meaning?.kind === 'text' ? { ...meaning, isMaybe: true } : meaning;
}

/** One of several values. Objects win over undefined, because code that goes on with them has one. */
export function joinMeanings(meanings: readonly (Meaning | null)[]): Meaning | null {
  const first = meanings[0];
  if (meanings.length === 1) return first ?? null;
  const solid = meanings.filter((one) => one === null || one.kind !== 'constant' || (one.value !== null && one.value !== undefined));
  const only = solid[0];
  if (solid.length === 1 && only != null && only.kind !== 'truth') return solid.length < meanings.length ? maybeMeaning(only) : only;
  if (solid.length === 0) return nothing;
  if (only != null && only.kind === 'client' && solid.every((one) => isSameClient(one, only))) return only;
  return join(meanings.map(asTruth));
}

function isSameClient(one: Meaning | null, other: Extract<Meaning, { kind: 'client' }>): boolean {
  return one?.kind === 'client' && one.sdk === other.sdk && one.receiver === other.receiver;
}
