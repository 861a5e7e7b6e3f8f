/** The walk against all that can happen: every rule that may match does or does not, every share is somebody's, every key is there or not. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everyone, type Outcome, type Rule } from '../../src/flags/state/everyone.ts';

const outcomes: readonly Outcome[] = [
  { value: true, variant: 'a' },
  { value: true, variant: 'b' },
  { value: false, variant: null },
  { value: null, variant: null },
];
const outcome = fc.oneof(
  { weight: 8, arbitrary: fc.constant(outcomes[0] as Outcome) },
  { weight: 2, arbitrary: fc.constantFrom(...outcomes) },
);
const target = fc.oneof({ weight: 4, arbitrary: outcome }, { weight: 1, arbitrary: fc.constant('next' as const) });
const rule: fc.Arbitrary<Rule> = fc
  .record({
    matches: fc.constantFrom('all', 'some', 'some', 'none'),
    shares: fc.array(fc.record({ to: target, percentage: fc.constantFrom(0, 50, 100) }), { maxLength: 2 }),
    by: fc.constantFrom(null, 'id', 'company'),
    unkeyed: fc.option(target, { nil: undefined }),
  })
  .map(({ unkeyed, ...rest }) => ({ kind: 'rule', name: 'a rule', ...rest, ...(unkeyed === undefined ? {} : { unkeyed }) }) as Rule);
const rules = fc.array(rule, { maxLength: 4 });

/** All that a context with these keys can be served. */
function possible([first, ...rest]: readonly Rule[], keys: ReadonlySet<string>): readonly Outcome[] {
  if (first === undefined) return [{ value: null, variant: null }];
  const { matches, shares, by, unkeyed } = first;
  if (matches === 'none') return possible(rest, keys);
  const isKeyed = unkeyed === undefined || typeof by !== 'string' || keys.has(by);
  const given = isKeyed ? shares.filter(({ percentage }) => percentage > 0).map(({ to }) => to) : [unkeyed];
  const served = (given.length === 0 ? [{ value: null, variant: null }] : given).flatMap((to) =>
    to === 'next' ? possible(rest, keys) : [to],
  );
  return matches === 'some' ? [...served, ...possible(rest, keys)] : served;
}

const sets = [[], ['id'], ['company'], ['id', 'company']].map((keys) => new Set(keys));

/** Whether whoever has a key (or, with null, everybody) is served just this. */
function isServed(list: readonly Rule[], value: unknown, by: string | null): boolean {
  return sets
    .filter((keys) => by === null || keys.has(by))
    .every((keys) => possible(list, keys).every((one) => one.value === value && value !== null));
}

test('everyone is served what all that can happen comes to, with the least key', () => {
  let claims = 0;
  fc.assert(
    fc.property(rules, (list) => {
      const walked = everyone(list);
      // That two rules ask for the same key is not put together: the claim is then for fewer, never for more.
      const isExact = !['id', 'company'].some((key) => list.filter(({ by, unkeyed }) => by === key && unkeyed !== undefined).length > 1);
      const known = [null, 'id', 'company'].flatMap((by) =>
        [true, false].filter((value) => isServed(list, value, by)).map((value) => ({ value, by })),
      );
      if (walked.everyone === null) {
        if (isExact) expect(known).toEqual([]);
        expect(walked.blockers.length).toBeGreaterThan(0);
        return;
      }
      claims += 1;
      expect(known).toContainEqual({ value: walked.everyone, by: walked.by });
      if (isExact && known.some(({ by }) => by === null)) expect(walked.by).toBe(null);
      const { variant, by } = walked;
      if (variant !== null)
        for (const keys of sets)
          if (by === null || keys.has(by)) expect(possible(list, keys).every((one) => one.variant === variant)).toBe(true);
    }),
    { numRuns: 5000, seed: 20_260_301 },
  );
  expect(claims).toBeGreaterThan(500);
});

test('a rule more for some never brings a value about', () => {
  fc.assert(
    fc.property(rules, rule, fc.nat(4), (list, added, at) => {
      const before = everyone(list);
      const after = everyone([...list.slice(0, at), { ...added, matches: 'some' }, ...list.slice(at)]);
      if (after.everyone !== null) expect(before.everyone).toBe(after.everyone);
    }),
    { numRuns: 3000, seed: 20_260_302 },
  );
});
