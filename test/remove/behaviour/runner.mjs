/**
 * The process that runs programs: `node runner.mjs plan.json answers.json`.
 * Each program is loaded anew for each run, so that what it evaluates at start-up sees the run's flags.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';
import vm from 'node:vm';

const [planFile, answersFile] = process.argv.slice(2);
const { installed, runs } = JSON.parse(readFileSync(planFile, 'utf8'));
const require = createRequire(join(installed, 'none.js'));
const limit = { timeout: 2_000 };
const scripts = new Map();
const call = new vm.Script('globalThis.called()');

/** Something that never ends is stopped; what is awaited has as long. */
function started(work) {
  globalThis.called = work;
  return call.runInThisContext(limit);
}

const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error('does not settle')), limit.timeout).unref());

async function outcomeOf({ code, flags, n }) {
  const lines = [];
  const log = (...values) => {
    if (lines.length < 10_000) lines.push(values.map((value) => (typeof value === 'string' ? value : inspect(value, { depth: 6 }))).join(' '));
  };
  // Flags nobody removes differ from input to input, so that both their branches run.
  globalThis.flagValue = (key) => (Object.hasOwn(flags, key) ? flags[key] : n % 2 === 1);
  globalThis.flagKeys = () => [...Object.keys(flags)];
  try {
    const module = { exports: {} };
    const script = scripts.get(code) ?? new vm.Script(`(function (require, module, exports) {${code}\n})`);
    scripts.set(code, script);
    const load = script.runInThisContext();
    started(() => load(require, module, module.exports));
    const result = await Promise.race([started(() => module.exports.run(log, n)), late()]);
    return { lines, result: inspect(result, { depth: 6, breakLength: Infinity }), error: null };
  } catch (error) {
    return { lines, result: '', error: error instanceof Error ? `${error.name}: ${error.message}` : inspect(error) };
  }
}

process.on('unhandledRejection', () => {});
const answers = {};
for (const run of runs) answers[run.id] = await outcomeOf(run);
writeFileSync(answersFile, JSON.stringify(answers));
process.exit(0);
