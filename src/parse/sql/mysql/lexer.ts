/**
 * The lexical rules of MySQL: strings in either quotes with backslash escapes, names in backticks, comments (`#`, `-- `, block),
 * executable comments (an exclamation mark after the opening, whose content counts).
 * Invariants: linear time, never throws; every function keeps positions: what is taken out becomes white space of equal length.
 */

/** The version MySQL compares executable comments with; MariaDB's own six-digit versions are above it. */
const VERSION = 80_099;

const BACKSLASH = 92;

/** Index after the string or quoted name that opens at `start`; the end of the text where it is never closed. */
const quotedEnd = (text: string, start: number): number => {
  const quote = text.charCodeAt(start);
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH && quote !== 96) i++;
    else if (c === quote) {
      if (text.charCodeAt(i + 1) !== quote) return i + 1;
      i++;
    }
  }
  return text.length;
};

const isQuote = (c: number): boolean => c === 39 || c === 34 || c === 96;
const isBlank = (c: number): boolean => Number.isNaN(c) || c <= 32;

const lineEnd = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};

const toSpaces = (text: string): string => text.replace(/[^\n\r]/g, ' ');

/** `/*!80000` and `/*!`: how long the opening is where MySQL runs the content, 0 where it does not. */
const executableLength = (text: string, at: number): number => {
  const [opening, digits] = /^\/\*!(\d{5,6})?/.exec(text.slice(at, at + 9)) ?? [];
  if (opening === undefined) return 0;
  return digits !== undefined && Number(digits) > VERSION ? 0 : opening.length;
};

/** Index after the comment that opens at `i`; `i` where none does. */
const commentEnd = (text: string, i: number): number => {
  const c = text.charCodeAt(i);
  if (c === 35) return lineEnd(text, i);
  if (c === 45 && text.charCodeAt(i + 1) === 45 && isBlank(text.charCodeAt(i + 2))) return lineEnd(text, i);
  if (c !== 47 || text.charCodeAt(i + 1) !== 42) return i;
  const close = text.indexOf('*/', i + 2);
  return close < 0 ? text.length : close + 2;
};

/** The text with comments and the markers of executable comments blanked. */
export const blankComments = (text: string): string => {
  const parts: string[] = [];
  let from = 0;
  let open = 0;
  const blank = (start: number, end: number): void => {
    parts.push(text.slice(from, start), toSpaces(text.slice(start, end)));
    from = end;
  };
  for (let i = 0; i < text.length; ) {
    const c = text.charCodeAt(i);
    if (isQuote(c)) {
      i = quotedEnd(text, i);
      continue;
    }
    const length = executableLength(text, i);
    if (length > 0) {
      open++;
      blank(i, i + length);
    } else if (open > 0 && c === 42 && text.charCodeAt(i + 1) === 47) {
      open--;
      blank(i, i + 2);
    } else {
      const end = commentEnd(text, i);
      if (end > i) blank(i, end);
    }
    i = Math.max(from, i + 1);
  }
  parts.push(text.slice(from));
  return parts.join('');
};

/** The text with the content of strings and quoted names overwritten: patterns find keywords in it, never data. */
export const maskQuoted = (text: string): string => {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (!isQuote(text.charCodeAt(i))) continue;
    const end = quotedEnd(text, i);
    parts.push(text.slice(from, i + 1), 'x'.repeat(Math.max(0, end - i - 2)), text.slice(Math.max(end - 1, i + 1), end));
    from = end;
    i = end - 1;
  }
  parts.push(text.slice(from));
  return parts.join('');
};

export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'symbol';
  readonly start: number;
  readonly end: number;
}

const isWordPart = (c: number): boolean =>
  (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c === 36 || c === 64 || c >= 128;

/** The next token of a text without comments, or null at `limit`. */
export const nextToken = (text: string, from: number, limit: number = text.length): Token | null => {
  let start = from;
  while (start < limit && (text.charCodeAt(start) <= 32 || text.charCodeAt(start) === 0xfeff || text.charCodeAt(start) === 160)) start++;
  if (start >= limit) return null;
  const c = text.charCodeAt(start);
  if (isQuote(c)) return { kind: c === 96 ? 'name' : 'string', start, end: Math.min(quotedEnd(text, start), limit) };
  let end = start;
  while (end < limit && isWordPart(text.charCodeAt(end))) end++;
  return end > start ? { kind: 'word', start, end } : { kind: 'symbol', start, end: start + 1 };
};

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['0', '\0'],
  ['b', '\b'],
]);

/** What a string or quoted name stands for; any other text is itself. */
export const unquote = (text: string): string => {
  const quote = text[0] ?? '';
  if (quote !== "'" && quote !== '"' && quote !== '`') return text;
  const inner = text.slice(1, -1).replaceAll(quote + quote, quote);
  if (quote === '`') return inner;
  return inner.replace(/\\([\s\S])/g, (_, c: string) => ESCAPES.get(c) ?? (c === '%' || c === '_' ? `\\${c}` : c));
};
