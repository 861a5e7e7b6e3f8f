/** The replay of MySQL's DDL against a real MariaDB: stories, and a seeded stream of random statements. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadEngine } from '../../src/schema/engines.ts';
import { EMPTY_SCHEMA, type Engine, type Replay, replay, sqlFile } from '../../src/schema/replay.ts';
import type { Schema } from '../../src/schema/types.ts';
import { type Judge, resetDatabase, runIn, startDatabase, whyNoDatabase } from './mysql-database.ts';
import { type Shape, shapeOfDatabase, shapeOfSchema } from './mysql-shape.ts';
import { STORIES } from './mysql-stories.ts';
import { KIND_NAMES, stream } from './mysql-stream.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 14);
const SEED = Number(process.env['SEED'] ?? 20_260_110);

let engine: Engine;
const replayOn = (start: Schema | undefined, sql: string): Replay =>
  replay([sqlFile({ id: '1', path: 'm/1.sql', content: '' }, sql)], engine, start);

/** What MariaDB does in another way than MySQL 8.0 does, so that the two cannot be compared after it. */
const DIFFERENCES: readonly (readonly [RegExp, string])[] = [
  [
    /1072 Key column .* doesn't exist in table|^1054 .* in 'CHECK'/,
    'MariaDB keeps a column that a key of several columns or a CHECK names; MySQL takes it out of the key',
  ],
  [/^1071 /, 'a key too long for InnoDB: the replay does not add up bytes'],
  [/^1170 /, 'a TEXT column in a key without a length: the replay does not judge types of key parts'],
  [/^1067 |^1101 /, 'an invalid default for the type: the replay does not judge values'],
  [/^1005 .*errno: 150|^1832 |^1833 |^1215 /, 'InnoDB judges the types of foreign keys more finely'],
  [/^1063 /, 'an AUTO_INCREMENT column of a type that cannot be one'],
];

/** MODIFY and CHANGE may spell a column's name in another case; the replay keeps the first spelling. */
const inAnyCase = (shape: Shape): Shape =>
  Object.fromEntries(
    Object.entries(shape).map(([part, lines]) => [part, lines.map((line: string) => line.toLowerCase()).sort()]),
  ) as unknown as Shape;

/** The database's shape without what the replay says it does not know: types of computed columns. */
const untold = (shape: Shape, { tables }: Schema): Shape => {
  const isUnknown = (line: string): boolean => {
    const [table = '', , column = ''] = line.split(' ');
    return tables.get(table)?.columns.get(column)?.type === 'unknown';
  };
  return { ...shape, columns: shape.columns.map((line) => (isUnknown(line) ? `${line.split(' ').slice(0, 3).join(' ')} unknown` : line)) };
};

