/**
 * What a migration layout is: how to find its folders, in which order its runner applies the files, and which part of a
 * file it applies. One file per layout beside this one, listed in `index.ts`.
 */
import type { Entry } from '../../discover/tree.ts';
import type { Transaction } from '../../schema/replay.ts';
import type { Dialect } from '../types.ts';

/** One migration of a folder, in the form the runner knows it. */
export interface FoundMigration {
  readonly id: string;
  readonly entry: Entry;
}

export interface Root {
  readonly folder: string;
  /** In the order the runner applies them. */
  readonly migrations: readonly FoundMigration[];
  /** What the layout's own files declare; null where they do not say. */
  readonly dialect: Dialect | null;
  /** Other folders that belong to it: no layout looks into them. */
  readonly closed?: readonly string[];
}

export interface DetectInput {
  /** Files that no layout before this one has claimed, sorted by path. */
  readonly entries: readonly Entry[];
  /** Text of the small files that layouts asked for with `reads`. */
  readonly texts: ReadonlyMap<string, string>;
  /** Folders named in the config: taken as they are. */
  readonly configured: readonly string[];
}

export interface Layout {
  readonly name: string;
  /** Whether detection needs this file's text: lock files, journals. */
  reads(path: string): boolean;
  detect(input: DetectInput): readonly Root[];
  /** The text with what the runner does not apply replaced by spaces, so that positions stay. */
  up(text: string): string;
  /** How the runner executes the file with this text. */
  transaction(text: string, dialect: Dialect): Transaction;
}

export const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');
export const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const joinPath = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
export const isSql = (path: string): boolean => path.toLowerCase().endsWith('.sql');

/** Entries by folder, in the order given. */
export const byFolder = (entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> => {
  const folders = new Map<string, Entry[]>();
  for (const entry of entries) {
    const folder = folderOf(entry.path);
    const list = folders.get(folder);
    if (list) list.push(entry);
    else folders.set(folder, [entry]);
  }
  return folders;
};

const MIGRATIONS =
  /^(?:(?:db|database|sql|schema|pg|postgres|postgresql|app)[-_.]?)?migrat(?:e|ions?)(?:[-_.]?(?:sql|db|pg|postgres|postgresql|files))?$/i;
const NOT_MIGRATIONS =
  /^(?:data[-_]?migrations?|seeds?|seeders?|quer(?:y|ies)|dumps?|snapshots?|downs?|rollbacks?|undo|revert|meta|tests?|__tests__)$/i;

/** Whether a folder is one of migrations by its name or that of one of the two folders above it. */
export const isMigrationsFolder = (folder: string): boolean => {
  const near = folder.split('/').slice(-3);
  const last = near.findLastIndex((segment) => MIGRATIONS.test(segment));
  return last >= 0 && !near.slice(last).some((segment) => NOT_MIGRATIONS.test(segment));
};
