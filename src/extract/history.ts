/**
 * The schema side of a check: every migration of base and head replayed, and what the change does in sum.
 * Input: the trees of base and head. Output: one DatabaseHistory per database. Invariant: what cannot be read is in
 * `unreadable` or `problems`, with the file it stands in.
 */
import type { Config } from '../config/types.ts';
import type { Tree } from '../discover/tree.ts';
import { compareMigrations, type MigrationChange, type MigrationPair } from '../migrations/change.ts';
import { discoverDatabases, layoutOf } from '../migrations/discover.ts';
import type { Database, Migration } from '../migrations/types.ts';
import { type PrismaSchema, parsePrisma } from '../parse/prisma.ts';
import { decode } from '../parse/text.ts';
import type { Engines } from '../schema/engines.ts';
import { netEffect } from '../schema/net-effect.ts';
import { EMPTY_SCHEMA, type Engine, type MigrationText, type Replay, replay, sqlFile } from '../schema/replay.ts';
import type { Action, Refusal, Schema, SchemaChange, Unreadable } from '../schema/types.ts';
import type { ModuleCache } from './code.ts';
import { readCodeMigrations } from './code-migrations.ts';
import { essenceOf } from './essence.ts';
import { goneObjects } from './gone.ts';

export type Backfill = Extract<SchemaChange, { type: 'write' }>;

/** One database as one revision has it. */
export interface SchemaSide {
  readonly schema: Schema;
  readonly prisma: PrismaSchema | null;
}

export interface DatabaseHistory {
  readonly id: string;
  readonly dialect: Database['dialect'];
  readonly layout: string;
  readonly roots: readonly string[];
  /** Null where the base has no such database. */
  readonly base: SchemaSide | null;
  readonly head: SchemaSide;
  /** What the change does in sum; its objects carry the names base knows them by. */
  readonly changes: readonly SchemaChange[];
  /** With `--all`: objects the whole history has taken away for good. */
  readonly gone: readonly SchemaChange[];
  /** Every operation of the added migrations, in order. */
  readonly operations: readonly SchemaChange[];
  /** Every operation of the whole history, in order. */
  readonly timeline: readonly SchemaChange[];
  /** Data that migrations, old and new, move from one column to another. */
  readonly backfills: readonly Backfill[];
  readonly added: readonly Migration[];
  /** Migrations of base whose content the change alters. */
  readonly edited: readonly MigrationPair[];
  /** Whether migrations of base were changed or taken away. */
  readonly isEdited: boolean;
  /** Locks, scans and rewrites of the added migrations. */
  readonly actions: readonly Action[];
  /** Statements of the added migrations that the database would refuse. */
  readonly refusals: readonly Refusal[];
  /** Of the added migrations; with `--all`, of the whole history. */
  readonly unreadable: readonly Unreadable[];
  readonly migrations: number;
  readonly statements: number;
  /** Statements by where they come from. */
  readonly counts: Replay['counts'];
}

interface Reading {
  readonly config: Config;
  readonly engines: Engines;
  /** Parsed migrations in code, shared by base and head. */
  readonly modules: ModuleCache;
}

/** Reads the migrations of both revisions. `base: null` means `--all`: nothing is a change. */
export async function readHistories(base: Tree | null, head: Tree, config: Config, engines: Engines): Promise<DatabaseHistory[]> {
  const [headDatabases, baseDatabases] = await Promise.all([discover(head, config), base ? discover(base, config) : []]);
  const pairs = base ? compareMigrations(baseDatabases, headDatabases) : headDatabases.map(unchanged);
  const histories: DatabaseHistory[] = [];
  const reading: Reading = { config, engines, modules: new Map() };
  for (const pair of pairs) histories.push(await readHistory(pair, base, head, reading));
  return histories.map((history) => ({ ...history, unreadable: [...history.unreadable, ...refusedIn(history, base, head)] }));
}

