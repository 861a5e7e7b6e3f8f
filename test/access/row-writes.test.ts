/** What statements that write rows are known to fill, through SQL and through Prisma. */
import { expect, test } from 'vitest';
import { writesIn } from './repository.ts';

const SQL = `import pg from 'pg';\nconst pool = new pg.Pool();\n`;
const PRISMA = `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n`;

/** `INSERT users (id, name) name='x' on (id)`. */
const said = async (code: string, isMysql = false): Promise<readonly string[]> =>
  (await writesIn({ 'src/a.ts': code }, isMysql ? { isMysql, prisma: false } : {})).map((write) => {
    const constants = write.constants.map(({ column, value }) => ` ${column}=${value === null ? 'NULL' : `'${value}'`}`).join('');
    const { conflict } = write;
    const on =
      conflict === null
        ? ''
        : conflict.kind === 'columns'
          ? ` on (${conflict.columns.join(', ')})`
          : ` on ${conflict.kind === 'constraint' ? conflict.name : 'any'}`;
    return `${write.statement} ${write.table} (${[...write.columns].sort().join(', ')})${write.isComplete ? '' : ' …'}${constants}${on}`;
  });

test.each<[string, string, readonly string[]]>([
  ['a column list', "pool.query('INSERT INTO users (id, name) VALUES ($1, $2)', [id, name]);", ['INSERT users (id, name)']],
  ['DEFAULT fills nothing', "pool.query('INSERT INTO users (id, name) VALUES ($1, DEFAULT)', [id]);", ['INSERT users (id)']],
  [
    'no list: by position, as far as the values reach',
    "pool.query('INSERT INTO users VALUES ($1, $2)', [id, name]);",
    ['INSERT users (id, name)'],
  ],
  [
    'constants in the text and in arguments',
    "pool.query(\"INSERT INTO users (id, name) VALUES ('x', $1)\", ['Ada']);",
    ["INSERT users (id, name) id='x' name='Ada'"],
  ],
  ['NULL', "pool.query('UPDATE users SET name = NULL WHERE id = $1', [id]);", ['UPDATE users (name) name=NULL']],
  [
    'a placeholder of another library is no constant',
    "pool.query('UPDATE users SET name = ? WHERE id = ?', [name, id]);",
    ['UPDATE users (name)'],
  ],
  [
    'an upsert names its key',
    "pool.query('INSERT INTO users (id, name) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING', [id, name]);",
    ['INSERT users (id, name) on (id)'],
  ],
  [
    '… or a constraint',
    "pool.query('INSERT INTO users (id) VALUES ($1) ON CONFLICT ON CONSTRAINT users_pkey DO NOTHING', [id]);",
    ['INSERT users (id) on users_pkey'],
  ],
  [
    'in a WITH query',
    "pool.query('WITH new AS (INSERT INTO users (id) VALUES ($1) RETURNING id) SELECT * FROM new', [id]);",
    ['INSERT users (id)'],
  ],
])('SQL: %s', async (_title, call, expected) => {
  expect(await said(`${SQL}export const run = (id: string, name: string) => ${call}`)).toEqual(expected);
});

test.each<[string, string, readonly string[]]>([
  ['data and what the client fills by itself', "prisma.post.create({ data: { id, title: 'x' } });", ["INSERT posts (id, title) title='x'"]],
  [
    'a relation fills the foreign key',
    'prisma.post.create({ data: { id, author: { connect: { id } } } });',
    ['INSERT posts (author_id, id)'],
  ],
  ['what is computed may add more', 'prisma.post.create({ data: { id, ...rest } });', ['INSERT posts (id) …']],
  [
    'many rows',
    "prisma.post.createMany({ data: [{ id: 'a' }, { id: 'b', title: null }] });",
    ["INSERT posts (id) id='a'", "INSERT posts (id, title) id='b' title=NULL"],
  ],
  [
    'an upsert',
    'prisma.post.upsert({ where: { id }, create: { id }, update: { title: id } });',
    ['INSERT posts (id) on (id)', 'UPDATE posts (title)'],
  ],
])('Prisma: %s', async (_title, call, expected) => {
  expect(await said(`${PRISMA}export const run = (id: string, rest: object) => ${call}`)).toEqual(expected);
});

const MYSQL = `import mysql from 'mysql2/promise';\nconst pool = mysql.createPool({});\n`;

test.each<[string, string, readonly string[]]>([
  ['INSERT … SET', "pool.query('INSERT INTO users SET id = ?, name = ?', [id, name]);", ['INSERT users (id, name)']],
  [
    'ON DUPLICATE KEY relies on any key',
    "pool.query('INSERT INTO users (id, name) VALUES (?, 1) ON DUPLICATE KEY UPDATE name = VALUES(name)', [id]);",
    ["INSERT users (id, name) name='1' on any"],
  ],
  ['REPLACE likewise', "pool.query('REPLACE INTO users (id, name) VALUES (?, ?)', [id, name]);", ['INSERT users (id, name) on any']],
  ['REPLACE … SET', "pool.query('REPLACE INTO users SET id = ?', [id]);", ['INSERT users (id) on any']],
  ['INSERT IGNORE relies on none', "pool.query('INSERT IGNORE INTO users (id) VALUES (?)', [id]);", ['INSERT users (id)']],
  ['an object for SET', "pool.query('INSERT INTO users SET ?', { id, name });", ['INSERT users (id, name)']],
  ['an object in a list', "pool.query('UPDATE users SET ? WHERE id = ?', [{ name, email: id }, id]);", ['UPDATE users (email, name)']],
  ['an object that may hold more', "pool.query('INSERT INTO users SET ?', { id, ...rest });", ['INSERT users (id) …']],
  [
    'an object kept in a variable',
    "{ const row = { id, name }; return pool.query('INSERT INTO users SET ? ON DUPLICATE KEY UPDATE name = name', [row]); }",
    ['INSERT users (id, name) on any'],
  ],
])('MySQL: %s', async (_title, call, expected) => {
  expect(await said(`${MYSQL}export const run = (id: string, name: string, rest: object) => ${call}`, true)).toEqual(expected);
});
