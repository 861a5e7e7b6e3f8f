/** What a vendor's own evaluator is asked, and the seeded randomness that makes states and contexts. */
import type { FlagValue } from '../../../src/flags/types.ts';

export type Attributes = Readonly<Record<string, string>>;

export interface Answer {
  /** null: an error, or the default of the code. */
  readonly value: FlagValue | null;
  readonly variant?: string | null;
}

export interface State {
  readonly flag: unknown;
  /** No condition, target, parent or time: what everyone is served must be known. */
  readonly isPlain: boolean;
}

export interface Evaluator {
  evaluate(key: string, attributes: Attributes): Answer | Promise<Answer>;
  stop?(): unknown;
}

export interface Oracle {
  /** The id of the source. */
  readonly source: string;
  /** Names of attributes a context may carry, with the bucketing keys. */
  readonly attributes: readonly string[];
  /** Contexts, where an evaluation takes too long for 1,000. */
  readonly contexts?: number;
  /** Attributes that its evaluation cannot do without. */
  readonly required: readonly string[];
  state(random: Random, key: string, earlier: readonly string[]): State;
  /** The documents our reader is given: one, or several forms of the same state. */
  documents(flags: ReadonlyMap<string, unknown>): readonly unknown[];
  start(flags: ReadonlyMap<string, unknown>): Promise<Evaluator>;
}

export interface Random {
  /** 0 ≤ n < below */
  int(below: number): number;
  chance(share: number): boolean;
  pick<T>(values: readonly T[]): T;
  /** Mostly the same one of the values. */
  mostly<T>(values: readonly T[]): () => T;
  /** A list of up to `most` parts, often empty. */
  some<T>(most: number, part: (at: number) => T): T[];
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  const pick = <T>(values: readonly T[]): T => values[int(values.length)] as T;
  return {
    int,
    pick,
    chance: (share) => next() < share,
    mostly: (values) => {
      const main = pick(values);
      return () => (next() < 0.85 ? main : pick(values));
    },
    some: (most, part) => Array.from({ length: next() < 0.4 ? 0 : int(most + 1) }, (_, at) => part(at)),
  };
}

/** Contexts: the first part carries every attribute, the rest any of them. */
export function contextsOf(random: Random, { attributes, required }: Oracle, count: number): readonly Attributes[] {
  return Array.from({ length: count }, (_, at) => {
    const isFull = at < count * 0.6;
    const carried = attributes.filter((name) => isFull || required.includes(name) || random.chance(0.5));
    return Object.fromEntries(carried.map((name) => [name, drawn(random, name)]));
  });
}

function drawn(random: Random, name: string): string {
  if (name === 'plan') return random.pick(['free', 'pro']);
  return random.chance(0.05) ? random.pick(['ann', 'bob']) : `${name}-${random.int(1_000_000)}`;
}

/** A value as our reader says it. */
export function valueAs(value: unknown): FlagValue | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'boolean' || typeof value === 'string' ? value : JSON.stringify(value);
}
