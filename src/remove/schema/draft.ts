/**
 * The contract of one database as files: named and shaped like the migrations that are there.
 * Input: the plan, the tree, the database. Output: new files, or why there are none. Nothing is written.
 */

import type { Config } from '../../config/types.ts';
import type { Tree } from '../../discover/tree.ts';
import type { DatabaseHistory } from '../../extract/history.ts';
import { discoverDatabases } from '../../migrations/discover.ts';
import { baseOf, folderOf } from '../../migrations/layouts/layout.ts';
import type { Database, Migration } from '../../migrations/types.ts';
import { decode } from '../../parse/text.ts';
import { loadEngine } from '../../schema/engines.ts';
import { replay, sqlFile } from '../../schema/replay.ts';
import type { Schema } from '../../schema/types.ts';
import type { ContractStatement } from './contract.ts';
import { downPathOf, dropsIfExists, type Model, type NewFile, unitOf, writeMigration } from './migration-file.ts';
import { nextName } from './migration-name.ts';
import { nameOf } from './releases.ts';

export interface Drafted {
  readonly files: readonly NewFile[];
  /** Files as they would be once what the notes ask for is done; for the proof only. */
  readonly edited: readonly NewFile[];
  readonly notes: readonly string[];
}

export type DraftResult = { readonly ok: true; readonly draft: Drafted } | { readonly ok: false; readonly reason: string };

/** How the migrations of a database are written: what the plan has to know before it is made. */
export interface House {
  readonly database: Database;
  /** Texts of the last migrations, by path. */
  readonly texts: ReadonlyMap<string, string>;
  readonly paths: ReadonlySet<string>;
  readonly ifExists: boolean;
}

const LOOKED_AT = 20;

/** Looks at the last migrations of a database. */
export async function houseOf(tree: Tree, id: string, config: Config): Promise<House | null> {
  const entries = await tree.entries();
  const read = (paths: readonly string[]): Promise<ReadonlyMap<string, string>> => textsOf(tree, paths);
  const database = (await discoverDatabases(entries, read, config)).find((found) => found.id === id);
  if (database === undefined) return null;
  const texts = await read(database.migrations.slice(-LOOKED_AT).map((m) => m.path));
  return { database, texts, paths: new Set(entries.map((e) => e.path)), ifExists: dropsIfExists([...texts.values()]) };
}

async function textsOf(tree: Tree, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return new Map(
    [...(await tree.read(paths))].flatMap(([path, bytes]) => {
      const decoded = decode(bytes);
      return decoded.ok ? [[path, decoded.text] as const] : [];
    }),
  );
}

/** The files of the contract. */
export async function draftContract(
  statements: readonly ContractStatement[],
  flag: string | null,
  house: House,
  history: DatabaseHistory,
  tree: Tree,
  now: Date,
): Promise<DraftResult> {
  const { database, texts, paths } = house;
  const versioned = database.migrations.filter(({ path }) => !(database.layout === 'flyway' && /^R__/i.test(baseOf(path))));
  const newest = versioned.at(-1);
  const text = newest === undefined ? undefined : texts.get(newest.path);
  if (newest === undefined || text === undefined) return { ok: false, reason: 'there is no migration to model it on' };
  const units = besides(newest, versioned, database.layout);
  const name = nextName(units, wordsFor(statements, flag), now);
  if (name === null) return { ok: false, reason: `the names of the migrations have no number to go on from (\`${baseOf(newest.path)}\`)` };
  const body = {
    comment: `Contract: nothing uses ${statements.map((s) => plain(nameOf(s.object))).join(', ')} any more.`,
    up: statements.map((s) => s.sql),
    down: await provenDown(statements, history.head.schema, database),
  };
  const written = writeMigration(name, body, modelOf(newest, text, database, paths));
  if (written === null) return { ok: false, reason: `migrations of this kind (${database.layout}) have no shape that could be followed` };
  const taken = written.files.find(({ path }) => paths.has(path));
  if (taken !== undefined) return { ok: false, reason: `\`${taken.path}\` is there already` };
  const edited = database.layout === 'drizzle' ? await journalWith(name.name.replace(/\.sql$/, ''), folderOf(newest.path), tree, now) : [];
  return { ok: true, draft: { files: written.files, edited, notes: written.notes } };
}

/** Names of the migrations in the folder of the newest, in order. */
const besides = (newest: Migration, all: readonly Migration[], layout: string): string[] =>
  all.filter(({ path }) => homeOf(path, layout) === homeOf(newest.path, layout)).map(({ path }) => unitOf(path, layout));

/** The folder in which a migration is one entry. */
const homeOf = (path: string, layout: string): string =>
  layout === 'prisma' || layout === 'up-down-folders' ? folderOf(folderOf(path)) : folderOf(path);

const modelOf = (newest: Migration, text: string, { layout, dialect }: Database, paths: ReadonlySet<string>): Model => ({
  layout,
  dialect,
  folder: homeOf(newest.path, layout),
  path: newest.path,
  text,
  downPath: downPathOf(newest.path, paths),
});

function wordsFor(statements: readonly ContractStatement[], flag: string | null): string[] {
  const [first] = statements;
  if (statements.length !== 1 && flag !== null) return ['contract', flag];
  const { table, name } = first?.object ?? { table: null, name: 'legacy' };
  return ['drop', ...(table === null || table === name ? [] : [table]), name];
}

/** A name on one line. */
const plain = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');

/** The statements that lead down, where they bring back each column as it was but for NOT NULL; null where they do not. */
async function provenDown(statements: readonly ContractStatement[], schema: Schema, { dialect }: Database): Promise<string[] | null> {
  const undo = statements.flatMap((s) => s.undo ?? []).reverse();
  const engine = await loadEngine(dialect);
  if (undo.length !== statements.length || engine === null) return null;
  const run = (text: string, start: Schema) =>
    replay([sqlFile({ id: 'contract', path: 'contract.sql', content: '' }, text)], engine, start);
  const up = run(statements.map((s) => s.sql).join('\n'), schema);
  const down = run(undo.join('\n'), up.schema);
  const isBack = statements.every(({ object: { table, name } }) => {
    const column = (of: Schema) => of.tables.get(table ?? '')?.columns.get(name);
    const [before, after] = [column(schema), column(down.schema)];
    return before !== undefined && after !== undefined && before.type === after.type && before.default === after.default;
  });
  return isBack && down.refusals.length === 0 && down.unreadable.length === 0 ? undo : null;
}

/** drizzle-kit's list with the new migration in it: what it will be once the note is followed. */
async function journalWith(tag: string, folder: string, tree: Tree, now: Date): Promise<NewFile[]> {
  const path = `${folder}/meta/_journal.json`;
  const text = (await textsOf(tree, [path])).get(path) ?? '';
  try {
    const journal: unknown = JSON.parse(text);
    if (typeof journal !== 'object' || journal === null || !('entries' in journal) || !Array.isArray(journal.entries)) return [];
    const entry = { idx: journal.entries.length, version: '7', when: now.getTime(), tag, breakpoints: true };
    return [{ path, text: JSON.stringify({ ...journal, entries: [...journal.entries, entry] }) }];
  } catch {
    return [];
  }
}
