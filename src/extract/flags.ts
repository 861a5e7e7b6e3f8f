/**
 * What a study needs to know about flags: where they are evaluated, and what goes wrong there.
 * Input: the readers, what the change is about. Output: uses of the flags that matter.
 * Invariant: in a change only flags are looked for that are due, that guard what it touches, or that it begins to misuse.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { Config } from '../config/types.ts';
import type { Tree } from '../discover/tree.ts';
import { SOURCE } from '../discover/words.ts';
import { dueFlags } from '../flags/decision.ts';
import { type FlagUses, findAllFlagUses, findFlagUses, keysIn, mergedUses, NO_USES } from './evaluations.ts';
import type { FlagStates } from './flag-state.ts';
import { guardingAnything, newlyMisused, withContexts } from './misuses.ts';
import { flagPackages, type Readers } from './readers.ts';

export interface FlagQuestion {
  readonly states: FlagStates;
  readonly complete: readonly string[];
  readonly config: Config;
  readonly now: Date;
  /** Whether flags are asked about that guard no access to a schema. */
  readonly allFlags?: boolean | undefined;
}

/** Where head evaluates flags that may be due: by their state, or every flag where the whole repository is asked about. */
export async function usesOfFlags(question: FlagQuestion, tree: Tree, { base, head }: Readers): Promise<FlagUses> {
  if (base.length === 0 && !head.hasFlags) return NO_USES;
  if (base.length === 0) {
    const paths = (await tree.entries()).map((e) => e.path).filter((path) => SOURCE.test(path));
    return findAllFlagUses(head, await flagPackages(tree), paths, question.config);
  }
  const due = dueFlags(question);
  return due.size > 0 ? findFlagUses(due, head) : NO_USES;
}

export interface FlagsOfChange {
  readonly flagUses: FlagUses;
  /** Flags that the change begins to misuse, and that guard accesses to any object. */
  readonly schemaFlags: ReadonlySet<string>;
}

/** Adds the flags that guard these accesses, and those that the changed files begin to misuse; with `allFlags`, all that they evaluate. */
export async function flagsOfChange(
  due: FlagUses,
  accesses: readonly SchemaAccess[],
  changedFiles: ReadonlySet<string>,
  { allFlags }: FlagQuestion,
  readers: Readers,
): Promise<FlagsOfChange> {
  const { base, head } = readers;
  if (base.length === 0) return { flagUses: await withContexts(due, head), schemaFlags: new Set() };
  const begun = head.hasFlags ? await newlyMisused(readers, changedFiles) : new Set<string>();
  const evaluated = allFlags === true ? await keysIn(changedFiles, head) : [];
  const asked = new Set(due.evaluations.map((e) => e.flag));
  const guarding = accesses.flatMap((a) => a.guards.map((g) => g.flag));
  const keys = new Set([...guarding, ...begun, ...evaluated].filter((key) => !asked.has(key)));
  const flagUses = await withContexts(keys.size > 0 ? mergedUses(due, await findFlagUses(keys, head)) : due, head);
  return { flagUses, schemaFlags: await guardingAnything(begun, flagUses, head) };
}
