/**
 * TypeORM itself writes the SQL of random programs, PostgreSQL says which columns it needs: Dropgate must say the same.
 * The same text is compiled and run (its query runner keeps the SQL and asks no database) and read by Dropgate.
 */
import 'reflect-metadata';
import * as typeorm from 'typeorm';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOracle, type Oracle, seeded } from './oracle.ts';

const schema = `
CREATE TABLE teams (id text PRIMARY KEY, slug text, plan text, note text, deleted_at timestamptz);
CREATE TABLE users (id text PRIMARY KEY, name text, email text, image_url text, role text, "homeStreet" text, "homeCity" text, version integer, updated_at timestamptz, team_id text REFERENCES teams (id));
CREATE TABLE posts (id text PRIMARY KEY, title text, body text, views integer, author_id text REFERENCES users (id));
CREATE TABLE tags (id text PRIMARY KEY, label text);
CREATE TABLE post_tags (post_id text, tag_id text);
`;

let oracle: Oracle;
beforeAll(async () => {
  oracle = await makeOracle(schema);
});
afterAll(() => oracle.close());

type Random = (below: number) => number;

const some = <T>(random: Random, items: readonly T[]): T[] => items.filter(() => random(3) === 0);
const one = <T>(random: Random, items: readonly T[]): T => items[random(items.length)] as T;

/** Entities over the schema; options that keep columns back are drawn at random. */
function entitiesText(random: Random): string {
  const flags = (): string =>
    one(random, ['', '', '{ select: false }', '{ select: false, insert: false, update: false }', "{ default: 'x' }"]);
  const named = (name: string): string => {
    const extra = flags().replace(/[{}]/g, '').trim();
    return `{ type: 'text', name: '${name}'${extra ? `, ${extra}` : ''} }`;
  };
  const typed = (): string => flags().replace('{', "{ type: 'text',") || "'text'";
  const hasMark = random(2) === 0;
  const eager = (): string => (random(5) === 0 ? ', { eager: true }' : '');
  return `
import { Column, DeleteDateColumn, Entity, JoinColumn, JoinTable, ManyToMany, ManyToOne, OneToMany, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
export class Address {
  @Column('text') street: string;
  @Column(${typed()}) city: string;
}
@Entity('teams')
export class Team {
  @PrimaryColumn('text') id: string;
  @Column(${typed()}) slug: string;
  @Column(${typed()}) plan: string;
  ${random(2) === 0 ? "@Column('text') note: string;" : ''}
  ${hasMark ? "@DeleteDateColumn({ name: 'deleted_at' }) deletedAt: Date;" : ''}
  @OneToMany(() => User, (user) => user.team) users: User[];
}
@Entity({ name: 'users' })
export class User {
  @PrimaryColumn('text') id: string;
  @Column(${typed()}) name: string;
  @Column(${typed()}) email: string;
  @Column(${named('image_url')}) imageUrl: string;
  @Column(() => Address, { prefix: 'home' }) home: Address;
  ${random(2) === 0 ? '@VersionColumn() version: number;' : ''}
  ${random(2) === 0 ? "@UpdateDateColumn({ name: 'updated_at' }) updatedAt: Date;" : ''}
  @ManyToOne(() => Team, (team) => team.users${eager()}) @JoinColumn({ name: 'team_id' }) team: Team;
  @OneToMany(() => Post, (post) => post.author) posts: Post[];
}
@Entity('posts')
export class Post {
  @PrimaryColumn('text') id: string;
  @Column(${typed()}) title: string;
  @Column(${typed()}) body: string;
  @ManyToOne(() => User, (user) => user.posts${eager()}) @JoinColumn({ name: 'author_id' }) author: User;
  @ManyToMany(() => Tag, (tag) => tag.posts) @JoinTable({ name: 'post_tags', joinColumn: { name: 'post_id' }, inverseJoinColumn: { name: 'tag_id' } }) tags: Tag[];
}
@Entity('tags')
export class Tag {
  @PrimaryColumn('text') id: string;
  @Column('text') label: string;
  @ManyToMany(() => Post, (post) => post.tags) posts: Post[];
}
`;
}

