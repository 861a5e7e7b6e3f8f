/**
 * Dropgate and squawk over the same migrations: what each says, hazard by hazard.
 *
 *   node bench/peers.mjs [--squawk <command>] [--repo <git directory> --last <n> [--path <prefix>]]
 *
 * Without --repo the situations of fixtures/ are run, each as a repository of two commits; with it, the last n commits of a bare or
 * other repository that add .sql migrations, each against its parent. squawk's hygiene rules (timeouts, robust statements, type
 * preferences) are counted and left out. squawk is fetched by npx unless --squawk names it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'bin/dropgate.js');
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const squawk = option('squawk', 'npx --yes squawk-cli@2.66.0').split(' ');
const HYGIENE =
  /^(?:require-.*timeout.*|prefer-.*|ban-char-field|require-table-schema|transaction-nesting|assume-in-transaction|require-timeout-settings)$/;
const scratch = mkdtempSync(join(tmpdir(), 'dropgate-peers-'));
const time = { dropgate: 0, squawk: 0 };

const git = (cwd, ...args) =>
  execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });

function ours(cwd, base, head) {
  const started = performance.now();
  const run = spawnSync(
    process.execPath,
    [cli, 'check', '--base', base, '--head', head, '--format', 'json', '--now', '2026-02-01T12:00:00Z'],
    { cwd, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  time.dropgate += performance.now() - started;
  if (run.status === 2) throw new Error(run.stderr);
  return JSON.parse(run.stdout).findings.filter((finding) => finding.file.endsWith('.sql'));
}

function theirs(text) {
  const file = join(scratch, 'migration.sql');
  writeFileSync(file, text);
  const started = performance.now();
  const run = spawnSync(squawk[0], [...squawk.slice(1), '--reporter', 'json', file], { encoding: 'utf8', maxBuffer: 1 << 28 });
  time.squawk += performance.now() - started;
  const found = JSON.parse(run.stdout || '[]');
  return { hazards: found.filter((f) => !HYGIENE.test(f.rule_name)), hygiene: found.filter((f) => HYGIENE.test(f.rule_name)).length };
}

/** `3 coupled-drop`, by line. */
const lines = (found, line, rule) =>
  [...new Set(found.map((f) => `${line(f)} ${rule(f)}`))].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));

const totals = { files: 0, hygiene: 0, both: 0, onlyOurs: 0, onlyTheirs: 0 };
const onlyTheirs = new Map();

function compare(name, mine, text) {
  const { hazards, hygiene } = theirs(text);
  const myLines = new Set(mine.map((f) => f.line));
  // squawk counts lines from 0.
  const theirLines = new Set(hazards.map((f) => f.line + 1));
  totals.files++;
  totals.hygiene += hygiene;
  totals.both += [...myLines].filter((line) => theirLines.has(line)).length;
  totals.onlyOurs += [...myLines].filter((line) => !theirLines.has(line)).length;
  for (const { line, rule_name } of hazards) {
    if (myLines.has(line + 1)) continue;
    totals.onlyTheirs++;
    onlyTheirs.set(rule_name, [...(onlyTheirs.get(rule_name) ?? []), `${name}:${line + 1}`]);
  }
  console.log(
    `${name}\n  dropgate  ${
      lines(
        mine,
        (f) => f.line,
        (f) => `${f.rule}:${f.severity}`,
      ).join(', ') || '-'
    }\n  squawk    ${
      lines(
        hazards,
        (f) => f.line + 1,
        (f) => f.rule_name,
      ).join(', ') || '-'
    }${hygiene > 0 ? `  (+ ${hygiene} of hygiene)` : ''}`,
  );
}

function situations() {
  const folder = join(root, 'fixtures/situations');
  for (const name of readdirSync(folder).sort()) {
    const repository = join(scratch, name);
    cpSync(join(folder, name, 'base'), repository, { recursive: true });
    git(repository, 'init', '-q', '-b', 'main');
    git(repository, 'add', '-A');
    git(repository, 'commit', '-qm', 'base');
    cpSync(join(folder, name, 'head'), repository, { recursive: true });
    git(repository, 'add', '-A');
    git(repository, 'commit', '-qm', 'head');
    compare(name, ours(repository, 'HEAD~1', 'HEAD'), readFileSync(join(folder, name, 'head/migrations/0002_change.sql'), 'utf8'));
  }
}

function history(repository, count) {
  const paths = option('path') ? ['--', option('path')] : ['--', '*migration*.sql'];
  const commits = git(repository, 'log', '--first-parent', '--no-merges', '--diff-filter=A', '--format=%H', `-${count}`, ...paths)
    .trim()
    .split('\n');
  for (const sha of commits) {
    const added = git(repository, 'show', '--diff-filter=A', '--name-only', '--format=', sha, ...paths)
      .trim()
      .split('\n')
      .filter((path) => path.endsWith('.sql'));
    const mine = ours(repository, `${sha}~1`, sha);
    for (const path of added) {
      const name = `${sha.slice(0, 9)} ${path.split('/').slice(-2).join('/')}`;
      compare(
        name,
        mine.filter((f) => f.file === path),
        git(repository, 'show', `${sha}:${path}`),
      );
    }
  }
}

if (!existsSync(cli)) throw new Error('build first: npm run build');
try {
  const repository = option('repo');
  if (repository) history(repository, Number(option('last', '50')));
  else situations();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(
  `\n${totals.files} files. Lines with a finding: both ${totals.both}, only Dropgate ${totals.onlyOurs}, only squawk ${totals.onlyTheirs}; squawk besides ${totals.hygiene} of hygiene.`,
);
for (const [rule, places] of [...onlyTheirs].sort())
  console.log(`  only squawk: ${rule} ${places.length}: ${places.slice(0, 5).join(', ')}${places.length > 5 ? ', …' : ''}`);
console.log(
  `Time, all runs: dropgate ${(time.dropgate / 1000).toFixed(1)} s, squawk ${(time.squawk / 1000).toFixed(1)} s (its npm shim included).`,
);
