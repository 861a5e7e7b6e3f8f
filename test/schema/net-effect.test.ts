import { expect, test } from 'vitest';
import { netEffect } from '../../src/schema/net-effect.ts';
import { objectKey, type SchemaChange } from '../../src/schema/types.ts';
import { replayTexts } from './oracle.ts';

const show = (change: SchemaChange): string => {
  const to = change.type === 'rename' ? ` -> ${change.to}` : '';
  const altered =
    change.type === 'alter-column'
      ? `: ${change.before?.type} ${change.before?.nullable} -> ${change.after.type} ${change.after.nullable}`
      : '';
  return `${change.type} ${objectKey(change.object)}${to}${altered}`;
};

const BASE = `CREATE TYPE "Role" AS ENUM ('A', 'B', 'C');
CREATE TABLE users (id int PRIMARY KEY, email text, role "Role" NOT NULL DEFAULT 'A', age int);
CREATE TABLE other (id int, user_id int, CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id));
CREATE VIEW v AS SELECT id, email FROM users`;

const net = async (...texts: readonly string[]): Promise<readonly string[]> => {
  const base = await replayTexts([BASE]);
  const head = await replayTexts(texts, base.schema);
  expect(head.unreadable).toEqual([]);
  return netEffect(base.schema, head.changes).map(show);
};

test.each<[string, readonly string[], readonly string[]]>([
  [
    'a table created and dropped is nothing',
    ['CREATE TABLE t (a int); INSERT INTO t VALUES (1); ALTER TABLE t ADD b int', 'DROP TABLE t'],
    [],
  ],
  [
    'a table created, renamed and dropped is nothing',
    ['CREATE TABLE t (a int); ALTER TABLE t RENAME TO u; ALTER TABLE u DROP COLUMN a', 'DROP TABLE u'],
    [],
  ],
  [
    'a column added and dropped is nothing',
    ['ALTER TABLE users ADD x int; ALTER TABLE users RENAME x TO y', 'ALTER TABLE users DROP COLUMN y'],
    [],
  ],
  [
    'a table created then renamed is created under its last name',
    [
      'CREATE TABLE t (a int, b int)',
      'ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME a TO aa; ALTER TABLE u DROP b; ALTER TABLE u ADD CHECK (aa > 1)',
    ],
    ['create table u', 'create column u.aa'],
  ],
  [
    'a column added then altered is created in its last form',
    ['ALTER TABLE users ADD x int', 'ALTER TABLE users ALTER x SET NOT NULL'],
    ['create column users.x'],
  ],
  [
    'columns of a dropped table are absorbed',
    ['ALTER TABLE users DROP COLUMN email CASCADE; ALTER TABLE users ALTER age TYPE text', 'DROP TABLE users CASCADE'],
    ['drop view v', 'drop table users', 'drop constraint other.fk'],
  ],
  [
    'a chain of renames is one',
    ['ALTER TABLE users RENAME email TO a; ALTER TABLE users RENAME a TO b'],
    ['rename column users.email -> b'],
  ],
  ['renames back are nothing', ['ALTER TABLE users RENAME TO x; ALTER TABLE x RENAME TO users'], []],
  [
    'a renamed column that is dropped is a drop of the old name',
    ['ALTER TABLE users RENAME email TO a; ALTER TABLE users DROP a CASCADE'],
    ['drop column users.email', 'drop view v'],
  ],
  [
    'columns of a renamed table go by the base name',
    [
      'ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME email TO mail; ALTER TABLE people DROP age; ALTER TABLE people ADD z int; ALTER TABLE people ALTER role TYPE text',
    ],
    [
      'rename table users -> people',
      'rename column users.email -> mail',
      'drop column users.age',
      'create column users.z',
      'alter-column column users.role: "Role" false -> text false',
    ],
  ],
  [
    'drop and add of one column stay',
    ['ALTER TABLE users DROP age', 'ALTER TABLE users ADD age text'],
    ['drop column users.age', 'create column users.age'],
  ],
  [
    'drop and create of one table stay',
    ['DROP TABLE other; CREATE TABLE other (id int)'],
    ['drop table other', 'create table other', 'create column other.id'],
  ],
  [
    'a rebuilt table is what differs',
    [
      'CREATE TABLE new_other (id bigint, extra text); INSERT INTO new_other (id) SELECT id FROM other; DROP TABLE other; ALTER TABLE new_other RENAME TO other',
    ],
    [
      'drop column other.user_id',
      'alter-column column other.id: integer true -> bigint true',
      'create column other.extra',
      'write table other',
    ],
  ],
  [
    'alterations of one column are one',
    ['ALTER TABLE users ALTER age SET NOT NULL; ALTER TABLE users ALTER age TYPE bigint'],
    ['alter-column column users.age: integer true -> bigint false'],
  ],
  ['an alteration undone is nothing', ['ALTER TABLE users ALTER age SET NOT NULL', 'ALTER TABLE users ALTER age DROP NOT NULL'], []],
  [
    'a foreign key made anew as it was is nothing',
    [
      'ALTER TABLE other DROP CONSTRAINT fk; ALTER TABLE other ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
    ],
    [],
  ],
  [
    'a view made anew loses the columns it lacks',
    ['DROP VIEW v; CREATE VIEW v AS SELECT id FROM users'],
    ['drop column v.email', 'create view v'],
  ],
  [
    "Prisma's replaced enum is its lost value",
    [
      `CREATE TYPE "Role_new" AS ENUM ('A', 'B', 'D'); ALTER TABLE users ALTER role DROP DEFAULT; ALTER TABLE users ALTER COLUMN role TYPE "Role_new" USING (role::text::"Role_new"); ALTER TYPE "Role" RENAME TO "Role_old"; ALTER TYPE "Role_new" RENAME TO "Role"; DROP TYPE "Role_old"; ALTER TABLE users ALTER role SET DEFAULT 'A'`,
    ],
    ['drop enum-value Role.C', 'create enum-value Role.D'],
  ],
  [
    'an enum replaced the other way round',
    [
      `ALTER TYPE "Role" RENAME TO "Role_old"; CREATE TYPE "Role" AS ENUM ('A', 'B'); ALTER TABLE users ALTER COLUMN role TYPE "Role" USING (role::text::"Role"); DROP TYPE "Role_old"`,
    ],
    ['drop enum-value Role.C'],
  ],
  ['a renamed enum value', [`ALTER TYPE "Role" RENAME VALUE 'A' TO 'X'`], ['rename enum-value Role.A -> X']],
  [
    'a swap of two columns',
    ['ALTER TABLE users RENAME email TO tmp; ALTER TABLE users RENAME age TO email; ALTER TABLE users RENAME tmp TO age'],
    ['rename column users.age -> email', 'rename column users.email -> age'],
  ],
])('%s', async (_, texts, expected) => {
  expect(await net(...texts)).toEqual(expected);
});
