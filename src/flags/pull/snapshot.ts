/**
 * Snapshots of flag state: what each provider served when it was last asked, and since when as far as anybody knows.
 * Input: the snapshot before, the records of a pull. Output: the snapshot after. Pure.
 * Invariants: the provider's own date wins, unless it is older than the last time something else was seen; a value that
 * comes back after another starts anew; nobody who is pinned by name is named.
 */
import { compare } from '../../discover/words.ts';
import type { Blocker, EnvironmentState, FlagRecord, FlagTraits, FlagValue, SinceFrom } from '../types.ts';

export interface SnapshotFile {
  readonly snapshots: readonly Snapshot[];
}

/** What one project of one provider served. */
export interface Snapshot {
  /** Id of the source. */
  readonly provider: string;
  /** Empty where the provider has no projects, or all were asked for. */
  readonly project: string;
  /** ISO instant. */
  readonly takenAt: string;
  /** Whether every flag of the project is there. */
  readonly complete: boolean;
  readonly flags: readonly SnapshotFlag[];
}

export interface SnapshotFlag extends Omit<FlagTraits, 'provider'> {
  readonly environments: readonly SnapshotState[];
}

export interface SnapshotState extends ServedSince {
  readonly environment: string;
  readonly isProduction: boolean | null;
  readonly by: string | null;
  readonly blockers: readonly Blocker[];
  readonly sinceFrom: SinceFrom | null;
  /** What was served before, newest first. */
  readonly history: readonly Past[];
}

/** What was served before. */
export interface Past extends ServedSince {
  /** ISO instant: the last snapshot that saw it so. */
  readonly seen: string;
}

/** What is served from an instant on. */
export interface ServedSince {
  /** ISO instant; null: unknown. */
  readonly since: string | null;
  readonly serves: FlagValue | null;
  readonly variant: string | null;
  readonly percentage: number | null;
}

const maxHistory = 20;

/** The snapshot of a pull. */
export function snapshotOf(head: Omit<Snapshot, 'flags'>, records: readonly FlagRecord[], before: Snapshot | null): Snapshot {
  const known = new Map(before?.flags.map((flag) => [flag.key, flag]));
  const flags = records.map(({ provider: _, environments, ...traits }): SnapshotFlag => {
    const states = new Map(known.get(traits.key)?.environments.map((state) => [state.environment, state]));
    return {
      ...traits,
      needs: [...traits.needs].sort(compare),
      environments: environments
        .map((state) => followed(stateOf(state), states.get(state.environment) ?? null, before?.takenAt ?? null, head.takenAt))
        .sort((a, b) => compare(a.environment, b.environment)),
    };
  });
  return { ...head, flags: flags.sort((a, b) => compare(a.key, b.key)) };
}

/** The file with one snapshot in the place of the one of the same provider and project; the others as they are. */
export function withSnapshot({ snapshots }: SnapshotFile, snapshot: Snapshot): SnapshotFile {
  const others = snapshots.filter((one) => !isSamePlace(one, snapshot));
  return { snapshots: [...others, snapshot].sort((a, b) => compare(a.provider, b.provider) || compare(a.project, b.project)) };
}

export const isSamePlace = (a: Pick<Snapshot, 'provider' | 'project'>, b: Pick<Snapshot, 'provider' | 'project'>): boolean =>
  a.provider === b.provider && a.project === b.project;

/** A state as it is written: contexts pinned by name are people, and only their number counts. */
function stateOf({
  environment,
  isProduction,
  everyone,
  variant,
  percentage,
  by,
  contexts,
  blockers,
  since,
  sinceFrom,
}: EnvironmentState): SnapshotState {
  const pinned = [...contexts.values()].filter((value) => value !== everyone).length;
  const count: Blocker = { kind: 'target', detail: `${pinned} pinned by name` };
  return {
    environment,
    isProduction,
    serves: pinned > 0 ? null : everyone,
    variant,
    percentage,
    by,
    blockers: [...blockers, ...(pinned > 0 ? [count] : [])].map(({ kind, detail }) => ({ kind, detail: withoutPeople(detail) })),
    since,
    sinceFrom: since === null ? null : sinceFrom,
    history: [],
  };
}

/** Conditions may quote addresses of people. */
const withoutPeople = (text: string): string => text.replaceAll(/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, '…@…');

/** A state with what the snapshot before it knows: its history, and since when. */
function followed(state: SnapshotState, before: SnapshotState | null, lastTaken: string | null, takenAt: string): SnapshotState {
  const isSame = before !== null && served(before) === served(state);
  const history = before === null || lastTaken === null ? [] : isSame ? before.history : [pastOf(before, lastTaken), ...before.history];
  const [last] = history;
  // A date before something else was seen is the date of another change.
  const isOwn = state.since !== null && (last === undefined || state.since > last.seen);
  const since = isSame ? (before.since ?? takenAt) : takenAt;
  return { ...state, ...(isOwn ? {} : { since, sinceFrom: 'snapshot' }), history: history.slice(0, maxHistory) };
}

function pastOf({ since, serves, variant, percentage }: SnapshotState, seen: string): Past {
  return { since, seen, serves, variant, percentage };
}

/** What is served, as comparable text: why a flag is split says nothing of whether it is. */
const served = ({ serves, variant, percentage, by }: SnapshotState): string =>
  JSON.stringify(serves === null ? [null, percentage] : [serves, variant, by]);

/** A change between two snapshots, for people. */
export interface Change {
  readonly flag: string;
  readonly environment: string;
  /** null: it was not there. */
  readonly before: SnapshotState | null;
  /** null: it is there no more. */
  readonly after: SnapshotState | null;
}

/** Where something else is served than before, and which flags came and went. */
export function changesBetween(before: Snapshot | null, after: Snapshot): readonly Change[] {
  const [old, fresh] = [statesOf(before), statesOf(after)];
  const ids = [...new Set([...old.keys(), ...fresh.keys()])].sort(compare);
  return ids.flatMap((id) => {
    const [was, is] = [old.get(id), fresh.get(id)];
    const one = is ?? was;
    if (one === undefined || (was !== undefined && is !== undefined && served(was.state) === served(is.state))) return [];
    return [{ flag: one.flag, environment: one.state.environment, before: was?.state ?? null, after: is?.state ?? null }];
  });
}

function statesOf(snapshot: Snapshot | null): ReadonlyMap<string, { readonly flag: string; readonly state: SnapshotState }> {
  const states = snapshot?.flags.flatMap(({ key, environments }) =>
    environments.map((state) => [`${key}\0${state.environment}`, { flag: key, state }] as const),
  );
  return new Map(states);
}
