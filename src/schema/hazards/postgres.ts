/**
 * What PostgreSQL 11 to 18 does to a table in use, per kind of operation. Every row that can be is executed in
 * test/schema/hazards.test.ts: lock, rewrite and scan are measured there. What holds a strong lock for a moment only, without
 * a scan or rewrite, is no finding.
 */
import type { Hazard } from './types.ts';

const ALTER = 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES';
const LOCKS = 'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES';
const INDEX = 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY';
const manual = (page: string): string => `https://www.postgresql.org/docs/current/${page}.html`;

const NEW_COLUMN = 'Add a new column beside it, write both, backfill in batches, then move the readers and drop the old one.';
const BATCHES = 'Fill existing rows in batches of a few thousand, each in its own transaction.';
const QUIET = 'Run it in a maintenance window.';
const OUTSIDE = 'Put the statement into a migration of its own that runs outside a transaction.';

type Blocks = Hazard['blocks'];
type Row = readonly [
  id: string,
  lock: string,
  effect: '' | 'scan' | 'rewrite' | 'both',
  blocks: Blocks,
  source: string,
  why: string,
  instead: string,
];

const EXCLUSIVE = 'ACCESS EXCLUSIVE';
const ALL: Blocks = 'reads and writes';

const ROWS: readonly Row[] = [
  ['pg-type-rewrite', EXCLUSIVE, 'both', ALL, ALTER, 'the whole table and its indexes are written anew for the new type', NEW_COLUMN],
  [
    'pg-type-session',
    EXCLUSIVE,
    'both',
    ALL,
    ALTER,
    'the whole table is written anew unless the session’s time zone is UTC',
    'Run `SET timezone TO UTC` first where the stored values are UTC.',
  ],
  [
    'pg-add-volatile',
    EXCLUSIVE,
    'both',
    ALL,
    ALTER,
    'a volatile default gives each row its own value, so the whole table is written anew',
    `Add the column without the default, set the default for new rows, and backfill. ${BATCHES}`,
  ],
  [
    'pg-add-identity',
    EXCLUSIVE,
    'both',
    ALL,
    ALTER,
    'each row gets its own number, so the whole table is written anew',
    `Add a nullable column, create its sequence, set the default for new rows, and backfill. ${BATCHES}`,
  ],
  [
    'pg-add-generated',
    EXCLUSIVE,
    'both',
    ALL,
    ALTER,
    'each row’s value is computed and stored, so the whole table is written anew',
    `Add a plain column that the application or a trigger fills. ${BATCHES}`,
  ],
  [
    'pg-add-domain',
    EXCLUSIVE,
    'both',
    ALL,
    ALTER,
    'the domain’s constraints are checked for every row, and the table is written anew',
    'Add the column with the base type, and the check as a NOT VALID constraint.',
  ],
  [
    'pg-set-not-null',
    EXCLUSIVE,
    'scan',
    ALL,
    ALTER,
    'every row is read to see that none is NULL',
    'Add a CHECK (… IS NOT NULL) NOT VALID, validate it, then SET NOT NULL finds it proven.',
  ],
  ['pg-add-check', EXCLUSIVE, 'scan', ALL, ALTER, 'every row is checked', 'Add it NOT VALID, and validate it in a later transaction.'],
  [
    'pg-add-foreign-key',
    'SHARE ROW EXCLUSIVE',
    'scan',
    'writes',
    ALTER,
    'every row is looked up in the other table, and both are locked',
    'Add it NOT VALID, and validate it in a later transaction.',
  ],
  [
    'pg-add-key',
    EXCLUSIVE,
    'scan',
    ALL,
    ALTER,
    'its index is built while nobody may use the table',
    'Build a unique index CONCURRENTLY, then add the constraint USING INDEX.',
  ],
  ['pg-add-exclusion', EXCLUSIVE, 'scan', ALL, ALTER, 'its index is built while nobody may use the table', QUIET],
  [
    'pg-domain-check',
    'SHARE',
    'scan',
    'writes',
    manual('sql-alterdomain'),
    'every row of each table with the domain is checked',
    'Add the constraint NOT VALID, and validate it later.',
  ],
  [
    'pg-create-index',
    'SHARE',
    'scan',
    'writes',
    INDEX,
    'the index is built from every row',
    'Build it CONCURRENTLY, outside a transaction.',
  ],
  [
    'pg-concurrently-in-transaction',
    'none',
    '',
    'nothing',
    INDEX,
    'CONCURRENTLY cannot run inside a transaction block: the migration fails',
    OUTSIDE,
  ],
  [
    'pg-drop-index',
    EXCLUSIVE,
    '',
    ALL,
    manual('sql-dropindex'),
    'it waits for every query on the table, and all later ones wait behind it',
    'Drop it CONCURRENTLY, outside a transaction.',
  ],
  [
    'pg-drop-foreign-key',
    EXCLUSIVE,
    '',
    ALL,
    ALTER,
    'both tables of the foreign key are locked at once',
    'Set a short lock_timeout, and try again when it runs out.',
  ],
  [
    'pg-create-trigger',
    'SHARE ROW EXCLUSIVE',
    '',
    'writes',
    LOCKS,
    'it waits for every writer, and all later ones wait behind it',
    'Set a short lock_timeout, and try again when it runs out.',
  ],
  [
    'pg-validate-in-transaction',
    EXCLUSIVE,
    'scan',
    ALL,
    ALTER,
    'the lock that added the constraint in this transaction is held while every row is read',
    'Validate in a later migration, with its own transaction.',
  ],
  [
    'pg-validate-key-in-transaction',
    'SHARE ROW EXCLUSIVE',
    'scan',
    'writes',
    ALTER,
    'the lock that added the constraint in this transaction is held while every row is looked up',
    'Validate in a later migration, with its own transaction.',
  ],
  [
    'pg-enum-value-in-transaction',
    'none',
    '',
    'nothing',
    manual('sql-altertype'),
    'a new enum value cannot be used in the transaction that adds it: the migration fails',
    'Add the value in a migration of its own.',
  ],
  [
    'pg-reindex',
    'SHARE',
    'both',
    'writes',
    manual('sql-reindex'),
    'the index is built anew, and reads that would use it wait',
    'Rebuild it CONCURRENTLY, outside a transaction.',
  ],
  ['pg-vacuum-full', EXCLUSIVE, 'both', ALL, manual('sql-vacuum'), 'the whole table is written anew', 'Use plain VACUUM, or pg_repack.'],
  [
    'pg-cluster',
    EXCLUSIVE,
    'both',
    ALL,
    manual('sql-cluster'),
    'the whole table is written anew in another order',
    `Use pg_repack. ${QUIET}`,
  ],
  [
    'pg-refresh',
    EXCLUSIVE,
    'both',
    ALL,
    manual('sql-refreshmaterializedview'),
    'readers of the view wait until its query has run',
    'Give it a unique index, and refresh it CONCURRENTLY.',
  ],
  ['pg-set-logged', EXCLUSIVE, 'both', ALL, ALTER, 'the whole table is written anew', QUIET],
  ['pg-set-tablespace', EXCLUSIVE, 'both', ALL, ALTER, 'the whole table is copied', QUIET],
  ['pg-set-access-method', EXCLUSIVE, 'both', ALL, ALTER, 'the whole table is written anew', QUIET],
  [
    'pg-write-all',
    'ROW EXCLUSIVE',
    'scan',
    'writes',
    manual('explicit-locking'),
    'every row is written and stays locked until the transaction ends',
    BATCHES,
  ],
  [
    'pg-write-under-lock',
    EXCLUSIVE,
    'scan',
    ALL,
    LOCKS,
    'rows are written while an earlier ALTER of this transaction still locks the whole table',
    `Put the backfill into a migration of its own. ${BATCHES}`,
  ],
  [
    'pg-truncate',
    EXCLUSIVE,
    '',
    ALL,
    manual('sql-truncate'),
    'it waits for every query on the table, and all later ones wait behind it',
    'Set a short lock_timeout, and try again when it runs out.',
  ],
  [
    'pg-attach-partition',
    EXCLUSIVE,
    'scan',
    ALL,
    ALTER,
    'every row of the new partition is read to see that it fits, unless a valid CHECK says so',
    'Add a CHECK of the bounds NOT VALID, validate it, attach, and drop it.',
  ],
  [
    'pg-detach-partition',
    EXCLUSIVE,
    '',
    ALL,
    ALTER,
    'the parent is locked with the partition',
    'Detach it CONCURRENTLY, outside a transaction.',
  ],
];

/** Short locks. */
const SHORT: ReadonlySet<string> = new Set([
  'pg-drop-index',
  'pg-drop-foreign-key',
  'pg-create-trigger',
  'pg-truncate',
  'pg-detach-partition',
]);
const FAILS: ReadonlySet<string> = new Set(['pg-concurrently-in-transaction', 'pg-enum-value-in-transaction']);

const hazardOf = ([id, lock, effect, blocks, source, why, instead]: Row): Hazard => ({
  id,
  lock,
  rewrites: effect === 'both' || effect === 'rewrite',
  scans: effect === 'both' || effect === 'scan',
  blocks,
  why: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
  instead,
  source,
  ...(SHORT.has(id) ? { isShort: true } : {}),
  ...(id === 'pg-type-session' ? { depends: true } : {}),
  ...(FAILS.has(id) ? { fails: true } : {}),
});

export const POSTGRES_HAZARDS: ReadonlyMap<string, Hazard> = new Map(ROWS.map((row) => [row[0], hazardOf(row)]));
