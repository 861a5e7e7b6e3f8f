/**
 * The pipeline of `dropgate remove`: where the flags are evaluated, what they are worth, and the code without them.
 * Input: what the user asked for. Output: the changes, not yet written. Throws UsageError for what the caller has to mend.
 */
import path from 'node:path';
import { nearest } from './config/nearest.ts';
import { changedFiles, openRepository, type Repository } from './discover/revisions.ts';
import { roleOf, saysGenerated } from './discover/roles.ts';
import { compare, SOURCE } from './discover/words.ts';
import type { CodeReader } from './extract/code.ts';
import { type FlagSite, findFlagSites } from './extract/flag-sites.ts';
import { readFlagStates } from './extract/flag-state.ts';
import { makeReaders } from './extract/readers.ts';
import { type Deciding, decide, dueFlags, type Reason } from './flags/decision.ts';
import type { FlagValue } from './flags/types.ts';
import { reasonOf, UsageError } from './parse/errors.ts';
import type { Location } from './parse/span.ts';
import { decode } from './parse/text.ts';
import type { EngineResult } from './remove/code/engine.ts';
import { mentionsIn } from './remove/mentions.ts';
import type { KnownSite, Removed, Settled } from './remove/types.ts';
import { removalCommand } from './report/words.ts';
import { loadRules } from './rules.ts';
import { type CheckOptions, readConfig } from './run.ts';

export interface RemoveOptions extends Pick<CheckOptions, 'cwd' | 'flags' | 'config' | 'now' | 'onProgress'> {
  /** The flags to remove; empty with `allStale`. */
  readonly keys: readonly string[];
  /** The value that stays, where no state says it. */
  readonly value?: FlagValue;
  /** Every flag that is stale or dead. */
  readonly allStale?: boolean;
}

/** Removes flags from the work tree's code; nothing is written. */
export async function remove(options: RemoveOptions): Promise<Removed> {
  const repository = await openRepository(options.cwd, { all: true });
  try {
    return await removeFrom(repository, options);
  } finally {
    repository.close();
  }
}

/** What decides about flags, and a reader of the code for some of them. */
export interface FlagFacts {
  readonly deciding: Deciding;
  readerFor(keys: readonly string[]): Promise<CodeReader>;
}

/** What the repository says of its flags. */
export async function flagFacts(repository: Repository, options: Omit<RemoveOptions, 'keys'>): Promise<FlagFacts> {
  const now = options.now ?? new Date();
  const { config } = await readConfig(repository, options.config, await loadRules());
  const { states, complete } = await readFlagStates(repository, config, { ...options, now });
  const deciding: Deciding = { states, complete, config, now };
  const readerFor = async (keys: readonly string[]): Promise<CodeReader> =>
    (await makeReaders({ repository, config }, [], true, new Set([...states.keys(), ...keys]))).head;
  return { deciding, readerFor };
}

async function removeFrom(repository: Repository, options: RemoveOptions): Promise<Removed> {
  const { deciding, readerFor } = await flagFacts(repository, options);
  const keys = options.allStale === true ? [...new Set([...options.keys, ...dueFlags(deciding)])] : [...new Set(options.keys)];
  options.onProgress?.('looking for evaluations');
  const found = keys.length === 0 ? [] : await findFlagSites(new Set(keys), await readerFor(keys));
  const flags = keys.flatMap((key) => settle(key, found, options, deciding));
  const values = new Map(flags.map(({ key, value }) => [key, value]));
  const sites = found.flatMap((site) => knownSite(site, values));
  options.onProgress?.('reading the code');
  const removal = await rewrite(repository, sites, values);
  return { flags, ...removal };
}

/** The value a flag is settled on: the caller's, or what its state has proven. */
function settle(key: string, sites: readonly FlagSite[], { value, allStale }: RemoveOptions, deciding: Deciding): Settled[] {
  const own = sites.flatMap(({ evaluation }) => (evaluation.flag === key ? [evaluation] : []));
  const similar = own.length > 0 || deciding.states.has(key) ? null : nearest(key, [...deciding.states.keys()]);
  if (value !== undefined) return [{ key, value, from: 'option', similar }];
  const decision = decide(key, own, deciding);
  if ((decision.kind === 'stale' || decision.kind === 'dead') && decision.value !== null)
    return [{ key, value: decision.value, from: 'state', similar }];
  if (allStale === true) return [];
  const reasons: readonly Reason[] = decision.kind === 'stale' || decision.kind === 'dead' ? decision.notes : decision.reasons;
  const why = reasons.map((one) => one.text).join(', ');
  const meant = similar === null ? '' : ` Did you mean \`${similar}\`?`;
  throw new UsageError(
    `Nothing proves which value of \`${key}\` stays${why === '' ? '' : `: ${why}`}.${meant}`,
    `Say it: ${removalCommand(key, ['--value on'])} (or off, or the name of a variation).`,
  );
}

