/** Roll-outs of other kinds, from the flag to the contract, and the contract run on a real database after its history. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, describe, expect, test } from 'vitest';
import { writeNewFiles } from '../../../src/remove/on-disk.ts';
import { check } from '../../../src/run.ts';
import { type Contract, contractOf, stopLegacyWrites } from '../../../src/schema-removal.ts';
import { git, removeTemporaryFolders, temporaryFolder, write } from '../../repository.ts';
import { startDatabase, whyNoDatabase } from '../../schema/mysql-database.ts';

afterAll(removeTemporaryFolders);

const now = new Date('2026-02-09T12:00:00Z');

function repository(): string {
  const root = temporaryFolder();
  git(root, 'init', '--quiet', '--initial-branch=main');
  return root;
}

function commit(root: string, files: Record<string, string>): void {
  write(root, files);
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--message', 'x');
}

const ask = (cwd: string, key: string | null = 'new-email'): Promise<Contract> => contractOf({ cwd, key, now });
const codes = ({ refusals }: Contract): string[] => refusals.map((r) => r.code);
const helper = `import { OpenFeature } from '@openfeature/server-sdk';\nconst client = OpenFeature.getClient();\nexport const isNew = (id: string) => client.getBooleanValue('new-email', false, { targetingKey: id });\n`;

describe('Prisma and PostgreSQL, the state kept elsewhere', () => {
  const schema = (fields: string): string =>
    `generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\nmodel User {\n  id Int @id @default(autoincrement())\n${fields}  address String?\n  @@map("users")\n}\n`;
  const code = (read: string, write_: string): string =>
    `import { PrismaClient } from '@prisma/client';\nimport { isNew } from './flags.js';\nconst prisma = new PrismaClient();\nexport async function email(id: number) {\n${read}}\nexport const save = (address: string, email: string) => prisma.user.create({ data: { ${write_} }, select: { id: true } });\n`;
  const both =
    '  if (await isNew(String(id))) return (await prisma.user.findFirst({ where: { id }, select: { address: true } }))?.address;\n  return (await prisma.user.findFirst({ where: { id }, select: { email: true } }))?.email;\n';
  const fresh = '  return (await prisma.user.findFirst({ where: { id }, select: { address: true } }))?.address;\n';

  test('from the flag to the contract', async () => {
    const root = repository();
    commit(root, {
      'package.json': '{"dependencies":{"@prisma/client":"5","@openfeature/server-sdk":"1"}}',
      'prisma/schema.prisma': schema('  email String?\n'),
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/migrations/20260101000000_users/migration.sql':
        'CREATE TABLE "users" ("id" SERIAL PRIMARY KEY, "email" TEXT, "address" TEXT);\nCREATE INDEX "users_email_idx" ON "users" ("email");\n',
      'src/flags.ts': helper,
      'src/users.ts': code(both, 'address, email'),
    });
    const gated = await contractOf({ cwd: root, key: 'new-email', value: true, now });
    expect(codes(gated)).toEqual(['flag-in-code', 'in-use']);
    expect(gated.objects).toEqual([{ kind: 'column', table: 'users', name: 'email' }]);
    git(root, 'rm', '--quiet', 'src/flags.ts');
    commit(root, { 'src/users.ts': code(fresh, 'address, email').replace(/import \{ isNew.*\n/, '') });
    expect(codes(await ask(root))).toEqual(['in-use']);
    const ended = await stopLegacyWrites({ cwd: root, key: 'new-email', now });
    expect(ended.changes.map((c) => c.after)).toEqual([code(fresh, 'address').replace(/import \{ isNew.*\n/, '')]);
    expect(ended.notes).toEqual(['Take the field `User.email` out of the Prisma schema (line 10)']);
    commit(root, { 'src/users.ts': ended.changes[0]?.after ?? '', 'prisma/schema.prisma': schema('') });
    const contract = await ask(root);
    expect(contract.refusals).toEqual([]);
    expect(contract.files).toEqual([
      {
        path: 'prisma/migrations/20260209120000_drop_users_email/migration.sql',
        text: '-- Contract: nothing uses users.email any more.\nALTER TABLE users DROP COLUMN email;\n',
      },
    ]);
    await writeNewFiles(root, contract.files);
    expect((await check({ cwd: root, now })).findings).toEqual([]);
    const db = await PGlite.create();
    const folders = readdirSync(join(root, 'prisma/migrations'))
      .filter((name) => /^\d/.test(name))
      .sort();
    for (const folder of folders) await db.exec(readFileSync(join(root, 'prisma/migrations', folder, 'migration.sql'), 'utf8'));
    const { rows } = await db.query<{ column_name: string }>(
      "SELECT column_name FROM information_schema.columns WHERE table_name = 'users'",
    );
    expect(rows.map((r) => r.column_name).sort()).toEqual(['address', 'id']);
    await db.close();
  }, 120_000);
});

describe(whyNoDatabase === null ? 'Knex and MySQL' : `Knex and MySQL (not run on a database: ${whyNoDatabase})`, () => {
  const code = (read: string, row: string): string =>
    `import knex from 'knex';\nimport { isNew } from './flags.js';\nconst db = knex({ client: 'mysql2' });\nexport async function email(id: number) {\n${read}}\nexport const save = (address: string, email: string) => db('users').insert({ ${row} });\n`;
  const both =
    "  if (await isNew(String(id))) return db('users').where({ id }).select('address');\n  return db('users').where({ id }).select('email');\n";
  const fresh = "  return db('users').where({ id }).select('address');\n";
  const migration = (sql: string): string =>
    `exports.up = async (knex) => {\n  await knex.raw(${JSON.stringify(sql)});\n};\nexports.down = async () => {};\n`;

  const play = async (): Promise<{ root: string; contract: Contract }> => {
    const root = repository();
    commit(root, {
      'package.json': '{"dependencies":{"knex":"3","mysql2":"3","@openfeature/server-sdk":"1"}}',
      'migrations/20260101000000_users.js': migration(
        'CREATE TABLE `users` (`id` int PRIMARY KEY AUTO_INCREMENT, `email` varchar(255) NOT NULL, `address` varchar(255), KEY `by_email` (`email`)) ENGINE=InnoDB',
      ),
      'src/flags.ts': helper,
      'src/users.ts': code(both, 'address, email'),
    });
    git(root, 'rm', '--quiet', 'src/flags.ts');
    const plain = (text: string): string => text.replace(/import \{ isNew.*\n/, '');
    commit(root, { 'src/users.ts': plain(code(fresh, 'address, email')) });
    const early = await stopLegacyWrites({ cwd: root, key: 'new-email', now });
    expect(early.refusals.map((r) => r.code)).toEqual(['not-null']);
    const step = (await ask(root)).order.find((s) => s.state === 'next');
    expect(step?.statements).toEqual(['ALTER TABLE `users` MODIFY COLUMN `email` varchar(255) NULL;']);
    commit(root, { 'migrations/20260102000000_nullable.js': migration(step?.statements[0] ?? '') });
    const ended = await stopLegacyWrites({ cwd: root, key: 'new-email', now });
    expect(ended.changes.map((c) => c.after)).toEqual([plain(code(fresh, 'address'))]);
    commit(root, { 'src/users.ts': ended.changes[0]?.after ?? '' });
    return { root, contract: await ask(root) };
  };

  test('from the flag to the contract', async () => {
    const { root, contract } = await play();
    expect(contract.refusals).toEqual([]);
    expect(contract.files.map((f) => f.path)).toEqual(['migrations/20260209120000_drop_users_email.js']);
    await writeNewFiles(root, contract.files);
    expect((await check({ cwd: root, now })).findings.filter((f) => f.severity !== 'note')).toEqual([]);
    if (whyNoDatabase !== null) return;
    const judge = await startDatabase();
    try {
      const load = createRequire(join(root, 'x.cjs'));
      for (const name of readdirSync(join(root, 'migrations')).sort()) {
        const { up } = load(join(root, 'migrations', name)) as { up(knex: { raw(sql: string): Promise<unknown> }): Promise<void> };
        await up({ raw: (sql) => judge.connection.query(sql) });
      }
      const [rows] = await judge.connection.query(
        "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'test' AND TABLE_NAME = 'users'",
      );
      expect((rows as { COLUMN_NAME: string }[]).map((r) => r.COLUMN_NAME).sort()).toEqual(['address', 'id']);
    } finally {
      await judge.stop();
    }
  }, 120_000);
});

describe('what stands in the way is said', () => {
  const base = {
    'package.json': '{"dependencies":{"pg":"8"}}',
    'migrations/0001_users.sql': 'CREATE TABLE users (id int PRIMARY KEY, email text);',
  };
  const named = (cwd: string, more: object = {}): Promise<Contract> =>
    contractOf({ cwd, key: null, objects: ['users.email'], now, ...more });

  test('a view', async () => {
    const root = repository();
    commit(root, { ...base, 'migrations/0002_v.sql': 'CREATE VIEW v AS SELECT email FROM users;' });
    expect((await named(root)).refusals.map((r) => `${r.code}: ${r.text}`)).toEqual([
      'by-hand: the view `v` still uses it, and must be changed or dropped first',
    ]);
  });

  test('a trigger function, which PostgreSQL would not refuse', async () => {
    const root = repository();
    const body =
      'CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN NEW.email := lower(NEW.email); RETURN NEW; END $$ LANGUAGE plpgsql; CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();';
    commit(root, { ...base, 'migrations/0002_t.sql': body });
    expect(codes(await named(root))).toEqual(['by-hand']);
  });

  test('a column that is not at base', async () => {
    const root = repository();
    commit(root, { ...base, 'migrations/0001_users.sql': 'CREATE TABLE users (id int PRIMARY KEY);' });
    write(root, { 'migrations/0002_email.sql': 'ALTER TABLE users ADD COLUMN email text;' });
    expect(codes(await named(root))).toEqual(['not-at-base']);
  });

  test('deployed code that still uses it', async () => {
    const root = repository();
    commit(root, { ...base, 'src/a.ts': "import pg from 'pg';\nexport const f = () => new pg.Pool().query('SELECT email FROM users');\n" });
    git(root, 'tag', 'v1');
    git(root, 'rm', '--quiet', 'src/a.ts');
    git(root, 'commit', '--quiet', '--message', 'gone');
    expect((await named(root)).files).toHaveLength(1);
    const { refusals, files } = await named(root, { deployed: 'v1' });
    expect(files).toEqual([]);
    expect(refusals.map((r) => [r.code, r.witnesses.map((w) => `${w.revision} ${w.file}:${w.line}`)])).toEqual([
      ['in-use', ['base src/a.ts:2']],
    ]);
  });

  test('code that cannot be read and names the table', async () => {
    const root = repository();
    commit(root, {
      ...base,
      'src/a.ts': "import pg from 'pg';\nexport const f = (c: string) => new pg.Pool().query(`SELECT ${c} FROM users WHERE email = 'x');\n",
    });
    expect(codes(await named(root))).toContain('unanalysed');
  });

  test('a type that only the column had goes with it; one that is used elsewhere stays', async () => {
    const root = repository();
    const sql =
      "CREATE TYPE mood AS ENUM ('a'); CREATE TYPE kept AS ENUM ('a'); CREATE TABLE users (id int PRIMARY KEY, email mood, other kept, k2 kept);";
    commit(root, { ...base, 'migrations/0001_users.sql': sql });
    expect((await named(root)).statements).toEqual(['ALTER TABLE users DROP COLUMN email;', 'DROP TYPE mood;']);
    expect((await contractOf({ cwd: root, key: null, objects: ['users.k2'], now })).statements).toEqual([
      'ALTER TABLE users DROP COLUMN k2;',
    ]);
  });
});
