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
  /**
   * How the key is given: known text, a parameter of the enclosing function (a wrapper: its calls are evaluations of their
   * own), or computed. `camel`: `flag` is the key as lodash's camelCase spells it, and the key itself is not known for sure.
   */
  readonly keyFrom?: 'text' | 'parameter' | 'computed' | 'camel';
  /** Entry of the catalogue; `config` for an evaluator named in the config, `env` for an environment variable, `inferred` for a home-made one. */
  readonly sdk: string;
  /** Whose flags the SDK evaluates: `launchdarkly`; empty where it can be anyone's. */
  readonly provider: string;
  readonly location: Location;
  readonly context: ContextKeys;
  /** The value evaluation failure gives, where the call or the SDK says it. */
  readonly fallback: FlagValue | null;
}

/** A way in which an evaluation goes wrong, whatever the flag serves. Each has its place. */
export type Misuse = { readonly location: Location } & (
  | {
      readonly kind: 'frozen';
      /** Where it is evaluated once: at module level, in a static initialiser, in a provider's factory or start-up hook, in a constructor, or behind a memo. */
      readonly how: 'module' | 'static' | 'factory' | 'constructor' | 'memo';
      /** Whether what holds the value outlives a request for sure. */
      readonly isCertain: boolean;
    }
  | {
      readonly kind: 'unstable-key';
      readonly source: 'random' | 'time' | 'request';
      /** Only where the real key is missing: `userId ?? randomUUID()`. */
      readonly isFallback: boolean;
      /** The key as written. */
      readonly text: string;
    }
  | {
      readonly kind: 'default-on';
      readonly how: 'argument' | 'expression' | 'handler' | 'registration';
      readonly text: string;
    }
  | { readonly kind: 'unawaited' }
  /** Nothing, an empty object, or one key for everything is passed where no user is: in a job or a script. */
  | { readonly kind: 'no-context'; readonly context: 'none' | 'empty'; readonly entry: string }
);

export interface MisusedEvaluation {
  readonly evaluation: Evaluation;
  readonly misuse: Misuse;
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

/** How the instant is known since which a flag serves what it serves. */
export type SinceFrom =
  /** The flag file says so. */
  | 'file'
  /** The commit in which the served value last changed. */
  | 'git'
  /** The first commit of the file: it has been so at least since then. */
  | 'git-lower-bound'
  /** The provider's log of changes. */
  | 'audit'
  /** The provider's date of the last change of any kind: it has been so at least since then. */
  | 'modified'
  /** The first snapshot that saw it so: it has been so at least since then. */
  | 'snapshot';

/** What keeps a flag from serving everybody one value, or from being known to. */
export interface Blocker {
  readonly kind:
    | 'rule'
    | 'target'
    | 'prerequisite'
    | 'rollout'
    | 'schedule'
    | 'experiment'
    | 'holdout'
    | 'segment'
    | 'multivariate'
    | 'environments'
    | 'unknown';
  /** In plain words, without a full stop: `50 % of users by userId`. */
  readonly detail: string;
}

/** What a flag serves in one environment. */
export interface Served {
  /** The one value everyone with the bucketing key is served; null while the flag is split or its state is unknown. On/off where the provider has it, else the value or variant as text. */
  readonly everyone: FlagValue | null;
  /** The variant everyone is served besides on or off, where the flag has variants. */
  readonly variant: string | null;
  /** Share of contexts that get `true`, 0–100; null where unknown. */
  readonly percentage: number | null;
  /** Attribute without which `everyone` does not hold; null where none is needed. */
  readonly by: string | null;
  /** Contexts pinned to a value, by name. */
  readonly contexts: ReadonlyMap<string, FlagValue>;
  /** Why `everyone` is null; empty where it is not. */
  readonly blockers: readonly Blocker[];
  /** ISO instant since which this has been served; null where unknown. */
  readonly since: string | null;
  /** How `since` is known. */
  readonly sinceFrom: SinceFrom | null;
  /** Where the state is written. */
  readonly location: Location | null;
}

/** One environment of a flag. */
export interface EnvironmentState extends Served {
  /** Its name; empty where the source has no environments. */
  readonly environment: string;
  /** Whether the provider calls it production; null where it does not say. */
  readonly isProduction: boolean | null;
}

/** What is known of a flag besides what it serves. */
export interface FlagTraits {
  readonly key: string;
  /** The source of the state: `launchdarkly`, `flagd`, `flags.yaml`. */
  readonly provider: string;
  readonly archived: boolean;
  /** A kill switch, a permission, or marked as permanent: never stale. */
  readonly permanent: boolean;
  /** The provider's word for what kind of flag it is. */
  readonly type: string | null;
  /** ISO instant. */
  readonly createdAt: string | null;
  /** Keys of the flags this one rests on: prerequisites and parents. */
  readonly needs: readonly string[];
  /** The value when evaluation fails, where the state says it. */
  readonly fallback: FlagValue | null;
}

/** A flag as its source tells it, environment by environment. */
export interface FlagRecord extends FlagTraits {
  readonly environments: readonly EnvironmentState[];
}

/** What a flag serves in all environments that count: what rules judge by. */
export interface FlagState extends FlagTraits, Served {
  /** Every environment the source knows; empty where it has none. */
  readonly environments: readonly EnvironmentState[];
  /** Keys of the flags that rest on this one. */
  readonly neededBy: readonly string[];
  /** Values (`on`, `off`, a variant) and the ISO instant of their last evaluation; empty where no counts are given. */
  readonly lastEvaluated: ReadonlyMap<string, string>;
}
