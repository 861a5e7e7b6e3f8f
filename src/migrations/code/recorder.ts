/**
 * The parts of a migration written in code, in the order in which it does them.
 * Input: SQL texts, statements that builders make, and what could not be read. Output: `MigrationPart`s.
 * Invariants: what happens only under a condition and may change the schema is a problem, never a statement; data work is
 * never a problem.
 */
import type { MigrationPart, SqlPart } from '../../schema/replay.ts';
import { scanWords } from '../../schema/unreadable.ts';
import type { Dialect } from '../types.ts';
import type { Condition } from './run.ts';
import { locationOf, type Piece, type Place, seenText, stringOf, type Value } from './value.ts';

/** One statement of a builder. */
export interface Statement {
  readonly sql: string;
  /** The object that a check beside it may ask for: with it the statement is the same as `guarded`. */
  readonly target?: { readonly table: string; readonly column: string | null; readonly action: 'create' | 'drop' };
  /** The statement with IF EXISTS or IF NOT EXISTS. */
  readonly guarded?: string;
}

export interface Recorder {
  readonly dialect: Dialect;
  readonly parts: MigrationPart[];
  readonly conditions: Condition[];
  /** A query given as text. */
  query(text: Value | undefined, place: Place, parameters?: Value): void;
  /** What a builder's call does. */
  statement(statement: Statement, place: Place): void;
  /** Something that may change the schema and cannot be read; `seen` is the text it may be about. */
  problem(place: Place, reason: string, seen: string): void;
}

const STRINGS = /'(?:[^']|'')*'/g;
const COMMENTS = /--[^\n]*|\/\*[\s\S]*?\*\//g;
const SCHEMA_WORDS = /\b(?:CREATE|ALTER|DROP|RENAME)\b/i;
/** Statements that run text as SQL, or a function that may. */
const RUNS_TEXT = /\bDO\s*(?:LANGUAGE\s+\w+\s*)?(?:\$|')|\bEXECUTE\b/i;

/** Whether SQL may change what tables and columns there are. */
export const mayChangeSchema = (sql: string): boolean =>
  SCHEMA_WORDS.test(RUNS_TEXT.test(sql) ? sql : sql.replace(COMMENTS, ' ').replace(STRINGS, "''"));

const PLACEHOLDERS = /'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|::|:[A-Za-z]\w*|\?/g;

/** Placeholders that the database does not know itself, as ones that it does, of the same length. */
const withParameters = (text: string, parameters: Value | undefined): string => {
  if (parameters?.kind !== 'list' && parameters?.kind !== 'record' && parameters?.kind !== 'unknown') return text;
  return text.replace(PLACEHOLDERS, (found) => {
    if (found === '?') return parameters.kind === 'record' ? found : '0';
    return /^:\w/.test(found) && parameters.kind !== 'list' ? '$1'.padEnd(found.length) : found;
  });
};

const EXCERPT = 80;

/** The way from a text's offsets back to the files it is written in. */
const locator =
  (pieces: readonly Piece[], whole: Place): SqlPart['locate'] =>
  (start, end) => {
    const at = (offset: number, isEnd: boolean): { piece: Piece; offset: number } | null => {
      let from = 0;
      for (const piece of pieces) {
        const length = piece.text?.length ?? 0;
        if (offset < from + length || (isEnd && offset === from + length)) return { piece, offset: offset - from };
        from += length;
      }
      return null;
    };
    const [first, last] = [at(start, false), at(end, true)];
    if (!first || !last || first.piece.place.module !== last.piece.place.module) return locationOf(whole);
    const begin = written(first.piece, first.offset) ?? first.piece.place.start;
    const stop = written(last.piece, last.offset) ?? last.piece.place.end;
    return begin < stop ? locationOf({ module: first.piece.place.module, start: begin, end: stop }) : locationOf(whole);
  };

const written = ({ place, map }: Piece, offset: number): number | null => {
  if (map === null) return null;
  if (map === 'same') return place.start + offset;
  const found = map[offset];
  return found === undefined ? null : place.start + found;
};

const isGuarded = ({ target }: Statement, [condition, ...more]: readonly Condition[]): boolean =>
  target !== undefined &&
  condition?.check != null &&
  more.length === 0 &&
  condition.check.table === target.table &&
  condition.check.column === target.column &&
  condition.check.exists === (target.action === 'drop');

const conditionReason = (conditions: readonly Condition[]): string =>
  `it happens only under a condition that is known at run time: \`${conditions.at(-1)?.text ?? ''}\``;

/** Makes the recorder of one migration. */
export const makeRecorder = (dialect: Dialect): Recorder => {
  const parts: MigrationPart[] = [];
  const conditions: Condition[] = [];
  const problem = (place: Place, reason: string, seen: string, origin: SqlPart['origin'] = 'query'): void => {
    const excerpt = place.module.text.slice(place.start, place.end).replace(/\s+/g, ' ').trim().slice(0, EXCERPT);
    const location = locationOf(place);
    const isKnown = parts.some((p) => p.kind === 'unreadable' && p.problem.location.line === location.line && p.problem.reason === reason);
    if (!isKnown) parts.push({ kind: 'unreadable', origin, problem: { location, reason, excerpt, ...scanWords(seen, true) } });
  };
  return {
    dialect,
    parts,
    conditions,
    problem: (place, reason, seen) => problem(place, reason, seen, 'builder'),
    query(value, place, parameters) {
      const known = stringOf(value);
      const text = known === null ? null : withParameters(known, parameters);
      if (text === null || value?.kind !== 'text') {
        const seen = seenText(value, ' ');
        if (value?.kind !== 'text' || mayChangeSchema(seen) || /^\s*$/.test(seen)) {
          problem(place, 'its SQL is only known at run time', seen === '' ? place.module.text.slice(place.start, place.end) : seen);
        }
        return;
      }
      if (conditions.length > 0 && mayChangeSchema(text)) problem(place, conditionReason(conditions), text);
      else if (/\S/.test(text)) parts.push({ kind: 'sql', origin: 'query', text, locate: locator(value.pieces, place) });
    },
    statement(statement, place) {
      const guarded = isGuarded(statement, conditions) ? statement.guarded : undefined;
      if (conditions.length > 0 && guarded === undefined) return problem(place, conditionReason(conditions), statement.sql, 'builder');
      parts.push({ kind: 'sql', origin: 'builder', text: guarded ?? statement.sql, locate: () => locationOf(place) });
    },
  };
};
