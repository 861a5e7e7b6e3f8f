#!/usr/bin/env node
/**
 * The behavioural bench of `dropgate remove` (fixtures/removals), as a table.
 * usage: node bench/removals/cases.mjs [--only <part of a name>] [--original] [--diff] [--batch N]
 * `--original` runs the cases themselves: each compiles, its flag is seen, and its value makes a difference. `--diff` prints the changes.
 */
import './typescript.mjs';

const arg = (name) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? null : (process.argv[i + 1] ?? '');
};
const { readCases } = await import('../../test/remove/behaviour/cases.ts');
const { judge } = await import('../../test/remove/behaviour/judgement.ts');
const { examine } = await import('../../test/remove/behaviour/originals.ts');
const { diffsOf } = await import('../../test/remove/behaviour/diffs.ts');
const { tableOf } = await import('../../test/remove/behaviour/print.ts');
const { removeTemporaryFolders } = await import('../../test/repository.ts');

const only = arg('only');
const cases = readCases().filter(({ name }) => only === null || name.includes(only));
try {
  if (arg('original') !== null) {
    const problems = await examine(cases);
    console.log([`${cases.length} cases, ${problems.length} problems`, ...problems].join('\n'));
    process.exitCode = problems.length > 0 ? 1 : 0;
  } else {
    if (arg('diff') !== null) console.log(await diffsOf(cases));
    const verdicts = await judge(cases, Number(arg('batch') ?? cases.length));
    console.log(tableOf(verdicts));
    process.exitCode = verdicts.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
  }
} finally {
  removeTemporaryFolders();
}
