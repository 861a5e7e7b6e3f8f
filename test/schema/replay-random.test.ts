import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replayTexts, resetDatabase, shapeOfDatabase, shapeOfSchema } from './oracle.ts';

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
}, 60_000);
afterAll(() => db.close());

const table = fc.constantFrom('a', 'b', '"C c"', 'd');
const column = fc.constantFrom('x', 'y', '"Z"', 'id', 'w');
const type = fc.constantFrom('int', 'text', 'varchar(20)', 'timestamptz', 'numeric(8,2)', 'bool', 'int[]');
const suffix = fc.constantFrom('', '', 'NOT NULL', 'UNIQUE');

const statement = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(table, column, type, suffix).map(([t, c, ty, s]) => `CREATE TABLE ${t} (k int PRIMARY KEY, ${c} ${ty} ${s})`),
  },
  { weight: 6, arbitrary: fc.tuple(table, column, type, suffix).map(([t, c, ty, s]) => `ALTER TABLE ${t} ADD COLUMN ${c} ${ty} ${s}`) },
  {
    weight: 3,
    arbitrary: fc.tuple(table, column, fc.constantFrom('', ' CASCADE')).map(([t, c, m]) => `ALTER TABLE ${t} DROP COLUMN ${c}${m}`),
  },
  { weight: 2, arbitrary: fc.tuple(table, column, column).map(([t, c, d]) => `ALTER TABLE ${t} RENAME COLUMN ${c} TO ${d}`) },
  { weight: 2, arbitrary: fc.tuple(table, table).map(([t, u]) => `ALTER TABLE ${t} RENAME TO ${u}`) },
  { weight: 2, arbitrary: fc.tuple(table, fc.constantFrom('', ' CASCADE')).map(([t, m]) => `DROP TABLE ${t}${m}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(table, column, fc.constantFrom('SET NOT NULL', 'DROP NOT NULL', 'DROP DEFAULT', 'TYPE text'))
      .map(([t, c, a]) => `ALTER TABLE ${t} ALTER COLUMN ${c} ${a}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(table, column, column, fc.constantFrom('', 'UNIQUE '))
      .map(([t, c, d, u]) => `CREATE ${u}INDEX ON ${t} (${c}, ${d})`),
  },
  { weight: 2, arbitrary: fc.tuple(table, table).map(([t, u]) => `ALTER TABLE ${t} ADD COLUMN r int REFERENCES ${u}`) },
  {
    weight: 2,
    arbitrary: fc.tuple(table, column, column).map(([t, c, d]) => `ALTER TABLE ${t} ADD CHECK (${c} IS NOT NULL OR ${d} IS NULL)`),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom('v', 'w'), table, column).map(([v, t, c]) => `CREATE VIEW ${v} AS SELECT k, ${c} FROM ${t}`),
  },
  { weight: 1, arbitrary: fc.constantFrom('v', 'w').map((v) => `CREATE VIEW over_${v} AS SELECT * FROM ${v}`) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('v', 'w'), fc.constantFrom('', ' CASCADE')).map(([v, m]) => `DROP VIEW ${v}${m}`) },
);

test('replay equals PostgreSQL for random statements', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(statement, { minLength: 5, maxLength: 25 }), async (statements) => {
      await resetDatabase(db);
      const accepted: string[] = [];
      for (const sql of statements) {
        try {
          await db.exec(sql);
          accepted.push(sql);
        } catch {
          // PostgreSQL refuses it in this state: it is not part of the history.
        }
      }
      const { schema, unreadable } = await replayTexts(accepted);
      expect(unreadable).toEqual([]);
      expect(shapeOfSchema(schema), accepted.join(';\n')).toEqual(await shapeOfDatabase(db));
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 40), endOnFailure: true },
  );
}, 120_000);
