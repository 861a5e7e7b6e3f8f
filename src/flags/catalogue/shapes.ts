/** Short ways to write entries of the catalogue. */
import type { CallForm, Entry, Place, Sdk, Shape, Spelling } from './types.ts';

export const promise = (of: Shape): Shape => ({ kind: 'promise', of });
export const object = (properties: Readonly<Record<string, Shape>>): Shape => ({ kind: 'object', properties, methods: {}, isLazy: false });
export const lazy = (properties: Readonly<Record<string, Shape>>): Shape => ({ kind: 'object', properties, methods: {}, isLazy: true });
export const chain = (methods: Readonly<Record<string, Shape>>): Shape => ({ kind: 'object', properties: {}, methods, isLazy: false });
export const tuple = (...items: readonly Shape[]): Shape => ({ kind: 'tuple', items });
export const bag = (of: Shape, spelt: Spelling = 'raw'): Shape => ({ kind: 'bag', of, spelt });
export const list = (by: string, of: Shape): Shape => ({ kind: 'list', by, of });
export const func = (of: Shape, methods: Readonly<Record<string, Shape>> = {}): Shape => ({ kind: 'function', of, methods });
export const client = (receiver = 'client'): Shape => ({ kind: 'client', receiver });

/** An object whose `.value` is the flag's. */
export const details = (of: Shape): Shape => object({ value: of });
/** A reference of Vue. */
export const ref = details;

type Options = Partial<Omit<CallForm, 'name' | 'gives'>>;

/** An evaluation: by default the key is the first argument, and the client holds the context. */
export const form = (gives: Shape, options: Options = {}): Omit<CallForm, 'name'> => ({
  key: 0,
  context: null,
  fallback: null,
  ...options,
  gives,
});

const named = (name: string, forms: readonly Omit<CallForm, 'name'>[]): Entry => ({
  kind: 'evaluation',
  forms: forms.map((one) => ({ ...one, name })),
});

/** Entries of the same overloads under several names. */
export const calls = (names: readonly string[], ...forms: readonly Omit<CallForm, 'name'>[]): Record<string, Entry> =>
  Object.fromEntries(names.map((name) => [name, named(name, forms)]));

/** Entries of one form under one name. */
export const call = (name: string, gives: Shape, options: Options = {}): Record<string, Entry> => calls([name], form(gives, options));

/** A call that gives all flags. */
export const all = (name: string, gives: Shape, options: Options = {}): Record<string, Entry> =>
  call(name, gives, { ...options, key: null });

/** Calls or constructions that give a receiver. */
export const makes = (names: readonly string[], gives: Shape, context: Place | 'none' | null = null): Record<string, Entry> =>
  Object.fromEntries(names.map((name) => [name, { kind: 'maker', gives, context } satisfies Entry]));

/** Names that are a value by themselves: a client that is imported ready-made, a member of a client. */
export const is = (names: readonly string[], shape: Shape): Record<string, Entry> =>
  Object.fromEntries(names.map((name) => [name, { kind: 'value', is: shape } satisfies Entry]));

/** Names for variants. */
export const constants = (values: Readonly<Record<string, string>>): Record<string, Entry> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { kind: 'constant', value } satisfies Entry]));

/** Calls by the kind of value, as typed SDKs have them: `boolVariation`, `stringVariation`. */
export function typed(name: (kind: string) => string, kinds: readonly string[], options: Options, wrap = (of: Shape): Shape => of) {
  const plain = (kind: string): Shape => (/^bool/i.test(kind) ? 'truth' : /^string/i.test(kind) ? 'text' : 'unknown');
  return Object.assign({}, ...kinds.map((kind) => call(name(kind), wrap(plain(kind)), options))) as Record<string, Entry>;
}

const empty: Omit<Sdk, 'id' | 'provider' | 'packages'> = {
  exports: {},
  types: {},
  receivers: {},
  components: [],
  decorators: [],
  onOff: null,
  onFailure: null,
  handed: {},
  handedAnywhere: [],
};

/** An entry of the catalogue. */
export const sdk = (id: string, provider: string, rest: Partial<Omit<Sdk, 'id' | 'provider'>>): Sdk => ({
  packages: [id],
  ...empty,
  ...rest,
  id,
  provider,
});
