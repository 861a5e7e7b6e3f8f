import { expect, test } from 'vitest';
import type { Config } from '../../src/config/types.ts';
import type { Entry } from '../../src/discover/tree.ts';
import { discoverDatabases, layoutOf, upText } from '../../src/migrations/discover.ts';
import type { Database } from '../../src/migrations/types.ts';

type Files = Readonly<Record<string, string>>;

const discover = (files: Files, config: Partial<Pick<Config, 'migrations' | 'dialect'>> = {}): Promise<readonly Database[]> => {
  const entries: Entry[] = Object.keys(files)
    .sort()
    .map((path) => ({ path, id: `id of ${path}` }));
  const read = async (paths: readonly string[]): Promise<ReadonlyMap<string, string>> =>
    new Map(paths.filter((path) => Object.hasOwn(files, path)).map((path) => [path, files[path] ?? '']));
  return discoverDatabases(entries, read, { migrations: [], dialect: null, ...config });
};

const show = ({ id, layout, dialect, roots, prismaFiles, migrations }: Database): string =>
  `${id} ${layout} ${dialect} [${roots.join(' ')}] {${prismaFiles.join(' ')}} ${migrations.map((migration) => migration.id).join(',')}`;

const POSTGRES = 'datasource db {\n  provider = "postgresql"\n}\n';
const MYSQL = 'datasource db {\n  provider = "mysql"\n  url = env("X")\n}\n';

