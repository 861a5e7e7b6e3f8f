/**
 * Where code evaluates the flags asked about, and which code each value runs.
 * Input: flag keys and a code reader. Output: evaluations and branches by key. A key kept in a constant, and a wrapper
 * around an evaluation, lead to the files that use them.
 */
import type { Clue } from '../access/types.ts';
import type { Module } from '../code/types.ts';
import type { Config } from '../config/types.ts';
import { evaluatingNames, FLAG_PACKAGES, namesBy, sdkOf } from '../flags/catalogue.ts';
import { commonNames } from '../flags/evaluations.ts';
import type { FlagReader } from '../flags/reader.ts';
import { camelCase } from '../flags/spelling.ts';
import type { Branch, Evaluation, MisusedEvaluation } from '../flags/types.ts';
import type { CodeReader } from './code.ts';

export interface FlagUses {
  readonly evaluations: readonly Evaluation[];
  readonly branches: readonly Branch[];
  readonly misuses: readonly MisusedEvaluation[];
  /** Files looked at. */
  readonly files: readonly string[];
}

export const NO_USES: FlagUses = { evaluations: [], branches: [], misuses: [], files: [] };

/** Uses of different flags, together. */
export const mergedUses = (a: FlagUses, b: FlagUses): FlagUses => ({
  evaluations: [...a.evaluations, ...b.evaluations],
  branches: [...a.branches, ...b.branches],
  misuses: [...a.misuses, ...b.misuses],
  files: [...new Set([...a.files, ...b.files])],
});

const MAX_HOPS = 4;
const clue = (words: readonly string[]): Clue => ({ words, beside: [] });

/** Finds every evaluation of the given flags at one revision. */
export async function findFlagUses(keys: ReadonlySet<string>, reader: CodeReader): Promise<FlagUses> {
  const isAsked = (key: string | null): boolean => key !== null && keys.has(key);
  const words = [...new Set([...keys, ...[...keys].map(camelCase)])];
  return follow({ words, further: [], files: [], isOpen: false }, reader, isAsked, (module, flags) => flags.carriers(module, keys));
}

