/** What `coupled-constraint` takes for granted, run on PostgreSQL: a statement that worked before the migration fails after it. */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
}, 60_000);
afterAll(() => db.close());

const TABLE = `CREATE TYPE plan AS ENUM ('free', 'team'); CREATE TABLE t (id int, a text, b text NOT NULL DEFAULT 'x', p plan, u int UNIQUE)`;

test.each([
  [
    'SET NOT NULL, and an INSERT that leaves the column out',
    'ALTER TABLE t ALTER a SET NOT NULL',
    'INSERT INTO t (id) VALUES (1)',
    /null value in column "a"/,
  ],
  [
    'SET NOT NULL, and an UPDATE to NULL',
    'ALTER TABLE t ALTER b SET DEFAULT NULL, ALTER a SET NOT NULL',
    "INSERT INTO t (id, a, b) VALUES (1, NULL, 'y')",
    /null value in column "a"/,
  ],
  [
    'CHECK NOT VALID refuses new rows',
    'ALTER TABLE t ADD CHECK (a IS NOT NULL) NOT VALID',
    'INSERT INTO t (id) VALUES (1)',
    /violates check constraint/,
  ],
  [
    'a required column that is added',
    "ALTER TABLE t ADD c text NOT NULL DEFAULT ''; ALTER TABLE t ALTER c DROP DEFAULT",
    'INSERT INTO t (id) VALUES (1)',
    /null value in column "c"/,
  ],
  ['DROP DEFAULT of a NOT NULL column', 'ALTER TABLE t ALTER b DROP DEFAULT', 'INSERT INTO t (id) VALUES (1)', /null value in column "b"/],
  [
    'a CHECK list that lacks a written value',
    "ALTER TABLE t ADD CHECK (a IN ('x', 'y')) NOT VALID",
    "INSERT INTO t (id, a) VALUES (1, 'z')",
    /violates check constraint/,
  ],
  [
    'a renamed enum value that is written',
    "ALTER TYPE plan RENAME VALUE 'team' TO 'group'",
    "INSERT INTO t (id, p) VALUES (1, 'team')",
    /invalid input value for enum/,
  ],
  [
    'a renamed enum value that is compared with',
    "ALTER TYPE plan RENAME VALUE 'team' TO 'group'",
    "SELECT id FROM t WHERE p = 'team'",
    /invalid input value for enum/,
  ],
  [
    'an upsert without its key',
    'ALTER TABLE t DROP CONSTRAINT t_u_key',
    'INSERT INTO t (id, u) VALUES (1, 1) ON CONFLICT (u) DO NOTHING',
    /no unique or exclusion constraint/,
  ],
  ['a unique key under constants', 'ALTER TABLE t ADD UNIQUE (a)', "INSERT INTO t (id, a) VALUES (1, 'x'), (2, 'x')", /duplicate key/],
  [
    'a foreign key that is NOT VALID',
    'CREATE TABLE o (id int PRIMARY KEY); ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES o NOT VALID',
    'INSERT INTO t (id) VALUES (1)',
    /violates foreign key/,
  ],
])('%s', async (_title, migration, statement, refusal) => {
  await db.exec('BEGIN');
  try {
    await db.exec(TABLE);
    await db.exec(`SAVEPOINT before; ${statement}; ROLLBACK TO before`);
    await db.exec(migration);
    await expect(db.exec(statement)).rejects.toThrow(refusal);
  } finally {
    await db.exec('ROLLBACK');
  }
});

test('what is silent stays possible: a default fills, a twin key serves, NULL passes a list', async () => {
  await db.exec(
    `BEGIN; ${TABLE}; CREATE UNIQUE INDEX twin ON t (u); ALTER TABLE t DROP CONSTRAINT t_u_key; ALTER TABLE t ADD CHECK (a IN ('x'))`,
  );
  await db.exec(
    'INSERT INTO t (id, u) VALUES (1, 1) ON CONFLICT (u) DO NOTHING; ALTER TABLE t ALTER b SET NOT NULL; INSERT INTO t (id) VALUES (2); ROLLBACK',
  );
});
