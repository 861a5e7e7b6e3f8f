import { beforeAll, expect, test } from 'vitest';
import { loadPostgres, type Postgres } from '../../src/parse/sql/postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await loadPostgres();
});

test('statements have their own text, whatever stands before them', () => {
  const text = "-- é😀\nSELECT 'é😀';\n\n/* x */ DROP TABLE t -- why\n;";
  const parsed = postgres.parse(text);
  expect(parsed.ok && parsed.nodes.map(({ start, end }) => text.slice(start, end))).toEqual(["SELECT 'é😀'", 'DROP TABLE t']);
});

test('locations in trees become UTF-16 offsets', () => {
  const text = "SELECT 'é😀', x FROM t";
  const parsed = postgres.parse(text);
  expect(parsed.ok && parsed.toUtf16(new TextEncoder().encode("SELECT 'é😀', ").length)).toBe(text.indexOf('x'));
});

test('an error has a reason and the place in UTF-16', () => {
  const text = "SELECT 'é😀', ; x";
  expect(postgres.parse(text)).toEqual({ ok: false, reason: 'syntax error at or near ";"', offset: text.indexOf(';') });
});

test.each(['', '  \n', '-- only a comment', '/* */ ;'])('text without statements is no error: %j', (text) => {
  const parsed = postgres.parse(text);
  expect(parsed.ok && parsed.nodes.length).toBe(0);
});

test('NUL and deep nesting are refused before the parser', () => {
  expect(postgres.parse('SELECT 1;\0 DROP TABLE t')).toMatchObject({ ok: false, reason: expect.stringContaining('NUL') });
  expect(postgres.parse(`SELECT ${'('.repeat(50_000)}`)).toMatchObject({ ok: false, reason: 'nesting too deep' });
});

test('long chains of operators are read or refused, never a crash', () => {
  for (const sql of [
    `SELECT ${'1+'.repeat(100_000)}1`,
    `SELECT ${'a AND '.repeat(50_000)}a`,
    `SELECT ${'NOT '.repeat(50_000)}a`,
    `${'SELECT 1 UNION '.repeat(5000)}SELECT 1`,
  ]) {
    expect(typeof postgres.parse(sql).ok).toBe('boolean');
  }
  expect(postgres.parse('SELECT 1').ok).toBe(true);
}, 60_000);

test('PL/pgSQL bodies: trees, or a reason', () => {
  expect(postgres.parsePlpgsql('DO $$ BEGIN PERFORM 1; END $$').ok).toBe(true);
  expect(postgres.parsePlpgsql('DO $$ BEGIN 1 END $$')).toMatchObject({ ok: false, reason: expect.stringContaining('syntax error') });
});
