/**
 * What a source of flag state is: a provider's export or API answer, or a file format. One file per source in `sources/`,
 * found by reading the folder. Input: a parsed JSON or YAML document. Output: flag records.
 * Invariants: reading never throws; what a document says that the reader does not understand is a blocker of that flag,
 * never a default; anything that depends on time counts only if it is past at `now`; keys go into Maps.
 */
import type { FlagRecord } from '../types.ts';
import type { Api } from './api.ts';

export interface Source {
  /** Names it in config, snapshots and messages: `launchdarkly`. Also the name of its file. */
  readonly id: string;
  /** `LaunchDarkly`. */
  readonly title: string;
  /** Providers (as in the SDK catalogue) whose evaluations this source knows the state of; empty: any. */
  readonly providers: readonly string[];
  /** Whether a document is of this source, by its shape: no other source's documents have it. */
  recognises(document: unknown): boolean;
  read(document: unknown, options: ReadOptions): ReadFlags;
  /** How its API is asked; null: it has none. */
  readonly api: Api | null;
}

export interface ReadOptions {
  readonly now: Date;
}

export type ReadFlags =
  | {
      readonly ok: true;
      readonly flags: readonly FlagRecord[];
      /** Providers of which the document lists every flag, so that a key that is not there does not exist. */
      readonly complete: readonly string[];
    }
  /** `problem`: a sentence that says what is wrong and where in the document (`flags.checkout.variants`). */
  | { readonly ok: false; readonly problem: string };