test.each<[string, Files, readonly string[]]>([
  [
    'migrations in code, by what they say',
    {
      'package.json': '{ "dependencies": { "mysql2": "3" } }',
      'a/migrations/2_b.js': 'module.exports = { up: async (queryInterface) => {} }',
      'a/migrations/1_a.js': 'module.exports = { async up(queryInterface) {} }',
      'a/migrations/index.js': 'module.exports = { up: (queryInterface) => {} }',
      'a/migrations/seeds/1.js': 'module.exports = { up: (queryInterface) => {} }',
      'b/migrations/1.ts': "import { Knex } from 'knex'; export async function up(knex: Knex) {}",
      'c/migration/Second1700000000002.ts':
        'export class Second1700000000002 implements MigrationInterface { async up(q: QueryRunner) {} }',
      'c/migration/Zero1700000000001.ts': 'export class Zero1700000000001 implements MigrationInterface { async up(q: QueryRunner) {} }',
      'd/migrations/1.js': 'exports.up = (pgm) => {}',
      'e/migrations/1.js': 'exports.up = (db, cb) => db.runSql("", cb)',
      'f/migrations/1.ts': "import { Kysely } from 'kysely'; export const up = async (db: Kysely<any>) => {}",
      'g/migrations/Migration1.ts':
        "import { Migration } from '@mikro-orm/migrations'; export class Migration1 extends Migration { async up() { this.addSql('') } }",
      'h/migrations/notes.ts': '// goes up and down with the queryInterface',
      'node_modules/x/migrations/1.js': 'exports.up = (pgm) => {}',
      'test/migrations/1.js': 'exports.up = (pgm) => {}',
    },
    [
      'a/migrations sequelize mysql [a/migrations] {} 1_a,2_b',
      'b/migrations knex mysql [b/migrations] {} 1',
      'c/migration typeorm mysql [c/migration] {} Zero1700000000001,Second1700000000002',
      'd/migrations node-pg-migrate postgres [d/migrations] {} 1',
      'e/migrations db-migrate mysql [e/migrations] {} 1',
      'f/migrations kysely mysql [f/migrations] {} 1',
      'g/migrations mikro-orm mysql [g/migrations] {} Migration1',
    ],
  ],
  [
    'SQL and code in one folder, the nearest config decides the dialect',
    {
      'package.json': '{ "dependencies": { "mysql2": "3", "pg": "8" } }',
      'knexfile.js': "module.exports = { client: 'mysql2' }",
      'db/migrations/2_b.sql': 'SELECT 1',
      'db/migrations/1_a.js': 'exports.up = (knex) => knex.schema.dropTable("x")',
      'db/migrations/3_c.js': 'exports.up = (knex) => knex.schema.dropTable("x")',
    },
    ['db/migrations knex mysql [db/migrations] {} 1_a,2_b,3_c'],
  ],
  [
    'Prisma beside its schema',
    {
      'prisma/schema.prisma': POSTGRES,
      'prisma/migrations/2_b/migration.sql': '',
      'prisma/migrations/1_a/migration.sql': '',
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"',
    },
    ['prisma/schema.prisma prisma postgres [prisma/migrations] {prisma/schema.prisma} 1_a,2_b'],
  ],
  [
    'Prisma above and beside, in two folders',
    {
      'packages/db/schema.prisma': POSTGRES,
      'packages/db/prisma/migrations/1_a/migration.sql': '',
      'packages/db/migration/2_b/migration.sql': '',
      'packages/db/migration/1_a/migration.sql': '',
    },
    ['packages/db/schema.prisma prisma postgres [packages/db/migration packages/db/prisma/migrations] {packages/db/schema.prisma} 1_a,2_b'],
  ],
  [
    'a Prisma schema in several files',
    {
      'db/schema/main.prisma': POSTGRES,
      'db/schema/models/a.prisma': 'model A { id Int @id }',
      'db/schema/b.prisma': 'model B { id Int @id }',
      'db/migration/1/migration.sql': '',
    },
    ['db/schema/main.prisma prisma postgres [db/migration] {db/schema/b.prisma db/schema/main.prisma db/schema/models/a.prisma} 1'],
  ],
  [
    'several databases, each with its own schema',
    {
      'a/prisma/schema.prisma': POSTGRES,
      'a/prisma/migrations/1/migration.sql': '',
      'b/prisma/schema.prisma': MYSQL,
      'b/prisma/migrations/1/migration.sql': '',
    },
    [
      'a/prisma/schema.prisma prisma postgres [a/prisma/migrations] {a/prisma/schema.prisma} 1',
      'b/prisma/schema.prisma prisma mysql [b/prisma/migrations] {b/prisma/schema.prisma} 1',
    ],
  ],
  [
    'two schemas in one folder, told apart by the provider',
    {
      'prisma/schema.mysql.prisma': MYSQL,
      'prisma/schema.postgresql.prisma': POSTGRES,
      'prisma/migrations/1/migration.sql': '',
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"',
    },
    ['prisma/schema.postgresql.prisma prisma postgres [prisma/migrations] {prisma/schema.postgresql.prisma} 1'],
  ],
  ['Prisma folders without a schema', { 'db/migrations/1/migration.sql': '' }, ['db/migrations prisma postgres [db/migrations] {} 1']],
  [
    "drizzle in its journal's order",
    {
      'drizzle/0001_b.sql': '',
      'drizzle/0000_a.sql': '',
      'drizzle/0002_stray.sql': '',
      'drizzle/meta/_journal.json': '{"dialect":"postgresql","entries":[{"idx":1,"tag":"0000_a"},{"idx":0,"tag":"0001_b"}]}',
    },
    ['drizzle drizzle postgres [drizzle] {} 0001_b,0000_a'],
  ],
  [
    'drizzle with a broken journal',
    { 'drizzle/0001_b.sql': '', 'drizzle/0000_a.sql': '', 'drizzle/meta/_journal.json': '{' },
    ['drizzle drizzle postgres [drizzle] {} 0000_a,0001_b'],
  ],
  [
    'Flyway',
    {
      'src/main/resources/db/migration/V10__c.sql': '',
      'src/main/resources/db/migration/V2__b.sql': '',
      'src/main/resources/db/migration/V1_1__a.sql': '',
      'src/main/resources/db/migration/R__views.sql': '',
      'src/main/resources/db/migration/U2__b.sql': '',
    },
    ['src/main/resources/db/migration flyway postgres [src/main/resources/db/migration] {} V1_1__a,V2__b,V10__c,R__views'],
  ],
  [
    'Supabase',
    { 'supabase/migrations/20240101_a.sql': '`', 'supabase/seed.sql': '' },
    ['supabase/migrations supabase postgres [supabase/migrations] {} 20240101_a'],
  ],
  [
    'golang-migrate',
    { 'migrations/2_b.up.sql': '', 'migrations/2_b.down.sql': '', 'migrations/10_c.up.sql': '', 'migrations/1_a.up.sql': '' },
    ['migrations golang-migrate postgres [migrations] {} 1_a,2_b,10_c'],
  ],
  [
    'runners by what their files say, or what stands beside',
    {
      'a/migrations/1_a.sql': '-- migrate:up\nSELECT 1;\n-- migrate:down\n',
      'b/migrations/1_a.sql': '-- +goose Up\nSELECT 1;\n',
      'c/migrations/1_a.sql': '-- +migrate Up\nSELECT 1;\n',
      'd/migrations/1_a.sql': 'SELECT 1;\n---- create above / drop below ----\n',
      'e/migrations/1_a.sql': 'SELECT 1;',
      'e/migrations/atlas.sum': 'h1:',
      'f/migrations/1_a.sql': 'SELECT 1;',
      'f/Cargo.toml': '[dependencies]\nsqlx = "0.8"\n',
      'g/migrations/1_a.sql': 'SELECT 1;',
      'h/db/changelog/b.sql': '--liquibase formatted sql\n--changeset a:1\nSELECT 1;',
      'h/db/changelog/a.sql': '-- liquibase formatted sql\n--changeset a:2\nSELECT 1;',
      'h/db/changelog/notes.sql': 'SELECT 1;',
    },
    [
      'a/migrations dbmate postgres [a/migrations] {} 1_a',
      'b/migrations goose postgres [b/migrations] {} 1_a',
      'c/migrations sql-migrate postgres [c/migrations] {} 1_a',
      'd/migrations tern postgres [d/migrations] {} 1_a',
      'e/migrations atlas postgres [e/migrations] {} 1_a',
      'f/migrations sqlx postgres [f/migrations] {} 1_a',
      'g/migrations plain postgres [g/migrations] {} 1_a',
      'h/db/changelog liquibase postgres [h/db/changelog] {} a,b',
    ],
  ],
  [
    'one history per database, in SQL and in code',
    {
      'db/postgresql/migrations/01_a/migration.sql': '',
      'db/postgresql/schema.prisma': POSTGRES,
      'db/mysql/migrations/01_a/migration.sql': '',
      'db/mysql/schema.prisma': MYSQL,
      'code/postgresql/migrations/1.js': 'exports.up = (knex) => knex.schema.dropTable("x")',
      'code/mysql/migrations/1.js': 'exports.up = (knex) => knex.schema.dropTable("x")',
    },
    [
      'code/mysql/migrations knex mysql [code/mysql/migrations] {} 1',
      'code/postgresql/migrations knex postgres [code/postgresql/migrations] {} 1',
      'db/mysql/schema.prisma prisma mysql [db/mysql/migrations] {db/mysql/schema.prisma} 01_a',
      'db/postgresql/schema.prisma prisma postgres [db/postgresql/migrations] {db/postgresql/schema.prisma} 01_a',
    ],
  ],
  [
    'up and down in folders',
    { 'migrations/2024-01-01-000000_a/up.sql': '', 'migrations/2024-01-01-000000_a/down.sql': '' },
    ['migrations up-down-folders postgres [migrations] {} 2024-01-01-000000_a'],
  ],
  [
    'numbered folders of several databases',
    { 'db/clickhouse/migrations/01_a.sql': '', 'db/mysql/migrations/01_a.sql': '', 'db/migrations/postgres/001.sql': '' },
    [
      'db/clickhouse/migrations plain clickhouse [db/clickhouse/migrations] {} 01_a',
      'db/migrations/postgres plain postgres [db/migrations/postgres] {} 001',
      'db/mysql/migrations plain mysql [db/mysql/migrations] {} 01_a',
    ],
  ],
  [
    'the dialect that the text shows',
    { 'migrations/1.sql': 'CREATE TABLE `a` (id int AUTO_INCREMENT) ENGINE=InnoDB' },
    ['migrations plain mysql [migrations] {} 1'],
  ],
  [
    'no SQLite in a key that says autoIncrement, nor beside the driver of a server',
    {
      'a/package.json': '{ "dependencies": { "mysql2": "3", "pg": "8", "sequelize": "6", "sqlite3": "5" } }',
      'a/migrations/1_a.js':
        'module.exports = { up: (queryInterface) => queryInterface.createTable("a", { id: { autoIncrement: true } }) }',
      'b/package.json': '{ "dependencies": { "mysql2": "3", "sequelize": "6", "sqlite3": "5" } }',
      'b/migrations/1_a.js': 'module.exports = { up: (queryInterface) => queryInterface.dropTable("a") }',
      'c/package.json': '{ "dependencies": { "sequelize": "6", "sqlite3": "5" }, "devDependencies": { "pg": "8" } }',
      'c/migrations/1_a.js': 'module.exports = { up: (queryInterface) => queryInterface.dropTable("a") }',
    },
    [
      'a/migrations sequelize postgres [a/migrations] {} 1_a',
      'b/migrations sequelize mysql [b/migrations] {} 1_a',
      'c/migrations sequelize postgres [c/migrations] {} 1_a',
    ],
  ],
  [
    'nothing that only looks like it',
    {
      'node_modules/x/migrations/1.sql': '',
      'db/schema.sql': '',
      'db/queries/1.sql': '',
      'db/data-migrations/1.sql': '',
      'migrations/seeds/1.sql': '',
      'migrations/readme.sql': '',
      'db/migrations.sql': '',
    },
    [],
  ],
])('finds %s', async (_, files, expected) => {
  expect((await discover(files)).map(show)).toEqual(expected);
});

