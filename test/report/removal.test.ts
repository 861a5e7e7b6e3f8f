/** What the removal report says: which flags, why, in which order, and what could not be shown. */
import { describe, expect, test } from 'vitest';
import { sizeOf } from '../../src/removal.ts';
import { renderRemovalJson } from '../../src/report/removal.ts';
import { flagState } from '../flags/states.ts';
import { at, branchAt, emailOrphan, evaluationAt, flagOf, reportOn, state } from './removal-facts.ts';

const only = (report: ReturnType<typeof reportOn>) => {
  expect(report.flags).toHaveLength(1);
  const [flag] = report.flags;
  if (flag === undefined) throw new Error('no flag');
  return flag;
};

describe('kinds', () => {
  test('one value for everybody, for the soak: stale, and ready', () => {
    expect(only(reportOn([flagOf(state)]))).toMatchObject({
      kind: 'stale',
      because: null,
      ready: true,
      value: true,
      heldDays: 29,
      ageDays: 90,
      blockers: [],
    });
  });

  test('off for long, archived, unknown to its provider: dead', () => {
    const off = flagState('off', { everyone: false, percentage: 0, since: '2025-11-01T00:00:00.000Z', sinceFrom: 'audit' });
    const archived = flagState('archived', { archived: true });
    const report = reportOn([
      flagOf(off),
      flagOf(archived),
      flagOf(null, { complete: ['featureflow'], evaluations: [evaluationAt('gone', 3, false)] }, 'gone'),
    ]);
    expect(report.flags.map(({ key, kind, because, value, ready }) => [key, kind, because, value, ready])).toEqual([
      ['off', 'dead', 'off', false, true],
      ['gone', 'dead', 'unknown', false, true],
      ['archived', 'dead', 'archived', null, false],
    ]);
  });

  test('one value for everybody, and something forbids the removal: blocked, with the reason and nothing next', () => {
    const child = flagState('child', { everyone: null, percentage: 30, needs: [state.key] });
    const step = { kind: 'remove-flag', text: 'Remove it', statements: [], places: [], state: 'next' } as const;
    const plan = { contract: [], byHand: [], verification: [], releases: [step] };
    const flag = only(reportOn([flagOf({ ...state, neededBy: ['child'] }, { others: [child] })], { plans: new Map([[state.key, plan]]) }));
    expect(flag).toMatchObject({ kind: 'blocked', ready: false, blockers: [{ code: 'needed-by', text: '`child` rests on it' }] });
    expect(flag.releases).toEqual([{ ...step, state: 'later' }]);
    expect(flag.timeline.find(({ status }) => status === 'now')?.stage).toBe('hold');
  });

  test('known to a source, evaluated nowhere: orphaned; archived too: nothing is left to do', () => {
    const report = reportOn([flagOf(state, { evaluations: [] }), flagOf(flagState('old', { archived: true }), { evaluations: [] })]);
    expect(only(report)).toMatchObject({ key: state.key, kind: 'orphaned', because: 'unevaluated', ready: false, objects: [] });
    expect(only(report).unproven).toEqual(['Other repositories were not looked at: one of them may evaluate it.']);
  });

  test('not held long enough, split, of unknown state, or meant to stay: not listed, and counted', () => {
    const young = flagState('young', { everyone: true, since: '2026-01-25T00:00:00.000Z', sinceFrom: 'git' });
    const split = flagState('split', { percentage: 30 });
    const kept = { ...state, key: 'kept', permanent: true };
    const report = reportOn([young, split, kept].map((one) => flagOf(one)).concat(flagOf(null, {}, 'stateless')));
    expect(report.flags).toEqual([]);
    expect(report.summary).toMatchObject({ ready: 0, live: 3, unknown: 1, permanent: 1, first: null });
  });
});

