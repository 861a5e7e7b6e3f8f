/**
 * The hazard table against PostgreSQL: each row's example is run in a transaction; its lock is read from pg_locks, a rewrite
 * from the table's file node, a scan from a row that the statement refuses to find.
 */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadPostgres } from '../../src/parse/sql/postgres.ts';
import { POSTGRES_HAZARDS } from '../../src/schema/hazards/postgres.ts';
import { postgresEngine } from '../../src/schema/postgres/engine.ts';
import { type Engine, replay, sqlFile } from '../../src/schema/replay.ts';
import type { Action } from '../../src/schema/types.ts';
import { resetDatabase } from './oracle.ts';

let db: PGlite;
let engine: Engine;
beforeAll(async () => {
  db = await PGlite.create();
  engine = postgresEngine(await loadPostgres());
}, 60_000);
afterAll(() => db.close());

const SCHEMA = `CREATE TABLE teams (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int, b text, v varchar(50), n numeric(10,2), ts timestamp, tz timestamptz, team int, p point);
INSERT INTO teams VALUES (1); INSERT INTO t VALUES (1, 1, 'x', 'y', 1, now(), now(), 1, NULL);
CREATE TABLE parts (id int NOT NULL) PARTITION BY RANGE (id); CREATE TABLE part (id int NOT NULL); CREATE TABLE on_it PARTITION OF parts FOR VALUES FROM (100) TO (200);
CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE DOMAIN plain AS int; CREATE TABLE of_plain (x plain);
CREATE TYPE mood AS ENUM ('ok'); CREATE INDEX t_b ON t (b); ALTER TABLE t ADD CONSTRAINT t_team FOREIGN KEY (team) REFERENCES teams;
CREATE MATERIALIZED VIEW mv AS SELECT id FROM t; CREATE UNIQUE INDEX mv_id ON mv (id); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`;

beforeEach(async () => {
  await resetDatabase(db);
  await db.exec(SCHEMA);
  await db.exec('SET timezone TO UTC');
});

const actionsOf = (sql: string, inTransaction = false): readonly Action[] => {
  const start = replay([sqlFile({ id: '0', path: '0.sql', content: '' }, SCHEMA)], engine).schema;
  return replay([sqlFile({ id: '1', path: '1.sql', content: '' }, sql, inTransaction ? 'file' : 'none')], engine, start).actions;
};

const MODES: Readonly<Record<string, string>> = {
  AccessExclusiveLock: 'ACCESS EXCLUSIVE',
  ShareRowExclusiveLock: 'SHARE ROW EXCLUSIVE',
  ShareLock: 'SHARE',
  ShareUpdateExclusiveLock: 'SHARE UPDATE EXCLUSIVE',
  RowExclusiveLock: 'ROW EXCLUSIVE',
};
const STRENGTH = ['ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE', 'SHARE ROW EXCLUSIVE', 'ACCESS EXCLUSIVE'];

interface Measured {
  readonly lock: string;
  readonly isRewritten: boolean;
}

const nodeOf = async (table: string): Promise<unknown> =>
  (await db.query(`SELECT relfilenode AS node FROM pg_class WHERE oid = '${table}'::regclass`)).rows;

/** Runs SQL in a transaction that is undone. */
const measure = async (sql: string, table: string): Promise<Measured> => {
  await db.exec('BEGIN');
  try {
    const before = JSON.stringify(await nodeOf(table));
    await db.exec(sql);
    const { rows } = await db.query<{ mode: string }>(`SELECT mode FROM pg_locks WHERE relation = '${table}'::regclass`);
    const modes = rows.map(({ mode }) => MODES[mode] ?? '').sort((a, b) => STRENGTH.indexOf(b) - STRENGTH.indexOf(a));
    return { lock: modes[0] ?? '', isRewritten: JSON.stringify(await nodeOf(table)) !== before };
  } finally {
    await db.exec('ROLLBACK');
  }
};