interface Kind {
  readonly name: string;
  readonly scalars: readonly string[];
  readonly relations: readonly (readonly [string, string])[];
}

const LIST: readonly Kind[] = [
  { name: 'Team', scalars: ['id', 'slug', 'plan'], relations: [['users', 'User']] },
  {
    name: 'User',
    scalars: ['id', 'name', 'email', 'imageUrl'],
    relations: [
      ['team', 'Team'],
      ['posts', 'Post'],
    ],
  },
  {
    name: 'Post',
    scalars: ['id', 'title', 'body'],
    relations: [
      ['author', 'User'],
      ['tags', 'Tag'],
    ],
  },
  { name: 'Tag', scalars: ['id', 'label'], relations: [['posts', 'Post']] },
];

const KINDS: ReadonlyMap<string, Kind> = new Map(LIST.map((kind) => [kind.name, kind]));

const kindOf = (name: string): Kind => KINDS.get(name) as Kind;

function whereText(random: Random, kind: Kind, depth: number): string {
  const parts = some(random, kind.scalars).map((name) => `${name}: ${one(random, ["'a'", "Not('b')", "In(['c'])", 'IsNull()'])}`);
  if (kind.name === 'User' && random(4) === 0) parts.push("home: { city: 'd' }");
  if (depth < 2)
    for (const [name, target] of some(random, kind.relations)) parts.push(`${name}: ${whereText(random, kindOf(target), depth + 1)}`);
  if (parts.length === 0) parts.push("id: 'x'");
  return `{ ${parts.join(', ')} }`;
}

function selectText(random: Random, kind: Kind, relations: readonly (readonly [string, string])[]): string {
  const parts = ['id: true', ...some(random, kind.scalars.slice(1)).map((name) => `${name}: true`)];
  if (kind.name === 'User' && random(3) === 0) parts.push('home: { street: true }');
  for (const [name, target] of relations)
    if (random(2) === 0) parts.push(`${name}: { id: true, ${one(random, kindOf(target).scalars.slice(1))}: true }`);
  return `{ ${parts.join(', ')} }`;
}

function findText(random: Random, kind: Kind): string {
  const relations = some(random, kind.relations);
  const parts: string[] = [];
  if (random(2) === 0) parts.push(`select: ${selectText(random, kind, relations)}`);
  if (relations.length > 0) parts.push(`relations: { ${relations.map(([name]) => `${name}: true`).join(', ')} }`);
  if (random(2) === 0)
    parts.push(`where: ${random(3) === 0 ? `[${whereText(random, kind, 1)}, ${whereText(random, kind, 1)}]` : whereText(random, kind, 0)}`);
  if (random(3) === 0) parts.push(`order: { ${one(random, kind.scalars)}: 'ASC' }`);
  if (random(4) === 0) parts.push('loadEagerRelations: false');
  return `repo.find({ ${parts.join(', ')} })`;
}

function builderText(random: Random, kind: Kind): string {
  const alias = kind.name.toLowerCase();
  let text = `repo.createQueryBuilder('${alias}')`;
  const reach: [string, Kind][] = [[alias, kind]];
  for (const [name, target] of some(random, kind.relations)) {
    text += `.${one(random, ['leftJoin', 'innerJoin', 'leftJoinAndSelect'])}('${alias}.${name}', 'x_${name}')`;
    reach.push([`x_${name}`, kindOf(target)]);
  }
  const path = (): string => {
    const [from, owner] = one(random, reach);
    return `${from}.${one(random, owner.scalars)}`;
  };
  if (random(2) === 0) text += `.select(['${alias}.id', '${path()}'])`;
  if (random(2) === 0) text += `.addSelect('${path()}')`;
  if (random(2) === 0) text += `.where('${path()} = :a', { a: 'a' })`;
  if (random(3) === 0) text += `.andWhere(new Brackets((qb) => qb.where('${path()} IS NULL').orWhere(\`${path()} = :b\`, { b: 'b' })))`;
  if (random(3) === 0) text += `.orderBy('${path()}', 'DESC')`;
  return `${text}.${one(random, ['getMany', 'getMany', 'getCount', 'getRawMany'])}()`;
}

