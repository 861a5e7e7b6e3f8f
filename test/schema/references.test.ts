import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { loadPostgres, type Postgres } from '../../src/parse/sql/postgres.ts';
import { references } from '../../src/schema/references.ts';
import type { Schema } from '../../src/schema/types.ts';
import { replayTexts } from './oracle.ts';

let postgres: Postgres;
let schema: Schema;
beforeAll(async () => {
  postgres = await loadPostgres();
  schema = (
    await replayTexts([
      'CREATE TABLE users (id int, email text, name text); CREATE TABLE orders (id int, user_id int, total int); CREATE SCHEMA app; CREATE TABLE app.orgs (id int, title text); CREATE VIEW v AS SELECT id, email FROM users',
    ])
  ).schema;
});

const uses = (sql: string): readonly string[] => {
  const parsed = postgres.parse(sql);
  if (!parsed.ok) throw new Error(parsed.reason);
  return references(
    parsed.nodes.map(({ node }) => node),
    schema,
    { toUtf16: parsed.toUtf16 },
  ).map(
    (use) =>
      `${use.statement} ${use.kind}${use.how === 'implicit' ? '*' : ''} ${use.table}${use.column === null ? '' : `.${use.column}`} @${sql.slice(use.location, use.location + 4)}`,
  );
};

test.each<[string, readonly string[]]>([
  [
    'INSERT INTO users VALUES (1)',
    ['INSERT write users @user', 'INSERT write* users.email @user', 'INSERT write* users.id @user', 'INSERT write* users.name @user'],
  ],
  [
    'INSERT INTO orders (id) SELECT id FROM users',
    ['INSERT write orders @orde', 'INSERT write orders.id @id) ', 'INSERT read users.id @id F', 'INSERT read users @user'],
  ],
  [
    "INSERT INTO users (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET email = excluded.name WHERE users.name = ''",
    [
      'INSERT write users @user',
      'INSERT write users.id @id) ',
      'INSERT read users.id @(id)',
      'INSERT write users.email @emai',
      'INSERT write users.name @excl',
      'INSERT read users.name @user',
    ],
  ],
  ['INSERT INTO users DEFAULT VALUES', ['INSERT write users @user']],
  [
    'UPDATE users u SET email = o.total FROM orders o WHERE o.user_id = u.id RETURNING u.name',
    [
      'UPDATE write users @user',
      'UPDATE write users.email @emai',
      'UPDATE read orders.total @o.to',
      'UPDATE read orders @orde',
      'UPDATE read orders.user_id @o.us',
      'UPDATE read users.id @u.id',
      'UPDATE read users.name @u.na',
    ],
  ],
  [
    'UPDATE users SET (email, name) = (SELECT title, id FROM app.orgs)',
    [
      'UPDATE write users @user',
      'UPDATE write users.email @emai',
      'UPDATE write users.name @name',
      'UPDATE read app.orgs.title @titl',
      'UPDATE read app.orgs.id @id F',
      'UPDATE read app.orgs @app.',
    ],
  ],
  [
    'DELETE FROM users USING orders WHERE user_id = users.id',
    ['DELETE write users @user', 'DELETE read orders @orde', 'DELETE read orders.user_id @user', 'DELETE read users.id @user'],
  ],
  [
    'WITH gone AS (DELETE FROM users RETURNING *) SELECT email FROM gone',
    [
      'DELETE write users @user',
      'DELETE read* users.email @*) S',
      'DELETE read* users.id @*) S',
      'DELETE read* users.name @*) S',
      'SELECT read users.email @emai',
    ],
  ],
  [
    'SELECT u FROM users u',
    ['SELECT read* users.email @u FR', 'SELECT read* users.id @u FR', 'SELECT read* users.name @u FR', 'SELECT read users @user'],
  ],
  ['SELECT count(*) FROM users WHERE EXISTS (SELECT * FROM orders)', ['SELECT read users @user', 'SELECT read orders @orde']],
  ['SELECT gone FROM users', ['SELECT read users.gone @gone', 'SELECT read users @user']],
  ['SELECT a.x, y FROM nowhere a', ['SELECT read nowhere.x @a.x,', 'SELECT read nowhere.y @y FR', 'SELECT read nowhere @nowh']],
  ['SELECT x FROM nowhere, users', ['SELECT read nowhere.x @x FR', 'SELECT read nowhere @nowh', 'SELECT read users @user']],
  ['SELECT gone FROM users, orders', ['SELECT read users @user', 'SELECT read orders @orde']],
  ['SELECT * FROM nowhere', ['SELECT read* nowhere @* FR', 'SELECT read nowhere @nowh']],
  ['SELECT title FROM orgs', ['SELECT read app.orgs.title @titl', 'SELECT read app.orgs @orgs']],
  ['SELECT email FROM v', ['SELECT read v.email @emai', 'SELECT read v @v']],
  [
    'SELECT u.id FROM users u JOIN orders USING (id)',
    [
      'SELECT read users.id @u.id',
      'SELECT read users @user',
      'SELECT read orders @orde',
      'SELECT read orders.id @orde',
      'SELECT read users.id @orde',
    ],
  ],
  [
    'SELECT name FROM users NATURAL JOIN orders',
    [
      'SELECT read users.name @name',
      'SELECT read users @user',
      'SELECT read orders @orde',
      'SELECT read orders.id @orde',
      'SELECT read users.id @orde',
    ],
  ],
  ['COPY users (email) FROM stdin', ['COPY write users @user', 'COPY write users.email @user']],
  ['TRUNCATE users', ['TRUNCATE write users @user']],
  ['SELECT "Email" FROM users', ['SELECT read users."Email"'.replace('"Email"', 'Email').concat(' @"Ema'), 'SELECT read users @user']],
])('%s', (sql, expected) => {
  expect([...uses(sql)].sort()).toEqual([...expected].sort());
});