/** Words that code about flags has, whatever evaluates them: in files that have one, evaluations and home-made checks are looked for. */
const flagWords = ['flag', 'flags', 'feature', 'features', 'featureFlag', 'featureFlags', 'feature_flag', 'feature_flags', 'toggles'];
const inUse =
  /(?:flag|feature|toggle)s?(?:\?\.|!)?[[(.]|[[(.](?:flag|feature|toggle)s?\b|(?:flag|feature|toggle)\w*(?:Enabled|On|Active)\b/i;
const flagName = /flag|feature|toggle|gate$|enabled$/i;

/** Finds every evaluation of every flag at one revision, those included whose key is not known. */
export async function findAllFlagUses(
  reader: CodeReader,
  packages: ReadonlySet<string> | null,
  paths: readonly string[],
  config: Config,
): Promise<FlagUses> {
  const known = new Set<string>();
  const byName = packages === null ? [...evaluatingNames, ...FLAG_PACKAGES] : namesBy(packages);
  const named = [...byName, ...[...evaluatingNames].filter((name) => flagName.test(name))];
  const configured = config.evaluators.map(({ call }) => call.slice(call.lastIndexOf('.') + 1));
  const words = [...new Set([...named.filter((name) => !commonNames.has(name)), ...configured])];
  const common = named.filter((name) => commonNames.has(name));
  const further: Clue[] = [
    { words: flagWords, beside: [inUse], anyCase: true },
    { words: [...new Set(common)], beside: [/flag|feature|toggle|experiment|variant|gate|client|config/i] },
    ...config.environmentFlags.map((glob): Clue => ({ words: ['env'], beside: [new RegExp(glob.replaceAll('*', '\\w*'))] })),
  ];
  return follow(
    { words, further: further.filter((one) => one.words.length > 0), files: paths.filter((path) => HOME_MADE.test(path)), isOpen: true },
    reader,
    () => true,
    (module, flags) => {
      for (const { flag } of flags.evaluations(module)) if (flag !== null) known.add(flag);
      return [...flags.evaluators(module), ...flags.carriers(module, known)];
    },
  );
}

/** Files that say by their name that they are about feature flags, and names of what such files export. */
const HOME_MADE = /(?:^|[/._-])feature[-_.]?(?:flags?|toggles?|gates?)(?:[/._-]|$)|[fF]eature(?:Flag|Toggle)s?(?:[./A-Z]|$)/;
const flagExport = /feature_?(?:flag|toggle)/i;

/** Keys of the flags that some files evaluate. */
export async function keysIn(files: ReadonlySet<string>, reader: CodeReader): Promise<readonly string[]> {
  const known = [...(await reader.texts(files)).keys()];
  const found = await reader.read(known, (module, _modules, flags) => flags.evaluations(module).flatMap(({ flag }) => flag ?? []));
  return [...new Set([...found.values()].flat())];
}

/** Names that hold a key here and anything elsewhere. */
const wordForAnything: ReadonlySet<string> = new Set(
  'key name id flag flags feature features value type kind default enabled label title path slug get is on off'.split(' '),
);

/** Where a search for evaluations begins. */
interface Start {
  readonly words: readonly string[];
  readonly further: readonly Clue[];
  readonly files: readonly string[];
  /** Asked for every flag: what is said by one plain word would lead nearly everywhere. */
  readonly isOpen: boolean;
}

const exportedFlags = (module: Module): string[] => [...module.exports.keys()].filter((name) => flagExport.test(name));

/** Reads the files with the words, and those with the names that lead on from them, hop by hop. */
async function follow(
  start: Start,
  reader: CodeReader,
  isAsked: (key: string | null) => boolean,
  leadsOn: (module: Module, flags: FlagReader) => readonly string[],
): Promise<FlagUses> {
  const { isOpen } = start;
  const evaluations = new Map<string, Evaluation>();
  const branches = new Map<string, Branch>();
  const misuses: MisusedEvaluation[] = [];
  const seen = new Set<string>();
  const searched = new Set(start.words);
  let { words } = start;
  for (let hop = 0; hop < MAX_HOPS && words.length > 0; hop++) {
    const clues = hop === 0 ? [clue(words), ...start.further] : [clue(words)];
    const named = hop === 0 ? (await reader.texts(start.files)).keys() : [];
    const files = [...new Set([...(await reader.candidates(clues)), ...named])].filter((f) => !seen.has(f));
    for (const file of files) seen.add(file);
    const found = await reader.read(files, (module, _modules, flags) => {
      const own = flags.evaluations(module);
      // Where nothing is evaluated only names that led here can make a branch.
      const isBare = hop === 0 && isOpen && own.length === 0 && !module.imports.some((source) => sdkOf(source) !== null);
      return {
        isBare,
        evaluations: own,
        branches: isBare ? [] : flags.branches(module),
        misuses: isBare ? [] : flags.misuses(module),
        names: isBare ? [...flags.evaluators(module), ...exportedFlags(module)] : leadsOn(module, flags),
      };
    });
    for (const [file, { isBare, evaluations: some, branches: code, misuses: wrong }] of found) {
      // A name found elsewhere may still lead there.
      if (isBare) seen.delete(file);
      misuses.push(...wrong.filter(({ evaluation }) => isAsked(evaluation.flag)));
      for (const e of some) if (isAsked(e.flag)) evaluations.set(placeOf(e), e);
      for (const b of code.filter(({ guard }) => isAsked(guard.flag))) {
        branches.set(branchKey(b), b);
        evaluations.set(placeOf(b.guard.evaluation), b.guard.evaluation);
      }
    }
    const names = new Set([...found.values()].flatMap((one) => one.names));
    words = [...names].filter((name) => !searched.has(name) && !wordForAnything.has(name) && !(isOpen && /^[a-z]+$/.test(name)));
    for (const name of words) searched.add(name);
  }
  return { evaluations: [...evaluations.values()], branches: [...branches.values()], misuses, files: [...seen] };
}

const placeOf = (e: Evaluation): string => `${e.flag}\0${e.location.file}\0${e.location.line}\0${e.location.column}`;

const branchKey = ({ guard, location }: Branch): string =>
  [guard.flag, guard.value, location.file, location.line, location.column].join('\0');