/** Files of a migration folder that are no regular files: links that lead outside, devices, pipes. */
function refusedIn(history: DatabaseHistory, base: Tree | null, head: Tree): Unreadable[] {
  const before = new Set(base?.skipped.map((s) => s.path));
  const isHere = (path: string): boolean => path.endsWith('.sql') && history.roots.some((root) => path.startsWith(`${root}/`));
  const known = new Set(history.unreadable.map((u) => u.location.file));
  return head.skipped
    .filter(({ path }) => isHere(path) && !before.has(path) && !known.has(path))
    .map(({ path, reason }) => refusedFile({ id: path, path, content: '' }, reason, null));
}

const unchanged = (head: Database): MigrationChange => ({ head, base: null, added: [], edited: [], moved: [], removed: [] });

async function discover(tree: Tree, config: Config): Promise<readonly Database[]> {
  return discoverDatabases(await tree.entries(), async (paths) => (await readTexts(tree, paths)).texts, config);
}

interface Texts {
  readonly texts: ReadonlyMap<string, string>;
  /** Files that are there and are no text, with the reason and their bytes. */
  readonly refused: ReadonlyMap<string, { reason: string; bytes: Uint8Array | null }>;
}

async function readTexts(tree: Tree, paths: readonly string[]): Promise<Texts> {
  const texts = new Map<string, string>();
  const refused = new Map<string, { reason: string; bytes: Uint8Array | null }>();
  const read = await tree.read(paths);
  for (const path of paths) {
    const bytes = read.get(path);
    if (!bytes) {
      const skipped = tree.skipped.find((s) => s.path === path);
      if (skipped) refused.set(path, { reason: skipped.reason, bytes: null });
      continue;
    }
    const decoded = decode(bytes);
    if (decoded.ok) texts.set(path, decoded.text);
    else refused.set(path, { reason: decoded.reason, bytes });
  }
  return { texts, refused };
}

async function readHistory(pair: MigrationChange, base: Tree | null, head: Tree, reading: Reading): Promise<DatabaseHistory> {
  const { head: database, added } = pair;
  const isAll = base === null;
  const [baseSide, headPrisma] = [pair.base && base ? await prismaOf(base, pair.base) : null, await prismaOf(head, database)];
  const edited = await reallyEdited(pair, base, head, reading);
  const common = {
    id: database.id,
    dialect: database.dialect,
    layout: database.layout,
    roots: database.roots,
    added,
    edited,
    isEdited: edited.length > 0 || pair.removed.length > 0,
    migrations: isAll ? database.migrations.length : added.length,
  };
  const empty = { schema: EMPTY_SCHEMA };
  const engine = await reading.engines(database.dialect);
  if (!engine) {
    return {
      ...common,
      base: pair.base ? { ...empty, prisma: baseSide } : null,
      head: { ...empty, prisma: headPrisma },
      changes: [],
      gone: [],
      operations: [],
      timeline: [],
      backfills: [],
      actions: [],
      refusals: [],
      unreadable: unread(database, isAll ? database.migrations : added),
      statements: 0,
      counts: NO_COUNTS,
    };
  }
  const before = pair.base && base ? await replayTree({ tree: base, database: pair.base, engine, ...reading }, pair.base.migrations) : null;
  const start = before?.schema ?? EMPTY_SCHEMA;
  const change = await replayTree(
    { tree: head, database, engine, ...reading },
    isAll ? database.migrations : added,
    isAll ? undefined : start,
  );
  const after = common.isEdited ? await replayTree({ tree: head, database, engine, ...reading }, database.migrations) : change;
  const timeline = [...(before?.changes ?? []), ...change.changes];
  return {
    ...common,
    base: pair.base ? { schema: start, prisma: baseSide } : null,
    head: { schema: after.schema, prisma: headPrisma },
    changes: isAll ? [] : netEffect(start, change.changes),
    gone: isAll ? goneObjects(change.changes, after.schema) : [],
    operations: isAll ? [] : change.changes,
    timeline,
    backfills: timeline.filter((c) => c.type === 'write' && c.reads.length > 0) as Backfill[],
    actions: isAll ? [] : change.actions,
    // Where the history itself was changed, no database meets these statements in this order.
    refusals: isAll || common.isEdited ? [] : change.refusals,
    unreadable: change.unreadable,
    statements: change.statements,
    counts: change.counts,
  };
}

