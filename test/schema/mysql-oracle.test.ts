/** The replay of MySQL's DDL against a real MariaDB: stories, and a seeded stream of random statements. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadEngine } from '../../src/schema/engines.ts';
import { EMPTY_SCHEMA, type Engine, type Replay, replay, sqlFile } from '../../src/schema/replay.ts';
import type { Schema } from '../../src/schema/types.ts';
import { type Judge, resetDatabase, runIn, startDatabase, whyNoDatabase } from './mysql-database.ts';
import { type Shape, shapeOfDatabase, shapeOfSchema } from './mysql-shape.ts';
import { STORIES } from './mysql-stories.ts';
import { KIND_NAMES, roundOf, seeded, statementOf } from './mysql-stream.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 12);
const SEED = Number(process.env['SEED'] ?? 20260110);
/** Statements between two looks at the catalogue; `EVERY=1` names the one that is at fault. */
const EVERY = Number(process.env['EVERY'] ?? 5);
/** Statements that may follow the rounds until every kind has been met often enough. */
const MORE = 400;
const BETWEEN = [
  ...KIND_NAMES,
  ...Array.from({ length: 8 }, () => ['create table', 'add check', 'add foreign key', 'add primary key']).flat(),
];

/** `TRACE=1`: the stream's statements, refused ones as comments. */
const trace = (line: string): void => void (process.env['TRACE'] && process.stderr.write(`${line};\n`));

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
  [/^1907 /, 'whether a generated column is stored is not kept'],
  [/^1063 /, 'an AUTO_INCREMENT column of a type that cannot be one'],
];

/** What a refusal is about, by MariaDB's number of it. */
const ABOUT: ReadonlyMap<number, RegExp> = new Map([
  [1005, /foreign key/i],
  [1050, /already exists/],
  [1051, /Unknown table/],
  [1054, /auto-increment column|already exists|Unknown column|Key column|Can't DROP|doesn't exist/],
  [1060, /Duplicate column name/],
  [1061, /Duplicate (?:key|column) name/],
  [1066, /doesn't exist|already exists/],
  [1068, /Multiple primary key/],
  [1072, /Key column/],
  [1075, /only one auto column|needed in a foreign key/],
  [1090, /can't delete all columns/],
  [1091, /Can't DROP/],
  [1146, /doesn't exist/],
  [1171, /All parts of a PRIMARY KEY/],
  [1176, /Key '.*' doesn't exist/],
  [1347, /doesn't exist|Unknown table/],
  [1359, /already exists/],
  [1360, /does not exist/],
  [1451, /Cannot drop table/],
  [1553, /needed in a foreign key/],
  [1826, /Duplicate (?:foreign key|check) constraint name/],
  [1828, /Cannot drop column/],
  [1829, /Cannot drop column/],
  [1832, /Cannot change column/],
  [1833, /Cannot change column/],
  [1846, /generated column|foreign key/],
  [1901, /cannot refer to (?:an )?auto-increment column/],
  [4092, /Unknown table/],
]);

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

  /** What the replay says about a statement that MariaDB has an opinion of; null: the same. */
  const differenceOf = (sql: string, error: string | null, { refusals, unreadable }: Replay): string | null => {
    const [refusal] = refusals;
    if (unreadable[0]) return `${sql}\n  unreadable: ${unreadable[0].reason}`;
    if (error === null) return refusal?.isCertain ? `${sql}\n  accepted by MariaDB, refused: ${refusal.reason}` : null;
    if (DIFFERENCES.some(([pattern]) => pattern.test(error))) return null;
    if (!refusal) return `${sql}\n  refused by MariaDB: ${error}`;
    const about = ABOUT.get(Number.parseInt(error, 10));
    return about?.test(refusal.reason) ? null : `${sql}\n  refused by MariaDB: ${error}\n  and here for another reason: ${refusal.reason}`;
  };

  test(`a stream of random statements, seed ${SEED}`, { timeout: 120_000 }, async () => {
    const counts = new Map(KIND_NAMES.map((kind) => [kind, 0]));
    const wrong: string[] = [];
    const pick = seeded(SEED);
    let schema: Schema = EMPTY_SCHEMA;
    let [accepted, refused, skipped, total] = [0, 0, 0, 0];
    let unseen: string[] = [];
    const compare = async (): Promise<void> => {
      const [theirs, ours] = [inAnyCase(untold(await shapeOfDatabase(judge.connection), schema)), inAnyCase(shapeOfSchema(schema))];
      if (JSON.stringify(theirs) !== JSON.stringify(ours)) expect(ours, [...unseen, ...wrong].join('\n')).toEqual(theirs);
      unseen = [];
    };
    const kinds = Array.from({ length: ROUNDS }, () => roundOf(pick)).flat();
    const rare = (): string | undefined => KIND_NAMES.find((kind) => (counts.get(kind) ?? 0) < 10);
    for (let n = 0; n < kinds.length + MORE; n++) {
      const missing = rare();
      if (n >= kinds.length && missing === undefined) break;
      // What a rare kind needs is made in between.
      const name = kinds[n] ?? (n % 2 === 0 ? missing : BETWEEN[pick(BETWEEN.length)]) ?? '';
      total++;
      const { kind, sql } = statementOf(name, { pick, schema, n });
      const error = await runIn(judge.connection, sql);
      const after = replayOn(schema, sql);
      // A refused RENAME INDEX leaves MariaDB's cached table with an index that it no longer takes for a foreign key's own.
      if (error !== null && /RENAME INDEX/.test(sql)) await judge.connection.query('FLUSH TABLES');
      // MariaDB cannot put a table back whose foreign key it finds unsound half-way: what it shows from then on is broken.
      if (error?.startsWith('1025 ')) {
        await resetDatabase(judge.connection);
        schema = EMPTY_SCHEMA;
        unseen = [];
        skipped++;
        continue;
      }
      if (error !== null && after.refusals.length === 0 && DIFFERENCES.some(([pattern]) => pattern.test(error))) {
        skipped++;
        continue;
      }
      trace(error === null ? sql : `-- ${sql}`);
      const difference = differenceOf(sql, error, after);
      if (difference !== null) wrong.push(difference);
      if (wrong.length > 5) break;
      if (error !== null) {
        refused++;
        continue;
      }
      accepted++;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      schema = after.schema;
      unseen.push(sql);
      if (unseen.length >= EVERY) await compare();
    }
    await compare();
    if (process.env['COUNTS'])
      process.stderr.write(`${JSON.stringify({ accepted, refused, skipped, kinds: Object.fromEntries(counts) })}\n`);
    expect(wrong).toEqual([]);
    expect(accepted).toBeGreaterThan(0.5 * total);
    expect(refused).toBeGreaterThan(50);
    expect(skipped).toBeLessThan(total / 10);
    expect([...counts].filter(([, count]) => count < 10)).toEqual([]);
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