test('config names folders and the dialect', async () => {
  expect(
    (await discover({ 'db/sql/create.sql': '', 'db/sql/1.sql': '' }, { migrations: ['./db/sql/'], dialect: 'mysql' })).map(show),
  ).toEqual(['db/sql plain mysql [db/sql] {} 1,create']);
});

test.each([
  ['dbmate', '-- migrate:up\nALTER 1;\n-- migrate:down\nDROP 2;\n', 'DROP 2'],
  ['goose', '-- +goose Up\n-- +goose StatementBegin\nALTER 1;\n-- +goose StatementEnd\n-- +goose Down\nDROP é2;', 'DROP'],
  ['sql-migrate, down first', '-- +migrate Down\nDROP 2;\n-- +migrate Up\nALTER 1;\n', 'DROP 2'],
  ['node-pg-migrate', '-- Up Migration\nALTER 1;\r\n-- Down Migration\r\nDROP 2;\r\n', 'DROP 2'],
  ['bare words', '-- up\nALTER 1;\n-- down\nDROP 2;\n', 'DROP 2'],
  ['tern', 'ALTER 1;\n---- create above / drop below ----\nDROP 2;', 'DROP 2'],
])('down sections are blanked, positions stay: %s', (_, text, down) => {
  const up = upText({ layout: 'plain' }, text);
  expect(up).toHaveLength(text.length);
  expect(up.indexOf('ALTER 1')).toBe(text.indexOf('ALTER 1'));
  expect(up).not.toContain(down);
  expect(up.split('\n')).toHaveLength(text.split('\n').length);
});

