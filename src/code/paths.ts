/** Paths inside the repository: relative to its root, forward slashes, the root itself is ''. Pure. */

/** The folder of a path. */
export function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** `relative` seen from `folder`; null where it leaves the repository. */
export function join(folder: string, relative: string): string | null {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}

const extensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.d.ts'];

/** Extensions as written in an import, and what the file may be called in the repository. */
const written: readonly (readonly [string, readonly string[]])[] = [
  ['.js', ['.ts', '.tsx', '.jsx']],
  ['.jsx', ['.tsx']],
  ['.mjs', ['.mts']],
  ['.cjs', ['.cts']],
];

/** The file that an import of this path means: as written, by another extension, or a folder's index. */
export function existingFile(path: string, paths: ReadonlySet<string>): string | null {
  if (path !== '' && paths.has(path)) return path;
  for (const [extension, sources] of written) {
    if (!path.endsWith(extension)) continue;
    const stem = path.slice(0, -extension.length);
    for (const source of sources) if (paths.has(stem + source)) return stem + source;
  }
  if (path !== '') for (const extension of extensions) if (paths.has(path + extension)) return path + extension;
  const index = path === '' ? 'index' : `${path}/index`;
  for (const extension of extensions) if (paths.has(index + extension)) return index + extension;
  return null;
}