describe.skipIf(whyNoDatabase !== null)('MySQL, judged by MariaDB', () => {
  let judge: Judge;
  beforeAll(async () => {
    [judge, engine] = await Promise.all([
      startDatabase(),
      loadEngine('mysql').then((loaded) => {
        if (!loaded) throw new Error('no engine for MySQL');
        return loaded;
      }),
    ]);
  });
  afterAll(() => judge?.stop());
  beforeEach(() => resetDatabase(judge.connection));

  test(`a stream of random statements, seed ${SEED}`, { timeout: 120_000 }, async () => {
    const counts = new Map(KIND_NAMES.map((kind) => [kind, 0]));
    const wrong: string[] = [];
    let schema: Schema = EMPTY_SCHEMA;
    let [accepted, refused, skipped, total] = [0, 0, 0, 0];
    for (const { kind, sql } of stream(SEED, ROUNDS)) {
      total++;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const error = await runIn(judge.connection, sql);
      const after = replayOn(schema, sql);
      // MariaDB cannot put a table back whose foreign key it finds unsound half-way: what it shows from then on is broken.
      if (error?.startsWith('1025 ')) {
        await resetDatabase(judge.connection);
        schema = EMPTY_SCHEMA;
        skipped++;
        continue;
      }
      const isRefused = after.refusals.length > 0 || after.unreadable.length > 0;
      if (error !== null && DIFFERENCES.some(([pattern]) => pattern.test(error)) && !isRefused) {
        skipped++;
        continue;
      }
      if (error !== null && !isRefused) wrong.push(`${sql}\n  refused by MariaDB: ${error}`);
      if (error === null && after.refusals.some((refusal) => refusal.isCertain))
        wrong.push(`${sql}\n  accepted by MariaDB, refused: ${after.refusals[0]?.reason}`);
      if (error === null && after.unreadable.length > 0) wrong.push(`${sql}\n  unreadable: ${after.unreadable[0]?.reason}`);
      if (error === null) accepted++;
      else refused++;
      if (error === null) {
        schema = after.schema;
        const [theirs, ours] = [inAnyCase(await shapeOfDatabase(judge.connection)), inAnyCase(shapeOfSchema(schema))];
        if (JSON.stringify(theirs) !== JSON.stringify(ours)) {
          expect(ours, `${sql}\n${wrong.join('\n')}`).toEqual(theirs);
        }
      }
      if (wrong.length > 5) break;
    }
    expect(wrong).toEqual([]);
    expect(total).toBeGreaterThanOrEqual(400);
    expect(accepted).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(50);
    expect(skipped).toBeLessThan(total / 5);
    expect([...counts].filter(([, count]) => count < 10)).toEqual([]);
    if (process.env['COUNTS'])
      process.stderr.write(`${JSON.stringify({ total, accepted, refused, skipped, kinds: Object.fromEntries(counts) })}\n`);
  });

  describe('stories', () => {
    for (const { title, sql } of STORIES) {
      test(title, async () => {
        const errors = judge.runFile(sql);
        const { schema, refusals, unreadable } = replayOn(undefined, sql);
        expect(unreadable).toEqual([]);
        const told = Object.fromEntries(refusals.map(({ location, reason }) => [location.line, reason]));
        expect(Object.keys(told), JSON.stringify([told, [...errors]])).toEqual([...errors.keys()].map(String));
        expect(inAnyCase(shapeOfSchema(schema)), sql).toEqual(inAnyCase(untold(await shapeOfDatabase(judge.connection), schema)));
      });
    }
  });

  describe('strict mode', () => {
    const run = (sql: string): Promise<string | null> => runIn(judge.connection, sql);

    test('an INSERT that leaves out a NOT NULL column without default fails with error 1364', async () => {
      expect(await run('CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL DEFAULT 1, c int)')).toBeNull();
      expect(await run('INSERT INTO t (id) VALUES (1)')).toMatch(/^1364 /);
      expect(await run('INSERT INTO t (id, a) VALUES (1, 1)')).toBeNull();
    });

    test('MODIFY that does not repeat DEFAULT drops it, and what relied on it fails', async () => {
      expect(await run('CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 0)')).toBeNull();
      expect(await run('INSERT INTO t (id) VALUES (1)')).toBeNull();
      expect(await run('ALTER TABLE t MODIFY a bigint NOT NULL')).toBeNull();
      expect(await run('INSERT INTO t (id) VALUES (2)')).toMatch(/^1364 /);
      const { changes } = replayOn(
        undefined,
        'CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 0); ALTER TABLE t MODIFY a bigint NOT NULL',
      );
      expect(changes.at(-1)).toMatchObject({
        type: 'alter-column',
        before: { type: 'int', nullable: false, default: '0' },
        after: { type: 'bigint', nullable: false, default: null },
      });
    });

    test('MODIFY to NOT NULL refuses the rows that leave it out from then on', async () => {
      expect(await run('CREATE TABLE t (id int PRIMARY KEY, a int)')).toBeNull();
      expect(await run('INSERT INTO t (id) VALUES (1)')).toBeNull();
      expect(await run('DELETE FROM t')).toBeNull();
      expect(await run('ALTER TABLE t MODIFY a int NOT NULL')).toBeNull();
      expect(await run('INSERT INTO t (id) VALUES (1)')).toMatch(/^1364 /);
    });
  });
});

test.skipIf(whyNoDatabase === null)(`MySQL is not compared: ${whyNoDatabase}`, () => {});
