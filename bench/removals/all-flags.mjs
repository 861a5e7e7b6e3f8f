#!/usr/bin/env node
/**
 * Every flag of a repository removed at once, on and off: no crash, no file that cannot be parsed, no new word of the compiler.
 * usage: node bench/removals/all-flags.mjs --mirror DIR [--cli bin/dropgate.js] [--repo owner/name] [--truth bench/inventory-truth.json]
 * --mirror holds `<owner>+<name>/repo` bare clones; revision, flags and evaluators are those of the inventory. Packages are not installed.
 * Exit 1: a run crashed, a file cannot be parsed, or a diagnostic is new.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newDiagnostics } from './compiler.mjs';
import { isCode, isParsable, isTyped } from './normal.mjs';

const arg = (name, fallback = null) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? fallback : (process.argv[i + 1] ?? '');
};
const cli = path.resolve(arg('cli', 'bin/dropgate.js'));
const truth = JSON.parse(fs.readFileSync(arg('truth', path.join(import.meta.dirname, '..', 'inventory-truth.json')), 'utf8'));
const wanted = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'json', 'yml', 'yaml', 'sql'].map((ending) => `*.${ending}`);

function git(cwd, ...args) {
  const run = spawnSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`git ${args[0]}: ${run.stderr}`);
  return run.stdout;
}

function cloneOf({ repo, sha, config }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'all-flags-'));
  git(folder, 'clone', '--quiet', '--shared', '--no-checkout', path.join(arg('mirror'), repo.replace('/', '+'), 'repo'), '.');
  git(folder, 'config', 'core.sparseCheckout', 'true');
  fs.writeFileSync(path.join(folder, '.git', 'info', 'sparse-checkout'), `${wanted.join('\n')}\n`);
  git(folder, 'checkout', '--quiet', '--detach', sha);
  if (config !== undefined) fs.writeFileSync(path.join(folder, 'dropgate.config.json'), JSON.stringify(config));
  return folder;
}

function removed(folder, keys, value) {
  const started = performance.now();
  const args = ['--max-old-space-size=6000', cli, 'remove', ...keys, '--value', value, '--json', '--allow-dirty'];
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 29, timeout: 1_200_000 });
  const seconds = Math.round((performance.now() - started) / 1000);
  try {
    return { ...JSON.parse(run.stdout), seconds };
  } catch {
    return { crash: `exit ${run.status ?? run.signal}: ${(run.stderr || run.stdout).trim().slice(-400)}`, seconds };
  }
}

for (const row of truth.filter(({ repo }) => arg('repo') === null || repo === arg('repo'))) {
  const folder = cloneOf(row);
  const keys = Object.keys(row.flags);
  const typed = git(folder, 'ls-files').trim().split('\n').filter(isTyped);
  for (const value of ['on', 'off']) {
    const { crash, seconds, changes = [], rewritten = [], left = [] } = removed(folder, keys, value);
    const texts = new Map(changes.filter(({ file }) => isCode(file)).map(({ file, after }) => [file, after]));
    const broken = [...texts].filter(([file, text]) => text !== null && !isParsable(file, text));
    const diagnostics = crash === undefined ? newDiagnostics(folder, texts, typed) : [];
    const gone = changes.filter(({ after }) => after === null).length;
    console.log(
      `${row.repo} ${value}: ${keys.length} flags, ${rewritten.length} evaluations removed in ${changes.length} files (${gone} deleted), ` +
        `${left.length} left, ${broken.length} unparsable, ${diagnostics.length} new diagnostics, ${seconds} s${crash === undefined ? '' : `, CRASH ${crash}`}`,
    );
    for (const one of [...broken.map(([file]) => file), ...diagnostics]) console.log(`  ${one}`);
    if (crash !== undefined || broken.length + diagnostics.length > 0) process.exitCode = 1;
  }
  fs.rmSync(folder, { recursive: true, force: true });
}
