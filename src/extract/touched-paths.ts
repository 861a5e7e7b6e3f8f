/**
 * Which files a change touches.
 * Input: the trees of base and head. Output: paths. Content decides, not time.
 */
import { isUse } from '../discover/roles.ts';
import type { Tree } from '../discover/tree.ts';
import { SOURCE } from '../discover/words.ts';

export interface TouchedPaths {
  readonly all: readonly string[];
  /** Those that are code. */
  readonly sources: ReadonlySet<string>;
}

/** Files whose content differs between base and head. */
export async function touchedPaths(base: Tree | null, head: Tree): Promise<TouchedPaths> {
  if (!base) return { all: [], sources: new Set() };
  const [listed, after] = await Promise.all([base.entries(), head.entries()]);
  const before = new Map(listed.map((e) => [e.path, e.id]));
  const gone = new Set(before.keys());
  for (const e of after) gone.delete(e.path);
  const all = [...gone, ...after.filter((e) => before.get(e.path) !== e.id).map((e) => e.path)];
  return { all, sources: new Set(all.filter((p) => SOURCE.test(p) && isUse(p))) };
}
