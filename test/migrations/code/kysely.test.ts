/** Oracle: what kysely compiles for the same chains. */
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';
import { expect, test } from 'vitest';
import { partsOf, replayParts, shownParts, shownSchema, sqlParts } from './replayed.ts';

const sent = async (body: string): Promise<readonly string[]> => {
  const statements: string[] = [];
  const db = new Kysely<never>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (own) => new PostgresIntrospector(own),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query }) => void statements.push(query.sql),
  });
  await new Function('db', 'sql', `return (async () => { ${body} })()`)(db, sql);
  return statements;
};

const BASE =
  "await db.schema.createTable('u').addColumn('id', 'serial', (c) => c.primaryKey()).addColumn('a', 'integer').addColumn('b', 'text', (c) => c.notNull()).execute();";

test.each<[string, string]>([
  [
    'a table with everything',
    `await db.schema.createTable('t').ifNotExists().addColumn('id', 'serial', (c) => c.primaryKey()).addColumn('n', 'varchar(20)', (c) => c.notNull().unique().defaultTo('x'))
      .addColumn('d', 'timestamp', (c) => c.defaultTo(sql\`now()\`)).addColumn('r', 'integer', (c) => c.references('u.id').onDelete('cascade')).addColumn('y', sql\`text[]\`)
      .addUniqueConstraint('uq', ['n', 'd']).addForeignKeyConstraint('fk', ['r'], 'u', ['id'], (cb) => cb.onDelete('set null')).addCheckConstraint('ck', sql\`r > 1\`).execute();`,
  ],
  [
    'columns',
    "await db.schema.alterTable('u').addColumn('c', 'text', (c) => c.notNull()).addColumn('d', 'boolean').execute(); await db.schema.alterTable('u').dropColumn('a').dropColumn('b').execute();",
  ],
  ['names', "await db.schema.alterTable('u').renameColumn('a', 'z').execute(); await db.schema.alterTable('u').renameTo('v').execute();"],
  [
    'altered columns',
    "await db.schema.alterTable('u').alterColumn('a', (c) => c.setDataType('bigint')).execute(); await db.schema.alterTable('u').alterColumn('a', (c) => c.setNotNull()).execute(); await db.schema.alterTable('u').alterColumn('b', (c) => c.dropNotNull()).execute(); await db.schema.alterTable('u').alterColumn('b', (c) => c.setDefault('x')).execute();",
  ],
  [
    'indexes and constraints',
    "await db.schema.createIndex('i').on('u').columns(['a', 'b']).unique().execute(); await db.schema.createIndex('j').on('u').using('btree').expression(sql`lower(b)`).execute(); await db.schema.alterTable('u').addUniqueConstraint('q', ['a']).execute(); await db.schema.alterTable('u').dropConstraint('q').execute(); await db.schema.dropIndex('i').ifExists().execute();",
  ],
  [
    'types, tables and another schema',
    "await db.schema.createType('e').asEnum(['a', 'b']).execute(); await db.schema.createSchema('s').ifNotExists().execute(); await db.schema.withSchema('s').createTable('t').addColumn('a', 'integer').execute(); await db.schema.dropTable('u').ifExists().cascade().execute();",
  ],
  [
    'views, and terms of an index as they are written',
    "await db.schema.createView('v').orReplace().as(sql`select a from u`).execute(); await db.schema.createView('m').materialized().as(sql`select a from u`).execute(); await db.schema.createView('w').materialized().as(sql`select a from u`).execute(); await db.schema.dropView('w').materialized().ifExists().execute(); await db.schema.createIndex('i').on('u').expression(sql`a ASC NULLS FIRST`).column('b').execute();",
  ],
  ['SQL', "await sql`ALTER TABLE u DROP COLUMN a`.execute(db); await sql.raw('ALTER TABLE u ADD COLUMN z text').execute(db);"],
])('%s', async (_, body) => {
  const theirs = await sent(BASE + body);
  expect(theirs.length).toBeGreaterThan(1);
  const ours = await replayParts(
    await partsOf('kysely', `import { type Kysely, sql } from 'kysely'; export async function up(db: Kysely<any>) { ${BASE} ${body} }`),
  );
  expect(shownSchema(ours)).toEqual(shownSchema(await replayParts(sqlParts(theirs))));
});

test('a view whose query is a chain is said to be unread, and is there under its name', async () => {
  const parts = await partsOf(
    'kysely',
    `import { type Kysely, sql } from 'kysely'; export async function up(db: Kysely<any>) { ${BASE}
      await db.schema.createView('v_new').materialized().as(db.selectFrom('u').select(['a', (eb) => eb.fn.countAll().as('n')])).execute();
      await sql\`ALTER MATERIALIZED VIEW v_new RENAME TO v\`.execute(db); }`,
  );
  expect(shownParts(parts).filter((part) => part.startsWith('!'))).toEqual(['! what it is given is only known at run time []']);
  expect([...(await replayParts(parts)).schema.routines.keys()]).toEqual(['materialized-view v']);
});

test('what is not executed does nothing', async () => {
  expect(
    shownParts(
      await partsOf(
        'kysely',
        "export const up = async (db) => { db.schema.dropTable('u'); await db.updateTable('u').set({ a: 1 }).execute() }",
      ),
    ),
  ).toEqual([]);
});

test('a parameter that a runner of the repository fills is not known', async () => {
  const source =
    "export async function up(db, dialect, mode = 'all') { if (dialect === 'pg') await db.schema.dropTable('a').execute(); else await db.schema.dropTable('b').execute(); if (mode === 'all') await db.schema.dropTable('c').execute(); }";
  expect(shownParts(await partsOf('kysely', source))).toEqual([
    "! it happens only under a condition that is known at run time: `dialect === 'pg'` [DROP]",
    "! it happens only under a condition that is known at run time: `!(dialect === 'pg')` [DROP]",
    'DROP TABLE "c"',
  ]);
});
