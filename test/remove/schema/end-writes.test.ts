/** The end of a legacy write, form by form: what comes out of the code, what is left and why. All else stays byte-identical. */
import { afterAll, describe, expect, test } from 'vitest';
import { type ContractOptions, type EndOfWrite, stopLegacyWrites } from '../../../src/schema-removal.ts';
import { git, removeTemporaryFolders, temporaryFolder, write } from '../../repository.ts';

afterAll(removeTemporaryFolders);

const manifest = JSON.stringify({ dependencies: { pg: '8', knex: '3', kysely: '0.27', 'drizzle-orm': '0.30', '@prisma/client': '5' } });
const files = {
  'package.json': manifest,
  'migrations/0001_users.sql':
    'CREATE TABLE users (id int PRIMARY KEY, name text, email text, age int); CREATE TABLE old_emails (user_id int, email text);',
};

async function end(code: string, options: Partial<ContractOptions> = {}): Promise<EndOfWrite> {
  const root = temporaryFolder();
  git(root, 'init', '--quiet', '--initial-branch=main');
  write(root, { ...files, 'src/users.ts': code });
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--message', 'x');
  return stopLegacyWrites({ cwd: root, key: null, objects: ['users.email'], now: new Date('2026-02-03'), ...options });
}

const heads = {
  pg: `import pg from 'pg';\nconst db = new pg.Pool();\n`,
  knex: `import knex from 'knex';\nconst db = knex({ client: 'pg' });\n`,
  kysely: `import { Kysely } from 'kysely';\nconst db = new Kysely<any>({} as any);\n`,
  drizzle: `import { eq } from 'drizzle-orm';\nimport { drizzle } from 'drizzle-orm/node-postgres';\nimport { integer, pgTable, text } from 'drizzle-orm/pg-core';\nconst users = pgTable('users', { id: integer('id'), name: text('name'), email: text('email') });\nconst db = drizzle('x');\n`,
} as const;

const program = (head: keyof typeof heads, body: string): string =>
  `${heads[head]}export async function save(id: number, name: string, email: string, rest: object) {\n${body}\n}\n`;

describe('what comes out', () => {
  test.each<[keyof typeof heads, string, string]>([
    [
      'pg',
      "  await db.query('INSERT INTO users (name, email) VALUES ($1, $2)', [name, email]);",
      "  await db.query('INSERT INTO users (name) VALUES ($1)', [name]);",
    ],
    [
      'pg',
      "  await db.query('INSERT INTO users (email, name) VALUES ($1, $2)', [email, name]);",
      "  await db.query('INSERT INTO users (name) VALUES ($1)', [name]);",
    ],
    [
      'pg',
      "  await db.query(\"INSERT INTO users (name, email) VALUES ('a', 'b, c'), ('d', 'e')\");",
      "  await db.query(\"INSERT INTO users (name) VALUES ('a'), ('d')\");",
    ],
    [
      'pg',
      "  await db.query({ text: 'UPDATE users SET email = $2, name = $3 WHERE id = $1', values: [id, email, name] });",
      "  await db.query({ text: 'UPDATE users SET name = $2 WHERE id = $1', values: [id, name] });",
    ],
    [
      'pg',
      "  await db.query('UPDATE users SET name = $1, email = $2 WHERE id = $3', [name, email.trim(), id]);",
      "  await db.query('UPDATE users SET name = $1 WHERE id = $2', [name, id]);",
    ],
    ['pg', "  await db.query('UPDATE users SET email = $1 WHERE id = $2', [email, id]);\n  return name;", '  return name;'],
    [
      'pg',
      "  if (name) return name;\n  else await db.query('UPDATE users SET email = $1 WHERE id = $2', [email, id]);",
      '  if (name) return name;',
    ],
    [
      'pg',
      "  await db.query('INSERT INTO users (name, email) VALUES ($1, $1)', [name]);",
      "  await db.query('INSERT INTO users (name) VALUES ($1)', [name]);",
    ],
    ['knex', "  await db('users').insert({ name, email });", "  await db('users').insert({ name });"],
    ['knex', "  await db('users').insert({\n    email, // the old one\n    name,\n  });", "  await db('users').insert({\n    name,\n  });"],
    [
      'knex',
      "  await db('users').insert({\n    name,\n    email: email.toLowerCase(),\n  });",
      "  await db('users').insert({\n    name,\n  });",
    ],
    [
      'knex',
      "  await db('users').insert([{ name, email }, { email: 'c', name: 'b' }]);",
      "  await db('users').insert([{ name }, { name: 'b' }]);",
    ],
    [
      'knex',
      "  await db('users').where({ id }).update({ email });\n  await db('users').where({ id }).update({ name, 'email': email });",
      "  await db('users').where({ id }).update({ name });",
    ],
    [
      'kysely',
      '  await db.insertInto("users").values({ name, email }).execute();',
      '  await db.insertInto("users").values({ name }).execute();',
    ],
    ['kysely', "  await db.updateTable('users').set({ email }).where('id', '=', id).execute();\n  return 1;", '  return 1;'],
    ['drizzle', '  await db.update(users).set({ email }).where(eq(users.id, id));\n  return 1;', '  return 1;'],
    ['drizzle', '  await db.insert(users).values({ id, name, email });', '  await db.insert(users).values({ id, name });'],
  ])('%s: %s', async (head, before, after) => {
    const { changes, left, refusals } = await end(program(head, before));
    expect({ left, refusals }).toEqual({ left: [], refusals: [] });
    expect(changes.map((c) => c.after)).toEqual([program(head, after)]);
  });
});

