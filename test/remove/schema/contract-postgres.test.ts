/** Contracts on PostgreSQL itself (PGlite): whatever the names are, exactly the objects asked for are gone. */
import { PGlite } from '@electric-sql/pglite';
import { pg_stat_statements } from '@electric-sql/pglite/contrib/pg_stat_statements';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contractPlan } from '../../../src/remove/schema/contract.ts';
import { loadEngine } from '../../../src/schema/engines.ts';
import { replay, sqlFile } from '../../../src/schema/replay.ts';
import type { Schema, SchemaObject } from '../../../src/schema/types.ts';
import { shapeOfDatabase } from '../../schema/oracle.ts';
import { differentNames } from './names.ts';

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
});
afterAll(() => db.close());

const reset = (): Promise<unknown> => db.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');

const q = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function schemaOf(sql: string): Promise<Schema> {
  const engine = await loadEngine('postgres');
  if (engine === null) throw new Error('no engine');
  const { schema, unreadable, refusals } = replay([sqlFile({ id: '1', path: '1.sql', content: '' }, sql)], engine);
  expect({ unreadable, refusals }).toEqual({ unreadable: [], refusals: [] });
  return schema;
}

const column = (table: string, name: string): SchemaObject => ({ kind: 'column', table, name });
const relation = (kind: 'table' | 'view' | 'enum' | 'materialized-view', name: string): SchemaObject => ({
  kind,
  table: kind === 'table' ? name : null,
  name,
});

describe('any names', () => {
  test('what is asked for goes, and the rest stays', async () => {
    await fc.assert(
      fc.asyncProperty(differentNames(8), fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), async (some, picked) => {
        const [t = '', u = '', c = '', keep = '', v = '', e = '', i = '', k = ''] = some;
        await reset();
        const base = `CREATE TABLE ${q(t)} (${q(keep)} int);`;
        const parts = [
          [`ALTER TABLE ${q(t)} ADD COLUMN ${q(c)} text;`, column(t, c)],
          [`CREATE TABLE ${q(u)} (${q(c)} int, ${q(keep)} int);`, relation('table', u)],
          [`CREATE VIEW ${q(v)} AS SELECT ${q(keep)} FROM ${q(t)};`, relation('view', v)],
          [`CREATE TYPE ${q(e)} AS ENUM ('a');`, relation('enum', e)],
          [`CREATE INDEX ${q(i)} ON ${q(t)} (${q(keep)});`, { kind: 'index', table: t, name: i } as const],
          [`ALTER TABLE ${q(t)} ADD CONSTRAINT ${q(k)} CHECK (${q(keep)} > 0);`, { kind: 'constraint', table: t, name: k } as const],
          [`CREATE MATERIALIZED VIEW ${q(`${v}m`)} AS SELECT 1 AS x;`, relation('materialized-view', `${v}m`)],
          [`ALTER TABLE ${q(t)} ADD COLUMN ${q(`${c}e`)} int;`, column(t, `${c}e`)],
        ] as const;
        const kept = parts.filter((_, at) => !picked.includes(at));
        const sql = [base, ...parts.map(([text]) => text)].join('\n');
        await db.exec([base, ...kept.map(([text]) => text)].join('\n'));
        const wanted = await shapeOfDatabase(db);
        await reset();
        await db.exec(sql);
        const plan = await contractPlan(
          picked.flatMap((at) => parts[at]?.[1] ?? []),
          'postgres',
          { schema: await schemaOf(sql) },
        );
        expect(plan.byHand).toEqual([]);
        for (const statement of plan.statements) await db.exec(statement.sql);
        expect(await shapeOfDatabase(db)).toEqual(wanted);
      }),
      { seed: 611, numRuns: 60 },
    );
  });

  test('a column comes back by its way down', async () => {
    const types = ['text', 'integer', 'character varying(50)', 'timestamp with time zone', 'numeric(10,2)', 'text[]', 'boolean'];
    await fc.assert(
      fc.asyncProperty(
        differentNames(3),
        fc.constantFrom(...types),
        fc.boolean(),
        async ([t = '', keep = '', c = ''], type, hasDefault) => {
          await reset();
          const value = hasDefault && type === 'text' ? " DEFAULT 'it''s'" : '';
          const sql = `CREATE TABLE ${q(t)} (${q(keep)} int, ${q(c)} ${type}${value});`;
          await db.exec(sql);
          const before = await shapeOfDatabase(db);
          const { statements } = await contractPlan([column(t, c)], 'postgres', { schema: await schemaOf(sql) });
          for (const { sql: drop, undo } of statements) {
            await db.exec(drop);
            await db.exec(undo ?? '');
          }
          expect(await shapeOfDatabase(db)).toEqual(before);
        },
      ),
      { seed: 612, numRuns: 40 },
    );
  });

  test('NOT NULL ends', async () => {
    await fc.assert(
      fc.asyncProperty(differentNames(2), async ([t = '', c = '']) => {
        await reset();
        const sql = `CREATE TABLE ${q(t)} (${q(c)} text NOT NULL);`;
        await db.exec(sql);
        const side = { evaluatesFlag: false, reads: [], writes: [{ file: 'a.ts', line: 1, column: 1, endLine: 1, endColumn: 2 }] };
        const { order } = await contractPlan([column(t, c)], 'postgres', { schema: await schemaOf(sql), base: side, head: side });
        const step = order.find((s) => s.kind === 'drop-not-null');
        expect(step?.state).toBe('next');
        for (const statement of step?.statements ?? []) await db.exec(statement);
        await db.exec(`INSERT INTO ${q(t)} DEFAULT VALUES`);
      }),
      { seed: 613, numRuns: 30 },
    );
  });

  test('the verification queries run', async () => {
    await fc.assert(
      fc.asyncProperty(differentNames(2), async ([t = '', c = '']) => {
        await reset();
        const sql = `CREATE TABLE ${q(t)} (${q(c)} text); CREATE INDEX ON ${q(t)} (${q(c)}); CREATE VIEW ${q(`${t}v`)} AS SELECT ${q(c)} FROM ${q(t)};`;
        await db.exec(sql);
        for (const objects of [[column(t, c)], [relation('table', t)], [relation('view', `${t}v`)]]) {
          const { verification } = await contractPlan(objects, 'postgres', { schema: await schemaOf(sql), now: new Date('2026-01-01') });
          for (const { title, needs, sql: query } of verification.filter((v) => v.needs === null)) {
            expect(needs).toBeNull();
            const { rows } = await db.query(query);
            if (title.startsWith('Scans of') || (title.startsWith('Views') && objects[0]?.kind !== 'view')) expect(rows).toHaveLength(1);
          }
        }
      }),
      { seed: 614, numRuns: 25 },
    );
  });
});

