/** What a repository may say about itself in `dropgate.config.json`; every field has a default. */
import type { Severity } from '../report/finding.ts';

export interface EvaluatorConfig {
  /** Name of the function or method as called: `isEnabled`, `flags.enabled`. */
  readonly call: string;
  /** Import source it must come from; absent: any declaration of that name. */
  readonly from?: string;
  /** Index of the argument with the flag's key; default 0. */
  readonly key?: number;
  /** Index of the argument with the context; absent: the evaluator holds it itself. */
  readonly context?: number;
  /** A fixed flag key, for an evaluator without a key argument. */
  readonly flag?: string;
}

/** A legacy column and the one that takes its place, as `table.column`. */
export interface TransitionConfig {
  readonly from: string;
  readonly to: string;
}

export interface Config {
  /** Migration folders to read besides the detected ones, relative to the root. */
  readonly migrations: readonly string[];
  readonly dialect: 'postgres' | 'mysql' | null;
  readonly deploy: 'migrate-first' | 'code-first';
  /** Branch or tag whose code is running in production. */
  readonly deployed: string | null;
  /** Days a flag must have served one value before its losing side counts as dead. */
  readonly soakDays: number;
  /** Flag state files, relative to the root; those that are not there are passed over. */
  readonly flags: readonly string[];
  /** Environments in which a flag must have finished; empty: what its source calls production. */
  readonly criticalEnvironments: readonly string[];
  /** Days at 0 % after which a flag's new branch counts as dead. */
  readonly deadDays: number;
  /** Days a flag must have existed before it can be stale; null: its age says nothing. */
  readonly minimumAgeDays: number | null;
  /** Export of how often each value was evaluated, relative to the root; null: there is none. */
  readonly evaluationCounts: string | null;
  /** Globs of environment variables that are flags: `FEATURE_*`; empty: none is. */
  readonly environmentFlags: readonly string[];
  readonly evaluators: readonly EvaluatorConfig[];
  /** Pairs of legacy and new columns that no backfill and no branch shows. */
  readonly transitions: readonly TransitionConfig[];
  /** Flags that are never reported as stale. */
  readonly permanentFlags: readonly string[];
  readonly policy: 'evidence' | 'gate-all';
  /** Severity per rule id; `off` silences it. */
  readonly rules: ReadonlyMap<string, Severity | 'off'>;
  /** Globs of files that are never uses. */
  readonly ignore: readonly string[];
  /** Where this came from, for messages; null: defaults. */
  readonly file: string | null;
}
