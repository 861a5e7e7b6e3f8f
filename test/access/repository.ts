/** Files, a schema in SQL and a schema.prisma in; the accesses that the layers find out. */
import type { RowWrite, SchemaAccess } from '../../src/access/types.ts';
import { defaultConfig } from '../../src/config/load.ts';
import { memoryTree } from '../../src/discover/memory-tree.ts';
import { type CodeFacts, makeCodeReader } from '../../src/extract/code.ts';
import type { Dialect } from '../../src/migrations/types.ts';
import { parsePrisma } from '../../src/parse/prisma.ts';
import { loadMysql } from '../../src/parse/sql/mysql/mysql.ts';
import type { SqlParser } from '../../src/parse/sql/parser.ts';
import { loadPostgres } from '../../src/parse/sql/postgres.ts';
import { mysqlEngine } from '../../src/schema/mysql/engine.ts';
import { postgresEngine } from '../../src/schema/postgres/engine.ts';
import { replay, sqlFile } from '../../src/schema/replay.ts';

const postgres = await loadPostgres();

export const tables = `
CREATE TABLE teams (id text PRIMARY KEY, slug text NOT NULL, owner_id text);
CREATE TABLE users (id text PRIMARY KEY, name text NOT NULL, email text, image_url text, team_id text REFERENCES teams (id));
CREATE TABLE posts (id text PRIMARY KEY, author_id text REFERENCES users (id), title text, body text);
CREATE TABLE "Audit" ("id" text PRIMARY KEY, "userId" text, "order" integer);
`;

export const prismaSchema = `
datasource db {
  provider = "postgresql"
}

model Team {
  id      String @id
  slug    String @unique
  ownerId String? @map("owner_id")
  users   User[]

  @@map("teams")
}

model User {
  id       String  @id
  name     String
  email    String?
  imageUrl String? @map("image_url")
  teamId   String? @map("team_id")
  team     Team?   @relation(fields: [teamId], references: [id])
  posts    Post[]

  @@unique([teamId, email])
  @@map("users")
}

model Post {
  id       String  @id
  authorId String? @map("author_id")
  author   User?   @relation(fields: [authorId], references: [id])
  title    String?
  body     String?

  @@map("posts")
}
`;

/** Every access in the given files. */
export const accessesIn = async (files: Files, options: Options = {}): Promise<readonly SchemaAccess[]> =>
  (await factsIn(files, options)).accesses;

/** Every statement of the given files that writes rows. */
export const writesIn = async (files: Files, options: Options = {}): Promise<readonly RowWrite[]> => (await factsIn(files, options)).writes;

type Files = Readonly<Record<string, string>>;
type Options = { readonly prisma?: boolean /** The same tables in MySQL. */; readonly isMysql?: boolean };

async function factsIn(files: Files, options: Options): Promise<CodeFacts> {
  const mysql = options.isMysql ? await loadMysql() : null;
  const sql = mysql ? tables.replaceAll('"', '`').replaceAll('text PRIMARY', 'varchar(36) PRIMARY') : tables;
  const schema = replay(
    [sqlFile({ id: '1', path: '1.sql', content: '1' }, sql)],
    mysql ? mysqlEngine(mysql) : postgresEngine(postgres),
  ).schema;
  const prisma = options.prisma === false ? null : parsePrisma(new Map([['schema.prisma', prismaSchema]]));
  const reader = await makeCodeReader({
    tree: memoryTree('head', new Map(Object.entries(files))),
    databases: [{ id: 'db', dialect: mysql ? 'mysql' : 'postgres', schema, prisma }],
    config: defaultConfig,
    parsers: new Map<Dialect, SqlParser>(mysql ? [['mysql', mysql]] : [['postgres', postgres]]),
    cache: new Map(),
    isIgnored: () => false,
    hasFlags: true,
  });
  const facts = await reader.accesses(Object.keys(files).sort(), null);
  const { unresolved } = facts;
  if (unresolved.length + reader.problems.length > 0)
    throw new Error(`not read: ${[...unresolved, ...reader.problems].map((p) => `${p.location.file}: ${p.reason}`).join('; ')}`);
  return facts;
}

/** `read users.email`; what the client or `*` sends unasked in brackets: `read users[id name]`. */
export const said = ({ kind, table, column, columns, how }: SchemaAccess): string =>
  column !== null
    ? `${kind} ${table}.${column}`
    : columns
      ? `${kind} ${table}${how === 'whole-row' ? '{…}' : `[${columns.join(' ')}]`}`
      : `${kind} ${table}`;

export const saidAll = (accesses: readonly SchemaAccess[]): string[] => [...new Set(accesses.map(said))].sort();
