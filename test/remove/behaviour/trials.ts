/**
 * Removes flags from many programs at once and says which of them came out wrong.
 * Input: programs. Output: failures, one line each with the program's seed. Nothing is thrown for a program.
 */
import type { FlagValue } from '../../../src/flags/types.ts';
import { added, diagnose } from './diagnostics.ts';
import { bundle, execute, type Run } from './execution.ts';
import { differenceOf, idOf, removeAll } from './judgement.ts';
import { type Program, smaller, textOf } from './programs.ts';
import { apply, makeWorkplace, reset, type Workplace, written } from './workplace.ts';

export interface Failure {
  readonly program: Program;
  readonly what: string;
}

/** Flags in the order in which they go, with the values they keep: each step is one removal. */
export type Plan = readonly { readonly flags: readonly number[]; readonly value: FlagValue }[];

const inputs = [0, 1, 2];

/** `a` and `b` and `c` at once, one after the other, and the other way round. */
export const together = (value: FlagValue): Plan => [{ flags: [0, 1, 2], value }];
export const inTurn = (values: readonly FlagValue[], order: readonly number[]): Plan =>
  order.map((flag) => ({ flags: [flag], value: values[flag] ?? true }));

const fileOf = (i: number) => `src/p${i}/main.ts`;

export interface Bench {
  readonly programs: readonly Program[];
  readonly place: Workplace;
}

export function benchOf(programs: readonly Program[]): Bench {
  return { programs, place: makeWorkplace(new Map(programs.map((one, i) => [fileOf(i), textOf(one)]))) };
}

/** The programs' texts after the plan; null where a removal threw. The work tree is as before afterwards. */
export async function textsAfter({ programs, place }: Bench, plan: Plan): Promise<{ texts: string[]; failures: Failure[] }> {
  const failures: Failure[] = [];
  for (const { flags, value } of [...plan, ...plan]) {
    const keys = programs.flatMap((one) => flags.flatMap((flag) => one.keys[flag] ?? []));
    const { changes, thrown } = await removeAll(place.root, keys, value);
    for (const program of programs)
      for (const key of program.keys) if (thrown.has(key)) failures.push({ program, what: `removal threw: ${thrown.get(key)}` });
    apply(place.root, changes);
  }
  const texts = programs.map((_, i) => written(place.root, fileOf(i)) ?? '');
  reset(place);
  return { texts, failures };
}

/** What a plan does wrong to the programs: other behaviour, new diagnostics, text that does not build. */
export async function failuresOf(bench: Bench, plan: Plan): Promise<{ texts: string[]; failures: Failure[] }> {
  const { programs, place } = bench;
  const before = programs.map(textOf);
  const { texts, failures } = await textsAfter(bench, plan);
  const results = makeWorkplace(new Map(texts.map((text, i) => [fileOf(i), text])));
  const files = programs.map((_, i) => fileOf(i));
  const [old, now] = [diagnose(place.root, files), diagnose(results.root, files)];
  const entries = new Map(files.map((file, i) => [String(i), file]));
  const [built, rebuilt] = [await bundle(place.root, entries), await bundle(results.root, entries)];
  const runs = programs.flatMap((program, i): Run[] =>
    [
      { when: 'before', code: built.get(String(i)) },
      { when: 'after', code: rebuilt.get(String(i)) },
    ].flatMap(({ when, code }) =>
      code !== undefined && 'code' in code
        ? inputs.map((n) => ({ id: idOf(String(i), when, n), code: code.code, flags: valuesOf(program, plan), n }))
        : [],
    ),
  );
  const outcomes = execute(runs);
  for (const [i, program] of programs.entries()) {
    const code = rebuilt.get(String(i));
    if (before[i] === undefined || code === undefined || 'error' in code) {
      failures.push({ program, what: `does not build: ${code !== undefined && 'error' in code ? code.error : 'gone'}` });
      continue;
    }
    const difference = inputs.map((n) =>
      differenceOf(outcomes.get(idOf(String(i), 'before', n)), outcomes.get(idOf(String(i), 'after', n))),
    );
    const first = difference.findIndex((one) => one !== null);
    if (first >= 0) failures.push({ program, what: `run(log, ${first}) ${difference[first]}` });
    const more = added(old.get(fileOf(i))?.errors ?? [], now.get(fileOf(i))?.errors ?? []);
    if (more.length > 0) failures.push({ program, what: `new diagnostic: ${more[0]}` });
  }
  return { texts, failures };
}

function valuesOf({ keys }: Program, plan: Plan): Record<string, FlagValue> {
  return Object.fromEntries(
    plan.flatMap(({ flags, value }) => flags.flatMap((flag) => (keys[flag] === undefined ? [] : [[keys[flag], value]]))),
  );
}

/** A small program that still fails, with what becomes of it. */
export async function shrunk({ program }: Failure, plan: Plan, tries = 40): Promise<string> {
  let current = program;
  let left = tries;
  for (let found = true; found && left > 0; ) {
    found = false;
    for (const statements of smaller(current.statements)) {
      if (left-- <= 0) break;
      const candidate = { ...current, statements };
      const bench = benchOf([candidate]);
      if ((diagnose(bench.place.root, [fileOf(0)]).get(fileOf(0))?.errors ?? []).some((text) => !text.startsWith('TS7027'))) continue;
      if ((await failuresOf(bench, plan)).failures.length === 0) continue;
      current = candidate;
      found = true;
      break;
    }
  }
  const { texts, failures } = await failuresOf(benchOf([current]), plan);
  return `${JSON.stringify(plan)} ${failures[0]?.what}\n${textOf(current)}\n--- became\n${texts[0]}`;
}
