import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadPostgres } from '../../src/parse/sql/postgres.ts';
import { splitStatements } from '../../src/parse/sql/split.ts';

const split = (text: string): readonly string[] => splitStatements(text).map(({ start, end }) => text.slice(start, end));

test.each<[string, string, readonly string[]]>([
  [
    'quotes',
    `SELECT 'a;''b'; SELECT "x;""y"; SELECT E'\\';'; SELECT U&'a;'`,
    [`SELECT 'a;''b'`, `SELECT "x;""y"`, `SELECT E'\\';'`, `SELECT U&'a;'`],
  ],
  ['a standard string does not escape', `SELECT '\\'; SELECT 2`, [`SELECT '\\'`, 'SELECT 2']],
  [
    'dollar quotes',
    'DO $$ a; $x$ ; $$; SELECT $x$ $$ ; $x$; SELECT $1; SELECT a$b$c',
    ['DO $$ a; $x$ ; $$', 'SELECT $x$ $$ ; $x$', 'SELECT $1', 'SELECT a$b$c'],
  ],
  ['comments', '-- a;\n/* b; /* c; */ d; */ SELECT 1 -- e;\n; /* f', ['SELECT 1', '/* f']],
  ['comments inside stay', 'SELECT /* ; */ 1; -- x', ['SELECT /* ; */ 1']],
  ['empty statements', ';; ;\n', []],
  ['psql commands', '\\connect db\nSELECT 1;\n\\set x 1', ['\\connect db', 'SELECT 1', '\\set x 1']],
  [
    'COPY data',
    "COPY t (a) FROM stdin;\n1;2\n'x\n\\.\nSELECT 1; COPY t TO stdout; SELECT 2",
    ['COPY t (a) FROM stdin', 'SELECT 1', 'COPY t TO stdout', 'SELECT 2'],
  ],
  [
    'BEGIN ATOMIC',
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; BEGIN; SELECT 1; END',
    ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END', 'BEGIN', 'SELECT 1', 'END'],
  ],
  [
    'rules',
    'CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)); SELECT 1',
    ['CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); INSERT INTO b VALUES (2))', 'SELECT 1'],
  ],
  [
    'a broken statement costs itself',
    'ALTER TABLE ; DROP TABLE t; CREATE TABLE x (a int; DROP TABLE y',
    ['ALTER TABLE', 'DROP TABLE t', 'CREATE TABLE x (a int', 'DROP TABLE y'],
  ],
  ['CRLF', 'SELECT 1;\r\n-- x\r\nSELECT 2;\r\n', ['SELECT 1', 'SELECT 2']],
])('splits %s', (_, text, expected) => {
  expect(split(text)).toEqual(expected);
});

test('never throws, ranges ascend and stay inside, on any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "'",
      '"',
      '$$',
      '$a$',
      '--',
      '/*',
      '*/',
      ';',
      '\n',
      '\\',
      '(',
      ')',
      'BEGIN ATOMIC',
      'END',
      "E'",
      'COPY t FROM stdin;',
      '\\.',
      'CREATE FUNCTION ',
      '😀',
    ),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join(' ');
      let last = 0;
      for (const { start, end } of splitStatements(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = end;
      }
    }),
    { numRuns: 1000 },
  );
});

test('cuts where PostgreSQL cuts', async () => {
  const postgres = await loadPostgres();
  const statement = fc.constantFrom(
    "SELECT 'é;'",
    'SELECT $$;$$',
    'SELECT "a;" FROM t',
    'BEGIN',
    "SELECT E'\\';'",
    'DROP TABLE t',
    "INSERT INTO t VALUES (1, ';')",
    'SELECT 1 /* ; */ + 1',
  );
  const gap = fc.constantFrom(';', '; ', ';\n-- x;\n', '; /* 😀; */ ', ';;');
  fc.assert(
    fc.property(fc.array(fc.tuple(statement, gap), { minLength: 1, maxLength: 12 }), (parts) => {
      const text = parts.flat().join('');
      const parsed = postgres.parse(text);
      expect(parsed.ok).toBe(true);
      if (parsed.ok) expect(parsed.nodes.map(({ start, end }) => text.slice(start, end))).toEqual(split(text));
    }),
  );
});

test('takes linear time', () => {
  const start = performance.now();
  splitStatements('/* '.repeat(300_000));
  splitStatements("E'\\".repeat(300_000));
  splitStatements('$a'.repeat(300_000));
  splitStatements('(;'.repeat(300_000));
  expect(performance.now() - start).toBeLessThan(4000);
});
