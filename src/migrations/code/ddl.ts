/**
 * SQL text of what schema builders do, in the words of PostgreSQL and MySQL.
 * Input: names and types as the builder means them. Output: one statement each, without a semicolon.
 */
import type { Dialect } from '../types.ts';
import type { Statement } from './recorder.ts';

export interface TableName {
  readonly schema: string | null;
  readonly name: string;
}

export interface Reference {
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly onDelete?: string | null;
  readonly onUpdate?: string | null;
}

export interface ColumnSpec {
  readonly name: string;
  readonly type: string;
  readonly notNull?: boolean;
  readonly primaryKey?: boolean;
  readonly unique?: boolean;
  /** SQL of the default. */
  readonly default?: string | null;
  /** AUTO_INCREMENT of MySQL, GENERATED of PostgreSQL, COLLATE, CHECK: put after the type. */
  readonly extra?: string;
  readonly references?: Reference;
}

export const isMysql = (dialect: Dialect): boolean => dialect === 'mysql';

export const quote = (dialect: Dialect, name: string): string =>
  isMysql(dialect) ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`;

export const quoteTable = (dialect: Dialect, { schema, name }: TableName): string =>
  schema === null ? quote(dialect, name) : `${quote(dialect, schema)}.${quote(dialect, name)}`;

export const quoteAll = (dialect: Dialect, names: readonly string[]): string => names.map((name) => quote(dialect, name)).join(', ');

/** A string as SQL writes it. */
export const literal = (dialect: Dialect, text: string): string => {
  const doubled = text.replaceAll("'", "''");
  return isMysql(dialect) ? `'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
};

/** How a check beside the statement would name its table. */
export const plainTable = ({ schema, name }: TableName): string => (schema === null ? name : `${schema}.${name}`);

export const referencesSql = (dialect: Dialect, { table, columns, onDelete, onUpdate }: Reference): string => {
  const key = columns.length > 0 ? ` (${quoteAll(dialect, columns)})` : '';
  const actions = `${onDelete ? ` ON DELETE ${onDelete.toUpperCase()}` : ''}${onUpdate ? ` ON UPDATE ${onUpdate.toUpperCase()}` : ''}`;
  return `REFERENCES ${quoteTable(dialect, table)}${key}${actions}`;
};

export const columnSql = (dialect: Dialect, column: ColumnSpec): string =>
  [
    quote(dialect, column.name),
    column.type,
    column.extra ?? '',
    column.notNull ? 'NOT NULL' : '',
    column.default == null ? '' : `DEFAULT ${column.default}`,
    column.unique ? 'UNIQUE' : '',
    column.primaryKey ? 'PRIMARY KEY' : '',
    column.references ? referencesSql(dialect, column.references) : '',
  ]
    .filter((part) => part !== '')
    .join(' ');

export const createTable = (dialect: Dialect, table: TableName, body: readonly string[], ifNotExists = false, after = ''): Statement => {
  const rest = `${quoteTable(dialect, table)} (${body.join(', ')})${after}`;
  return {
    sql: `CREATE TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}${rest}`,
    guarded: `CREATE TABLE IF NOT EXISTS ${rest}`,
    target: { table: plainTable(table), column: null, action: 'create' },
  };
};

export const dropTable = (dialect: Dialect, table: TableName, ifExists = false, after = ''): Statement => ({
  sql: `DROP TABLE ${ifExists ? 'IF EXISTS ' : ''}${quoteTable(dialect, table)}${after}`,
  guarded: `DROP TABLE IF EXISTS ${quoteTable(dialect, table)}${after}`,
  target: { table: plainTable(table), column: null, action: 'drop' },
});

const alter = (dialect: Dialect, table: TableName, clause: string): string => `ALTER TABLE ${quoteTable(dialect, table)} ${clause}`;

export const alterTable = (dialect: Dialect, table: TableName, clause: string): Statement => ({ sql: alter(dialect, table, clause) });

export const addColumn = (dialect: Dialect, table: TableName, name: string, definition: string, ifNotExists = false): Statement => ({
  sql: alter(dialect, table, `ADD COLUMN ${ifNotExists ? 'IF NOT EXISTS ' : ''}${definition}`),
  guarded: alter(dialect, table, `ADD COLUMN IF NOT EXISTS ${definition}`),
  target: { table: plainTable(table), column: name, action: 'create' },
});

export const dropColumn = (dialect: Dialect, table: TableName, name: string, ifExists = false, after = ''): Statement => ({
  sql: alter(dialect, table, `DROP COLUMN ${ifExists ? 'IF EXISTS ' : ''}${quote(dialect, name)}${after}`),
  guarded: alter(dialect, table, `DROP COLUMN IF EXISTS ${quote(dialect, name)}${after}`),
  target: { table: plainTable(table), column: name, action: 'drop' },
});

export const renameColumn = (dialect: Dialect, table: TableName, from: string, to: string): Statement =>
  alterTable(dialect, table, `RENAME COLUMN ${quote(dialect, from)} TO ${quote(dialect, to)}`);

/** The new name stands in the old one's schema. */
export const renameTable = (dialect: Dialect, from: TableName, to: TableName): Statement =>
  alterTable(
    dialect,
    from,
    `RENAME TO ${isMysql(dialect) ? quoteTable(dialect, { schema: from.schema, name: to.name }) : quote(dialect, to.name)}`,
  );

export const addConstraint = (dialect: Dialect, table: TableName, name: string | null, body: string): Statement =>
  alterTable(dialect, table, `ADD ${name === null ? '' : `CONSTRAINT ${quote(dialect, name)} `}${body}`);

export interface IndexSpec {
  readonly name: string;
  /** Columns and expressions as SQL. */
  readonly keys: readonly string[];
  readonly unique?: boolean;
  readonly concurrently?: boolean;
  readonly using?: string | null;
  readonly where?: string | null;
  readonly ifNotExists?: boolean;
}

export const createIndex = (dialect: Dialect, table: TableName, index: IndexSpec): Statement => {
  const using = index.using && !isMysql(dialect) ? ` USING ${index.using}` : '';
  const words = [
    'CREATE',
    index.unique ? 'UNIQUE' : '',
    'INDEX',
    index.concurrently && !isMysql(dialect) ? 'CONCURRENTLY' : '',
    index.ifNotExists ? 'IF NOT EXISTS' : '',
    quote(dialect, index.name),
  ];
  const where = index.where ? ` WHERE ${index.where}` : '';
  return { sql: `${words.filter(Boolean).join(' ')} ON ${quoteTable(dialect, table)}${using} (${index.keys.join(', ')})${where}` };
};

export interface DropIndexSpec {
  readonly name: string;
  readonly ifExists?: boolean;
  readonly concurrently?: boolean;
}

export const dropIndex = (dialect: Dialect, table: TableName, { name, ifExists, concurrently }: DropIndexSpec): Statement => {
  if (isMysql(dialect)) return alterTable(dialect, table, `DROP INDEX ${quote(dialect, name)}`);
  const words = ['DROP INDEX', concurrently ? 'CONCURRENTLY' : '', ifExists ? 'IF EXISTS' : ''].filter(Boolean).join(' ');
  return { sql: `${words} ${quoteTable(dialect, { schema: table.schema, name })}` };
};
