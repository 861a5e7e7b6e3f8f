import { describe, expect, test } from 'vitest';
import { type Decision, decide } from '../../src/flags/decision.ts';
import { combine } from '../../src/flags/state/combine.ts';
import { readCounts } from '../../src/flags/state/counts.ts';
import { environmentState, flagRecord } from '../../src/flags/state/record.ts';
import type { Evaluation, FlagValue } from '../../src/flags/types.ts';

const now = new Date('2026-03-01T00:00:00Z');
const config = { soakDays: 14, deadDays: 30, minimumAgeDays: null as number | null, permanentFlags: [] as string[] };
const evaluation = (fallback: FlagValue | null = null, provider = 'launchdarkly'): Evaluation => ({
  flag: 'f',
  keyFrom: 'text',
  sdk: 'test',
  provider,
  location: { file: 'a.ts', line: 1, column: 1, endLine: 1, endColumn: 2 },
  context: { kind: 'opaque' },
  fallback,
});
const served = (everyone: FlagValue | null, since: string | null, more: Parameters<typeof environmentState>[1] = {}) =>
  environmentState('production', {
    everyone,
    since: since === null ? null : `${since}T00:00:00.000Z`,
    sinceFrom: since === null ? null : 'audit',
    ...more,
  });
type Records = Parameters<typeof combine>[0];
const decided = (
  records: Records,
  evaluations: readonly Evaluation[] = [evaluation()],
  more: Partial<typeof config> & { complete?: string[]; counts?: string } = {},
) => {
  const { complete = [], counts, ...rest } = more;
  const read = counts === undefined ? undefined : readCounts(counts);
  if (read?.ok === false) throw new Error(read.problem);
  return say(decide('f', evaluations, { states: combine(records, [], read?.flags), complete, config: { ...config, ...rest }, now }));
};
const say = (d: Decision): string => {
  if (d.kind === 'live' || d.kind === 'blocked') return `${d.kind}: ${d.reasons.map((r) => `${r.code} (${r.text})`).join('; ')}`;
  return `${d.kind}${d.kind === 'dead' ? ` ${d.because}` : ''} ${d.value}${d.notes.map((n) => `; ${n.code}`).join('')}`;
};
const flag = (environment: ReturnType<typeof served>, traits: Parameters<typeof flagRecord>[3] = {}) =>
  flagRecord('f', 'launchdarkly', [environment], traits);

