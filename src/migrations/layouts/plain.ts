/**
 * Numbered or timestamped .sql files in a folder of migrations: dbmate, goose, sql-migrate, golang-migrate (`.up.sql`), Supabase,
 * node-pg-migrate, db-migrate (`sqls/…-up.sql`), and home-made runners.
 * A folder counts by its name or that of one of the two folders above it; a folder of queries, seeds or dumps does not.
 */
import type { Entry } from '../../discover/tree.ts';
import type { Transaction } from '../../schema/replay.ts';
import { baseOf, byFolder, isMigrationsFolder, isSql, type Layout, type Root } from './layout.ts';
import { compareVersions } from './order.ts';
import { blankDown } from './sections.ts';

/** Sources: pressly/goose `annotations`, rubenv/sql-migrate README, amacneil/dbmate README, launchbadge/sqlx `migrate`, Liquibase "formatted SQL". */
const MARKS: readonly (readonly [RegExp, Transaction])[] = [
  [/^--\s*\+goose\s+NO\s+TRANSACTION/im, 'none'],
  [/^--\s*\+migrate\s+Up\s+notransaction/im, 'none'],
  [/^--\s*migrate:up\b.*\btransaction:\s*false/im, 'none'],
  [/^--\s*no-transaction/i, 'none'],
  [/^--\s*changeset\b.*\brunInTransaction:\s*false/im, 'none'],
  [/^--\s*liquibase formatted sql/i, 'file'],
  [/^--\s*(?:\+goose|\+migrate)\s+Up|^--\s*migrate:up/im, 'file'],
];

const NUMBERED = /^[a-z]{0,2}\d/i;
const DOWN = /(?:^|[._-])(?:down|undo|rollback|revert)\.sql$/i;
const UP_SUFFIX = /[._-]up$/i;

const rootOf = (folder: string, files: readonly Entry[], isConfigured: boolean): Root | null => {
  const ups = files.filter((entry) => !DOWN.test(baseOf(entry.path)) && (isConfigured || NUMBERED.test(baseOf(entry.path))));
  if (ups.length === 0) return null;
  const migrations = ups
    .map((entry) => ({ id: baseOf(entry.path).slice(0, -4).replace(UP_SUFFIX, ''), entry }))
    .sort((a, b) => compareVersions(a.id, b.id));
  const isSupabase = /(?:^|\/)supabase\/migrations$/.test(folder);
  return { folder, migrations, dialect: isSupabase ? 'postgres' : null };
};

/**
 * What the file itself says of its runner: a goose or sql-migrate file, and one of dbmate or sqlx, is one transaction unless it
 * says otherwise; without a mark every statement is on its own.
 */
const transactionOf: Layout['transaction'] = (text) => {
  const mark = MARKS.find(([pattern]) => pattern.test(text));
  return mark ? mark[1] : 'none';
};

export const plain: Layout = {
  name: 'plain',
  reads: () => false,
  up: blankDown,
  transaction: transactionOf,
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
