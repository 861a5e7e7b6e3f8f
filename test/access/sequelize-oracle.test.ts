/**
 * Sequelize itself writes the SQL of random programs, PostgreSQL says which columns it needs: Dropgate must say the same.
 * The same text is run (queries are kept and ask no database) and read by Dropgate.
 */
import * as sequelizePackage from 'sequelize';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOracle, type Oracle, seeded } from './oracle.ts';

const schema = `
CREATE TABLE teams (id integer PRIMARY KEY, slug text, plan text, "createdAt" timestamptz, "updatedAt" timestamptz, "deletedAt" timestamptz);
CREATE TABLE users (id integer PRIMARY KEY, name text, email text, image_url text, role text, "teamId" integer REFERENCES teams (id), created_at timestamptz, updated_at timestamptz);
CREATE TABLE posts (id integer PRIMARY KEY, title text, body text, "authorId" integer REFERENCES users (id), "createdAt" timestamptz, "updatedAt" timestamptz);
`;

let oracle: Oracle;
beforeAll(async () => {
  oracle = await makeOracle(schema);
});
afterAll(() => oracle.close());

type Random = (below: number) => number;

const some = <T>(random: Random, items: readonly T[]): T[] => items.filter(() => random(3) === 0);
const one = <T>(random: Random, items: readonly T[]): T => items[random(items.length)] as T;

interface Kind {
  readonly name: string;
  readonly scalars: readonly string[];
  readonly relations: readonly (readonly [as: string, target: string])[];
}

const LIST: readonly Kind[] = [
  { name: 'Team', scalars: ['slug', 'plan'], relations: [['users', 'User']] },
  {
    name: 'User',
    scalars: ['name', 'email', 'imageUrl', 'teamId'],
    relations: [
      ['team', 'Team'],
      ['posts', 'Post'],
    ],
  },
  { name: 'Post', scalars: ['title', 'body', 'authorId'], relations: [['author', 'User']] },
];
const KINDS: ReadonlyMap<string, Kind> = new Map(LIST.map((kind) => [kind.name, kind]));
const kindOf = (name: string): Kind => KINDS.get(name) as Kind;

/** Models over the schema; what they leave out is drawn at random. */
function modelsText(random: Random): string {
  const maybe = (text: string): string => (random(2) === 0 ? text : '');
  const isParanoid = random(2) === 0;
  return `
const { DataTypes, Sequelize } = require('sequelize');
const sequelize = new Sequelize({ dialect: 'postgres' });
const Team = sequelize.define('team', { slug: DataTypes.TEXT, plan: DataTypes.TEXT, label: DataTypes.VIRTUAL }, { ${isParanoid ? 'paranoid: true' : ''} });
const User = sequelize.define('user', {
  name: DataTypes.TEXT,
  email: { type: DataTypes.TEXT },
  imageUrl: { type: DataTypes.TEXT, field: 'image_url' },
  ${maybe('role: DataTypes.TEXT,')}
  ${maybe('teamId: DataTypes.INTEGER,')}
}, { tableName: 'users', ${one(random, ['timestamps: false', "createdAt: 'created_at', updatedAt: 'updated_at'", "createdAt: false, updatedAt: 'updated_at'"])} });
const Post = sequelize.define('post', { title: DataTypes.TEXT, body: DataTypes.TEXT }, { ${one(random, ['timestamps: false', ''])} });
Team.hasMany(User, { as: 'users', foreignKey: 'teamId' });
User.belongsTo(Team, { as: 'team' });
User.hasMany(Post, { as: 'posts', foreignKey: 'authorId' });
Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' });
module.exports = { sequelize, Team, User, Post };
`;
}

function whereText(random: Random, kind: Kind, depth: number): string {
  const parts = some(random, kind.scalars).map((name) => `${name}: ${one(random, ["'1'", "{ [Op.ne]: '2' }", "['3']", 'null'])}`);
  if (depth < 2 && random(3) === 0) parts.push(`[Op.or]: [${whereText(random, kind, depth + 1)}, { id: 4 }]`);
  return parts.length > 0 ? `{ ${parts.join(', ')} }` : '{ id: 5 }';
}

function attributesText(random: Random, kind: Kind): string {
  const names = (items: readonly string[]): string => items.map((name) => `'${name}'`).join(', ');
  return one(random, [
    `['id', ${names(some(random, kind.scalars))}]`,
    `['id', [fn('max', col('${kind.name === 'User' ? 'name' : 'id'}')), 'most']]`.replace(
      /, \[fn.*\]\]/,
      `, ['${one(random, kind.scalars)}', 'renamed']]`,
    ),
    `{ exclude: [${names(some(random, kind.scalars))}] }`,
  ]);
}

