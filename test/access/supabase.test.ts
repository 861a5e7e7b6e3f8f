// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs under test contain templates
import { describe, expect, test } from 'vitest';
import { parseConditions, parseSelect } from '../../src/access/supabase/select.ts';
import { accessesIn, saidAll, writesIn } from './repository.ts';

const start = "import { createClient } from '@supabase/supabase-js';\nconst supabase = createClient(url, key);\n";

async function columnsIn(code: string): Promise<string[]> {
  const found = await accessesIn({ 'src/a.ts': start + code }, { prisma: false });
  return [...new Set(found.flatMap((a) => (a.column === null ? [] : [`${a.table}.${a.column}${a.kind === 'write' ? '!' : ''}`])))].sort();
}

describe('what names columns', () => {
  test.each<[string, string, string]>([
    ['select', "await supabase.from('users').select('id, email');", 'users.email users.id'],
    ['aliases, casts and JSON', "await supabase.from('users').select('mail:email::text, name->first');", 'users.email users.name'],
    ['aggregates', "await supabase.from('users').select('email.count(), n:id.max()');", 'users.email users.id'],
    ['an embedded table', "await supabase.from('users').select('id, teams(slug)');", 'teams.id teams.slug users.id users.team_id'],
    [
      'an embedded table with an alias and a hint',
      "await supabase.from('users').select('team:teams!users_team_id_fkey!inner(slug)');",
      'teams.id teams.slug users.team_id',
    ],
    ['by the column of the key', "await supabase.from('users').select('team:team_id(slug)');", 'teams.id teams.slug users.team_id'],
    [
      'from the other side',
      "await supabase.from('teams').select('users(email, posts(title))');",
      'posts.author_id posts.title teams.id users.email users.id users.team_id',
    ],
    ['a spread', "await supabase.from('users').select('id, ...teams(slug)');", 'teams.id teams.slug users.id users.team_id'],
    [
      'over lines',
      'await supabase.from("users").select(`\n  id,\n  email,\n  teams (\n    slug\n  )\n`);',
      'teams.id teams.slug users.email users.id users.team_id',
    ],
    [
      'filters',
      "await supabase.from('users').delete().eq('email', x).not('name', 'is', null).in('team_id', [1]);",
      'users.email users.name users.team_id',
    ],
    [
      'filters of embedded tables',
      "await supabase.from('users').select('id, teams!inner(id)').eq('teams.slug', x).order('owner_id', { referencedTable: 'teams' });",
      'teams.id teams.owner_id teams.slug users.id users.team_id',
    ],
    [
      'filters of an alias',
      "await supabase.from('users').select('id, t:teams!inner(id)').eq('t.slug', x);",
      'teams.id teams.slug users.id users.team_id',
    ],
    [
      'or',
      "await supabase.from('users').delete().or('email.eq.1,and(name.gt.2,team_id.not.is.null)');",
      'users.email users.name users.team_id',
    ],
    ['or with values', "await supabase.from('users').delete().or(`email.eq.${x},name.ilike.%${y}%`);", 'users.email users.name'],
    [
      'match and order',
      "await supabase.from('users').select('id').match({ email: x }).order('name', { ascending: false });",
      'users.email users.id users.name',
    ],
    ['insert', "await supabase.from('users').insert({ id: 1, email: x }).select('name');", 'users.email! users.id! users.name'],
    ['insert many', "await supabase.from('users').insert(list.map((u) => ({ email: u.mail })));", 'users.email!'],
    ['upsert', "await supabase.from('users').upsert([{ id: 1 }], { onConflict: 'email,team_id' });", 'users.email users.id! users.team_id'],
    ['update', "await supabase.from('users').update({ email: x }).eq('id', 1);", 'users.email! users.id'],
    [
      'a list that is joined',
      "const COLUMNS = ['id', 'email'];\nawait supabase.from('users').select(COLUMNS.join(', '));",
      'users.email users.id',
    ],
    [
      'match by a path',
      "await supabase.from('users').select('teams(id)').match({ 'teams.slug': x });",
      'teams.id teams.slug users.team_id',
    ],
    [
      'a variable that grows',
      "let q = supabase.from('users').select('id');\nif (x) q = q.eq('email', x);\nawait q;",
      'users.email users.id',
    ],
    [
      'constants',
      "const TABLE = 'users';\nconst COLUMNS = 'id, email';\nawait supabase.from(TABLE).select(COLUMNS);",
      'users.email users.id',
    ],
    [
      'a client that is handed on',
      "import type { SupabaseClient } from '@supabase/supabase-js';\nexport const f = (db: SupabaseClient) => db.from('users').select('email');",
      'users.email',
    ],
    [
      'a field of a row',
      "async function f() { const { data } = await supabase.from('users').select('*').single(); return data?.email; }",
      'users.email',
    ],
    [
      'a field of rows',
      "async function f() { const { data: users, error } = await supabase.from('users').select(); return users.map((u) => u.email); }",
      'users.email',
    ],
  ])('%s', async (_, code, expected) => {
    expect((await columnsIn(code)).join(' ')).toBe(expected);
  });
});

