/**
 * Random programs with up to three flags: the removal keeps what they do, for every value; the order in which flags go makes no
 * difference; a second removal changes nothing. SEED and PROGRAMS choose others; a failing program is printed, made small.
 */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { removeTemporaryFolders } from '../repository.ts';
import { diagnose } from './behaviour/diagnostics.ts';
import { programFrom } from './behaviour/programs.ts';
import { benchOf, failuresOf, inTurn, shrunk, textsAfter, together } from './behaviour/trials.ts';

const seed = Number(process.env.SEED ?? 20260110);
const count = Number(process.env.PROGRAMS ?? 30);
const seeds = fc.sample(fc.integer(), { numRuns: count, seed });
const bench = benchOf(seeds.map((one, i) => programFrom(one, `flag-${i}`)));
/** Each order is six removals of all programs: fewer of them. */
const few = benchOf(bench.programs.slice(0, 10));
const limit = 900_000;

afterAll(removeTemporaryFolders);

test('the programs compile', () => {
  const found = [...diagnose(bench.place.root, bench.place.files.keys())].flatMap(([file, { errors }]) =>
    errors.map((text) => `${file} ${text}`),
  );
  expect(found.filter((text) => !text.includes(' TS7027 '))).toEqual([]);
});

const plans = [
  ['all on', together(true)],
  ['all off', together(false)],
  ['one after the other, of different values', inTurn([true, false, true], [0, 1, 2])],
] as const;

test.each(plans)(
  'a removal keeps what they do: %s',
  async (_, plan) => {
    const { texts, failures } = await failuresOf(bench, plan);
    const gone = bench.programs.filter((one, i) => one.keys.every((key) => !texts[i]?.includes(key)));
    expect(gone.length).toBeGreaterThan(count / 2);
    const [first] = failures;
    expect(first === undefined ? '' : `${failures.length} of ${count} fail; seed ${first.program.seed}: ${await shrunk(first, plan)}`).toBe(
      '',
    );
  },
  limit,
);

test.each([true, false])(
  'the order of the flags makes no difference: %s',
  async (value) => {
    const values = [value, value, value];
    const [all, up, down] = [
      await textsAfter(few, together(value)),
      await textsAfter(few, inTurn(values, [0, 1, 2])),
      await textsAfter(few, inTurn(values, [2, 1, 0])),
    ];
    const different = few.programs.flatMap((_, i) => (all.texts[i] === up.texts[i] && up.texts[i] === down.texts[i] ? [] : [i]));
    const shown = different
      .slice(0, 1)
      .map((i) => ['at once', all.texts[i], 'a, b, c', up.texts[i], 'c, b, a', down.texts[i]].join('\n---\n'));
    expect(`${different.length} differ\n${shown.join('')}`).toBe('0 differ\n');
  },
  limit,
);
