import { expect, test } from 'vitest';
import type { SchemaChange } from '../../src/schema/types.ts';
import { objectKey } from '../../src/schema/types.ts';
import { replayTexts } from './oracle.ts';

const show = (change: SchemaChange): string => {
  const to = change.type === 'rename' ? ` -> ${change.to}` : '';
  const implied = change.type === 'drop' && change.implied ? ' (implied)' : '';
  const write = change.type === 'write' ? ` ${change.statement} ${change.columns.join(',')} <- ${change.reads.join(',')}` : '';
  return `${change.type} ${objectKey(change.object)}${to}${implied}${write}`;
};

const run = async (...texts: readonly string[]): Promise<readonly string[]> => (await replayTexts(texts)).changes.map(show);

test('a single clause has the place of its statement, several have their own', async () => {
  const one = await replayTexts(['\n  ALTER TABLE users DROP COLUMN email;']);
  expect(one.changes[0]?.location).toEqual({ file: 'migrations/1.sql', line: 2, column: 3, endLine: 2, endColumn: 38 });
  const text = '-- é😀\nALTER TABLE "é" -- x\n  DROP COLUMN "a,b",\n  ADD COLUMN c int DEFAULT f(1, 2),\n  DROP COLUMN d;';
  const several = await replayTexts([text]);
  // Dropped columns go first, wherever they stand.
  expect(several.changes.map(({ location }) => [location.line, location.column, location.endColumn])).toEqual([
    [3, 3, 20],
    [5, 3, 16],
    [4, 3, 35],
  ]);
});

test('objects the history does not know are dropped, renamed and altered all the same', async () => {
  expect(
    await run(
      'DROP TABLE a; ALTER TABLE b DROP COLUMN x, RENAME TO c;'.replace(', RENAME TO c', ''),
      'ALTER TABLE "B" RENAME COLUMN x TO y; ALTER TABLE b ALTER c SET NOT NULL; DROP VIEW v; DROP TYPE e; DROP FUNCTION f(int); DROP TRIGGER g ON b; DROP INDEX i; DROP SCHEMA s CASCADE',
    ),
  ).toEqual([
    'drop table a',
    'drop column b.x',
    'rename column B.x -> y',
    'alter-column column b.c',
    'drop view v',
    'drop enum e',
    'drop function f',
    'drop trigger b.g',
    'drop index i',
    'drop schema s',
  ]);
});

test('IF EXISTS of what the history has dropped does nothing; of what it never saw, it drops', async () => {
  expect(await run('CREATE TABLE a (x int); DROP TABLE a; DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS other')).toEqual([
    'create table a',
    'create column a.x',
    'drop table a',
    'drop table other',
  ]);
});

test('CASCADE takes along what depends', async () => {
  expect(
    await run(
      'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int REFERENCES a); CREATE VIEW v AS SELECT id FROM a; CREATE VIEW w AS SELECT id FROM v',
      'DROP TABLE a CASCADE',
    ).then((changes) => changes.slice(-4)),
  ).toEqual(['drop table a', 'drop constraint b.b_a_id_fkey (implied)', 'drop view v (implied)', 'drop view w (implied)']);
});

test('DDL in DO blocks counts, conditions or not, at its own line; dynamic SQL is named', async () => {
  const text =
    "DO $$\nBEGIN\n  IF random() > 2 THEN\n    ALTER TABLE t DROP COLUMN a;\n    EXECUTE 'DROP TABLE u';\n    EXECUTE 'ALTER TABLE ' || quote_ident('V') || ' RENAME TO w';\n    EXECUTE format('DROP TABLE %I', tg);\n  END IF;\nEND $$";
  const { changes, unreadable } = await replayTexts([text]);
  expect(changes.map(show)).toEqual(['drop column t.a', 'drop table u', 'rename table V -> w']);
  expect(changes.map(({ location }) => location.line)).toEqual([4, 5, 6]);
  expect(unreadable).toMatchObject([{ words: ['DROP'], location: { line: 7 }, reason: expect.stringContaining('dynamic SQL') }]);
});

test('a broken statement costs only itself and keeps its words and names', async () => {
  const { changes, unreadable, statements } = await replayTexts([
    'CREATE TABLE a (x int);\nALTER TABLE "User" DROP COLUMN email, WHAT;\nALTER TABLE a DROP COLUMN x;\n\\connect other\n\\i more.sql\n{{template}};',
  ]);
  expect(changes.map(show)).toEqual(['create table a', 'create column a.x', 'drop column a.x']);
  expect(statements).toBe(6);
  expect(unreadable.map(({ words, location, excerpt }) => ({ words, line: location.line, excerpt }))).toEqual([
    { words: ['ALTER', 'DROP'], line: 2, excerpt: 'ALTER TABLE "User" DROP COLUMN email, WHAT' },
    { words: [], line: 5, excerpt: '\\i more.sql' },
    { words: [], line: 6, excerpt: '{{template}}' },
  ]);
  expect(unreadable[0]?.names).toEqual(expect.arrayContaining(['User', 'email']));
});