describe('what is no use', () => {
  test.each<[string, string]>([
    ['the same name in another table', "await supabase.from('posts').select('title, body');"],
    ['a bucket', "await supabase.storage.from('users').download('email');"],
    ['another client', "import knex from 'knex';\nconst db = knex({});\ndb.from('elsewhere').select('email');"],
    ['a value', "await supabase.from('posts').delete().eq('title', 'email');"],
  ])('%s', async (_, code) => {
    expect((await columnsIn(code)).filter((name) => name.startsWith('users.'))).toEqual([]);
  });
});

test('rows that are written', async () => {
  const rows = await writesIn(
    {
      'a.ts': `${start}supabase.from('users').upsert({ id: 1, email: x }, { onConflict: 'email' });\nsupabase.from('users').insert(body);`,
    },
    { prisma: false },
  );
  expect(rows.map(({ statement, columns, isComplete, conflict }) => ({ statement, columns, isComplete, conflict }))).toEqual([
    { statement: 'INSERT', columns: ['id', 'email'], isComplete: true, conflict: { kind: 'columns', columns: ['email'] } },
    { statement: 'INSERT', columns: [], isComplete: false, conflict: null },
  ]);
});

test('all columns', async () => {
  const said = saidAll(await accessesIn({ 'a.ts': `${start}supabase.from('users').select('id, teams(*)');` }, { prisma: false }));
  expect(said).toEqual([
    'read teams',
    'read teams.id',
    'read teams[id slug owner_id]',
    'read users',
    'read users.id',
    'read users.team_id',
  ]);
});

test('select texts', () => {
  const items = parseSelect('id, a:b!c(d,e(f)), x.sum(), "odd name", ...g(h)');
  expect(items.map((i) => (i.kind === 'all' ? '*' : `${i.kind} ${i.name}`))).toEqual([
    'column id',
    'embed b',
    'column x',
    'column odd name',
    'embed g',
  ]);
  expect(parseSelect('((((,,))))(').length).toBeGreaterThanOrEqual(0);
});

test('or texts', () => {
  const columns = (text: string): string[] => parseConditions(text).map(({ column }) => column);
  expect(columns('a.eq.1,b.not.is.null,and(c.gt.2,or(d.in.(x,y),not.e.lt.3))')).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(columns('a.eq."x,b.eq.1"')).toEqual(['a']);
});

describe('what is chosen at run time', () => {
  test.each<[string, string]>([
    ['a select text', "export const f = (columns) => supabase.from('users').select(columns);"],
    ['a part of one', "export const f = (column) => supabase.from('users').select(`id, ${column}`);"],
    ['a column of or', "export const f = (column) => supabase.from('users').delete().or(`${column}.eq.1`);"],
  ])('%s is said, with the table', async (_, code) => {
    await expect(columnsIn(code)).rejects.toThrow('the column is chosen at run time, in a query of users');
  });
});
