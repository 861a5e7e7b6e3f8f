/**
 * How large the values of a migration may grow: what is made in a loop must not outgrow memory or time.
 * Input: values as they are made. Output: the value, or nothing known of it where it is too large.
 * Invariants: a list keeps its identity, because other names may hold it; looking at a value takes steps from the budget.
 */
import { MAX_STEPS, type Run } from './run.ts';
import { forgetItems, type Piece, UNKNOWN, type Value } from './value.ts';

export const MAX_ITEMS = 20_000;
const MAX_PIECES = 20_000;
const MAX_CHARACTERS = 4_000_000;
/** Pieces or items that are looked at in one step. */
const PER_STEP = 64;

/** Whether pieces make a text that is kept. */
const isKept = (pieces: readonly Piece[]): boolean => {
  if (pieces.length > MAX_PIECES) return false;
  let characters = 0;
  for (const { text } of pieces) characters += text?.length ?? 0;
  return characters <= MAX_CHARACTERS;
};

/** Whether a text made of `count` copies of so many characters is kept. */
export const fits = (characters: number, count: number): boolean => characters * count <= MAX_CHARACTERS;

/** A text of these parts; unknown where it grows too large. */
export const textOf = (parts: Iterable<readonly Piece[]>): Value => {
  const pieces: Piece[] = [];
  for (const part of parts) {
    if (pieces.length + part.length > MAX_PIECES) return UNKNOWN;
    pieces.push(...part);
  }
  return isKept(pieces) ? { kind: 'text', pieces } : UNKNOWN;
};

/** The value where it is small enough, else one of which nothing is known. */
export const bounded = (run: Run, value: Value): Value => {
  const size = value.kind === 'text' ? value.pieces.length : value.kind === 'list' ? value.items.length : 0;
  // Up to the limit itself, so that the next step says that the budget is used up.
  if (size > PER_STEP) run.steps = Math.min(run.steps + Math.floor(size / PER_STEP), Math.max(run.steps, MAX_STEPS));
  if (value.kind === 'text') return isKept(value.pieces) ? value : UNKNOWN;
  if (value.kind === 'list' && size > MAX_ITEMS) forgetItems(value);
  return value;
};
