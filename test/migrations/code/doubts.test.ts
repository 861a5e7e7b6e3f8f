/** What is only known at run time is said, with its table and column; nothing of it is applied. */
import { expect, test } from 'vitest';
import { partsOf, shownParts } from './replayed.ts';

const HEADS: Readonly<Record<string, string>> = {
  sequelize: 'export const up = async (queryInterface, Sequelize) => {',
  knex: 'export const up = async (knex) => {',
  typeorm: "import { Table, TableColumn, TableIndex } from 'typeorm'; export class X1 { async up(queryRunner) {",
  kysely: "import { sql } from 'kysely'; export const up = async (db) => {",
  'node-pg-migrate': 'export const up = (pgm) => {',
  'db-migrate': 'export const up = (db, callback) => {',
};

test.each<[string, string, string]>([
  ['sequelize', "await queryInterface.addColumn('users', 'a', { type: Sequelize.TEXT, allowNull: given })", '! `allowNull` of `users`'],
  ['sequelize', "await queryInterface.addColumn('users', 'a', { type: Sequelize.TEXT, defaultValue: f() })", '! `defaultValue` of `users`'],
  ['sequelize', "await queryInterface.createTable('users', { a: { type: Sequelize.TEXT, ...common } })", '! `a.…` of `users`'],
  [
    'sequelize',
    "await queryInterface.createTable('users', { a: { type: Sequelize.TEXT, references: { model: f() } } })",
    '! `a.references.model` of `users`',
  ],
  ['sequelize', "await queryInterface.changeColumn('users', 'a', options)", '! what it is given'],
  ['sequelize', "await queryInterface.addIndex('users', ['a'], { where: { a: f() } })", '! `where.a` of `users`'],
  ['sequelize', "await queryInterface.addIndex('users', ['a'], { where: { [Sequelize.Op.or]: [{ a: 1 }] } })", '! what it is given'],
  ['knex', "await knex.schema.alterTable('users', (t) => { t.string('a').nullable(given) })", '! what `nullable` of `users.a`'],
  ['knex', "await knex.schema.alterTable('users', (t) => { t.string('a').defaultTo(f()) })", '! what `defaultTo` of `users.a`'],
  [
    'knex',
    "await knex.schema.alterTable('users', (t) => { const c = t.string('a'); if (given) c.notNullable() })",
    '! it happens only under',
  ],
  ['knex', "await knex.schema.alterTable('users', (t) => { t.string('a', length) })", '! what `table.string` of `users`'],
  ['knex', "await knex.schema.alterTable('users', (t) => { t.string('a').whatever() })", '! `column.whatever` is not known'],
  ['knex', "await knex.schema.alterTable('users', (t) => { t.unique(['a'], { predicate: knex.orWhere('a', 1) }) })", '! what it is given'],
  [
    'typeorm',
    "await queryRunner.addColumn('users', new TableColumn({ name: 'a', type: 'int', isNullable: given })) }",
    '! `isNullable` of `users`',
  ],
  [
    'typeorm',
    "await queryRunner.addColumn('users', new TableColumn({ name: 'a', type: 'int', default: () => 'now()' })) }",
    '! `default` of `users`',
  ],
  [
    'typeorm',
    "await queryRunner.createTable(new Table({ name: 'users', columns: [{ name: 'a', type: 'int', ...common }] })) }",
    '! `columns.a.…` of `users`',
  ],
  ['typeorm', "await queryRunner.createTable(new Table({ name: 'users', columns: [...common] })) }", '! `columns.…` of `users`'],
  ['kysely', "await db.schema.alterTable('users').addColumn('a', 'text', (c) => c.defaultTo(f())).execute()", '! what it is given'],
  ['kysely', "await db.schema.alterTable('users').addColumn('a', 'text', (c) => c.defaultTo(sql`${f()}`)).execute()", '! what it is given'],
  ['node-pg-migrate', "pgm.addColumn('users', { a: { type: 'text', notNull: given } })", '! `a.notNull` of `users`'],
  ['node-pg-migrate', "pgm.dropColumn('users', 'a', options)", '! what it is given'],
  ['node-pg-migrate', "pgm.createPolicy('users', 'p', {})", '! `pgm.createPolicy` is not known'],
  ['db-migrate', "db.addColumn('users', 'a', { type: 'string', notNull: given }, callback)", '! `notNull` of `users`'],
])('%s: %s', async (layout, body, said) => {
  const shown = shownParts(await partsOf(layout, `${HEADS[layout]} ${body} }`));
  expect(shown).toHaveLength(1);
  expect(shown[0]?.startsWith(said), shown[0]).toBe(true);
});

test.each<[string, string, readonly string[]]>([
  [
    'sequelize',
    "await queryInterface.addColumn('users', 'a', { type: Sequelize.TEXT, defaultValue: `x${f()}` })",
    [`ALTER TABLE "users" ADD COLUMN "a" TEXT DEFAULT 'x…'`],
  ],
  [
    'sequelize',
    "await queryInterface.addColumn('users', 'a', { type: Sequelize.UUID, defaultValue: () => f() }, { transaction: t, logging: g })",
    ['ALTER TABLE "users" ADD COLUMN "a" UUID'],
  ],
  [
    'sequelize',
    "await queryInterface.addIndex('users', ['a'], { name: 'i', where: { a: { [Sequelize.Op.ne]: null } } })",
    ['CREATE INDEX "i" ON "users" ("a") WHERE "a" IS NOT NULL'],
  ],
  [
    'knex',
    "await knex.schema.alterTable('users', (t) => { t.unique(['a'], { indexName: 'i', predicate: knex.whereNotNull('b').where('c', '>', 1) }) })",
    ['CREATE UNIQUE INDEX "i" ON "users" ("a") WHERE "b" is not null and "c" > 1'],
  ],
])('what is certain is read, %s: %s', async (layout, body, expected) => {
  expect(shownParts(await partsOf(layout, `${HEADS[layout]} ${body} }`))).toEqual(expected);
});

test.each<[string, readonly string[]]>([
  ['export const other = 1; export const setup = { up: undefined };', ['! no `up` can be found in it []']],
  ['export default makeMigration((q) => q.dropTable("a"));', ['! no `up` can be found in it []']],
  ['import { up } from "some-package"; export { up };', ['! no `up` can be found in it []']],
])('a file without `up`: %s', async (source, expected) => {
  expect(shownParts(await partsOf('knex', source))).toEqual(expected);
});
