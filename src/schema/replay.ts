/**
 * Migrations in order → the schema they make and every operation on the way, without a database.
 * Input: migrations with their (up) text, a parser, optionally a schema to start from. Output: immutable.
 * Invariants: never throws on any text; every statement is either applied or in `unreadable`; a broken statement costs
 * only itself.
 */

import type { Migration } from '../migrations/types.ts';
import { lineIndex } from '../parse/positions.ts';
import type { Location } from '../parse/span.ts';
import type { Postgres, SqlStatement } from '../parse/sql/postgres.ts';
import { type StatementRange, splitStatements } from '../parse/sql/split.ts';
import { createDraft, type Draft, finishDraft } from './draft.ts';
import { DEFAULT_PATH } from './names.ts';
import { applyNode } from './postgres/apply.ts';
import type { Session, Step } from './step.ts';
import type { Schema, SchemaChange, Unreadable } from './types.ts';
import { recordUnreadable } from './unreadable.ts';

export interface MigrationText {
  readonly migration: Migration;
  /** Decoded; what its runner does not apply (down sections) blanked. */
  readonly text: string;
}

export interface Replay {
  readonly schema: Schema;
  readonly changes: readonly SchemaChange[];
  readonly unreadable: readonly Unreadable[];
  readonly statements: number;
}

export const EMPTY_SCHEMA: Schema = { tables: new Map(), enums: new Map(), routines: new Map() };

interface Run {
  readonly draft: Draft;
  readonly postgres: Postgres;
  readonly changes: SchemaChange[];
  readonly unreadable: Unreadable[];
}

type MakeStep = (start: number, end: number, toUtf16: (location: number) => number) => Step;

const stepMaker = (run: Run, file: MigrationText): MakeStep => {
  const session: Session = { path: DEFAULT_PATH, temporary: new Set() };
  const { text, migration } = file;
  const lines = lineIndex(text);
  const locate = (start: number, end: number): Location => ({ file: migration.path, ...lines.span(start, end) });
  return (start, end, toUtf16) => ({
    ...run,
    session,
    migration: migration.id,
    source: { text, toUtf16, locate },
    start,
    end,
    location: locate(start, end),
    isSilent: false,
  });
};

/** Applies one parsed statement. A bug in here must not hide the statements after it. */
const apply = (step: Step, statement: SqlStatement): void => {
  try {
    applyNode(step, statement.node);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    recordUnreadable(step, step.source.text.slice(step.start, step.end), `could not be applied: ${reason}`, true);
  }
};

/** psql commands that bring in statements from elsewhere; the others do not change the schema. */
const INCLUDES = /^\\(?:i|ir|include|include_relative|gexec)\b/;

const applyRange = (run: Run, text: string, range: StatementRange, makeStep: MakeStep): void => {
  const own = text.slice(range.start, range.end);
  const plain = (location: number): number => location;
  if (range.kind === 'meta') {
    if (INCLUDES.test(own)) recordUnreadable(makeStep(range.start, range.end, plain), own, 'a psql command that runs other SQL', false);
    return;
  }
  const parsed = run.postgres.parse(own);
  if (!parsed.ok) {
    recordUnreadable(makeStep(range.start, range.end, plain), own, parsed.reason, /^\s*(?:DO|EXECUTE)\b/i.test(own));
    return;
  }
  const toUtf16 = (location: number): number => range.start + parsed.toUtf16(location);
  for (const statement of parsed.nodes) apply(makeStep(range.start + statement.start, range.start + statement.end, toUtf16), statement);
};

/** One file: in one parse where all of it is sound, else statement by statement. Returns the number of statements. */
const replayFile = (run: Run, file: MigrationText): number => {
  const makeStep = stepMaker(run, file);
  const parsed = run.postgres.parse(file.text);
  if (parsed.ok) {
    for (const statement of parsed.nodes) apply(makeStep(statement.start, statement.end, parsed.toUtf16), statement);
    return parsed.nodes.length;
  }
  const ranges = splitStatements(file.text);
  for (const range of ranges) applyRange(run, file.text, range, makeStep);
  return ranges.length;
};

/** Replays migrations on top of `start`, or of an empty database. */
export const replay = (files: readonly MigrationText[], postgres: Postgres, start?: Schema): Replay => {
  const run: Run = { draft: createDraft(start), postgres, changes: [], unreadable: [] };
  let statements = 0;
  for (const file of files) statements += replayFile(run, file);
  return { schema: finishDraft(run.draft), changes: run.changes, unreadable: run.unreadable, statements };
};
