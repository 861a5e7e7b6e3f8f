/**
 * Facts of real repositories from oxc-parser and from @typescript-eslint/parser: every difference, with its place.
 *   node bench/parsers.mjs --mirror <folder> [--repo a/b,c/d@<commit>] [--files 700] [--callers]
 * Files with a word of a query are read, sorted by path and thinned out evenly to --files per repository. Exit code 1 where facts differ.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const arg = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? fallback : process.argv[i + 1];
};
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'bench', `.parsers-${process.pid}`);
const layers = fs.readdirSync(path.join(root, 'src/access/layers')).map((file) => `access/layers/${file.slice(0, -3)}`);
fs.mkdirSync(folder);
fs.writeFileSync(
  path.join(folder, 'main.ts'),
  `export { readHistories } from '../../src/extract/history.ts';
export { commitTree } from '../../src/discover/git-trees.ts';
export { commitOf } from '../../src/discover/revisions.ts';
export { endSession } from '../../src/discover/blobs.ts';
export { isUse, saysGenerated } from '../../src/discover/roles.ts';
export { SOURCE } from '../../src/discover/words.ts';
export { defaultConfig } from '../../src/config/load.ts';
export { loadEngine, loadParsers } from '../../src/schema/engines.ts';
export { compareParsers } from '../../test/access/parser-facts.ts';`,
);
await build({
  absWorkingDir: root,
  // Layers are found in the folder beside the bundle.
  entryPoints: { 'run/main': path.join(folder, 'main.ts'), ...Object.fromEntries(layers.map((layer) => [layer, `src/${layer}.ts`])) },
  outdir: folder,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  packages: 'external',
  logLevel: 'error',
});
const {
  readHistories,
  commitTree,
  commitOf,
  endSession,
  isUse,
  saysGenerated,
  SOURCE,
  defaultConfig,
  loadEngine,
  loadParsers,
  compareParsers,
} = await import(pathToFileURL(path.join(folder, 'run/main.js')).href);
process.on('exit', () => fs.rmSync(folder, { recursive: true }));

const mirror = arg('mirror');
const repos = arg('repo', 'bloom-housing/bloom,outline/outline,Unleash/unleash').split(',');
const most = Number(arg('files', 700));
const withCallers = process.argv.includes('--callers');
const WORDS = [
  'prisma',
  'knex',
  'sequelize',
  'typeorm',
  'db',
  'sql',
  'query',
  'repository',
  'select',
  'insert',
  'update',
  'findOne',
  'findAll',
  'findMany',
  'findByPk',
  'isEnabled',
  'isFeatureFlagOn',
];

let total = 0;
for (const wanted of repos) {
  const [name, ref = 'HEAD'] = wanted.split('@');
  const cwd = path.join(mirror, name.replace('/', '+'), 'repo');
  const commit = await commitOf(cwd, ref);
  const tree = commitTree(cwd, commit);
  const started = performance.now();
  const histories = await readHistories(null, tree, defaultConfig, loadEngine);
  const parsers = await loadParsers(histories.map((h) => h.dialect));
  const databases = histories.map((h) => ({ id: h.id, dialect: h.dialect, ...h.head }));
  const mentioned = (await tree.search(WORDS)).filter((file) => SOURCE.test(file) && isUse(file)).sort();
  const texts = await tree.read(mentioned);
  const all = mentioned.filter((file) => !saysGenerated(Buffer.from(texts.get(file) ?? []).toString('utf8')));
  const step = Math.max(1, all.length / most);
  const files = Array.from({ length: Math.min(most, all.length) }, (_, i) => all[Math.floor(i * step)]);
  const config = {
    ...defaultConfig,
    evaluators: [
      { call: 'isFeatureFlagOn', key: 1 },
      { call: 'isEnabled', key: 0 },
    ],
  };
  const sources = { tree, databases, config, parsers, isIgnored: () => false, hasFlags: true };
  const { facts, differences, unread } = await compareParsers(sources, files, withCallers);
  endSession(cwd);
  total += differences.length;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`\n${name}@${commit.slice(0, 9)}: ${files.length} of ${all.length} files with a word of a query, ${seconds} s`);
  console.log(`  ${[...facts].map(([kind, count]) => `${count} × ${kind}`).join(', ')}`);
  console.log(`  differences: ${differences.length}; files that only oxc reads: ${unread.length}`);
  for (const line of [...differences, ...unread]) console.log(`  - ${line}`);
}
process.exitCode = total > 0 ? 1 : 0;
