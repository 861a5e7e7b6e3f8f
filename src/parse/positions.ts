/**
 * Every conversion between units of position lives here: UTF-16 index (JavaScript), UTF-8 byte (libpg-query's node
 * locations), code point (libpg-query's error cursor) and line/column (reports).
 * Invariants: lines end at LF only, as git and GitHub count them; columns are 1-based UTF-16 units; offsets out of
 * range are clamped to the text; O(log n) per look-up, O(1) for ASCII text.
 */
import type { Span } from './span.ts';

export interface LineIndex {
  /** Span of the half-open UTF-16 range. */
  span(start: number, end: number): Span;
  /** 1-based line of a UTF-16 offset. */
  line(offset: number): number;
}

/** Index of the last element that is ≤ `value`; `sorted` starts with 0. */
const lastAtMost = (sorted: readonly number[], value: number): number => {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** Prepares line and column look-ups for one text. */
export const lineIndex = (text: string): LineIndex => {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  const clamp = (offset: number): number => Math.max(0, Math.min(offset, text.length));
  const line = (offset: number): number => lastAtMost(starts, clamp(offset)) + 1;
  const column = (offset: number, at: number): number => clamp(offset) - (starts[at - 1] ?? 0) + 1;
  return {
    line,
    span(start, end) {
      const first = line(start);
      const last = line(Math.max(start, end));
      return { line: first, column: column(start, first), endLine: last, endColumn: column(Math.max(start, end), last) };
    },
  };
};

const ASCII_ONLY = /^[\x00-\x7f]*$/;

/** UTF-16 offset of a position counted in a unit in which a UTF-16 step at `i` advances by `width(i)`. Checkpoints every 256 units. */
const convert = (text: string, width: (code: number) => number): ((position: number) => number) => {
  const STEP = 256;
  const checkpoints: number[] = [];
  let total = 0;
  for (let i = 0; i < text.length; i++) {
    if (i % STEP === 0) checkpoints.push(total);
    total += width(text.charCodeAt(i));
  }
  return (position) => {
    if (position <= 0 || text.length === 0) return 0;
    if (position >= total) return text.length;
    const at = lastAtMost(checkpoints, position);
    let units = checkpoints[at] ?? 0;
    let i = at * STEP;
    while (i < text.length && units < position) units += width(text.charCodeAt(i++));
    // A position inside a surrogate pair's second half does not exist in other units: its width is 0, step over it.
    while (i < text.length && width(text.charCodeAt(i)) === 0) i++;
    return i;
  };
};

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;
const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** UTF-8 bytes of one UTF-16 unit; a pair's four bytes are booked on its first half. Decoded text has no lone surrogates. */
const utf8Width = (code: number): number => {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (isHighSurrogate(code)) return 4;
  return isLowSurrogate(code) ? 0 : 3;
};

const identity = (text: string) => (position: number) => Math.max(0, Math.min(position, text.length));

/** Converter from UTF-8 byte offsets of `text` to UTF-16 offsets. */
export const fromBytes = (text: string): ((byte: number) => number) => (ASCII_ONLY.test(text) ? identity(text) : convert(text, utf8Width));

/** Converter from code point offsets of `text` to UTF-16 offsets. */
export const fromCodePoints = (text: string): ((point: number) => number) =>
  ASCII_ONLY.test(text) ? identity(text) : convert(text, (code) => (isLowSurrogate(code) ? 0 : 1));
