/**
 * The lexical rules of PostgreSQL that decide where a statement or a clause ends: strings, E'' strings, quoted names,
 * dollar quotes, nested comments.
 * Invariants: linear time, never throws; an unterminated token reaches to the end of the text.
 */

const BACKSLASH = 92;

export const isWordStart = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c >= 128;
export const isWordPart = (c: number): boolean => isWordStart(c) || (c >= 48 && c <= 57) || c === 36;
export const isSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13);

const endOfLine = (text: string, start: number): number => {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
};

const endOfBlockComment = (text: string, start: number): number => {
  let depth = 1;
  let i = start + 2;
  while (i < text.length) {
    const close = text.indexOf('*/', i);
    if (close < 0) return text.length + 1;
    const open = text.indexOf('/*', i);
    if (open >= 0 && open < close) {
      depth++;
      i = open + 2;
      continue;
    }
    i = close + 2;
    if (--depth === 0) return i;
  }
  return text.length + 1;
};

/** Index after the comment that opens at `i`, else `i`; beyond the end of the text where it is never closed. */
export const commentEnd = (text: string, i: number): number => {
  const c = text.charCodeAt(i);
  if (c === 45 && text.charCodeAt(i + 1) === 45) return endOfLine(text, i);
  if (c === 47 && text.charCodeAt(i + 1) === 42) return endOfBlockComment(text, i);
  return i;
};

const endOfString = (text: string, start: number, quote: number, escapes: boolean): number => {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (escapes && c === BACKSLASH) i++;
    else if (c === quote) {
      if (text.charCodeAt(i + 1) !== quote) return i + 1;
      i++;
    }
  }
  return text.length;
};

/** The tag of a dollar quote that opens at `i` (`$$`, `$body$`), or null (`$1`, a `$` inside a word). */
const dollarTag = (text: string, i: number): string | null => {
  let end = i + 1;
  if (isWordStart(text.charCodeAt(end))) {
    while (end < text.length && text.charCodeAt(end) !== 36 && isWordPart(text.charCodeAt(end))) end++;
  }
  return text.charCodeAt(end) === 36 ? text.slice(i, end + 1) : null;
};

const endOfDollarQuote = (text: string, i: number, tag: string): number => {
  const close = text.indexOf(tag, i + tag.length);
  return close < 0 ? text.length : close + tag.length;
};

/** Index after the string, quoted name, dollar quote or comment that opens at `i`; `i` where none does. */
export const opaqueEnd = (text: string, i: number): number => {
  const c = text.charCodeAt(i);
  if (c === 39) return endOfString(text, i, 39, false);
  if (c === 34) return endOfString(text, i, 34, false);
  if (c === 45 || c === 47) return commentEnd(text, i);
  if (c === 36) {
    const tag = dollarTag(text, i);
    return tag === null ? i : endOfDollarQuote(text, i, tag);
  }
  if ((c === 69 || c === 101) && text.charCodeAt(i + 1) === 39) return endOfString(text, i + 1, 39, true);
  return i;
};

export interface Token {
  /** `word`: bare name or keyword; `quoted`: "name"; `opaque`: string, number or dollar quote; `symbol`: one character. */
  readonly kind: 'word' | 'quoted' | 'opaque' | 'symbol';
  readonly start: number;
  readonly end: number;
}

/** The next token at or after `from` (comments and white space skipped), or null at `limit`. */
export const nextToken = (text: string, from: number, limit: number = text.length): Token | null => {
  let i = skipTrivia(text, from, limit);
  if (i >= limit) return null;
  const start = i;
  const c = text.charCodeAt(i);
  const end = opaqueEnd(text, i);
  if (end > i) return { kind: c === 34 ? 'quoted' : 'opaque', start, end: Math.min(end, limit) };
  if (isWordPart(c) && c !== 36) {
    while (i < limit && isWordPart(text.charCodeAt(i))) i++;
    return { kind: c >= 48 && c <= 57 ? 'opaque' : 'word', start, end: i };
  }
  return { kind: 'symbol', start, end: i + 1 };
};

/** Index of the first character at or after `i` that is neither white space nor part of a comment. */
export const skipTrivia = (text: string, from: number, limit: number = text.length): number => {
  let i = from;
  while (i < limit) {
    if (isSpace(text.charCodeAt(i)) || text.charCodeAt(i) === 0xfeff) {
      i++;
      continue;
    }
    const end = commentEnd(text, i);
    // A comment that is never closed is no trivia: PostgreSQL refuses the file.
    if (end === i || end > text.length) return i;
    i = end;
  }
  return limit;
};

/** Index after the last token of a statement: trailing white space and comments left out. */
export const trimEnd = (text: string, start: number, end: number): number => {
  let i = end;
  while (i > start && isSpace(text.charCodeAt(i - 1))) i--;
  if (!hasComment(text, start, i)) return i;
  let last = start;
  for (let token = nextToken(text, start, end); token; token = nextToken(text, token.end, end)) last = token.end;
  return last;
};

const hasComment = (text: string, start: number, end: number): boolean => {
  const statement = text.slice(start, end);
  return statement.includes('--') || statement.includes('/*');
};

/** Index of the comma or closing bracket that ends the list element starting at `start`; `limit` where there is none. */
export const elementEnd = (text: string, start: number, limit: number): number => {
  let depth = 0;
  for (let token = nextToken(text, start, limit); token; token = nextToken(text, token.end, limit)) {
    if (token.kind !== 'symbol') continue;
    const c = text[token.start];
    if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') {
      if (depth-- === 0) return token.start;
    } else if (c === ',' && depth === 0) return token.start;
  }
  return limit;
};
