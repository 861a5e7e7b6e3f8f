/**
 * A repository's files → its databases: migration folders by layout, their order, dialect and Prisma schemas.
 * Input: entries sorted by path, and a reader of texts. Output: databases sorted by id.
 * Invariants: every file belongs to at most one database; folders that serve one Prisma schema are one database;
 * nothing under node_modules counts.
 */
import type { Config } from '../config/types.ts';
import type { Entry } from '../discover/tree.ts';
import { compare } from '../schema/names.ts';
import { dialectOfConfig, dialectOfPackage, dialectOfPath, dialectOfText } from './dialect.ts';
import { isCodeCandidate } from './layouts/code.ts';
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
const CODE = /\.[cm]?[jt]s$/;
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
      for (const folder of [root.folder, ...(root.closed ?? [])]) closed.add(folder);
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

/** Files that may name the database, from the folder's own up to the root's: the nearest first. */
const declaringFiles = (folder: string, entries: readonly Entry[], pattern: RegExp): readonly string[] => {
  const isAbove = (path: string): boolean => {
    const home = folderOf(path).replace(/(?:^|\/)(?:config|src)$/, '');
    return pattern.test(path) && (home === '' || folder === home || folder.startsWith(`${home}/`));
  };
  const found = entries.map((entry) => entry.path).filter(isAbove);
  return found.sort((a, b) => folderOf(b).length - folderOf(a).length || compare(a, b));
};

const CONFIGS =
  /(?:^|\/)(?:knexfile|ormconfig|data-?source|database|kysely\.config|mikro-orm\.config|\.sequelizerc|config\/config)(?:\.[cm]?[jt]s|\.json)?$/i;
const MANIFEST = /(?:^|\/)package\.json$/;

const decideDialect = async (
  found: Found,
  schema: PrismaSchema | null,
  entries: readonly Entry[],
  read: Read,
  configured: Config['dialect'],
): Promise<Dialect> => {
  const { folder } = found.root;
  const declared = found.root.dialect ?? (schema && schema.dialect !== 'unknown' ? schema.dialect : null);
  const byName = declared ?? configured ?? dialectOfPath(folder);
  if (byName) return byName;
  const isCode = found.root.migrations.some(({ entry }) => !isSql(entry.path));
  const files = isCode ? [...declaringFiles(folder, entries, CONFIGS), ...declaringFiles(folder, entries, MANIFEST)] : [];
  const texts = await read([...files, ...sample(found.root)]);
  for (const file of files) {
    const said = MANIFEST.test(file) ? dialectOfPackage(texts.get(file) ?? '') : dialectOfConfig(texts.get(file) ?? '');
    if (said) return said;
  }
  return dialectOfText(sample(found.root).map((path) => texts.get(path) ?? '')) ?? 'postgres';
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
  const configured = config.migrations.map(stripSlashes);
  const sql = own.filter(({ path }) => isSql(path) || isCodeCandidate(path) || (CODE.test(path) && configured.includes(folderOf(path))));
  if (sql.length === 0) return [];
  const wanted = own
    .filter(
      ({ path }) =>
        isPrisma(path) ||
        LAYOUTS.some((layout) => layout.reads(path)) ||
        ((CODE.test(path) || isSql(path)) && configured.includes(folderOf(path))),
    )
    .map((entry) => entry.path);
  const texts = await read(wanted);
  const schemas = prismaSchemas(new Map([...texts].filter(([path]) => isPrisma(path))));
  const byDatabase = new Map<string, Placed[]>();
  for (const found of detectRoots(sql, texts, configured)) {
    const schema = found.layout.name === 'prisma' ? schemaFor(found.root.folder, found.root.dialect, schemas) : null;
    const placed: Placed = { ...found, schema, dialect: await decideDialect(found, schema, own, read, config.dialect) };
    const id = schema?.main ?? found.root.folder;
    byDatabase.set(id, [...(byDatabase.get(id) ?? []), placed]);
  }
  return [...byDatabase].sort(([a], [b]) => compare(a, b)).map(([id, placed]) => databaseOf(id, placed));
};

/** The layout of a database. */
export const layoutOf = (database: Pick<Database, 'layout'>): Layout | undefined =>
  LAYOUTS.find((layout) => layout.name === database.layout);

/** The part of a migration's text that its runner applies when it migrates up; positions stay. */
export const upText = (database: Pick<Database, 'layout'>, text: string): string => layoutOf(database)?.up(text) ?? text;
