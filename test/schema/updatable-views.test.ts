/** Which views can be written through: what the replay says must be what PostgreSQL says. */
import { PGlite } from '@electric-sql/pglite';
import { expect, test } from 'vitest';
import { replayTexts } from './oracle.ts';

const TABLES = 'CREATE TABLE t (id int, name text, tags text[]); CREATE TABLE o (id int, t_id int);';
const QUERIES: Readonly<Record<string, string>> = {
  plain: 'SELECT id, name FROM t',
  star: 'SELECT * FROM t WHERE id > 1 ORDER BY id',
  computed: "SELECT id, name || 'x' AS other FROM t",
  subquery: 'SELECT id, (SELECT count(*) FROM o) AS n FROM t',
  of_view: 'SELECT id FROM plain',
  only_computed: "SELECT name || 'x' AS other FROM t",
  joined: 'SELECT t.id FROM t JOIN o ON o.t_id = t.id',
  listed: 'SELECT t.id FROM t, o',
  grouped: 'SELECT name FROM t GROUP BY name',
  counted: 'SELECT count(*) AS n, max(id) AS m FROM t',
  ranked: 'SELECT id, row_number() OVER () AS r FROM t',
  distinct_rows: 'SELECT DISTINCT id FROM t',
  limited: 'SELECT id FROM t LIMIT 1',
  with_query: 'WITH x AS (SELECT 1) SELECT id FROM t',
  united: 'SELECT id FROM t UNION SELECT id FROM o',
  unnested: 'SELECT id, unnest(tags) AS tag FROM t',
  of_joined: 'SELECT id FROM joined',
  nested: 'SELECT id FROM (SELECT id FROM t) s',
};

test('updatable views are those of PostgreSQL', async () => {
  const sql = [TABLES, ...Object.entries(QUERIES).map(([name, query]) => `CREATE VIEW ${name} AS ${query};`)].join('\n');
  const db = await PGlite.create();
  try {
    await db.exec(sql);
    const { rows } = await db.query<{ name: string; yes: string }>(
      "SELECT table_name AS name, is_updatable AS yes FROM information_schema.views WHERE table_schema = 'public'",
    );
    const { schema } = await replayTexts([sql]);
    const replayed = Object.keys(QUERIES).map((name) => [name, schema.routines.get(`view ${name}`)?.isUpdatable]);
    const judged = new Map(rows.map(({ name, yes }) => [name, yes === 'YES']));
    expect(replayed).toEqual(Object.keys(QUERIES).map((name) => [name, judged.get(name)]));
  } finally {
    await db.close();
  }
});
