/** Tokens of MySQL in any order: the parser and the replay never throw, and take no longer than their length allows. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadMysql } from '../../src/parse/sql/mysql/mysql.ts';
import { mysqlEngine } from '../../src/schema/mysql/engine.ts';
import { replay, sqlFile } from '../../src/schema/replay.ts';

const WORDS =
  "ALTER TABLE CREATE DROP INSERT INTO SELECT UPDATE DELETE REPLACE FROM WHERE SET VALUES ADD COLUMN MODIFY CHANGE RENAME TO AS INDEX UNIQUE KEY PRIMARY FOREIGN REFERENCES CHECK CONSTRAINT VIEW TRIGGER PROCEDURE BEGIN END IF NOT EXISTS NULL DEFAULT int varchar(5) enum JSON_TABLE( COLUMNS RETURNING ON DUPLICATE JOIN LATERAL WITH UNION CASE WHEN PARTITION BY GENERATED STORED AUTO_INCREMENT LIKE USE PREPARE EXECUTE IMMEDIATE DELIMITER $$ t u a b 1 ? :p @v 's' \"d\" `q` '; ( ) , ; . = * /*!40000 */ -- # \n 😀 \\".split(
    ' ',
  );
const STARTS = ['', 'ALTER TABLE t ', 'CREATE TABLE u (', 'INSERT INTO t ', 'SELECT a FROM ', 'DELETE FROM t ', 'CREATE VIEW v AS SELECT '];
const SCHEMA = 'CREATE TABLE t (a int PRIMARY KEY, b varchar(5) DEFAULT 1, UNIQUE (b));\n';

const soup = fc
  .tuple(fc.constantFrom(...STARTS), fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }))
  .map(([start, words]) => start + words.join(' '));

test('a soup of tokens is read or refused in time', { timeout: 60_000 }, async () => {
  const mysql = await loadMysql();
  const engine = mysqlEngine(mysql);
  let [read, slowest] = [0, 0];
  fc.assert(
    fc.property(soup, (sql) => {
      const start = performance.now();
      if (mysql.parse(sql).ok) read++;
      const { schema } = replay([sqlFile({ id: '1', path: '1.sql', content: '' }, SCHEMA + sql)], engine);
      slowest = Math.max(slowest, performance.now() - start);
      expect(schema.tables).toBeInstanceOf(Map);
    }),
    { seed: 20260110, numRuns: Number(process.env['RUNS'] ?? 300) },
  );
  expect(read).toBeGreaterThan(3);
  expect(slowest).toBeLessThan(5000);
});
