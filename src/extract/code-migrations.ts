/**
 * Reads the migrations of a database that are written in code, with what they import.
 * Input: a tree, the database. Output: the parts of each file by path; a file that cannot be read is one problem.
 */
import type { Config } from '../config/types.ts';
import type { Tree } from '../discover/tree.ts';
import { readCodeMigration } from '../migrations/code/read.ts';
import { CODE_LAYOUTS } from '../migrations/layouts/index.ts';
import type { Database, Migration } from '../migrations/types.ts';
import { decode } from '../parse/text.ts';
import type { MigrationPart } from '../schema/replay.ts';
import { type ModuleCache, makeCodeReader } from './code.ts';

const isSql = (path: string): boolean => /\.sql$/i.test(path);

/** Texts of the SQL files in the database's folders: code may read them. */
async function sqlTexts(tree: Tree, { roots }: Database): Promise<ReadonlyMap<string, string>> {
  const paths = (await tree.entries()).map((e) => e.path).filter((p) => isSql(p) && roots.some((root) => p.startsWith(`${root}/`)));
  return new Map(
    [...(await tree.read(paths))].flatMap(([path, bytes]) => {
      const decoded = decode(bytes);
      return decoded.ok ? [[path, decoded.text] as const] : [];
    }),
  );
}

/** The parts of those of the migrations that are code. */
export async function readCodeMigrations(
  tree: Tree,
  database: Database,
  migrations: readonly Migration[],
  config: Config,
  cache: ModuleCache,
): Promise<ReadonlyMap<string, readonly MigrationPart[]>> {
  const layout = CODE_LAYOUTS.find((one) => one.name === database.layout);
  const files = migrations.map((m) => m.path).filter((path) => !isSql(path));
  if (!layout || files.length === 0) return new Map();
  const texts = await sqlTexts(tree, database);
  const reader = await makeCodeReader({ tree, databases: [], config, parsers: new Map(), cache, isIgnored: () => false });
  const parts = new Map<string, readonly MigrationPart[]>(
    await reader.read(files, (module, modules) => readCodeMigration({ module, modules, layout, dialect: database.dialect, texts })),
  );
  for (const { location, reason } of reader.problems) {
    if (files.includes(location.file) && !parts.has(location.file))
      parts.set(location.file, [{ kind: 'unreadable', origin: 'query', problem: { location, reason, excerpt: '', words: [], names: [] } }]);
  }
  return parts;
}
