/**
 * Random DDL against PostgreSQL: the same statements are run and replayed; the catalogue must equal the replayed schema, and
 * what the one refuses the other must have refused or reported.
 */
import type { PGlite } from '@electric-sql/pglite';
import { EMPTY_SCHEMA, type Engine, replay, sqlFile } from '../../src/schema/replay.ts';
import type { Schema } from '../../src/schema/types.ts';
import { resetDatabase, type Shape, shapeOfDatabase, shapeOfSchema } from './oracle.ts';
import { picker, type Random, seeded } from './random-ddl.ts';
import type { Kind } from './random-kinds.ts';
import { KINDS } from './random-object-kinds.ts';

export interface StreamOptions {
  readonly seed: number;
  readonly statements: number;
  /** How often the catalogues are compared. */
  readonly chunk: number;
  /** It ends after so many differences. */
  readonly limit: number;
}

export interface Count {
  all: number;
  accepted: number;
}

export interface Stream {
  readonly counts: ReadonlyMap<string, Count>;
  readonly problems: readonly string[];
}

/** One database is emptied after so many statements: it would only grow. */
const LIFE = 500;

/** Names the stream never makes: for the replay they may come from elsewhere. */
const FROM_ELSEWHERE = /"(?:gone|nothing|nowhere)"/;

const DECK: readonly Kind[] = KINDS.flatMap((kind) => Array.from({ length: kind[1] }, () => kind));

const shuffled = <T>(items: readonly T[], random: Random): T[] => {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = random(i + 1);
    const [one, other] = [all[i], all[j]];
    if (one !== undefined && other !== undefined) [all[i], all[j]] = [other, one];
  }
  return all;
};

const refusalOf = async (db: PGlite, sql: string): Promise<string | null> => {
  try {
    await db.exec(sql);
    return null;
  } catch (error) {
    await db.exec('ROLLBACK');
    return error instanceof Error ? error.message : String(error);
  }
};

interface Outcome {
  readonly schema: Schema;
  readonly isAccepted: boolean;
  readonly problem: string | null;
}

/** Runs one statement in both. */
const both = async (db: PGlite, engine: Engine, before: Schema, sql: string): Promise<Outcome> => {
  const refused = await refusalOf(db, sql);
  const result = replay([sqlFile({ id: '1', path: '1.sql', content: '' }, sql)], engine, before);
  const certain = result.refusals.find(({ isCertain }) => isCertain);
  if (refused === null)
    return { schema: result.schema, isAccepted: true, problem: certain ? `accepted, but refused by the replay: ${certain.reason}` : null };
  // What a block or a transaction that is undone does is applied as far as its text tells.
  const isSaid = result.refusals.length + result.unreadable.length > 0 || FROM_ELSEWHERE.test(refused) || /^(?:DO|BEGIN)\b/.test(sql);
  return { schema: before, isAccepted: false, problem: isSaid ? null : `refused (${refused}), but not by the replay` };
};

const differences = (is: Shape, shouldBe: Shape): readonly string[] =>
  (Object.keys(is) as (keyof Shape)[]).flatMap((key) => {
    const extra = is[key].filter((line) => !shouldBe[key].includes(line));
    const missing = shouldBe[key].filter((line) => !is[key].includes(line));
    return extra.length + missing.length === 0
      ? []
      : [`${key}\n  replay only: ${extra.join(' | ')}\n  PostgreSQL only: ${missing.join(' | ')}`];
  });

/** What the stream has said about the objects of a difference, and its last statements. */
const story = (recent: readonly string[], difference: string, chunk: number): string => {
  const names = new Set(
    [...difference.matchAll(/(?<=[:| (])(?:trigger |policy |rule )?(?:sc\d+\.)?([a-z]+\d+)\b/g)].map(([, name]) => name ?? ''),
  );
  const isAbout = (sql: string): boolean => [...sql.matchAll(/[a-z]+\d+/g)].some(([word]) => names.has(word));
  return recent.filter((sql, i) => i >= recent.length - chunk || isAbout(sql)).join(';\n        ');
};

/** Kinds in a fair order: one that finds nothing to work on waits until it does. */
const dealer = (random: Random) => {
  let deck: Kind[] = [];
  const waiting: Kind[] = [];
  return (make: (kind: Kind) => string | null): { kind: Kind; sql: string } => {
    for (const [at, kind] of waiting.entries()) {
      const sql = make(kind);
      if (sql === null) continue;
      waiting.splice(at, 1);
      return { kind, sql };
    }
    for (;;) {
      if (deck.length === 0) deck = shuffled(DECK, random);
      const kind = deck.pop();
      if (!kind) continue;
      const sql = make(kind);
      if (sql !== null) return { kind, sql };
      waiting.push(kind);
    }
  };
};

/** The stream, and every difference it shows. */
export const runStream = async (db: PGlite, engine: Engine, { seed, statements, chunk, limit }: StreamOptions): Promise<Stream> => {
  const random = seeded(seed);
  const deal = dealer(random);
  const counts = new Map<string, Count>(KINDS.map(([name]) => [name, { all: 0, accepted: 0 }]));
  const problems: string[] = [];
  let bounds = 0;
  let schema: Schema = EMPTY_SCHEMA;
  let recent: string[] = [];
  let isBroken = true;
  for (let i = 0; i < statements && problems.length < limit; i++) {
    if (isBroken || i % LIFE === 0) {
      await resetDatabase(db);
      [schema, recent, isBroken] = [EMPTY_SCHEMA, [], false];
    }
    const now = schema;
    const { kind, sql } = deal(([, , make]) => make(picker(random, now, () => bounds++)));
    const outcome = await both(db, engine, schema, sql);
    const count = counts.get(kind[0]) ?? { all: 0, accepted: 0 };
    counts.set(kind[0], { all: count.all + 1, accepted: count.accepted + (outcome.isAccepted ? 1 : 0) });
    schema = outcome.schema;
    if (outcome.isAccepted) recent.push(sql);
    if (outcome.problem !== null) problems.push(`${i}: ${sql}\n  ${outcome.problem}\n  after ${story(recent, ` ${sql}`, 0)}`);
    isBroken = outcome.problem !== null && outcome.isAccepted;
    if (isBroken || (i % chunk !== chunk - 1 && i + 1 < statements)) continue;
    const found = differences(shapeOfSchema(schema), await shapeOfDatabase(db));
    for (const one of found) problems.push(`${i}: ${one}\n  after ${story(recent, one, chunk)}`);
    isBroken = found.length > 0;
  }
  return { counts, problems };
};