test.each([
  ['NUL', 'DROP TABLE a;\0 DROP TABLE b;'],
  ['deep nesting', `SELECT ${'('.repeat(50_000)}; DROP TABLE b`],
  ['an unterminated string', "DROP TABLE a; SELECT 'x; DROP TABLE b"],
  ['an unterminated dollar quote', 'DROP TABLE a; DO $x$ DROP TABLE b'],
])('hostile text is never lost: %s', async (_, text) => {
  const { changes, unreadable } = await replayTexts([text]);
  expect(changes.length + unreadable.length).toBeGreaterThan(0);
  expect(unreadable.length).toBeGreaterThan(0);
});

test('a BOM, CRLF and prototype names are ordinary text', async () => {
  expect(
    await run('\uFEFFCREATE TABLE "__proto__" ("constructor" int);\r\nALTER TABLE "__proto__"\r\n  DROP COLUMN "constructor";\r\n'),
  ).toEqual(['create table __proto__', 'create column __proto__.constructor', 'drop column __proto__.constructor']);
});

test('writes say what they write and read', async () => {
  expect(
    await run(
      'CREATE TABLE users (id int, email text); CREATE TABLE user_emails (user_id int, address text)',
      'INSERT INTO user_emails (user_id, address) SELECT id, email FROM users; UPDATE users u SET email = e.address FROM user_emails e WHERE e.user_id = u.id; DELETE FROM users; TRUNCATE users, user_emails',
    ).then((changes) => changes.slice(6)),
  ).toEqual([
    'write table user_emails INSERT user_id,address <- users.id,users.email',
    'write table users UPDATE email <- user_emails.address,user_emails.user_id,users.id',
    'write table users DELETE  <- ',
    'write table users TRUNCATE  <- ',
    'write table user_emails TRUNCATE  <- ',
  ]);
});

test('functions, triggers and policies know what they use', async () => {
  const { schema } = await replayTexts([
    `CREATE TABLE t (id int, a text, b text, c text); CREATE TABLE log (msg text);
     CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE v text; BEGIN NEW.b := OLD.a; INSERT INTO log (msg) VALUES (NEW.c); v := 'x'; RETURN NEW; END $$;
     CREATE TRIGGER tr BEFORE UPDATE OF id ON t FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION f();
     CREATE FUNCTION g(p int) RETURNS text LANGUAGE sql AS 'SELECT a FROM t WHERE id = p'; CREATE FUNCTION h() RETURNS text BEGIN ATOMIC SELECT c FROM t; END;
     CREATE POLICY p ON t USING (a = current_user)`,
  ]);
  const uses = (key: string): readonly string[] =>
    (schema.routines.get(key)?.uses ?? []).map((use) => `${use.table}.${use.column}${use.enforced ? '!' : ''}`).sort();
  expect(uses('function f')).toEqual(['log.msg', 'log.null']);
  expect(uses('trigger t.tr')).toEqual(['t.a', 't.b', 't.c', 't.id!', 't.id!', 't.null!']);
  expect(uses('function g')).toEqual(['t.a', 't.id', 't.null']);
  expect(uses('function h')).toEqual(['t.c!', 't.null!']);
  expect(uses('policy t.p')).toEqual(['t.a!', 't.null!']);
});

test('the result and the start are not changed by a later replay', async () => {
  const first = await replayTexts(['CREATE TABLE a (x int)']);
  const second = await replayTexts(['ALTER TABLE a DROP COLUMN x; DROP TABLE a'], first.schema);
  expect([...first.schema.tables.keys()]).toEqual(['a']);
  expect(first.schema.tables.get('a')?.columns.size).toBe(1);
  expect(second.schema.tables.size).toBe(0);
});

test('an index whose own name holds a dot is dropped, renamed and made again', async () => {
  const made = 'CREATE TABLE "User" (email text, name text); CREATE UNIQUE INDEX "User.email_unique" ON "User" (email)';
  const { refusals, schema } = await replayTexts([
    `${made}; ALTER INDEX "User.email_unique" RENAME TO "User.mail_unique"`,
    'DROP INDEX "User.mail_unique"; CREATE UNIQUE INDEX "User.mail_unique" ON "User" (email, name)',
    'DROP INDEX "public"."User.mail_unique"; CREATE UNIQUE INDEX "User.mail_unique" ON "User" (name)',
  ]);
  expect(refusals).toEqual([]);
  expect([...(schema.tables.get('User')?.indexes.values() ?? [])].map(({ name, columns }) => [name, columns])).toEqual([
    ['User.mail_unique', ['name']],
  ]);
});
