/** Migrations that grow without end, hide what they do, or go round the names that are known: bounded, and never silent. */
import { expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/load.ts';
import { discoverDatabases } from '../../../src/migrations/discover.ts';
import { partsOf, shownParts } from './replayed.ts';

const up = (body: string): string => `exports.up = async function (knex) { ${body} };`;
const shown = async (source: string): Promise<readonly string[]> => shownParts(await partsOf('knex', source));
const DROP = /drop table "?t"?/i;

const GROWING: readonly (readonly [string, string])[] = [
  ['a text doubled', "let s = 'x'; for (let i = 0; i < 60; i++) s = s + s; await knex.raw(s);"],
  ['a text doubled in place', "let s = 'x'; for (let i = 0; i < 60; i++) s += s; await knex.raw(s);"],
  ['a template doubled', `let s = 'x'; for (let i = 0; i < 60; i++) s = \`\${s}\${s}\`; await knex.raw(s);`],
  [
    'a replacement that grows',
    "let s = 'a'; for (let i = 0; i < 60; i++) s = s.replaceAll('a', 'aaaaaaaaaaaaaaaaaaaaaaaa'); await knex.raw(s);",
  ],
  ['a list doubled', "let l = ['a']; for (let i = 0; i < 40; i++) l = [...l, ...l]; for (const c of l) await knex.schema.dropTable(c);"],
  ['a list pushed to itself', "const l = ['a']; for (let i = 0; i < 40; i++) l.push(...l); await knex.raw(l.join());"],
  ['lists of lists joined', "let l = ['abc']; for (let i = 0; i < 30; i++) l = [l.join() + l.join(), l.join()]; await knex.raw(l.join());"],
  [
    'lists that hold each other',
    'let l = []; for (let i = 0; i < 60; i++) l = [l, l, l]; await f(l); await knex.schema.createTable(l); await knex.raw(JSON.stringify(l));',
  ],
];

test.each(GROWING)(
  '%s stays bounded, and the drop behind it is seen',
  async (_, body) => {
    const parts = await shown(up(`${body} await knex.schema.dropTable('t');`));
    expect(parts.at(-1), parts.join('\n')).toMatch(/drop table "?t"?|does too much/i);
  },
  10_000,
);

test('recursions are said once to be too deep', async () => {
  const parts = await shown(
    `const f = (one) => {\n return f(one.a);\n};\nconst g = (one) => {\n return g(one.a);\n};\n${up("f(await read()); g(await read()); await knex.schema.dropTable('t');")}`,
  );
  expect(parts.filter((part) => part.includes('too deep'))).toHaveLength(1);
  expect(parts.at(-1)).toMatch(DROP);
});

test('`arguments` is what a function is given', async () => {
  expect((await shown("exports.up = async function (k) { await arguments[0].schema.dropTable('t'); };")).join()).toMatch(DROP);
});

test.each([
  ["const k = eval('knex'); await k.raw('DROP TABLE t');"],
  ["await require('../src/db').pool.query('DROP TABLE t');"],
  ["await globalThis.db.execute('/* x */ ALTER TABLE t DROP COLUMN a');"],
])('SQL that changes the schema through something unknown is said: %s', async (body) => {
  expect((await shown(up(body))).join()).toMatch(/^! it is sent through .* which is not known \[(?:ALTER,)?DROP\]/);
});

test('what unknown code is told in words is no SQL', async () => {
  expect(await shown(up("logger.info('Drop the table'); await client.query('SELECT 1'); check.run('tests');"))).toEqual([]);
});

const OTHER = "exports.up = (knex) => knex.schema.createTable('t', (t) => { t.increments(); });";
const found = async (name: string, text: string | null): Promise<readonly string[]> => {
  const texts = new Map([['migrations/1_a.js', OTHER]]);
  if (text !== null) texts.set(`migrations/${name}`, text);
  const entries = ['migrations/1_a.js', `migrations/${name}`].sort().map((path) => ({ path, id: path }));
  const databases = await discoverDatabases(
    entries,
    async (paths) => new Map([...texts].filter(([path]) => paths.includes(path))),
    defaultConfig,
  );
  return databases.flatMap(({ migrations }) => migrations.map(({ path }) => path));
};

test.each([
  ['2_b.js', "module.exports = { ...require('./impl/2'), down() {} };"],
  ['2_b.js', "for (const k of ['up']) exports[k] = (knex) => knex.schema.dropTable('t');"],
  ['2_b.js', "module.exports = require('helpers').dropAll('t');"],
  ['2_b.js', null],
])('a file named as a migration is one, whatever it says: %s %s', async (name, text) => {
  expect(await found(name, text)).toEqual(['migrations/1_a.js', `migrations/${name}`]);
  if (text !== null) expect((await shown(text)).join()).toMatch(/^! /);
});

test('a helper beside is none', async () => {
  expect(await found('helper.js', 'module.exports = { a: 1 };')).toEqual(['migrations/1_a.js']);
});

test('a check with no bindings is read', async () => {
  const body = "await knex.schema.alterTable('t', (t) => { t.check('a > 0', [], 'positive'); });";
  expect((await shown(up(body))).join()).toMatch(/^alter table "t" add constraint positive check \(a > 0\)$/i);
});
