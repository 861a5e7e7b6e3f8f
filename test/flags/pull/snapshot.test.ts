/** The life of a snapshot: what it keeps, what it lets go, and since when. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesBetween, type Snapshot, snapshotOf, withSnapshot } from '../../../src/flags/pull/snapshot.ts';
import { readSnapshots, writeSnapshots } from '../../../src/flags/pull/written.ts';
import source from '../../../src/flags/sources/snapshot.ts';
import { environmentState, flagRecord } from '../../../src/flags/state/record.ts';
import type { EnvironmentState, FlagRecord } from '../../../src/flags/types.ts';

const day = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString();

type Served = Partial<Omit<EnvironmentState, 'environment'>>;
const on: Served = { everyone: true, percentage: 100 };
const off: Served = { everyone: false, percentage: 0 };
const half: Served = { percentage: 50, by: 'userId', blockers: [{ kind: 'rollout', detail: 'strategy 1 serves on to 50 % by userId' }] };

const record = (served: Served, key = 'checkout', environment = 'production'): FlagRecord =>
  flagRecord(key, 'unleash', [environmentState(environment, served)], { type: 'release' });

const take = (at: number, records: readonly FlagRecord[], before: Snapshot | null): Snapshot =>
  snapshotOf({ provider: 'unleash', project: 'default', takenAt: day(at), complete: true }, records, before);

/** Snapshots of one flag, one for each thing it serves, taken on the days given. */
function life(...steps: readonly (readonly [number, Served])[]): Snapshot {
  return steps.reduce<Snapshot | null>((before, [at, served]) => take(at, [record(served)], before), null) as Snapshot;
}

const stateIn = (snapshot: Snapshot) => snapshot.flags[0]?.environments[0];

describe('since, where the provider gives no date', () => {
  test('first seen: since then', () => {
    expect(stateIn(life([1, on]))).toMatchObject({ serves: true, since: day(1), sinceFrom: 'snapshot', history: [] });
  });
  test('the same again: since the first time', () => {
    expect(stateIn(life([1, on], [5, on], [9, on]))).toMatchObject({ since: day(1), sinceFrom: 'snapshot', history: [] });
  });
  test('something else: since it was seen, and what was before is kept', () => {
    expect(stateIn(life([1, off], [5, on]))).toMatchObject({
      serves: true,
      since: day(5),
      history: [{ since: day(1), serves: false, percentage: 0 }],
    });
  });
  test('a value that comes back starts anew', () => {
    expect(stateIn(life([1, on], [5, half], [9, on]))).toMatchObject({
      since: day(9),
      history: [
        { since: day(5), serves: null, percentage: 50 },
        { since: day(1), serves: true },
      ],
    });
  });
  test('another variant or another key is something else', () => {
    expect(stateIn(life([1, { ...on, variant: 'red' }], [5, { ...on, variant: 'blue' }]))?.since).toBe(day(5));
    expect(stateIn(life([1, on], [5, { ...on, by: 'userId' }]))?.since).toBe(day(5));
  });
  test('a flag that was gone and is back starts anew', () => {
    const gone = take(5, [record(off, 'other')], life([1, on]));
    expect(stateIn(take(9, [record(on)], gone))).toMatchObject({ since: day(9), history: [] });
  });
});

describe('since, where the provider gives a date', () => {
  const at = (number: number, served = on): Served => ({ ...served, since: day(number), sinceFrom: 'audit' });
  test('it wins, even when it moves on while nothing was seen to change', () => {
    expect(stateIn(life([10, on], [11, at(2)]))).toMatchObject({ since: day(2), sinceFrom: 'audit' });
    expect(stateIn(life([10, at(2)], [15, at(12)]))).toMatchObject({ since: day(12), sinceFrom: 'audit', history: [] });
  });
  test('of a change between two snapshots', () => {
    expect(stateIn(life([10, at(2, off)], [15, at(12)]))).toMatchObject({
      since: day(12),
      sinceFrom: 'audit',
      history: [{ since: day(2), serves: false }],
    });
  });
  test('a date before something else was seen is of another change, now and later', () => {
    expect(stateIn(life([10, off], [15, at(2)]))).toMatchObject({ since: day(15), sinceFrom: 'snapshot' });
    expect(stateIn(life([10, off], [15, at(2)], [20, at(2)]))).toMatchObject({ since: day(15), sinceFrom: 'snapshot' });
    expect(stateIn(life([10, off], [15, at(2)], [20, at(17)]))).toMatchObject({ since: day(17), sinceFrom: 'audit' });
  });
  test('when it gives none any more, what was known stays', () => {
    expect(stateIn(life([10, at(2)], [15, on]))).toMatchObject({ since: day(2), sinceFrom: 'snapshot' });
  });
});

