// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs under test contain templates
import { describe, expect, test } from 'vitest';
import { saysGenerated } from '../../src/discover/roles.ts';
import { accessesIn } from './repository.ts';

async function columnsIn(code: string, more: Record<string, string> = {}): Promise<string[]> {
  const found = await accessesIn({ ...more, 'src/a.ts': code }, { prisma: false });
  return [
    ...new Set(
      found.flatMap((a) => (a.column === null || a.column === 'xx' ? [] : [`${a.table}.${a.column}${a.kind === 'write' ? '!' : ''}`])),
    ),
  ].sort();
}

describe('clients that send SQL as text', () => {
  test.each<[string, string, string]>([
    [
      'slonik: a typed query',
      "import { sql } from 'slonik';\npool.any(sql.type(z.object({}))`SELECT email FROM users WHERE name = ${x}`);",
      'users.email users.name',
    ],
    [
      'slonik: a query that is not typed',
      "import { sql } from 'slonik';\npool.query(sql.unsafe`UPDATE users SET email = ${x} WHERE id = ${id}`);",
      'users.email! users.id',
    ],
    [
      'slonik: fragments',
      "import { sql } from 'slonik';\nconst where = sql.fragment`email = ${x}`;\npool.any(sql.type(row)`SELECT id FROM users WHERE ${where}`);",
      'users.email users.id',
    ],
    [
      'slonik: identifiers',
      "import { sql } from 'slonik';\npool.any(sql.type(row)`SELECT ${sql.identifier(['users', 'email'])} FROM users`);",
      'users.email',
    ],
    [
      'slonik: a table as an identifier',
      "import { sql } from 'slonik';\npool.any(sql.type(row)`SELECT email FROM ${sql.identifier(['users'])}`);",
      'users.email',
    ],
    [
      'slonik: joined identifiers',
      "import { sql } from 'slonik';\npool.any(sql.type(row)`SELECT ${sql.join([sql.identifier(['email']), sql.identifier(['name'])], sql.fragment`, `)} FROM users`);",
      'users.email users.name',
    ],
    [
      'slonik: joined fragments',
      "import { sql } from 'slonik';\nconst all = [sql.fragment`email = 1`, sql.fragment`name = 2`];\npool.any(sql.type(row)`SELECT id FROM users WHERE ${sql.join(all, sql.fragment` AND `)}`);",
      'users.email users.id users.name',
    ],
    [
      'slonik: unnest',
      "import { sql } from 'slonik';\npool.query(sql.unsafe`INSERT INTO users (id, email) SELECT * FROM ${sql.unnest(rows, ['text', 'text'])}`);",
      'users.email! users.id!',
    ],
    [
      'sql-template-strings',
      "import SQL from 'sql-template-strings';\npool.query(SQL`SELECT email FROM users WHERE name = ${x}`);",
      'users.email users.name',
    ],
    [
      'sql-template-strings: appended',
      "import SQL from 'sql-template-strings';\nconst q = SQL`SELECT id FROM users`;\nq.append(SQL` WHERE email = ${x}`);\nq.append(' ORDER BY name');\npool.query(q);",
      'users.email users.id users.name',
    ],
    [
      'sql-template-strings: appended at once',
      "import SQL from 'sql-template-strings';\npool.query(SQL`SELECT id FROM users WHERE `.append(SQL`email = ${x}`));",
      'users.email users.id',
    ],
    [
      'pg-promise: named parameters',
      "db.oneOrNone('SELECT email FROM users WHERE name = $<name> AND id = $[id]', { name, id });",
      'users.email users.id users.name',
    ],
    [
      'pg-promise: braces',
      "db.any('SELECT email FROM users WHERE name = ${name} AND id = $(id)', { name });",
      'users.email users.id users.name',
    ],
    ['pg-promise: names of columns', "db.any('SELECT $<cols:name> FROM users WHERE email = $<x:csv>', { cols });", 'users.email'],
    ['pg-promise: filters', "db.none('UPDATE users SET email = ${email^} WHERE id = $1#', x);", 'users.email! users.id'],
    [
      'pg-promise: helpers.insert',
      "import pgPromise from 'pg-promise';\nconst pgp = pgPromise();\ndb.none(pgp.helpers.insert({ id: 1, email: x }, null, 'users'));",
      'users.email! users.id!',
    ],
    [
      'pg-promise: a column set',
      "import pgPromise from 'pg-promise';\nconst pgp = pgPromise();\nconst cs = new pgp.helpers.ColumnSet(['id', { name: 'email', prop: 'mail' }], { table: 'users' });\ndb.none(pgp.helpers.insert(rows, cs));",
      'users.email! users.id!',
    ],
    [
      'pg-promise: helpers.update',
      "import pgPromise from 'pg-promise';\nconst pgp = pgPromise();\ndb.none(pgp.helpers.update(row, ['email', 'name'], 'users') + ' WHERE id = 1');",
      'users.email! users.name!',
    ],
    [
      'Neon',
      "import { neon } from '@neondatabase/serverless';\nconst sql = neon(url);\nconst rows = await sql`SELECT email FROM users WHERE name = ${x}`;",
      'users.email users.name',
    ],
    [
      'Neon: a text',
      "import { neon } from '@neondatabase/serverless';\nconst sql = neon(url);\nconst rows = await sql.query('SELECT email FROM users WHERE name = $1', [x]);",
      'users.email users.name',
    ],
    [
      'Vercel',
      "import { sql } from '@vercel/postgres';\nconst { rows } = await sql`SELECT email FROM users WHERE name = ${x}`;",
      'users.email users.name',
    ],
    [
      'postgres: names for insert',
      "import postgres from 'postgres';\nconst sql = postgres();\nawait sql`INSERT INTO users ${sql(rows, 'id', 'email')}`;",
      'users.email! users.id!',
    ],
    [
      'postgres: names for select',
      "import postgres from 'postgres';\nconst sql = postgres();\nawait sql`SELECT ${sql(['email', 'name'])} FROM users`;",
      'users.email users.name',
    ],
    [
      'postgres: one name',
      "import postgres from 'postgres';\nconst sql = postgres();\nawait sql`SELECT ${sql('email')} FROM ${sql('users')}`;",
      'users.email',
    ],
    [
      'postgres: an object',
      "import postgres from 'postgres';\nconst sql = postgres();\nawait sql`UPDATE users SET ${sql({ email: x })} WHERE id = ${id}`;",
      'users.email! users.id',
    ],
    [
      'mysql2: execute',
      "import mysql from 'mysql2/promise';\nawait conn.execute('SELECT email FROM users WHERE name = ?', [x]);",
      'users.email users.name',
    ],
    ['TypeORM: manager.query', "await this.manager.query('SELECT email FROM users WHERE name = $1', [x]);", 'users.email users.name'],
    [
      'Sequelize: query',
      "await sequelize.query('SELECT email FROM users WHERE name = :name', { replacements: { name } });",
      'users.email users.name',
    ],
    [
      'pgtyped: a tag',
      "import { sql } from '@pgtyped/runtime';\nconst find = sql<IFind>`SELECT email FROM users WHERE name = $name! AND id IN $$ids`;",
      'users.email users.id users.name',
    ],
    [
      'pgtyped: rows',
      "import { sql } from '@pgtyped/runtime';\nconst add = sql<IAdd>`INSERT INTO users (id, email) VALUES $$users(id, email)`;",
      'users.email! users.id!',
    ],
    ['BEGIN in front', "await pool.query('BEGIN; UPDATE users SET email = NULL WHERE id = 1; COMMIT');", 'users.email! users.id'],
    ['EXPLAIN', "await pool.query('EXPLAIN ANALYZE SELECT email FROM users');", 'users.email'],
    ['COPY', "await client.query(from('COPY users (id, email) FROM STDIN'));", 'users.email! users.id!'],
    ['COPY of a query', "await client.query(to('COPY (SELECT email FROM users) TO STDOUT'));", 'users.email'],
    ['DECLARE', "await client.query('DECLARE c CURSOR FOR SELECT email FROM users');", 'users.email'],
    ['PREPARE', "await client.query('PREPARE p AS SELECT email FROM users WHERE name = $1');", 'users.email users.name'],
    ['CREATE TABLE AS', "await client.query('CREATE TEMP TABLE t AS SELECT email FROM users');", 'users.email'],
    ['REFRESH and LOCK', "await client.query('LOCK TABLE users IN SHARE MODE');", ''],
    ['SET in front', 'await client.query("SET LOCAL statement_timeout = \'1s\'; SELECT email FROM users");', 'users.email'],
  ])('%s', async (_, code, expected) => {
    expect((await columnsIn(code)).join(' ')).toBe(expected.replace(/^$/, ''));
  });
});

