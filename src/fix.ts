/**
 * The pipeline of `dropgate check --fix`: check, remove the flags whose removal is proven to change no run, check again.
 * Input: what the user asked for. Output: the report on the result, with what was fixed. Effect: the work tree.
 * Invariants: only flags that the check reports are removed; of a flag that is not proven nothing is written.
 */
import { openRepository } from './discover/revisions.ts';
import { compare } from './discover/words.ts';
import { otherSettings } from './extract/flag-settings.ts';
import { findFlagSites } from './extract/flag-sites.ts';
import { decide } from './flags/decision.ts';
import type { FlagValue } from './flags/types.ts';
import { UsageError } from './parse/errors.ts';
import { asOnDisk, rootOf, writeChanges } from './remove/on-disk.ts';
import { obstacleOf, provenValue, type Verdict } from './remove/provable.ts';
import type { Removed } from './remove/types.ts';
import { flagFacts, remove, requireCleanTree } from './remove.ts';
import type { Fixed, Report, Unfixed } from './report/finding.ts';
import { type CheckOptions, check } from './run.ts';

/** Checks, and fixes what can be fixed. Throws UsageError for what the caller has to mend, before anything is written. */
export async function fix(options: CheckOptions): Promise<Report> {
  requireWorkTree(options);
  await requireCleanTree(options.cwd, 'Commit or stash them, so that what --fix does is a commit of its own.');
  const report = await check(options);
  const keys = dueIn(report);
  const verdicts = keys.length === 0 ? new Map<string, Verdict>() : await verdictsOn(keys, options);
  const fixed: Fixed[] = [];
  const unfixed: Unfixed[] = [];
  for (const [flag, verdict] of verdicts) {
    options.onProgress?.(`removing ${flag}`);
    const outcome = verdict.isProven ? await removed(flag, verdict.value, options) : verdict.reason;
    if (typeof outcome === 'string') unfixed.push({ flag, reason: outcome });
    else fixed.push(outcome);
  }
  return { ...(fixed.length === 0 ? report : await check(options)), fixed, unfixed };
}

function requireWorkTree({ head, staged }: CheckOptions): void {
  if (head === undefined && staged !== true) return;
  throw new UsageError(
    `--fix changes the work tree, and ${staged === true ? '--staged judges what is staged' : '--head judges a commit'}.`,
    'Commit what is staged or check out the revision, then: dropgate check --fix',
  );
}

/** The flags whose removal the check suggests. */
const dueIn = ({ findings }: Report): string[] => [
  ...new Set(findings.flatMap(({ stage, subject }) => (stage === 'clean-up' && subject.kind === 'flag' ? [subject.key] : []))),
];

/** What is proven of each flag, in the order of the keys. */
async function verdictsOn(keys: readonly string[], options: CheckOptions): Promise<ReadonlyMap<string, Verdict>> {
  const repository = await openRepository(options.cwd, { all: true });
  try {
    const { deciding, readerFor } = await flagFacts(repository, options);
    const reader = await readerFor(keys);
    const sites = await findFlagSites(new Set(keys), reader);
    const ofFlag = new Map(keys.map((key) => [key, sites.filter(({ evaluation }) => evaluation.flag === key)]));
    const evaluationsOf = (key: string) => (ofFlag.get(key) ?? []).map(({ evaluation }) => evaluation);
    const decisions = new Map(keys.map((key) => [key, decide(key, evaluationsOf(key), deciding)]));
    const values = new Map<string, FlagValue>();
    for (const [key, decision] of decisions) if ('value' in decision && decision.value !== null) values.set(key, decision.value);
    const settings = await otherSettings(values, reader);
    return new Map([...decisions].map(([key, decision]) => [key, provenValue(decision, ofFlag.get(key) ?? [], settings.get(key) ?? null)]));
  } finally {
    repository.close();
  }
}

/** Removes one flag from the work tree; or says why nothing of it was written. */
async function removed(flag: string, value: FlagValue, options: CheckOptions): Promise<Fixed | string> {
  const removal = await planned(flag, value, options);
  if (typeof removal === 'string') return removal;
  await writeChanges(options.cwd, removal.changes);
  const files = new Set(removal.rewritten.map(({ location }) => location.file));
  return { flag, value, evaluations: removal.rewritten.length, files: [...files].sort(compare) };
}

/** The removal, ready to be written; or what stands against it. */
async function planned(flag: string, value: FlagValue, { cwd, flags, config, now }: CheckOptions): Promise<Removed | string> {
  try {
    const removal = await remove({ cwd, keys: [flag], flags, config, now });
    if (removal.flags.some((one) => one.value !== value)) return 'the value that stays is another by now';
    const obstacle = obstacleOf(removal);
    if (obstacle === null) await asOnDisk(await rootOf(cwd), removal.changes);
    return obstacle ?? removal;
  } catch (error) {
    if (error instanceof UsageError) return error.message.replace(/\.$/, '');
    throw error;
  }
}
