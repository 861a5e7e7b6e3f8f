/**
 * The language the catalogue of flag SDKs is written in: what an import is, what a call evaluates, and how its result reads.
 * Plain data; the matcher (calls.ts, names.ts) knows no SDK by name.
 */

/** Where an argument stands: its index, or the way into it: `0.flagKey`. `[]` goes into every element: `0.flags[].flagKey`. */
export type Place = number | `${number}.${string}`;

/** What a value that an evaluation gives is. */
export type Shape =
  /** True while the flag is on. */
  | 'truth'
  /** True while the flag is not on. */
  | 'off'
  /** True only while the flag is on; false says nothing. */
  | 'partly'
  /** True while the flag is on, undefined on failure. */
  | 'maybe'
  /** The variant, as text. */
  | 'text'
  /** A boolean or a text, by the default where there is one; undefined on failure. */
  | 'value'
  /** A method that compares its argument with the variant. */
  | 'compares'
  /** A component wrapper: what it is given renders only while the flag is on. */
  | 'hoc'
  /** The keys of the flags that are on: `.includes(key)`. */
  | 'names'
  | 'unknown'
  | { readonly kind: 'promise'; readonly of: Shape }
  /** An object: what its properties and its methods give. `isLazy`: it is no flag until one of them is read. */
  | {
      readonly kind: 'object';
      readonly properties: Readonly<Record<string, Shape>>;
      readonly methods: Readonly<Record<string, Shape>>;
      readonly isLazy: boolean;
    }
  | { readonly kind: 'tuple'; readonly items: readonly Shape[] }
  /** Flags by key, as `spelt` has it. */
  | { readonly kind: 'bag'; readonly of: Shape; readonly spelt: Spelling }
  /** Objects that are found by a property that holds the key: `.find((t) => t.name === key)`. */
  | { readonly kind: 'list'; readonly by: string; readonly of: Shape }
  /** A function whose call gives it. */
  | { readonly kind: 'function'; readonly of: Shape; readonly methods: Readonly<Record<string, Shape>> }
  /** Something that evaluates: one of the SDK's receivers. */
  | { readonly kind: 'client'; readonly receiver: string };

/** How an SDK spells keys: as they are, in lodash's camel case, or in lower case with `_` for spaces. */
export type Spelling = 'raw' | 'camel' | 'lower';

/** One way to call an evaluation. */
export interface CallForm {
  /** Method of the client, or path of an imported function. */
  readonly name: string;
  /** Where the flag's key is; null: the call gives all flags, or the flag is the value it is called on. */
  readonly key: Place | null;
  /** Where the context is; null: the client or the framework holds it. */
  readonly context: Place | null;
  /** The context argument may be left out, because the client holds one. */
  readonly contextHeld?: boolean;
  /** Where the value on failure is; null: there is none. */
  readonly fallback: Place | null;
  readonly gives: Shape;
  readonly isPromise?: boolean;
  /** How the SDK spells the key. */
  readonly spelt?: Spelling;
  /** Arguments that are components: rendered only while the flag is on, or not. */
  readonly renders?: Readonly<Record<number, 'on' | 'off'>>;
  /** The form holds where this argument is a text, or is no text; overloads are tried in order. */
  readonly ifText?: number;
  readonly unlessText?: number;
}

/** What an exported name, or a member of a receiver, is. */
export type Entry =
  | { readonly kind: 'value'; readonly is: Shape }
  /** A name for a variant: `LDMigrationStage.Complete`. */
  | { readonly kind: 'constant'; readonly value: string }
  /** A call or construction that gives a receiver. `context`: where what it evaluates for is given, `none` where nobody is. */
  | {
      readonly kind: 'maker';
      readonly gives: Shape;
      readonly context: Place | 'none' | null;
      readonly ifTrue?: { readonly place: Place; readonly gives: Shape };
    }
  | { readonly kind: 'evaluation'; readonly forms: readonly CallForm[] }
  /** A call that hands on, as a promise, what an argument gives. */
  | { readonly kind: 'sends'; readonly argument: number }
  /** Values of the flag functions it is given: alone, in an array or in an object. */
  | { readonly kind: 'evaluates'; readonly argument: number };

/** A component whose children render only while a flag is on. */
export interface ComponentForm {
  readonly name: string;
  /** Attribute with the key. */
  readonly key: string;
  /** The component around it that has the key. */
  readonly within?: string;
  /** Attribute with the value that is matched. */
  readonly match?: string;
  /** Without it, the children render whatever the value. */
  readonly isMatchNeeded?: boolean;
  /** Attribute that renders while the flag is not on. */
  readonly fallback?: string;
  /** Attributes that are given the value on failure. */
  readonly failure?: string;
  /** Attributes that make the condition unknown. */
  readonly unless?: readonly string[];
  /** What a function as child is given; the children of such a component guard nothing by themselves. */
  readonly gives?: readonly Shape[];
}

/** A decorator that guards a method or class, or that fills a parameter. */
export interface DecoratorForm {
  readonly name: string;
  /** Where the keys are; `0.*`: the property names of an object, each with the value that is required. */
  readonly key: Place;
  readonly fallback: Place | null;
  readonly context: Place | null;
  /** What a decorated parameter is; null: it guards. */
  readonly gives: Shape | null;
}

export interface Sdk {
  readonly id: string;
  /** Whose flags it evaluates: `launchdarkly`; empty where any provider may stand behind it. */
  readonly provider: string;
  /** Packages, or subpaths of packages that have other contents too. */
  readonly packages: readonly string[];
  /** What is imported, by its path from the import (`default` and `*` left out: they are the empty path). */
  readonly exports: Readonly<Record<string, Entry>>;
  /** Receivers by the names of their types. */
  readonly types: Readonly<Record<string, string>>;
  /** What evaluates: members by name. */
  readonly receivers: Readonly<Record<string, Readonly<Record<string, Entry>>>>;
  readonly components: readonly ComponentForm[];
  readonly decorators: readonly DecoratorForm[];
  /** Variants `on` and `off` stand for true and false: the only ones, or beside others (`control`); null: they are texts like any. */
  readonly onOff: 'only' | 'others' | null;
  /** The value on failure where no argument says it. */
  readonly onFailure: boolean | null;
  /** Names under which frameworks hand something to code: `req.featureflow`, `props.features`. */
  readonly handed: Readonly<Record<string, Shape>>;
  /** Names that are handed over in files that import nothing of the SDK. */
  readonly handedAnywhere: readonly string[];
}
