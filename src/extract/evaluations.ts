/**
 * Where code evaluates the flags asked about, and which code each value runs.
 * Input: flag keys and a code reader. Output: evaluations and branches by key. A key kept in a constant, and a wrapper
 * around an evaluation, lead to the files that use them.
 */
import type { Clue } from '../access/types.ts';
import type { Module } from '../code/types.ts';
import { evaluatingNames, FLAG_PACKAGES } from '../flags/catalogue.ts';
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
  return follow(words, reader, isAsked, (module, flags) => flags.carriers(module, keys));
}

/**
 * Words that code about flags has, whatever the SDK: in the files that have one, evaluations and home-made evaluators are
 * looked for.
 */
const flagWords = [
  'flag',
  'flags',
  'feature',
  'features',
  'featureFlag',
  'featureFlags',
  'feature_flag',
  'feature_flags',
  'toggle',
  'toggles',
];

/** Finds every evaluation of every flag at one revision, those included whose key is not known. */
export async function findAllFlagUses(reader: CodeReader): Promise<FlagUses> {
  const known = new Set<string>();
  const words = [...new Set([...evaluatingNames, ...FLAG_PACKAGES])];
  return follow(
    words,
    reader,
    () => true,
    (module, flags) => {
      for (const { flag } of flags.evaluations(module)) if (flag !== null) known.add(flag);
      return [...flags.evaluators(module), ...flags.carriers(module, known)];
    },
    { words: flagWords, beside: [], anyCase: true },
  );
}

/** Keys of the flags that some files evaluate. */
export async function keysIn(files: ReadonlySet<string>, reader: CodeReader): Promise<readonly string[]> {
  const known = [...(await reader.texts(files)).keys()];
  const found = await reader.read(known, (module, _modules, flags) => flags.evaluations(module).flatMap(({ flag }) => flag ?? []));
  return [...new Set([...found.values()].flat())];
}

/** Reads the files with the words, and those with the names that lead on from them, hop by hop. */
async function follow(
  start: readonly string[],
  reader: CodeReader,
  isAsked: (key: string | null) => boolean,
  leadsOn: (module: Module, flags: FlagReader) => readonly string[],
  ...further: readonly Clue[]
): Promise<FlagUses> {
  const evaluations = new Map<string, Evaluation>();
  const branches = new Map<string, Branch>();
  const misuses: MisusedEvaluation[] = [];
  const seen = new Set<string>();
  const searched = new Set(start);
  let words = start;
  for (let hop = 0; hop < MAX_HOPS && words.length > 0; hop++) {
    const clues = hop === 0 ? [clue(words), ...further] : [clue(words)];
    const files = (await reader.candidates(clues)).filter((f) => !seen.has(f));
    for (const file of files) seen.add(file);
    const found = await reader.read(files, (module, _modules, flags) => ({
      evaluations: flags.evaluations(module),
      branches: flags.branches(module),
      misuses: flags.misuses(module),
      names: leadsOn(module, flags),
    }));
    for (const { evaluations: some, branches: code, misuses: wrong } of found.values()) {
      misuses.push(...wrong.filter(({ evaluation }) => isAsked(evaluation.flag)));
      for (const e of some) if (isAsked(e.flag)) evaluations.set(placeOf(e), e);
      for (const b of code.filter(({ guard }) => isAsked(guard.flag))) {
        branches.set(branchKey(b), b);
        evaluations.set(placeOf(b.guard.evaluation), b.guard.evaluation);
      }
    }
    words = [...new Set([...found.values()].flatMap(({ names }) => names))].filter((name) => !searched.has(name));
    for (const name of words) searched.add(name);
  }
  return { evaluations: [...evaluations.values()], branches: [...branches.values()], misuses, files: [...seen] };
}

const placeOf = (e: Evaluation): string => `${e.flag}\0${e.location.file}\0${e.location.line}\0${e.location.column}`;

const branchKey = ({ guard, location }: Branch): string =>
  [guard.flag, guard.value, location.file, location.line, location.column].join('\0');
