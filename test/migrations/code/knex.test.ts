/** Oracle: what knex itself sends for the same calls. */
import knex, { type Knex } from 'knex';
import { describe, expect, test } from 'vitest';
import { partsOf, replayParts, shownParts, shownSchema, sqlParts } from './replayed.ts';

const client = knex({ client: 'pg' });

/** The body of `up` as knex runs it: statements of every `knex.schema` chain. */
const sent = (body: string): readonly string[] => {
  const builders: Knex.SchemaBuilder[] = [];
  const recording = {
    ...client,
    raw: client.raw,
    fn: client.fn,
    whereNotNull: (column: string) => client.queryBuilder().whereNotNull(column),
    whereRaw: (sql: string) => client.queryBuilder().whereRaw(sql),
  };
  Object.defineProperty(recording, 'schema', {
    get: () => {
      const made = client.schema;
      builders.push(made);
      return made;
    },
  });
  new Function('knex', body)(recording);
  return builders.flatMap((one) => one.toSQL() as unknown as { sql: string }[]).map(({ sql }) => sql);
};

const BASE = `knex.schema.createTable('users', (t) => { t.increments(); t.string('email'); t.string('name').notNullable(); t.integer('org'); });
knex.schema.createTable('orgs', (t) => { t.uuid('id').primary(); t.integer('n'); });`;

const COLUMNS = `knex.schema.createTable('t', (t) => {
  t.increments();
  t.string('s').notNullable().unique();
  t.string('s2', 50).defaultTo('x');
  t.integer('i').unsigned().references('id').inTable('users').onDelete('CASCADE').index();
  t.timestamps(true, true);
  t.uuid('u').defaultTo(knex.raw('gen_random_uuid()'));
  t.enum('e', ['a', 'b']);
  t.enu('e2', ['a', 'b'], { useNative: true, enumName: 'ee' }).notNullable();
  t.jsonb('j').defaultTo('{}');
  t.json('j1').defaultTo(JSON.stringify({ a: 1 }));
  t.decimal('d'); t.decimal('d2', 10, 2); t.float('f'); t.double('dd');
  t.boolean('bo'); t.date('da'); t.datetime('dt'); t.timestamp('ts');
  t.timestamp('ts2', { useTz: false }).defaultTo(knex.fn.now());
  t.time('ti'); t.binary('bi'); t.bigInteger('bg'); t.smallint('sm'); t.tinyint('tn'); t.mediumint('mi'); t.text('tx');
  t.specificType('sp', 'text[]');
  t.dateTime('dt2'); t.bool('bo2').notNullable(); t.biginteger('bg2'); t.varchar('vc', 20);
  t.unique(['s', 'i']); t.index(['s'], 'idxname'); t.primary(['id']);
  t.comment('x');
  t.string('c').comment('hi');
});`;

test.each<[string, string]>([
  ['every column type', COLUMNS.replace('t.increments();', "t.integer('id');")],
  [
    'increments is the primary key',
    "knex.schema.createTable('t', (t) => { t.bigIncrements(); t.timestamps(); t.timestamps(false, false, true) })",
  ],
  ['two primary columns', "knex.schema.createTable('t', (t) => { t.integer('a'); t.integer('b'); t.primary(['a', 'b']) })"],
  [
    'new columns',
    "knex.schema.alterTable('users', (t) => { t.string('c', 9).notNullable().defaultTo('x').unique(); t.uuid('o').references('orgs.id').withKeyName('fk'); t.integer('q').index('ix') })",
  ],
  ['dropped columns', "knex.schema.table('users', (t) => { t.dropColumn('email'); t.dropColumns('name', 'org') })"],
  ['renamed column', "knex.schema.table('users', (t) => t.renameColumn('email', 'mail'))"],
  [
    'altered column',
    "knex.schema.alterTable('users', (t) => { t.text('email').notNullable().defaultTo('x').alter(); t.string('name').alter() })",
  ],
  ['altered, only the type', "knex.schema.alterTable('users', (t) => { t.text('name').alter({ alterNullable: false }) })"],
  ['nullability', "knex.schema.alterTable('users', (t) => { t.setNullable('name'); t.dropNullable('email') })"],
  [
    'a foreign key of two columns',
    "knex.schema.alterTable('users', (t) => { t.foreign(['org'], 'fkn').references(['id']).inTable('orgs').onDelete('SET NULL') })",
  ],
  ['foreign key by default names', "knex.schema.alterTable('users', (t) => { t.foreign('org').references('orgs.id') })"],
  [
    'dropped keys',
    `knex.schema.alterTable('users', (t) => { t.foreign('org').references('orgs.id'); t.unique(['email', 'name']); t.index('email') });
knex.schema.alterTable('users', (t) => { t.dropForeign('org'); t.dropUnique(['email', 'name']); t.dropIndex('email'); t.dropPrimary() })`,
  ],
  [
    'unique index',
    "knex.schema.alterTable('users', (t) => { t.unique(['email'], { indexName: 'ux', useConstraint: false }); t.unique('name', { indexName: 'uy' }) })",
  ],
  [
    'checks',
    `knex.schema.createTable('t', (t) => { t.integer('a').checkPositive().notNullable(); t.string('b').checkIn(['x', 'y'], 'bck'); t.integer('c').checkBetween([1, 5]); t.string('d').checkLength('>', 3); t.check('a > 1', undefined, 'tck') });
knex.schema.alterTable('users', (t) => { t.integer('q').checkNegative('neg'); t.string('email').checkRegex('[0-9]', 're').alter() })`,
  ],
  [
    'partial indexes',
    "knex.schema.alterTable('users', (t) => { t.index(['email'], 'pi', { predicate: knex.whereNotNull('name'), indexType: 'btree' }); t.unique(['name'], { indexName: 'pu', predicate: knex.whereRaw('org > 1') }) })",
  ],
  [
    'a primary key later',
    "knex.schema.createTable('t', (t) => { t.integer('a').notNullable() }); knex.schema.alterTable('t', (t) => { t.primary(['a']) })",
  ],
  ['tables come and go', "knex.schema.dropTable('users').renameTable('orgs', 'teams').dropTableIfExists('nothing')"],
  [
    'another schema',
    "knex.schema.createSchema('s').withSchema('s').createTable('x', (t) => { t.increments(); t.integer('q').references('id').inTable('s.o') })",
  ],
  ['a table like another', "knex.schema.createTableLike('n', 'orgs')"],
  ['timestamps are dropped', "knex.schema.createTable('t', (t) => { t.timestamps() }); knex.schema.table('t', (t) => t.dropTimestamps())"],
])('%s', async (_, body) => {
  const all = `${BASE}\n${body}`;
  expect(sent(all).length).toBeGreaterThan(2);
  const ours = await replayParts(await partsOf('knex', `export const up = async (knex) => { ${all} };`));
  expect(shownSchema(ours)).toEqual(shownSchema(await replayParts(sqlParts(sent(all)))));
});

