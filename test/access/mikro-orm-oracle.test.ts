/**
 * MikroORM itself writes the SQL of random programs, PostgreSQL says which columns it needs: Dropgate must say the same.
 * The same text is compiled and run (its connection keeps the SQL and asks no database) and read by Dropgate.
 */
import 'reflect-metadata';
import * as core from '@mikro-orm/core';
import * as postgresql from '@mikro-orm/postgresql';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOracle, type Oracle, seeded } from './oracle.ts';

const schema = `
CREATE TABLE teams (id text PRIMARY KEY, slug text, plan text, note text);
CREATE TABLE users (id text PRIMARY KEY, name text, email text, image_url text, role text, home_street text, home_city text, team_id text REFERENCES teams (id));
CREATE TABLE posts (id text PRIMARY KEY, title text, body text, author_id text REFERENCES users (id));
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
  { name: 'Post', scalars: ['id', 'title', 'body'], relations: [['author', 'User']] },
];
const KINDS: ReadonlyMap<string, Kind> = new Map(LIST.map((kind) => [kind.name, kind]));
const kindOf = (name: string): Kind => KINDS.get(name) as Kind;

/** Entities over the schema; what they keep back is drawn at random. */
function entitiesText(random: Random): string {
  const typed = (): string => one(random, ["{ type: 'text' }", "{ type: 'text' }", "{ type: 'text', lazy: true }"]);
  return `
