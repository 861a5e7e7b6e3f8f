/**
 * What `references` says a query uses, judged by MariaDB: a query can be prepared as long as all it uses is there. Each column is renamed
 * away in turn; preparing fails exactly when the column is used.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadMysql } from '../../src/parse/sql/mysql/mysql.ts';
import { references } from '../../src/schema/references.ts';
import type { Column, Schema } from '../../src/schema/types.ts';
import { type Judge, runIn, startDatabase, whyNoDatabase } from './mysql-database.ts';

const TABLES: Readonly<Record<string, readonly string[]>> = {
  users: ['id', 'userName', 'email', 'team_id', 'data', 'type'],
  posts: ['id', 'user_id', 'title', 'body', 'created_at'],
  teams: ['id', 'name', 'owner_id'],
};

const QUERIES: readonly string[] = [
  'SELECT id FROM users',
  'SELECT u.id, u.email FROM users u WHERE u.userName = ?',
  'SELECT `users`.`email` FROM `users` ORDER BY `users`.`id` DESC LIMIT ?, ?',
  'SELECT email AS e FROM users ORDER BY e',
  'SELECT USERNAME, Email FROM users WHERE ID = 1',
  'SELECT type, COUNT(*) AS n FROM users GROUP BY type HAVING n > 1',
  'SELECT team_id, MAX(id) FROM users GROUP BY team_id WITH ROLLUP',
  'SELECT DISTINCT title FROM posts',
  'SELECT u.email, p.title FROM users u JOIN posts p ON p.user_id = u.id',
  'SELECT u.email, p.title FROM users u LEFT JOIN posts p ON p.user_id = u.id AND p.body IS NOT NULL',
  'SELECT u.email FROM users u, posts p WHERE p.user_id = u.id',
  'SELECT u.email FROM users u STRAIGHT_JOIN posts p ON p.user_id = u.id',
  'SELECT u.email, t.name FROM (users u, teams t) WHERE t.id = u.team_id',
  'SELECT u.email FROM users u LEFT JOIN (posts p JOIN teams t ON t.id = p.user_id) ON p.user_id = u.id',
  'SELECT email FROM users JOIN posts USING (id)',
  'SELECT email FROM users WHERE id IN (SELECT user_id FROM posts)',
  'SELECT email FROM users WHERE EXISTS (SELECT 1 FROM posts WHERE posts.user_id = users.id)',
  'SELECT email FROM users u WHERE NOT EXISTS (SELECT * FROM posts p WHERE p.user_id = u.team_id)',
  'SELECT (SELECT MAX(p.created_at) FROM posts p WHERE p.user_id = u.id) AS latest FROM users u',
  'SELECT s.e FROM (SELECT email AS e FROM users) s',
  'SELECT s.e FROM (SELECT email AS e, id FROM users WHERE type = 1) AS s WHERE s.id > 2',
  'SELECT email FROM users WHERE (id, team_id) IN (SELECT p.user_id, p.id FROM posts p)',
  'SELECT email FROM users WHERE id = ANY (SELECT user_id FROM posts)',
  'SELECT title FROM posts UNION SELECT email FROM users',
  'SELECT title AS x FROM posts UNION ALL SELECT email FROM users ORDER BY x LIMIT 3',
  '(SELECT title FROM posts LIMIT 1) UNION (SELECT name FROM teams LIMIT 2)',
  'SELECT id FROM users UNION SELECT id FROM posts UNION SELECT id FROM teams',
  'WITH x AS (SELECT id, email FROM users) SELECT email FROM x',
  'WITH x (a, b) AS (SELECT id, email FROM users), y AS (SELECT user_id FROM posts) SELECT x.b FROM x JOIN y ON y.user_id = x.a',
  'WITH RECURSIVE t AS (SELECT id, owner_id FROM teams UNION ALL SELECT t.id, t.owner_id FROM t JOIN users u ON u.id = t.owner_id) SELECT id FROM t',
  'SELECT ROW_NUMBER() OVER (PARTITION BY team_id ORDER BY email) FROM users',
  'SELECT SUM(id) OVER w FROM posts WINDOW w AS (PARTITION BY user_id)',
  "SELECT CASE type WHEN 'a' THEN email ELSE userName END FROM users",
  'SELECT IF(type = 1, email, NULL), IFNULL(userName, 1), COALESCE(data, 2) FROM users',
  "SELECT GROUP_CONCAT(DISTINCT title ORDER BY created_at SEPARATOR ', ') FROM posts GROUP BY user_id",
  'SELECT COUNT(DISTINCT user_id), COUNT(*) FROM posts',
  'SELECT CAST(id AS CHAR), CONVERT(email USING utf8mb4), DATE_ADD(NOW(), INTERVAL team_id DAY) FROM users',
  "SELECT SUBSTRING(title FROM 1 FOR 3), TRIM(BOTH 'x' FROM body), EXTRACT(YEAR FROM created_at) FROM posts",
  "SELECT JSON_EXTRACT(data, '$.a'), JSON_OBJECT('k', email) FROM users",
  "SELECT id FROM users WHERE email LIKE '%id%' ESCAPE '!' AND userName REGEXP 'type' AND team_id BETWEEN 1 AND 2",
  'SELECT id FROM users WHERE email = \'a\' COLLATE utf8mb4_bin AND BINARY userName = "team_id"',
  'SELECT id FROM users WHERE NOT team_id <=> NULL AND (type = 1 OR -id < ~team_id)',
  'SELECT id FROM users FORCE INDEX (PRIMARY) WHERE email = ?',
  'SELECT id FROM users WHERE email = ? FOR UPDATE',
  'SELECT id FROM users WHERE email = ? LOCK IN SHARE MODE',
  'SELECT SQL_CALC_FOUND_ROWS id FROM users LIMIT 5 OFFSET 10',
  'SELECT /*+ no_index(email) */ id # userName\n FROM users -- team_id\n',
  'SELECT id /*! , email */ FROM users',
  'SELECT users.id AS `email` FROM users',
  "SELECT id 'email' FROM users",
  'SELECT id FROM posts ORDER BY FIELD(title, 1, 2), body IS NULL',
  'INSERT INTO posts (title, body) VALUES (?, ?)',
  'INSERT INTO posts SET title = ?, body = ?',
  'INSERT IGNORE INTO posts (title) SELECT email FROM users WHERE team_id = 1',
  'INSERT INTO posts (id, title) VALUES (1, ?) ON DUPLICATE KEY UPDATE title = VALUES(title), body = CONCAT(body, 1)',
  'INSERT INTO posts (title) SELECT name FROM teams ON DUPLICATE KEY UPDATE posts.body = 1',
  'INSERT INTO posts (id) SELECT id FROM users UNION SELECT id FROM teams',
  'INSERT INTO posts (title) SELECT u.email FROM users u ON DUPLICATE KEY UPDATE title = u.userName, body = team_id',
  'INSERT INTO posts (id) VALUES (1) RETURNING id, title AS t',
  'DELETE FROM posts WHERE id = 1 RETURNING CONCAT(title, user_id)',
  "SELECT u.id, j.name FROM users u JOIN JSON_TABLE(u.data, '$[*]' COLUMNS (name VARCHAR(40) PATH '$.name', NESTED PATH '$.b[*]' COLUMNS (c INT PATH '$'))) AS j ON 1 = 1",
  "SELECT userName FROM users, JSON_TABLE(data, '$' COLUMNS (n FOR ORDINALITY)) j WHERE j.n > 1",
  'REPLACE INTO posts (title) VALUES (1)',
  'REPLACE INTO posts SET title = 1, user_id = 2',
  'UPDATE users SET email = NULL WHERE id = ?',
  'UPDATE users SET email = userName, type = type + 1 WHERE team_id = 1 ORDER BY id LIMIT 5',
  'UPDATE users AS u SET u.email = 1',
  'UPDATE users u JOIN posts p ON p.user_id = u.id SET u.email = p.title WHERE p.body = 1',
  'UPDATE users u, posts p SET u.email = 1, p.title = 2 WHERE p.user_id = u.id',
  'UPDATE users LEFT JOIN (SELECT user_id FROM posts) s ON s.user_id = users.id SET email = 1',
  'DELETE FROM posts WHERE user_id = ? ORDER BY created_at LIMIT 2',
  'DELETE p FROM posts p JOIN users u ON u.id = p.user_id WHERE u.email IS NULL',
  'DELETE posts, users FROM posts INNER JOIN users ON users.id = posts.user_id',
  'DELETE FROM posts USING posts JOIN users ON users.id = posts.user_id WHERE users.type = 1',
  'DELETE FROM users WHERE id NOT IN (SELECT owner_id FROM teams)',
];

