/**
 * A reader of code per revision of a check, and whether flags are there to be looked for.
 * Input: the repository, its histories. Output: Readers that share parsed files.
 */
import type { DatabaseView } from '../access/types.ts';
import { globMatcher } from '../config/globs.ts';
import type { Config } from '../config/types.ts';
import type { Repository } from '../discover/revisions.ts';
import { isUse } from '../discover/roles.ts';
import type { Tree } from '../discover/tree.ts';
import { SOURCE } from '../discover/words.ts';
import { FLAG_PACKAGES, signsOf } from '../flags/catalogue.ts';
import { loadParsers } from '../schema/engines.ts';
import { type CodeReader, type ModuleCache, makeCodeReader, type TextCache } from './code.ts';
import type { FlagStates } from './flag-state.ts';
import type { DatabaseHistory } from './history.ts';
import { escaped } from './spelling.ts';

export interface Readers {
  /** The merge base first, then what else is deployed; none with `--all`. */
  readonly base: readonly CodeReader[];
  readonly head: CodeReader;
}

export interface ReaderSources {
  readonly repository: Repository;
  readonly config: Config;
}

/** Readers of every revision. Without flags nothing is guarded, and guards are not looked for. */
export async function makeReaders(
  { repository, config }: ReaderSources,
  histories: readonly DatabaseHistory[],
  hasFlags: boolean,
  knownKeys: ReadonlySet<string> = new Set(),
): Promise<Readers> {
  const parsers = await loadParsers(histories.map((h) => h.dialect));
  const cache: ModuleCache = new Map();
  const texts: TextCache = new Map();
  const isIgnored = globMatcher(config.ignore);
  const before = histories.flatMap((h): DatabaseView[] => (h.base ? [{ id: h.id, dialect: h.dialect, ...h.base }] : []));
  const after = histories.map((h): DatabaseView => ({ id: h.id, dialect: h.dialect, ...h.head }));
  const reader = (tree: Tree, databases: readonly DatabaseView[]): Promise<CodeReader> =>
    makeCodeReader({ tree, databases, config, parsers, cache, texts, isIgnored, hasFlags, knownKeys });
  const earlier = repository.base ? [repository.base, ...repository.deployed] : [];
  return { base: await Promise.all(earlier.map((t) => reader(t, before))), head: await reader(repository.head, after) };
}

/** The flag packages that the repository's manifests name; null where it has no manifest. */
export async function flagPackages(tree: Tree): Promise<ReadonlySet<string> | null> {
  const manifests = await manifestsOf(tree);
  if (manifests.length === 0) return null;
  return new Set(FLAG_PACKAGES.filter((name) => manifests.some((text) => dependsOn(text, name))));
}

async function manifestsOf(tree: Tree): Promise<readonly string[]> {
  const paths = (await tree.entries()).map((e) => e.path).filter((p) => /(?:^|\/)package\.json$/.test(p) && !/node_modules\//.test(p));
  return [...(await tree.read(paths)).values()].map((bytes) => Buffer.from(bytes).toString('utf8'));
}

/** Whether the repository has flags at all: a state file, an evaluator or environment variables in the config, or one of the SDKs among its dependencies; without any manifest, and where code speaks of feature flags of its own, it cannot be told. */
export async function usesFlags(trees: readonly Tree[], states: FlagStates, config: Config): Promise<'yes' | 'no' | 'unknown'> {
  if (states.size > 0 || config.evaluators.length > 0 || config.environmentFlags.length > 0) return 'yes';
  let isKnown = false;
  for (const tree of trees) {
    const used = await flagPackages(tree);
    if (used !== null && used.size > 0 && (await evaluatesBy([...used], tree))) return 'yes';
    isKnown ||= used !== null;
  }
  return !isKnown || (await speaksOfFlags(trees[0])) ? 'unknown' : 'no';
}

/** Whether code speaks of feature flags though no SDK evaluates them: home-made checks are found by their names. */
async function speaksOfFlags(tree: Tree | undefined): Promise<boolean> {
  return tree !== undefined && (await tree.search(HOME_MADE)).some((path) => SOURCE.test(path) && isUse(path));
}

const HOME_MADE = [
  ...['featureFlag', 'featureFlags', 'FeatureFlag', 'FeatureFlags', 'feature_flag', 'feature_flags', 'FEATURE_FLAG', 'FEATURE_FLAGS'],
  ...['isFeatureEnabled', 'isFeatureFlagEnabled', 'isFlagEnabled', 'hasFeatureFlag', 'useFeatureFlag', 'useFeatureFlags', 'getFeatureFlag'],
  ...['featureToggle', 'featureToggles', 'FeatureToggle', 'FeatureToggles'],
];

/** Whether a manifest has a version of the package: the name alone may be any key. */
const dependsOn = (manifest: string, name: string): boolean =>
  manifest.includes(`"${name}"`) && new RegExp(`"${escaped(name)}"\\s*:\\s*"`).test(manifest);

/** Of a package that does other things too, the code must have the name of an evaluation. */
async function evaluatesBy(packages: readonly string[], tree: Tree): Promise<boolean> {
  const signs = packages.map(signsOf);
  if (signs.some((names) => names === null)) return true;
  const found = await tree.search([...new Set(signs.flatMap((names) => names ?? []))]);
  return found.some((path) => SOURCE.test(path));
}
