/**
 * All accesses of the files in which a change can have begun or ended a dual write, or moved a read.
 * Input: a reader per side, the changed files. Output: accesses of both sides to anything, in few files.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { CodeReader } from './code.ts';
import { touchesNames } from './edits.ts';
import { withHelpers } from './helpers.ts';

export interface Touched {
  readonly touchedBase: readonly SchemaAccess[];
  readonly touchedHead: readonly SchemaAccess[];
}

export const NOTHING_TOUCHED: Touched = { touchedBase: [], touchedHead: [] };

/** A change that edits queries in more files than these is no change to reason about line by line. */
const MAX_FILES = 60;

/** Reads those of the changed files in which the edit touches a line with one of the columns. */
export async function readTouched(
  base: CodeReader,
  head: CodeReader,
  files: ReadonlySet<string>,
  columns: ReadonlySet<string>,
): Promise<Touched> {
  const [before, after] = await Promise.all([base.texts(files), head.texts(files)]);
  const relevant = [...after].flatMap(([file, text]) => {
    const old = before.get(file);
    return old !== undefined && old !== text && touchesNames(old, text, columns) ? [file] : [];
  });
  if (relevant.length === 0 || relevant.length > MAX_FILES) return NOTHING_TOUCHED;
  const earlier = await base.accesses(relevant.sort(), null);
  const later = await head.accesses(relevant, null);
  return { touchedBase: await withHelpers(base, earlier.accesses), touchedHead: await withHelpers(head, later.accesses) };
}
