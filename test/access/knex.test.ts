// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs under test contain templates
import { describe, expect, test } from 'vitest';
import { accessesIn, saidAll, writesIn } from './repository.ts';

const start = "import { knex as make, type Knex } from 'knex';\nconst db: Knex = make({ client: 'pg' });\n";

/** Columns that the code names or reads from rows; `table.column`, written ones with a `!`. */
async function columnsIn(code: string, more: Record<string, string> = {}): Promise<string[]> {
  const found = await accessesIn({ ...more, 'src/a.ts': start + code }, { prisma: false });
  return [...new Set(found.flatMap((a) => (a.column === null ? [] : [`${a.table}.${a.column}${a.kind === 'write' ? '!' : ''}`])))].sort();
}

describe('what names columns', () => {
  test.each<[string, string, string]>([
    ['select', "db('users').select('name', 'email');", 'users.email users.name'],
    ['select a list', "db('users').select(['name', 'email']);", 'users.email users.name'],
    ['a constant list', "const COLUMNS = ['name', 'email'];\ndb('users').select(COLUMNS);", 'users.email users.name'],
    ['a spread list', "const COLUMNS = ['name'];\ndb('users').select(...COLUMNS, 'email');", 'users.email users.name'],
    ['a list with a prefix', "const COLUMNS = ['name'];\ndb('users').select(COLUMNS.map((c) => `users.${c}`));", 'users.name'],
    ['a conditional spread', "db('users').select(['name', ...(on ? ['email'] : [])]);", 'users.email users.name'],
    ['a table constant', "const TABLE = 'users';\ndb(TABLE).select('name');", 'users.name'],
    ['a table object', "const T = { users: 'users' };\ndb(T.users).select('name');", 'users.name'],
    ['a type argument', "db<Row>('users').select('name');", 'users.name'],
    ['an alias', "db('users as u').select('u.name as n');", 'users.name'],
    ['an alias object', "db({ u: 'users' }).select('u.name');", 'users.name'],
    ['first and from', "db.first('name', 'email').from('users');", 'users.email users.name'],
    ['select and from', "db.select('name').from('users');", 'users.name'],
    ['where an object', "db('users').where({ email: x, 'users.name': y }).del();", 'users.email users.name'],
    ['where a pair', "db('users').where('email', x).whereNot('name', 1).del();", 'users.email users.name'],
    ['where with an operator', "db('users').count().where('users.email', 'like', x);", 'users.email'],
    [
      'where in a function',
      "db('users').count().where(function () { this.where('email', 1).orWhereNull('name'); });",
      'users.email users.name',
    ],
    ['where in an arrow', "db('users').count().where((qb) => { qb.where('email', 1).orWhereNull('name'); });", 'users.email users.name'],
    ['a join', "db('users as u').join('teams as t', 't.id', 'u.team_id').select('slug');", 'teams.id teams.slug users.team_id'],
    ['a join with an operator', "db('users').leftJoin('teams', 'teams.id', '=', 'users.team_id').count();", 'teams.id users.team_id'],
    ['a join with an object', "db('users').leftJoin('teams', { 'teams.id': 'users.team_id' }).count();", 'teams.id users.team_id'],
    [
      'a join with a callback',
      "db('users').leftJoin('teams', function () { this.on('teams.id', '=', 'users.team_id').andOnNotNull('users.email'); }).count();",
      'teams.id users.email users.team_id',
    ],
    [
      'order, group and having',
      "db('users').count().orderBy('name', 'desc').groupBy('email').having('team_id', '>', 1);",
      'users.email users.name users.team_id',
    ],
    ['order by a list', "db('users').count().orderBy([{ column: 'name', order: 'desc' }, 'email']);", 'users.email users.name'],
    ['aggregates', "db('users').max('name as m').countDistinct({ n: 'email' });", 'users.email users.name'],
    ['pluck', "db('users').pluck('email');", 'users.email'],
    ['insert a row', "db('users').insert({ id: 1, email: x }, ['name']);", 'users.email! users.id! users.name'],
    ['insert rows', "db('users').insert([{ id: 1, email: x }]).returning('name');", 'users.email! users.id! users.name'],
    ['insert mapped rows', "db('users').insert(list.map((x) => ({ email: x.mail })));", 'users.email!'],
    [
      'a row mapper',
      'class Store {\n  constructor(private db: Knex) {}\n  toRow(u) { return { email: u.email }; }\n  add(u) { return this.db(`users`).insert(this.toRow(u)); }\n}',
      'users.email!',
    ],
    ['a mapper function', "const toRow = (u) => ({ email: u.mail });\ndb('users').insert(us.map(toRow));", 'users.email!'],
    ['update', "db('users').update({ email: x }).where({ id });", 'users.email! users.id'],
    ['update a pair', "db('users').where('id', 1).update('email', x, ['name']);", 'users.email! users.id users.name'],
    ['increment', "db('users').increment('team_id', 2);", 'users.team_id!'],
    ['upsert', "db('users').insert({ id: 1, name: 2 }).onConflict('email').merge(['name']);", 'users.email users.id! users.name!'],
    ['merge an object', "db('users').insert({ id: 1 }).onConflict(['email']).merge({ name: 2 });", 'users.email users.id! users.name!'],
    ['a transaction', "db.transaction(async (trx) => { await trx('users').update({ email: 1 }); });", 'users.email!'],
    ['transacting', "db('users').transacting(trx).del().where('email', 1);", 'users.email'],
    [
      'a variable that grows',
      "let q = db('users').count();\nif (x) q = q.where('email', 1);\nq.orderBy('name');",
      'users.email users.name',
    ],
    ['modify', "const live = (qb, x) => qb.whereNull('email');\ndb('users').count().modify(live, 1);", 'users.email'],
    [
      'a static modifier',
      "class S {\n static live: Knex.QueryCallbackWithArgs = (qb: Knex.QueryBuilder, x) => { return x ? qb.whereNull('email') : qb.whereNotNull('name'); };\n all() { return this.db('users').count().modify(S.live, 1); }\n db: Knex;\n}",
      'users.email users.name',
    ],
    [
      'a query that a method returns',
      "class S {\n db: Knex;\n base() { return this.db('users as u').select('u.name'); }\n all() { return this.base().where('email', 1); }\n}",
      'users.email users.name',
    ],
    [
      'a query in a field',
      "class S {\n db: Knex;\n q: Knex.QueryBuilder;\n start(table) { this.q = this.db('users').count(); }\n live() { this.q.where('email', 1); return this; }\n}",
      'users.email',
    ],
    [
      'a subquery',
      "db('users').count().whereIn('team_id', db('teams').select('id').where('slug', x));",
      'teams.id teams.slug users.team_id',
    ],
    [
      'a subquery in a callback',
      "db('users').count().whereIn('team_id', function () { this.select('id').from('teams').where('teams.slug', x); });",
      'teams.id teams.slug users.team_id',
    ],
    ['raw columns', "db('users as u').select(db.raw('lower(u.email) as e, name'));", 'users.email users.name'],
    ['whereRaw', "db('users').count().whereRaw('email > ? and users.name is null', [1]);", 'users.email users.name'],
    ['names for question marks', "db('users as u').count().whereRaw('?? = ?', ['u.email', 1]);", 'users.email'],
    ['orderByRaw', "db('users').count().orderByRaw('email desc nulls last');", 'users.email'],
    ['joinRaw', "db('users').count().joinRaw('left join teams t on t.id = users.team_id');", 'teams.id users.team_id'],
    ['ref', "db('users as u').count().where('u.name', '=', db.ref('u.email'));", 'users.email users.name'],
    ['a CTE', "db.with('x', db('users').select('email')).select('x.email').from('x');", 'users.email'],
    ['camel case', "db('users').select('imageUrl').where({ teamId: 1 });", 'users.image_url users.team_id'],
    ['insert into', "db.insert({ email: 1 }).into('users');", 'users.email!'],
    ['a whole statement', "db.raw('SELECT email FROM users WHERE name = ?', [1]);", 'users.email users.name'],
  ])('%s', async (_, code, expected) => {
    expect((await columnsIn(code)).join(' ')).toBe(expected);
  });
});

