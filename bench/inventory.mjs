#!/usr/bin/env node
/**
 * The flag inventory against a count by hand: runs `dropgate flags` on each repository of the truth and compares sites.
 * usage: node bench/inventory.mjs --cli bin/dropgate.js --mirror DIR [--truth bench/inventory-truth.json] [--repo owner/name] [--json FILE]
 * --mirror holds `<owner>+<name>/repo` bare clones. A site is found where the tool reports the key in the same file, at most
 * one line off. Places in doubt (`maybe`, `computedMaybe`) count neither way; `computed`: evaluations whose key is known at run
 * time alone; `otherFlags`: keys that are flags, not counted. A repository with `config` is measured without it and with it.
 * Exit 1: a repository with sites counted by hand is below 95 % of them, or a key is reported that is no flag.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const arg = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? fallback : process.argv[i + 1];
};
const cli = path.resolve(arg('cli', 'bin/dropgate.js'));
const truthFile = arg('truth', path.join(import.meta.dirname, 'inventory-truth.json'));

const folderOf = (repo) => path.join(arg('mirror'), repo.replace('/', '+'), 'repo');

/** `file:line` of a count, as a place. */
const placeOf = (text) => {
  const i = text.lastIndexOf(':');
  return { file: text.slice(0, i), line: Number(text.slice(i + 1)) };
};
const textOf = ({ file, line }) => `${file}:${line}`;
const isNear = (a, b) => a.file === b.file && Math.abs(a.line - b.line) <= 1;

/** Runs git in the folder and gives what it prints; throws where it fails. */
function git(folder, args, { input = '', env = {} } = {}) {
  const run = spawnSync('git', args, { cwd: folder, encoding: 'utf8', input, env: { ...process.env, ...env } });
  if (run.status !== 0) throw new Error(`git ${args[0]}: ${run.stderr}`);
  return run.stdout.trim();
}

const author = {
  GIT_AUTHOR_NAME: 'bench',
  GIT_AUTHOR_EMAIL: 'bench@localhost',
  GIT_COMMITTER_NAME: 'bench',
  GIT_COMMITTER_EMAIL: 'bench@localhost',
};

/** The revision with a config file on top, committed in the clone. */
function withConfig(clone, sha, config) {
  const env = { ...author, GIT_INDEX_FILE: path.join(clone, 'bench-index') };
  const blob = git(clone, ['hash-object', '-w', '--stdin'], { input: JSON.stringify(config) });
  git(clone, ['read-tree', sha], { env });
  git(clone, ['update-index', '--add', '--cacheinfo', `100644,${blob},dropgate.config.json`], { env });
  return git(clone, ['commit-tree', git(clone, ['write-tree'], { env }), '-p', sha, '-m', 'config'], { env });
}

