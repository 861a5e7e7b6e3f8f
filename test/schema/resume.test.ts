import { expect, test } from 'vitest';
import { loadPostgres } from '../../src/parse/sql/postgres.ts';
import { postgresEngine } from '../../src/schema/postgres/engine.ts';
import { replay, sqlFile } from '../../src/schema/replay.ts';

const HISTORY = [
  "CREATE TABLE events (id bigint, at date, source text) PARTITION BY RANGE (at); CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  'CREATE TYPE mood AS (happy boolean); CREATE DOMAIN email AS text; CREATE TABLE users (id int PRIMARY KEY, contact email)',
  'CREATE TABLE drafts (id int); DROP TABLE drafts',
  'ALTER TABLE events DROP COLUMN source; DROP TABLE IF EXISTS drafts; DROP TYPE mood',
  'CREATE VIEW contacts AS SELECT contact FROM users; ALTER TABLE users RENAME TO people',
  'ALTER TABLE people DROP COLUMN contact CASCADE',
];

test('a replay that is taken up again ends where one in a single go ends', async () => {
  const engine = postgresEngine(await loadPostgres());
  const files = HISTORY.map((text, i) => sqlFile({ id: `${i}`, path: `${i}.sql`, content: `${i}` }, text));
  const whole = replay(files, engine);
  for (let cut = 0; cut <= files.length; cut++) {
    const first = replay(files.slice(0, cut), engine);
    const second = replay(files.slice(cut), engine, first.schema);
    expect(second.schema).toEqual(whole.schema);
    expect([...first.changes, ...second.changes]).toEqual(whole.changes);
  }
  expect([...(whole.schema.tables.get('events_2026')?.columns.keys() ?? [])]).toEqual(['id', 'at']);
});
