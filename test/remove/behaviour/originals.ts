/**
 * The cases before any removal: each must compile without a word, have its flag seen, and differ by its value.
 * Output: what is not so, in one line each.
 */
import { inventory } from '../../../src/inventory.ts';
import type { Case } from './cases.ts';
import { diagnose } from './diagnostics.ts';
import { bundle, execute, type Outcome } from './execution.ts';
import { idOf } from './judgement.ts';
import { makeWorkplace } from './workplace.ts';

const inputs = [0, 1, 2];

/** Problems of the cases themselves. */
export async function examine(cases: readonly Case[]): Promise<string[]> {
  const { root, files } = makeWorkplace(new Map(cases.flatMap((one) => [...one.files])));
  const bundled = await bundle(root, new Map(cases.map((one) => [one.name, one.entry])));
  const runs = cases.flatMap((one) => {
    const built = bundled.get(one.name);
    if (built === undefined || 'error' in built) return [];
    return one.values.flatMap((value) =>
      inputs.map((n) => ({ id: idOf(one.name, String(value), n), code: built.code, flags: { [one.key]: value }, n })),
    );
  });
  const outcomes = execute(runs);
  const { flags } = await inventory({ cwd: root });
  const seen = new Set(flags.filter(({ evaluations }) => evaluations.length > 0).map(({ key }) => key));
  const said = [...diagnose(root, files.keys())].flatMap(([file, { errors, unused }]) =>
    [...errors, ...unused].map((text) => `${file}: ${text}`),
  );
  return [
    ...said,
    ...cases.filter(({ key }) => !seen.has(key)).map(({ name, key }) => `${name}: the flag ${key} is not seen`),
    ...cases.flatMap((one) => {
      const built = bundled.get(one.name);
      if (built === undefined || 'error' in built) return [`${one.name}: ${built?.error}`];
      return problemsOf(one, outcomes);
    }),
    ...repeated(cases.map(({ key }) => key)).map((key) => `${key}: key of two cases`),
  ];
}

const repeated = (all: readonly string[]) => all.filter((one, i) => all.indexOf(one) !== i);

function problemsOf(one: Case, outcomes: ReadonlyMap<string, Outcome>): string[] {
  const texts = one.values.map((value) => inputs.map((n) => outcomes.get(idOf(one.name, String(value), n))));
  const isSame = new Set(texts.map((text) => JSON.stringify(text))).size < 2;
  const late = texts
    .flat()
    .filter((outcome) => /timed out|does not settle|is not a function|is not defined|Cannot read/.test(outcome?.error ?? ''));
  return [
    ...(isSame ? [`${one.name}: the flag makes no difference`] : []),
    ...late.slice(0, 1).map((outcome) => `${one.name}: ${outcome?.error}`),
  ];
}
