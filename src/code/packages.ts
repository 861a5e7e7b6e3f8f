/**
 * Packages of the repository itself: an import of a workspace package leads to that package's source.
 * Input: all paths and the texts of the package.json files. Output: the file a bare import means.
 * Invariant: `dist` and other built files, which are not in the repository, are mapped back to the source they come from.
 */
import { entriesOf, field, parseJsonc } from './jsonc.ts';
import { dirname, existingFile, join } from './paths.ts';
import { matchPattern } from './tsconfigs.ts';

export interface Packages {
  /** The file a bare import leads to; null for a package outside the repository. */
  resolve(source: string): string | null;
  /** The file a `#internal` import leads to by the nearest package's `imports`. */
  resolveInternal(source: string, folder: string): string | null;
}

interface Manifest {
  readonly folder: string;
  readonly content: unknown;
}

/** Makes the lookup; package.json files are read at the first bare import. */
export function makePackages(paths: ReadonlySet<string>, texts: ReadonlyMap<string, string>): Packages {
  let byName: ReadonlyMap<string, Manifest> | null = null;
  const manifests = (): ReadonlyMap<string, Manifest> => {
    byName ??= readManifests(texts);
    return byName;
  };
  return {
    resolve(source) {
      const name = packageName(source);
      const manifest = manifests().get(name);
      return manifest === undefined ? null : entryOf(manifest, source.slice(name.length + 1), paths);
    },
    resolveInternal(source, from) {
      for (let folder = from; ; folder = dirname(folder)) {
        const text = texts.get(folder === '' ? 'package.json' : `${folder}/package.json`);
        if (text !== undefined) return mapTargets(field(parseJsonc(text), 'imports'), source, folder, paths);
        if (folder === '') return null;
      }
    },
  };
}

function readManifests(texts: ReadonlyMap<string, string>): ReadonlyMap<string, Manifest> {
  const found = new Map<string, Manifest>();
  for (const [path, text] of [...texts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!path.endsWith('package.json')) continue;
    const content = parseJsonc(text);
    const name = field(content, 'name');
    if (typeof name === 'string' && !found.has(name)) found.set(name, { folder: dirname(path), content });
  }
  return found;
}

function packageName(source: string): string {
  return source.split('/', source.startsWith('@') ? 2 : 1).join('/');
}

function entryOf(manifest: Manifest, subpath: string, paths: ReadonlySet<string>): string | null {
  const { folder, content } = manifest;
  const mapped = mapTargets(field(content, 'exports'), subpath === '' ? '.' : `./${subpath}`, folder, paths);
  if (mapped !== null) return mapped;
  const named = subpath === '' ? ['source', 'types', 'typings', 'module', 'main'].map((key) => field(content, key)) : [];
  const guesses = subpath === '' ? ['src/index', 'index', 'src/main', 'lib/index'] : [`src/${subpath}`, subpath, `lib/${subpath}`];
  for (const target of [...named, ...guesses]) {
    const found = typeof target === 'string' ? sourceOf(target, folder, paths) : null;
    if (found !== null) return found;
  }
  return null;
}

/** The target of an `exports` or `imports` map, its conditions tried from source to built. */
function mapTargets(map: unknown, key: string, folder: string, paths: ReadonlySet<string>): string | null {
  const entries = entriesOf(map);
  const isMap = entries.some(([name]) => name.startsWith('.') || name.startsWith('#'));
  if (map === undefined) return null;
  if (!isMap) return key === '.' ? firstTarget(map, '', folder, paths) : null;
  for (const [pattern, target] of entries) {
    const rest = matchPattern(pattern, key);
    const found = rest === null ? null : firstTarget(target, rest, folder, paths);
    if (found !== null) return found;
  }
  return null;
}

function firstTarget(target: unknown, rest: string, folder: string, paths: ReadonlySet<string>): string | null {
  const stack: unknown[] = [target];
  for (let count = 0; stack.length > 0 && count < 100; count++) {
    const next = stack.pop();
    if (typeof next === 'string') {
      const found = sourceOf(
        next.replaceAll('*', () => rest),
        folder,
        paths,
      );
      if (found !== null) return found;
    } else if (Array.isArray(next)) stack.push(...next.slice(0, 20).reverse());
    else
      stack.push(
        ...entriesOf(next)
          .slice(0, 20)
          .map(([, value]) => value)
          .reverse(),
      );
  }
  return null;
}

const built = /^(?:\.\/)?(?:dist|build|lib|out|es|esm|cjs)\/(?:(?:cjs|esm|es|types|src)\/)*/;

/** The repository's file for a target, which may name a built one. */
function sourceOf(target: string, folder: string, paths: ReadonlySet<string>): string | null {
  const stem = target.replace(/\.d\.([cm]?)ts$/, '.$1js');
  const candidates = [target, target.replace(built, 'src/'), stem.replace(built, 'src/'), stem.replace(built, '')];
  for (const candidate of candidates) {
    const path = join(folder, candidate);
    const found = path === null ? null : existingFile(path, paths);
    if (found !== null && !found.endsWith('.json')) return found;
  }
  return null;
}