test('NEW and OLD stand for a table; variables are no columns', () => {
  const parsed = postgres.parse('SELECT new.email, old.id, v, name FROM users');
  if (!parsed.ok) throw new Error(parsed.reason);
  const found = references(
    parsed.nodes.map(({ node }) => node),
    schema,
    {
      toUtf16: parsed.toUtf16,
      rows: new Map([
        ['new', 'orders'],
        ['old', 'orders'],
      ]),
      variables: new Set(['v', 'name']),
    },
  );
  expect(found.map((use) => `${use.table}.${use.column}`).sort()).toEqual(['orders.email', 'orders.id', 'users.name', 'users.null']);
});

test('ten thousand terms, joins and arms do not exhaust the stack', () => {
  expect(uses(`SELECT ${'id + '.repeat(2000)}id FROM users`).length).toBe(2002);
  expect(uses(`${'SELECT id FROM users UNION ALL '.repeat(2000)}SELECT id FROM users`).length).toBe(4002);
  expect(uses(`SELECT 1 FROM users${Array.from({ length: 1000 }, (_, i) => ` JOIN orders o${i} ON true`).join('')}`).length).toBe(1001);
});

test('never throws, whatever the tree looks like', () => {
  const key = fc.constantFrom(
    'SelectStmt',
    'InsertStmt',
    'UpdateStmt',
    'MergeStmt',
    'ColumnRef',
    'SubLink',
    'JoinExpr',
    'RangeVar',
    'RangeFunction',
    'RangeSubselect',
    'targetList',
    'fromClause',
    'fields',
    'relation',
    'withClause',
    'ctes',
    'CommonTableExpr',
    'ResTarget',
    'val',
    'larg',
    'rarg',
    'op',
    'String',
    'A_Star',
    'A_Indirection',
    'arg',
    'indirection',
    'functions',
    'List',
    'items',
    'onConflictClause',
    'returningClause',
    'location',
    'query',
    'alias',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom<unknown>(null, true, 3, 'SETOP_UNION', 'x', -1),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => Array.isArray(references([value], schema, { toUtf16: (location) => location }))),
    { numRuns: 2000 },
  );
});
