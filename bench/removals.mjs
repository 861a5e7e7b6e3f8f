#!/usr/bin/env node
/**
 * Replays commits that removed one flag each (bench/removals/unleash.txt, force.txt): at the parent, `dropgate remove` with the value
 * the commit kept, each file compared with the human's by normalised syntax tree (bench/removals/normal.mjs says what is not told apart).
 * usage: node bench/removals.mjs --mirror DIR [--list unleash] [--cli bin/dropgate.js] [--only sha,…] [--half odd|even] [--jobs 2] [--types]
 *        [--diff sha] [--values] [--json FILE] [--from FILE] [--clones DIR] [--ground-truth FILE]
 * --mirror holds `<owner>+<name>/repo` bare clones. `--half`: odd lines of the list were looked at while the engine was written, even
 * ones not. `--types` compares the compiler's word too. `--values` writes the values found to the list.
 * `--json` keeps the results, `--from` prints what was kept (with `--diff`: the differences of each file) instead of running.
 * `--ground-truth` runs the removals of that list in other repositories: no crash, no file that cannot be parsed.
 * Exit 1: a file cannot be parsed, a run crashed, or a diagnostic is new.
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { lineOf, summary } from './removals/report.mjs';

const arg = (name, fallback = null) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? fallback : (process.argv[i + 1] ?? '');
};
const list = path.join(import.meta.dirname, 'removals', `${arg('list', 'unleash')}.txt`);
const listed = fs.readFileSync(list, 'utf8').trim().split('\n');
/** `# Commits of owner/name that …` */
const repository = /^# Commits of (\S+) /.exec(listed[0])?.[1];
const mirror = arg('mirror', process.env.MIRROR);
const clones = arg('clones') ?? fs.mkdtempSync(path.join(os.tmpdir(), 'removals-'));

const rows = listed
  .filter((line) => !line.startsWith('#'))
  .map((line, i) => ({
    repo: repository,
    i,
    ...Object.fromEntries(line.split(' ').map((word, at) => [['sha', 'key', 'value'][at], word])),
  }));

/** Flag removals of other repositories, from the list of the ground truth. */
function elsewhere(file) {
  const all = JSON.parse(fs.readFileSync(file, 'utf8')).flagRemovals.filter(({ repo }) => repo !== 'Unleash/unleash');
  return all.flatMap(({ repo, sha, flag, otherFlags, keptValue }, i) =>
    [flag, ...(otherFlags ?? [])].map((key) => ({ repo, i, sha, key, value: keptValue === false ? 'off' : 'on' })),
  );
}

function wanted() {
  if (arg('ground-truth') !== null) return elsewhere(arg('ground-truth'));
  const only = (arg('only') ?? arg('diff'))?.split(',');
  if (only) return rows.filter(({ sha }) => only.some((one) => one.startsWith(sha) || sha.startsWith(one)));
  const half = arg('half');
  return half === null ? rows : rows.filter(({ i }) => (i % 2 === 0) === (half === 'odd'));
}

/** Code and settings: a stored clone may lack pictures. */
const checkedOut = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'json', 'yml', 'yaml', 'sql', 'snap', 'md'].map(
  (ending) => `*.${ending}`,
);

/** A work tree of its own for each job: changing to a commit nearby costs a second. */
function cloneFor(job, repo) {
  const folder = path.join(clones, `${repo.replace('/', '+')}-${job}`);
  if (!fs.existsSync(folder)) {
    const source = path.join(mirror, repo.replace('/', '+'), 'repo');
    const run = spawnSync('git', ['clone', '--quiet', '--shared', '--no-checkout', source, folder], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    spawnSync('git', ['config', 'core.sparseCheckout', 'true'], { cwd: folder });
    fs.writeFileSync(path.join(folder, '.git', 'info', 'sparse-checkout'), `${checkedOut.join('\n')}\n`);
  }
  return folder;
}

function replay({ repo, sha, key }, value, job) {
  const script = path.join(import.meta.dirname, 'removals', 'commit.mjs');
  const flags = [...(arg('types') === null ? [] : ['--types']), ...(arg('diff') === null && arg('json') === null ? [] : ['--texts'])];
  const args = [
    script,
    '--clone',
    cloneFor(job, repo),
    '--commit',
    sha,
    '--key',
    key,
    '--value',
    value,
    '--cli',
    arg('cli', 'bin/dropgate.js'),
    ...flags,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      else reject(new Error(`${sha} ${value}: exit ${code}`));
    });
  });
}

const exactCalls = ({ files }) =>
  files.filter((one) => one.use === 'call' && one.isExact).length * 1000 + files.filter((one) => one.isExact).length;

/** The run with the value the commit kept; where that is not known, `on` where it gives a file of the human's, else the better of both. */
async function best(row, job) {
  if (row.value !== '?') return await replay(row, row.value, job);
  const on = await replay(row, 'on', job);
  if (on.files.some((one) => one.use === 'call' && one.isExact)) return on;
  const off = await replay(row, 'off', job);
  return exactCalls(off) > exactCalls(on) ? off : on;
}

const results = [];
const queue = [...wanted()];
const kept = arg('from') === null ? null : JSON.parse(fs.readFileSync(arg('from'), 'utf8'));

function keep(result) {
  results.push(result);
  console.log(lineOf(result));
  if (arg('json') !== null) fs.writeFileSync(arg('json'), JSON.stringify(results, null, 1));
}

async function work(job) {
  for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
    try {
      keep({ i: row.i, ...(await best(row, job)) });
    } catch (error) {
      console.log(`${row.sha} ${row.key}: ${error.message}`);
      process.exitCode = 1;
    }
  }
}

if (kept === null) await Promise.all(Array.from({ length: Number(arg('jobs', '2')) }, (_, job) => work(job)));
else for (const result of kept.filter(({ sha }) => queue.some((row) => row.sha === sha))) keep(result);
results.sort((a, b) => a.i - b.i);

if (arg('diff') !== null) {
  for (const { sha, key, value, files, left, extra, diagnostics } of results) {
    console.log(`\n##### ${sha} ${key} ${value}`);
    for (const one of files.filter(({ isExact, status }) => !isExact && status !== 'A')) {
      const title = `${one.file} (${one.status}, ${one.kind}, ${one.use})`;
      if (one.human === null || one.ours === null)
        console.log(`\n=== ${title}: human ${one.human === null ? 'deletes' : 'keeps'}, we ${one.ours === null ? 'delete' : 'keep'}`);
      else
        console.log(
          `\n=== ${createTwoFilesPatch(`human ${title}`, 'dropgate', one.human, one.ours, '', '', { context: 4, ignoreWhitespace: true })}`,
        );
    }
    console.log(
      [
        `\nleft:`,
        ...left,
        `\nnot changed by the human:`,
        ...extra.map(({ file, isGone }) => `${file}${isGone ? ' (gone)' : ''}`),
        `\ndiagnostics:`,
        ...(diagnostics ?? ['not asked (--types)']),
      ].join('\n  '),
    );
  }
}
if (arg('values') !== null) {
  const found = new Map(results.map(({ sha, value }) => [sha, value]));
  fs.writeFileSync(list, `${[listed[0], ...rows.map(({ sha, key, value }) => `${sha} ${key} ${found.get(sha) ?? value}`)].join('\n')}\n`);
}
console.log(summary(results));
const isBad = ({ crash, files, extra, diagnostics }) =>
  crash !== null || (diagnostics?.length ?? 0) > 0 || [...files, ...extra].some((one) => !one.isParsable);
if (results.some(isBad)) process.exitCode = 1;
if (arg('clones') === null) fs.rmSync(clones, { recursive: true, force: true });
