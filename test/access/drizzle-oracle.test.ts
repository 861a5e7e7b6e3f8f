// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs under test contain templates
/**
 * Random queries through Drizzle: what PostgreSQL needs of them, and what Dropgate says they name or send unasked, are the
 * same columns.
 */
import * as orm from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import * as pg from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOracle, type Oracle } from './oracle.ts';
import { type Random, randomFrom } from './random-queries.ts';

const PROGRAMS = 300;

const SCHEMA = `
CREATE TABLE teams (id text PRIMARY KEY, slug text NOT NULL, owner_name text);
CREATE TABLE users (id text PRIMARY KEY, email_address text, nick text, team_id text REFERENCES teams (id), full_name text GENERATED ALWAYS AS (nick) STORED);
CREATE TABLE posts (id text PRIMARY KEY, author_id text REFERENCES users (id), title text, "bodyText" text);
`;

/** The same, as code declares it. */
const DEFINITIONS = `
const teams = pgTable('teams', { id: text('id').primaryKey(), slug: text().notNull(), ownerName: text('owner_name') });
const users = pgTable('users', {
  id: text('id').primaryKey(),
  email: text('email_address'),
  nick: text('nick'),
  teamId: text('team_id').references(() => teams.id),
  fullName: text('full_name').generatedAlwaysAs(sql\`nick\`),
}, (table) => [index('by_nick').on(table.nick)]);
const posts = pgTable('posts', { id: text('id').primaryKey(), authorId: text('author_id'), title: text(), body: text('bodyText') });
const usersRelations = relations(users, ({ one, many }) => ({ team: one(teams, { fields: [users.teamId], references: [teams.id] }), posts: many(posts) }));
const postsRelations = relations(posts, ({ one }) => ({ author: one(users, { fields: [posts.authorId], references: [users.id] }) }));
`;

const NAMES = ['teams', 'users', 'posts', 'usersRelations', 'postsRelations'];
const make = new Function(...Object.keys(pg), ...Object.keys(orm), `${DEFINITIONS}\nreturn { ${NAMES.join(', ')} };`);
const schema = make(...Object.values(pg), ...Object.values(orm)) as Record<string, unknown>;
const db = drizzle.mock({ schema });

const FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['teams', ['id', 'slug', 'ownerName']],
  ['users', ['id', 'email', 'nick', 'teamId', 'fullName']],
  ['posts', ['id', 'authorId', 'title', 'body']],
]);
const WRITABLE: ReadonlyMap<string, readonly string[]> = new Map([...FIELDS].map(([t, f]) => [t, f.filter((n) => n !== 'fullName')]));
const TABLES = [...FIELDS.keys()];

let oracle: Oracle;
beforeAll(async () => {
  oracle = await makeOracle(SCHEMA);
}, 60_000);
afterAll(() => oracle.close());

interface Table {
  readonly name: string;
  /** How the query names it. */
  readonly as: string;
}

const field = (random: Random, { name, as }: Table): string => `${as}.${random.pick(FIELDS.get(name) ?? [])}`;

function condition(random: Random, tables: readonly Table[], depth = 0): string {
  const one = (): string => field(random, random.pick(tables));
  switch (random.below(depth > 1 ? 4 : 7)) {
    case 0:
      return `eq(${one()}, 'x')`;
    case 1:
      return `isNull(${one()})`;
    case 2:
      return `eq(${one()}, ${one()})`;
    case 3:
      return `inArray(${one()}, ['a', 'b'])`;
    case 4:
      return `or(${condition(random, tables, depth + 1)}, ${condition(random, tables, depth + 1)})`;
    case 5:
      return `sql\`lower(\${${one()}}) = 'x'\``;
    default:
      return `not(${condition(random, tables, depth + 1)})`;
  }
}

function selecting(random: Random): string[] {
  const before: string[] = [];
  const tables: Table[] = random.some(TABLES, 1 + random.below(3)).map((name, i) => {
    if (!random.chance(25)) return { name, as: name };
    before.push(`const a${i} = alias(${name}, 'a${i}');`);
    return { name, as: `a${i}` };
  });
  const [first, ...others] = tables as [Table, ...Table[]];
  const joins = others.map(
    (t) => `.${random.pick(['leftJoin', 'innerJoin', 'fullJoin'])}(${t.as}, eq(${field(random, first)}, ${field(random, t)}))`,
  );
  const fields = Array.from({ length: 1 + random.below(3) }, (_, i) => {
    const one = field(random, random.pick(tables));
    return random.pick([`c${i}: ${one}`, `c${i}: sql\`upper(\${${one}})\``, `c${i}: count(${one})`, `...(on ? { c${i}: ${one} } : {})`]);
  });
  const isGrouped = fields.some((f) => f.includes('count('));
  const chosen = random.pick([
    '',
    '',
    `{ ${fields.join(', ')} }`,
    `{ one: ${first.as}, ${fields.join(', ')} }`,
    `{ ...getTableColumns(${first.name}) }`,
  ]);
  const columns = isGrouped && chosen.includes('count(') ? fields.filter((f) => f.includes('count(')).join(', ') : null;
  const from = chosen.includes('getTableColumns') ? first.name : first.as;
  const shown = columns ? `{ ${columns} }` : chosen;
  const safe = shown.includes('getTableColumns') && from !== first.as ? '' : shown;
  const where = random.chance(70) ? `.where(${condition(random, tables)})` : '';
  const order = random.chance(30) && !columns ? `.orderBy(desc(${field(random, first)}))` : '';
  if (random.chance(20)) {
    before.push(`const query = db.select(${safe}).from(${first.as})${joins.join('')}.$dynamic();`);
    return [...before, `return query${where}${order};`];
  }
  return [...before, `return db.select(${safe}).from(${first.as})${joins.join('')}${where}${order};`];
}