describe('around the calls', () => {
  const up = (body: string): Promise<readonly string[]> => partsOf('knex', `export async function up(knex) { ${body} }`).then(shownParts);

  test('a table that is made where there is none', async () => {
    expect(await up("if (!(await knex.schema.hasTable('t'))) await knex.schema.createTable('t', (t) => { t.text('a') })")).toEqual([
      'CREATE TABLE IF NOT EXISTS "t" ("a" text)',
    ]);
  });

  test('a column that is dropped where there is one', async () => {
    expect(
      await up("const has = await knex.schema.hasColumn('t', 'a'); if (has) { await knex.schema.table('t', (t) => t.dropColumn('a')) }"),
    ).toEqual(['ALTER TABLE "t" DROP COLUMN IF EXISTS "a"']);
  });

  test('what hangs on another check is said', async () => {
    const [said] = await up("if (await knex.schema.hasColumn('t', 'b')) await knex.schema.table('t', (t) => t.dropColumn('a'))");
    expect(said).toMatch(/^! it happens only under a condition.*\[ALTER,DROP\]$/);
  });

  test('raw SQL with names bound; fragments are no statements', async () => {
    expect(
      await up("await knex.raw('ALTER TABLE ?? DROP COLUMN ??', ['t', 'a']); await knex('t').update({ a: knex.raw('now()') })"),
    ).toEqual(['ALTER TABLE "t" DROP COLUMN "a"']);
  });

  test('a long chain is read to its end', async () => {
    const chain = Array.from({ length: 100 }, (_, i) => `.createTable('t${i}', (t) => { t.text('a') })`).join('\n');
    expect(await up(`await knex.schema${chain}`)).toHaveLength(100);
  });

  test('data work in a loop is none of its business', async () => {
    expect(await up("for (const row of await knex('t').select()) await knex('t').where({ id: row.id }).update({ a: 1 })")).toEqual([]);
  });
});

test('helpers that an index spreads from other files are read', async () => {
  const others = {
    'db/models/index.js': "module.exports = { ...require('./user.model'), ...require('./link.model') };",
    'db/models/user.model.js':
      "async function createUsers(knex) { const has = await knex.schema.hasTable('users'); if (!has) { await knex.schema.createTable('users', (t) => { t.increments(); t.dateTime('seen'); }); } }\nmodule.exports = { createUsers };",
    'db/models/link.model.js': 'module.exports = { async createLinks(knex) {} };',
  };
  const source =
    "const models = require('../models'); exports.up = async (knex) => { await models.createUsers(knex); await models.createLinks(knex); };";
  const { schema } = await replayParts(await partsOf('knex', source, 'postgres', others));
  expect([...(schema.tables.get('users')?.columns.keys() ?? [])]).toEqual(['id', 'seen']);
});

test('the Promise that old runners hand over is the one that all code has', async () => {
  const source = "exports.up = (knex, Promise) => Promise.all([knex.schema.dropTable('a')]).then(() => knex.schema.dropTable('b'));";
  expect(shownParts(await partsOf('knex', source))).toEqual(['DROP TABLE "a"', 'DROP TABLE "b"']);
});
