/** Every SQL history of the fixtures, replayed and run: the catalogue must equal the replayed schema. */
import { readdirSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { casesOf, fixturesFolder } from '../fixtures.ts';
import { replayTexts, resetDatabase, shapeOfDatabase, shapeOfSchema } from './oracle.ts';

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
}, 60_000);
afterAll(() => db.close());

interface History {
  readonly name: string;
  readonly texts: readonly string[];
}

/** SQL files of a case's head, by folder of migrations. */
const historiesOf = (rule: string): readonly History[] =>
  casesOf(rule).flatMap(({ name, scene }) => {
    const roots = new Map<string, string[]>();
    for (const path of [...scene.head.keys()].sort()) {
      const root = /^(.*?(?:migrations?|drizzle|sql|changes|deploy)\/)/.exec(path)?.[1];
      if (root && path.endsWith('.sql') && !/mysql|\.down\.|revert|verify|\/U\d/i.test(path))
        roots.set(root, [...(roots.get(root) ?? []), scene.head.get(path) ?? '']);
    }
    return [...roots].map(([root, texts]) => ({ name: `${rule}/${name}/${root}`, texts }));
  });

const rules = readdirSync(fixturesFolder).filter((name) => !['examples', 'hostile', 'removals'].includes(name));
const all = rules.flatMap(historiesOf);

/** Left out, with the reason. */
const LEFT_OUT: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /bad-concurrently-in-a-transaction|bad-refused-by-the-database|bad-drop-owned|bad-view\/|broken-statement|17-templates/,
    'PostgreSQL refuses it, which is what the case shows',
  ],
  [/dynamic-execute|dynamic-grants|good-known-since-base/, 'what EXECUTE runs is only known at run time'],
  [/db-migrate-run-sql|flyway-folder|good-down-section/, 'the files are not all the runner applies, or more than it applies'],
];

const MYSQL = /\bENGINE\s*=|`|\bDELIMITER\b|\bCREATE EVENT\b/i;

const reasonOf = ({ name, texts }: History): string | null =>
  texts.some((text) => MYSQL.test(text)) || /mysql/i.test(name) ? 'MySQL' : (LEFT_OUT.find(([pattern]) => pattern.test(name))?.[1] ?? null);

test('most histories are run', () => {
  expect(all.filter((one) => reasonOf(one) === null).length).toBeGreaterThan(80);
});

const run = async (text: string): Promise<string | null> => {
  try {
    // Several statements at once are a transaction.
    await db.exec(text.replace(/ CONCURRENTLY\b/g, ''));
    return null;
  } catch (error) {
    await db.exec('ROLLBACK');
    return error instanceof Error ? error.message : String(error);
  }
};

for (const one of all.filter((history) => reasonOf(history) !== null))
  test.skip(`${one.name} (${reasonOf(one)}, ${one.texts.length} files)`, () => undefined);

test.each(all.filter((one) => reasonOf(one) === null))('$name', async ({ texts }) => {
  await resetDatabase(db);
  const errors: string[] = [];
  for (const text of texts) errors.push((await run(text)) ?? '');
  const { schema } = await replayTexts(texts);
  expect(errors.join('')).toBe('');
  expect(shapeOfSchema(schema)).toEqual(await shapeOfDatabase(db));
});
