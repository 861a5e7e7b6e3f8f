/**
 * Folders of numbered .sql files: what their layouts share. Input of a layout: by which mark its files or their neighbours are
 * known, and what its runner does. Output: a Layout. Invariants: a folder without the mark is left to the next layout.
 */
import type { Entry } from '../../discover/tree.ts';
import type { Dialect } from '../types.ts';
import { baseOf, byFolder, type DetectInput, isMigrationsFolder, isSql, type Layout, type Root } from './layout.ts';
import { compareVersions } from './order.ts';
import { blankDown } from './sections.ts';

/** A folder's .sql files, and what stands beside them. */
export interface SqlFolder {
  readonly folder: string;
  readonly files: readonly Entry[];
  readonly texts: ReadonlyMap<string, string>;
}

export interface SqlLayoutOptions extends Pick<Layout, 'name' | 'transaction'> {
  /** Whether a folder is the runner's, by its files' words or by what stands beside. */
  isOwn(folder: SqlFolder): boolean;
  /** Files beside the migrations that say whose they are. */
  readonly asks?: RegExp;
  /** The only database that the runner serves. */
  readonly dialect?: Dialect;
  up?(text: string): string;
}

const NUMBERED = /^[a-z]{0,2}\d/i;
const DOWN = /(?:^|[._-])(?:down|undo|rollback|revert)\.sql$/i;
const UP_SUFFIX = /[._-]up$/i;

/** Whether the text of a .sql file is needed to tell whose it is. */
export const isMarked = (path: string): boolean =>
  isSql(path) &&
  baseOf(path) !== 'migration.sql' &&
  NUMBERED.test(baseOf(path)) &&
  isMigrationsFolder(path.slice(0, path.lastIndexOf('/')));

/** Whether a file of the folder has a mark. */
export const hasMark =
  (mark: RegExp) =>
  ({ files, texts }: SqlFolder): boolean =>
    files.some((entry) => mark.test(texts.get(entry.path) ?? ''));

/** The migrations of a folder in the order of their numbers; null where it has none. */
export const sqlRoot = (folder: string, files: readonly Entry[], isConfigured: boolean, dialect: Dialect | null): Root | null => {
  const ups = files.filter((entry) => !DOWN.test(baseOf(entry.path)) && (isConfigured || NUMBERED.test(baseOf(entry.path))));
  if (ups.length === 0) return null;
  const migrations = ups
    .map((entry) => ({ id: baseOf(entry.path).slice(0, -4).replace(UP_SUFFIX, ''), entry }))
    .sort((a, b) => compareVersions(a.id, b.id));
  return { folder, migrations, dialect };
};

const rootsOf = ({ entries, texts, configured }: DetectInput, { isOwn, dialect }: SqlLayoutOptions): readonly Root[] => {
  const roots: Root[] = [];
  for (const [folder, files] of byFolder(entries.filter((entry) => isSql(entry.path)))) {
    const isConfigured = configured.includes(folder);
    if (!(isConfigured || isMigrationsFolder(folder)) || !isOwn({ folder, files, texts })) continue;
    const root = sqlRoot(folder, files, isConfigured, dialect ?? null);
    if (root) roots.push(root);
  }
  return roots;
};

/** Makes the layout of a runner of .sql files. */
export const sqlLayout = (options: SqlLayoutOptions): Layout => ({
  name: options.name,
  reads: (path) => isMarked(path) || options.asks?.test(path) === true,
  up: options.up ?? blankDown,
  transaction: options.transaction,
  detect: (input) => rootsOf(input, options),
});