test("pgtyped's generated queries", async () => {
  const statement = 'SELECT email FROM users WHERE name = :name! AND id IN :ids';
  const text = `const findUserIR: any = {"usedParamSet":{"name":true},"params":[],"statement":"${statement}"};\nexport const findUser = new PreparedQuery(findUserIR);\n`;
  expect(await columnsIn(text)).toEqual(['users.email', 'users.id', 'users.name']);
});

test('a whole file that pgtyped generates is read, though its header says so', async () => {
  const ir = (name: string, statement: string): string => `
const ${name}IR: any = {"usedParamSet":{"users":true},"params":[{"name":"users","required":false,"transform":{"type":"pick_array_spread","keys":[]},"locs":[{"a":43,"b":48}]}],"statement":"${statement}"};

/**
 * Query generated from SQL:
 * \`\`\`
 * ${statement}
 * \`\`\`
 */
export const ${name} = new PreparedQuery<I${name}Params,I${name}Result>(${name}IR);
`;
  const text = [
    '/** Types generated for queries found in "src/users.sql". Auto-generated, do not edit. */',
    "import { PreparedQuery } from '@pgtyped/runtime';",
    ir('addUsers', 'INSERT INTO users (id, email) VALUES :users RETURNING name'),
    ir('findTeams', 'SELECT slug\\nFROM teams\\nWHERE owner_id = :owner'),
  ].join('\n');
  expect(saysGenerated(text)).toBe(false);
  expect(saysGenerated('// Auto-generated, do not edit.\nexport {};')).toBe(true);
  expect(await columnsIn(text)).toEqual(['teams.owner_id', 'teams.slug', 'users.email!', 'users.id!', 'users.name!']);
});
