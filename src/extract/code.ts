/**
 * Reads the code of one revision: finds the files that can matter, parses them and what their imports lead to, and lets
 * every access layer look. Input: a tree, the databases as it sees them. Output: accesses, and what could not be read.
 * Invariants: a file is parsed once per content, whatever the revision; a file that cannot be read is said, never skipped.
 */
import { loadLayers } from '../access/layers.ts';
import type {
  AccessContext,
  AccessLayer,
  Clue,
  DatabaseView,
  Interest,
  Models,
  RowWrite,
  SchemaAccess,
  SqlParsers,
  Unresolved,
} from '../access/types.ts';
import { makeModule } from '../code/module.ts';
import { configPaths, makeModules } from '../code/modules.ts';
import { loadScopes } from '../code/scopes.ts';
import type { Module, Modules } from '../code/types.ts';
import type { Config } from '../config/types.ts';
import { isUse, saysGenerated } from '../discover/roles.ts';
import type { Tree } from '../discover/tree.ts';
import { compare, SOURCE } from '../discover/words.ts';
import { type FlagReader, makeFlagReader } from '../flags/reader.ts';
import { reasonOf } from '../parse/errors.ts';
import { type Decoded, decode } from '../parse/text.ts';
import { loadTypeScript, type ParsedTypeScript, parseTypeScriptTolerantly } from '../parse/typescript.ts';
import { clueMatcher, wordsOf } from './matching.ts';
import { readModels, usedLayers } from './models.ts';

/** Parsed files by content and path, shared by all revisions of one run. */
export type ModuleCache = Map<string, Module | { readonly reason: string; readonly line: number; readonly column: number }>;

/** Decoded files by content id; null: code that a generator wrote. */
export type TextCache = Map<string, Decoded | null>;

export interface CodeFacts {
  readonly files: number;
  readonly accesses: readonly SchemaAccess[];
  readonly writes: readonly RowWrite[];
  readonly unresolved: readonly Unresolved[];
}

