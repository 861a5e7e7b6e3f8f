/**
 * Seventeen situations every migration linter meets, in the order of docs/measured.md: each judged as a whole, by every rule.
 * `npm run bench` shows what another linter says to the same files.
 */
import { expect, test } from 'vitest';
import { loadRules } from '../src/rules.ts';
import { casesOf, reportOn } from './fixtures.ts';

const severityOf = new Map((await loadRules()).map((rule) => [rule.id, rule.severity]));
const cases = casesOf('situations');

test('all seventeen are there', () => {
  const numbers = new Set(cases.map(({ name }) => Number(name.slice(0, 2))));
  expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 17 }, (_, i) => i + 1));
});

test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
  const { findings } = await reportOn(one.scene);
  const expected = one.markers.map((m) => `${m.file}:${m.line} ${m.rule}:${m.severity ?? severityOf.get(m.rule) ?? 'no rule'}`);
  expect(findings.map((f) => `${f.file}:${f.line} ${f.rule}:${f.severity}`).sort()).toEqual(expected.sort());
});