/** Row, example, table that is locked. What cannot run in a transaction is tested below. */
const EXAMPLES: readonly (readonly [string, string, string])[] = [
  ['pg-type-rewrite', 'ALTER TABLE t ALTER a TYPE bigint', 't'],
  ['pg-type-rewrite', 'ALTER TABLE t ALTER v TYPE varchar(10)', 't'],
  ['pg-type-rewrite', 'ALTER TABLE t ALTER b TYPE varchar(10)', 't'],
  ['pg-type-rewrite', 'ALTER TABLE t ALTER n TYPE numeric(12,4)', 't'],
  ['pg-add-volatile', 'ALTER TABLE t ADD u uuid DEFAULT gen_random_uuid()', 't'],
  ['pg-add-volatile', 'ALTER TABLE t ADD u timestamptz DEFAULT clock_timestamp()', 't'],
  ['pg-add-identity', 'ALTER TABLE t ADD u bigserial', 't'],
  ['pg-add-identity', 'ALTER TABLE t ADD u int GENERATED ALWAYS AS IDENTITY', 't'],
  ['pg-add-generated', 'ALTER TABLE t ADD u int GENERATED ALWAYS AS (a * 2) STORED', 't'],
  ['pg-add-domain', 'ALTER TABLE t ADD u positive', 't'],
  ['pg-set-not-null', 'ALTER TABLE t ALTER a SET NOT NULL', 't'],
  ['pg-add-check', 'ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)', 't'],
  ['pg-add-foreign-key', 'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (team) REFERENCES teams', 't'],
  ['pg-add-foreign-key', 'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (team) REFERENCES teams', 'teams'],
  ['pg-add-key', 'ALTER TABLE t ADD CONSTRAINT k UNIQUE (b)', 't'],
  ['pg-add-exclusion', 'ALTER TABLE t ADD EXCLUDE USING gist (p WITH ~=)', 't'],
  ['pg-domain-check', 'ALTER DOMAIN plain ADD CHECK (VALUE > 0)', 'of_plain'],
  ['pg-create-index', 'CREATE INDEX ON t (a)', 't'],
  ['pg-drop-index', 'DROP INDEX t_b', 't'],
  ['pg-drop-foreign-key', 'ALTER TABLE t DROP CONSTRAINT t_team', 't'],
  ['pg-drop-foreign-key', 'ALTER TABLE t DROP CONSTRAINT t_team', 'teams'],
  ['pg-create-trigger', 'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()', 't'],
  ['pg-reindex', 'REINDEX TABLE t', 't'],
  ['pg-cluster', 'CLUSTER t USING t_pkey', 't'],
  ['pg-refresh', 'REFRESH MATERIALIZED VIEW mv', 'mv'],
  ['pg-set-logged', 'ALTER TABLE t DROP CONSTRAINT t_team, SET UNLOGGED', 't'],
  ['pg-write-all', 'UPDATE t SET a = 2', 't'],
  ['pg-write-all', 'DELETE FROM t', 't'],
  ['pg-truncate', 'TRUNCATE t', 't'],
  ['pg-add-key', 'ALTER TABLE t ADD u int UNIQUE', 't'],
  ['pg-add-check', 'ALTER TABLE t ADD u int CHECK (u > 0)', 't'],
  ['pg-add-foreign-key', 'ALTER TABLE t ADD u int DEFAULT 1 REFERENCES teams', 'teams'],
  ['pg-add-key', 'ALTER TABLE part ADD PRIMARY KEY (id)', 'part'],
  ['pg-attach-partition', 'ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (1) TO (10)', 'part'],
  ['pg-detach-partition', 'ALTER TABLE parts DETACH PARTITION on_it', 'parts'],
];

/** What only several statements of one transaction amount to. */
const TOGETHER: readonly (readonly [string, string, string])[] = [
  ['pg-validate-in-transaction', 'ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k', 't'],
  [
    'pg-validate-key-in-transaction',
    'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (team) REFERENCES teams NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k',
    't',
  ],
  ['pg-write-under-lock', 'ALTER TABLE t ADD z int; UPDATE t SET z = 1', 't'],
];

/** REINDEX rewrites indexes, TRUNCATE gives an empty file: not the table's rows. */
const OTHER_FILE = new Set(['pg-reindex', 'pg-truncate']);

test.each(EXAMPLES)('%s: %s', async (id, sql, table) => {
  const row = POSTGRES_HAZARDS.get(id);
  expect(actionsOf(sql).map(({ hazard }) => hazard)).toContain(id);
  const measured = await measure(sql, table);
  expect(measured.lock).toBe(row?.lock);
  if (!OTHER_FILE.has(id)) expect(measured.isRewritten).toBe(row?.rewrites);
});

test.each(TOGETHER)('%s: %s', async (id, sql, table) => {
  const row = POSTGRES_HAZARDS.get(id);
  expect(actionsOf(sql, true).map(({ hazard }) => hazard)).toEqual([id]);
  expect(await measure(sql, table)).toEqual({ lock: row?.lock, isRewritten: row?.rewrites });
});

