/** What the writer of SQL cannot write is why safe forms are assembled from text. */
import { parse } from 'pgsql-ast-parser';
import { expect, test } from 'vitest';

test.each([
  ['ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID'],
  ['ALTER TABLE t VALIDATE CONSTRAINT k'],
  ['ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX k'],
  ['CREATE INDEX CONCURRENTLY i ON t (b) INCLUDE (c)'],
  ['REINDEX TABLE CONCURRENTLY t'],
  ['ALTER TABLE p DETACH PARTITION q CONCURRENTLY'],
  ['ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM (1) TO (2)'],
])('pgsql-ast-parser has no tree for %s', (sql) => {
  expect(() => parse(sql)).toThrow();
});
