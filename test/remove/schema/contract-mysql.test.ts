/** Contracts on MariaDB itself: whatever the names are, exactly the objects asked for are gone; the queries run. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contractPlan } from '../../../src/remove/schema/contract.ts';
import { loadEngine } from '../../../src/schema/engines.ts';
import { replay, sqlFile } from '../../../src/schema/replay.ts';
import type { Schema, SchemaObject } from '../../../src/schema/types.ts';
import { type Judge, resetDatabase, startDatabase, whyNoDatabase } from '../../schema/mysql-database.ts';
import { differentNames } from './names.ts';

const title = whyNoDatabase === null ? 'on MariaDB' : `on MariaDB (skipped: ${whyNoDatabase})`;
const q = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
const column = (table: string, name: string): SchemaObject => ({ kind: 'column', table, name });
const part = (kind: 'index' | 'constraint', table: string, name: string): SchemaObject => ({ kind, table, name });

async function schemaOf(sql: string): Promise<Schema> {
  const engine = await loadEngine('mysql');
  if (engine === null) throw new Error('no engine');
  const { schema, unreadable, refusals } = replay([sqlFile({ id: '1', path: '1.sql', content: '' }, sql)], engine);
  expect({ unreadable, refusals }).toEqual({ unreadable: [], refusals: [] });
  return schema;
}

describe.skipIf(whyNoDatabase !== null)(title, () => {
  let judge: Judge;
  beforeAll(async () => {
    judge = await startDatabase();
    await judge.connection.query("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')");
  });
  afterAll(() => judge.stop());

  const run = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await judge.connection.query(statement);
  };
  const rows = async (sql: string): Promise<readonly Record<string, unknown>[]> => {
    const [found] = await judge.connection.query(sql);
    return found as Record<string, unknown>[];
  };
  const shape = async (): Promise<string[]> => {
    const of = async (sql: string): Promise<string[]> => (await rows(sql)).map((row) => Object.values(row).map(String).join(' | '));
    return [
      ...(await of(
        "SELECT 'c', TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'test'",
      )),
      ...(await of("SELECT 'i', TABLE_NAME, INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'test'")),
      ...(await of(
        "SELECT 'k', TABLE_NAME, CONSTRAINT_NAME, CONSTRAINT_TYPE FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = 'test'",
      )),
      ...(await of("SELECT 'v', TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA = 'test'")),
    ].sort();
  };

  test('what is asked for goes, and the rest stays', async () => {
    await fc.assert(
      fc.asyncProperty(
        differentNames(8, { astral: false }),
        fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
        async (some, picked) => {
          const [t = '', u = '', c = '', keep = '', v = '', i = '', k = '', d = ''] = some;
          const base = [`CREATE TABLE ${q(t)} (${q(keep)} int PRIMARY KEY);`, `CREATE TABLE ${q(u)} (${q(keep)} int);`];
          const parts: readonly (readonly [string, SchemaObject])[] = [
            [`ALTER TABLE ${q(t)} ADD COLUMN ${q(c)} varchar(20);`, column(t, c)],
            [`CREATE TABLE ${q(d)} (${q(c)} int);`, { kind: 'table', table: d, name: d }],
            [`CREATE VIEW ${q(v)} AS SELECT ${q(keep)} FROM ${q(t)};`, { kind: 'view', table: null, name: v }],
            [`CREATE INDEX ${q(i)} ON ${q(u)} (${q(keep)});`, part('index', u, i)],
            [`ALTER TABLE ${q(t)} ADD CONSTRAINT ${q(k)} CHECK (${q(keep)} > 0);`, part('constraint', t, k)],
            [
              `ALTER TABLE ${q(u)} ADD COLUMN ${q(c)} int, ADD CONSTRAINT ${q(`${k}f`)} FOREIGN KEY (${q(c)}) REFERENCES ${q(t)} (${q(keep)});`,
              column(u, c),
            ],
            [
              `ALTER TABLE ${q(u)} ADD COLUMN ${q(`${c}2`)} int, ADD CONSTRAINT ${q(`${k}c`)} CHECK (${q(`${c}2`)} > ${q(keep)});`,
              column(u, `${c}2`),
            ],
          ];
          await resetDatabase(judge.connection);
          await run([...base, ...parts.filter((_, at) => !picked.includes(at)).map(([sql]) => sql)]);
          const wanted = await shape();
          await resetDatabase(judge.connection);
          const sql = [...base, ...parts.map(([text]) => text)];
          await run(sql);
          const objects = picked.flatMap((at) => parts[at]?.[1] ?? []);
          const { statements, byHand } = await contractPlan(objects, 'mysql', { schema: await schemaOf(sql.join('\n')) });
          expect(byHand).toEqual([]);
          await run(statements.map((s) => s.sql));
          expect(await shape()).toEqual(wanted);
        },
      ),
      { seed: 619, numRuns: 30 },
    );
  });

  test('a column comes back by its way down, and may be left empty where NOT NULL ends', async () => {
    const types = ['varchar(40)', 'int', 'bigint unsigned', 'datetime(3)', "enum('a','it''s')", 'decimal(10,2)', 'text', 'json'];
    await fc.assert(
      fc.asyncProperty(
        differentNames(3, { astral: false }),
        fc.constantFrom(...types),
        fc.boolean(),
        async ([t = '', keep = '', c = ''], type, isNeeded) => {
          await resetDatabase(judge.connection);
          const sql = `CREATE TABLE ${q(t)} (${q(keep)} int, ${q(c)} ${type}${isNeeded ? ' NOT NULL' : ''});`;
          await run([`CREATE TABLE ${q(t)} (${q(keep)} int, ${q(c)} ${type});`]);
          const wanted = await shape();
          await run([`DROP TABLE ${q(t)}`, sql]);
          const side = { evaluatesFlag: false, reads: [], writes: [{ file: 'a.ts', line: 1, column: 1, endLine: 1, endColumn: 2 }] };
          const { statements, order } = await contractPlan([column(t, c)], 'mysql', {
            schema: await schemaOf(sql),
            base: side,
            head: side,
          });
          const relax = order.find((s) => s.kind === 'drop-not-null')?.statements ?? [];
          expect(relax).toHaveLength(isNeeded ? 1 : 0);
          await run(relax);
          expect(await shape()).toEqual(wanted);
          await run(statements.flatMap((s) => [s.sql, s.undo ?? 'SELECT no way down']));
          expect(await shape()).toEqual(wanted);
        },
      ),
      { seed: 620, numRuns: 30 },
    );
  });

  test('the verification queries run, and see what uses the object', async () => {
    await fc.assert(
      fc.asyncProperty(differentNames(2, { astral: false }), async ([t = '', c = '']) => {
        await resetDatabase(judge.connection);
        const sql = [
          `CREATE TABLE ${q(t)} (${q(c)} varchar(9));`,
          `CREATE INDEX ${q(`${c}i`)} ON ${q(t)} (${q(c)});`,
          `CREATE VIEW ${q(`${t}v`)} AS SELECT ${q(c)} FROM ${q(t)};`,
        ];
        await run(sql);
        const schema = await schemaOf(sql.join('\n'));
        for (const objects of [[column(t, c)], [{ kind: 'table', table: t, name: t } as const]]) {
          const { verification } = await contractPlan(objects, 'mysql', { schema, now: new Date('2026-01-01') });
          for (const { title: asked, sql: query } of verification) {
            const found = await rows(query);
            if (asked.startsWith('Views')) expect(found).toHaveLength(1);
          }
        }
      }),
      { seed: 621, numRuns: 20 },
    );
  });

  test('what MariaDB keeps a table for is said', async () => {
    const sql = 'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id));';
    const { byHand } = await contractPlan([{ kind: 'table', table: 'a', name: 'a' }], 'mysql', { schema: await schemaOf(sql) });
    expect(byHand.map((b) => b.reason)).toEqual(['the foreign key `fk` of `b` still uses it, and must be changed or dropped first']);
  });
});
