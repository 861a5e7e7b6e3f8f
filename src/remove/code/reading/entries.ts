/**
 * Files that a package offers to others: what they export may be used where nobody here sees it.
 * Input: paths, and the texts of package.json files. Output: paths. Pure.
 */
import path from 'node:path';

const extensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs'];

/** The entry files of every package. */
export function entryFiles(paths: ReadonlySet<string>, manifests: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set(
    [...manifests].flatMap(([manifest, text]) => entriesOf(path.posix.dirname(manifest), text).flatMap((one) => sourceOf(one, paths))),
  );
}

function entriesOf(folder: string, text: string): string[] {
  const manifest = parsed(text);
  if (manifest === null) return [];
  const { main, module, types, typings, exports, bin, browser } = manifest;
  const named = [main, module, types, typings, exports, bin, browser].flatMap(textsIn);
  return named.map((one) => path.posix.normalize(path.posix.join(folder, one)));
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** A built file stands for the source with its name: `dist/lib/index.js` for `src/lib/index.ts`. */
function sourceOf(built: string, paths: ReadonlySet<string>): string[] {
  const stem = built.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '');
  const stems = [
    stem,
    `${stem}/index`,
    ...['src', 'lib', ''].map((one) => path.posix.normalize(stem.replace(/(^|\/)(?:dist|build|lib|out|esm|cjs)\//, `$1${one}/`))),
  ];
  return stems.flatMap((one) => extensions.map((extension) => one + extension)).filter((one) => paths.has(one));
}
