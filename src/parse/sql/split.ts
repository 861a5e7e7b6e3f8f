/**
 * PostgreSQL text → its statements, by lexical rules only, so that one broken statement cannot hide the next.
 * Input: decoded text. Output: trimmed UTF-16 ranges without leading comments and without the semicolon; a `psql` meta command is
 * a statement of its own, COPY data belongs to no statement.
 * Invariants: linear time, never throws, ranges are ascending and do not overlap.
 */
import { isWordPart, isWordStart, opaqueEnd, skipTrivia, trimEnd } from './lexer.ts';

export interface StatementRange {
  readonly start: number;
  readonly end: number;
  /** `meta`: a psql command such as `\connect db`; it is not SQL. */
  readonly kind: 'sql' | 'meta';
}

const lineEnd = (text: string, i: number): number => {
  const end = text.indexOf('\n', i);
  return end < 0 ? text.length : end;
};

const COPY_FROM_STDIN = /^COPY\s[\s\S]*\sFROM\s+STDIN\b/i;
const CREATE_ROUTINE = /^CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b/i;

/** Index after the `\.` line that ends COPY data starting after `i`. */
const copyDataEnd = (text: string, i: number): number => {
  let start = lineEnd(text, i) + 1;
  while (start < text.length) {
    const end = lineEnd(text, start);
    if (text.slice(start, Math.min(end, start + 4)).trimEnd() === '\\.') return end;
    start = end + 1;
  }
  return text.length;
};

interface Cursor {
  /** Open brackets; a semicolon inside them does not end a statement (CREATE RULE … DO (a; b)). */
  depth: number;
  /** Open BEGIN ATOMIC and CASE … END inside it. */
  atomic: number;
  previousWord: string;
}

const followWord = (cursor: Cursor, word: string): void => {
  if (word === 'ATOMIC' && cursor.previousWord === 'BEGIN') cursor.atomic++;
  else if (cursor.atomic > 0 && word === 'CASE') cursor.atomic++;
  else if (cursor.atomic > 0 && word === 'END') cursor.atomic--;
  cursor.previousWord = word;
};

/** End of the SQL statement that starts at `start`: the index of its semicolon, or the end of the text. */
const statementEnd = (text: string, start: number): number => {
  const cursor: Cursor = { depth: 0, atomic: 0, previousWord: '' };
  const mayBeAtomic = CREATE_ROUTINE.test(text.slice(start, start + 60));
  let i = start;
  while (i < text.length) {
    const opaque = opaqueEnd(text, i);
    if (opaque > i) {
      i = opaque;
      continue;
    }
    const c = text.charCodeAt(i);
    if (isWordStart(c)) {
      const from = i;
      while (i < text.length && isWordPart(text.charCodeAt(i))) i++;
      if (mayBeAtomic && i - from <= 6) followWord(cursor, text.slice(from, i).toUpperCase());
      continue;
    }
    if (c === 40) cursor.depth++;
    else if (c === 41 && cursor.depth > 0) cursor.depth--;
    else if (c === 59 && cursor.atomic === 0 && (cursor.depth === 0 || startsStatement(text, i + 1))) return i;
    i++;
  }
  return text.length;
};

const STATEMENT_WORDS = /^(?:ALTER|COMMENT|CREATE|DROP|GRANT|TRUNCATE|REVOKE)\b/i;

/** After a semicolon inside brackets: an unbalanced bracket must not swallow the rest of the file. */
const startsStatement = (text: string, i: number): boolean => {
  const next = skipTrivia(text, i);
  return next >= text.length || STATEMENT_WORDS.test(text.slice(next, next + 10));
};

/** Splits text into statements. */
export const splitStatements = (text: string): readonly StatementRange[] => {
  const ranges: StatementRange[] = [];
  let i = 0;
  for (;;) {
    i = skipTrivia(text, i);
    if (i >= text.length) return ranges;
    if (text.charCodeAt(i) === 59) {
      i++;
      continue;
    }
    if (text.charCodeAt(i) === 92) {
      const end = lineEnd(text, i);
      ranges.push({ start: i, end: trimEnd(text, i, end), kind: 'meta' });
      i = end;
      continue;
    }
    const end = statementEnd(text, i);
    ranges.push({ start: i, end: trimEnd(text, i, end), kind: 'sql' });
    const isCopy = /^COPY\s/i.test(text.slice(i, i + 5)) && COPY_FROM_STDIN.test(text.slice(i, Math.min(end, i + 2000)));
    i = isCopy && end < text.length ? copyDataEnd(text, end) : end + 1;
  }
};
