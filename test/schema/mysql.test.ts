/** The replay of MySQL where no MariaDB can judge it: splitting, MySQL 8.0's own refusals, hazards, time. */
import { beforeAll, describe, expect, test } from 'vitest';
import { blankComments } from '../../src/parse/sql/mysql/lexer.ts';
import { splitStatements } from '../../src/parse/sql/mysql/split.ts';
import { loadEngine } from '../../src/schema/engines.ts';
import { MYSQL_HAZARDS } from '../../src/schema/hazards/mysql.ts';
import { type Engine, type Replay, replay, sqlFile } from '../../src/schema/replay.ts';

let engine: Engine;
beforeAll(async () => {
  const loaded = await loadEngine('mysql');
  if (!loaded) throw new Error('no engine for MySQL');
  engine = loaded;
});

const run = (sql: string): Replay => replay([sqlFile({ id: '1', path: 'm/1.sql', content: '' }, sql)], engine);
const USERS = 'CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, email varchar(50), body text);';
/** What a statement does to a table of an earlier migration. */
const hazards = (sql: string): readonly string[] => {
  const start = run(USERS).schema;
  return replay([sqlFile({ id: '2', path: 'm/2.sql', content: '' }, sql)], engine, start).actions.map((action) => action.hazard);
};
const refusals = (sql: string): readonly string[] => run(USERS + sql).refusals.map((refusal) => refusal.reason);

const SPLITS: readonly (readonly [string, readonly string[]])[] = [
  [
    "SELECT ';', \"a;b\", `c;d`, 'it''s', 'a\\';' ; -- x;\nSELECT 2 # y;\n; /* ; */",
    ["SELECT ';', \"a;b\", `c;d`, 'it''s', 'a\\';'", 'SELECT 2'],
  ],
  [
    'DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END//\nDELIMITER ;\nSELECT 3;',
    ['CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END', 'SELECT 3'],
  ],
  [
    'CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW BEGIN IF NEW.a THEN SET NEW.b = CASE 1 WHEN 1 THEN 2 END; END IF; END; SELECT 1',
    ['CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW BEGIN IF NEW.a THEN SET NEW.b = CASE 1 WHEN 1 THEN 2 END; END IF; END', 'SELECT 1'],
  ],
  ['CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2', ['CREATE PROCEDURE p() BEGIN SELECT 1', 'SELECT 2']],
];

describe('statements end where MySQL ends them', () => {
  for (const [sql, expected] of SPLITS) {
    test(sql, () => {
      const clean = blankComments(sql);
      expect(clean).toHaveLength(sql.length);
      expect(splitStatements(clean).map(({ start, end }) => clean.slice(start, end))).toEqual(expected);
    });
  }
});

test('executable comments count up to version 8.0', () => {
  const { schema } = run(
    `${USERS} /*!80000 ALTER TABLE users ADD a int */; /*!100100 ALTER TABLE users ADD b int */; /*M! ALTER TABLE users ADD c int */;`,
  );
  expect([...(schema.tables.get('users')?.columns.keys() ?? [])]).toEqual(['id', 'email', 'body', 'a']);
});

test('a broken statement costs only itself, and its names in backticks are kept', () => {
  const { schema, unreadable } = run(`${USERS} ALTER TABLE \`users\` DROP COLUMN WHERE \`email\`; ALTER TABLE users DROP body;`);
  expect(unreadable).toMatchObject([{ words: ['ALTER', 'DROP'], names: expect.arrayContaining(['users', 'email']) }]);
  expect([...(schema.tables.get('users')?.columns.keys() ?? [])]).toEqual(['id', 'email']);
});

