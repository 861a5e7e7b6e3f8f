/**
 * The pipeline of `dropgate flags pull`: asks one provider for the state of its flags and keeps it in the snapshot file.
 * Input: options and environment variables. Output: what was found, and what changed. Throws UsageError (PullError where
 * the provider is at fault); then the file is as it was.
 */
import path from 'node:path';
import { didYouMean } from './config/nearest.ts';
import { openRepository } from './discover/revisions.ts';
import { accessTo, type Variables, type Wanted, type WithApi } from './flags/pull/access.ts';
import { PullError } from './flags/pull/error.ts';
import { readSnapshotFile, writeSnapshotFile } from './flags/pull/file.ts';
import { asking, type Clock, type Limits, realClock } from './flags/pull/http.ts';
import { secretsOf } from './flags/pull/secrets.ts';
import { type Change, changesBetween, isSamePlace, type Snapshot, snapshotOf, withSnapshot } from './flags/pull/snapshot.ts';
import { writeSnapshots } from './flags/pull/written.ts';
import { loadSources } from './flags/sources.ts';
import type { FlagRecord } from './flags/types.ts';
import { UsageError } from './parse/errors.ts';

export interface PullOptions extends Wanted {
  readonly cwd: string;
  /** Id of the source: `launchdarkly`. */
  readonly provider: string;
  /** Where environment variables come from. */
  readonly variables: Variables;
  /** Snapshot file, relative to `cwd` (default: `.dropgate/flags.json` of the repository). */
  readonly out?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly onProgress?: ((stage: string) => void) | undefined;
  /** Told what the user should know before it happens. */
  readonly onNotice?: ((notice: string) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly limits?: Limits | undefined;
}

export interface Pulled {
  /** `Unleash`. */
  readonly title: string;
  readonly snapshot: Snapshot;
  /** Whether the provider was never asked before. */
  readonly isFirst: boolean;
  readonly changes: readonly Change[];
  /** The file, as shown. */
  readonly file: string;
  readonly outcome: 'written' | 'unchanged' | 'dry-run';
}

const defaultFile = path.join('.dropgate', 'flags.json');

/** A snapshot without news is written again after this long, to say that it still holds: often enough to trust it, seldom enough for history. */
const freshFor = 24 * 3_600_000;

export async function pull(options: PullOptions): Promise<Pulled> {
  const source = await sourceFor(options.provider);
  const access = accessTo(source, options, options.variables);
  const place = await placeOf(options);
  await readSnapshotFile(place.file, place.root, place.shown);
  if (access.hostFrom !== null) {
    const what = access.variable === null ? `${source.title} is asked` : `The token in ${access.variable} is sent to`;
    options.onNotice?.(`${what}${access.variable === null ? ' at' : ''} ${access.host} (from ${access.hostFrom}).`);
  }
  options.onProgress?.(`asking ${source.title}`);
  const clock = options.clock ?? realClock;
  const takenAt = new Date(clock.now()).toISOString();
  const { flags, complete } = await recordsOf(source, access, options, clock);
  const { text, snapshots } = await readSnapshotFile(place.file, place.root, place.shown);
  const head = { provider: source.id, project: access.given.project, takenAt, complete };
  const before = snapshots.find((one) => isSamePlace(one, head)) ?? null;
  if (flags.length === 0) throw emptied(source.title, before, place.shown);
  const snapshot = snapshotOf(head, flags, before);
  const found = { title: source.title, snapshot, isFirst: before === null, changes: changesBetween(before, snapshot), file: place.shown };
  if (text !== null && before !== null && isSame(before, snapshot)) return { ...found, outcome: 'unchanged' };
  if (options.dryRun === true) return { ...found, outcome: 'dry-run' };
  await writeSnapshotFile(place.file, place.root, place.shown, writeSnapshots(withSnapshot({ snapshots }, snapshot)));
  return { ...found, outcome: 'written' };
}

async function sourceFor(id: string): Promise<WithApi> {
  const sources = (await loadSources()).filter((one): one is WithApi => one.api !== null);
  const found = sources.find((one) => one.id === id);
  if (found !== undefined) return found;
  const ids = sources.map((one) => one.id);
  throw new UsageError(`There is no provider \`${id}\` to pull from.${didYouMean(id, ids)}`, `Providers: ${ids.join(', ')}.`);
}

async function placeOf({ cwd, out }: PullOptions): Promise<{ readonly file: string; readonly root: string; readonly shown: string }> {
  const repository = await openRepository(cwd, { all: true });
  repository.close();
  const root = repository.root ?? cwd;
  return out === undefined
    ? { file: path.join(root, defaultFile), root, shown: defaultFile }
    : { file: path.resolve(cwd, out), root, shown: out };
}

type Found = { readonly flags: readonly FlagRecord[]; readonly complete: boolean };

async function recordsOf(source: WithApi, access: ReturnType<typeof accessTo>, options: PullOptions, clock: Clock): Promise<Found> {
  const { api, title } = source;
  const now = new Date(clock.now());
  const target = {
    provider: title,
    host: access.host,
    isGiven: access.hostFrom !== null,
    variable: access.variable,
    perSecond: api.perSecond,
  };
  const { ask, close } = asking(target, secretsOf(access.secrets), clock, options.limits);
  try {
    const parts = await api.pull(ask, access.given);
    const read = source.read({ source: source.id, pulledAt: now.toISOString(), project: access.given.project, ...parts }, { now });
    if (read.ok) return { flags: read.flags, complete: read.complete.includes(source.id) };
    throw new PullError({
      provider: title,
      path: null,
      status: null,
      message: `${title} answered something that is not understood: ${read.problem}`,
      hint: 'Nothing was written. Check that the token is of the kind docs/flags.md names, and report it if it is.',
    });
  } finally {
    close();
  }
}

/** A token that lost its rights, or a project that does not exist, often looks like an empty one. */
function emptied(title: string, before: Snapshot | null, shown: string): PullError {
  const known = before === null ? '' : `, where \`${shown}\` has ${before.flags.length}`;
  return new PullError({
    provider: title,
    path: null,
    status: null,
    message: `${title} answered without a single flag${known}.`,
    hint: 'Nothing was written. Check --project, and what the token may see; if the project really is empty, there is nothing to keep.',
  });
}

/** Whether there is no news, and the snapshot before is recent. */
function isSame(before: Snapshot, after: Snapshot): boolean {
  const age = Date.parse(after.takenAt) - Date.parse(before.takenAt);
  if (!(age >= 0 && age < freshFor)) return false;
  const text = (snapshot: Snapshot): string => writeSnapshots({ snapshots: [{ ...snapshot, takenAt: after.takenAt }] });
  return text(before) === text(after);
}
