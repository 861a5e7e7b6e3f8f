/** Facts about feature flags: where code evaluates them, and what everyone is served. */
import type { Location } from '../parse/span.ts';

/** A value a flag evaluation is compared with or serves: booleans for on/off flags, strings for variants. */
export type FlagValue = boolean | string;

/** What an evaluation passes to bucket on. */
export type ContextKeys =
  /** No context argument, and the SDK takes one per call. */
  | { readonly kind: 'none' }
  /** The SDK holds the context on the client, or a value that cannot be looked into: assumed to carry every key. */
  | { readonly kind: 'opaque' }
  /** A literal object, a builder or a plain key: the attribute names it carries, and its literal key where it has one. */
  | { readonly kind: 'known'; readonly keys: readonly string[]; readonly literalKey: string | null };

export interface Evaluation {
  /** The flag's key; null where it is not known statically. */
  readonly flag: string | null;
  /** How the key is given: known text, a parameter of the enclosing function (a wrapper: its calls are evaluations of their own), or computed. */
  readonly keyFrom?: 'text' | 'parameter' | 'computed';
  readonly sdk: string;
  readonly location: Location;
  readonly context: ContextKeys;
  /** The value evaluation failure gives, where the call says it. */
  readonly fallback: FlagValue | null;
}

/** A condition that every path to a node passes: the flag has (or has not) this value. */
export interface Guard {
  readonly flag: string;
  readonly value: FlagValue;
  /** true: flag = value; false: flag ≠ value. For booleans always normalised to true. */
  readonly equal: boolean;
  readonly evaluation: Evaluation;
  /** The call that passes the condition, where it holds for the callers of the function and not within it. */
  readonly via?: Location;
}

/** A branch of code that runs only under a guard: what removal deletes when the flag goes the other way. */
export interface Branch {
  readonly guard: Guard;
  readonly location: Location;
}

/** What a flag serves in one environment. */
export interface FlagState {
  readonly key: string;
  /** The one value everyone with the bucketing key is served; null while the flag is split or its state is unknown. */
  readonly everyone: FlagValue | null;
  /** Share of contexts that get `true`, 0–100; null where unknown. */
  readonly percentage: number | null;
  /** Attribute the rollout buckets on; null where it needs none. */
  readonly by: string | null;
  /** Contexts pinned to a value, by name. */
  readonly contexts: ReadonlyMap<string, FlagValue>;
  /** The value when evaluation fails. */
  readonly fallback: FlagValue | null;
  /** ISO instant since which `everyone` (or the split) has been served; null where unknown. */
  readonly since: string | null;
  /** How `since` is known. */
  readonly sinceFrom: 'file' | 'git' | 'git-lower-bound' | null;
  readonly archived: boolean;
  /** Where the state is written. */
  readonly location: Location | null;
}