test('pg_stat_statements shows what names the object, and nothing while nobody does', async () => {
  const watched = await PGlite.create({ extensions: { pg_stat_statements } });
  await watched.exec('CREATE EXTENSION pg_stat_statements');
  await fc.assert(
    fc.asyncProperty(differentNames(2), async ([t = '', c = '']) => {
      const sql = `CREATE TABLE ${q(t)} (${q(c)} text);`;
      await watched.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION IF NOT EXISTS pg_stat_statements; ${sql}`);
      await watched.query('SELECT pg_stat_statements_reset()');
      const { verification } = await contractPlan([column(t, c)], 'postgres', { schema: await schemaOf(sql), now: new Date('2026-01-01') });
      const [asked] = verification.filter((v) => v.needs !== null).map((v) => v.sql);
      const calls = async (): Promise<string[]> => (await watched.query<{ query: string }>(asked ?? '')).rows.map((r) => r.query);
      const mine = `SELECT ${q(c)} FROM ${q(t)}`;
      expect(await calls()).not.toContain(mine);
      await watched.query(mine);
      expect(await calls()).toContain(mine);
      for (const { sql: query } of verification) await watched.query(query);
    }),
    { seed: 625, numRuns: 25 },
  );
  await watched.close();
}, 120_000);

describe('what the database keeps an object for', () => {
  const sql = `
    CREATE TYPE mood AS ENUM ('a');
    CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, mood mood, shout text GENERATED ALWAYS AS (upper(email)) STORED);
    CREATE TABLE logins (id int PRIMARY KEY, email text REFERENCES users (email));
    CREATE VIEW emails AS SELECT email FROM users;
    CREATE VIEW more AS SELECT email FROM emails;`;

  test('is said, and nothing is written', async () => {
    const plan = await contractPlan([column('users', 'email')], 'postgres', { schema: await schemaOf(sql) });
    expect(plan.statements).toEqual([]);
    expect(plan.byHand.map((b) => b.reason)).toEqual([
      'the view `emails`, the foreign key `logins_email_fkey` of `logins`, the generated column `users.shout` still use it, and must be changed or dropped first',
    ]);
  });

  test('goes before it where it was asked for too', async () => {
    await reset();
    await db.exec(sql);
    const asked = [
      relation('enum', 'mood'),
      column('users', 'mood'),
      column('users', 'email'),
      column('users', 'shout'),
      relation('view', 'emails'),
      relation('view', 'more'),
      column('logins', 'email'),
    ];
    const { statements, byHand } = await contractPlan(asked, 'postgres', { schema: await schemaOf(sql) });
    expect(byHand).toEqual([]);
    for (const statement of statements) await db.exec(statement.sql);
    expect((await shapeOfDatabase(db)).columns).toEqual(['logins.id integer not null', 'users.id integer not null']);
  });

  test('a table of a chain of foreign keys goes from its end', async () => {
    await reset();
    const chain =
      'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY REFERENCES a); CREATE TABLE c (id int REFERENCES b);';
    await db.exec(chain);
    const { statements } = await contractPlan(
      ['a', 'b', 'c'].map((name) => relation('table', name)),
      'postgres',
      { schema: await schemaOf(chain) },
    );
    for (const statement of statements) await db.exec(statement.sql);
    expect(statements.map((s) => s.sql)).toEqual(['DROP TABLE c;', 'DROP TABLE b;', 'DROP TABLE a;']);
  });
});
