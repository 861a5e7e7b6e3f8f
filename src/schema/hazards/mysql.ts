/**
 * What MySQL 8.0 (InnoDB) does to a table in use, per kind of operation, as its manual's online DDL tables say it.
 * MariaDB differs in places and is not what these rows describe.
 */
import type { Hazard } from './types.ts';

export interface MysqlHazard extends Hazard {
  /** The best algorithm MySQL has for it. */
  readonly algorithm: 'INSTANT' | 'INPLACE' | 'COPY' | 'none';
  readonly allowsWrites: boolean;
  /** Whether the row was compared with the manual's table; false: the manual has no row for it. */
  readonly verified: boolean;
}

const MANUAL = 'https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html';
const COLUMNS = `${MANUAL}#online-ddl-column-operations`;
const INDEXES = `${MANUAL}#online-ddl-index-operations`;
const KEYS = `${MANUAL}#online-ddl-primary-key-operations`;
const GENERATED = `${MANUAL}#online-ddl-generated-column-operations`;
const FOREIGN = `${MANUAL}#online-ddl-foreign-key-operations`;
const TABLES = `${MANUAL}#online-ddl-table-operations`;
const PARTITIONS = `${MANUAL}#online-ddl-partitioning`;
const SPACES = `${MANUAL}#online-ddl-tablespace-operations`;
const ALTER = 'https://dev.mysql.com/doc/refman/8.0/en/alter-table.html#alter-table-performance';

const EXPAND = 'Add a new column beside it, write both, backfill in batches, then switch readers and drop the old column.';
const ONLINE_TOOL = 'Run it through gh-ost or pt-online-schema-change, which copy the table while it is written.';

type Row = readonly [
  id: string,
  algorithm: MysqlHazard['algorithm'],
  rebuilds: boolean,
  allowsWrites: boolean,
  source: string,
  why: string,
  instead: string,
];

const NOTHING = 'Nothing is needed.';