describe('a flag is', () => {
  test('stale when everybody has been served one value for the soak', () => {
    expect(decided([flag(served(true, '2026-02-01'))])).toBe('stale true');
    expect(decided([flag(served('blue', '2026-02-01'))])).toBe('stale blue');
    expect(decided([flag(served(true, '2026-02-20'))])).toBe('live: too-short (on for everyone for 9 of 14 days)');
    expect(decided([flag(served(true, null))])).toBe('live: undated (on for everyone since an unknown date)');
  });
  test('live while it is split, or its environments differ, or nothing is known', () => {
    expect(decided([flag(served(null, '2025-01-01', { percentage: 50, blockers: [{ kind: 'rollout', detail: '50 %' }] }))])).toBe(
      'live: split (at 50 %)',
    );
    expect(decided([flag(served(null, '2025-01-01', { blockers: [{ kind: 'target', detail: '3 users are targeted' }] }))])).toBe(
      'live: split (3 users are targeted)',
    );
    expect(decided([])).toBe('live: state-unknown (no flag file or snapshot has it)');
  });
  test('dead when it is off for long, archived, or gone from its provider', () => {
    expect(decided([flag(served(false, '2026-01-01'))])).toBe('dead off false');
    expect(decided([flag(served(false, '2026-02-10'))])).toBe('live: too-short (off for everyone for 19 of 30 days)');
    expect(decided([flag(served(null, null), { archived: true })], [evaluation(true)])).toBe('dead archived true');
    expect(decided([], [evaluation(false)], { complete: ['launchdarkly'] })).toBe('dead unknown false');
    expect(decided([], [evaluation(false), evaluation(true)], { complete: ['launchdarkly'] })).toBe('dead unknown null; defaults-differ');
    expect(decided([], [evaluation(false, '')], { complete: ['launchdarkly'] })).toContain('live: state-unknown');
    expect(decided([], [evaluation(false, 'unleash')], { complete: ['launchdarkly'] })).toContain('live: state-unknown');
  });
  test('blocked when it is meant to stay, though everybody is served one value', () => {
    expect(decided([flag(served(true, '2026-02-01'), { permanent: true })])).toBe('blocked: permanent (it is meant to stay)');
    expect(decided([flag(served(true, '2026-02-01'))], [evaluation()], { permanentFlags: ['f'] })).toContain('blocked: permanent');
  });
  test('blocked while a flag that is not due rests on it', () => {
    const child = (environment: ReturnType<typeof served>, needs = ['f']) => flagRecord('child', 'launchdarkly', [environment], { needs });
    const own = flag(served(true, '2026-02-01'));
    expect(decided([own, child(served(null, null))])).toBe('blocked: needed-by (`child` rests on it)');
    expect(decided([own, child(served(true, '2026-01-01'))])).toBe('stale true');
    const circle = flag(served(true, '2026-02-01'), { needs: ['child'] });
    expect(decided([circle, child(served(true, '2026-01-01'))])).toBe('stale true');
  });
  test('blocked while an evaluation may take the losing side', () => {
    const byUser = flag(served(true, '2026-02-01', { by: 'userId' }));
    const bare: Evaluation = { ...evaluation(), context: { kind: 'none' } };
    expect(decided([byUser], [evaluation(), bare])).toBe('blocked: keyless (evaluated without the bucketing key `userId`)');
    const pinned = flag(served(true, '2026-02-01', { contexts: new Map([['batch', false]]) }));
    expect(decided([pinned])).toBe('blocked: pinned (context batch is pinned to off)');
  });
  test('by its age only where the config asks for it', () => {
    const young = flag(served(true, '2026-02-01'), { createdAt: '2026-01-20T00:00:00.000Z' });
    expect(decided([young])).toBe('stale true');
    expect(decided([young], [evaluation()], { minimumAgeDays: 60 })).toBe('blocked: young (it is 40 days old, of 60)');
    expect(decided([flag(served(true, '2026-02-01'))], [evaluation()], { minimumAgeDays: 60 })).toBe('blocked: young (its age is unknown)');
  });
  test('kept by a losing evaluation within the soak, and by nothing else the counts say', () => {
    const own = [flag(served(true, '2026-02-01'))];
    const counts = (off: object) => JSON.stringify({ flags: { f: { on: { count: 9, last: '2026-02-28' }, off } } });
    expect(decided(own, [evaluation()], { counts: counts({ count: 1, last: '2026-02-20T10:00:00Z' }) })).toBe(
      'blocked: evaluated (evaluated as off on 2026-02-20)',
    );
    expect(decided(own, [evaluation()], { counts: counts({ count: 1, last: '2026-02-10' }) })).toBe('stale true');
    expect(decided(own, [evaluation()], { counts: counts({ count: 0 }) })).toBe('stale true');
    expect(decided([flag(served(true, null))], [evaluation()], { counts: counts({ count: 0 }) })).toContain('live: undated');
  });
  test('stale with a warning where the default of the code is the other value', () => {
    expect(decided([flag(served(true, '2026-02-01'))], [evaluation(false)])).toBe('stale true; default-differs');
  });
});

test('counts that cannot be read are a problem', () => {
  const problem = (text: string) => {
    const read = readCounts(text);
    return read.ok ? 'read' : read.problem;
  };
  expect(problem('{')).toBe('It is not valid JSON.');
  expect(problem('[]')).toBe('`flags` must be an object of flag keys.');
  expect(problem('{"flags":{"f":{"on":{"count":"9"}}}}')).toBe('`flags.f.on.count` must be a number, 0 or more.');
  expect(problem('{"flags":{"f":{"on":{"count":9}}}}')).toBe('`flags.f.on.last` must be the date of the last evaluation.');
});
