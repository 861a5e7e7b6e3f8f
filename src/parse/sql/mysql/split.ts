/**
 * MySQL text → its statements, by lexical rules only, so that one broken statement cannot hide the next.
 * Input: text without comments (`blankComments`). Output: ranges without the delimiter, ascending.
 * Invariants: linear time, never throws; DELIMITER lines belong to no statement; the body of a routine is part of it, with or without
 * a delimiter of its own; a body that is never closed ends at its first semicolon.
 */
import { nextToken, type Token } from './lexer.ts';

export interface StatementRange {
  readonly start: number;
  readonly end: number;
}

const DELIMITER = /^[ \t]*DELIMITER[ \t]+(\S+)[^\n]*/i;
const ROUTINES: ReadonlySet<string> = new Set(['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT']);
/** Words after which a new statement begins inside a body. */
const OPENERS: ReadonlySet<string> = new Set(['BEGIN', 'THEN', 'ELSE', 'DO', 'LOOP', 'REPEAT']);
const BLOCKS: ReadonlySet<string> = new Set(['IF', 'LOOP', 'WHILE', 'REPEAT']);
const AFTER_END: ReadonlySet<string> = new Set(['IF', 'LOOP', 'WHILE', 'REPEAT', 'CASE']);

interface Body {
  words: number;
  isRoutine: boolean;
  depth: number;
  isStart: boolean;
  isAfterEnd: boolean;
}

const newBody = (): Body => ({ words: 0, isRoutine: false, depth: 0, isStart: false, isAfterEnd: false });

/** Follows the blocks of a routine's body. */
const follow = (body: Body, word: string): void => {
  body.words++;
  if (body.words <= 12 && ROUTINES.has(word)) body.isRoutine = true;
  if (!body.isRoutine) return;
  const { isStart, isAfterEnd } = body;
  body.isAfterEnd = word === 'END';
  body.isStart = OPENERS.has(word) && !isAfterEnd;
  if (isAfterEnd && AFTER_END.has(word)) return;
  if (word === 'BEGIN' || word === 'CASE' || (isStart && BLOCKS.has(word))) body.depth++;
  else if (word === 'END' && body.depth > 0) body.depth--;
};

interface Scan {
  readonly text: string;
  readonly ranges: StatementRange[];
  delimiter: string;
}

const push = (scan: Scan, start: number, end: number): void => {
  const first = nextToken(scan.text, start, end);
  if (!first) return;
  let last = end;
  while (last > first.start && scan.text.charCodeAt(last - 1) <= 32) last--;
  scan.ranges.push({ start: first.start, end: last });
};

/** Where a DELIMITER line that begins at the token ends; null where it is none. */
const delimiterLine = (scan: Scan, { start }: Token): number | null => {
  const lineStart = scan.text.lastIndexOf('\n', start - 1) + 1;
  if (scan.text.slice(lineStart, start).trim() !== '') return null;
  const end = scan.text.indexOf('\n', start);
  const [line, delimiter] = DELIMITER.exec(scan.text.slice(lineStart, end < 0 ? undefined : end)) ?? [];
  if (line === undefined || delimiter === undefined) return null;
  scan.delimiter = delimiter;
  return lineStart + line.length;
};

/** Where a delimiter begins in a token: `END$$` is one word that holds one. -1: nowhere. */
const delimiterIn = ({ text, delimiter }: Scan, { kind, start, end }: Token): number => {
  if (kind === 'string' || kind === 'name') return -1;
  if (kind === 'symbol' || delimiter === ';') return text.startsWith(delimiter, start) ? start : -1;
  const at = text.slice(start, end + delimiter.length - 1).indexOf(delimiter);
  return at < 0 ? -1 : start + at;
};

/** Reads one statement; returns where the next one begins. */
const readStatement = (scan: Scan, from: number, ignoresBodies: boolean): number => {
  const { text, delimiter } = scan;
  const body = newBody();
  let firstSemicolon = -1;
  for (let token = nextToken(text, from); token; token = nextToken(text, token.end)) {
    if (body.words === 0 && token.kind === 'word' && text.slice(token.start, token.end).toUpperCase() === 'DELIMITER') {
      const end = delimiterLine(scan, token);
      if (end !== null) return end;
    }
    const at = delimiterIn(scan, token);
    const isEnd = at >= 0;
    if (isEnd && (delimiter !== ';' || body.depth === 0 || ignoresBodies)) {
      push(scan, from, at);
      return at + delimiter.length;
    }
    if (isEnd && firstSemicolon < 0) firstSemicolon = token.start;
    if (token.kind === 'word') follow(body, text.slice(token.start, token.end).toUpperCase());
    else {
      body.isAfterEnd = false;
      body.isStart = token.kind === 'symbol' && (text[token.start] === ';' || text[token.start] === ':');
    }
  }
  if (delimiter !== ';' && text.indexOf(';', from) >= 0) {
    // A delimiter that never comes hides nothing: what follows is read as usual.
    scan.delimiter = ';';
    return readStatement(scan, from, false);
  }
  if (firstSemicolon >= 0) return readStatement(scan, from, true);
  push(scan, from, text.length);
  return text.length;
};

/** The statements of a text without comments. */
export const splitStatements = (text: string): readonly StatementRange[] => {
  const scan: Scan = { text, ranges: [], delimiter: ';' };
  for (let at = 0; at < text.length; ) at = Math.max(readStatement(scan, at, false), at + 1);
  return scan.ranges;
};
