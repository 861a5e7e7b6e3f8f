/** Oracle: what the builders themselves send to MySQL for the same calls, replayed by the MySQL engine. */
import { createRequire } from 'node:module';
import knex, { type Knex } from 'knex';
import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, sql } from 'kysely';
import * as typeorm from 'typeorm';
import { expect, test } from 'vitest';
import { partsOf, replayParts, shownSchema, sqlParts } from './replayed.ts';

const require = createRequire(import.meta.url);

const compare = async (layout: string, source: string, theirs: readonly string[], base: readonly string[] = []): Promise<void> => {
  expect(theirs.length).toBeGreaterThan(0);
  const ours = await partsOf(layout, source, 'mysql');
  const expected = shownSchema(await replayParts(sqlParts([...base, ...theirs]), 'mysql'));
  expect(shownSchema(await replayParts([...sqlParts(base), ...ours], 'mysql'))).toEqual(expected);
  expect(expected).toMatchObject({ unreadable: [] });
};

const client = knex({ client: 'mysql2' });

const knexSent = (body: string): readonly string[] => {
  const builders: Knex.SchemaBuilder[] = [];
  const recording = { raw: client.raw, fn: client.fn };
  Object.defineProperty(recording, 'schema', {
    get: () => {
      builders.push(client.schema);
      return builders.at(-1);
    },
  });
  new Function('knex', body)(recording);
  return builders.flatMap((one) => one.toSQL() as unknown as { sql: string }[]).map(({ sql: text }) => text);
};

const KNEX_BASE =
  "knex.schema.createTable('users', (t) => { t.increments(); t.string('email'); t.string('name').notNullable(); t.integer('org').unsigned(); }); knex.schema.createTable('orgs', (t) => { t.increments(); t.integer('n') });";

test.each<[string, string]>([
  [
    'columns',
    `knex.schema.createTable('t', (t) => { t.bigIncrements(); t.string('s', 50).notNullable().unique(); t.integer('i').unsigned().references('id').inTable('users').onDelete('CASCADE');
     t.enum('e', ['a', 'b']).defaultTo('a'); t.json('j'); t.jsonb('jb'); t.decimal('d', 10, 2); t.float('f'); t.double('db'); t.boolean('b').defaultTo(true); t.date('da'); t.datetime('dt');
     t.time('ti'); t.binary('bi'); t.bigInteger('bg'); t.smallint('sm'); t.tinyint('tn'); t.mediumint('mi'); t.text('tx'); t.text('lt', 'longtext'); t.uuid('u'); t.specificType('sp', 'varchar(9)'); t.index(['s'], 'ix'); })`,
  ],
  [
    'new columns',
    "knex.schema.alterTable('users', (t) => { t.string('c').after('email'); t.integer('q').first(); t.string('d').notNullable().defaultTo('x').index('ix') })",
  ],
  ['dropped columns', "knex.schema.table('users', (t) => { t.dropColumn('email'); t.dropColumns('name', 'org') })"],
  [
    'altered column',
    "knex.schema.alterTable('users', (t) => { t.text('email').notNullable().alter(); t.string('name', 20).defaultTo('x').alter() })",
  ],
  [
    'keys',
    "knex.schema.alterTable('users', (t) => { t.unique(['email']); t.index(['name'], 'nx'); t.foreign('org').references('orgs.id') })",
  ],
  [
    'dropped keys',
    "knex.schema.alterTable('users', (t) => { t.unique(['email']); t.index(['name'], 'nx') }); knex.schema.alterTable('users', (t) => { t.dropUnique(['email']); t.dropIndex([], 'nx') })",
  ],
  ['two primary columns', "knex.schema.createTable('t', (t) => { t.integer('a'); t.integer('b'); t.primary(['a', 'b']) })"],
  ['tables', "knex.schema.renameTable('users', 'people').dropTable('orgs').dropTableIfExists('nothing')"],
])('knex: %s', async (_, body) => {
  const all = `${KNEX_BASE}\n${body}`;
  await compare('knex', `export const up = async (knex) => { ${all} };`, knexSent(all));
});

