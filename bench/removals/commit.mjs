#!/usr/bin/env node
/**
 * One commit that removed a flag, against what `dropgate remove` makes of its parent: JSON on stdout.
 * usage: node bench/removals/commit.mjs --clone DIR --commit SHA --key K --value on|off [--cli FILE] [--types] [--texts]
 * `--clone` is a work tree that may be checked out at will.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { newDiagnostics } from './compiler.mjs';
import { isCode, isParsable, isTest, isTyped, normal, printed, usageOf } from './normal.mjs';

const arg = (name) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? null : (process.argv[i + 1] ?? '');
};
const [clone, sha, key, value] = ['clone', 'commit', 'key', 'value'].map(arg);
const cli = path.resolve(arg('cli') ?? 'bin/dropgate.js');

function git(...args) {
  const run = spawnSync('git', args, { cwd: clone, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}`);
  return run.stdout;
}

/** What the removal gives; a crash is an answer too. */
function removed() {
  const started = performance.now();
  const run = spawnSync(process.execPath, ['--max-old-space-size=6000', cli, 'remove', key, '--value', value, '--json', '--allow-dirty'], {
    cwd: clone,
    encoding: 'utf8',
    maxBuffer: 1 << 29,
    timeout: 900_000,
  });
  const seconds = Math.round((performance.now() - started) / 1000);
  try {
    return { ...JSON.parse(run.stdout), seconds, crash: null };
  } catch {
    const text = run.stderr.trim() || run.stdout.trim();
    return { changes: [], left: [], mentions: [], rewritten: [], seconds, crash: `exit ${run.status ?? run.signal}: ${text.slice(-1500)}` };
  }
}

/** The files of the human's commit, with their texts. */
function humanFiles() {
  const rows = git('diff', '--no-renames', '--name-status', `${sha}^`, sha).trim().split('\n');
  return rows
    .map((row) => row.split('\t'))
    .filter(([, file]) => isCode(file))
    .map(([status, file]) => ({
      file,
      status,
      before: status === 'A' ? null : git('show', `${sha}^:${file}`),
      after: status === 'D' ? null : git('show', `${sha}:${file}`),
    }));
}

function judged({ file, status, before, after }, changes) {
  const ours = changes.has(file) ? changes.get(file) : before;
  const use = before === null ? 'none' : usageOf(file, before, key);
  const isExact = ours === null || after === null ? ours === after : normal(file, ours) === normal(file, after);
  return {
    file,
    status,
    kind: isTest(file) ? 'test' : 'production',
    use,
    isExact,
    isTouched: changes.has(file),
    isGone: before !== null && ours === null,
    isKeyGone: ours === null || !new RegExp(`\\b${key}\\b`).test(ours),
    isParsable: ours === null || isParsable(file, ours),
    ...(arg('texts') !== null &&
      !isExact && { human: after && printed(file, after), ours: ours && printed(file, ours), before: before && printed(file, before) }),
  };
}

git('checkout', '--quiet', '--force', '--detach', `${sha}^`);
git('clean', '-fdq');
const answer = removed();
const changes = new Map(answer.changes.filter(({ file }) => isCode(file)).map(({ file, after }) => [file, after]));
const human = humanFiles();
const named = new Set(human.map(({ file }) => file));
const allFiles = arg('types') === null ? [] : git('ls-files', 'src', 'frontend/src').trim().split('\n').filter(isTyped);
const result = {
  sha,
  key,
  value,
  seconds: answer.seconds,
  crash: answer.crash,
  files: human.map((one) => judged(one, changes)),
  extra: [...changes]
    .filter(([file]) => !named.has(file))
    .map(([file, after]) => ({ file, isGone: after === null, isParsable: after === null || isParsable(file, after) })),
  left: answer.left.map(({ location, reason }) => `${location.file}:${location.line} ${reason}`),
  mentions: answer.mentions.length,
  diagnostics: arg('types') === null ? null : changes.size === 0 ? [] : newDiagnostics(clone, changes, allFiles),
};
process.stdout.write(JSON.stringify(result));
