/**
 * What an expression means for flags: the values the interpreter computes with.
 * Plain data; `code` values keep the module and call frame they are to be read in.
 */
import type { Module, Node } from '../code/types.ts';
import type { Gives, Sdk } from './catalogue.ts';
import { alwaysFalse, alwaysNullish, alwaysTrue, boolean, type Facts, join, maybe, type Truth, truth, unknown } from './facts.ts';
import type { Evaluation, FlagValue, Guard } from './types.ts';

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
  /** The flag's variant, as text. */
  | { readonly kind: 'text'; readonly evaluation: Evaluation; readonly isOnOff: boolean; readonly isMaybe: boolean }
  | { readonly kind: 'promise'; readonly of: Meaning }
  | { readonly kind: 'client'; readonly sdk: Sdk }
  /** Featureflow's result: `.isOn()`, `.isOff()`, `.is(v)`, `.value()`. */
  | { readonly kind: 'chain'; readonly evaluation: Evaluation; readonly isOnOff: boolean }
  | { readonly kind: 'details'; readonly value: Meaning }
  /** Flag keys to variants. */
  | { readonly kind: 'record'; readonly sdk: Sdk; readonly template: Evaluation }
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

/** What `evaluation === value` says: facts where it holds and where it does not. */
export function equalsVariant(evaluation: Evaluation, value: string, isOnOff: boolean): Truth {
  const on = isOnOff ? onOffOf(value) : null;
  if (on !== null) return boolean(truth(fact(evaluation, on, true), fact(evaluation, !on, true)));
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
export function resultOf(evaluation: Evaluation, gives: Gives, sdk: Sdk | null): Meaning {
  const isOnOff = sdk?.isOnOff ?? false;
  const text: Meaning = { kind: 'text', evaluation, isOnOff, isMaybe: false };
  switch (gives) {
    case 'truth':
      return flagTruth(evaluation);
    case 'text':
      return text;
    case 'chain':
      return { kind: 'chain', evaluation, isOnOff };
    case 'truth-details':
      return { kind: 'details', value: flagTruth(evaluation) };
    case 'text-details':
      return { kind: 'details', value: text };
    case 'details':
      return { kind: 'details', value: typeof evaluation.fallback === 'string' ? text : flagTruth(evaluation) };
    case 'record':
      return sdk === null ? unknown : { kind: 'record', sdk, template: evaluation };
    case 'other':
      return unknown;
  }
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
  if (only != null && only.kind === 'client' && solid.every((one) => one?.kind === 'client' && one.sdk === only.sdk)) return only;
  return join(meanings.map(asTruth));
}