test('VACUUM FULL writes the table anew; its lock is the manual’s word, it runs in no transaction', async () => {
  const before = await nodeOf('t');
  await db.query('VACUUM FULL t');
  expect(await nodeOf('t')).not.toEqual(before);
  expect(actionsOf('VACUUM FULL t').map(({ hazard }) => hazard)).toEqual(['pg-vacuum-full']);
});

test.each([
  ['ALTER TABLE t ALTER v TYPE varchar(255)'],
  ['ALTER TABLE t ALTER v TYPE text'],
  ['ALTER TABLE t ALTER b TYPE varchar'],
  ['ALTER TABLE t ALTER n TYPE numeric(12,2)'],
  ['ALTER TABLE t ALTER n TYPE numeric'],
  ['ALTER TABLE t ALTER ts TYPE timestamp(6)'],
  ['ALTER TABLE t ADD u timestamptz NOT NULL DEFAULT now()'],
  ['ALTER TABLE t ADD u text NOT NULL DEFAULT 1::text'],
  ['ALTER TABLE t ADD u plain'],
  ['ALTER TABLE t ADD u int REFERENCES teams'],
  ['ALTER TABLE t ADD u int NOT NULL DEFAULT 1, ADD w text'],
  ["SET lock_timeout TO '1s'; ALTER TABLE t ADD u int"],
  ['ALTER TABLE t DROP b'],
])('no row and no rewrite: %s', async (sql) => {
  expect(actionsOf(sql)).toEqual([]);
  expect((await measure(sql, 't')).isRewritten).toBe(false);
});

test.each(["ALTER TABLE t ALTER ts TYPE timestamptz USING ts AT TIME ZONE 'UTC'", 'ALTER TABLE t ALTER ts TYPE timestamptz(3)'])(
  'rewrites in UTC too: %s',
  async (sql) => {
    await db.exec("SET timezone TO 'UTC'");
    expect(actionsOf(sql).map(({ hazard }) => hazard)).toEqual(['pg-type-rewrite']);
    expect((await measure(sql, 't')).isRewritten).toBe(true);
  },
);

test('timestamp to timestamptz rewrites unless the session is in UTC', async () => {
  const sql = 'ALTER TABLE t ALTER ts TYPE timestamptz';
  expect(actionsOf(sql).map(({ hazard }) => hazard)).toEqual(['pg-type-session']);
  expect((await measure(sql, 't')).isRewritten).toBe(false);
  await db.exec("SET timezone TO 'Europe/Berlin'");
  expect((await measure(sql, 't')).isRewritten).toBe(true);
});

/** A row that violates it is found, or is not. */
test.each([
  ['ALTER TABLE t ADD CHECK (a < 0)', true],
  ['ALTER TABLE t ADD CHECK (a < 0) NOT VALID', false],
  ['ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES teams', true],
  ['ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES teams NOT VALID', false],
  ['ALTER TABLE t ALTER p SET NOT NULL', true],
  ['ALTER TABLE t ADD u int CHECK (a < 0)', true],
  ['ALTER TABLE t ADD u int DEFAULT 7 REFERENCES teams', true],
  ['ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (1) TO (10)', true],
])('%s scans: %s', async (sql, scans) => {
  await db.exec("INSERT INTO t VALUES (2, 1, 'x', 'y', 1, now(), now(), 1, NULL); INSERT INTO part VALUES (50)");
  const fails = await db.exec(sql).then(
    () => false,
    () => true,
  );
  expect(fails).toBe(scans);
  expect(actionsOf(sql).some(({ hazard }) => POSTGRES_HAZARDS.get(hazard)?.scans)).toBe(scans);
});

test('a CHECK that is valid saves the scan of SET NOT NULL', () => {
  const check = 'ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k;';
  expect(actionsOf(`${check} ALTER TABLE t ALTER a SET NOT NULL`)).toEqual([]);
});