test('a comment about "down" is no section', () => {
  const text = '-- down with it\nDROP TABLE t;\n-- down\nDROP TABLE u;';
  expect(upText({ layout: 'plain' }, text)).toBe(text);
});

test('Liquibase: rollbacks are blanked, delimiters become semicolons, positions stay', () => {
  const text =
    '--liquibase formatted sql\n--changeset a:1 endDelimiter:/ splitStatements:true\nALTER 1\n/\n--rollback DROP 2;\n/* liquibase rollback\nDROP 3;\n*/\n--changeset a:2\nALTER 4;\n';
  const up = upText({ layout: 'liquibase' }, text);
  expect(up).toHaveLength(text.length);
  expect(up.replace(/--.*/g, '').replace(/\s+/g, ' ').trim()).toBe('ALTER 1 ; ALTER 4;');
  expect(up.indexOf('ALTER 4')).toBe(text.indexOf('ALTER 4'));
});

test.each<[string, string, string]>([
  ['dbmate', '-- migrate:up\nSELECT 1', 'file'],
  ['dbmate', '-- migrate:up transaction:false\nSELECT 1', 'none'],
  ['goose', '-- +goose Up\nSELECT 1', 'file'],
  ['goose', '-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1', 'none'],
  ['sql-migrate', '-- +migrate Up notransaction\nSELECT 1', 'none'],
  ['tern', '---- tern: disable-tx ----\nSELECT 1', 'none'],
  ['atlas', '-- atlas:txmode none\nSELECT 1', 'none'],
  ['atlas', 'SELECT 1', 'file'],
  ['sqlx', '-- no-transaction\nSELECT 1', 'none'],
  ['sqlx', 'SELECT 1', 'file'],
  ['supabase', 'SELECT 1', 'file'],
  ['golang-migrate', 'SELECT 1', 'batch'],
  ['liquibase', '--liquibase formatted sql\n--changeset a:1 runInTransaction:false\nSELECT 1', 'none'],
  ['liquibase', '--liquibase formatted sql\n--changeset a:1\nSELECT 1', 'file'],
  ['plain', 'SELECT 1', 'none'],
])('transactions of %s: %s', (layout, text, expected) => {
  expect(layoutOf({ layout })?.transaction(text, 'postgres')).toBe(expected);
  expect(layoutOf({ layout })?.transaction(text, 'mysql')).toBe(/supabase|tern/.test(layout) ? expected : 'none');
});
