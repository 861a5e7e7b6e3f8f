/** Oracle: what Sequelize itself sends for the same calls. */
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { partsOf, replayParts, shownParts, shownSchema, sqlParts } from './replayed.ts';

const require = createRequire(import.meta.url);
const { Sequelize } = require('sequelize') as typeof import('sequelize');

/** The body of `up` as Sequelize runs it: every statement it sends. */
const sent = async (body: string): Promise<readonly string[]> => {
  const statements: string[] = [];
  const connection = new Sequelize('d', 'u', 'p', { dialect: 'postgres', dialectModule: require('pg'), logging: false });
  connection.query = (async (sql: string | { query: string }, options?: { plain?: boolean }) => {
    statements.push(typeof sql === 'string' ? sql : sql.query);
    return options?.plain ? null : [[], { rows: [] }];
  }) as never;
  const run = new Function('queryInterface', 'Sequelize', `return (async () => { ${body} })()`);
  await run(connection.getQueryInterface(), Sequelize);
  return statements.map((sql) => sql.replaceAll('"public".', ''));
};

const BASE = `await queryInterface.createTable('users', { id: { type: Sequelize.UUID, primaryKey: true, allowNull: false }, email: Sequelize.STRING, n: Sequelize.INTEGER });`;

test.each<[string, string]>([
  [
    'every column type',
    `await queryInterface.createTable('t', {
      id: { type: Sequelize.UUID, allowNull: false, primaryKey: true, defaultValue: Sequelize.UUIDV4 },
      n: Sequelize.STRING, e: { type: Sequelize.ENUM('a', 'b'), defaultValue: 'a' },
      i: { type: Sequelize.INTEGER, autoIncrement: true, unique: true },
      r: { type: Sequelize.UUID, references: { model: 'users', key: 'id' }, onDelete: 'cascade' },
      j: { type: Sequelize.JSONB, defaultValue: Sequelize.literal("'{}'::jsonb") },
      a: { type: Sequelize.ARRAY(Sequelize.STRING) },
      d: { type: Sequelize.DATE, defaultValue: Sequelize.NOW }, d2: { type: Sequelize.DATE, defaultValue: Sequelize.literal('now()') },
      b: { type: Sequelize.BOOLEAN, defaultValue: false }, dec: Sequelize.DECIMAL(10, 2), bi: Sequelize.BIGINT, tx: Sequelize.TEXT,
      cs: Sequelize.STRING(5), bl: Sequelize.BLOB, f: Sequelize.FLOAT, dou: Sequelize.DOUBLE, re: Sequelize.REAL, dob: Sequelize.DATEONLY,
      ti: Sequelize.TIME, js: Sequelize.JSON, ci: Sequelize.CITEXT, ve: Sequelize.TSVECTOR, sm: Sequelize.SMALLINT, ch: Sequelize.CHAR(2),
      ra: Sequelize.RANGE(Sequelize.INTEGER), ip: Sequelize.INET, f2: { type: Sequelize.STRING, field: 'ff' }, v: 'VARCHAR(9)',
      nul: { type: Sequelize.STRING, defaultValue: null },
    }, { uniqueKeys: { uk: { fields: ['n', 'e'] } } });`,
  ],
  [
    'two primary columns in a schema',
    "await queryInterface.createTable({ tableName: 't', schema: 's' }, { a: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true }, b: { type: Sequelize.INTEGER, primaryKey: true } });",
  ],
  [
    'a column with a reference',
    "await queryInterface.addColumn('users', 'c', { type: Sequelize.UUID, allowNull: false, references: { model: 'users', key: 'id' }, onDelete: 'set null', onUpdate: 'cascade', unique: true });",
  ],
  [
    'a column of an enum',
    "await queryInterface.addColumn('users', 'c', { type: Sequelize.ENUM({ values: ['x', 'y'] }), defaultValue: 'x' });",
  ],
  [
    'a changed column',
    "await queryInterface.changeColumn('users', 'email', { type: Sequelize.STRING(9), allowNull: false, defaultValue: 'x' });",
  ],
  ['a changed column without more', "await queryInterface.changeColumn('users', 'n', { type: Sequelize.BIGINT });"],
  ['a changed column becomes an enum', "await queryInterface.changeColumn('users', 'email', { type: Sequelize.ENUM('x', 'z') });"],
  [
    'a changed column gets a reference',
    "await queryInterface.changeColumn('users', 'n', { type: Sequelize.UUID, references: { model: 'users', key: 'id' }, onDelete: 'cascade', allowNull: false });",
  ],
  ['dropped column', "await queryInterface.removeColumn('users', 'email');"],
  ['renamed table', "await queryInterface.renameTable('users', 'people');"],
  ['dropped table', "await queryInterface.dropTable('users', { cascade: true });"],
  ['an index', "await queryInterface.addIndex('users', ['email', 'n']);"],
  [
    'an index with everything',
    "await queryInterface.addIndex('users', ['email'], { unique: true, name: 'nm', where: { n: null }, concurrently: true, using: 'btree' });",
  ],
  [
    'an index by its options',
    "await queryInterface.addIndex('users', { fields: ['email', { name: 'n', order: 'DESC' }], type: 'UNIQUE' });",
  ],
  ['an index of an expression', "await queryInterface.addIndex('users', [Sequelize.fn('lower', Sequelize.col('email'))], { name: 'li' });"],
  ['a dropped index', "await queryInterface.addIndex('users', ['email']); await queryInterface.removeIndex('users', ['email']);"],
  ['a unique constraint', "await queryInterface.addConstraint('users', { fields: ['email', 'n'], type: 'unique' });"],
  [
    'a foreign key',
    "await queryInterface.addConstraint('users', { fields: ['n'], type: 'foreign key', references: { table: 'users', field: 'n' }, onDelete: 'cascade', onUpdate: 'no action' });",
  ],
  ['a check', "await queryInterface.addConstraint('users', { fields: ['email'], type: 'check', where: { email: ['x', 'y'] } });"],
  [
    'a dropped constraint',
    "await queryInterface.addConstraint('users', { fields: ['n'], type: 'unique', name: 'q' }); await queryInterface.removeConstraint('users', 'q');",
  ],
])('%s', async (_, body) => {
  const all = `${BASE} ${body}`;
  const theirs = await sent(all);
  expect(theirs.length).toBeGreaterThan(1);
  const ours = await replayParts(await partsOf('sequelize', `export const up = async (queryInterface, Sequelize) => { ${all} };`));
  expect(shownSchema(ours)).toEqual(shownSchema(await replayParts(sqlParts(theirs))));
});

