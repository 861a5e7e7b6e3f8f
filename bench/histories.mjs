#!/usr/bin/env node
/**
 * Measures `dropgate check` on changes of real public repositories: what it says per rule, how long and how much memory
 * it takes, and whether it stays silent when the same drop ships after its readers.
 * usage: node bench/histories.mjs --cli bin/dropgate.js --mirror DIR --gt ground-truth.json [--repo owner/name,…] [--sample 30] [--seed 1] [--json FILE]
 * --mirror holds `<owner>+<name>/repo` bare clones; --gt lists operations: { coupled: [{ repo, sha, parent, migration, … }] }.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { draw } from './draw.mjs';

const arg = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? fallback : process.argv[i + 1];
};
const cli = path.resolve(arg('cli', 'bin/dropgate.js'));
const mirror = arg('mirror');
const truth = JSON.parse(fs.readFileSync(arg('gt'), 'utf8'));
const repos = arg('repo')?.split(',');
const lists = ['coupled', 'decoupled', 'noOpInPr', 'nameSurvives'];
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'histories-'));
const clones = new Map();

function clone(repo) {
  if (!clones.has(repo)) {
    const dir = path.join(work, repo.replace('/', '+'));
    const source = path.join(mirror, repo.replace('/', '+'), 'repo');
    clones.set(repo, spawnSync('git', ['clone', '-q', '--shared', '--no-checkout', source, dir]).status === 0 ? dir : null);
  }
  return clones.get(repo);
}

/** One run; peak memory in MB comes from the operating system. */
function check(cwd, base, head) {
  const started = performance.now();
  const run = spawnSync('/usr/bin/time', ['-f', 'peak %M', 'node', cli, 'check', '--base', base, '--head', head, '--format', 'json'], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  const ms = performance.now() - started;
  const memory = Number(/peak (\d+)/.exec(run.stderr)?.[1] ?? 0) / 1024;
  let report = null;
  try {
    if (run.status === 0 || run.status === 1) report = JSON.parse(run.stdout);
  } catch {
    /* counted as failed */
  }
  return { ms, memory, report };
}

const git = (cwd, args, env = {}) => spawnSync('git', args, { cwd, encoding: 'utf8', env: { ...process.env, ...env } }).stdout.trim();

/** A parent that has the change's code but not its migrations: the same drop, shipped after its readers. */
function parentWithoutMigrations(cwd, op, migrations) {
  const env = {
    GIT_INDEX_FILE: path.join(work, 'index'),
    GIT_AUTHOR_NAME: 'x',
    GIT_AUTHOR_EMAIL: 'x@x',
    GIT_COMMITTER_NAME: 'x',
    GIT_COMMITTER_EMAIL: 'x@x',
  };
  fs.rmSync(env.GIT_INDEX_FILE, { force: true });
  git(cwd, ['read-tree', op.sha], env);
  git(cwd, ['rm', '-q', '--cached', '--', ...migrations], env);
  return git(cwd, ['commit-tree', git(cwd, ['write-tree'], env), '-m', 'the code first'], env);
}

const about = (finding, op) => {
  const s = finding.subject;
  return op.column ? s.kind === 'column' && s.table === op.table && s.name === op.column : s.name === op.table && s.kind !== 'column';
};

const changes = new Map();
for (const list of lists)
  for (const op of truth[list] ?? []) if (!repos || repos.includes(op.repo)) changes.set(`${op.repo}@${op.sha}`, op);

const results = [];
for (const op of changes.values()) {
  const cwd = clone(op.repo);
  if (cwd) results.push({ op, ...check(cwd, op.parent ?? `${op.sha}^1`, op.sha) });
}
const findings = results.flatMap((r) => (r.report?.findings ?? []).map((f) => ({ ...f, change: `${r.op.repo}@${r.op.sha.slice(0, 9)}` })));
const perRule = Object.fromEntries(
  [...new Set(findings.map((f) => f.rule))].sort().map((rule) => [rule, { error: 0, warning: 0, note: 0 }]),
);
for (const f of findings) perRule[f.rule][f.severity]++;
console.log(`changes ${results.length}, failed ${results.filter((r) => !r.report).length}`);
console.log('rule                 errors warnings notes');
for (const [rule, row] of Object.entries(perRule).sort())
  console.log(`${rule.padEnd(20)} ${String(row.error).padStart(6)} ${String(row.warning).padStart(8)} ${String(row.note).padStart(5)}`);
const statements = results.reduce((n, r) => n + (r.report?.summary.statements ?? 0), 0);
const unread = findings.filter((f) => f.rule === 'unanalysed' && f.subject.kind === 'statement').length;
console.log(
  `changed statements ${statements}, of them not analysed ${unread} (${((100 * unread) / Math.max(1, statements)).toFixed(2)} %)`,
);
const sorted = (key) => results.map((r) => r[key]).sort((a, b) => a - b);
const at = (list, q) => (list[Math.min(list.length - 1, Math.floor(list.length * q))] ?? 0).toFixed(0);
console.log(
  `ms per change: median ${at(sorted('ms'), 0.5)}, p95 ${at(sorted('ms'), 0.95)}, max ${at(sorted('ms'), 1)}; peak MB: median ${at(sorted('memory'), 0.5)}, max ${at(sorted('memory'), 1)}`,
);

const late = (truth.coupled ?? []).filter((op) => op.codeRefsAfter === 0 && (!repos || repos.includes(op.repo)) && clone(op.repo));
const loud = [];
for (const op of late) {
  const cwd = clone(op.repo);
  const migrations = git(cwd, ['diff', '--name-only', '--diff-filter=A', op.parent ?? `${op.sha}^1`, op.sha])
    .split('\n')
    .filter((f) => /migrations?\/.*\.sql$/.test(f));
  const { report } = check(cwd, parentWithoutMigrations(cwd, op, migrations), op.sha);
  const mine = report ? report.findings.filter((f) => about(f, op)) : [{ rule: 'failed' }];
  if (mine.length > 0)
    loud.push(
      `${op.repo}@${op.sha.slice(0, 9)} ${op.kind} ${op.table}${op.column ? `.${op.column}` : ''} -> ${mine.map((f) => `${f.rule} ${f.severity}`).join(', ')}`,
    );
}
console.log(`the same drop after its readers: ${late.length - loud.length} of ${late.length} silent`);
for (const line of loud) console.log(`  ${line}`);

const errors = findings
  .filter((f) => f.severity === 'error')
  .sort((a, b) => (a.change + a.rule + a.fingerprint < b.change + b.rule + b.fingerprint ? -1 : 1));
const sample = draw(errors, Number(arg('sample', 30)), Number(arg('seed', 1)));
console.log(`${sample.length} of ${errors.length} errors, drawn at random:`);
for (const f of sample) {
  console.log(`  ${f.change} ${f.rule}: ${f.message}`);
  for (const e of f.evidence.slice(0, 4)) console.log(`      ${e.revision} ${e.file}:${e.line} ${e.kind} ${e.note ?? ''}`);
}
if (arg('json')) fs.writeFileSync(arg('json'), JSON.stringify(results, null, 1));
fs.rmSync(work, { recursive: true, force: true });
