/** Forms of Drizzle that random programs do not make: definitions of every kind, types, rows. */
import { describe, expect, test } from 'vitest';
import { accessesIn, writesIn } from './repository.ts';

const schema = `import { pgTable, pgTableCreator, pgSchema, text } from 'drizzle-orm/pg-core';
export const users = pgTable('users', { id: text('id'), name: text('name'), imageUrl: text('image_url'), mail: text('email') }).enableRLS();
export const teams = pgTableCreator((name) => name)('teams', (t) => ({ id: t.text(), slug: t.text() }));
export const audit = pgTable('Audit', { id: text(), userId: text() });
`;

async function columnsIn(code: string, other: string = schema): Promise<string[]> {
  const found = await accessesIn(
    { 'src/a.ts': `import * as s from './schema';\nimport { users, teams, audit } from './schema';\n${code}`, 'src/schema.ts': other },
    { prisma: false },
  );
  const own = found.filter((a) => a.layer === 'drizzle' && a.how !== 'implicit');
  return [...new Set(own.flatMap((a) => (a.column === null ? [] : [`${a.table}.${a.column}${a.kind === 'write' ? '!' : ''}`])))].sort();
}

describe('definitions', () => {
  test.each([
    ['with .enableRLS()', 'db.select({ x: users.mail }).from(users);', 'users.email'],
    ['by a creator, with a callback and names from keys', 'db.select({ x: teams.slug }).from(teams);', 'teams.slug'],
    ['names from keys in capitals', 'db.select({ x: audit.userId }).from(audit);', 'Audit.userId'],
    ['through a namespace', 'db.select({ x: s.users.mail }).from(s.users);', 'users.email'],
  ])('%s', async (_, code, columns) => {
    expect((await columnsIn(code)).join(' ')).toBe(columns);
  });
  test('a table of that name from elsewhere is none', async () => {
    expect(await columnsIn('db.select({ x: users.mail }).from(users);', "export { users, teams, audit } from 'api-client';")).toEqual([]);
  });
  test('keys, indexes and relations are no uses', async () => {
    const code =
      "import { relations } from 'drizzle-orm';\nexport const r = relations(users, ({ one }) => ({ t: one(teams, { fields: [users.imageUrl], references: [teams.id] }) }));";
    expect(await columnsIn(code)).toEqual([]);
  });
});

test('an alias of itself is no table', async () => {
  expect(
    await columnsIn("import { alias } from 'drizzle-orm/pg-core';\nconst a = alias(a, 'a');\ndb.select({ x: a.mail }).from(a);"),
  ).toEqual([]);
});

describe('rows', () => {
  test.each([
    ['of select()', 'const [u] = await db.select().from(users);\nreturn u.imageUrl;'],
    ['of a relational query', 'const u = await db.query.users.findFirst();\nreturn u?.imageUrl;'],
    ['of returning()', 'const [u] = await db.update(users).set({ name: "x" }).returning();\nreturn u.imageUrl;'],
    ['by inferred type', 'const f = (u: typeof users.$inferSelect) => u.imageUrl;'],
    ['by alias of it', 'type User = typeof users.$inferSelect;\nconst f = (list: User[]) => list.map((u) => u.imageUrl);'],
    [
      'by InferSelectModel',
      "import type { InferSelectModel } from 'drizzle-orm';\nconst f = (u: InferSelectModel<typeof users>) => u.imageUrl;",
    ],
  ])('%s', async (_, code) => {
    expect(await columnsIn(`export async function run() {\n${code}\n}`)).toContain('users.image_url');
  });
  test('a column that the query left out is not read', async () => {
    expect(await columnsIn('const u = await db.query.users.findFirst({ columns: { id: true } });\nu.imageUrl;')).toEqual(['users.id']);
  });
});

test('rows that are written, with what is filled', async () => {
  const writes = await writesIn(
    {
      'src/a.ts': "import { users } from './schema';\ndb.insert(users).values({ id: 'a', mail: null });\ndb.update(users).set(body);",
      'src/schema.ts': schema,
    },
    { prisma: false },
  );
  expect(
    writes
      .filter((w) => w.layer === 'drizzle')
      .map(({ statement, columns, isComplete, constants }) => ({ statement, columns, isComplete, constants })),
  ).toEqual([
    {
      statement: 'INSERT',
      columns: ['id', 'email'],
      isComplete: true,
      constants: [
        { column: 'id', value: 'a' },
        { column: 'email', value: null },
      ],
    },
    { statement: 'UPDATE', columns: [], isComplete: false, constants: [] },
  ]);
});