test('no more than twenty earlier values are kept', () => {
  const steps = Array.from({ length: 30 }, (_, at) => [at + 1, at % 2 === 0 ? on : off] as const);
  const history = stateIn(life(...steps))?.history ?? [];
  expect([history.length, history[0]?.since, history.at(-1)?.since]).toEqual([20, day(29), day(10)]);
});

/** What each day served, and the day since which a snapshot may claim it: never earlier than the last change. */
test('since is never before the last time something else was seen', () => {
  const served = fc.constantFrom(on, off, half);
  const dated = fc.option(fc.integer({ min: 1, max: 40 }), { nil: null });
  fc.assert(
    fc.property(fc.array(fc.tuple(served, dated), { minLength: 1, maxLength: 25 }), (days) => {
      let before: Snapshot | null = null;
      let changed = 1;
      for (const [index, [value, date]] of days.entries()) {
        const now = index + 1;
        if (index > 0 && days[index - 1]?.[0] !== value) changed = now;
        const isPast = date !== null && date <= now;
        before = take(now, [record(isPast ? { ...value, since: day(date), sinceFrom: 'audit' } : value)], before);
        const since = stateIn(before)?.since ?? '';
        // Between two snapshots only the provider knows the day: after the last one that saw something else.
        if (changed > 1) expect(since > day(changed - 1)).toBe(true);
        expect(since <= day(now)).toBe(true);
      }
    }),
    { numRuns: 300, seed: 5 },
  );
});

