/**
 * Queries that show, on the running database, that nobody uses an object any more: to be run before its contract.
 * Input: the objects, the dialect, the instant after which nothing may be running from before. Output: plain SQL, one query each. Pure.
 * Names stand in literals only, so that a query never fails for the name it asks about.
 */
import type { Dialect } from '../../migrations/types.ts';
import { unqualify } from '../../schema/names.ts';
import type { SchemaObject } from '../../schema/types.ts';

export interface VerificationQuery {
  /** What is asked, in plain words, without a full stop. */
  readonly title: string;
  /** What the answer must be for the contract to go ahead. */
  readonly expect: string;
  /** What the server must have switched on for it; null: nothing. */
  readonly needs: string | null;
  readonly sql: string;
}

/** The queries of a dialect; none for one that is not read. */
export function verificationQueries(objects: readonly SchemaObject[], dialect: Dialect, since: Date): VerificationQuery[] {
  if (dialect !== 'postgres' && dialect !== 'mysql') return [];
  const { statements, transactions, indexes, tables, dependents } = dialect === 'postgres' ? postgres : mysql;
  const at = since.toISOString().slice(0, 19).replace('T', ' ');
  const named = objects.filter(({ kind }) => kind !== 'constraint');
  if (named.length === 0) return [];
  return [
    ...named.flatMap((object) => [
      statements(object, at),
      ...(object.kind === 'column' ? indexes(object) : object.kind === 'table' ? tables(object) : []),
      dependents(object),
    ]),
    transactions(at),
  ];
}

interface Queries {
  statements(object: SchemaObject, at: string): VerificationQuery;
  transactions(at: string): VerificationQuery;
  indexes(object: SchemaObject): VerificationQuery[];
  tables(object: SchemaObject): VerificationQuery[];
  dependents(object: SchemaObject): VerificationQuery;
}

/** `users.email`, for people. */
const shown = ({ table, name }: SchemaObject): string => `\`${table === null || table === name ? name : `${table}.${name}`}\``;

/** The words a statement that uses the object must have. */
const wordsOf = ({ kind, table, name }: SchemaObject): string[] =>
  kind === 'column' && table !== null ? [unqualify(table).bare, name] : [unqualify(name).bare];

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const home = (table: string): string => {
  const { schema, bare } = unqualify(table);
  return schema === 'public'
    ? `c.relname = ${text(bare)} AND n.nspname = 'public'`
    : `c.relname = ${text(bare)} AND n.nspname = ${text(schema)}`;
};

const postgres: Queries = {
  statements: (object) => ({
    title: `Statements that name ${shown(object)}`,
    expect: 'no row, or none whose calls grow between two runs (pg_stat_statements_reset() starts anew)',
    needs: 'the extension pg_stat_statements',
    sql: [
      'SELECT s.calls, s.rows, r.rolname, s.query',
      'FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid LEFT JOIN pg_roles r ON r.oid = s.userid',
      `WHERE d.datname = current_database()${wordsOf(object)
        .map((word) => ` AND position(lower(${text(word)}) IN lower(s.query)) > 0`)
        .join('')}`,
      'ORDER BY s.calls DESC;',
    ].join('\n'),
  }),
  transactions: (at) => ({
    title: 'Transactions from before',
    expect: 'no row: what was begun by the code of before has ended',
    needs: null,
    sql: [
      'SELECT pid, usename, application_name, state, xact_start, query',
      'FROM pg_stat_activity',
      `WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < timestamptz ${text(`${at}+00`)}`,
      'ORDER BY xact_start;',
    ].join('\n'),
  }),
  indexes: ({ table, name }) => [
    {
      title: `Scans of the indexes that hold \`${table}.${name}\``,
      expect: 'no idx_scan that grows between two runs',
      needs: null,
      sql: [
        'SELECT i.indexrelname, i.idx_scan, i.idx_tup_read',
        'FROM pg_stat_user_indexes i JOIN pg_index x ON x.indexrelid = i.indexrelid',
        'JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace',
        'JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (x.indkey)',
        `WHERE ${home(table ?? '')} AND a.attname = ${text(name)}`,
        'ORDER BY i.indexrelname;',
      ].join('\n'),
    },
  ],
  tables: ({ name }) => [
    {
      title: `Scans and changes of \`${name}\``,
      expect: 'no number that grows between two runs',
      needs: null,
      sql: [
        'SELECT t.seq_scan, t.idx_scan, t.n_tup_ins, t.n_tup_upd, t.n_tup_del',
        'FROM pg_stat_user_tables t JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace',
        `WHERE ${home(name)};`,
      ].join('\n'),
    },
  ],
  dependents: (object) => ({
    title: `Views and functions that use ${shown(object)}`,
    expect: 'no row',
    needs: null,
    sql: postgresDependents(object),
  }),
};

