import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPostgres } from '../../src/parse/sql/postgres.ts';
import { references } from '../../src/schema/references.ts';
import type { Schema } from '../../src/schema/types.ts';
import { replayTexts } from './oracle.ts';

const SCHEMA = `CREATE SCHEMA app;
CREATE TABLE users (id int PRIMARY KEY, email text, name text, age int, org_id int);
CREATE TABLE orders (id int PRIMARY KEY, user_id int, total numeric, status text, created_at timestamptz);
CREATE TABLE items (id int, order_id int, sku text, qty int, tags text[], data jsonb);
CREATE TABLE "User" ("id" int, "firstName" text, "orgId" int);
CREATE TABLE app.orgs (id int, title text, parent_id int);
CREATE FUNCTION pairs() RETURNS TABLE (k int, v text) LANGUAGE sql AS $$ SELECT 1, 'x' $$`;

/** Queries whose uses PostgreSQL knows exactly: what a view on them depends on. */
const QUERIES: readonly string[] = [
  'SELECT u.email, (SELECT total FROM orders WHERE user_id = u.id LIMIT 1) AS last FROM users u WHERE age > 3 ORDER BY name',
  'SELECT * FROM users',
  'SELECT o.*, u.name FROM orders o JOIN users u ON u.id = o.user_id',
  'WITH c AS (SELECT * FROM users) SELECT email FROM c',
  'WITH c(a, b) AS (SELECT id, name FROM users), d AS (SELECT a FROM c) SELECT d.a, c.b FROM d JOIN c ON c.a = d.a',
  'WITH RECURSIVE t AS (SELECT id, parent_id, title FROM app.orgs WHERE parent_id IS NULL UNION ALL SELECT o.id, o.parent_id, o.title FROM app.orgs o JOIN t ON t.id = o.parent_id) SELECT title FROM t',
  'SELECT "firstName" FROM "User" WHERE "orgId" = 1',
  'SELECT id FROM users UNION SELECT user_id FROM orders ORDER BY 1',
  'SELECT x.id FROM (SELECT id, name FROM users) x WHERE x.name IS NOT NULL',
  'SELECT u.id FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id AND status = name)',
  'SELECT id FROM users WHERE org_id IN (SELECT id FROM app.orgs WHERE title = email)',
  'SELECT u.id, sum(o.total) OVER (PARTITION BY o.status ORDER BY o.created_at) AS s FROM users u LEFT JOIN orders o ON o.user_id = u.id',
  "SELECT count(*) AS n FROM orders GROUP BY date_trunc('day', created_at) HAVING max(total) > 3",
  "SELECT i.data ->> 'a' AS a, tag FROM items i, unnest(i.tags) AS tag",
  'SELECT l.sku FROM users u, LATERAL (SELECT sku FROM items WHERE order_id = u.org_id) l',
  'SELECT p.v, u.name FROM users u JOIN pairs() p ON p.k = u.id',
  'SELECT CASE WHEN age > 3 THEN email ELSE name END AS c FROM users',
  'SELECT (u).email AS e FROM users u',
  'SELECT u.name AS status FROM users u JOIN orders o ON o.user_id = u.id ORDER BY status',
  'SELECT DISTINCT ON (status) status, total FROM orders ORDER BY status, created_at',
  'SELECT a.id FROM users a, users b WHERE a.org_id = b.age',
  'SELECT users.email FROM public.users',
  'SELECT public.users.email FROM public.users',
  'SELECT j.total FROM (users u JOIN orders o ON u.id = o.user_id) AS j (a, b, c, d, e, f, g, total, h, i)',
  "SELECT coalesce(nullif(name, ''), email) AS n FROM users WHERE age BETWEEN 1 AND org_id",
  'SELECT array(SELECT sku FROM items WHERE order_id = o.id) AS skus FROM orders o',
  "SELECT v.x FROM (VALUES (1, 'a')) AS v (x, y) JOIN users ON users.id = v.x",
  'SELECT u.* FROM users u (a, b)',
  'SELECT sub.s FROM (SELECT status AS s, total FROM orders) sub GROUP BY sub.s',
  "SELECT data['k'] AS k, tags[1] AS first FROM items WHERE qty = ANY (ARRAY[order_id, 2])",
  "SELECT extract(year FROM created_at) AS y, total::int AS t FROM orders WHERE status LIKE 'a%' FOR UPDATE",
  'SELECT g FROM generate_series(1, (SELECT max(age) FROM users)) AS g',
  'SELECT name FROM users TABLESAMPLE SYSTEM (10)',
  "SELECT min(total) FILTER (WHERE status = 'x') AS m, array_agg(id ORDER BY created_at) AS a FROM orders",
];

let db: PGlite;
let schema: Schema;
beforeAll(async () => {
  db = await PGlite.create();
  await db.exec(SCHEMA);
  schema = (await replayTexts([SCHEMA])).schema;
}, 60_000);
afterAll(() => db.close());

const dependencies = async (query: string): Promise<readonly string[]> => {
  await db.exec(`CREATE VIEW probe AS ${query.replace(' FOR UPDATE', '')}`);
  const { rows } = await db.query<{
    line: string;
  }>(`SELECT DISTINCT CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname || '.' || a.attname AS line
    FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid AND d.classid = 'pg_rewrite'::regclass JOIN pg_class v ON v.oid = w.ev_class JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid WHERE v.relname = 'probe' AND c.relname <> 'probe' AND d.refobjsubid > 0`);
  await db.exec('DROP VIEW probe');
  return rows.map((row) => row.line).sort();
};

for (const query of QUERIES) {
  test(`references equal pg_depend: ${query}`, async () => {
    const parsed = (await loadPostgres()).parse(query);
    if (!parsed.ok) throw new Error(parsed.reason);
    const found = references(
      parsed.nodes.map(({ node }) => node),
      schema,
      { toUtf16: parsed.toUtf16 },
    );
    const columns = [...new Set(found.filter((use) => use.column !== null).map((use) => `${use.table}.${use.column}`))].sort();
    expect(columns).toEqual(await dependencies(query));
  });
}
