/**
 * Bytes of a repository file → text that is safe to hand to a parser, or the reason why not.
 * Input: raw bytes. Output: the text without its byte order mark, or one plain sentence that says what to do.
 * Invariants: never throws; linear time; every parser of the project reads only text that went through `decode`, because
 * libpg-query silently loses what follows a NUL and oxc crashes the process on deep nesting.
 */

export interface TextLimits {
  readonly maxBytes: number;
  readonly maxLine: number;
}

export type Decoded = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

export const DEFAULT_LIMITS: TextLimits = { maxBytes: 2 * 1024 * 1024, maxLine: 200_000 };
export const MAX_NESTING = 500;

const LINE_FEED = 10;
const BACKSLASH = 92;

/** The encoding the byte order mark announces; UTF-8 without one. */
const encodingOf = (bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
};

const hasLineOver = (text: string, limit: number): boolean => {
  if (text.length <= limit) return false;
  let start = 0;
  while (start <= text.length) {
    const end = text.indexOf('\n', start);
    if ((end < 0 ? text.length : end) - start > limit) return true;
    if (end < 0) return false;
    start = end + 1;
  }
  return false;
};

/** Decodes a file: UTF-8 (byte order mark stripped) or UTF-16 with one. */
export const decode = (bytes: Uint8Array, limits: TextLimits = DEFAULT_LIMITS): Decoded => {
  if (bytes.length > limits.maxBytes) {
    const megabytes = Math.round((bytes.length / 1024 / 1024) * 10) / 10;
    return {
      ok: false,
      reason: `the file is ${megabytes} MB, over the limit of ${limits.maxBytes / 1024 / 1024} MB; split it or exclude it with \`ignore\``,
    };
  }
  const encoding = encodingOf(bytes);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, reason: `the file is not valid ${encoding.toUpperCase()}; save it as UTF-8` };
  }
  if (text.includes('\0')) return { ok: false, reason: 'the file contains a NUL byte, after which parsers stop reading; remove it' };
  if (hasLineOver(text, limits.maxLine)) {
    return {
      ok: false,
      reason: `the file has a line of over ${limits.maxLine} characters, as only generated files do; break it or exclude the file with \`ignore\``,
    };
  }
  return { ok: true, text };
};

/** Index after a quoted string that opens at `start`; a `'` or `"` string also ends at the line's end, so that an apostrophe in prose hides one line only. */
const skipQuoted = (text: string, start: number, quote: number): number => {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === quote || c === LINE_FEED) return i + 1;
  }
  return text.length;
};

/** Index after a `//` or block comment that opens at `start`, or `start` where none does. */
const skipComment = (text: string, start: number): number => {
  const next = text.charCodeAt(start + 1);
  if (next === 47) {
    const end = text.indexOf('\n', start);
    return end < 0 ? text.length : end;
  }
  if (next !== 42) return start;
  const end = text.indexOf('*/', start + 2);
  return end < 0 ? text.length : end + 2;
};

/**
 * Deepest bracket nesting of TypeScript or SQL text, in one pass. Strings on one line and comments do not count;
 * template literals do, because their `${…}` parts nest. An opening bracket that is hidden by a wrong guess (a regular
 * expression with a quote in it) hides at most its own line.
 */
export const nestingDepth = (text: string, stopAt = Number.POSITIVE_INFINITY): number => {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 40 || c === 91 || c === 123) {
      depth++;
      if (depth > deepest) deepest = depth;
      if (deepest > stopAt) return deepest;
    } else if (c === 41 || c === 93 || c === 125) {
      if (depth > 0) depth--;
    } else if (c === 34 || c === 39) i = skipQuoted(text, i, c) - 1;
    else if (c === 47) {
      const end = skipComment(text, i);
      if (end > i) i = end - 1;
    }
  }
  return deepest;
};

/** Deepest nesting with strings and comments counted too: what a text can hide from `nestingDepth`, it cannot hide from this. */
const rawDepth = (text: string, stopAt: number): number => {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length && deepest <= stopAt; i++) {
    const c = text.charCodeAt(i);
    if (c === 40 || c === 91 || c === 123) deepest = Math.max(deepest, ++depth);
    else if ((c === 41 || c === 93 || c === 125) && depth > 0) depth--;
  }
  return deepest;
};

/**
 * Whether text nests deeper than any real file does: too deep for a parser that would take the process down.
 * Unbalanced brackets in strings and comments may add up, so the raw count has a higher limit, still under the 8,000 at which oxc crashes.
 */
export const isTooDeep = (text: string, limit = MAX_NESTING): boolean =>
  nestingDepth(text, limit) > limit || rawDepth(text, limit * 8) > limit * 8;