describe('around the calls', () => {
  const up = (body: string, others = {}): Promise<readonly string[]> =>
    partsOf(
      'sequelize',
      `import { NAMES, TABLE } from './names'; module.exports = { async up(queryInterface, Sequelize) { ${body} }, async down(q) { await q.dropTable('users') } }`,
      'postgres',
      {
        'db/migrations/names.ts': "export const TABLE = 'users'; export const NAMES = ['a', 'b'];",
        ...others,
      },
    ).then(shownParts);

  test.each<[string, string, readonly string[]]>([
    [
      'constants of another file',
      'for (const name of NAMES) await queryInterface.removeColumn(TABLE, name)',
      ['ALTER TABLE "users" DROP COLUMN "a"', 'ALTER TABLE "users" DROP COLUMN "b"'],
    ],
    [
      'a list of promises',
      'await Promise.all(NAMES.map((name) => queryInterface.removeColumn(TABLE, name)))',
      ['ALTER TABLE "users" DROP COLUMN "a"', 'ALTER TABLE "users" DROP COLUMN "b"'],
    ],
    [
      'a variable that is given another value',
      "let t = 'x'; await queryInterface.sequelize.query(`DROP TABLE ${t}`); t = 'y'; await queryInterface.sequelize.query(`DROP TABLE ${t}`)",
      ['DROP TABLE x', 'DROP TABLE y'],
    ],
    [
      'the dialect decides',
      "if (queryInterface.sequelize.getDialect() === 'postgres') { await queryInterface.dropTable('a') } else { await queryInterface.dropTable('b') }",
      ['DROP TABLE IF EXISTS "a"'],
    ],
    [
      'the dialect of the options decides',
      "const { dialect } = queryInterface.sequelize.options; if (dialect === 'sqlite') await queryInterface.sequelize.query('PRAGMA foreign_keys = 0'); if (queryInterface.sequelize.options.dialect !== 'sqlite') await queryInterface.dropTable('a')",
      ['DROP TABLE IF EXISTS "a"'],
    ],
    [
      'a column that is there',
      "const t = await queryInterface.describeTable('users'); if (!t.a) await queryInterface.addColumn('users', 'a', Sequelize.TEXT)",
      ['ALTER TABLE "users" ADD COLUMN IF NOT EXISTS "a" TEXT'],
    ],
    [
      'who leaves early',
      "const [rows] = await queryInterface.sequelize.query('SELECT 1'); if (rows.length) return; await queryInterface.dropTable('a')",
      ['SELECT 1', '! it happens only under a condition that is known at run time: `!(rows.length)` [DROP]'],
    ],
    [
      'who leaves early inside another condition',
      "if (process.env.A) { if (process.env.B) return; } await queryInterface.dropTable('a')",
      ['! it happens only under a condition that is known at run time: `!(process.env.B)` [DROP]'],
    ],
    [
      'a throw is no way around',
      "if (process.env.A) throw new Error('no'); await queryInterface.dropTable('a')",
      ['DROP TABLE IF EXISTS "a"'],
    ],
    [
      'a table known at run time',
      'await queryInterface.dropTable(process.env.TABLE)',
      ['! what it is given is only known at run time [DROP]'],
    ],
    [
      'tables of a query',
      "const [rows] = await queryInterface.sequelize.query('SELECT 1'); for (const row of rows) await queryInterface.dropTable(row.name)",
      ['SELECT 1', '! what it is given is only known at run time [DROP]'],
    ],
    [
      'handed to code outside',
      "await require('some-package')(queryInterface)",
      ["! `queryInterface` is handed to `require('some-package')`, which is not read []"],
    ],
    [
      'a helper',
      "const add = async (t, c) => queryInterface.addColumn(t, c, Sequelize.TEXT); await add('t', 'c')",
      ['ALTER TABLE "t" ADD COLUMN "c" TEXT'],
    ],
    ['try', "try { await queryInterface.dropTable('a') } catch (e) { await queryInterface.dropTable('b') }", ['DROP TABLE IF EXISTS "a"']],
    [
      'what a branch assigned is not known',
      "let t = 'a'; if (process.env.A) t = 'b'; await queryInterface.dropTable(t)",
      ['! what it is given is only known at run time [DROP]'],
    ],
    [
      'a class of the file is given the interface',
      "class Tool { constructor(q) { this.q = q } async run() { await this.q.dropTable('a') } } await new Tool(queryInterface).run()",
      ['DROP TABLE IF EXISTS "a"'],
    ],
    [
      'one of two helpers',
      "const one = () => queryInterface.dropTable('a'); const two = () => {}; await (process.env.A ? one : two)()",
      ['! it happens only under a condition that is known at run time: `process.env.A ? one : two` [DROP]'],
    ],
    [
      'an interface that may be another',
      "let q = queryInterface; if (process.env.A) q = other; await q.dropTable('a')",
      ['! it happens only under a condition that is known at run time: `q.dropTable` [DROP]'],
    ],
    [
      'a constant of a package',
      "const { ON } = require('some-flags'); if (ON) await queryInterface.dropTable('a')",
      ['! it happens only under a condition that is known at run time: `ON` [DROP]'],
    ],
    [
      'functions in what code outside is given',
      "await require('run')({ steps: [async () => queryInterface.dropTable('a')] })",
      ["! it happens only under a condition that is known at run time: `require('run')` [DROP]"],
    ],
    [
      'replacements',
      "await queryInterface.sequelize.query('UPDATE users SET a = :a WHERE b = :b', { replacements: { a: 1, b: 2 } })",
      ['UPDATE users SET a = $1 WHERE b = $1'],
    ],
  ])('%s', async (_, body, expected) => {
    expect(await up(body)).toEqual(expected);
  });

  test('endless loops and deep calls end', async () => {
    expect(await up('while (true) { } const f = () => f(); f(); for (let i = 0; i < 1e9; i++) { [1, 2].map((x) => x) }')).toEqual(
      expect.any(Array),
    );
  });

  test('a text of very many parts is read', async () => {
    const text = Array.from({ length: 300 }, () => "' '").join(' + ');
    expect(await up(`await queryInterface.sequelize.query('DROP TABLE' + ${text} + 'a')`)).toEqual(['DROP TABLE a']);
  });

  test('a statement of a template has its own lines', async () => {
    const parts = await partsOf('sequelize', 'export const up = (q) => q.sequelize.query(`\nSELECT 1;\nDROP TABLE a;`)');
    const { changes } = await replayParts([...sqlParts(['CREATE TABLE a ()']), ...parts]);
    expect(changes.at(-1)?.location).toMatchObject({ line: 3, column: 1 });
  });
});