const { Sequelize } = require('sequelize') as typeof import('sequelize');

const sequelizeSent = async (body: string): Promise<readonly string[]> => {
  const statements: string[] = [];
  const connection = new Sequelize('d', 'u', 'p', { dialect: 'mysql', dialectModule: require('mysql2'), logging: false });
  connection.query = (async (given: string | { query: string }, options?: { plain?: boolean }) => {
    const text = typeof given === 'string' ? given : given.query;
    if (!/^\s*SELECT|^\s*SHOW/i.test(text)) statements.push(text);
    return options?.plain ? null : [[], []];
  }) as never;
  await new Function('queryInterface', 'Sequelize', `return (async () => { ${body} })()`)(connection.getQueryInterface(), Sequelize);
  return statements;
};

const SEQUELIZE_BASE =
  'await queryInterface.createTable("users", { id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true }, email: Sequelize.STRING, n: Sequelize.INTEGER });';

test.each<[string, string]>([
  [
    'columns',
    `await queryInterface.createTable('t', { id: { type: Sequelize.UUID, primaryKey: true }, s: { type: Sequelize.STRING(5), allowNull: false, unique: true }, e: { type: Sequelize.ENUM('a', 'b'), defaultValue: 'a' },
     r: { type: Sequelize.INTEGER, references: { model: 'users', key: 'id' }, onDelete: 'cascade' }, j: Sequelize.JSON, d: Sequelize.DATE, d6: Sequelize.DATE(6), b: { type: Sequelize.BOOLEAN, defaultValue: false }, dec: Sequelize.DECIMAL(10, 2),
     u: Sequelize.INTEGER.UNSIGNED, bi: Sequelize.BIGINT, tx: Sequelize.TEXT, lt: Sequelize.TEXT('long'), bl: Sequelize.BLOB, f: Sequelize.FLOAT, dou: Sequelize.DOUBLE, dob: Sequelize.DATEONLY, ti: Sequelize.TIME, ch: Sequelize.CHAR(2), tn: Sequelize.TINYINT });`,
  ],
  ['a new column', "await queryInterface.addColumn('users', 'c', { type: Sequelize.STRING, allowNull: false, defaultValue: 'x' });"],
  ['a changed column', "await queryInterface.changeColumn('users', 'email', { type: Sequelize.STRING(9), allowNull: false });"],
  [
    'indexes',
    "await queryInterface.addIndex('users', ['email', 'n']); await queryInterface.addIndex('users', ['n'], { unique: true, name: 'u' }); await queryInterface.removeIndex('users', 'u');",
  ],
  ['a unique constraint', "await queryInterface.addConstraint('users', { fields: ['email', 'n'], type: 'unique' });"],
  [
    'a foreign key',
    "await queryInterface.addConstraint('users', { fields: ['n'], type: 'foreign key', references: { table: 'users', field: 'id' } });",
  ],
  [
    'a new column with a reference',
    "await queryInterface.addColumn('users', 'c', { type: Sequelize.INTEGER, references: { model: 'users', key: 'id' }, onDelete: 'set null' });",
  ],
  ['a dropped column', "await queryInterface.removeColumn('users', 'email');"],
  ['tables', "await queryInterface.renameTable('users', 'people'); await queryInterface.dropTable('people');"],
])('Sequelize: %s', async (_, body) => {
  const all = `${SEQUELIZE_BASE} ${body}`;
  await compare('sequelize', `export const up = async (queryInterface, Sequelize) => { ${all} };`, await sequelizeSent(all));
});

const TYPEORM_BASE = [
  'CREATE TABLE `users` (`id` int NOT NULL, `a` int NOT NULL, `b` varchar(20) NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB',
];
const columns = [
  { name: 'id', type: 'int', isPrimary: true },
  { name: 'a', type: 'int' },
  { name: 'b', type: 'varchar', length: '20' },
];