async function prismaOf(tree: Tree, database: Database): Promise<PrismaSchema | null> {
  if (database.prismaFiles.length === 0) return null;
  return parsePrisma((await readTexts(tree, database.prismaFiles)).texts);
}

interface Replaying extends Reading {
  readonly tree: Tree;
  readonly database: Database;
  readonly engine: Engine;
}

interface Loaded {
  readonly files: readonly MigrationText[];
  readonly lost: readonly Unreadable[];
}

async function loadMigrations(tree: Tree, database: Database, migrations: readonly Migration[], reading: Reading): Promise<Loaded> {
  const { texts, refused } = await readTexts(
    tree,
    migrations.map((m) => m.path),
  );
  const code = await readCodeMigrations(tree, database, migrations, reading.config, reading.modules);
  const layout = layoutOf(database);
  const files = migrations.flatMap((migration): MigrationText[] => {
    const text = texts.get(migration.path);
    if (text === undefined) return [];
    const transaction = layout?.transaction(text, database.dialect) ?? 'none';
    if (migration.path.toLowerCase().endsWith('.sql')) return [sqlFile(migration, layout?.up(text) ?? text, transaction)];
    return [{ migration, parts: code.get(migration.path) ?? [], transaction }];
  });
  const lost = migrations.flatMap((m) => {
    const r = refused.get(m.path);
    return r ? [refusedFile(m, r.reason, r.bytes)] : [];
  });
  return { files, lost };
}

async function replayTree(replaying: Replaying, migrations: readonly Migration[], start?: Schema): Promise<Replay> {
  const { tree, database, engine } = replaying;
  const { files, lost } = await loadMigrations(tree, database, migrations, replaying);
  const result = replay(files, engine, start);
  return lost.length === 0 ? result : { ...result, unreadable: [...result.unreadable, ...lost] };
}

/** Those of the edited migrations that do something else now: comments, layout and the language around the SQL do not count. */
async function reallyEdited(
  { base: before, head: database, edited }: MigrationChange,
  base: Tree | null,
  head: Tree,
  reading: Reading,
): Promise<readonly MigrationPair[]> {
  if (!base || !before || edited.length === 0) return edited;
  const load = async (tree: Tree, of: Database, migrations: readonly Migration[]): Promise<ReadonlyMap<string, string>> =>
    new Map((await loadMigrations(tree, of, migrations, reading)).files.map((file) => [file.migration.path, essenceOf(file)]));
  const old = await load(
    base,
    before,
    edited.map((pair) => pair.base),
  );
  const now = await load(
    head,
    database,
    edited.map((pair) => pair.head),
  );
  return edited.filter((pair) => {
    const essence = now.get(pair.head.path);
    return essence === undefined || essence !== old.get(pair.base.path);
  });
}

const NO_COUNT = { statements: 0, unreadable: 0 };
const NO_COUNTS: Replay['counts'] = { file: NO_COUNT, query: NO_COUNT, builder: NO_COUNT };

const WHOLE_FILE = { line: 1, column: 1, endLine: 1, endColumn: 2 };

function refusedFile(migration: Migration, reason: string, bytes: Uint8Array | null): Unreadable {
  const text = bytes ? Buffer.from(bytes).toString('latin1').replace(/\0/g, '') : '';
  const words = [...new Set((text.match(/\b(?:drop|rename|alter|truncate)\b/gi) ?? []).map((w) => w.toUpperCase()))].sort();
  return { location: { file: migration.path, ...WHOLE_FILE }, migration: migration.id, reason, excerpt: '', words, names: [] };
}

/** Migrations of a dialect that is not read yet: one row per database, at its first migration. */
function unread(database: Database, migrations: readonly Migration[]): Unreadable[] {
  const [first] = migrations;
  if (!first || database.dialect === 'sqlite' || database.dialect === 'clickhouse') return [];
  return [
    {
      location: { file: first.path, ...WHOLE_FILE },
      migration: first.id,
      reason: `${database.dialect} migrations are not read yet (${migrations.length} here)`,
      excerpt: '',
      words: [],
      names: [],
    },
  ];
}