/** Views are known by what they depend on; the bodies of functions are text. */
function postgresDependents(object: SchemaObject): string {
  const isColumn = object.kind === 'column';
  const relation = isColumn ? (object.table ?? '') : object.name;
  const views = [
    "SELECT DISTINCT 'view' AS kind, v.oid::regclass::text AS name",
    "FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid AND d.classid = 'pg_rewrite'::regclass",
    'JOIN pg_class v ON v.oid = w.ev_class',
    "JOIN pg_class c ON c.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass JOIN pg_namespace n ON n.oid = c.relnamespace",
    ...(isColumn ? ['JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid'] : []),
    `WHERE v.oid <> c.oid AND ${home(relation)}${isColumn ? ` AND a.attname = ${text(object.name)}` : ''}`,
  ];
  const functions = [
    "SELECT 'function', p.oid::regprocedure::text",
    'FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace',
    `WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')${wordsOf(object)
      .map((word) => ` AND position(lower(${text(word)}) IN lower(p.prosrc)) > 0`)
      .join('')};`,
  ];
  return [...views, 'UNION ALL', ...functions].join('\n');
}

/** A literal of MySQL: a backslash escapes unless the server was told otherwise, so it is written as its code. */
const literal = (value: string): string =>
  value.includes('\\') ? `CONVERT(0x${Buffer.from(value, 'utf8').toString('hex')} USING utf8mb4)` : text(value);

/** Names inside the definitions and digests that MySQL keeps stand in backticks. */
const mentions = (column: string, object: SchemaObject): string =>
  wordsOf(object)
    .map((word) => `LOCATE(LOWER(${literal(word.replaceAll('`', '``'))}), LOWER(${column})) > 0`)
    .join(' AND ');

const database = (table: string): string => {
  const { schema } = unqualify(table);
  return schema === 'public' ? 'DATABASE()' : literal(schema);
};

const mysql: Queries = {
  statements: (object, at) => ({
    title: `Statements that name ${shown(object)}`,
    expect: 'no row',
    needs: 'performance_schema',
    sql: [
      'SELECT COUNT_STAR, FIRST_SEEN, LAST_SEEN, DIGEST_TEXT',
      'FROM performance_schema.events_statements_summary_by_digest',
      `WHERE SCHEMA_NAME = ${database(object.table ?? object.name)} AND LAST_SEEN > ${text(at)} AND ${mentions('DIGEST_TEXT', object)}`,
      'ORDER BY LAST_SEEN DESC;',
    ].join('\n'),
  }),
  transactions: (at) => ({
    title: 'Transactions from before',
    expect: 'no row: what was begun by the code of before has ended',
    needs: null,
    sql: [
      'SELECT t.trx_mysql_thread_id, t.trx_started, t.trx_state, t.trx_query',
      'FROM information_schema.INNODB_TRX t',
      `WHERE t.trx_started < CONVERT_TZ(${text(at)}, '+00:00', @@session.time_zone)`,
      'ORDER BY t.trx_started;',
    ].join('\n'),
  }),
  indexes: ({ table, name }) => [
    {
      title: `Use of the indexes that hold \`${table}.${name}\``,
      expect: 'no COUNT_READ that grows between two runs',
      needs: 'performance_schema',
      sql: [
        'SELECT i.INDEX_NAME, i.COUNT_READ, i.COUNT_FETCH',
        'FROM performance_schema.table_io_waits_summary_by_index_usage i',
        'JOIN information_schema.STATISTICS s ON s.TABLE_SCHEMA = i.OBJECT_SCHEMA AND s.TABLE_NAME = i.OBJECT_NAME AND s.INDEX_NAME = i.INDEX_NAME',
        `WHERE i.OBJECT_SCHEMA = ${database(table ?? '')} AND i.OBJECT_NAME = ${literal(unqualify(table ?? '').bare)} AND s.COLUMN_NAME = ${literal(name)}`,
        'ORDER BY i.INDEX_NAME;',
      ].join('\n'),
    },
  ],
  tables: ({ name }) => [
    {
      title: `Reads and writes of \`${name}\``,
      expect: 'no number that grows between two runs',
      needs: 'performance_schema',
      sql: [
        'SELECT COUNT_READ, COUNT_WRITE',
        'FROM performance_schema.table_io_waits_summary_by_table',
        `WHERE OBJECT_SCHEMA = ${database(name)} AND OBJECT_NAME = ${literal(unqualify(name).bare)};`,
      ].join('\n'),
    },
  ],
  dependents: (object) => ({
    title: `Views, routines and triggers that name ${shown(object)}`,
    expect: 'no row that uses it',
    needs: null,
    sql: [
      `SELECT 'view' AS kind, TABLE_NAME AS name FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ${database(object.table ?? object.name)} AND ${mentions('VIEW_DEFINITION', object)}`,
      'UNION ALL',
      `SELECT LOWER(ROUTINE_TYPE), ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ${database(object.table ?? object.name)} AND ${mentions('ROUTINE_DEFINITION', object)}`,
      'UNION ALL',
      `SELECT 'trigger', TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ${database(object.table ?? object.name)} AND ${mentions('ACTION_STATEMENT', object)};`,
    ].join('\n'),
  }),
};
