/**
 * `paths` and `baseUrl` of the nearest tsconfig or jsconfig, with `extends` followed inside the repository.
 * Input: all paths and the texts of the config files. Output: what an import that is neither relative nor a package means.
 */
import { entriesOf, field, parseJsonc } from './jsonc.ts';
import { dirname, existingFile, join } from './paths.ts';

export interface Tsconfigs {
  /** The file an import from a folder leads to by the nearest config's mappings; null where they do not say. */
  resolve(source: string, folder: string): string | null;
}

interface Mapping {
  /** Folder that bare imports are relative to; null: none. */
  readonly base: string | null;
  /** Folder that targets are relative to. */
  readonly root: string;
  readonly paths: readonly (readonly [string, readonly string[]])[];
}

const names = ['tsconfig.json', 'jsconfig.json', 'tsconfig.base.json', 'tsconfig.app.json'];

/** Makes the lookup; a config is read when the first import below it is resolved. */
export function makeTsconfigs(paths: ReadonlySet<string>, texts: ReadonlyMap<string, string>): Tsconfigs {
  const mappings = new Map<string, Mapping | null>();
  const nearest = new Map<string, readonly Mapping[]>();

  const mappingOf = (path: string): Mapping | null => {
    let known = mappings.get(path);
    if (known === undefined) {
      known = readMapping(path, texts, new Set());
      mappings.set(path, known);
    }
    return known;
  };
  const mappingsFor = (folder: string): readonly Mapping[] => {
    const known = nearest.get(folder);
    if (known !== undefined) return known;
    const prefix = folder === '' ? '' : `${folder}/`;
    const own = names.filter((name) => texts.has(prefix + name)).flatMap((name) => mappingOf(prefix + name) ?? []);
    const found = own.length > 0 || folder === '' ? own : mappingsFor(dirname(folder));
    nearest.set(folder, found);
    return found;
  };
  return {
    resolve(source, folder) {
      for (const mapping of mappingsFor(folder)) {
        const found = applyMapping(mapping, source, paths);
        if (found !== null) return found;
      }
      return null;
    },
  };
}

function readMapping(path: string, texts: ReadonlyMap<string, string>, seen: Set<string>): Mapping | null {
  const text = texts.get(path);
  if (text === undefined || seen.has(path)) return null;
  seen.add(path);
  const config = parseJsonc(text);
  const options = field(config, 'compilerOptions');
  const inherited = inheritedMapping(config, path, texts, seen);
  const baseUrl = field(options, 'baseUrl');
  const folder = dirname(path);
  const base = typeof baseUrl === 'string' ? join(folder, baseUrl) : (inherited?.base ?? null);
  const declared = field(options, 'paths');
  if (declared === undefined)
    return inherited === null && base === null ? null : { base, root: inherited?.root ?? base ?? folder, paths: inherited?.paths ?? [] };
  const mapped = entriesOf(declared).map(([pattern, targets]): [string, string[]] => [pattern, strings(targets)]);
  // The longest prefix before the star wins, as in TypeScript.
  mapped.sort(([a], [b]) => prefixOf(b).length - prefixOf(a).length);
  return { base, root: base ?? folder, paths: mapped };
}

function inheritedMapping(config: unknown, path: string, texts: ReadonlyMap<string, string>, seen: Set<string>): Mapping | null {
  const parents = strings([field(config, 'extends')].flat());
  for (const parent of parents.reverse()) {
    const target = parent.startsWith('.') ? join(dirname(path), parent) : null;
    if (target === null) continue;
    const file = [target, `${target}.json`, `${target}/tsconfig.json`].find((one) => texts.has(one));
    const mapping = file === undefined ? null : readMapping(file, texts, seen);
    if (mapping !== null) return mapping;
  }
  return null;
}

function applyMapping(mapping: Mapping, source: string, paths: ReadonlySet<string>): string | null {
  for (const [pattern, targets] of mapping.paths) {
    const rest = matchPattern(pattern, source);
    if (rest === null) continue;
    for (const target of targets) {
      const path = join(
        mapping.root,
        target.replace('*', () => rest),
      );
      const found = path === null ? null : existingFile(path, paths);
      if (found !== null) return found;
    }
  }
  const path = mapping.base === null ? null : join(mapping.base, source);
  return path === null ? null : existingFile(path, paths);
}

/** What the star of a pattern stands for in a source; '' for an exact match; null for no match. */
export function matchPattern(pattern: string, source: string): string | null {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === source ? '' : null;
  const prefix = pattern.slice(0, star);
  const suffix = pattern.slice(star + 1);
  const fits = source.length >= prefix.length + suffix.length && source.startsWith(prefix) && source.endsWith(suffix);
  return fits ? source.slice(prefix.length, source.length - suffix.length) : null;
}

function prefixOf(pattern: string): string {
  return pattern.split('*', 1)[0] ?? '';
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