describe('fields of rows', () => {
  test.each<[string, string, string]>([
    [
      'a mapper in the class',
      "class S {\n db: Knex;\n toUser(row) { return { mail: row.email }; }\n async all() { const rows = await this.db('users'); return rows.map(this.toUser); }\n}",
      'users.email',
    ],
    ['then', "db('users').where('id', 1).first().then((row) => row.email);", 'users.email users.id'],
    ['a pattern', "async function f() { const [{ email, name: n }] = await db('users').select('*'); }", 'users.email users.name'],
    ['a loop', "async function f() { for (const row of await db('users')) log(row.email); }", 'users.email'],
    [
      'returning',
      "async function f() { const [row] = await db('users').insert({ id: 1 }).returning('*'); return row.email; }",
      'users.email users.id!',
    ],
    [
      'a callback that reduces',
      "const sum = (acc, row) => acc + row.email;\nasync function f() { const rows = await db('users'); return rows.reduce(sum, 0); }",
      'users.email',
    ],
    [
      'what a function returns',
      "class S {\n db: Knex;\n async rows() { return this.db('users'); }\n async all() { const rows = await this.rows(); return rows[0].email; }\n}",
      'users.email',
    ],
  ])('%s', async (_, code, expected) => {
    expect((await columnsIn(code)).join(' ')).toBe(expected);
  });
});

