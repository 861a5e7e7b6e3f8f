/**
 * Migrations in order → the schema they make and every operation on the way, without a database.
 * Input: migrations as parts, the engine of their dialect, optionally a schema to start from. Output: immutable.
 * Invariants: never throws on any text; every statement is either applied or in `unreadable`; a broken statement costs
 * only itself.
 */

import type { Migration } from '../migrations/types.ts';
import { lineIndex } from '../parse/positions.ts';
import type { Location } from '../parse/span.ts';
import { createDraft, type Draft, finishDraft } from './draft.ts';
import { DEFAULT_PATH } from './names.ts';
import type { Session, Source, Step } from './step.ts';
import type { Action, Refusal, Schema, SchemaChange, Unreadable } from './types.ts';
import { recordUnreadable } from './unreadable.ts';

/** Where a part comes from: a file of SQL, a query in code, or a call of a schema builder. */
export type Origin = 'file' | 'query' | 'builder';

/** A text of SQL statements, and where a range of it stands in a file. */
export interface SqlPart {
  readonly kind: 'sql';
  /** Default: `file`. */
  readonly origin?: Origin;
  readonly text: string;
  readonly locate: (start: number, end: number) => Location;
}

/** What a migration does, in the order in which it does it. */
export type MigrationPart =
  | SqlPart
  | { readonly kind: 'unreadable'; readonly origin?: Origin; readonly problem: Omit<Unreadable, 'migration'> };

/** How many statements there were, and how many of them could not be read. */
export interface Count {
  readonly statements: number;
  readonly unreadable: number;
}

/**
 * How the runner executes a migration: `file`: in one transaction; `batch`: sent as one query, which is a transaction where it
 * holds several statements; `none`: statement by statement.
 */
export type Transaction = 'file' | 'batch' | 'none';

export interface MigrationText {
  readonly migration: Migration;
  readonly parts: readonly MigrationPart[];
  readonly transaction: Transaction;
}

/** A migration that is one file of SQL; `text` with what its runner does not apply (down sections) blanked. */
export const sqlFile = (migration: Migration, text: string, transaction: Transaction = 'none'): MigrationText => {
  const lines = lineIndex(text);
  const locate = (start: number, end: number): Location => ({ file: migration.path, ...lines.span(start, end) });
  return { migration, transaction, parts: [{ kind: 'sql', text, locate }] };
};

export interface Replay {
  readonly schema: Schema;
  readonly changes: readonly SchemaChange[];
  readonly actions: readonly Action[];
  readonly refusals: readonly Refusal[];
  readonly unreadable: readonly Unreadable[];
  readonly statements: number;
  readonly counts: Readonly<Record<Origin, Count>>;
}

export const EMPTY_SCHEMA: Schema = { tables: new Map(), enums: new Map(), routines: new Map() };

/** What all statements of a replay write to. */
export interface Run {
  readonly draft: Draft;
  readonly changes: SchemaChange[];
  readonly actions: Action[];
  readonly refusals: Refusal[];
  readonly unreadable: Unreadable[];
}

/** Makes the step of one statement of a part. */
export type MakeStep = (start: number, end: number, toUtf16: (location: number) => number) => Step;

/** How one dialect reads and applies SQL. */
export interface Engine {
  /** Applies a text's statements; returns how many there are. Never throws. */
  apply(part: SqlPart, makeStep: MakeStep, transaction: Transaction): number;
}

const stepMaker =
  (run: Run, session: Session, migration: Migration, { text, locate }: SqlPart): MakeStep =>
  (start, end, toUtf16) => {
    const source: Source = { text, toUtf16, locate };
    return { ...run, session, migration: migration.id, source, start, end, location: locate(start, end), isSilent: false };
  };

/** Runs `apply` for one statement. A bug in there must not hide the statements after it. */
export const applySafely = (step: Step, apply: () => void): void => {
  try {
    apply();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    recordUnreadable(step, step.source.text.slice(step.start, step.end), `could not be applied: ${reason}`, true);
  }
};

type Counts = Record<Origin, { statements: number; unreadable: number }>;

const replayFile = (run: Run, engine: Engine, { migration, parts, transaction }: MigrationText, counts: Counts): void => {
  const session: Session = {
    path: DEFAULT_PATH,
    temporary: new Set(),
    inTransaction: transaction === 'file',
    locked: new Set(),
    added: new Set(),
  };
  for (const part of parts) {
    const count = counts[part.origin ?? 'file'];
    const before = run.unreadable.length;
    if (part.kind === 'unreadable') {
      run.unreadable.push({ ...part.problem, migration: migration.id });
      count.statements++;
    } else count.statements += engine.apply(part, stepMaker(run, session, migration, part), transaction);
    count.unreadable += run.unreadable.length - before;
  }
};

/** Replays migrations on top of `start`, or of an empty database. */
export const replay = (files: readonly MigrationText[], engine: Engine, start?: Schema): Replay => {
  const run: Run = { draft: createDraft(start), changes: [], actions: [], refusals: [], unreadable: [] };
  const none = { statements: 0, unreadable: 0 };
  const counts: Counts = { file: { ...none }, query: { ...none }, builder: { ...none } };
  for (const file of files) replayFile(run, engine, file, counts);
  const { draft, ...facts } = run;
  const statements = counts.file.statements + counts.query.statements + counts.builder.statements;
  return { schema: finishDraft(draft), ...facts, statements, counts };
};
