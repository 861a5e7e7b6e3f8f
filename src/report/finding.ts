/** A finding: the one thing rules make and formats print. The JSON contract of DESIGN, documented in docs/json.md. */
import type { Confidence } from '../access/types.ts';
import type { FlagValue } from '../flags/types.ts';
import type { ObjectKind } from '../schema/types.ts';

export type Severity = 'error' | 'warning' | 'note';
export type Stage = 'expand' | 'dual-write' | 'backfill' | 'ramp' | 'clean-up' | 'contract';

export type Subject =
  | { readonly kind: Exclude<ObjectKind, 'flag'>; readonly table?: string; readonly name: string }
  | { readonly kind: 'flag'; readonly key: string };

export interface Evidence {
  readonly kind: 'read' | 'write' | 'mapping' | 'dependency' | 'evaluation' | 'branch' | 'flag-state' | 'migration';
  readonly revision: 'base' | 'head';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly flag?: string;
  /** `on`, `off` or the variant. */
  readonly branch?: string;
  readonly note?: string;
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly stage: Stage | null;
  readonly message: string;
  readonly help: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly subject: Subject;
  readonly evidence: readonly Evidence[];
  readonly fingerprint: string;
}

export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly suppressed: number;
  readonly migrations: number;
  readonly statements: number;
  readonly sourceFiles: number;
  readonly accesses: number;
  readonly evaluations: number;
  readonly flags: number;
  readonly unanalysed: number;
  readonly durationMs: number;
}

/** A flag that `check --fix` has removed. */
export interface Fixed {
  readonly flag: string;
  /** The value that stayed. */
  readonly value: FlagValue;
  /** How many evaluations went. */
  readonly evaluations: number;
  /** The files they stood in. */
  readonly files: readonly string[];
}

/** A flag that is due, and that `check --fix` has left as it was. */
export interface Unfixed {
  readonly flag: string;
  /** In plain words, without a full stop. */
  readonly reason: string;
}

export interface Report {
  readonly version: 1;
  readonly tool: { readonly name: 'dropgate'; readonly version: string };
  readonly base: string | null;
  readonly head: string;
  readonly summary: Summary;
  readonly findings: readonly Finding[];
  /** With `--fix` only. */
  readonly fixed?: readonly Fixed[];
  /** With `--fix` only. */
  readonly unfixed?: readonly Unfixed[];
  /** Lines for people that are no findings: what was detected, what a check left to `--all`. Not part of the JSON contract. */
  readonly hints: readonly string[];
  /** Source lines for code frames, by `lineKey`. Not part of the JSON contract. */
  readonly lines: ReadonlyMap<string, string>;
}

/** Key of one source line in `Report.lines`. */
export const lineKey = (revision: 'base' | 'head', file: string, line: number): string => `${revision}\0${line}\0${file}`;

/** How a flag value is written in messages: `on`, `off`, or the variant's name. */
export const branchName = (value: FlagValue): string => (value === true ? 'on' : value === false ? 'off' : value);