describe('what is no use', () => {
  test.each<[string, string]>([
    ['another table of the same column', "db('posts').select('title');"],
    ['a table nobody knows', "db('elsewhere').select('email');"],
    ['a builder of another kind', "import { connect } from 'mongo-builder';\nconst conn = connect();\nconn.from('users').select('email');"],
    ['a schema builder', "db.schema.alterTable('users', (t) => t.dropColumn('email'));"],
    ['arrays', "Array.from('users').join('email');"],
    ['values', "db('posts').count().where('title', 'email');"],
    ['a subquery that hides the table', "db(db('posts').select('title').as('users')).select('users.email');"],
  ])('%s', async (_, code) => {
    expect((await columnsIn(code)).filter((name) => name.startsWith('users.') && !name.endsWith('!'))).toEqual([]);
  });
});

describe('rows that are written', () => {
  const rows = async (code: string): Promise<string[]> =>
    (await writesIn({ 'src/a.ts': start + code }, { prisma: false })).map(
      ({ statement, table, columns, isComplete, conflict }) =>
        `${statement} ${table} ${columns.join(' ')}${isComplete ? '' : ' …'}${conflict?.kind === 'columns' ? ` on ${conflict.columns.join(' ')}` : ''}`,
    );

  test.each<[string, string, string[]]>([
    ['a row', "db('users').insert({ id: 1, email: x });", ['INSERT users id email']],
    ['several rows', "db('users').insert([{ id: 1 }, { id: 2, name: 'x' }]);", ['INSERT users id', 'INSERT users id name']],
    ['an open row', "db('users').insert({ id: 1, ...rest });", ['INSERT users id …']],
    ['a row nobody knows', "const add = (row) => db('users').insert(row);", ['INSERT users  …']],
    ['an update', "db('users').update({ email: 1 });", ['UPDATE users email']],
    ['an upsert', "db('users').insert({ id: 1 }).onConflict(['team_id', 'email']).merge();", ['INSERT users id on team_id email']],
  ])('%s', async (_, code, expected) => {
    expect(await rows(code)).toEqual(expected);
  });
});

test('all columns are sent where none are chosen', async () => {
  const said = saidAll(await accessesIn({ 'src/a.ts': `${start}db('teams').where('id', 1);` }, { prisma: false }));
  expect(said).toEqual(['read teams', 'read teams.id', 'read teams[id slug owner_id]']);
});

describe('queries of a base class on the table that a subclass names', () => {
  const base = `
import type { Knex } from 'knex';
export abstract class Crud {
  protected db: Knex;
  protected readonly tableName: string;
  constructor(tableName: string, db: Knex) {
    this.db = db;
    this.tableName = tableName;
  }
  async find(email: string) {
    return this.db(this.tableName).select('id').where({ email });
  }
  async count() {
    return this.db.from(this.tableName).count('name');
  }
  async others() {
    return this.db('posts').select('title');
  }
}
`;
  const columns = async (code: string, own = base): Promise<string> => {
    const files = { 'src/users.ts': `import { Crud } from './crud';\n${code}`, 'src/crud.ts': own };
    const found = await accessesIn(files, { prisma: false });
    return found
      .flatMap((a) => (a.column === null ? [] : [`${a.table}.${a.column}`]))
      .sort()
      .join(' ');
  };

  test.each<[string, string]>([
    ['by super', "export class Users extends Crud { constructor(db) { super('users', db); } }"],
    ['by super with a constant', "const TABLE = 'users';\nexport class Users extends Crud { constructor(db) { super(TABLE, db); } }"],
    ['by a field', "export class Users extends Crud { tableName = 'users'; }"],
    ['by a getter', "export class Users extends Crud { get tableName() { return 'users'; } }"],
    ['in its constructor', "export class Users extends Crud { constructor(db) { super('', db); this.tableName = 'users'; } }"],
    [
      'through a class between',
      "class Named extends Crud { constructor(db, name) { super(name, db); } }\nexport class Users extends Named { constructor(db) { super(db, 'users'); } }",
    ],
  ])('%s', async (_, code) => {
    expect(await columns(code)).toBe('posts.title users.email users.id users.name');
  });

  test('by a parameter that declares the field', async () => {
    const own =
      "import type { Knex } from 'knex';\nexport class Crud { constructor(private db: Knex, protected table: string) {}\nall() { return this.db(this.table).select('email'); } }";
    expect(await columns("export class Users extends Crud { constructor(db) { super(db, 'users'); } }", own)).toBe('users.email');
  });

  test('a method that the subclass replaces is not its own', async () => {
    const code = "export class Users extends Crud { constructor(db) { super('users', db); }\nasync find() { return []; } }";
    expect(await columns(code)).toBe('posts.title users.name');
  });

  test('a table that is not known names nothing', async () => {
    expect(await columns('export class Users extends Crud { constructor(db, name) { super(name, db); } }')).toBe('posts.title');
  });
});
