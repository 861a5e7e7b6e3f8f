/**
 * Replays every migration of bare repositories and prints what was read: `node bench/replay.mjs --mirror <folder> [--repo a/b,c/d@<commit>] [--unread 20]`.
 * For Prisma the replayed schema is compared with the schema files: tables, columns, nullability, rough type.
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
const bundle = path.join(root, 'bench', `.replay-${process.pid}.mjs`);
await build({
  absWorkingDir: root,
  stdin: {
    contents: `export { readHistories } from './src/extract/history.ts';
export { commitTree } from './src/discover/git-trees.ts';
export { commitOf } from './src/discover/revisions.ts';
export { endSession } from './src/discover/blobs.ts';
export { defaultConfig } from './src/config/load.ts';
export { loadEngine } from './src/schema/engines.ts';`,
    resolveDir: root,
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  outfile: bundle,
  logLevel: 'error',
});
const { readHistories, commitTree, commitOf, endSession, defaultConfig, loadEngine } = await import(pathToFileURL(bundle).href).finally(
  () => fs.rmSync(bundle),
);

const mirror = arg('mirror');
const repos = arg('repo')?.split(',') ?? fs.readdirSync(mirror).filter((name) => fs.existsSync(path.join(mirror, name, 'repo')));
const shown = Number(arg('unread', 20));
const share = ({ statements, unreadable }) =>
  statements === 0 ? 'none' : `${statements}, read ${Math.max(0, 100 - (100 * unreadable) / statements).toFixed(2)} % (${unreadable} not)`;

/** Rough types, so that Prisma's names and the database's can be compared. */
const ROUGH = [
  [/^(?:text|character|varchar|char|citext|longtext|mediumtext|tinytext)/i, 'String'],
  [/^(?:integer|int|smallint|serial|tinyint|mediumint)\b/i, 'Int'],
  [/^(?:bigint|bigserial)/i, 'BigInt'],
  [/^(?:double precision|real|float|double)/i, 'Float'],
  [/^(?:numeric|decimal)/i, 'Decimal'],
  [/^(?:boolean|bool)/i, 'Boolean'],
  [/^(?:timestamp|date|datetime|time)/i, 'DateTime'],
  [/^json/i, 'Json'],
  [/^(?:bytea|blob|longblob|binary|varbinary)/i, 'Bytes'],
  [/^uuid/i, 'String'],
];
const rough = (type) =>
  ROUGH.find(([pattern]) => pattern.test(type))?.[1] ?? type.replace(/^.*\./, '').replaceAll('"', '').replace(/\[\]$/, '');

/** The hidden table of a relation between lists. */
const isRelation = (table) => /(?:^|\.)_\w+$/.test(table);

function compareWithPrisma({ schema, prisma }) {
  const differences = [];
  const mapped = new Set();
  for (const model of prisma.models.values()) {
    const table = schema.tables.get(model.table);
    mapped.add(model.table);
    if (!table) {
      if (!schema.routines.has(`view ${model.table}`)) differences.push(`${model.table}: no such table`);
      continue;
    }
    const fields = [...model.fields.values()].filter((field) => field.kind !== 'relation');
    for (const field of fields) {
      const column = table.columns.get(field.column);
      const name = `${model.table}.${field.column}`;
      if (!column) differences.push(`${name}: no such column`);
      else {
        if (!field.list && column.nullable !== field.optional)
          differences.push(`${name}: nullable ${column.nullable}, Prisma ${field.optional}`);
        const type = rough(column.type);
        const wanted = prisma.enums.get(field.type)?.name ?? field.type;
        if (type !== wanted && !field.type.startsWith('Unsupported')) differences.push(`${name}: ${column.type}, Prisma ${wanted}`);
      }
    }
    const known = new Set(fields.map((field) => field.column));
    for (const column of table.columns.keys()) if (!known.has(column)) differences.push(`${model.table}.${column}: not in Prisma`);
  }
  for (const table of schema.tables.keys()) if (!mapped.has(table) && !isRelation(table)) differences.push(`${table}: not in Prisma`);
  return differences;
}

const sum = { file: { statements: 0, unreadable: 0 }, query: { statements: 0, unreadable: 0 }, builder: { statements: 0, unreadable: 0 } };
for (const wanted of repos) {
  const [name, ref = 'HEAD'] = wanted.split('@');
  const cwd = path.join(mirror, name.replace('/', '+'), 'repo');
  const commit = await commitOf(cwd, ref);
  const started = performance.now();
  const histories = await readHistories(null, commitTree(cwd, commit), defaultConfig, loadEngine);
  endSession(cwd);
  console.log(`\n${name}@${commit.slice(0, 9)}: ${histories.length} databases, ${(performance.now() - started).toFixed(0)} ms`);
  for (const h of histories) {
    console.log(`  ${h.id} (${h.layout}, ${h.dialect}) ${h.migrations} migrations, ${h.head.schema.tables.size} tables`);
    for (const [origin, label] of Object.entries({ file: 'SQL files', query: 'SQL in code', builder: 'builder calls' })) {
      const count = h.counts[origin];
      if (count.statements > 0) console.log(`    ${label}: ${share(count)}`);
      if (h.dialect === 'postgres') {
        sum[origin].statements += count.statements;
        sum[origin].unreadable += count.unreadable;
      }
    }
    for (const u of h.unreadable.slice(0, shown))
      console.log(`    - ${u.location.file}:${u.location.line} ${u.reason} | ${u.excerpt.slice(0, 70)} [${u.words}]`);
    if (h.head.prisma && h.head.schema.tables.size > 0) {
      const differences = compareWithPrisma(h.head);
      console.log(`    schema.prisma: ${differences.length} differences in ${h.head.prisma.models.size} models`);
      for (const d of differences.slice(0, shown)) console.log(`      ${d}`);
    }
  }
}
console.log(`\nall PostgreSQL: SQL files ${share(sum.file)}; SQL in code ${share(sum.query)}; builder calls ${share(sum.builder)}`);
