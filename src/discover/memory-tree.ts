/** A tree held in memory: what tests and editors hand in. */
import { createHash } from 'node:crypto';
import type { Tree } from './tree.ts';
import { compare, containsWord, SOURCE } from './words.ts';

/** A tree of the given files. Content may be text or bytes. */
export function memoryTree(revision: string, files: ReadonlyMap<string, string | Uint8Array>): Tree {
  const bytes = new Map([...files].map(([file, content]) => [file, typeof content === 'string' ? Buffer.from(content) : content] as const));
  const paths = [...bytes.keys()].sort(compare);
  const entries = paths.map((path) => ({
    path,
    id: createHash('sha1')
      .update(bytes.get(path) ?? '')
      .digest('hex'),
  }));
  return {
    revision,
    skipped: [],
    entries: async () => entries,
    read: async (wanted) =>
      new Map(
        wanted.flatMap((p) => {
          const b = bytes.get(p);
          return b ? [[p, b] as const] : [];
        }),
      ),
    search: async (words, { anyCase = false } = {}) =>
      paths.filter((p) => SOURCE.test(p) && containsWord(bytes.get(p) ?? new Uint8Array(), words, anyCase)),
  };
}
