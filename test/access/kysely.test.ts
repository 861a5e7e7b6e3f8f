// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs under test contain templates
import { describe, expect, test } from 'vitest';
import { accessesIn, saidAll, writesIn } from './repository.ts';

const start = "import { Kysely, sql } from 'kysely';\ndeclare const db: Kysely<Database>;\n";

/** Columns that the code names or reads from rows; `table.column`, written ones with a `!`. */
async function columnsIn(code: string): Promise<string[]> {
  const found = await accessesIn({ 'src/a.ts': start + code }, { prisma: false });
  return [...new Set(found.flatMap((a) => (a.column === null ? [] : [`${a.table}.${a.column}${a.kind === 'write' ? '!' : ''}`])))].sort();
}

describe('what names columns', () => {
  test.each<[string, string, string]>([
    ['select', "db.selectFrom('users').select('email').execute();", 'users.email'],
    ['a list with aliases', "db.selectFrom('users as u').select(['u.email as e', 'name']).execute();", 'users.email users.name'],
    ['where', "db.selectFrom('users').where('email', '=', x).executeTakeFirst();", 'users.email'],
    ['whereRef', "db.selectFrom('users').whereRef('email', '=', 'users.name').execute();", 'users.email users.name'],
    [
      'an expression',
      "db.selectFrom('users').where((eb) => eb.or([eb('email', '=', x), eb('name', 'is', null)])).execute();",
      'users.email users.name',
    ],
    [
      'taken out of the builder',
      "db.selectFrom('users').where(({ eb, not, exists, selectFrom }) => not(exists(selectFrom('posts').select('posts.title').whereRef('posts.author_id', '=', 'users.email')))).execute();",
      'posts.author_id posts.title users.email',
    ],
    ['eb.and with an object', "db.selectFrom('users').where((eb) => eb.and({ email: x, name: y })).execute();", 'users.email users.name'],
    [
      'functions',
      "db.selectFrom('users').select((eb) => [eb.fn.count('email').as('n'), eb.ref('name').as('x')]).execute();",
      'users.email users.name',
    ],
    ['functions of the client', "db.selectFrom('users').select([db.fn.max('email').as('n')]).execute();", 'users.email'],
    [
      'fn taken out',
      "db.selectFrom('users').select(({ fn, ref }) => [fn.coalesce('email', ref('name')).as('n')]).execute();",
      'users.email users.name',
    ],
    [
      'case',
      "db.selectFrom('users').select((eb) => eb.case().when('email', '=', 'x').then(1).else(2).end().as('y')).execute();",
      'users.email',
    ],
    [
      'joins',
      "db.selectFrom('users as u').innerJoin('teams as t', 't.id', 'u.team_id').select('t.slug').execute();",
      'teams.id teams.slug users.team_id',
    ],
    [
      'join callbacks',
      "db.selectFrom('users').leftJoin('teams', (join) => join.onRef('teams.id', '=', 'users.team_id').on('teams.slug', '=', 'x')).select('users.id').execute();",
      'teams.id teams.slug users.id users.team_id',
    ],
    [
      'order and group',
      "db.selectFrom('users').select('id').groupBy(['id', 'name']).orderBy('email desc').orderBy('users.name', 'asc').execute();",
      'users.email users.id users.name',
    ],
    ['insert', "db.insertInto('users').values({ id: 1, email: x }).returning(['name']).execute();", 'users.email! users.id! users.name'],
    ['insert many', "db.insertInto('users').values(list.map((u) => ({ email: u.mail }))).execute();", 'users.email!'],
    [
      'upsert',
      "db.insertInto('users').values({ id: 1 }).onConflict((oc) => oc.column('email').doUpdateSet({ name: 2 })).execute();",
      'users.email users.id! users.name!',
    ],
    [
      'upsert with excluded',
      "db.insertInto('users').values({ id: 1 }).onConflict((oc) => oc.columns(['email']).doUpdateSet((eb) => ({ name: eb.ref('excluded.image_url') }))).execute();",
      'users.email users.id! users.image_url users.name!',
    ],
    ['update', "db.updateTable('users').set({ email: x }).where('id', '=', 1).execute();", 'users.email! users.id'],
    ['update a pair', "db.updateTable('users').set('email', x).where('id', '=', 1).execute();", 'users.email! users.id'],
    ['update with a callback', "db.updateTable('users').set((eb) => ({ email: eb.ref('name') })).execute();", 'users.email! users.name'],
    ['delete', "db.deleteFrom('users').where('users.email', 'in', xs).execute();", 'users.email'],
    ['$if', "db.selectFrom('users').select('id').$if(x, (qb) => qb.select('email')).execute();", 'users.email users.id'],
    ['a variable that grows', "let q = db.selectFrom('users').select('id');\nif (x) q = q.where('email', '=', x);", 'users.email users.id'],
    [
      'a subquery',
      "db.selectFrom('users').select((eb) => ['users.id', eb.selectFrom('posts').select('title').whereRef('posts.author_id', '=', 'users.email').as('t')]).execute();",
      'posts.author_id posts.title users.email users.id',
    ],
    ['a CTE', "db.with('x', (db) => db.selectFrom('users').select('email')).selectFrom('x').select('x.email').execute();", 'users.email'],
    [
      'a CTE that hides a table',
      "db.with('users', (db) => db.selectFrom('posts').select('title as email')).selectFrom('users').select('email').execute();",
      'posts.title',
    ],
    ['fragments', "db.selectFrom('users as u').select(sql<string>`lower(u.email) || name`.as('x')).execute();", 'users.email users.name'],
    ['sql.ref', "db.selectFrom('users').where(sql`lower(${sql.ref('users.email')})`, '=', 'x').execute();", 'users.email'],
    ['camel case', "db.selectFrom('users').select('imageUrl').where('teamId', '=', 1).execute();", 'users.image_url users.team_id'],
    [
      'transactions',
      "db.transaction().execute(async (trx) => { await trx.updateTable('users').set({ email: 1 }).execute(); });",
      'users.email!',
    ],
    [
      'a helper that is handed the client',
      "const f = (trx: Transaction<DB>) => trx.selectFrom('users').select('email').execute();",
      'users.email',
    ],
    [
      'a field of a row',
      "async function f() { const user = await db.selectFrom('users').selectAll().executeTakeFirstOrThrow(); return user.email; }",
      'users.email',
    ],
  ])('%s', async (_, code, expected) => {
    expect((await columnsIn(code)).join(' ')).toBe(expected);
  });
});

test('rows that are written', async () => {
  const rows = await writesIn(
    {
      'a.ts': `${start}db.insertInto('users').values({ id: 1, email: 'x' }).onConflict((oc) => oc.columns(['team_id', 'email']).doUpdateSet({ name: 'y' }));`,
    },
    { prisma: false },
  );
  expect(rows.map(({ statement, table, columns, isComplete, conflict }) => ({ statement, table, columns, isComplete, conflict }))).toEqual([
    {
      statement: 'INSERT',
      table: 'users',
      columns: ['id', 'email'],
      isComplete: true,
      conflict: { kind: 'columns', columns: ['team_id', 'email'] },
    },
    { statement: 'UPDATE', table: 'users', columns: ['name'], isComplete: true, conflict: null },
  ]);
});

test('all columns of one table', async () => {
  const said = saidAll(
    await accessesIn(
      { 'a.ts': `${start}db.selectFrom('users as u').innerJoin('teams as t', 't.id', 'u.team_id').selectAll('t').execute();` },
      { prisma: false },
    ),
  );
  expect(said).toContain('read teams[id slug owner_id]');
  expect(said.join()).not.toContain('users[');
});
