/**
 * Numbered or timestamped .sql files in a folder of migrations: dbmate, goose, sql-migrate, golang-migrate (`.up.sql`), Supabase,
 * node-pg-migrate, db-migrate (`sqls/…-up.sql`), and home-made runners.
 * A folder counts by its name or that of one of the two folders above it; a folder of queries, seeds or dumps does not.
 */
import type { Entry } from '../../discover/tree.ts';
import { baseOf, byFolder, isSql, type Layout, type Root } from './layout.ts';
import { compareVersions } from './order.ts';
import { blankDown } from './sections.ts';

const MIGRATIONS =
  /^(?:(?:db|database|sql|schema|pg|postgres|postgresql|app)[-_.]?)?migrat(?:e|ions?)(?:[-_.]?(?:sql|db|pg|postgres|postgresql|files))?$/i;
const NOT_MIGRATIONS =
  /^(?:data[-_]?migrations?|seeds?|seeders?|quer(?:y|ies)|dumps?|snapshots?|downs?|rollbacks?|undo|revert|meta|tests?|__tests__)$/i;
const NUMBERED = /^[a-z]{0,2}\d/i;
const DOWN = /(?:^|[._-])(?:down|undo|rollback|revert)\.sql$/i;
const UP_SUFFIX = /[._-]up$/i;

const isMigrationsFolder = (folder: string): boolean => {
  const near = folder.split('/').slice(-3);
  const last = near.findLastIndex((segment) => MIGRATIONS.test(segment));
  return last >= 0 && !near.slice(last).some((segment) => NOT_MIGRATIONS.test(segment));
};

const rootOf = (folder: string, files: readonly Entry[], isConfigured: boolean): Root | null => {
  const ups = files.filter((entry) => !DOWN.test(baseOf(entry.path)) && (isConfigured || NUMBERED.test(baseOf(entry.path))));
  if (ups.length === 0) return null;
  const migrations = ups
    .map((entry) => ({ id: baseOf(entry.path).slice(0, -4).replace(UP_SUFFIX, ''), entry }))
    .sort((a, b) => compareVersions(a.id, b.id));
  const isSupabase = /(?:^|\/)supabase\/migrations$/.test(folder);
  return { folder, migrations, dialect: isSupabase ? 'postgres' : null };
};

export const plain: Layout = {
  name: 'plain',
  reads: () => false,
  up: blankDown,
  detect({ entries, configured }) {
    const roots: Root[] = [];
    for (const [folder, files] of byFolder(entries.filter((entry) => isSql(entry.path)))) {
      const isConfigured = configured.includes(folder);
      const root = isConfigured || isMigrationsFolder(folder) ? rootOf(folder, files, isConfigured) : null;
      if (root) roots.push(root);
    }
    return roots;
  },
};