function optionsText(random: Random, kind: Kind, depth: number): string {
  const parts: string[] = [];
  if (random(2) === 0) parts.push(`attributes: ${attributesText(random, kind)}`);
  if (random(2) === 0) parts.push(`where: ${whereText(random, kind, 0)}`);
  if (depth < 2) {
    const included = some(random, kind.relations).map(([as, target]) =>
      random(3) === 0 ? `'${as}'` : `{ model: ${target}, as: '${as}', ${optionsText(random, kindOf(target), depth + 1)} }`,
    );
    if (included.length > 0) parts.push(`include: [${included.join(', ')}]`);
  }
  if (depth === 0 && random(3) === 0) parts.push(`order: [['${one(random, kind.scalars)}', 'DESC']]`);
  return parts.join(', ');
}

function callText(random: Random, kind: Kind): string {
  const data = `{ ${some(random, kind.scalars)
    .map((name) => `${name}: '6'`)
    .join(', ')} }`;
  const options = optionsText(random, kind, 0);
  // `group` and texts take the database's names.
  const sameNamed = kind.scalars.filter((name) => /^[a-z]+$/.test(name));
  return one(random, [
    `findAll({ ${options} })`,
    `findAll({ ${options} })`,
    `findOne({ ${options} })`,
    `findByPk(1)`,
    `findAll({ attributes: ['id'], group: ['id', '${one(random, sameNamed)}'], having: { ${one(random, sameNamed)}: '8' } })`,
    `findAll({ attributes: [[literal('upper("${one(random, sameNamed)}")'), 'up']] })`,
    `count({ where: ${whereText(random, kind, 0)} })`,
    `create(${data})`,
    `bulkCreate([${data}])`,
    `update({ ${one(random, kind.scalars)}: '7' }, { where: ${whereText(random, kind, 0)} })`,
    `destroy({ where: ${whereText(random, kind, 0)} })`,
  ]);
}

const load = (text: string, modules: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const module = { exports: {} as Record<string, unknown> };
  new Function('require', 'module', 'exports', text)((name: string) => modules[name], module, module.exports);
  return module.exports;
};

/** The SQL that Sequelize sends when the program runs. */
async function sqlOf(models: string, program: string): Promise<string[]> {
  const sent: string[] = [];
  const made = load(models, { sequelize: sequelizePackage });
  const sequelize = made.sequelize as { query(sql: string | { query: string; bind?: unknown[] }): Promise<unknown> };
  sequelize.query = async (sql) => {
    sent.push((typeof sql === 'string' ? sql : sql.query).replace(/;$/, ''));
    return [[], 0];
  };
  const { q } = load(program, { sequelize: sequelizePackage, './models': made }) as { q(): Promise<unknown> };
  await q().catch(() => undefined);
  return sent;
}

const used = async (statements: readonly string[]): Promise<string[]> => {
  const found = new Set<string>();
  for (const sql of statements) for (const column of await oracle.columnsUsedByDatabase(sql)) found.add(column);
  return [...found].sort();
};

/** What Dropgate says the program needs: named, and sent unasked. */
async function said(models: string, program: string): Promise<string[]> {
  const found = (await oracle.accessesIn({ 'models.js': models, 'a.js': program })).filter(
    (a) => a.layer === 'sequelize' && a.location.file === 'a.js',
  );
  return [
    ...new Set(found.flatMap((a) => (a.column === null ? (a.columns ?? []) : [a.column]).map((column) => `${a.table}.${column}`))),
  ].sort();
}

const COUNT = 250;

test(`${COUNT} random programs need the columns that Dropgate says`, { timeout: 240_000 }, async () => {
  const wrong: string[] = [];
  let judged = 0;
  for (let seed = 1; seed <= COUNT; seed++) {
    const random = seeded(seed * 6007);
    const models = modelsText(random);
    const kind = one(random, LIST);
    const call = `${kind.name}.${callText(random, kind)}`;
    const program = `const { Op, fn, col, literal } = require('sequelize');\nconst { Team, User, Post } = require('./models');\nexports.q = async () => ${call};\n`;
    const statements = await sqlOf(models, program);
    if (statements.length === 0) continue;
    judged++;
    const [actual, expected] = [await said(models, program), await used(statements)];
    const missing = expected.filter((column) => !actual.includes(column));
    const invented = actual.filter((column) => !expected.includes(column));
    if (missing.length + invented.length > 0)
      wrong.push(`seed ${seed}: ${call}: missing ${missing.join(' ')}; invented ${invented.join(' ')}`);
  }
  expect(wrong).toEqual([]);
  expect(judged).toBeGreaterThan(COUNT * 0.9);
});
