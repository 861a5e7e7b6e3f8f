/**
 * Which of several databases code means, by place: the one whose schema or migrations stand nearest to it in the
 * repository. Where none is nearer than another, all are meant.
 */

/** The candidates nearest to `path`; all of them where that does not tell. */
export function nearest<T>(candidates: readonly T[], idOf: (candidate: T) => string, path: string): readonly T[] {
  if (candidates.length < 2) return candidates;
  const parts = path.split('/');
  const shared = candidates.map((c) => [...idOf(c).split('/'), null].findIndex((part, i) => part !== parts[i]));
  const most = Math.max(...shared);
  return candidates.filter((_, i) => shared[i] === most);
}