const typeormSent = async (body: string): Promise<readonly string[]> => {
  const source = new typeorm.DataSource({ type: 'mysql', driver: require('mysql2') });
  Object.assign(source.driver, { version: '8.0.36', database: 'd' });
  const runner = source.driver.createQueryRunner('master') as unknown as Record<string, unknown> & typeorm.QueryRunner;
  runner.query = (async () => [{ db_name: 'd' }]) as never;
  runner.getCachedTable = async (name: string | { name: string }) =>
    new typeorm.Table({ name: typeof name === 'string' ? name : name.name, columns: structuredClone(columns) });
  runner.enableSqlMemory();
  const names = 'const { Table, TableColumn, TableIndex, TableForeignKey } = typeorm;';
  await new Function('queryRunner', 'typeorm', `${names} return (async () => { ${body} })()`)(runner, typeorm);
  return runner.getMemorySql().upQueries.map(({ query }) => query);
};

test.each<[string, string]>([
  [
    'a table',
    `await queryRunner.createTable(new Table({ name: 't', columns: [{ name: 'id', type: 'int', isPrimary: true, isGenerated: true, generationStrategy: 'increment' }, { name: 'n', type: 'varchar', length: '20', isNullable: true, default: "'x'" },
     { name: 'e', type: 'enum', enum: ['a', 'b'] }, { name: 'd', type: 'decimal', precision: 10, scale: 2 }, { name: 'u', type: 'int', unsigned: true }, { name: 'uq', type: 'int', isUnique: true }] }), false);`,
  ],
  ['a column', "await queryRunner.addColumn('users', new TableColumn({ name: 'c', type: 'varchar', length: '9', isNullable: true }));"],
  ['an index', "await queryRunner.createIndex('users', new TableIndex({ columnNames: ['a'], isUnique: true }));"],
  ['a dropped column', "await queryRunner.dropColumn('users', 'a');"],
  ['a renamed column', "await queryRunner.renameColumn('users', 'b', 'z');"],
])('TypeORM: %s', async (_, body) => {
  const source = `import { Table, TableColumn, TableIndex } from 'typeorm'; export class X1700000000000 { async up(queryRunner) { ${body} } }`;
  await compare('typeorm', source, await typeormSent(body), TYPEORM_BASE);
});

const kyselySent = async (body: string): Promise<readonly string[]> => {
  const statements: string[] = [];
  const db = new Kysely<never>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (own) => new MysqlIntrospector(own),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
    log: ({ query }) => void statements.push(query.sql),
  });
  await new Function('db', 'sql', `return (async () => { ${body} })()`)(db, sql);
  return statements;
};

test.each<[string, string]>([
  [
    'a table',
    "await db.schema.createTable('t').addColumn('id', 'integer', (c) => c.autoIncrement().primaryKey()).addColumn('n', 'varchar(20)', (c) => c.notNull().defaultTo('x')).execute();",
  ],
  [
    'columns',
    "await db.schema.alterTable('u').addColumn('c', 'text').execute(); await db.schema.alterTable('u').modifyColumn('a', 'bigint', (c) => c.notNull()).execute(); await db.schema.alterTable('u').dropColumn('b').execute();",
  ],
  [
    'indexes',
    "await db.schema.alterTable('u').addIndex('i').columns(['a']).unique().execute(); await db.schema.createIndex('j').on('u').column('b').execute(); await db.schema.dropIndex('j').on('u').execute(); await db.schema.alterTable('u').dropIndex('i').execute();",
  ],
])('Kysely: %s', async (_, body) => {
  const all = `await db.schema.createTable('u').addColumn('a', 'integer').addColumn('b', 'varchar(9)').execute(); ${body}`;
  await compare('kysely', `import { sql } from 'kysely'; export const up = async (db) => { ${all} };`, await kyselySent(all));
});
