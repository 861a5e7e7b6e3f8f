#!/usr/bin/env node
/**
 * Precision on changes that nobody chose: runs `dropgate check` on the last changes of each repository's default branch
 * that touch a schema or a migration, prints what it says per rule, and draws findings to be read by hand.
 * usage: node bench/recent.mjs --cli bin/dropgate.js --mirror DIR --repo owner/name,… [--last 300] [--changes 100] [--sample error=40,warning=12,note=8] [--seed 1] [--now 2026-09-01] [--json FILE] [--from FILE]
 * --mirror holds `<owner>+<name>/repo` bare clones; --from draws from an earlier run's --json instead of running.
 * The draws (of --changes from --last, of the findings by severity) depend on the seed and on the repositories alone.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { draw } from './draw.mjs';

const arg = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? fallback : process.argv[i + 1];
};
const cli = path.resolve(arg('cli', 'bin/dropgate.js'));
const seed = Number(arg('seed', 1));
const folders = ['migration', 'migrations'];
const extensions = ['sql', 'js', 'cjs', 'mjs', 'ts', 'cts', 'mts'];
const schemaFiles = [
  ':(glob)**/schema.prisma',
  ...folders.flatMap((folder) => extensions.map((extension) => `:(glob)**/${folder}/**/*.${extension}`)),
];

const folderOf = (repo) => path.join(arg('mirror'), repo.replace('/', '+'), 'repo');

/** Commits of the default branch that differ from their first parent in a schema file, newest first. */
function schemaChanges(repo) {
  const args = ['log', '--first-parent', '--format=%H %P', `-n${arg('last', 300)}`, 'HEAD', '--', ...schemaFiles];
  const log = spawnSync('git', args, { cwd: folderOf(repo), encoding: 'utf8', maxBuffer: 1 << 26 });
  const lines = log.stdout.split('\n').map((line) => line.split(' '));
  return lines.filter(([, parent]) => parent).map(([sha, base]) => ({ repo, sha, base }));
}

function check({ repo, sha, base }) {
  const args = [cli, 'check', '--base', base, '--head', sha, '--format', 'json', '--now', arg('now', '2026-09-01')];
  const started = performance.now();
  const run = spawnSync(process.execPath, args, {
    cwd: folderOf(repo),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  const result = { repo, sha, base, ms: Math.round(performance.now() - started), status: run.status, summary: null, findings: [] };
  if (run.status !== 0 && run.status !== 1) return { ...result, stderr: run.stderr.slice(-2000) };
  const report = JSON.parse(run.stdout);
  return { ...result, summary: report.summary, findings: report.findings };
}

function measure() {
  const results = [];
  for (const repo of arg('repo').split(',')) {
    const changes = schemaChanges(repo);
    const drawn = draw(changes, Number(arg('changes', 300)), seed);
    console.error(`${repo}: ${drawn.length} of ${changes.length} changes`);
    for (const change of drawn) {
      results.push(check(change));
      if (arg('json')) fs.writeFileSync(arg('json'), JSON.stringify(results));
    }
  }
  return results;
}

function printCounts(findings) {
  const rows = new Map();
  for (const f of findings) {
    const row = rows.get(f.rule) ?? { error: 0, warning: 0, note: 0 };
    row[f.severity]++;
    rows.set(f.rule, row);
  }
  console.log('rule                   errors warnings notes');
  for (const [rule, row] of [...rows].sort())
    console.log(`${rule.padEnd(22)} ${String(row.error).padStart(6)} ${String(row.warning).padStart(8)} ${String(row.note).padStart(5)}`);
}

function printRuns(results) {
  const ms = results.map((r) => r.ms).sort((a, b) => a - b);
  const at = (q) => ms[Math.min(ms.length - 1, Math.floor(ms.length * q))] ?? 0;
  console.log(`runs ${results.length}; ms: median ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)}`);
  for (const r of results.filter((r) => !r.summary)) console.log(`  failed (${r.status}): ${r.repo}@${r.sha} ${r.ms} ms ${r.stderr}`);
  for (const r of [...results].sort((a, b) => b.ms - a.ms).slice(0, 8)) console.log(`  slow: ${r.repo}@${r.sha.slice(0, 9)} ${r.ms} ms`);
}

/** The findings to read, by severity; warnings of DDL hazards are judged by other measurements. */
function sampleOf(findings) {
  const wanted = arg('sample', 'error=40,warning=12,note=8')
    .split(',')
    .map((part) => part.split('='));
  const key = (f) => `${f.change} ${f.rule} ${f.fingerprint}`;
  const sorted = findings.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)).filter((f) => f.rule !== 'blocking-ddl');
  return wanted.flatMap(([severity, count]) =>
    draw(
      sorted.filter((f) => f.severity === severity),
      Number(count),
      seed,
    ),
  );
}

function printFinding(f) {
  console.log(`${f.change} ${f.severity} (${f.confidence}) ${f.rule}: ${f.message}`);
  console.log(`    ${f.file}:${f.line}`);
  for (const e of f.evidence) console.log(`    ${e.revision} ${e.file}:${e.line} ${e.kind} ${e.flag ?? ''} ${e.note ?? ''}`);
}

const results = arg('from') ? JSON.parse(fs.readFileSync(arg('from'), 'utf8')) : measure();
const findings = results.flatMap((r) => r.findings.map((f) => ({ ...f, change: `${r.repo}@${r.sha.slice(0, 9)}` })));
printRuns(results);
printCounts(findings);
for (const f of sampleOf(findings)) printFinding(f);
