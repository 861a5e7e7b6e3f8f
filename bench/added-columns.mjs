/**
 * Real changes that add a column and read it at once: is the read found, and is it known which flag guards it?
 * Needs mirrors of the repositories as bare git, and the list of the changes:
 *   node bench/added-columns.mjs --mirror <folder of owner+name/repo> --gt <ground-truth.json> [--verbose]
 * A flag that a repository keeps in its own table is evaluated by helpers of its own: `evaluators` below are what its
 * dropgate.config.json would say. They are put on top of both revisions in a scratch clone; nothing else is changed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { mirror: { type: 'string' }, gt: { type: 'string' }, verbose: { type: 'boolean', default: false } },
});
const cli = fileURLToPath(new URL('../bin/dropgate.js', import.meta.url));
const truth = JSON.parse(readFileSync(values.gt, 'utf8'));

const evaluators = new Map([
  [
    'bloom-housing/bloom',
    [
      { call: 'isFeatureFlagOn', key: 1 },
      { call: 'doJurisdictionsHaveFeatureFlagOn', key: 0 },
      { call: 'doAnyJurisdictionHaveFeatureFlagSet', key: 1 },
      { call: 'doJurisdictionHaveFeatureFlagSet', key: 1 },
    ],
  ],
]);

const git = (cwd, ...args) => execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...author } });
const author = { GIT_AUTHOR_NAME: 'bench', GIT_AUTHOR_EMAIL: 'b@e', GIT_COMMITTER_NAME: 'bench', GIT_COMMITTER_EMAIL: 'b@e' };

function dropgate(cwd, ...args) {
  try {
    return JSON.parse(
      execFileSync(process.execPath, [cli, ...args, '--format', 'json'], { cwd, encoding: 'utf8', maxBuffer: 1 << 28, stdio: 'pipe' }),
    );
  } catch (error) {
    if (error.stdout) return JSON.parse(error.stdout);
    throw error;
  }
}

/** A clone that shares the mirror's objects, so that commits can be added. */
function clone(repo) {
  const folder = mkdtempSync(join(tmpdir(), 'dropgate-bench-'));
  git(folder, 'clone', '--quiet', '--bare', '--shared', join(values.mirror, repo.replace('/', '+'), 'repo'), 'r.git');
  return { folder, path: join(folder, 'r.git') };
}

/** The commit with a config on top, for a repository that has helpers of its own. */
function configured(path, repo, commit) {
  const own = evaluators.get(repo);
  if (!own) return commit;
  const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], {
    cwd: path,
    input: JSON.stringify({ evaluators: own }),
    encoding: 'utf8',
  }).trim();
  const env = { ...process.env, ...author, GIT_INDEX_FILE: join(path, `index-${commit.slice(0, 9)}`) };
  const run = (...args) => execFileSync('git', args, { cwd: path, encoding: 'utf8', env }).trim();
  run('read-tree', commit);
  run('update-index', '--add', '--cacheinfo', `100644,${blob},dropgate.config.json`);
  return run('commit-tree', run('write-tree'), '-m', 'with a config');
}

const isSubject = ({ subject }, { table, column }) => subject.kind === 'column' && subject.table === table && subject.name === column;

/** Unflagged: the read must be reported. */
function unflagged(item, path) {
  const report = dropgate(path, 'check', '--base', item.parent, '--head', item.sha);
  const found = report.findings.find((f) => f.rule === 'unflagged-read' && isSubject(f, item));
  return { isRight: found !== undefined, said: found ? found.severity : 'not found' };
}

/** Flagged: what `why` says of the column's reads, and which of them `check` names as open. */
function flagged(item, path) {
  const [base, head] = [configured(path, item.repo, item.parent), configured(path, item.repo, item.sha)];
  const story = dropgate(path, 'why', `${item.table}.${item.column}`, '--base', base, '--head', head);
  const uses = story.objects.flatMap((o) => o.uses).filter((u) => u.how === 'named' || u.how === 'field');
  const isGuarded = (use) => use.guards.some((g) => g.flag === item.flag);
  const reads = uses.filter((u) => u.kind === 'read');
  const guarded = reads.filter(isGuarded);
  const open = reads.filter((u) => !isGuarded(u));
  const report = dropgate(path, 'check', '--base', base, '--head', head);
  const finding = report.findings.find((f) => f.rule === 'unflagged-read' && isSubject(f, item));
  const said = guarded.length === 0 ? (open.length > 0 ? 'unguarded' : 'not found') : open.length === 0 ? 'guarded' : 'partially-guarded';
  return { isRight: said === item.verdict, said, guarded, open, finding };
}

const totals = { unflagged: [0, 0], flagged: [0, 0] };
const place = ({ file, line }) => `${file}:${line}`;
const lists = { unflagged: [truth.addColumnReadUnflagged, unflagged], flagged: [truth.addColumnReadFlagged, flagged] };
const repos = [...new Set(Object.values(lists).flatMap(([items]) => items.map((i) => i.repo)))];
for (const repo of repos) {
  const { folder, path } = clone(repo);
  try {
    for (const [kind, [items, judge]] of Object.entries(lists)) {
      for (const item of items.filter((i) => i.repo === repo)) {
        const result = judge(item, path);
        totals[kind][1]++;
        if (result.isRight) totals[kind][0]++;
        const name = `${repo}@${item.sha.slice(0, 9)} ${item.table}.${item.column}`;
        if (kind === 'flagged') {
          console.log(
            `  flagged ${name}: list says ${item.verdict}, found ${result.said} (${result.guarded.length} guarded, ${result.open.length} open; check: ${result.finding?.severity ?? 'silent'})`,
          );
          if (values.verbose) for (const use of result.open) console.log(`      open    ${place(use)} ${use.operation}`);
          if (values.verbose) for (const use of result.guarded) console.log(`      guarded ${place(use)} ${use.operation}`);
        } else if (!result.isRight || values.verbose) console.log(`  unflagged ${name}: ${result.said}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const percent = ([right, all]) => `${right}/${all} (${((100 * right) / all).toFixed(1)} %)`;
console.log(`addColumnReadUnflagged: the read is found in ${percent(totals.unflagged)}`);
console.log(`addColumnReadFlagged: the verdict of the list in ${percent(totals.flagged)}`);
