/**
 * Contracts in every layout: the file is in the repository's own form, its own reader finds exactly the drop in it, and what is
 * JavaScript runs as its runner would run it.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/load.ts';
import { memoryTree } from '../../../src/discover/memory-tree.ts';
import type { DatabaseHistory } from '../../../src/extract/history.ts';
import { readHistories } from '../../../src/extract/history.ts';
import { contractPlan } from '../../../src/remove/schema/contract.ts';
import { type DraftResult, draftContract, houseOf } from '../../../src/remove/schema/draft.ts';
import { whyNotExact } from '../../../src/remove/schema/exactness.ts';
import { loadEngine } from '../../../src/schema/engines.ts';
import type { SchemaObject } from '../../../src/schema/types.ts';
import { names } from './names.ts';

const now = new Date('2026-02-09T12:34:56.789Z');
const email: SchemaObject = { kind: 'column', table: 'users', name: 'email' };

interface Outcome {
  readonly drafted: DraftResult;
  readonly problem: string | null;
  readonly history: DatabaseHistory;
}

async function draft(files: Record<string, string>, objects: readonly SchemaObject[] = [email]): Promise<Outcome> {
  const config = defaultConfig;
  const tree = memoryTree('head', new Map(Object.entries(files)));
  const [history] = await readHistories(null, tree, config, loadEngine);
  if (history === undefined) throw new Error('no database');
  const house = await houseOf(tree, history.id, config);
  if (house === null) throw new Error('no house');
  const plan = await contractPlan(objects, history.dialect, { schema: history.head.schema, ifExists: house.ifExists });
  const drafted = await draftContract(plan.statements, 'new-email-column', house, history, tree, now);
  if (!drafted.ok) return { drafted, problem: drafted.reason, history };
  const over = new Map([...drafted.draft.files, ...drafted.draft.edited].map((f) => [f.path, f.text]));
  return {
    drafted,
    problem: await whyNotExact(
      tree,
      over,
      history.id,
      plan.statements.map((s) => s.object),
      config,
    ),
    history,
  };
}

const create = 'CREATE TABLE users (id int PRIMARY KEY, name text, email text);';
const mysqlCreate = 'CREATE TABLE `users` (`id` int PRIMARY KEY, `name` varchar(9), `email` varchar(255)) ENGINE=InnoDB;';
const manifest = (name: string): Record<string, string> => ({ 'package.json': JSON.stringify({ dependencies: { [name]: '1.0.0' } }) });

/** A repository of each kind, with one migration. */
const layouts: Readonly<Record<string, Record<string, string>>> = {
  plain: { 'migrations/0001_users.sql': create },
  'plain, CRLF': { 'migrations/0001_users.sql': create.replace(', ', ',\r\n') },
  'plain with lock_timeout and IF EXISTS': {
    'db/migrate/20260101000000_a_b.sql': `SET lock_timeout = '5s';\n${create}\nDROP TABLE IF EXISTS old;\n`,
  },
  'plain up and down': { 'migrations/1_users.sql': `-- Up Migration\n${create}\n-- Down Migration\nDROP TABLE users;\n` },
  'plain with down files': {
    'migrations/001_users.up.sql': create,
    'migrations/001_users.down.sql': 'DROP TABLE users;',
    'migrations/x.md': '',
  },
  prisma: {
    'prisma/schema.prisma':
      'datasource db {\n  provider = "postgresql"\n}\nmodel User {\n  id Int @id\n  email String?\n  @@map("users")\n}\n',
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"',
    'prisma/migrations/20260101000000_users/migration.sql': create,
  },
  drizzle: {
    'drizzle/0000_users.sql': create,
    'drizzle/meta/_journal.json':
      '{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1,"tag":"0000_users","breakpoints":true}]}',
  },
  dbmate: { 'db/migrations/20260101000000_users.sql': `-- migrate:up\n${create}\n\n-- migrate:down\nDROP TABLE users;\n` },
  flyway: {
    'src/main/resources/db/migration/V1__users.sql': create,
    'src/main/resources/db/migration/R__views.sql': 'CREATE OR REPLACE VIEW v AS SELECT id FROM users;',
  },
  supabase: { 'supabase/migrations/20260101000000_users.sql': create },
  goose: { 'migrations/00001_users.sql': `-- +goose Up\n${create}\n\n-- +goose Down\nDROP TABLE users;\n` },
  'sql-migrate': { 'migrations/1-users.sql': `-- +migrate Up\n${create}\n-- +migrate Down\nDROP TABLE users;\n` },
  tern: { 'migrations/001_users.sql': `${create}\n---- create above / drop below ----\nDROP TABLE users;\n` },
  liquibase: { 'db/changelog/001-users.sql': `--liquibase formatted sql\n\n--changeset ann:1\n${create}\n--rollback DROP TABLE users;\n` },
  atlas: { 'migrations/20260101000000.sql': create, 'migrations/atlas.sum': 'h1:x' },
  diesel: { 'migrations/2026-01-01-000000_users/up.sql': create, 'migrations/2026-01-01-000000_users/down.sql': 'DROP TABLE users;' },
  'knex, CommonJS, MySQL': {
    ...manifest('mysql2'),
    'migrations/20260101000000_users.js': `exports.up = async function (knex) {\n  await knex.raw('${mysqlCreate}');\n};\nexports.down = async function (knex) {};\n`,
  },
  'knex, TypeScript': {
    ...manifest('pg'),
    'src/migrations/20260101000000_users.ts': `import { Knex } from 'knex';\nexport async function up(knex: Knex): Promise<void> {\n\tawait knex.raw('${create}');\n}\nexport async function down(knex: Knex): Promise<void> {}\n`,
  },
  'sequelize, CommonJS': {
    ...manifest('pg'),
    'migrations/20260101000000-create-users.js': `'use strict';\nmodule.exports = {\n  async up(queryInterface, Sequelize) {\n    await queryInterface.sequelize.query('${create}');\n  },\n  async down(queryInterface) {},\n};\n`,
  },
  typeorm: {
    ...manifest('pg'),
    'src/migrations/1767225600000-CreateUsers.ts': `import { MigrationInterface, QueryRunner } from "typeorm";\nexport class CreateUsers1767225600000 implements MigrationInterface {\n    public async up(queryRunner: QueryRunner): Promise<void> {\n        await queryRunner.query("${create}");\n    }\n    public async down(queryRunner: QueryRunner): Promise<void> {}\n}\n`,
  },
  'mikro-orm': {
    ...manifest('@mikro-orm/postgresql'),
    'src/migrations/Migration20260101000000.ts': `import { Migration } from '@mikro-orm/migrations';\nexport class Migration20260101000000 extends Migration {\n  override async up(): Promise<void> {\n    this.addSql('${create}');\n  }\n}\n`,
  },
  'node-pg-migrate': {
    ...manifest('pg'),
    'migrations/1767225600000_users.js': `exports.up = (pgm) => {\n  pgm.sql('${create}');\n};\nexports.down = (pgm) => {};\n`,
  },
  kysely: {
    ...manifest('pg'),
    'src/migrations/2026-01-01T00-00-00_users.ts': `import { Kysely, sql } from 'kysely';\nexport async function up(db: Kysely<any>): Promise<void> {\n  await sql\`${create}\`.execute(db);\n}\n`,
  },
  'db-migrate': {
    ...manifest('pg'),
    'migrations/20260101000000-users.js': `'use strict';\nvar dbm;\nexports.up = function (db) {\n  return db.runSql('${create}');\n};\nexports.down = function (db) {};\n`,
  },
};

