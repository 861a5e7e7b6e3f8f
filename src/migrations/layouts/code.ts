/**
 * Folders of migrations written in TypeScript or JavaScript: found by the folder's name and by what the files say, in the
 * order of the runner. Input of a layout: how its files look, what `up` is given. Output: a Layout that reads code.
 */

import { roleOf } from '../../discover/roles.ts';
import type { Entry } from '../../discover/tree.ts';
import { compare } from '../../schema/names.ts';
import type { Transaction } from '../../schema/replay.ts';
import type { Builder } from '../code/builder.ts';
import type { Value } from '../code/value.ts';
import type { Dialect } from '../types.ts';
import {
  baseOf,
  byFolder,
  type DetectInput,
  type FoundMigration,
  isMigrationsFolder,
  isSql,
  joinPath,
  type Layout,
  type Root,
} from './layout.ts';
import { blankDown } from './sections.ts';

export interface CodeLayout extends Layout {
  /** What `up` is called with. */
  arguments(builder: Builder): readonly Value[];
  /** What a migration class inherits; null where `up` is a plain function. */
  base?(builder: Builder): Value;
  /** What the runner's packages export. */
  packageValue?(builder: Builder, source: string, imported: string): Value | null;
}

export interface CodeLayoutOptions extends Pick<CodeLayout, 'name' | 'arguments' | 'base' | 'packageValue'> {
  /** Words that only files of this runner have. */
  readonly signature: RegExp;
  /** The only database that the runner serves. */
  readonly dialect?: Dialect;
  /** The order of two migrations; default: by name. */
  order?(a: FoundMigration, b: FoundMigration, texts: ReadonlyMap<string, string>): number;
  /** What the runner does with a file's statements; `text` is the file's. */
  transaction(text: string, dialect: Dialect): Transaction;
}

const CODE = /\.[cm]?[jt]s$/;
/** `up` declared, exported or assigned; a word in a comment is none. */
const UP =
  /\bfunction\s+up\b|\b(?:const|let|var|async|public|override)\s+up\b|\bexports\.up\b|^\s*(?:async\s+)?up\s*[(:=]|[{,]\s*(?:async\s+)?up\s*[(:=,}]|\bexport\s*\{[^}]*\bup\b/m;
const DOWN_FILE = /(?:^|[._-])(?:down|undo|rollback|revert)\.sql$/i;
const NUMBERED = /^[a-z]{0,2}\d/i;

/** Whether a path may be a migration in code: its text is needed to tell. */
export const isCodeCandidate = (path: string): boolean => {
  if (!CODE.test(path) || !/migrat/i.test(path) || /^index\./.test(baseOf(path)) || /\.d\.[cm]?ts$/.test(path)) return false;
  const folder = path.slice(0, path.lastIndexOf('/'));
  const isPlain = !/\.(?:test|spec)\.[cm]?[jt]s$/.test(path) && roleOf(`${folder}/x.ts`) === 'migration';
  return isPlain && isMigrationsFolder(folder);
};

/** Whether a file is named as migrations are: what runs them does not ask what it says. */
export const isNumbered = (path: string): boolean => /^(?:Migration)?\d/.test(baseOf(path));

const codeId = (path: string): string => baseOf(path).replace(CODE, '');

/** The layout whose words most of a folder's migrations have. */
const isFolderOf = (files: readonly Entry[], texts: ReadonlyMap<string, string>, signature: RegExp): boolean => {
  const known = files.map((entry) => texts.get(entry.path) ?? '').filter((text) => UP.test(text));
  return known.length > 0 && known.filter((text) => signature.test(text)).length * 2 >= known.length;
};

/** A generated form keeps the SQL beside: what it says belongs to the migration's content. */
const withSqlBeside = ({ id, entry }: FoundMigration, sqls: ReadonlyMap<string, Entry>, folder: string): FoundMigration => {
  const beside = sqls.get(joinPath(folder, `sqls/${id}-up.sql`));
  return beside ? { id, entry: { path: entry.path, id: `${entry.id} ${beside.id}` } } : { id, entry };
};

const rootsOf = ({ entries, texts, configured }: DetectInput, options: CodeLayoutOptions): readonly Root[] => {
  const roots: Root[] = [];
  const sqls = new Map(entries.filter((entry) => isSql(entry.path)).map((entry) => [entry.path, entry]));
  for (const [folder, files] of byFolder(entries)) {
    // A candidate without a text could not be read: it is taken for what its neighbours are, and said later on.
    const code = files.filter(({ path }) => CODE.test(path) && (texts.has(path) || (isCodeCandidate(path) && isNumbered(path))));
    if (code.length === 0 || !(configured.includes(folder) || isMigrationsFolder(folder))) continue;
    if (!isFolderOf(code, texts, options.signature)) continue;
    const written = code
      .filter(({ path }) => UP.test(texts.get(path) ?? '') || isNumbered(path))
      .map((entry) => withSqlBeside({ id: codeId(entry.path), entry }, sqls, folder));
    const plain = files
      .filter(({ path }) => isSql(path) && NUMBERED.test(baseOf(path)) && !DOWN_FILE.test(path))
      .map((entry) => ({
        id: baseOf(entry.path)
          .slice(0, -4)
          .replace(/[._-]up$/i, ''),
        entry,
      }));
    const order = options.order ?? ((a, b) => compare(a.id, b.id));
    const migrations = [...written, ...plain].sort((a, b) => order(a, b, texts) || compare(a.id, b.id));
    roots.push({ folder, migrations, dialect: options.dialect ?? null });
  }
  // Runners read their folder and none below it.
  const below = ({ folder }: Root): readonly string[] => [...byFolder(entries).keys()].filter((other) => other.startsWith(`${folder}/`));
  return roots
    .filter(({ folder }) => !roots.some((other) => folder.startsWith(`${other.folder}/`)))
    .map((root) => ({ ...root, closed: below(root) }));
};

/** Makes the layout of a runner. */
export const codeLayout = (options: CodeLayoutOptions): CodeLayout => {
  const { name, arguments: given, base, packageValue, transaction } = options;
  return {
    name,
    reads: isCodeCandidate,
    up: blankDown,
    detect: (input) => rootsOf(input, options),
    transaction,
    arguments: given,
    ...(base && { base }),
    ...(packageValue && { packageValue }),
  };
};