function knownSite(site: FlagSite, values: ReadonlyMap<string, FlagValue>): KnownSite[] {
  const { evaluation, start, end, is } = site;
  const key = evaluation.flag ?? '';
  const value = values.get(key);
  if (value === undefined) return [];
  return [{ key, file: evaluation.location.file, start, end, location: evaluation.location, is, known: site.known(value) }];
}

type Rewritten = Omit<Removed, 'flags'>;

async function rewrite(repository: Repository, sites: readonly KnownSite[], values: ReadonlyMap<string, FlagValue>): Promise<Rewritten> {
  const { head, root } = repository;
  if (root === null) throw new UsageError('There is no work tree to change.', 'Run dropgate remove in a clone of the repository.');
  const paths = (await head.entries()).map((one) => one.path);
  const mentioning = values.size === 0 ? [] : await head.search([...values.keys()]);
  const results = await removedIn({ root, paths, repository, sites, values }, [...sites.map((one) => one.file), ...mentioning]);
  const changes = results.flatMap((one) => one.changes).sort((a, b) => compare(a.file, b.file));
  const left = results.flatMap((one) => one.left);
  const named = values.size === 0 ? [] : [...new Set([...mentioning, ...paths.filter(isDocument)])].sort(compare);
  const after = new Map(changes.map((one) => [one.file, one.after]));
  const mentions = mentionsIn(await textsOf(repository, named), after, [...values.keys()]);
  const isSaid = ({ file, line }: Location): boolean => left.some(({ location }) => location.file === file && location.line === line);
  return {
    changes,
    rewritten: results.flatMap((one) => one.rewritten).map(({ key, location }) => ({ key, location })),
    left,
    mentions: mentions.filter((one) => !isSaid(one.location)),
  };
}

interface Asked {
  readonly root: string;
  readonly paths: readonly string[];
  readonly repository: Repository;
  readonly sites: readonly KnownSite[];
  readonly values: ReadonlyMap<string, FlagValue>;
}

/** The removal in every program that one of the files belongs to. The compiler is loaded here, and only here. */
async function removedIn({ root, paths, repository, sites, values }: Asked, files: readonly string[]): Promise<readonly EngineResult[]> {
  const isOurs = (file: string): boolean => SOURCE.test(file) && roleOf(file) !== 'generated';
  const [{ removeFlags }, { loadCode, projectOf }, { entryFiles }] = await Promise.all([
    import('./remove/code/engine.ts'),
    import('./remove/code/reading/program.ts'),
    import('./remove/code/reading/entries.ts'),
  ]);
  const configs = new Set(paths.filter((one) => /(?:^|\/)[tj]sconfig\.json$/.test(one)).map(folderOf));
  const manifests = paths.filter((one) => /(?:^|\/)package\.json$/.test(one));
  const entries = entryFiles(new Set(paths), await textsOf(repository, manifests));
  const folders = new Set(files.filter(isOurs).map((one) => projectOf(one, configs)));
  return [...folders].sort(compare).map((folder) => {
    const own = sites.filter((one) => projectOf(one.file, configs) === folder);
    try {
      const code = loadCode({ root, files: paths.filter((one) => isOurs(one) && projectOf(one, configs) === folder) }, folder);
      const generated = new Set(code.files.filter((one) => saysGenerated(one.text)).map(code.pathOf));
      return removeFlags({ code, sites: own, values, entries, generated });
    } catch (error) {
      // The compiler recurses: code that is too deep for it overflows its stack.
      const reason = `the compiler could not read the code below ${folder === '' ? 'the root' : folder}: ${reasonOf(error)}`;
      return { changes: [], rewritten: [], left: own.map(({ key, location }) => ({ key, location, reason })) };
    }
  });
}

const folderOf = (file: string): string => (file.includes('/') ? path.posix.dirname(file) : '');

/** Documents, settings, snapshots, queries: read by people and by other programs. */
const isDocument = (file: string): boolean =>
  /\.(?:mdx?|txt|ya?ml|json5?|jsonc|toml|ini|snap|sql|graphql|tf|html|vue|svelte|sh|properties)$|(?:^|\/)\.env[^/]*$|(?:^|\/)Dockerfile[^/]*$/.test(
    file,
  ) && !/(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml)$|(?:^|\/)(?:node_modules|dist|build)\//.test(file);

async function textsOf({ head }: Repository, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return new Map(
    [...(await head.read(files))].flatMap(([file, bytes]) => {
      const decoded = decode(bytes);
      return decoded.ok ? [[file, decoded.text] as const] : [];
    }),
  );
}

/** Refuses a work tree with changes that are not committed: what the removal did could not be told from them. */
export async function requireCleanTree(
  cwd: string,
  hint = 'Commit or stash them, so that the removal is a commit of its own; or say --allow-dirty.',
): Promise<void> {
  const changed = await changedFiles(cwd);
  if (changed.length === 0) return;
  throw new UsageError(
    `The work tree has changes that are not committed (${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ', …' : ''}).`,
    hint,
  );
}
