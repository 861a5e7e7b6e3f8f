/** Keys and indexes of knex's table builder as statements, with the names that knex gives them. */
import type { Builder } from '../builder.ts';
import { addConstraint, alterTable, createIndex, type IndexSpec, isMysql, quote, quoteAll, referencesSql, type TableName } from '../ddl.ts';
import type { Statement } from '../recorder.ts';
import type { Place } from '../value.ts';
import { type KnexColumn, keyName, type Reference } from './knex-columns.ts';

export interface Later {
  readonly place: Place;
  make(): Statement | readonly Statement[] | null;
}

export interface TableWork {
  readonly table: TableName;
  readonly isNew: boolean;
  readonly columns: KnexColumn[];
  /** Primary keys and checks that stand in CREATE TABLE. */
  readonly clauses: string[];
  readonly later: Later[];
}

const tableIn = (text: string, home: TableName): TableName => {
  const dot = text.indexOf('.');
  return dot < 0 ? { schema: home.schema, name: text } : { schema: text.slice(0, dot), name: text.slice(dot + 1) };
};

export const foreignKey = (builder: Builder, work: TableWork, columns: readonly string[], reference: Reference): Statement | null => {
  if (reference.table === null) return null;
  const name = reference.name ?? keyName(work.table, columns, 'foreign');
  const target = { ...reference, table: tableIn(reference.table, work.table) };
  return addConstraint(
    builder.dialect,
    work.table,
    name,
    `FOREIGN KEY (${quoteAll(builder.dialect, columns)}) ${referencesSql(builder.dialect, target)}`,
  );
};

export const uniqueKey = ({ dialect }: Builder, { table }: TableWork, columns: readonly string[], name: string | null): Statement => {
  const own = name ?? keyName(table, columns, 'unique');
  if (isMysql(dialect)) return alterTable(dialect, table, `ADD UNIQUE ${quote(dialect, own)} (${quoteAll(dialect, columns)})`);
  return addConstraint(dialect, table, own, `UNIQUE (${quoteAll(dialect, columns)})`);
};

export const plainIndex = (
  { dialect }: Builder,
  { table }: TableWork,
  columns: readonly string[],
  name: string | null,
  more: Partial<IndexSpec> = {},
): Statement =>
  createIndex(dialect, table, {
    name: name ?? keyName(table, columns, 'index'),
    keys: columns.map((column) => quote(dialect, column)),
    ...more,
  });

export const primaryClause = ({ dialect }: Builder, { table }: TableWork, columns: readonly string[], name: string | null): string =>
  isMysql(dialect)
    ? `PRIMARY KEY (${quoteAll(dialect, columns)})`
    : `CONSTRAINT ${quote(dialect, name ?? `${table.name}_pkey`)} PRIMARY KEY (${quoteAll(dialect, columns)})`;
