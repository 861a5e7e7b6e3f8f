import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SchemaAccess } from '../../src/access/types.ts';
import type { Evaluation, FlagState, Guard } from '../../src/flags/types.ts';
import { judge, type Verdict } from '../../src/link/verdict.ts';
import type { Routine } from '../../src/schema/types.ts';
import { flagState } from '../flags/states.ts';

const location = { file: 'src/a.ts', line: 1, column: 1, endLine: 1, endColumn: 2 };
const evaluation: Evaluation = {
  flag: 'f',
  keyFrom: 'text',
  sdk: 'test',
  provider: '',
  location,
  context: { kind: 'known', keys: ['user_id'], literalKey: null },
  fallback: null,
};
const on: Guard = { flag: 'f', value: true, equal: true, evaluation };
const off: Guard = { flag: 'f', value: false, equal: true, evaluation };
const keyless: Guard = { ...off, evaluation: { ...evaluation, context: { kind: 'known', keys: ['tenant'], literalKey: null } } };

const access = (more: Partial<SchemaAccess> = {}): SchemaAccess => ({
  database: 'db',
  kind: 'read',
  table: 'users',
  column: 'email',
  how: 'named',
  confidence: 'high',
  operation: 'SQL SELECT',
  layer: 'sql',
  location,
  scope: 'f',
  guards: [],
  ...more,
});
const implicit = access({ how: 'implicit', column: null, columns: ['email'], layer: 'prisma' });
const vague = access({ confidence: 'low', how: 'implicit', column: null, columns: ['email'] });
const view: Routine = {
  kind: 'view',
  name: 'v',
  table: null,
  columns: [],
  uses: [{ table: 'users', column: 'email', enforced: true }],
  location,
};

const now = new Date('2026-02-01T00:00:00Z');
const state = (more: Partial<FlagState>): FlagState =>
  flagState('f', { by: 'user_id', fallback: false, since: '2026-01-01T00:00:00.000Z', sinceFrom: 'file', ...more });
const at = (percentage: number, more: Partial<FlagState> = {}): FlagState =>
  state({ percentage, everyone: percentage === 100 ? true : percentage === 0 ? false : null, ...more });

interface Facts {
  readonly base?: readonly SchemaAccess[];
  readonly head?: readonly SchemaAccess[];
  readonly dependents?: readonly Routine[];
  readonly flag?: FlagState;
}

const verdict = ({ base = [], head = [], dependents = [], flag }: Facts): Verdict['kind'] =>
  judge({ base, head, dependents, states: new Map(flag ? [['f', flag]] : []), now, soakDays: 14 }).kind;

describe('the first row that matches decides', () => {
  test.each<[string, Facts, Verdict['kind']]>([
    ['nothing uses it', {}, 'silent'],
    ['head uses it', { head: [access()], base: [access()] }, 'dangling'],
    ['head uses it behind a flag that is off for everybody', { head: [access({ guards: [on] })], flag: at(0) }, 'dangling'],
    ['a view uses it', { dependents: [view] }, 'dangling'],
    ['base uses it', { base: [access()] }, 'coupled'],
    ['base uses it in a branch that is alive and outside of any', { base: [access({ guards: [off] }), access()], flag: at(25) }, 'coupled'],
    ['base uses it on the winning side', { base: [access({ guards: [on] })], flag: at(100) }, 'coupled'],
    ['base uses it on the side that is ramped up', { base: [access({ guards: [on] })], flag: at(25) }, 'coupled'],
    ['the losing side at 25 %', { base: [access({ guards: [off] })], flag: at(25) }, 'premature'],
    [
      'the losing side at 100 % for three days',
      { base: [access({ guards: [off] })], flag: at(100, { since: '2026-01-29T00:00:00.000Z' }) },
      'premature',
    ],
    [
      'the losing side at 100 % since nobody knows when',
      { base: [access({ guards: [off] })], flag: at(100, { since: null, sinceFrom: null }) },
      'premature',
    ],
    [
      'the losing side, and a context pinned to it',
      { base: [access({ guards: [off] })], flag: at(100, { contexts: new Map([['batch', false]]) }) },
      'premature',
    ],
    [
      'the losing side, asked without the bucketing key',
      { base: [access({ guards: [keyless] })], flag: at(100, { by: 'account' }) },
      'premature',
    ],
    ['a side of a flag of which nothing is known', { base: [access({ guards: [on] })] }, 'premature'],
    [
      'the new side given up yesterday',
      { base: [access({ guards: [on] })], flag: at(0, { since: '2026-01-31T00:00:00.000Z' }) },
      'premature',
    ],
    ['the losing side, dead for the soak', { base: [access({ guards: [off] })], flag: at(100) }, 'dead-branch'],
    ['the new side, given up for the soak', { base: [access({ guards: [on] })], flag: at(0) }, 'dead-branch'],
    ['the new side of an archived flag', { base: [access({ guards: [on] })], flag: at(0, { archived: true, by: null }) }, 'dead-branch'],
    ['dead under one of two flags', { base: [access({ guards: [off, { ...on, flag: 'other' }] })], flag: at(100) }, 'dead-branch'],
    ['an ORM sends it', { base: [implicit] }, 'mapped'],
    ['an ORM sends it in a branch dead for the soak', { base: [{ ...implicit, guards: [off] }], flag: at(100) }, 'dead-branch'],
    ['a name beats a mapping', { base: [implicit, access()] }, 'coupled'],
    ['only vague uses', { base: [vague] }, 'uncertain'],
    ['vague uses at head are no proof', { head: [vague] }, 'silent'],
  ])('%s', (_, facts, expected) => {
    expect(verdict(facts)).toBe(expected);
  });
});

test('fourteen days to the minute', () => {
  const held = (since: string): Verdict['kind'] => verdict({ base: [access({ guards: [off] })], flag: at(100, { since }) });
  expect(held('2026-01-18T00:00:00.000Z')).toBe('dead-branch');
  expect(held('2026-01-18T00:00:01.000Z')).toBe('premature');
});

test('more evidence never makes a verdict milder, and order says nothing', () => {
  const order: readonly Verdict['kind'][] = ['silent', 'uncertain', 'dead-branch', 'mapped', 'premature', 'coupled', 'dangling'];
  const use = fc.constantFrom(
    access(),
    access({ guards: [on] }),
    access({ guards: [off] }),
    access({ guards: [keyless] }),
    implicit,
    { ...implicit, guards: [off] },
    vague,
  );
  const flag = fc.constantFrom(
    undefined,
    at(0),
    at(25),
    at(100),
    at(100, { since: '2026-01-31T00:00:00.000Z' }),
    at(0, { archived: true }),
  );
  fc.assert(
    fc.property(fc.array(use, { maxLength: 5 }), use, flag, (base, more, state) => {
      const facts = (uses: readonly SchemaAccess[]): Facts => ({ base: uses, ...(state && { flag: state }) });
      const before = order.indexOf(verdict(facts(base)));
      expect(order.indexOf(verdict(facts([...base, more])))).toBeGreaterThanOrEqual(before);
      expect(verdict(facts([...base].reverse()))).toBe(verdict(facts(base)));
      expect(verdict({ ...facts(base), head: [access()] })).toBe('dangling');
    }),
  );
});
