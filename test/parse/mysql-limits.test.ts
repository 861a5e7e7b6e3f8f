/** Texts that are out to keep MySQL's parser busy: each is read or refused in time. */
import { expect, test } from 'vitest';
import { loadMysql } from '../../src/parse/sql/mysql/mysql.ts';

const ROW = "(1,'abc; -- x',NULL,3.25)";
const TEXTS: Readonly<Record<string, string>> = {
  'many rows': `INSERT INTO t (a,b,c,d) VALUES ${Array(18_000).fill(ROW).join(',')}`,
  'many rows and an update': `INSERT INTO t (a) VALUES ${Array(9000).fill(ROW).join(',')} ON DUPLICATE KEY UPDATE a = 1`,
  'NOT before NOT': `SELECT ${'NOT '.repeat(5000)}1`,
  'minus before minus': `SELECT ${'- '.repeat(5000)}1`,
  'CASE in CASE': `SELECT ${'CASE WHEN 1 THEN '.repeat(200)}1${' END'.repeat(200)}`,
  'a thousand UNIONs': Array(1000).fill('SELECT a FROM t').join(' UNION '),
  'long white space': `ALTER TABLE t ADD${' '.repeat(200_000)}x int`,
};

for (const [title, sql] of Object.entries(TEXTS)) {
  test(title, { timeout: 20_000 }, async () => {
    const mysql = await loadMysql();
    const start = performance.now();
    const { ok } = mysql.parse(sql);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(ok).toBe(title.startsWith('many rows'));
  });
}
