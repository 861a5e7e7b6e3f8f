/** MySQL queries: what they read and write, in PostgreSQL's vocabulary. The judge of the whole is test/schema/mysql-queries-oracle.test.ts. */
import { beforeAll, describe, expect, test } from 'vitest';
import { loadMysql, type Mysql } from '../../src/parse/sql/mysql/mysql.ts';
import { references } from '../../src/schema/references.ts';
import type { Column, Schema } from '../../src/schema/types.ts';

const TABLES: Readonly<Record<string, readonly string[]>> = {
  users: ['id', 'userName', 'email', 'data'],
  posts: ['id', 'user_id', 'title'],
};

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

let mysql: Mysql;
beforeAll(async () => {
  mysql = await loadMysql();
});

/** `r users.id`, `w posts` */
const uses = (sql: string): readonly string[] => {
  const parsed = mysql.parse(sql);
  if (!parsed.ok) return [`${parsed.reason} at ${parsed.offset}`];
  const found = references(
    parsed.nodes.map((n) => n.node),
    schema,
    { toUtf16: parsed.toUtf16, anyCase: true },
  );
  return [
    ...new Set(found.map((f) => `${f.kind[0]} ${f.table}${f.column === null ? '' : `.${f.column}`}${f.how === 'implicit' ? ' *' : ''}`)),
  ].sort();
};

const CASES: readonly (readonly [string, readonly string[]])[] = [
  ['SELECT username FROM users WHERE ID = ? LIMIT ?, ?', ['r users', 'r users.id', 'r users.userName']],
  [
    'SELECT u.*, p.title FROM users u JOIN posts p ON p.user_id = u.id',
    [
      'r posts',
      'r posts.title',
      'r posts.user_id',
      'r users',
      'r users.data *',
      'r users.email *',
      'r users.id',
      'r users.id *',
      'r users.userName *',
    ],
  ],
  ['SELECT `email` AS e FROM `users` ORDER BY e', ['r users', 'r users.email']],
  [
    'SELECT title FROM posts WHERE EXISTS (SELECT * FROM users WHERE users.id = user_id)',
    ['r posts', 'r posts.title', 'r posts.user_id', 'r users', 'r users.id'],
  ],
  ["SELECT data->>'$.a' FROM users", ['r users', 'r users.data']],
  ['INSERT INTO users SET email = ?, userName = ?', ['w users', 'w users.email', 'w users.userName']],
  ['INSERT INTO users (id, email) VALUES (1, ?) ON DUPLICATE KEY UPDATE email = VALUES(email)', ['w users', 'w users.email', 'w users.id']],
  [
    'INSERT INTO users (id, email) VALUES (1, ?) AS new ON DUPLICATE KEY UPDATE userName = new.email',
    ['w users', 'w users.email', 'w users.id', 'w users.userName'],
  ],
  ['INSERT INTO posts VALUES (1, 2, 3)', ['w posts', 'w posts.id *', 'w posts.title *', 'w posts.user_id *']],
  ['INSERT INTO posts () VALUES ()', ['w posts']],
  ['REPLACE INTO posts (title) SELECT email FROM users', ['r users', 'r users.email', 'w posts', 'w posts.title']],
  ['UPDATE users SET email = NULL, u.data = 1 WHERE id = 1', ['r users.id', 'w users', 'w users.data', 'w users.email']],
  [
    'UPDATE users u JOIN posts p ON p.user_id = u.id SET u.email = p.title, p.title = 1',
    ['r posts', 'r posts.title', 'r posts.user_id', 'r users', 'r users.id', 'w posts', 'w posts.title', 'w users', 'w users.email'],
  ],
  [
    'DELETE p FROM posts p LEFT JOIN users u ON u.id = p.user_id WHERE u.id IS NULL',
    ['r posts', 'r posts.user_id', 'r users', 'r users.id', 'w posts'],
  ],
  ['DELETE FROM posts WHERE title = :title', ['r posts.title', 'w posts']],
  [
    'WITH x AS (SELECT id FROM users) DELETE FROM posts WHERE user_id IN (SELECT id FROM x)',
    ['r posts.user_id', 'r users', 'r users.id', 'w posts'],
  ],
  ['SELECT title FROM posts UNION SELECT email FROM users ORDER BY title', ['r posts', 'r posts.title', 'r users', 'r users.email']],
  ['SELECT title AS type FROM posts FORCE INDEX (a) WHERE user_id = 1 FOR UPDATE', ['r posts', 'r posts.title', 'r posts.user_id']],
  ['SELECT id FROM posts WHERE MATCH (title) AGAINST (? IN BOOLEAN MODE)', ['r posts', 'r posts.id', 'r posts.title']],
  ['SELECT s.e FROM (SELECT email AS e, id FROM users) s', ['r users', 'r users.email', 'r users.id']],
  [
    'WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n, title FROM t STRAIGHT_JOIN posts',
    ['r posts', 'r posts.title'],
  ],
  [
    'INSERT INTO posts (title) SELECT u.email FROM users u ON DUPLICATE KEY UPDATE title = u.userName',
    ['r users', 'r users.email', 'r users.userName', 'w posts', 'w posts.title'],
  ],
  ['INSERT INTO posts (id) VALUES (1) RETURNING id, title AS t', ['r posts.id', 'r posts.title', 'w posts', 'w posts.id']],
  ['DELETE FROM posts WHERE id = ? RETURNING CONCAT(title, user_id)', ['r posts.id', 'r posts.title', 'r posts.user_id', 'w posts']],
  ['REPLACE INTO posts (id) VALUES (1) RETURNING *', ['r posts.id *', 'r posts.title *', 'r posts.user_id *', 'w posts', 'w posts.id']],
  [
    "SELECT u.id, j.name FROM users u JOIN JSON_TABLE(u.data, '$[*]' COLUMNS (name VARCHAR(40) PATH '$.name', NESTED PATH '$.b[*]' COLUMNS (email INT PATH '$'))) AS j ON 1 = 1",
    ['r users', 'r users.data', 'r users.id'],
  ],
  [
    "SELECT userName FROM users, JSON_TABLE(data, '$' COLUMNS (n FOR ORDINALITY)) j WHERE j.n > 1",
    ['r users', 'r users.data', 'r users.userName'],
  ],
  ['TRUNCATE TABLE posts', ['w posts']],
  ['SELECT id /*! , email */ FROM users # userName\n -- data\n', ['r users', 'r users.email', 'r users.id']],
];

describe('a query uses', () => {
  for (const [sql, expected] of CASES) test(sql, () => expect(uses(sql)).toEqual(expected));
});

test('what does not parse says where', () => {
  const parsed = mysql.parse('SELECT 1; SELECT FROM FROM');
  expect(parsed).toMatchObject({ ok: false });
  if (!parsed.ok) expect(parsed.offset).toBeGreaterThan(10);
});
