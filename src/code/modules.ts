/**
 * The files of one revision, and which of them an import leads to.
 * Input: all paths, a loader, and the texts of the package.json and tsconfig files that `configPaths` names.
 * Output: Modules. Invariants: nothing outside the repository is ever read; work is done only for what is asked, once.
 */
import { makePackages, type Packages } from './packages.ts';
import { dirname, existingFile, join } from './paths.ts';
import { makeTsconfigs, type Tsconfigs } from './tsconfigs.ts';
import type { Module, Modules } from './types.ts';

export interface ModulesOptions {
  readonly paths: ReadonlySet<string>;
  /** The module of a path; null: it does not exist or cannot be parsed; 'wanted': not loaded yet, ask again later. */
  load(path: string): Module | null | 'wanted';
  /** Texts of the files that `configPaths` names, by path. */
  readonly configs: ReadonlyMap<string, string>;
}

/** The files `makeModules` needs the text of: every package.json and tsconfig outside node_modules. */
export function configPaths(paths: Iterable<string>): string[] {
  const wanted: string[] = [];
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const isConfig = name === 'package.json' || /^(?:ts|js)config[\w.-]*\.json$/.test(name);
    if ((isConfig || name.endsWith('tsconfig.json')) && !/(?:^|\/)node_modules\//.test(path)) wanted.push(path);
  }
  return wanted.sort();
}

/** Makes the modules of one revision. */
export function makeModules(options: ModulesOptions): Modules {
  const { paths } = options;
  const tsconfigs = makeTsconfigs(paths, options.configs);
  const packages = makePackages(paths, options.configs);
  const resolved = new Map<string, Map<string, string | null>>();
  return {
    get(path) {
      const loaded = options.load(path);
      return loaded === 'wanted' ? null : loaded;
    },
    resolve(source, from) {
      const folder = dirname(from);
      let known = resolved.get(folder);
      if (known === undefined) {
        known = new Map();
        resolved.set(folder, known);
      }
      let found = known.get(source);
      if (found === undefined) {
        found = resolveSource(source, from, paths, tsconfigs, packages);
        known.set(source, found);
      }
      return found;
    },
  };
}

function resolveSource(written: string, from: string, paths: ReadonlySet<string>, tsconfigs: Tsconfigs, packages: Packages): string | null {
  const folder = dirname(from);
  // Bundlers read `./x.sql?raw` as the file with an instruction.
  const source = written.split('?', 1)[0] ?? written;
  if (source.startsWith('.')) {
    const path = join(folder, source);
    return path === null ? null : existingFile(path, paths);
  }
  if (source.startsWith('node:') || source === '') return null;
  if (source.startsWith('#')) return packages.resolveInternal(source, folder);
  return tsconfigs.resolve(source, folder) ?? packages.resolve(source) ?? resolveAlias(source, folder, paths);
}

/** `~/x` and `@/x` without a tsconfig that says so: the nearest `app`, `src` or root folder up the tree that has it. */
function resolveAlias(source: string, from: string, paths: ReadonlySet<string>): string | null {
  if (!source.startsWith('~/') && !source.startsWith('@/')) return null;
  const rest = source.slice(2);
  for (let folder: string | null = from; folder !== null; folder = folder === '' ? null : dirname(folder)) {
    for (const root of ['app', 'src', '.']) {
      const path = join(folder, `${root}/${rest}`);
      const found = path === null ? null : existingFile(path, paths);
      if (found !== null) return found;
    }
  }
  return null;
}
