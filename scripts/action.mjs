/**
 * The step of action.yml: finds where the change starts, fetches it where the checkout is shallow, runs the check with
 * annotations, and adds the step summary. Inputs come through the environment only. Exit codes are the check's.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const env = process.env;
const command = fileURLToPath(new URL('../bin/dropgate.js', import.meta.url));
const directory = resolve(env.GITHUB_WORKSPACE ?? '.', env.DROPGATE_DIRECTORY || '.');
/** Options that are handed on as they are, by the variable that holds them. */
const options = {
  DROPGATE_DEPLOYED: '--deployed',
  DROPGATE_FLAGS: '--flags',
  DROPGATE_CONFIG: '--config',
  DROPGATE_MAX_WARNINGS: '--max-warnings',
};
/** Commits of history to ask for, one after the other, until the start of the change is among them. */
const depths = [50, 500, 5_000];
const wholeHistory = 'Give actions/checkout `fetch-depth: 0`, so that the history is there.';

process.exitCode = main();

function main() {
  try {
    return check(startOfChange(readEvent()));
  } catch (error) {
    return fail(error.message);
  }
}

function readEvent() {
  const path = env.GITHUB_EVENT_PATH;
  if (env.GITHUB_EVENT_NAME === 'pull_request_target' || env.GITHUB_EVENT_NAME === 'workflow_run') {
    throw new Error(
      `Dropgate does not run on ${env.GITHUB_EVENT_NAME}: it holds secrets while the code is a stranger's. Use \`on: pull_request\`.`,
    );
  }
  return path && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

/** The commit that the change is measured from; null where the check is to find it itself. */
function startOfChange(event) {
  if (env.DROPGATE_BASE) return env.DROPGATE_BASE;
  const head =
    git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}') ?? refuse(`There is no checkout in ${directory}. Run actions/checkout first.`);
  const request = event.pull_request;
  if (request) return isMergeOf(head, request) ? firstParent(head) : mergeBase(head, request.base.sha);
  if (env.GITHUB_EVENT_NAME !== 'push' || !event.before || /^0+$/.test(event.before)) return null;
  return fetched(event.before) ? event.before : null;
}

/** What a pull request is checked out as by default: its merge into the target branch, which no branch holds. */
function isMergeOf(head, request) {
  return head !== request.head?.sha && parentsOf(head).length === 2;
}

/** Read from the commit itself: a shallow clone hides parents from `HEAD^`. */
function parentsOf(commit) {
  const [header] = (git('cat-file', 'commit', commit) ?? '').split('\n\n');
  return header
    .split('\n')
    .filter((line) => line.startsWith('parent '))
    .map((line) => line.slice('parent '.length));
}

function firstParent(head) {
  const [parent] = parentsOf(head);
  const isKnown = () => git('rev-parse', '--verify', '--quiet', 'HEAD^1') === parent;
  if (!isKnown()) git('fetch', '--quiet', '--no-tags', '--depth=2', 'origin', head);
  return isKnown() ? parent : refuse(`The checkout lacks ${parent}, where the change starts, and it could not be fetched. ${wholeHistory}`);
}

function mergeBase(head, target) {
  const find = () => git('merge-base', '--end-of-options', head, target);
  if (fetched(target) && find()) return find();
  for (const depth of depths) {
    git('fetch', '--quiet', '--no-tags', `--depth=${depth}`, 'origin', head, target);
    if (find()) return find();
  }
  return refuse(`Where the change starts could not be fetched: ${head} and ${target} have no common commit here. ${wholeHistory}`);
}

function fetched(commit) {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return false;
  const isThere = () => git('cat-file', '-e', `${commit}^{commit}`) !== null;
  if (!isThere()) git('fetch', '--quiet', '--no-tags', '--depth=1', 'origin', commit);
  return isThere();
}

/** Runs the check: annotations and text to the log, the summary to the step's page. */
function check(base) {
  const folder = mkdtempSync(join(env.RUNNER_TEMP ?? tmpdir(), 'dropgate-'));
  const summary = join(folder, 'summary.md');
  const args = ['check', '--format', 'github', '--format', `markdown=${summary}`];
  if (base !== null) args.push(`--base=${base}`);
  for (const [name, option] of Object.entries(options)) if (env[name]) args.push(`${option}=${env[name]}`);
  try {
    const { status, stderr, error } = spawnSync(process.execPath, [command, ...args], {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'inherit', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    });
    if (error) throw error;
    if (existsSync(summary) && env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, readFileSync(summary));
    if (status === 0 || status === 1) return status;
    return fail(stderr.trim() || `The check ended with ${status}.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Output of git, trimmed; null where it fails. */
function git(...args) {
  const { status, stdout } = spawnSync('git', ['-c', 'core.fsmonitor=', '-c', 'core.hooksPath=/dev/null', ...args], {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...env, GIT_TERMINAL_PROMPT: '0' },
  });
  return status === 0 ? stdout.trim() : null;
}

function refuse(message) {
  throw new Error(message);
}

function fail(message) {
  const data = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('##[', '#\u200b#[');
  process.stdout.write(`::error title=dropgate::${data}\n`);
  return 2;
}