describe('what is left, and why', () => {
  test.each<[keyof typeof heads, string, RegExp]>([
    [
      'pg',
      "  const row = [name, email];\n  await db.query('INSERT INTO users (name, email) VALUES ($1, $2)', row);",
      /not handed in as a list/,
    ],
    ['pg', "  await db.query('INSERT INTO users (name, email) VALUES ($1, lower($2))', [name, email]);", /computed in the statement/],
    ['pg', "  await db.query('INSERT INTO users (name, email) SELECT name, name FROM users', []);", /do not come from VALUES/],
    ['pg', "  await db.query('INSERT INTO users (email) VALUES ($1)', [email]);", /nothing else/],
    [
      'pg',
      "  const { rowCount } = await db.query('UPDATE users SET email = $1 WHERE id = $2', [email, id]);\n  return rowCount;",
      /nothing else would be set/,
    ],
    ['pg', "  await db.query('INSERT INTO users (name, email) VALUES ($1, $2)', [name, encrypt(email)]);", /computed by a call/],
    ['knex', "  await db('users').insert({ email });", /nothing else would be written/],
    ['knex', "  await db('users').insert({ ...rest, email });", /spread beside it/],
    ['knex', "  await db('users').insert({ name, email: encrypt(email) });", /computed by a call/],
    ['knex', "  const row = { name, email };\n  await db('users').insert(row);\n  return row.email;", /put together elsewhere|still reads/],
    ['knex', "  await db('users').where({ id }).update('email', email);", /named by a value/],
    ['knex', "  await db('users').where({ id }).update({ email }).then(() => notify());", /does more/],
    ['knex', "  await db('users').where({ id: nextId() }).update({ email });", /computed by calls/],
    ['knex', "  for (const one of [email]) await db('users').update({ email: one });", /only one of a branch or loop/],
  ])('%s: %s', async (head, before, reason) => {
    const { changes, left, refusals } = await end(program(head, before));
    expect(changes).toEqual([]);
    expect([...left.map((l) => l.reason), ...refusals.map((r) => r.text)].join('; ')).toMatch(reason);
  });

  test('beside what comes out', async () => {
    const lines = ["  await db('users').insert({ name, email });", "  await db('users').insert({ ...rest, email });"];
    const { changes, left, rewritten } = await end(program('knex', lines.join('\n')));
    expect(changes[0]?.after).toBe(program('knex', [lines[0]?.replace(', email', ''), lines[1]].join('\n')));
    expect({ left: left.map((l) => l.location.line), rewritten: rewritten.map((l) => l.line) }).toEqual({ left: [5], rewritten: [4] });
  });
});

describe('a table that goes', () => {
  const table = (body: string): Promise<EndOfWrite> => end(program('pg', body), { objects: ['old_emails'] });

  test('is not written any more', async () => {
    const kept = "  await db.query('INSERT INTO users (name) VALUES ($1)', [name]);\n";
    const gone = [
      "  await db.query('INSERT INTO old_emails (user_id, email) VALUES ($1, $2)', [id, email]);\n",
      "  await db.query('DELETE FROM old_emails WHERE user_id = $1', [id]);\n",
    ];
    const { changes, left, refusals } = await table(`${gone[0]}${kept}${gone[1]}  return 1;`);
    expect({ left, refusals }).toEqual({ left: [], refusals: [] });
    expect(changes.map((c) => c.after)).toEqual([program('pg', `${kept}  return 1;`)]);
  });

  test('stays written where the result is taken', async () => {
    const { changes, left } = await table(
      "  return db.query('INSERT INTO old_emails (user_id, email) VALUES ($1, $2) RETURNING 1', [id, email]);",
    );
    expect(changes).toEqual([]);
    expect(left.map((l) => l.reason)).toEqual(['what it gives back is taken, or the statement does more than to write the table']);
  });
});

describe('refused', () => {
  const insert = program('knex', "  await db('users').insert({ name, email });");

  test('while it is read', async () => {
    const code = `${insert}export const all = () => db('users').select('email');\n`;
    const { refusals, changes } = await end(code);
    expect(changes).toEqual([]);
    expect(refusals.map((r) => [r.code, r.text, r.witnesses.map((w) => `${w.revision}:${w.line}`)])).toEqual([
      ['in-use', 'the work tree still reads `users.email`', ['head:6', 'base:6']],
    ]);
  });

  test('while a new row must fill it', async () => {
    const root = temporaryFolder();
    git(root, 'init', '--quiet', '--initial-branch=main');
    write(root, {
      ...files,
      'migrations/0001_users.sql': 'CREATE TABLE users (id int PRIMARY KEY, name text, email text NOT NULL);',
      'src/users.ts': insert,
    });
    git(root, 'add', '--all');
    git(root, 'commit', '--quiet', '--message', 'x');
    const { refusals } = await stopLegacyWrites({ cwd: root, key: null, objects: ['users.email'] });
    expect(refusals.map((r) => r.text)).toEqual(['`users.email` is NOT NULL and has no default: a row without it is refused']);
  });

  test('where nothing writes it', async () => {
    const { refusals } = await end(program('knex', "  await db('users').insert({ name });"));
    expect(refusals.map((r) => r.text)).toEqual(['nothing writes `users.email` any more']);
  });
});
