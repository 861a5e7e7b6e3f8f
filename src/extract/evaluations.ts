/**
 * Where code evaluates the flags asked about, and which code each value runs.
 * Input: flag keys and a code reader. Output: evaluations and branches by key. A key kept in a constant, and a wrapper
 * around an evaluation, lead to the files that use them.
 */
import type { Clue } from '../access/types.ts';
import type { Branch, Evaluation } from '../flags/types.ts';
import type { CodeReader } from './code.ts';

export interface FlagUses {
  readonly evaluations: readonly Evaluation[];
  readonly branches: readonly Branch[];
  /** Files looked at. */
  readonly files: readonly string[];
}

const MAX_HOPS = 4;
const clue = (words: readonly string[]): Clue => ({ words, beside: [] });

/** Finds every evaluation of the given flags at one revision. */
export async function findFlagUses(keys: ReadonlySet<string>, reader: CodeReader): Promise<FlagUses> {
  const evaluations = new Map<string, Evaluation>();
  const branches = new Map<string, Branch>();
  const seen = new Set<string>();
  let words = [...keys];
  for (let hop = 0; hop < MAX_HOPS && words.length > 0; hop++) {
    const files = (await reader.candidates([clue(words)])).filter((f) => !seen.has(f));
    for (const file of files) seen.add(file);
    const found = await reader.read(files, (module, _modules, flags) => ({
      evaluations: flags.evaluations(module),
      branches: flags.branches(module),
      names: flags.carriers(module, keys),
    }));
    const next = new Set<string>();
    for (const { evaluations: some, branches: code, names } of found.values()) {
      for (const e of some) if (e.flag !== null && keys.has(e.flag)) evaluations.set(placeOf(e), e);
      for (const b of code)
        if (keys.has(b.guard.flag))
          branches.set(`${b.guard.flag}\0${b.guard.value}\0${b.location.file}\0${b.location.line}\0${b.location.column}`, b);
      for (const name of names) next.add(name);
    }
    words = [...next].filter((n) => !words.includes(n));
  }
  return { evaluations: [...evaluations.values()], branches: [...branches.values()], files: [...seen] };
}

const placeOf = (e: Evaluation): string => `${e.flag}\0${e.location.file}\0${e.location.line}\0${e.location.column}`;