test.each([
  ['ALTER TABLE part ADD CHECK (id >= 1 AND id < 10); ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (1) TO (10)', true],
  ['ALTER TABLE part ADD CHECK (id >= 1); ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (1) TO (10)', false],
  [
    'ALTER TABLE part ADD CHECK (id >= 1 AND id < 10) NOT VALID; ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (1) TO (10)',
    false,
  ],
])('a valid CHECK of the bounds saves the scan of ATTACH: %s', async (sql, isSaved) => {
  expect(actionsOf(sql).every(({ hazard }) => hazard !== 'pg-attach-partition')).toBe(isSaved);
  await db.exec('SET client_min_messages TO debug1');
  const notices: string[] = [];
  await db.exec(sql, { onNotice: ({ message }) => notices.push(message ?? '') });
  await db.exec('RESET client_min_messages');
  expect(notices.some((message) => message.includes('is implied by existing constraints'))).toBe(isSaved);
});

test.each([
  ['pg-concurrently-in-transaction', 'CREATE INDEX CONCURRENTLY ON t (a)'],
  ['pg-concurrently-in-transaction', 'DROP INDEX CONCURRENTLY t_b'],
  ['pg-concurrently-in-transaction', 'REINDEX TABLE CONCURRENTLY t'],
  ['pg-enum-value-in-transaction', "ALTER TYPE mood ADD VALUE 'new'; SELECT 'new'::mood"],
])('%s fails in a transaction, and only there: %s', async (id, sql) => {
  expect(actionsOf(sql, true).map(({ hazard }) => hazard)).toEqual([id]);
  expect(actionsOf(sql)).toEqual([]);
  await db.exec('BEGIN');
  await expect(db.exec(sql)).rejects.toThrow();
  await db.exec('ROLLBACK');
  for (const one of sql.split('; ')) await db.query(one);
});

test('what one transaction adds up to', () => {
  const ids = (sql: string): readonly string[] => actionsOf(sql, true).map(({ hazard }) => hazard);
  expect(ids("CREATE TYPE fresh AS ENUM ('a'); ALTER TYPE fresh ADD VALUE 'b'; SELECT 'b'::fresh")).toEqual([]);
});

test.each([
  ['CREATE INDEX i ON t (a)', 't'],
  ['ALTER TABLE t ADD CHECK (a > 0)', 't'],
  ['ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (team) REFERENCES teams (id) ON DELETE CASCADE', 't'],
  ['ALTER TABLE t ADD UNIQUE (b)', 't'],
  ['ALTER TABLE t ALTER COLUMN a SET NOT NULL', 't'],
  ['ALTER TABLE t ADD u uuid DEFAULT gen_random_uuid()', 't'],
  ['DROP INDEX t_b', 't'],
  ['REINDEX TABLE t', 't'],
  ['REFRESH MATERIALIZED VIEW mv', 'mv'],
  ['ALTER TABLE parts DETACH PARTITION on_it', 'parts'],
  ['ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (1) TO (10)', 'part'],
  ['ALTER TABLE t ADD u int UNIQUE', 't'],
  ['ALTER TABLE t ADD u int CHECK (u > 0)', 't'],
  ['ALTER TABLE t ADD w int, ADD CHECK (a > 0)', 't'],
])('the safe form runs, and is itself no hazard: %s', async (sql) => {
  const [action] = actionsOf(sql);
  const safe = action?.instead ?? '';
  const parsed = (await loadPostgres()).parse(safe);
  expect(parsed.ok && parsed.nodes.length).toBeGreaterThan(0);
  expect(actionsOf(safe)).toEqual([]);
  for (const one of safe.split(';\n')) await db.query(one.replace(/;$/, ''));
});

test('every row has been run, but those that need a server of its own', () => {
  const run = new Set([
    ...EXAMPLES.map(([id]) => id),
    'pg-type-session',
    'pg-concurrently-in-transaction',
    'pg-enum-value-in-transaction',
    ...TOGETHER.map(([id]) => id),
    'pg-vacuum-full',
  ]);
  // A second tablespace or access method is not there to be moved to.
  const apart = ['pg-set-tablespace', 'pg-set-access-method'];
  expect([...POSTGRES_HAZARDS.keys()].filter((id) => !run.has(id))).toEqual(apart);
});

test('nobody waits for a materialized view that the same change makes', () => {
  const made = actionsOf('CREATE MATERIALIZED VIEW fresh AS SELECT id FROM t; CREATE INDEX fresh_id ON fresh (id)');
  expect(made.filter(({ table }) => table === 'fresh').map(({ isNew }) => isNew)).toEqual([true]);
  expect(actionsOf('CREATE INDEX mv_more ON mv (id)').map(({ isNew }) => isNew)).toEqual([false]);
});
