/** What the writer of SQL cannot write is why safe forms are assembled from text. */
import { parse } from 'pgsql-ast-parser';
import { expect, test } from 'vitest';
import { loadPostgres } from '../../src/parse/sql/postgres.ts';
import { adoptedKey, checkedNotNull, concurrentDrop } from '../../src/schema/postgres/safe-sql.ts';

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

test.each([
  'plain',
  'Upper',
  'user',
  'order',
  'a  b',
  'say "x"',
  'x.y',
  '1st',
  'table',
  'ümlaut',
  'select',
  'end',
  'lateral',
  'window',
  'authorization',
  'current_user',
  'left',
  'a,) b',
])('PostgreSQL reads %s as the name that was written', async (name) => {
  const postgres = await loadPostgres();
  const key = { name, kind: 'unique', columns: [name, 'b'], references: null, validated: true } as const;
  const table = name.includes('.') ? 't' : `app.${name}`;
  const texts = [concurrentDrop(table), adoptedKey(table, key), checkedNotNull(table, name)];
  for (const text of texts) {
    expect(text).not.toMatch(/ {2}(?!b)/);
    expect(postgres.parse(text)).toMatchObject({ ok: true });
  }
  const whole = texts.join('\n');
  const own = `"${name.replaceAll('"', '""')}"`;
  const plain = postgres.parse(`CREATE UNIQUE INDEX CONCURRENTLY ${own} ON t (${own}, b)`);
  const written = postgres.parse(adoptedKey('t', key).split(';')[0] ?? '');
  const bare = (parsed: typeof plain): string => JSON.stringify(parsed.ok ? parsed.nodes[0]?.node : null).replace(/"location":\d+/g, '');
  expect(bare(written)).toBe(bare(plain));
  expect(whole).toContain(own.slice(1, -1));
});
