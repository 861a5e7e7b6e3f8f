/**
 * The behavioural bench of `dropgate remove`: every case of fixtures/removals for every value. The result does what the program
 * did, compiles, and a second removal finds nothing to do. Running the program is the oracle, not an expected text.
 * Cases that are not fully clean stand in behaviour/misses.json with the reason: one more, or one less, fails.
 * `node bench/removals/cases.mjs` prints the table.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeTemporaryFolders } from '../repository.ts';
import { readCases } from './behaviour/cases.ts';
import { judge, type Verdict } from './behaviour/judgement.ts';
import { examine } from './behaviour/originals.ts';

const cases = readCases();
const misses = JSON.parse(readFileSync(fileURLToPath(new URL('./behaviour/misses.json', import.meta.url)), 'utf8')) as Record<
  string,
  string
>;

afterAll(removeTemporaryFolders);

test('the cases compile, their flags are seen, and their values make a difference', async () => {
  expect(cases.length).toBeGreaterThanOrEqual(170);
  expect(await examine(cases)).toEqual([]);
}, 120_000);

describe('after the removal', () => {
  let verdicts: Verdict[] = [];
  beforeAll(async () => {
    verdicts = await judge(cases);
  }, 600_000);

  test('nothing is wrong', () => {
    expect(verdicts.length).toBeGreaterThan(cases.length);
    expect(verdicts.flatMap(({ name, value, wrong }) => wrong.map((text) => `${name} ${value}: ${text}`))).toEqual([]);
  });

  test('what is not fully clean is known', () => {
    const unclean = verdicts.filter((one) => one.unclean.length > 0);
    expect(
      unclean
        .filter(({ name, value }) => misses[`${name} ${value}`] === undefined)
        .map(({ name, value, unclean }) => `${name} ${value}: ${unclean.join(' · ')}`),
    ).toEqual([]);
    const found = new Set(unclean.map(({ name, value }) => `${name} ${value}`));
    expect(Object.keys(misses).filter((miss) => !found.has(miss))).toEqual([]);
  });

  test('at least 95 % are fully clean', () => {
    const clean = verdicts.filter((one) => one.wrong.length === 0 && one.unclean.length === 0);
    expect(clean.length / verdicts.length).toBeGreaterThanOrEqual(0.95);
  });
});