/** The inventory the program prints at the revision, with seconds. */
function inventoryOf({ repo, sha }, config) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'inventory-'));
  try {
    git(folder, ['clone', '-q', '--bare', '--shared', folderOf(repo), 'repo']);
    const clone = path.join(folder, 'repo');
    const head = config ? withConfig(clone, sha, config) : sha;
    const started = performance.now();
    const run = spawnSync(process.execPath, [cli, 'flags', '--head', head, '--format', 'json'], {
      cwd: clone,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (run.status !== 0) throw new Error(`${repo}: exit ${run.status}\n${run.stderr.slice(-2000)}`);
    return { ...JSON.parse(run.stdout), seconds: Math.round((performance.now() - started) / 1000) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Sites of a count: key and place. */
const sitesOf = (flags) => Object.entries(flags).flatMap(([key, texts]) => texts.map((text) => ({ key, ...placeOf(text) })));

/** Each site with the reported evaluation that is it; an evaluation is one site at most. */
function matched(sites, reported) {
  const left = [...reported];
  return sites.map((site) => {
    const near = left.filter((e) => e.key === site.key && isNear(e, site));
    near.sort((a, b) => Math.abs(a.line - site.line) - Math.abs(b.line - site.line));
    if (near[0]) left.splice(left.indexOf(near[0]), 1);
    return { site, evaluation: near[0] ?? null };
  });
}

function compare(truth, config) {
  const { flags, unknownKeys, seconds } = inventoryOf(truth, config);
  const reported = flags.flatMap((f) => f.evaluations.map((e) => ({ key: f.key, file: e.file, line: e.line })));
  const pairs = matched(sitesOf(truth.flags), reported);
  const known = new Set([...Object.keys(truth.flags), ...truth.otherFlags]);
  const counted = new Set(Object.keys(truth.flags));
  const used = new Set(pairs.map((p) => p.evaluation));
  const [computed, doubtfulKeys] = [truth.computed.map(placeOf), truth.computedMaybe.map(placeOf)];
  const doubtful = sitesOf(truth.maybe);
  const missed = pairs.filter((p) => p.evaluation === null).map((p) => p.site);
  const surplus = reported.filter((e) => counted.has(e.key) && !used.has(e));
  const isDoubtful = (e) => doubtful.some((d) => d.key === e.key && isNear(d, e));
  return {
    repo: truth.repo,
    seconds,
    flags: counted.size,
    sites: pairs.length,
    found: pairs.length - missed.length,
    missed: missed.map((s) => `${s.key} ${textOf(s)}`),
    wrongKey: missed.flatMap((s) => surplus.filter((e) => isNear(e, s)).map((e) => `${textOf(s)}: ${s.key}, reported ${e.key}`)),
    notCounted: surplus.filter((e) => !isDoubtful(e)).map((e) => `${e.key} ${textOf(e)}`),
    falseKeys: flags.filter((f) => f.evaluations.length > 0 && !known.has(f.key)).map((f) => `${f.key} ${textOf(f.evaluations[0])}`),
    computed: `${computed.filter((c) => unknownKeys.some((e) => isNear(e, c))).length} of ${computed.length}`,
    computedMissed: computed.filter((c) => !unknownKeys.some((e) => isNear(e, c))).map(textOf),
    noEvaluation: unknownKeys.filter((e) => ![...computed, ...doubtfulKeys].some((c) => isNear(e, c))).map(textOf),
    keysReported: flags.filter((f) => f.evaluations.length > 0).length,
    evaluations: reported.length,
  };
}

const share = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

function print(label, r) {
  const row = [`${r.flags} flags`, `${r.sites} sites`, `${r.found} found (${share(r.found, r.sites)})`, `${r.wrongKey.length} wrong key`];
  const whole = [
    `${r.keysReported} keys`,
    `${r.evaluations} evaluations`,
    `${r.falseKeys.length} false keys`,
    `computed keys ${r.computed}`,
    `${r.seconds} s`,
  ];
  console.log(`\n${r.repo} ${label}: ${row.join(', ')}; whole repository: ${whole.join(', ')}`);
  const lists = {
    missed: r.missed,
    'wrong key': r.wrongKey,
    'false key': r.falseKeys,
    'not counted by hand': r.notCounted,
    'computed key, not reported': r.computedMissed,
    'unknown key, not among the computed ones': r.noEvaluation,
  };
  for (const [name, items] of Object.entries(lists)) for (const item of items) console.log(`  ${name}: ${item}`);
}

const results = [];
for (const truth of JSON.parse(fs.readFileSync(truthFile, 'utf8'))) {
  if (arg('repo') && arg('repo') !== truth.repo) continue;
  const runs = [['without config', null], ...(truth.config ? [['with config', truth.config]] : [])];
  for (const [label, config] of runs) {
    const result = compare(truth, config);
    print(label, result);
    results.push({ label, ...result });
  }
}
if (arg('json')) fs.writeFileSync(arg('json'), JSON.stringify(results, null, 1));
const best = new Map();
for (const r of results) best.set(r.repo, Math.max(best.get(r.repo) ?? 0, r.sites === 0 ? 1 : r.found / r.sites));
process.exitCode = [...best.values()].some((b) => b < 0.95) || results.some((r) => r.falseKeys.length > 0) ? 1 : 0;