/** Columns MariaDB looks for when the statement runs, not when it is prepared. */
const LATE: ReadonlyMap<string, readonly string[]> = new Map([
  ['INSERT IGNORE INTO posts (title) SELECT email FROM users WHERE team_id = 1', ['posts.title']],
  ['INSERT INTO posts (title) SELECT name FROM teams ON DUPLICATE KEY UPDATE posts.body = 1', ['posts.title', 'posts.body']],
  [
    'INSERT INTO posts (title) SELECT u.email FROM users u ON DUPLICATE KEY UPDATE title = u.userName, body = team_id',
    ['posts.title', 'posts.body', 'users.userName', 'users.team_id'],
  ],
  ['INSERT INTO posts (id) SELECT id FROM users UNION SELECT id FROM teams', ['posts.id']],
  ['UPDATE users u JOIN posts p ON p.user_id = u.id SET u.email = p.title WHERE p.body = 1', ['posts.title']],
  ['DELETE FROM posts WHERE user_id = ? ORDER BY created_at LIMIT 2', ['posts.created_at']],
]);

const column = (name: string): Column => ({ name, type: 'int', nullable: true, default: null, generated: false });
const schema: Schema = {
  tables: new Map(
    Object.entries(TABLES).map(([name, columns]) => [
      name,
      { name, columns: new Map(columns.map((c) => [c, column(c)])), constraints: new Map(), indexes: new Map() },
    ]),
  ),
  enums: new Map(),
  routines: new Map(),
};