describe('what is written', () => {
  const file = { snapshots: [life([1, off], [5, { ...on, by: 'userId', isProduction: true }])] };
  test('a line for each flag, each environment, each value before', () => {
    expect(writeSnapshots(file)).toBe(`{
  "version": 1,
  "snapshots": [
    {
      "provider": "unleash",
      "project": "default",
      "takenAt": "2026-01-05T00:00:00.000Z",
      "complete": true,
      "flags": [
        { "key": "checkout", "type": "release", "environments": [
          { "environment": "production", "isProduction": true, "serves": true, "percentage": 100, "by": "userId", "since": "2026-01-05T00:00:00.000Z", "sinceFrom": "snapshot", "history": [
            { "since": "2026-01-01T00:00:00.000Z", "seen": "2026-01-01T00:00:00.000Z", "serves": false, "percentage": 0 }
          ] }
        ] }
      ]
    }
  ]
}
`);
  });

  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const instant = fc.integer({ min: 0, max: 4e12 }).map((time) => new Date(time).toISOString());
  const value = fc.oneof(fc.boolean(), text);
  const state = fc.record({
    everyone: fc.option(value),
    variant: fc.option(text),
    percentage: fc.option(fc.double({ min: 0, max: 100, noNaN: true }).map((n) => n + 0)),
    by: fc.option(text),
    since: fc.option(instant),
    isProduction: fc.option(fc.boolean()),
    blockers: fc.array(fc.record({ kind: fc.constantFrom('rule', 'target', 'unknown'), detail: text }), { maxLength: 2 }),
  });
  const records = fc.uniqueArray(
    fc.tuple(
      fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '"', '\u2028')),
      fc.uniqueArray(fc.tuple(text, state), { maxLength: 3, selector: ([name]) => name }),
    ),
    { maxLength: 6, selector: ([key]) => key },
  );
  const drawn = records.map((flags) =>
    flags.map(([key, states]) =>
      flagRecord(
        key,
        'unleash',
        states.map(([name, { since, ...served }]) =>
          environmentState(name, { ...served, since, sinceFrom: since === null ? null : 'modified' } as Served),
        ),
      ),
    ),
  );
  test('is read as it was, whatever flags are called', () => {
    fc.assert(
      fc.property(drawn, drawn, (first, second) => {
        const written = { snapshots: [take(9, second, take(5, first, null))] };
        const text = writeSnapshots(written);
        expect(readSnapshots(JSON.parse(text))).toEqual({ ok: true, ...written });
        // What was read is written as what was pulled, whatever order its members have.
        const read = readSnapshots(JSON.parse(text));
        expect(read.ok && writeSnapshots(read)).toBe(text);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
  test('does not depend on the order in which the provider lists', () => {
    fc.assert(
      fc.property(drawn, (flags) => {
        const turned = [...flags].reverse().map((flag) => ({ ...flag, environments: [...flag.environments].reverse() }));
        expect(writeSnapshots({ snapshots: [take(5, turned, null)] })).toBe(writeSnapshots({ snapshots: [take(5, flags, null)] }));
      }),
      { numRuns: 100, seed: 8 },
    );
  });
  test('the parts of other providers and projects stay as they are', () => {
    const other = { ...file.snapshots[0], provider: 'statsig', project: '' } as Snapshot;
    const both = withSnapshot(withSnapshot(file, other), life([20, on]));
    expect(both.snapshots.map((one) => [one.provider, one.takenAt])).toEqual([
      ['statsig', day(5)],
      ['unleash', day(20)],
    ]);
  });
  test('nobody who is pinned is named, and a pin that differs is a reason', () => {
    const pinned = {
      ...on,
      contexts: new Map([['ada@example.org', false as const]]),
      blockers: [{ kind: 'rule' as const, detail: 'rule 1: email is ada@example.org' }],
    };
    const text = writeSnapshots({ snapshots: [life([1, pinned])] });
    expect(text).not.toContain('ada');
    expect(stateIn(life([1, pinned]))).toMatchObject({
      serves: null,
      blockers: [{ kind: 'rule' }, { kind: 'target', detail: '1 pinned by name' }],
    });
  });
});

describe('as a source of state', () => {
  const read = (document: unknown) => source.read(document, { now: new Date(day(30)) });
  const document = JSON.parse(writeSnapshots({ snapshots: [life([1, on])] })) as {
    version: number;
    snapshots: { complete: boolean; flags: Record<string, unknown>[] }[];
  };
  test('records are what the provider said', () => {
    expect(source.recognises(document)).toBe(true);
    const result = read(document);
    expect(result).toMatchObject({ ok: true, complete: ['unleash'] });
    expect(result.ok && result.flags).toEqual([record({ ...on, since: day(1), sinceFrom: 'snapshot' })]);
  });
  test('a provider is complete where all its projects are', () => {
    const snapshots = [...document.snapshots, { ...document.snapshots[0], project: 'b', complete: false }];
    expect(read({ version: 1, snapshots })).toMatchObject({ complete: [] });
  });
  test.each([
    ['a later version', { ...document, version: 2 }, 'Its version is 2'],
    ['no version', { snapshots: [] }, 'Its version is missing'],
    ['no flags', { version: 1, snapshots: [{ provider: 'a', project: '', takenAt: day(1) }] }, '`snapshots[0].flags` is not a list'],
    [
      'a number served',
      {
        version: 1,
        snapshots: [{ provider: 'a', project: '', takenAt: day(1), flags: [{ key: 'k', environments: [{ environment: '', serves: 1 }] }] }],
      },
      '`snapshots[0].flags[0].environments[0].serves` is not',
    ],
    [
      'nothing served',
      {
        version: 1,
        snapshots: [{ provider: 'a', project: '', takenAt: day(1), flags: [{ key: 'k', environments: [{ environment: '' }] }] }],
      },
      'serves` is not',
    ],
    ['no date', { version: 1, snapshots: [{ provider: 'a', project: '', takenAt: 'soon', flags: [] }] }, 'takenAt` is not a date'],
  ])('%s is a problem', (_, damaged, problem) => {
    const result = read(damaged);
    expect(result.ok ? 'read' : result.problem).toContain(problem);
  });
  test('anything at all is read or refused', () => {
    fc.assert(
      fc.property(fc.anything(), (snapshots) => {
        read({ version: 1, snapshots: [snapshots] });
        read(snapshots);
      }),
      { numRuns: 300, seed: 9 },
    );
  });
});

test('changes: what is served differently, what came, what went', () => {
  const before = take(1, [record(off), record(on, 'gone'), record(on, 'same')], null);
  const after = take(2, [record(on), record(on, 'fresh'), record({ ...on, since: day(2) }, 'same')], before);
  expect(changesBetween(before, after).map((c) => [c.flag, c.before?.serves ?? null, c.after?.serves ?? null])).toEqual([
    ['checkout', false, true],
    ['fresh', null, true],
    ['gone', true, null],
  ]);
});