function writing(random: Random): string[] {
  const name = random.pick(TABLES);
  const table = { name, as: name };
  const writable = WRITABLE.get(name) ?? [];
  const row = (): string =>
    `{ ${random
      .some(writable, 1 + random.below(writable.length))
      .map((f) => `${f}: 'x'`)
      .join(', ')} }`;
  const back = random.pick(['', '.returning()', `.returning({ back: ${field(random, table)} })`]);
  switch (random.below(5)) {
    case 0:
      return [`return db.insert(${name}).values(${row()})${back};`];
    case 1:
      return [`const rows = ['a', 'b'].map((id) => ({ id, ...(on ? ${row()} : {}) }));`, `return db.insert(${name}).values(rows)${back};`];
    case 2:
      return [`return db.insert(${name}).values(${row()}).onConflictDoUpdate({ target: ${name}.id, set: ${row()} })${back};`];
    case 3:
      return [`return db.update(${name}).set(${row()}).where(${condition(random, [table])})${back};`];
    default:
      return [`return db.delete(${name}).where(${condition(random, [table])})${back};`];
  }
}

function relational(random: Random, table: string, depth = 0): string {
  const fields = FIELDS.get(table) ?? [];
  const some = random.some(fields, 1 + random.below(2));
  const parts = [
    random.pick(['', `columns: { ${some.map((f) => `${f}: true`).join(', ')} }`, `columns: { ${some[0]}: false }`]),
    random.pick(['', `where: (t, { eq }) => eq(t.${random.pick(fields)}, 'x')`, `where: eq(${table}.${random.pick(fields)}, 'x')`]),
  ];
  const inner = table === 'users' ? random.pick(['', 'team', 'posts']) : table === 'posts' ? random.pick(['', 'author']) : '';
  const target = { team: 'teams', posts: 'posts', author: 'users' }[inner];
  if (target && depth < 2) parts.push(`with: { ${inner}: ${random.chance(50) ? 'true' : relational(random, target, depth + 1)} }`);
  return `{ ${parts.filter((p) => p !== '').join(', ')} }`;
}

function program(random: Random): string {
  switch (random.below(4)) {
    case 0:
      return writing(random).join('\n');
    case 1: {
      const table = random.pick(TABLES);
      return `return db.query.${table}.${random.pick(['findMany', 'findFirst'])}(${relational(random, table)});`;
    }
    default:
      return selecting(random).join('\n');
  }
}

const run = (body: string): string => {
  const names = [...NAMES, ...Object.keys(orm), 'alias', 'db', 'on'];
  const values = [...NAMES.map((name) => schema[name]), ...Object.values(orm), pg.alias, db, true];
  return (new Function(...names, body)(...values) as { toSQL(): { sql: string } }).toSQL().sql;
};

test(`${PROGRAMS} random programs name or send what PostgreSQL needs`, { timeout: 240_000 }, async () => {
  const wrong: string[] = [];
  const declared = `import { pgTable, text, index } from 'drizzle-orm/pg-core';\nimport { relations, sql } from 'drizzle-orm';\n${DEFINITIONS.replaceAll('\nconst', '\nexport const')}`;
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const body = program(randomFrom(seed));
    const compiled = run(body);
    const code = [
      `import { and, count, desc, eq, getTableColumns, inArray, isNull, not, or, sql } from 'drizzle-orm';`,
      `import { alias } from 'drizzle-orm/pg-core';`,
      `import { db } from './db';`,
      `import { posts, teams, users } from './schema';`,
      `export function run(on: boolean) {\n${body}\n}`,
    ].join('\n');
    const accesses = await oracle.accessesIn({ 'src/run.ts': code, 'src/schema.ts': declared });
    const used = accesses.filter((a) => a.layer === 'drizzle' && (a.how === 'named' || a.how === 'implicit'));
    const found = [
      ...new Set(used.flatMap((a) => (a.columns ?? (a.column === null ? [] : [a.column])).map((c) => `${a.table}.${c}`))),
    ].sort();
    // Dropping the column a generated one is made of takes it along.
    const needed = (await oracle.columnsUsedByDatabase(compiled)).filter(
      (c) => c !== 'users.nick' || found.includes(c) || !found.includes('users.full_name'),
    );
    if (needed.join() !== found.join()) wrong.push(`${body}\n${compiled}\nneeded ${needed.join(' ')}\nfound  ${found.join(' ')}`);
  }
  expect(wrong.slice(0, 5).join('\n\n')).toBe('');
});