describe.each(Object.entries(layouts))('%s', (name, files) => {
  test('drops the column, and nothing else', async () => {
    const { drafted, problem } = await draft(files);
    expect(problem).toBeNull();
    const written = drafted.ok ? drafted.draft : null;
    const shown = (written?.files ?? []).map((f) => `=== ${f.path}\n${f.text}`).join('\n');
    expect(`${shown}${(written?.notes ?? []).map((n) => `--- ${n}\n`).join('')}`).toMatchSnapshot();
    expect((written?.files ?? []).filter((f) => f.path in files)).toEqual([]);
    expect(name.includes('CRLF') ? written?.files[0]?.text.replaceAll('\r\n', '').includes('\n') : false).toBe(false);
  });
});

describe('what cannot be followed is said', () => {
  test.each([
    [
      'home-made',
      { 'migrations/0001_users.js': `module.exports.up = async (client) => { await client.query('${create}'); };` },
      /have no shape/,
    ],
    [
      'no numbers',
      { 'prisma/migrations/init/migration.sql': create, 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"' },
      /have no number/,
    ],
  ])('%s', async (_, files, reason) => {
    expect((await draft({ ...manifest('pg'), ...files })).problem).toMatch(reason);
  });
});

const asFunctions = { knex: 'raw', 'node-pg-migrate': 'sql', 'db-migrate': 'runSql' } as const;

test('in JavaScript, whatever the names are, exactly the statement is handed to the runner', async () => {
  const { codeMigration } = await import('../../../src/remove/schema/migration-code.ts');
  await fc.assert(
    fc.asyncProperty(
      names(),
      fc.constantFrom(...(Object.keys(asFunctions) as (keyof typeof asFunctions)[])),
      fc.constantFrom('"', "'"),
      async (name, layout, quote) => {
        const sql = `ALTER TABLE t DROP COLUMN "${name.replaceAll('"', '""')}";`;
        const style = {
          layout,
          dialect: 'mysql',
          isTypeScript: false,
          isModule: false,
          quote,
          indent: '  ',
          hasContext: false,
          overrides: false,
          isDefault: false,
          isStrict: false,
        } as const;
        const text = codeMigration({ name: 'x', number: '1', slug: 'x' }, { comment: 'x', up: [sql], down: null }, style) ?? '';
        const exports: Record<string, (given: unknown) => Promise<void>> = {};
        new Function('exports', text)(exports);
        const seen: string[] = [];
        await exports.up?.({ [asFunctions[layout]]: (given: string) => void seen.push(given) });
        expect(seen).toEqual([sql]);
      },
    ),
    { seed: 617, numRuns: 300 },
  );
});

test('whatever the names are, what is written is read back as exactly the drop, or refused', async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(
      names(),
      fc.constantFrom('plain', 'dbmate', 'goose', 'knex, CommonJS, MySQL', 'typeorm', 'kysely', 'sequelize, CommonJS', 'liquibase'),
      async (name, layout) => {
        const isMysql = layout.includes('MySQL');
        const quoted = isMysql ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`;
        const [path = '', text = ''] = Object.entries(layouts[layout] ?? {}).at(-1) ?? [];
        const isCode = /\.[jt]s$/.test(path);
        const inner = isMysql ? mysqlCreate.replace('`email`', quoted) : create.replace('email', () => quoted);
        const from = isMysql ? mysqlCreate : create;
        const literal = isCode
          ? layout === 'kysely'
            ? inner.replace(/[\\`]|\$\{/g, '\\$&')
            : JSON.stringify(inner).slice(1, -1).replaceAll("'", "\\'")
          : inner;
        const files = { ...layouts[layout], [path]: text.replace(from, () => literal) };
        const { history, problem } = await draft(files, []);
        if (problem !== null && !history.head.schema.tables.get('users')?.columns.has(name)) return;
        const outcome = await draft(files, [{ kind: 'column', table: 'users', name }]);
        if (outcome.problem === null) written++;
        else expect(/[\r\n\u2028\u2029]|^\s|\s$/.test(name) || layout === 'liquibase' ? null : outcome.problem).toBeNull();
      },
    ),
    { seed: 618, numRuns: 120 },
  );
  expect(written).toBeGreaterThan(60);
});