describe('what goes', () => {
  test('the branches that the value which stays never takes', () => {
    const branches = [
      branchAt(state.key, true, 10, 12),
      branchAt(state.key, false, 14, 18),
      branchAt(state.key, false, 16, 17),
      branchAt(state.key, false, 18, 20),
    ];
    const sources = new Map([['src/users.ts', Array.from({ length: 30 }, (_, i) => `    line ${i + 1}`)]]);
    const flag = only(reportOn([flagOf(state, { branches })], { sources }));
    expect(flag.branches.map(({ line, endLine, runs }) => [line, endLine, runs])).toEqual([
      [14, 18, 'off'],
      [16, 17, 'off'],
      [18, 20, 'off'],
    ]);
    expect(flag).toMatchObject({ branchLines: 7, files: 2 });
    expect(flag.branches[1]?.source).toEqual(['line 16', 'line 17']);
  });

  test('an archived flag that code is served on by default loses its off branches', () => {
    const archived = flagState('archived', { archived: true });
    const branches = [branchAt('archived', true, 10), branchAt('archived', false, 12)];
    const flag = only(reportOn([flagOf(archived, { branches, evaluations: [evaluationAt('archived', 5, true)] })]));
    expect(flag).toMatchObject({ value: true, branches: [{ line: 12, runs: 'off' }] });
  });

  test('secrets in the code of a branch are not shown', () => {
    const sources = new Map([['src/users.ts', ["connect('postgres://app:hunter2@db/app');"]]]);
    const report = reportOn([flagOf(state, { branches: [branchAt(state.key, false, 1)] })], { sources });
    expect(renderRemovalJson(report)).not.toContain('hunter2');
  });

  test('what stands first takes most with it; what cannot go yet comes last', () => {
    const small = { ...state, key: 'small' };
    const large = { ...state, key: 'large' };
    const schema = { ...state, key: 'schema' };
    const held = { ...state, key: 'held', neededBy: ['child'] };
    const child = flagState('child', { percentage: 30 });
    const report = reportOn([
      flagOf(held, { others: [child], branches: [branchAt('held', false, 1, 500)] }),
      flagOf(small, { branches: [branchAt('small', false, 1)] }),
      flagOf(large, { branches: [branchAt('large', false, 1, 20)] }),
      flagOf(schema, { branches: [branchAt('schema', false, 1)], orphans: [emailOrphan] }),
    ]);
    expect(report.flags.map(({ key }) => key)).toEqual(['schema', 'large', 'small', 'held']);
    expect(report.summary).toMatchObject({ ready: 3, blocked: 1, first: 'schema', branchLines: 22, objects: 1, removal: null });
  });

  test('sizes of removals are summed where all are known', () => {
    const size = { files: 2, deletedFiles: 1, linesRemoved: 40, linesAdded: 3, left: [] };
    const flags = [flagOf(state), flagOf({ ...state, key: 'other' })];
    const both = reportOn(flags, { sizes: new Map([state.key, 'other'].map((key) => [key, size])) });
    expect(both.summary.removal).toEqual({ linesRemoved: 80, linesAdded: 6, deletedFiles: 2 });
    const one = reportOn(flags, {
      sizes: new Map<string, typeof size | string>([
        ['other', size],
        [state.key, 'the code has no end'],
      ]),
    });
    expect(one.summary.removal).toBeNull();
    expect(one.flags.map(({ removal, unproven }) => [removal === null, unproven])).toEqual([
      [false, []],
      [true, ['What its removal changes was not worked out: the code has no end.']],
    ]);
  });

  test('a removal is measured in lines as a diff counts them', async () => {
    const changes = [
      { file: 'a.ts', before: 'one\ntwo\nthree\n', after: 'one\nTWO\n' },
      { file: 'b.ts', before: 'x\ny\n', after: null },
    ];
    expect(await sizeOf({ changes, left: [{ key: 'k', location: at('a.ts', 1), reason: 'dynamic' }] })).toEqual({
      files: 2,
      deletedFiles: 1,
      linesRemoved: 4,
      linesAdded: 1,
      left: [{ location: at('a.ts', 1), reason: 'dynamic' }],
    });
  });
});

describe('what could not be shown', () => {
  test('evaluations with a key that is not known may mean any flag', () => {
    expect(only(reportOn([flagOf(state)], { unknownKeys: [at('src/any.ts', 4)] })).unproven).toEqual([
      '1 evaluation has a key that is not known before the program runs, and may mean this flag.',
    ]);
  });

  test('without a state, objects are not claimed to be dead', () => {
    const gone = flagOf(
      null,
      { complete: ['featureflow'], guardsSchema: true, orphans: [emailOrphan], evaluations: [evaluationAt('gone', 3, false)] },
      'gone',
    );
    const flag = only(reportOn([gone]));
    expect(flag.objects).toEqual([]);
    expect(flag.unproven.join(' ')).toContain('Objects that become dead were not worked out');
  });

  test('what the side uses that an archived flag leaves code on is not claimed to be dead', () => {
    const archived = flagState('archived', { archived: true });
    const given = (fallback: boolean) => ({
      guardsSchema: true,
      orphans: [emailOrphan],
      evaluations: [evaluationAt('archived', 5, fallback)],
    });
    expect(only(reportOn([flagOf(archived, given(false))])).objects).toEqual([emailOrphan.object]);
    const on = only(reportOn([flagOf(archived, given(true))]));
    expect(on.objects).toEqual([]);
    expect(on.unproven.join(' ')).toContain('Objects that become dead were not worked out');
  });
});

test('the timeline dates what the facts know, and says what nothing shows', () => {
  const location = at('migrations/2_address.sql', 1);
  const address = { kind: 'column', table: 'user_emails', name: 'address' } as const;
  const table = { kind: 'table', table: 'user_emails', name: 'user_emails' } as const;
  const histories = [{ timeline: [{ type: 'create' as const, object: table, location, migration: '2' }] }];
  const sides = {
    on: [{ object: address, isRead: true, isWritten: true }],
    off: [{ object: emailOrphan.object, isRead: true, isWritten: false }],
  };
  const flag = flagOf(state, { sides, guardsSchema: true, orphans: [emailOrphan] });
  const dates = new Map([[location.file, '2025-11-02T00:00:00.000Z']]);
  const { timeline } = only(reportOn([flag], { histories, dates }));
  expect(timeline.map(({ stage, status, from, to }) => [stage, status, from?.slice(0, 10), to?.slice(0, 10)])).toEqual([
    ['expand', 'done', '2025-11-02', '2025-11-02'],
    ['dual-write', 'done', undefined, undefined],
    ['backfill', 'unseen', undefined, undefined],
    ['ramp', 'done', '2025-11-01', '2026-01-01'],
    ['hold', 'done', '2026-01-01', '2026-01-15'],
    ['clean-up', 'now', '2026-01-15', undefined],
    ['contract', 'ahead', undefined, undefined],
  ]);
});
