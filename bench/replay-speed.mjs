/**
 * How long a replay takes, and what it keeps: `node --expose-gc bench/replay-speed.mjs [--squawk <command>|none]`.
 * Histories are made up: each migration adds a table, changes an older one, and drops one that is ten migrations old, so that the
 * final schema has the same size whatever the history's length.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const arg = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? fallback : process.argv[i + 1];
};
const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = path.join(root, 'bench', `.replay-speed-${process.pid}.mjs`);
await build({
  absWorkingDir: root,
  stdin: {
    contents: `export { replay, sqlFile } from './src/schema/replay.ts';
export { loadEngine } from './src/schema/engines.ts';`,
    resolveDir: root,
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  external: ['libpg-query', 'oxc-parser', 'pgsql-ast-parser'],
  outfile: bundle,
  logLevel: 'error',
});
const { replay, sqlFile, loadEngine } = await import(pathToFileURL(bundle).href).finally(() => fs.rmSync(bundle));

const KEPT = 10;
const FIXED = 100;

const fixed = Array.from(
  { length: FIXED },
  (_, i) => `CREATE TABLE base_${i} (id bigserial PRIMARY KEY, name text NOT NULL, state text DEFAULT 'new', owner_id bigint);`,
).join('\n');

/** One migration, of about ten statements. */
const migration = (
  i,
) => `CREATE TABLE event_${i} (id bigserial PRIMARY KEY, base_id bigint REFERENCES base_${i % FIXED} (id), body jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE INDEX event_${i}_at ON event_${i} (at);
CREATE VIEW recent_${i} AS SELECT id, body FROM event_${i} WHERE at > now() - interval '1 day';
ALTER TABLE base_${i % FIXED} ADD COLUMN extra_${i} varchar(50), ADD CONSTRAINT extra_${i}_set CHECK (extra_${i} <> '') NOT VALID;
ALTER TABLE base_${i % FIXED} VALIDATE CONSTRAINT extra_${i}_set;
UPDATE base_${i % FIXED} SET extra_${i} = name WHERE id < 1000;
ALTER TABLE base_${i % FIXED} DROP COLUMN extra_${i};
${i < KEPT ? '' : `DROP VIEW recent_${i - KEPT};\nDROP TABLE event_${i - KEPT};`}`;

const historyOf = (count, text) =>
  Array.from({ length: count }, (_, i) => {
    const content = i === 0 ? `${fixed}\n${text(0)}` : text(i);
    return sqlFile({ id: String(i), path: `migrations/${i}.sql`, content }, content);
  });

const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(2)} s`;
const heap = () => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
};

const cold = performance.now();
const postgres = await loadEngine('postgres');
const first = replay(historyOf(1000, migration), postgres);
console.log(
  `PostgreSQL, 1000 migrations (${first.statements} statements), cold with the parser: ${seconds(cold)}; ${first.unreadable.length} unreadable, ${first.refusals.length} refused`,
);

for (const count of [1000, 2000, 4000]) {
  const before = heap();
  const started = performance.now();
  const { schema } = replay(historyOf(count, migration), postgres);
  const took = seconds(started);
  console.log(
    `PostgreSQL, ${count} migrations, warm: ${took}; the schema (${schema.tables.size} tables) keeps ${(heap() - before).toFixed(1)} MB${globalThis.gc ? '' : ' (without --expose-gc: rubbish included)'}`,
  );
}

const mysql = await loadEngine('mysql');
const alters = historyOf(300, (i) => `ALTER TABLE base_${i % FIXED} ADD COLUMN extra_${i} varchar(50) NOT NULL DEFAULT '';`).map(
  ({ migration: own }) => sqlFile(own, own.content.replaceAll('bigserial', 'bigint').replaceAll('text DEFAULT', 'varchar(20) DEFAULT')),
);
replay(alters, mysql);
const warm = performance.now();
const { unreadable } = replay(alters, mysql);
console.log(`MySQL, 300 ALTERs after warm-up: ${seconds(warm)}; ${unreadable.length} unreadable`);

const squawk = arg('squawk', 'npx --yes squawk-cli@2.66.0').split(' ');
if (squawk[0] !== 'none') {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'replay-speed-'));
  const files = historyOf(1000, migration).map(({ migration: own }, i) => {
    const file = path.join(folder, `${i}.sql`);
    fs.writeFileSync(file, own.content);
    return file;
  });
  spawnSync(squawk[0], [...squawk.slice(1), '--version']);
  const started = performance.now();
  const run = spawnSync(squawk[0], [...squawk.slice(1), ...files], { encoding: 'utf8', maxBuffer: 1 << 28 });
  console.log(`squawk, the same 1000 files, each for itself: ${run.error ? run.error.message : seconds(started)}`);
  fs.rmSync(folder, { recursive: true });
}