const ALL = Object.entries(TABLES).flatMap(([table, columns]) => columns.map((name) => `${table}.${name}`));

test.skipIf(whyNoDatabase === null)(`MySQL's queries are not judged: ${whyNoDatabase}`, () => {});

describe.skipIf(whyNoDatabase !== null)("MySQL's queries, judged by MariaDB", () => {
  let judge: Judge;
  const used = new Map<string, Set<string>>(QUERIES.map((sql) => [sql, new Set()]));

  beforeAll(async () => {
    judge = await startDatabase();
    const run = async (sql: string): Promise<void> => expect(await runIn(judge.connection, sql), sql).toBeNull();
    const prepares = async (sql: string): Promise<string | null> =>
      runIn(judge.connection, `PREPARE q FROM '${sql.replace(/\\/g, '\\\\').replace(/'/g, "''")}'`);
    for (const [table, columns] of Object.entries(TABLES)) {
      await run(
        `CREATE TABLE ${table} (id int PRIMARY KEY, ${columns
          .slice(1)
          .map((name) => `${name} varchar(50)`)
          .join(', ')})`,
      );
    }
    for (const sql of QUERIES) expect(await prepares(sql), sql).toBeNull();
    for (const place of ALL) {
      const [table = '', name = ''] = place.split('.');
      await run(`ALTER TABLE ${table} RENAME COLUMN ${name} TO gone`);
      for (const sql of QUERIES) if ((await prepares(sql)) !== null) used.get(sql)?.add(place);
      await run(`ALTER TABLE ${table} RENAME COLUMN gone TO ${name}`);
    }
  });
  afterAll(() => judge?.stop());

  test('there are enough of them', () => expect(new Set(QUERIES).size).toBeGreaterThanOrEqual(60));

  for (const sql of QUERIES) {
    test(sql, async () => {
      const parsed = (await loadMysql()).parse(sql);
      expect(parsed).toMatchObject({ ok: true });
      if (!parsed.ok) return;
      const nodes = parsed.nodes.map((n) => n.node);
      const found = references(nodes, schema, { toUtf16: parsed.toUtf16, anyCase: true });
      const ours = new Set(found.flatMap((use) => (use.column === null ? [] : [`${use.table}.${use.column}`])));
      for (const place of LATE.get(sql) ?? []) expect(ours.delete(place), place).toBe(true);
      expect([...ours].sort()).toEqual([...(used.get(sql) ?? [])].sort());
    });
  }
});
