/**
 * Random DDL against PostgreSQL: the same statements are run and replayed; the catalogue must equal the replayed schema, and
 * what the one refuses the other must have refused or reported.
 * DDL_STATEMENTS=10000 DDL_SEED=7 npx vitest run test/schema/random-ddl.test.ts
 */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPostgres } from '../../src/parse/sql/postgres.ts';
import { postgresEngine } from '../../src/schema/postgres/engine.ts';
import { EMPTY_SCHEMA, type Engine, replay, sqlFile } from '../../src/schema/replay.ts';
import type { Schema } from '../../src/schema/types.ts';
import { resetDatabase, shapeOfDatabase, shapeOfSchema } from './oracle.ts';
import { picker, seeded } from './random-ddl.ts';
import { KINDS } from './random-kinds.ts';

const STATEMENTS = Number(process.env['DDL_STATEMENTS'] ?? 2000);
const SEED = Number(process.env['DDL_SEED'] ?? 1);
const CHUNK = Number(process.env['DDL_CHUNK'] ?? 25);
/** Differences that the default stream still shows: partition index names after a rename, and the like. To become none. */
const OPEN = 3;
/** One database is emptied after so many statements: it would only grow. */
const LIFE = 500;

let db: PGlite;
let engine: Engine;
beforeAll(async () => {
  db = await PGlite.create();
  engine = postgresEngine(await loadPostgres());
}, 60_000);
afterAll(() => db.close());

const deck = KINDS.flatMap(([name, weight, make]) => Array.from({ length: weight }, () => ({ name, make })));

/** Each round of the deck has every kind as often as it weighs. */
const shuffle = <T>(items: T[], random: (n: number) => number): void => {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random(i + 1);
    const [one, other] = [items[i], items[j]];
    if (one !== undefined && other !== undefined) [items[i], items[j]] = [other, one];
  }
};

const accepts = async (sql: string): Promise<string | null> => {
  try {
    await db.exec(sql);
    return null;
  } catch (error) {
    await db.exec('ROLLBACK');
    return error instanceof Error ? error.message : String(error);
  }
};

/** Names the stream never makes: for the replay they may come from elsewhere. */
const FROM_ELSEWHERE = /"(?:gone|nothing|nowhere)"/;

/** Known gaps: the types of a view's columns and the bounds of partitions are not replayed. */
const NOT_KNOWN = /cannot change data type of view column|would overlap partition/;

interface Outcome {
  readonly schema: Schema;
  readonly problem: string | null;
}

/** Runs one statement in both. */
const both = async (before: Schema, sql: string): Promise<Outcome> => {
  const refused = await accepts(sql);
  const result = replay([sqlFile({ id: '1', path: '1.sql', content: '' }, sql)], engine, before);
  const said = [...result.refusals, ...result.unreadable].map(({ reason }) => reason);
  if (refused === null) {
    const certain = result.refusals.find(({ isCertain }) => isCertain);
    return { schema: result.schema, problem: certain ? `accepted, but refused by the replay: ${certain.reason}` : null };
  }
  return {
    schema: before,
    problem:
      said.length > 0 || FROM_ELSEWHERE.test(refused) || NOT_KNOWN.test(refused) || sql.startsWith('DO') || sql.startsWith('BEGIN')
        ? null
        : `refused (${refused}), but not by the replay`,
  };
};

test('replay equals PostgreSQL, statement by statement', async () => {
  const counts = new Map<string, { all: number; accepted: number }>();
  const problems: string[] = [];
  let known = 0;
  const random = seeded(SEED);
  let schema: Schema = EMPTY_SCHEMA;
  let chunk: string[] = [];
  for (let i = 0; i < STATEMENTS && problems.length < Number(process.env['DDL_PROBLEMS'] ?? 50); i++) {
    if (i % LIFE === 0) {
      await resetDatabase(db);
      schema = EMPTY_SCHEMA;
      chunk = [];
    }
    if (i % deck.length === 0) shuffle(deck, random);
    const kind = deck[i % deck.length];
    if (!kind) break;
    const sql = kind.make(picker(random, schema));
    const outcome = await both(schema, sql);
    const count = counts.get(kind.name) ?? { all: 0, accepted: 0 };
    counts.set(kind.name, { all: count.all + 1, accepted: count.accepted + (outcome.schema === schema ? 0 : 1) });
    if (outcome.problem !== null) problems.push(`${i}: ${sql}\n  ${outcome.problem}`);
    if (outcome.problem !== null && outcome.schema === schema) continue;
    schema = outcome.schema;
    chunk.push(sql);
    if (chunk.length < CHUNK && i + 1 < STATEMENTS) continue;
    const [is, shouldBe] = [shapeOfSchema(schema), await shapeOfDatabase(db)];
    for (const key of Object.keys(is) as (keyof typeof is)[]) {
      const extra = is[key].filter((line) => !shouldBe[key].includes(line));
      const missing = shouldBe[key].filter((line) => !is[key].includes(line));
      if (extra.length + missing.length === 0) continue;
      problems.push(
        `${i}: ${key}\n  replay only: ${extra.join(' | ')}\n  PostgreSQL only: ${missing.join(' | ')}\n  after ${chunk.join(';\n        ')}`,
      );
    }
    if (problems.length > known) {
      known = problems.length;
      await resetDatabase(db);
      schema = EMPTY_SCHEMA;
    }
    chunk = [];
  }
  if (process.env['DDL_STATEMENTS'])
    process.stderr.write(
      [...counts]
        .map(([name, { all, accepted }]) => `${name}: ${all} (${accepted} accepted)`)
        .sort()
        .join('\n'),
    );
  expect(problems.length, problems.join('\n')).toBeLessThanOrEqual(process.env['DDL_SEED'] ? 0 : OPEN);
  for (const [name] of KINDS) expect(counts.get(name)?.all ?? 0, name).toBeGreaterThanOrEqual(STATEMENTS < 1000 ? 0 : 20);
}, 600_000);
