/**
 * Since when a flag serves what it serves: from the file where it says so, else from the file's own history.
 * Input: states as read, and the versions of their file, newest first. Output: the states with `since`. Pure.
 * Invariants: the first version of a file is a lower bound, since what came before it is unknown; where history shows
 * another value after the `since` a file claims, history wins.
 */
import type { FlagState } from '../types.ts';
import { readFlags } from './yaml.ts';

export interface Version {
  readonly commit: string;
  /** ISO 8601. */
  readonly date: string;
  readonly text: string;
}

/** The states, each with the instant since which it has been served as far as the file and its history tell. */
export function sinceFor(states: ReadonlyMap<string, FlagState>, history: readonly Version[]): ReadonlyMap<string, FlagState> {
  const versions = readVersions(history);
  return new Map([...states].map(([key, state]) => [key, withSince(state, versions)]));
}

interface ReadVersion {
  readonly date: string;
  readonly flags: ReadonlyMap<string, FlagState>;
}

/** A version that cannot be read says nothing about what was served, and is passed over. */
function readVersions(history: readonly Version[]): ReadVersion[] {
  const known = new Map<string, ReadonlyMap<string, FlagState> | null>();
  return history.flatMap(({ date, text }) => {
    let flags = known.get(text);
    if (flags === undefined) {
      const read = readFlags(text, '');
      flags = read.ok ? read.flags : null;
      known.set(text, flags);
    }
    const instant = Date.parse(date);
    return flags === null || Number.isNaN(instant) ? [] : [{ date: new Date(instant).toISOString(), flags }];
  });
}

function withSince(state: FlagState, versions: readonly ReadVersion[]): FlagState {
  const served = servedBy(state);
  const changed = versions.findIndex(({ flags }) => {
    const past = flags.get(state.key);
    return past === undefined || servedBy(past) !== served;
  });
  const contrary = changed < 0 ? undefined : versions[changed];
  const first = versions.at(changed < 0 ? -1 : changed - 1);
  if (state.since !== null) {
    // The change away from the other value is what counts; before it, another value was served.
    const until = contrary === undefined ? null : changed === 0 ? contrary.date : (first?.date ?? null);
    if (until === null || Date.parse(until) <= Date.parse(state.since)) return state;
  }
  if (first === undefined || changed === 0) return { ...state, since: null, sinceFrom: null };
  return { ...state, since: first.date, sinceFrom: changed < 0 ? 'git-lower-bound' : 'git' };
}

/** What a flag serves, as comparable text. */
function servedBy({ everyone, percentage, by, contexts, archived }: FlagState): string {
  const pinned = [...contexts].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([everyone, percentage, by, pinned, archived]);
}
