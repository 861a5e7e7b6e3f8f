/** One column taken out of INSERT and UPDATE, with PostgreSQL (PGlite) as the judge: the others are written as before. */
import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withoutColumn } from '../../../src/remove/schema/sql-lists.ts';

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
  await db.exec('CREATE TABLE t (a text, b text, email text, "c d" text)');
});
afterAll(() => db.close());

const columns = ['a', 'b', 'email', '"c d"'];
const value = fc.constantFrom("'x'", "'it''s, (not) a list'", '1', 'NULL', "'a'::text", 'true', "'--'", "'$1'");
const space = fc.constantFrom(' ', '\n  ', ' /* , ( */ ', '  ');

const cut = (sql: string, at: number): string | null => {
  const found = withoutColumn(sql, at);
  if (!found.ok) return null;
  return [...found.cuts].sort((x, y) => y.start - x.start).reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), sql);
};

const rowsAfter = async (sql: string): Promise<unknown[]> => {
  await db.exec('TRUNCATE t');
  await db.exec("INSERT INTO t VALUES ('1', '2', '3', '4')");
  await db.exec(sql);
  return (await db.query('SELECT a, b, "c d" FROM t')).rows;
};

test('of an INSERT', async () => {
  const wanted = fc.shuffledSubarray(columns, { minLength: 2 }).filter((some) => some.includes('email'));
  await fc.assert(
    fc.asyncProperty(
      wanted,
      fc.array(fc.array(value, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
      space,
      async (some, rows, gap) => {
        const tuples = rows.map((row) => `(${row.slice(0, some.length).join(`,${gap}`)})`).join(`,${gap}`);
        const sql = `INSERT INTO t (${some.join(`,${gap}`)})${gap}VALUES ${tuples} RETURNING a`;
        const after = cut(sql, sql.indexOf('email'));
        expect(after).not.toBeNull();
        expect(after).not.toContain('email');
        expect(await rowsAfter(after ?? '')).toEqual(await rowsAfter(sql));
      },
    ),
    { seed: 622, numRuns: 150 },
  );
});

test('of an UPDATE', async () => {
  const wanted = fc.shuffledSubarray(columns, { minLength: 2 }).filter((some) => some.includes('email'));
  await fc.assert(
    fc.asyncProperty(
      wanted,
      fc.array(value, { minLength: 4, maxLength: 4 }),
      space,
      fc.constantFrom('', " WHERE a = '1'", ' WHERE (b, a) IN ((SELECT b, a FROM t)) RETURNING b', ';'),
      async (some, values, gap, end) => {
        const sql = `UPDATE t SET ${some.map((column, i) => `${column}${gap}=${gap}${values[i]}`).join(`,${gap}`)}${end}`;
        const after = cut(sql, sql.indexOf('email'));
        expect(after).not.toBeNull();
        expect(await rowsAfter(after ?? '')).toEqual(await rowsAfter(sql));
      },
    ),
    { seed: 623, numRuns: 150 },
  );
});

test('any text at all is answered at once, and is cut within its bounds', () => {
  const pieces = fc.constantFrom(
    'INSERT INTO t ',
    '(',
    ')',
    ',',
    'email',
    'VALUES',
    'SET ',
    '=',
    '$1',
    '?',
    '${a}',
    "'",
    '"',
    '`',
    '\\',
    '--',
    '/*',
    ';',
    ' ',
    ':x',
    '::',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), fc.nat(60), (some, at) => {
      const sql = some.join('');
      const found = withoutColumn(sql, at);
      if (found.ok) for (const { start, end } of found.cuts) expect(0 <= start && start <= end && end <= sql.length).toBe(true);
    }),
    { seed: 624, numRuns: 3000 },
  );
  const started = performance.now();
  withoutColumn(`INSERT INTO t (a, email) VALUES ${'(1, 2),'.repeat(20_000)}(1, 2)`, 18);
  withoutColumn('('.repeat(100_000), 50_000);
  withoutColumn("'".repeat(100_001), 5);
  withoutColumn('/*'.repeat(50_000), 5);
  expect(performance.now() - started).toBeLessThan(3000);
});