const ROWS: readonly Row[] = [
  [
    'add-column',
    'INSTANT',
    false,
    true,
    COLUMNS,
    'Only metadata changes (8.0.12 and later; anywhere but at the end since 8.0.29).',
    NOTHING,
  ],
  [
    'add-column-auto-increment',
    'INPLACE',
    true,
    false,
    COLUMNS,
    'An AUTO_INCREMENT column numbers every row while writes wait.',
    ONLINE_TOOL,
  ],
  [
    'add-column-stored',
    'COPY',
    true,
    false,
    GENERATED,
    'A STORED generated column is computed for every row in a copy of the table.',
    'Make it VIRTUAL, and index it if it is searched by.',
  ],
  ['drop-column', 'INSTANT', false, true, COLUMNS, 'Only metadata changes (8.0.29 and later).', NOTHING],
  [
    'drop-column-stored',
    'INPLACE',
    true,
    true,
    GENERATED,
    'A STORED generated column is in every row: the table is rebuilt; writes go on.',
    NOTHING,
  ],
  ['rename-column', 'INSTANT', false, true, COLUMNS, 'Only metadata changes (8.0.28 and later).', NOTHING],
  ['reorder-column', 'INPLACE', true, true, COLUMNS, 'The table is rebuilt; writes go on.', NOTHING],
  [
    'reorder-generated-column',
    'COPY',
    true,
    false,
    GENERATED,
    'A generated column moves only in a copy of the table, and writes wait until it is done.',
    'Leave it where it is: the order of columns matters only to SELECT *.',
  ],
  ['set-default', 'INSTANT', false, true, COLUMNS, 'Only metadata changes.', NOTHING],
  [
    'change-type',
    'COPY',
    true,
    false,
    COLUMNS,
    'A column’s type changes only in a copy of the table, and writes wait until it is done.',
    EXPAND,
  ],
  ['extend-varchar', 'INPLACE', false, true, COLUMNS, 'The length byte stays as it is: only metadata changes.', NOTHING],
  [
    'extend-varchar-past-255',
    'COPY',
    true,
    false,
    COLUMNS,
    'Past 255 bytes a VARCHAR needs a second length byte: the table is copied and writes wait.',
    ONLINE_TOOL,
  ],
  [
    'extend-enum',
    'INSTANT',
    false,
    true,
    COLUMNS,
    'New members at the end of the list change only metadata, as long as a value takes as many bytes as before.',
    NOTHING,
  ],
  ['set-not-null', 'INPLACE', true, true, COLUMNS, 'The table is rebuilt; writes go on. It needs a strict sql_mode.', NOTHING],
  ['drop-not-null', 'INPLACE', true, true, COLUMNS, 'The table is rebuilt; writes go on.', NOTHING],
  ['add-index', 'INPLACE', false, true, INDEXES, 'The index is built while writes go on.', NOTHING],
  [
    'add-fulltext-index',
    'INPLACE',
    false,
    false,
    INDEXES,
    'Writes wait while a FULLTEXT index is built; the first one of a table rebuilds it.',
    'Build it in a quiet hour, or search in a system of its own.',
  ],
  ['add-spatial-index', 'INPLACE', false, false, INDEXES, 'Writes wait while a SPATIAL index is built.', 'Build it in a quiet hour.'],
  ['drop-index', 'INPLACE', false, true, INDEXES, 'Only metadata changes.', NOTHING],
  ['rename-index', 'INPLACE', false, true, INDEXES, 'Only metadata changes.', NOTHING],
  ['add-primary-key', 'INPLACE', true, true, KEYS, 'The table is rebuilt in the key’s order; writes go on.', NOTHING],
  [
    'drop-primary-key',
    'COPY',
    true,
    false,
    KEYS,
    'Dropping a primary key without adding another copies the table, and writes wait.',
    'Drop and add the key in one ALTER TABLE.',
  ],
  [
    'add-foreign-key',
    'COPY',
    true,
    false,
    FOREIGN,
    'With foreign_key_checks on, every row is checked in a copy of the table, and writes wait.',
    'Check the rows by a query first, then add the key with SET foreign_key_checks = 0, which is done in place.',
  ],
  ['add-foreign-key-unchecked', 'INPLACE', false, true, FOREIGN, 'With foreign_key_checks off, no row is checked.', NOTHING],
  ['drop-foreign-key', 'INPLACE', false, true, FOREIGN, 'Only metadata changes.', NOTHING],
  [
    'add-check',
    'COPY',
    true,
    false,
    ALTER,
    'An enforced CHECK is tested for every row in a copy of the table, and writes wait.',
    'Add it NOT ENFORCED, or test the rule where rows are written.',
  ],
  ['convert-charset', 'INPLACE', true, false, TABLES, 'The table is rebuilt in the new character set, and writes wait.', ONLINE_TOOL],
  ['rebuild-table', 'INPLACE', true, true, TABLES, 'The table is rebuilt; writes go on.', NOTHING],
  ['rename-table', 'INSTANT', false, true, TABLES, 'Only metadata changes.', NOTHING],
  [
    'ask-copy',
    'COPY',
    true,
    false,
    ALTER,
    'ALGORITHM=COPY asks for a copy of the table, and writes wait until it is done.',
    'Leave ALGORITHM out, or ask for INPLACE.',
  ],
  ['ask-lock-shared', 'INPLACE', false, false, ALTER, 'LOCK=SHARED makes writes wait until the statement is done.', 'Ask for LOCK=NONE.'],
  [
    'partition-table',
    'COPY',
    true,
    false,
    PARTITIONS,
    'Partitioning a table, or no longer doing so, copies it, and writes wait.',
    ONLINE_TOOL,
  ],
  [
    'add-hash-partition',
    'INPLACE',
    true,
    false,
    PARTITIONS,
    'Rows of a table partitioned by HASH or KEY move to the new partition, and writes wait.',
    'Do it in a quiet hour.',
  ],
  [
    'rebuild-partition',
    'INPLACE',
    true,
    false,
    PARTITIONS,
    'The rows of the partitions are written anew, and writes wait until it is done.',
    'Take few and small partitions at a time.',
  ],
  [
    'optimize-partition',
    'COPY',
    true,
    false,
    PARTITIONS,
    'OPTIMIZE PARTITION rebuilds the entire table, and writes wait.',
    'REBUILD PARTITION and ANALYZE PARTITION touch one partition only.',
  ],
  ['encrypt-table', 'COPY', true, false, SPACES, 'Encrypting a table, or no longer doing so, copies it, and writes wait.', ONLINE_TOOL],
];

/** Kinds that the manual's tables do not list. */
const UNVERIFIED: ReadonlySet<string> = new Set(['add-check', 'ask-copy', 'ask-lock-shared', 'drop-column-stored']);

const hazards = ROWS.map(
  ([id, algorithm, rewrites, allowsWrites, source, why, instead]): MysqlHazard => ({
    id,
    algorithm,
    allowsWrites,
    lock: `${algorithm}, LOCK=${allowsWrites ? 'NONE' : 'SHARED'}`,
    rewrites,
    scans: rewrites,
    blocks: allowsWrites ? 'nothing' : 'writes',
    why,
    instead,
    source,
    verified: !UNVERIFIED.has(id),
  }),
);

const OTHERS: readonly MysqlHazard[] = [
  {
    id: 'ask-lock-exclusive',
    algorithm: 'INPLACE',
    allowsWrites: false,
    lock: 'LOCK=EXCLUSIVE',
    rewrites: false,
    scans: false,
    blocks: 'reads and writes',
    why: 'LOCK=EXCLUSIVE makes readers and writers wait until the statement is done.',
    instead: 'Ask for LOCK=NONE.',
    source: ALTER,
    verified: false,
  },
  {
    id: 'write-all-rows',
    algorithm: 'none',
    allowsWrites: false,
    lock: 'every row, until the transaction ends',
    rewrites: false,
    scans: true,
    blocks: 'writes',
    why: 'One statement writes and locks every row of the table, and replicas fall behind by as long as it runs.',
    instead: 'Write in batches by primary key, each in a transaction of its own.',
    source: 'https://dev.mysql.com/doc/refman/8.0/en/innodb-locks-set.html',
    verified: false,
  },
];

/** By id. */
export const MYSQL_HAZARDS: ReadonlyMap<string, MysqlHazard> = new Map([...hazards, ...OTHERS].map((hazard) => [hazard.id, hazard]));