export interface CodeReader {
  /** What is read: a commit id, `index` or `worktree`. */
  readonly revision: string;
  /** Paths of the files that have a word of the clues. */
  hits(clues: readonly Clue[]): Promise<readonly string[]>;
  /** Source files that can matter for these clues, sorted: of `among`, else of the whole revision. */
  candidates(clues: readonly Clue[], among?: Iterable<string>): Promise<readonly string[]>;
  /** Texts of the code that has one of the words. */
  mentions(words: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Texts of those of the files that exist, can be read, and are code. */
  texts(files: Iterable<string>): Promise<ReadonlyMap<string, string>>;
  /** The layers that this revision's manifests leave possible. */
  layers(): Promise<readonly AccessLayer[]>;
  /** Models that this revision's code declares. */
  models(): Promise<Models>;
  /** Accesses in the given files. */
  accesses(files: readonly string[], interest: Interest | null): Promise<CodeFacts>;
  /** Runs `look` over the files until every module it asked for is loaded. */
  read<T>(files: readonly string[], look: (module: Module, modules: Modules, flags: FlagReader) => T): Promise<Map<string, T>>;
  readonly problems: readonly Unresolved[];
  /** Whether guards are looked for: the repository uses flags. */
  readonly hasFlags: boolean;
}

interface ReaderOptions {
  readonly tree: Tree;
  readonly databases: readonly DatabaseView[];
  readonly config: Config;
  readonly parsers: SqlParsers;
  readonly cache: ModuleCache;
  /** Decoded files by content, shared like `cache`. */
  readonly texts?: TextCache;
  /** Without flags in the repository nothing is guarded, and guards are not looked for. */
  readonly hasFlags?: boolean;
  /** Keys of the flags whose state is known: SDKs that spell keys their own way mean one of them. */
  readonly knownKeys?: ReadonlySet<string>;
  /** The parser of code; `cache` keeps what it gave. */
  readonly parse?: (path: string, text: string) => Promise<ParsedTypeScript>;
  isIgnored(path: string): boolean;
}

interface Prepared {
  readonly modules: Modules;
  /** Files that were asked for and are not loaded yet. */
  readonly wanted: Set<string>;
  /** Texts of all package.json. */
  readonly manifests: readonly string[];
}

const MAX_ROUNDS = 10;

/** A reader of one revision's code. */
export async function makeCodeReader(options: ReaderOptions): Promise<CodeReader> {
  const { tree, databases, config, parsers, cache, texts = new Map(), parse = parseTypeScriptTolerantly } = options;
  const ids = new Map((await tree.entries()).map((e) => [e.path, e.id]));
  const paths = new Set(ids.keys());
  const problems = new Map<string, Unresolved>();
  const flagOptions = { ...config, ...(options.knownKeys === undefined ? {} : { knownKeys: options.knownKeys }) };
  const idOf = (path: string): string => ids.get(path) ?? path;
  let modulesMade: Promise<Prepared> | undefined;
  let modelsRead: Promise<Models> | undefined;
  const key = (path: string): string => `${ids.get(path)} ${path}`;

  const prepare = async (): Promise<Prepared> => {
    await Promise.all([loadTypeScript(), loadScopes()]);
    const configs = new Map(
      [...(await tree.read(configPaths(paths)))].flatMap(([path, bytes]) => {
        const d = decode(bytes);
        return d.ok ? [[path, d.text] as const] : [];
      }),
    );
    const wanted = new Set<string>();
    const load = (path: string): Module | null | 'wanted' => {
      if (!paths.has(path) || !SOURCE.test(path)) return null;
      const known = cache.get(key(path));
      if (known) return 'reason' in known ? null : known;
      wanted.add(path);
      return 'wanted';
    };
    const manifests = [...configs].flatMap(([path, text]) => (path.endsWith('package.json') ? [text] : []));
    return { modules: makeModules({ paths, load, configs }), wanted, manifests };
  };

  const load = async (files: readonly string[]): Promise<void> => {
    const missing = files.filter((f) => !cache.has(key(f)));
    const textOf = (file: string): string | undefined => {
      const known = texts.get(idOf(file));
      return known?.ok ? known.text : undefined;
    };
    const read = await tree.read(missing.filter((f) => textOf(f) === undefined));
    for (const file of missing) cache.set(key(file), await parseFile(file, textOf(file) ?? read.get(file), parse));
  };

  const read = async <T>(
    files: readonly string[],
    look: (module: Module, modules: Modules, flags: FlagReader) => T,
  ): Promise<Map<string, T>> => {
    modulesMade ??= prepare();
    const { modules, wanted } = await modulesMade;
    const results = new Map<string, T>();
    let pending = [...files];
    for (let round = 0; pending.length > 0 && round < MAX_ROUNDS; round++) {
      await load([...pending, ...wanted]);
      const again: string[] = [];
      const asked = new Set<string>();
      const flags = makeFlagReader(modules, flagOptions);
      for (const file of pending) {
        const module = cache.get(key(file));
        if (!module || 'reason' in module) {
          if (module) problems.set(file, unread(file, module));
          continue;
        }
        wanted.clear();
        try {
          results.set(file, look(module, modules, flags));
        } catch (error) {
          problems.set(file, unread(file, { reason: `an internal error, please report it: ${reasonOf(error)}`, line: 1, column: 1 }));
        }
        if (wanted.size > 0) again.push(file);
        for (const path of wanted) asked.add(path);
      }
      wanted.clear();
      await load([...asked]);
      pending = again;
    }
    return results;
  };

  /** Texts by content, so that what base and head share is read and decoded once. */
  const readTexts = async (files: Iterable<string>): Promise<ReadonlyMap<string, string>> => {
    const wanted = [...files].filter((f) => paths.has(f) && isUse(f) && !options.isIgnored(f));
    const missing = wanted.filter((f) => !texts.has(idOf(f)));
    const found = await tree.read(missing);
    for (const file of missing) {
      const bytes = found.get(file);
      const decoded: Decoded = bytes ? decode(bytes) : { ok: false, reason: skipReason(tree, file) };
      texts.set(idOf(file), decoded.ok && saysGenerated(decoded.text) ? null : decoded);
    }
    return new Map(
      wanted.flatMap((file) => {
        const known = texts.get(idOf(file));
        if (known && !known.ok) problems.set(file, unread(file, { reason: known.reason, line: 1, column: 1 }));
        return known?.ok ? [[file, known.text] as const] : [];
      }),
    );
  };

  const hits = async (clues: readonly Clue[]): Promise<readonly string[]> => {
    const [exact, folded] = await Promise.all([tree.search(wordsOf(clues)), tree.search(wordsOf(clues, true), { anyCase: true })]);
    return [...new Set([...exact, ...folded])];
  };

  const candidates = async (clues: readonly Clue[], among?: Iterable<string>): Promise<readonly string[]> => {
    const matches = clueMatcher(clues);
    const found = await readTexts(among ?? (await hits(clues)));
    return [...found].flatMap(([file, text]) => (matches(text) ? [file] : [])).sort(compare);
  };

  const ownLayers = async (): Promise<readonly AccessLayer[]> => {
    modulesMade ??= prepare();
    const { manifests } = await modulesMade;
    return usedLayers(await loadLayers(), manifests);
  };
  const findModels = async (): Promise<Models> => readModels({ candidates, read }, await ownLayers(), databases);
  const models = (): Promise<Models> => {
    modelsRead ??= findModels();
    return modelsRead;
  };

  return {
    revision: tree.revision,
    hasFlags: options.hasFlags !== false,
    read,
    layers: ownLayers,
    models,
    get problems() {
      return [...problems.values()];
    },
    texts: readTexts,
    mentions: async (words) => readTexts(await tree.search(words)),
    hits,
    candidates,
    accesses: async (files, interest) => {
      const layers = await ownLayers();
      const declared = await models();
      let context: AccessContext | undefined;
      let reader: FlagReader | undefined;
      const results = await read(files, (module, modules, flags) => {
        if (!context || reader !== flags)
          context = {
            modules,
            databases,
            models: declared,
            interest,
            parsers,
            guards: options.hasFlags === false ? () => [] : flags.guards,
          };
        reader = flags;
        const current = context;
        return layers.map((layer) => layer.extract(module, current));
      });
      const all = [...results.values()].flat();
      return {
        files: files.length,
        accesses: all.flatMap((x) => x.accesses),
        writes: all.flatMap((x) => x.writes),
        unresolved: all.flatMap((x) => x.unresolved),
      };
    },
  };
}

const skipReason = (tree: Tree, file: string): string => tree.skipped.find((s) => s.path === file)?.reason ?? 'it could not be read';

const unread = (file: string, { reason, line, column }: { reason: string; line: number; column: number }): Unresolved => ({
  location: { file, line, column, endLine: line, endColumn: column + 1 },
  reason,
  tables: [],
});

async function parseFile(
  path: string,
  content: string | Uint8Array | undefined,
  parse: typeof parseTypeScriptTolerantly,
): Promise<Module | { reason: string; line: number; column: number }> {
  if (content === undefined) return { reason: 'it could not be read', line: 1, column: 1 };
  const decoded = typeof content === 'string' ? { ok: true as const, text: content } : decode(content);
  if (!decoded.ok) return { reason: decoded.reason, line: 1, column: 1 };
  const parsed = await parse(path, decoded.text);
  return parsed.ok ? makeModule(path, decoded.text, parsed.program) : parsed;
}
