/** Globs of the config as one test of paths. Braces and length are capped by the config's own checks. */
import picomatch from 'picomatch';

/** Whether a path matches one of the globs; no globs match nothing. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  return globs.length === 0 ? () => false : picomatch([...globs], { dot: true });
}
