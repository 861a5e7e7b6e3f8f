import { describe, expect, test } from 'vitest';
import { carries, deadFor } from '../../src/flags/standing.ts';
import type { ContextKeys, FlagValue, Guard } from '../../src/flags/types.ts';
import { statesOf } from './states.ts';

const now = new Date('2026-03-01T00:00:00Z');
const location = { file: 'a.ts', line: 1, column: 1, endLine: 1, endColumn: 2 };
const user: ContextKeys = { kind: 'known', keys: ['key', 'id'], literalKey: null };
const guard = (value: FlagValue, context: ContextKeys = user): Guard => ({
  flag: 'f',
  value,
  equal: true,
  evaluation: { flag: 'f', sdk: 'x', provider: '', location, context, fallback: null },
});
const say = (text: string, side: Guard) => {
  const standing = deadFor(side, statesOf(`f: ${text}`).get('f'), now, 14);
  return standing.kind === 'dead' ? `dead since ${standing.since.slice(0, 10)} by ${standing.from}` : standing.reason;
};
const full = (rest = '') => `{ default: false, rollout: { by: user_id, percentage: 100 }, since: 2026-02-01${rest} }`;

describe('code under a guard', () => {
  test('is dead when everyone has been served the other side for the soak', () => {
    expect(say(full(), guard(false))).toBe('dead since 2026-02-01 by file');
    expect(say('{ default: false, rollout: { percentage: 0 }, since: 2026-02-01 }', guard(true))).toBe('dead since 2026-02-01 by file');
    expect(say('{ default: false, archived: true, since: 2026-02-01 }', guard(true))).toBe('dead since 2026-02-01 by file');
    expect(say('{ default: true, since: 2026-02-15 }', guard(false))).toBe('dead since 2026-02-15 by file');
  });
  test.each<[string, string, Guard]>([
    ['the flag is at 25 %', '{ default: false, rollout: { by: user_id, percentage: 25 } }', guard(false)],
    ['at 100 % for 3 of 14 days', '{ default: false, rollout: { by: user_id, percentage: 100 }, since: 2026-02-26 }', guard(false)],
    ['at 100 % for 0 of 14 days', '{ default: false, rollout: { by: user_id, percentage: 100 }, since: 2027-01-01 }', guard(false)],
    ['at 100 % since an unknown date', '{ default: false, rollout: { by: user_id, percentage: 100 } }', guard(false)],
    ['the flag is at 100 %', full(), guard(true)],
    ['context batch_processor is pinned to off', full(', contexts: { batch_processor: false }'), guard(false)],
    ['evaluated without the bucketing key `user_id`', full(), guard(false, { kind: 'none' })],
    ['evaluated without the bucketing key `user_id`', full(), guard(false, { kind: 'known', keys: ['plan'], literalKey: null })],
    ['state unknown: flags.yaml says on, the code compares with `red`', full(), guard('red')],
  ])('is alive: %s', (reason, text, side) => {
    expect(say(text, side)).toBe(reason);
  });
  test('is alive when nothing says what the flag serves', () => {
    expect(deadFor(guard(false), undefined, now, 14)).toMatchObject({
      kind: 'alive',
      reason: 'state unknown: no flag file or snapshot has it',
    });
  });
  test('a context pinned to the winning side, or that this evaluation cannot be, changes nothing', () => {
    expect(say(full(', contexts: { batch_processor: true }'), guard(false))).toContain('dead');
    expect(
      say(full(', contexts: { batch_processor: false }'), guard(false, { kind: 'known', keys: ['key'], literalKey: 'web' })),
    ).toContain('dead');
    expect(
      say(full(', contexts: { batch_processor: false }'), guard(false, { kind: 'known', keys: ['key'], literalKey: 'batch_processor' })),
    ).toContain('pinned');
  });
});

test('an evaluation carries the bucketing key by any usual spelling', () => {
  const known = (...keys: string[]): ContextKeys => ({ kind: 'known', keys, literalKey: null });
  expect(carries(known('userId'), 'user_id')).toBe(true);
  expect(carries(known('targetingKey'), 'userId')).toBe(true);
  expect(carries(known('Account-ID'), 'account_id')).toBe(true);
  expect(carries(known('key'), 'account_id')).toBe(false);
  expect(carries(known(), 'user_id')).toBe(false);
  expect(carries({ kind: 'opaque' }, 'anything')).toBe(true);
  expect(carries({ kind: 'none' }, 'user_id')).toBe(false);
});
