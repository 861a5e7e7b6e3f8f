/**
 * A statement that could not be parsed is still looked at: its destructive words and the names in it, by tokens alone.
 * Invariants: never throws, linear; strings are data and are not scanned, unless the statement builds SQL from them.
 */
import { nextToken } from '../parse/sql/lexer.ts';
import { compare } from './names.ts';
import type { Step } from './step.ts';

const DESTRUCTIVE: ReadonlySet<string> = new Set(['DROP', 'RENAME', 'ALTER', 'TRUNCATE']);
const EXCERPT = 80;
const MAX_NAMES = 200;

interface Scan {
  readonly words: Set<string>;
  readonly names: Set<string>;
}

const DOLLAR_OPEN = /^\$[^$]*\$/;

const scanInto = (scan: Scan, text: string, start: number, end: number, insideStrings: boolean): void => {
  for (let token = nextToken(text, start, end); token; token = nextToken(text, token.end, end)) {
    const value = text.slice(token.start, token.end);
    if (token.kind === 'word') {
      if (DESTRUCTIVE.has(value.toUpperCase())) scan.words.add(value.toUpperCase());
      else if (scan.names.size < MAX_NAMES) scan.names.add(value.toLowerCase());
    } else if (token.kind === 'quoted') {
      if (scan.names.size < MAX_NAMES) scan.names.add(value.slice(1, -1).replaceAll('""', '"'));
    } else if (token.kind === 'opaque') {
      const tag = DOLLAR_OPEN.exec(value)?.[0];
      if (tag) scanInto(scan, value, tag.length, value.length - tag.length, true);
      else if (insideStrings && value.startsWith("'")) scanInto(scan, value.slice(1, -1).replaceAll("''", "'"), 0, value.length - 2, false);
    }
  }
};

/** Destructive words and names of a text. */
export const scanWords = (
  text: string,
  insideStrings: boolean,
): { readonly words: readonly string[]; readonly names: readonly string[] } => {
  const scan: Scan = { words: new Set(), names: new Set() };
  scanInto(scan, text, 0, text.length, insideStrings);
  return { words: [...scan.words].sort(compare), names: [...scan.names].sort(compare) };
};

/** Records a statement, or the dynamic part of one, as not understood. */
export const recordUnreadable = (step: Step, text: string, reason: string, insideStrings: boolean): void => {
  const excerpt = text
    .slice(0, EXCERPT * 2)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, EXCERPT)
    .trim();
  const scan = scanWords(text, insideStrings);
  step.unreadable.push({ location: step.location, migration: step.migration, reason, excerpt, ...scan });
  // From here on the history says too little about what it names.
  const { doubtful } = step.draft.catalogue;
  if (scan.names.length === 0 || text.startsWith('\\') || insideStrings) doubtful.add('*');
  for (const name of scan.names) doubtful.add(name);
};
