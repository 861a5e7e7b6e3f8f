/**
 * Plays fixtures/examples: makes a git repository of it in a temporary folder, one branch per change, and runs the built
 * command line on each. Used by `npm start` and by its test.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'fixtures/examples');
const command = join(root, 'bin/dropgate.js');

/** The changes, in their order. */
export function readSteps() {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, delete: [], ...JSON.parse(readFileSync(join(folder, name, 'step.json'), 'utf8')) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Judges every change, and hands over each result as soon as it is known. */
export function playStory(onResult) {
  const place = mkdtempSync(join(tmpdir(), 'dropgate-example-'));
  const repository = join(place, 'accounts');
  try {
    mkdirSync(repository);
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', repository]);
    for (const step of readSteps()) {
      makeChange(repository, step);
      onResult({ step, ...judge(repository, join(place, 'report.json'), step) });
      if (!step.merge) continue;
      git(repository, step, 'branch', '--quiet', '--force', 'main', 'HEAD');
      git(repository, step, 'tag', '--force', 'merged');
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Leaves the change as the tip of a branch of its own, and `main` where the change starts. */
function makeChange(repository, step) {
  const run = (...args) => git(repository, step, ...args);
  const isFirst = run('tag', '--list', 'merged') === '';
  if (!isFirst) {
    run('checkout', '--quiet', '-B', step.name, 'merged');
    run('branch', '--quiet', '--force', 'main', 'merged');
  }
  if (existsSync(join(folder, step.name, 'before'))) {
    commit(repository, step, 'before');
    run('branch', '--quiet', '--force', 'main', 'HEAD');
  }
  commit(repository, step, 'files');
  if (isFirst) run('checkout', '--quiet', '-b', step.name);
}

function commit(repository, step, part) {
  const files = join(folder, step.name, part);
  if (existsSync(files)) cpSync(files, repository, { recursive: true });
  if (part === 'files') for (const path of step.delete) rmSync(join(repository, path));
  git(repository, step, 'add', '--all');
  git(repository, step, 'commit', '--quiet', '--allow-empty', '--no-verify', '--message', step.title);
}

/** The exit code and the findings of one change; `check: null` is not judged. */
function judge(repository, output, { check, now }) {
  if (check === null) return { exitCode: 0, findings: [], problem: '' };
  rmSync(output, { force: true });
  const args = [command, 'check', '--now', now, ...check, '--format', `json=${output}`];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: repository, encoding: 'utf8', env: plainEnvironment() });
  const findings = existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')).findings : [];
  return { exitCode: status, findings, problem: existsSync(output) ? '' : stderr.trim() };
}

/** Errors and warnings as `severity rule object`, sorted: what a step expects and what it got. */
export function verdicts(findings) {
  const loud = findings.filter(({ severity }) => severity !== 'note');
  return loud.map(({ severity, rule, subject }) => `${severity} ${rule} ${objectName(subject)}`).sort();
}

/** Whether a change was judged as its step says. */
export function isAsExpected({ step, exitCode, findings, problem }) {
  const expectedExit = step.expect.some(({ severity }) => severity === 'error') ? 1 : 0;
  return problem === '' && exitCode === expectedExit && verdicts(findings).join('\n') === verdicts(step.expect).join('\n');
}

const objectName = ({ kind, key, table, name }) =>
  kind === 'flag' ? key : table === undefined || table === name ? name : `${table}.${name}`;

function git(repository, { now }, ...args) {
  const identity = ['-c', 'user.name=Dropgate', '-c', 'user.email=example@dropgate.invalid', '-c', 'core.autocrlf=false'];
  const dates = { GIT_AUTHOR_DATE: now, GIT_COMMITTER_DATE: now };
  const options = { cwd: repository, encoding: 'utf8', env: { ...plainEnvironment(), ...dates } };
  return execFileSync('git', [...identity, '-c', 'commit.gpgSign=false', '-c', 'core.hooksPath=/dev/null', ...args], options);
}

/** The environment without what would point git or the check at another repository or pull request. */
function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:GIT_|GITHUB_|FORCE_COLOR$)/.test(name)));
}
