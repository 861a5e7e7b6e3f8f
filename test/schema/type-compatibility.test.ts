/** Type changes: the table of what code notices, and PostgreSQL as the judge of what writers may still send. */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compatibilityOf, isSameToPrisma } from '../../src/schema/type-compatibility.ts';

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
}, 60_000);
afterAll(() => db.close());

const JUDGED: readonly (readonly [before: string, after: string, readers: string, writers: string])[] = [
  ['character varying(50)', 'character varying(255)', 'same', 'same'],
  ['character varying(50)', 'text', 'same', 'same'],
  ['character varying(50)', 'character varying(20)', 'same', 'narrower'],
  ['text', 'character varying(20)', 'same', 'narrower'],
  ['numeric(10,2)', 'numeric(14,2)', 'same', 'same'],
  ['numeric(10,2)', 'numeric', 'same', 'same'],
  ['numeric(10,2)', 'numeric(8,2)', 'same', 'narrower'],
  ['numeric(10,2)', 'numeric(14,4)', 'changed', 'same'],
  ['smallint', 'integer', 'same', 'same'],
  ['integer', 'smallint', 'same', 'narrower'],
  ['integer', 'bigint', 'changed', 'same'],
  ['bigint', 'integer', 'changed', 'narrower'],
  ['integer', 'text', 'changed', 'changed'],
  ['integer', 'double precision', 'same', 'same'],
  ['smallint', 'double precision', 'same', 'same'],
  ['integer', 'real', 'changed', 'changed'],
  ['integer', 'integer[]', 'changed', 'changed'],
  ['json', 'jsonb', 'same', 'same'],
  ['timestamp without time zone', 'timestamp with time zone', 'changed', 'same'],
  ['timestamp(3) without time zone', 'timestamp(6) without time zone', 'same', 'same'],
  ['text', '"Role"', 'changed', 'changed'],
  ['unknown', 'text', 'unknown', 'unknown'],
];

test.each(JUDGED)('PostgreSQL: %s → %s', (before, after, readers, writers) => {
  expect(compatibilityOf(before, after, 'postgres')).toEqual({ readers, writers });
});

test.each([
  ['int', 'bigint', 'same', 'same'],
  ['int unsigned', 'bigint unsigned', 'same', 'same'],
  ['int unsigned', 'int', 'changed', 'changed'],
  ['varchar(50)', 'varchar(40)', 'same', 'narrower'],
  ['varchar(255)', 'text', 'same', 'same'],
  ['text', 'mediumtext', 'same', 'same'],
  ['blob', 'longblob', 'same', 'same'],
  ['varbinary(64)', 'varbinary(128)', 'same', 'same'],
  ['mediumblob', 'blob', 'same', 'narrower'],
  ['blob', 'longtext', 'changed', 'changed'],
  ['int', 'double', 'same', 'same'],
  ['bigint', 'double', 'changed', 'changed'],
  ["enum('a','b')", "enum('a','b','c')", 'same', 'same'],
  ["enum('a','b')", "enum('a')", 'same', 'narrower'],
  ['datetime', 'datetime(3)', 'changed', 'same'],
  ['int', 'varchar(20)', 'changed', 'changed'],
])('MySQL: %s → %s', (before, after, readers, writers) => {
  if (before === 'datetime') expect(compatibilityOf(before, after, 'mysql').writers).toBe(writers);
  else expect(compatibilityOf(before, after, 'mysql')).toEqual({ readers, writers });
});

const SAMPLES: Readonly<Record<string, string>> = {
  'character varying(50)': `'${'x'.repeat(50)}'`,
  text: `'${'x'.repeat(60)}'`,
  'numeric(10,2)': '12345678.90',
  smallint: '32767',
  integer: '2147483647',
  bigint: '9223372036854775807',
  json: `'{"a":1}'`,
  'timestamp without time zone': `'2026-01-01 10:00:00'`,
  'timestamp(3) without time zone': `'2026-01-01 10:00:00.123'`,
};

test.each(JUDGED.filter(([before, , , writers]) => SAMPLES[before] !== undefined && writers !== 'changed'))(
  'a value that filled %s is taken by %s exactly where writers are the same',
  async (before, after, _readers, writers) => {
    await db.exec(`DROP TABLE IF EXISTS t; CREATE TABLE t (a ${after})`);
    const insert = db.query(`INSERT INTO t VALUES (CAST(${SAMPLES[before]} AS ${before})::text::${after.replace(/\(.*?\)/, '')})`);
    if (writers === 'same') await expect(insert).resolves.toBeDefined();
    else await expect(insert).rejects.toThrow();
  },
);

test('a named prepared statement fails after any change of its result type, a safe widening included', async () => {
  await db.exec(`CREATE TABLE w (a varchar(20)); PREPARE named AS SELECT a FROM w; EXECUTE named; ALTER TABLE w ALTER a TYPE varchar(40)`);
  await expect(db.exec('EXECUTE named')).rejects.toThrow('cached plan must not change result type');
});

test('an added column breaks a prepared SELECT *, and no positional INSERT', async () => {
  await db.exec('CREATE TABLE p (a int); PREPARE star AS SELECT * FROM p; EXECUTE star; ALTER TABLE p ADD b int');
  await expect(db.exec('EXECUTE star')).rejects.toThrow('cached plan must not change result type');
  await db.exec('INSERT INTO p VALUES (1)');
});

test('Prisma reads types of one family alike', () => {
  expect(isSameToPrisma('integer', 'bigint')).toBe(true);
  expect(isSameToPrisma('text', 'character varying(20)')).toBe(true);
  expect(isSameToPrisma('text', '"Role"')).toBe(false);
  expect(isSameToPrisma('text', 'text[]')).toBe(false);
});