import { Collection, Embeddable, Embedded, Entity, ManyToOne, OneToMany, PrimaryKey, Property, Ref } from '@mikro-orm/core';
@Embeddable()
export class Address {
  @Property({ type: 'text' }) street!: string;
  @Property({ type: 'text' }) city!: string;
}
@Entity({ tableName: 'teams' })
export class Team {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property(${typed()}) slug!: string;
  @Property(${typed()}) plan!: string;
  ${random(2) === 0 ? "@Property({ type: 'text' }) note!: string;" : ''}
  @Property({ type: 'text', persist: false }) label?: string;
  @OneToMany(() => User, (user) => user.team) users = new Collection<User>(this);
}
@Entity({ tableName: 'users' })
export class User {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property(${typed()}) name!: string;
  @Property(${typed()}) email!: string;
  @Property({ type: 'text' }) imageUrl!: string;
  @Embedded(() => Address, { prefix: 'home_' }) home!: Address;
  @ManyToOne(() => Team) team!: Ref<Team>;
  @OneToMany(() => Post, (post) => post.author) posts = new Collection<Post>(this);
}
@Entity({ tableName: 'posts' })
export class Post {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property(${typed()}) title!: string;
  @Property(${typed()}) body!: string;
  @ManyToOne(() => User) author!: Ref<User>;
}
`;
}

function whereText(random: Random, kind: Kind, depth: number): string {
  const parts = some(random, kind.scalars).map((name) => `${name}: ${one(random, ["'a'", "{ $ne: 'b' }", "['c']", 'null'])}`);
  if (kind.name === 'User' && random(4) === 0) parts.push("home: { city: 'd' }");
  if (depth < 2)
    for (const [name, target] of some(random, kind.relations))
      parts.push(`${name}: { ${one(random, kindOf(target).scalars.slice(1))}: 'e' }`);
  if (depth < 2 && random(4) === 0) parts.push(`$or: [${whereText(random, kind, depth + 2)}, ${whereText(random, kind, depth + 2)}]`);
  return parts.length > 0 ? `{ ${parts.join(', ')} }` : "{ id: 'x' }";
}

function findText(random: Random, kind: Kind): string {
  const parts: string[] = [];
  const relations = some(random, kind.relations);
  if (random(2) === 0) parts.push(`fields: [${['id', ...some(random, kind.scalars.slice(1))].map((name) => `'${name}'`).join(', ')}]`);
  else if (relations.length > 0) parts.push(`populate: [${relations.map(([name]) => `'${name}'`).join(', ')}]`);
  if (random(3) === 0) parts.push(`orderBy: { ${one(random, kind.scalars)}: 'asc' }`);
  parts.push("strategy: 'joined'");
  return `em.${one(random, ['find', 'findOne'])}(${kind.name}, ${whereText(random, kind, 0)}, { ${parts.join(', ')} })`;
}

function otherText(random: Random, kind: Kind): string {
  const column = one(random, kind.scalars.slice(1));
  return one(random, [
    `em.count(${kind.name}, ${whereText(random, kind, 0)})`,
    `em.nativeUpdate(${kind.name}, { ${one(random, kind.scalars)}: 'a' }, { ${column}: 'b' })`,
    `em.nativeDelete(${kind.name}, { ${one(random, kind.scalars)}: 'a' })`,
    `em.insert(${kind.name}, { id: '1', ${column}: 'b' })`,
  ]);
}

const imports = "import { EntityManager } from '@mikro-orm/core';\nimport { Post, Team, User } from './entities';\n";

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

/** The SQL that MikroORM sends when the program runs. */
async function sqlOf(entities: string, program: string): Promise<string[]> {
  // Decorators write into a store of the whole process.
  core.MetadataStorage.clear();
  const classes = load(entities, { '@mikro-orm/core': core });
  const orm = await postgresql.MikroORM.init({
    entities: Object.values(classes) as never,
    dbName: 'none',
    connect: false,
    discovery: { warnWhenNoEntities: false },
  });
  const sent: string[] = [];
  const connection = orm.em.getConnection();
  connection.execute = (async (query: unknown, _parameters: unknown, method: string) => {
    sent.push(String(typeof query === 'string' ? query : (query as { sql?: string }).sql));
    return method === 'run' ? { affectedRows: 0, insertId: 0, rows: [], row: {} } : method === 'get' ? { count: 0 } : [];
  }) as never;
  const { q } = load(program, { '@mikro-orm/core': core, './entities': classes }) as { q(em: unknown): Promise<unknown> };
  await q(orm.em.fork()).catch(() => undefined);
  await orm.close(true).catch(() => undefined);
  let index = 0;
  return sent.map((sql) => sql.replace(/\?/g, () => `$${++index}`)).map((sql) => renumbered(sql));
}

/** Placeholders of one statement, from 1 on. */
function renumbered(sql: string): string {
  let next = 0;
  return sql.replace(/\$\d+/g, () => `$${++next}`);
}

const used = async (statements: readonly string[]): Promise<string[]> => {
  const found = new Set<string>();
  for (const sql of statements) for (const column of await oracle.columnsUsedByDatabase(sql)) found.add(column);
  return [...found].sort();
};

/** What Dropgate says the program needs: named, and sent unasked. */
async function said(entities: string, program: string): Promise<string[]> {
  const found = (await oracle.accessesIn({ 'entities.ts': entities, 'a.ts': program })).filter(
    (a) => a.layer === 'mikro-orm' && a.confidence !== 'low' && a.location.file === 'a.ts',
  );
  return [
    ...new Set(found.flatMap((a) => (a.column === null ? (a.columns ?? []) : [a.column]).map((column) => `${a.table}.${column}`))),
  ].sort();
}

const COUNT = 120;

test(`${COUNT} random programs need the columns that Dropgate says`, { timeout: 240_000 }, async () => {
  const wrong: string[] = [];
  let judged = 0;
  for (let seed = 1; seed <= COUNT; seed++) {
    const random = seeded(seed * 4099);
    const entities = entitiesText(random);
    const kind = one(random, LIST);
    const call = one(random, [findText, findText, otherText])(random, kind);
    const program = `${imports}export const q = async (em: EntityManager) => ${call};\n`;
    const statements = await sqlOf(entities, program);
    if (statements.length === 0) continue;
    judged++;
    const [actual, expected] = [await said(entities, program), await used(statements)];
    const missing = expected.filter((column) => !actual.includes(column));
    const invented = actual.filter((column) => !expected.includes(column));
    if (missing.length + invented.length > 0)
      wrong.push(`seed ${seed}: ${call}: missing ${missing.join(' ')}; invented ${invented.join(' ')}: ${statements[0]}`);
  }
  expect(wrong).toEqual([]);
  expect(judged).toBeGreaterThan(COUNT * 0.9);
});