function writeText(random: Random, kind: Kind): string {
  const data = `{ id: '1', ${some(random, kind.scalars.slice(1))
    .map((name) => `${name}: 'v'`)
    .join(', ')} }`;
  return one(random, [
    `repo.insert(${data})`,
    `repo.update({ ${one(random, kind.scalars)}: 'w' }, { ${one(random, kind.scalars.slice(1))}: 'v' })`,
    `repo.delete({ ${one(random, kind.scalars)}: 'w' })`,
    `repo.createQueryBuilder().insert().values(${data}).execute()`,
    `repo.createQueryBuilder().update().set({ ${one(random, kind.scalars.slice(1))}: 'v' }).where({ ${one(random, kind.scalars)}: 'w' }).execute()`,
    `repo.count({ where: ${whereText(random, kind, 0)} })`,
  ]);
}

const imports = "import { Brackets, In, IsNull, Not, Repository } from 'typeorm';\nimport { Post, Tag, Team, User } from './entities';\n";

/** Runs compiled text as a module. */
function load(text: string, modules: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      useDefineForClassFields: false,
    },
  });
  const exports: Record<string, unknown> = {};
  new Function('require', 'exports', outputText)((name: string) => modules[name], exports);
  return exports;
}

/** The SQL that TypeORM sends when the program runs. */
async function sqlOf(entities: string, program: string, kind: Kind): Promise<string[]> {
  const classes = load(entities, { typeorm });
  const source = new typeorm.DataSource({
    type: 'postgres',
    driver: {},
    entities: Object.values(classes).filter((c) => c !== classes.Address) as never,
  });
  await (source as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas();
  const sent: string[] = [];
  const runner = source.driver.createQueryRunner('master');
  runner.query = async (sql: string, _parameters?: unknown, isStructured?: boolean) => {
    if (/^\s*(?:SELECT|INSERT|UPDATE|DELETE)/.test(sql)) sent.push(sql);
    return (isStructured ? { raw: [], records: [], affected: 0 } : []) as never;
  };
  for (const step of ['startTransaction', 'commitTransaction', 'rollbackTransaction', 'release'] as const)
    runner[step] = async () => undefined;
  source.createQueryRunner = () => runner;
  const { q } = load(program, { typeorm, './entities': classes }) as { q(repo: unknown): Promise<unknown> };
  const repository = source.getRepository(classes[kind.name] as never);
  // What TypeORM refuses sends nothing; what it makes of an empty answer is no matter here.
  await q(repository).catch(() => undefined);
  return sent;
}

const used = async (statements: readonly string[]): Promise<string[]> => {
  const found = new Set<string>();
  for (const sql of statements) for (const column of await oracle.columnsUsedByDatabase(sql)) found.add(column);
  return [...found].sort();
};

/** What Dropgate says the program needs: named, and sent unasked. */
async function said(entities: string, program: string): Promise<string[]> {
  const found = (await oracle.accessesIn({ 'entities.ts': entities, 'a.ts': program })).filter(
    (a) => a.layer === 'typeorm' && a.location.file === 'a.ts',
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
    const random = seeded(seed * 7919);
    const entities = entitiesText(random);
    const kind = kindOf(one(random, ['Team', 'User', 'Post', 'User']));
    const call = one(random, [findText, findText, builderText, builderText, writeText])(random, kind);
    const program = `${imports}export const q = async (repo: Repository<${kind.name}>) => ${call};\n`;
    const statements = await sqlOf(entities, program, kind);
    if (statements.length === 0) continue;
    judged++;
    const [actual, expected] = [await said(entities, program), await used(statements)];
    const missing = expected.filter((column) => !actual.includes(column));
    const invented = actual.filter((column) => !expected.includes(column));
    if (missing.length + invented.length > 0)
      wrong.push(`seed ${seed}: ${call}: missing ${missing.join(' ')}; invented ${invented.join(' ')}`);
  }
  expect(wrong).toEqual([]);
  expect(judged).toBeGreaterThan(COUNT * 0.9);
});