const HAZARDS: readonly (readonly [string, readonly string[]])[] = [
  ['ALTER TABLE users ADD a int', ['add-column']],
  ['ALTER TABLE users ADD a int AS (LENGTH(email)) STORED', ['add-column-stored']],
  ['ALTER TABLE users PARTITION BY HASH (id)', ['partition-table']],
  ['ALTER TABLE users ADD PARTITION (PARTITION p VALUES LESS THAN (9))', []],
  ['ALTER TABLE users DROP PARTITION p', []],
  ['ALTER TABLE users MODIFY email varchar(60)', ['extend-varchar']],
  ['ALTER TABLE users MODIFY email varchar(300)', ['extend-varchar-past-255']],
  ['ALTER TABLE users MODIFY email text', ['change-type']],
  ['ALTER TABLE users MODIFY email varchar(50) NOT NULL', ['set-not-null']],
  ['ALTER TABLE users ADD INDEX (email)', ['add-index']],
  ['ALTER TABLE users ADD CHECK (id > 0)', []],
  ["ALTER TABLE users ADD CHECK (email <> '')", ['add-check']],
  ['ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4', ['convert-charset']],
  ['ALTER TABLE users ADD a int, ALGORITHM=COPY', ['add-column', 'ask-copy']],
  ['ALTER TABLE users ADD INDEX (email), LOCK=EXCLUSIVE', ['add-index', 'ask-lock-exclusive']],
  ["UPDATE users SET email = 'x'", ['write-all-rows']],
  ["UPDATE users SET email = 'x' WHERE id < 100", []],
  ["UPDATE users SET email = 'no WHERE here'", ['write-all-rows']],
  ['DELETE FROM users', ['write-all-rows']],
  ['UPDATE users u JOIN users w ON w.id = u.id SET u.email = w.email', ['write-all-rows']],
  ['DELETE u FROM users u JOIN users w ON w.id = u.id', ['write-all-rows']],
  ['UPDATE users SET email = (SELECT 1 FROM users x WHERE x.id = 2)', ['write-all-rows']],
  ["UPDATE users SET email = 'x' LIMIT 5", []],
];

describe('what a statement does to a table in use', () => {
  for (const [sql, expected] of HAZARDS) test(sql, () => expect(hazards(sql)).toEqual(expected));
  test('every row has a source and a way round it', () => {
    for (const row of MYSQL_HAZARDS.values())
      expect(row).toMatchObject({ source: expect.stringMatching(/^https:/), instead: expect.stringMatching(/\.$/) });
  });
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['ALTER TABLE users ADD a int, ALGORITHM=INSTANT, LOCK=NONE', /Incorrect usage of ALGORITHM=INSTANT/],
  ['ALTER TABLE users MODIFY email text, ALGORITHM=INPLACE', /Try ALGORITHM=COPY/],
  ['ALTER TABLE users MODIFY email text, LOCK=NONE', /Try LOCK=SHARED/],
  ['CREATE TABLE users (id int)', /already exists/],
  ['ALTER TABLE users DROP nobody', /Can't DROP 'nobody'/],
  ['CREATE TABLE s (a int NULL PRIMARY KEY)', /All parts of a PRIMARY KEY/],
  ['ALTER TABLE users ADD a int AS (id + 1)', /cannot refer to auto-increment column/],
  ['CREATE VIEW v AS SELECT nobody FROM users', /Unknown column 'nobody'/],
];

test('a REFERENCES of a column’s own is read and ignored', () => {
  const { schema } = run(`${USERS} CREATE TABLE b (u int REFERENCES users (id));`);
  expect([...(schema.tables.get('b')?.constraints.values() ?? [])]).toEqual([]);
});

describe('MySQL 8.0 refuses', () => {
  for (const [sql, reason] of REFUSED) test(sql, () => expect(refusals(sql)).toEqual([expect.stringMatching(reason)]));
});

test('300 ALTER TABLE replay within a second, warm', { timeout: 30_000 }, () => {
  const alters = Array.from(
    { length: 300 },
    (_, i) => `ALTER TABLE users ADD COLUMN c${i} varchar(20) NOT NULL DEFAULT '', ADD INDEX (c${i});`,
  ).join('\n');
  run(USERS + alters);
  const start = performance.now();
  run(USERS + alters);
  expect(performance.now() - start).toBeLessThan(3000);
});
