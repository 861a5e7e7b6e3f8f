/**
 * A repository's files → its databases: migration folders by layout, their order, dialect and Prisma schemas.
 * Input: entries sorted by path, and a reader of texts. Output: databases sorted by id.
 * Invariants: every file belongs to at most one database; folders that serve one Prisma schema are one database;
 * nothing under node_modules counts.
 */
import type { Config } from '../config/types.ts';
import type { Entry } from '../discover/tree.ts';
import { compare } from '../schema/names.ts';
import { dialectOfPath, dialectOfText } from './dialect.ts';
import { LAYOUTS } from './layouts/index.ts';
import { folderOf, isSql, type Layout, type Root } from './layouts/layout.ts';
import { type PrismaSchema, prismaSchemas, schemaFor } from './prisma-schemas.ts';
import type { Database, Dialect, Migration } from './types.ts';

type Read = (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;

interface Found {
  readonly layout: Layout;
  readonly root: Root;
}

const isVendored = (path: string): boolean => /(?:^|\/)node_modules\//.test(path);
const isPrisma = (path: string): boolean => path.endsWith('.prisma');

const stripSlashes = (folder: string): string => folder.replace(/^\.\//, '').replace(/\/+$/, '');

/** Runs the layouts in order; a folder that one claims, with the undo scripts and strays in it, the next does not see. */
const detectRoots = (entries: readonly Entry[], texts: ReadonlyMap<string, string>, configured: readonly string[]): readonly Found[] => {
  const claimed = new Set<string>();
  const closed = new Set<string>();
  const found: Found[] = [];
  for (const layout of LAYOUTS) {
    const open = entries.filter((entry) => !claimed.has(entry.path) && !closed.has(folderOf(entry.path)));
    for (const root of layout.detect({ entries: open, texts, configured })) {
      for (const { entry } of root.migrations) claimed.add(entry.path);
      closed.add(root.folder);
      found.push({ layout, root });
    }
  }
  return found;
};

const PROBED = 4;

/** First and last files of a folder: enough to tell a dialect by. */
const sample = (root: Root): readonly string[] => {
  const paths = root.migrations.map(({ entry }) => entry.path);
  return [...new Set([...paths.slice(0, PROBED), ...paths.slice(-PROBED)])];
};

const decideDialect = async (found: Found, schema: PrismaSchema | null, read: Read, configured: Config['dialect']): Promise<Dialect> => {
  const declared = found.root.dialect ?? (schema && schema.dialect !== 'unknown' ? schema.dialect : null);
  if (declared) return declared;
  const byName = configured ?? dialectOfPath(found.root.folder);
  if (byName) return byName;
  const texts = await read(sample(found.root));
  return dialectOfText([...texts.values()]) ?? 'postgres';
};

interface Placed extends Found {
  readonly schema: PrismaSchema | null;
  readonly dialect: Dialect;
}

/** Migrations of all roots of one database; an id that stands in two folders (a move in progress) counts once. */
const mergeMigrations = (placed: readonly Placed[]): readonly Migration[] => {
  const byId = new Map<string, Migration>();
  for (const { root } of placed) {
    for (const { id, entry } of root.migrations) {
      if (!byId.has(id)) byId.set(id, { id, path: entry.path, content: entry.id });
    }
  }
  const migrations = [...byId.values()];
  return placed.length > 1 ? migrations.sort((a, b) => compare(a.id, b.id)) : migrations;
};

const databaseOf = (id: string, placed: readonly Placed[]): Database => {
  const [first] = placed;
  return {
    id,
    layout: first?.layout.name ?? 'plain',
    dialect: first?.dialect ?? 'postgres',
    roots: placed.map(({ root }) => root.folder),
    prismaFiles: first?.schema?.files ?? [],
    migrations: mergeMigrations(placed),
  };
};

/** Finds every database whose migrations the repository holds. */
export const discoverDatabases = async (
  entries: readonly Entry[],
  read: Read,
  config: Pick<Config, 'migrations' | 'dialect'>,
): Promise<readonly Database[]> => {
  const own = entries.filter((entry) => !isVendored(entry.path));
  const sql = own.filter((entry) => isSql(entry.path));
  if (sql.length === 0) return [];
  const wanted = own
    .filter((entry) => isPrisma(entry.path) || LAYOUTS.some((layout) => layout.reads(entry.path)))
    .map((entry) => entry.path);
  const texts = await read(wanted);
  const schemas = prismaSchemas(new Map([...texts].filter(([path]) => isPrisma(path))));
  const byDatabase = new Map<string, Placed[]>();
  for (const found of detectRoots(sql, texts, config.migrations.map(stripSlashes))) {
    const schema = found.layout.name === 'prisma' ? schemaFor(found.root.folder, found.root.dialect, schemas) : null;
    const placed: Placed = { ...found, schema, dialect: await decideDialect(found, schema, read, config.dialect) };
    const id = schema?.main ?? found.root.folder;
    byDatabase.set(id, [...(byDatabase.get(id) ?? []), placed]);
  }
  return [...byDatabase].sort(([a], [b]) => compare(a, b)).map(([id, placed]) => databaseOf(id, placed));
};

/** The part of a migration's text that its runner applies when it migrates up; positions stay. */
export const upText = (database: Pick<Database, 'layout'>, text: string): string =>
  LAYOUTS.find((layout) => layout.name === database.layout)?.up(text) ?? text;
