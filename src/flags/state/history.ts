/**
 * Since when a flag serves what it serves: from its file where that says so, else from the file's own history.
 * Input: records as read, and the versions of their file, newest first. Output: the records with `since`. Pure.
 * Invariants: the first version of a file is a lower bound, since what came before it is unknown; where history shows
 * another value after the `since` a file claims, history wins.
 */
import type { EnvironmentState, FlagRecord, Served } from '../types.ts';

export interface Version {
  readonly commit: string;
  /** ISO 8601. */
  readonly date: string;
  readonly text: string;
}

/**
 * The records, each environment with the instant since which it has been served as far as the file and its history tell.
 * `read` gives the records of a version; null for one that cannot be read: it says nothing about what was served, and is passed over.
 */
export function sinceFor(
  records: readonly FlagRecord[],
  history: readonly Version[],
  read: (text: string) => readonly FlagRecord[] | null,
): readonly FlagRecord[] {
  const versions = readVersions(history, read);
  return records.map((record) => ({
    ...record,
    createdAt: record.createdAt ?? firstSeen(record, versions),
    environments: record.environments.map((e) => ({ ...e, ...sinceOf(idOf(record, e), record, e, versions) })),
  }));
}

interface ReadVersion {
  readonly date: string;
  /** What each flag served in each environment, as comparable text. */
  readonly served: ReadonlyMap<string, string>;
}

function readVersions(history: readonly Version[], read: (text: string) => readonly FlagRecord[] | null): ReadVersion[] {
  const known = new Map<string, ReadVersion['served'] | null>();
  return history.flatMap(({ date, text }) => {
    let served = known.get(text);
    if (served === undefined) {
      const records = read(text);
      served = records === null ? null : new Map(records.flatMap((r) => r.environments.map((e) => [idOf(r, e), servedBy(r, e)] as const)));
      known.set(text, served);
    }
    const instant = Date.parse(date);
    return served === null || Number.isNaN(instant) ? [] : [{ date: new Date(instant).toISOString(), served }];
  });
}

/** The oldest version that has the flag: it is at least as old. */
const firstSeen = (record: FlagRecord, versions: readonly ReadVersion[]): string | null =>
  versions.findLast(({ served }) => record.environments.some((e) => served.has(idOf(record, e))))?.date ?? null;

type Since = Pick<Served, 'since' | 'sinceFrom'>;

function sinceOf(id: string, record: FlagRecord, state: EnvironmentState, versions: readonly ReadVersion[]): Since {
  const now = servedBy(record, state);
  const changed = versions.findIndex(({ served }) => served.get(id) !== now);
  const contrary = changed < 0 ? undefined : versions[changed];
  const first = versions.at(changed < 0 ? -1 : changed - 1);
  if (state.since !== null) {
    // The change away from the other value is what counts; before it, another value was served.
    const isOther = contrary?.served.has(id) === true || state.sinceFrom === 'file';
    // A file of one's own served what it said until it was edited; a date of the provider holds from the last version that saw otherwise.
    const isOwn = state.sinceFrom === 'file' && changed > 0;
    const until = contrary === undefined || !isOther ? null : isOwn ? (first?.date ?? null) : contrary.date;
    if (until === null || Date.parse(until) <= Date.parse(state.since)) return { since: state.since, sinceFrom: state.sinceFrom };
  }
  if (first === undefined || changed === 0) return { since: null, sinceFrom: null };
  return { since: first.date, sinceFrom: changed < 0 ? 'git-lower-bound' : 'git' };
}

const idOf = ({ provider, key }: FlagRecord, { environment }: EnvironmentState): string => `${provider}\0${key}\0${environment}`;

/** What a flag serves, as comparable text. */
function servedBy({ archived }: FlagRecord, { everyone, variant, percentage, by, contexts, blockers }: EnvironmentState): string {
  const pinned = [...contexts].sort(([a], [b]) => (a < b ? -1 : 1));
  const why = everyone === null ? blockers.map(({ kind, detail }) => `${kind} ${detail}`) : [];
  return JSON.stringify([everyone, variant, percentage, by, pinned, archived, why]);
}
