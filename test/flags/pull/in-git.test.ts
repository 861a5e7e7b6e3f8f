/** Snapshots as they lie in git: the dates of commits only count against the dates in them where they contradict. */
import { expect, test } from 'vitest';
import { type Snapshot, snapshotOf } from '../../../src/flags/pull/snapshot.ts';
import { writeSnapshots } from '../../../src/flags/pull/written.ts';
import source from '../../../src/flags/sources/snapshot.ts';
import { readState } from '../../../src/flags/state/document.ts';
import { sinceFor } from '../../../src/flags/state/history.ts';
import { environmentState, flagRecord } from '../../../src/flags/state/record.ts';
import type { FlagRecord } from '../../../src/flags/types.ts';

const day = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString();
const read = (text: string): readonly FlagRecord[] | null => {
  const state = readState(text, '.dropgate/flags.json', [source], new Date(day(30)));
  return state.ok ? state.flags : null;
};

/** Since when the last snapshot is believed, if each was committed on the day it was taken. */
function believed(...steps: readonly (readonly [taken: number, everyone: boolean, since: number | null])[]): string {
  let snapshot: Snapshot | null = null;
  const history: { commit: string; date: string; text: string }[] = [];
  for (const [taken, everyone, since] of steps) {
    const dated = since === null ? {} : { since: day(since), sinceFrom: 'audit' as const };
    const record = flagRecord('checkout', 'unleash', [environmentState('production', { everyone, ...dated })]);
    snapshot = snapshotOf({ provider: 'unleash', project: '', takenAt: day(taken), complete: true }, [record], snapshot);
    history.unshift({ commit: `c${taken}`, date: day(taken), text: writeSnapshots({ snapshots: [snapshot] }) });
  }
  const state = sinceFor(read(history[0]?.text ?? '') ?? [], history, read)[0]?.environments[0];
  return `${state?.since?.slice(0, 10)} ${state?.sinceFrom}`;
}

test('a change between two commits was when the provider says', () => {
  expect(believed([1, false, null], [8, true, 3], [15, true, 3])).toBe('2026-01-03 audit');
});
test('without a date of the provider it was when the snapshot first saw it', () => {
  expect(believed([1, false, null], [8, true, null], [15, true, null])).toBe('2026-01-08 snapshot');
});
test('a date of the provider that is older than a commit that saw otherwise is not believed', () => {
  expect(believed([1, true, 1], [8, false, 5], [15, true, 6])).toBe('2026-01-15 snapshot');
});
test('a date that was put into the file by hand is not believed where git saw otherwise', () => {
  const [off, on] = [false, true].map((everyone) => {
    const record = flagRecord('checkout', 'unleash', [environmentState('production', { everyone, since: day(1), sinceFrom: 'audit' })]);
    return writeSnapshots({
      snapshots: [snapshotOf({ provider: 'unleash', project: '', takenAt: day(2), complete: true }, [record], null)],
    });
  });
  const history = [
    { commit: 'b', date: day(20), text: on ?? '' },
    { commit: 'a', date: day(10), text: off ?? '' },
  ];
  expect(sinceFor(read(on ?? '') ?? [], history, read)[0]?.environments[0]).toMatchObject({ since: day(20), sinceFrom: 'git' });
});
