/**
 * DDL of a contract for PostgreSQL. Written by pgsql-ast-parser, which knows what must be quoted; never by pasting names into text.
 * Output: statements that end in a semicolon; null for what is not one plain statement.
 */
import type { AlterTableStatement, DropStatement, Name, QName, Statement } from 'pgsql-ast-parser';
import { unqualify } from '../../schema/names.ts';
import type { Schema, SchemaObject } from '../../schema/types.ts';
import type { Ddl } from './ddl.ts';

type ToSql = (statement: Statement) => string;

/** Loads the writer: it is needed by reports and removals only. */
export async function postgresDdl(schema: Schema): Promise<Ddl> {
  const { toSql } = await import('pgsql-ast-parser');
  const write = (statement: Statement): string => `${tidy(toSql.statement(statement))};`;
  const qualified = (name: string): QName => partsOf(name, schema);
  return {
    drop: (object, ifExists) => dropOf(object, qualified, write, ifExists, schema),
    dropNotNull: (table, { name }) =>
      write(alter(qualified(table), [{ type: 'alter column', column: own(name), alter: { type: 'drop not null' } }])),
    addColumn: (table, { name, type, default: value }) => {
      const target = write(alter(qualified(table), [{ type: 'drop column', column: own(name) }]));
      return `${target.slice(0, -1).replace(' DROP COLUMN ', ' ADD COLUMN ')} ${type}${value === null ? '' : ` DEFAULT ${value}`};`;
    },
  };
}

function dropOf(
  { kind, table, name }: SchemaObject,
  qualified: (name: string) => QName,
  write: ToSql,
  ifExists: boolean,
  schema: Schema,
): string | null {
  const drop = (type: DropStatement['type'], what: string): string =>
    write({ type, names: [qualified(what)], ...(ifExists && { ifExists }) });
  const like = (word: string, what: string): string => drop('drop table', what).replace(/^DROP TABLE/, `DROP ${word}`);
  const part = (change: AlterTableStatement['changes'][number]): string | null =>
    table === null ? null : write(alter(qualified(table), [{ ...change, ...(ifExists && { ifExists }) }]));
  switch (kind) {
    case 'table':
      return drop('drop table', name);
    case 'view':
      return like('VIEW', name);
    case 'materialized-view':
      return like('MATERIALIZED VIEW', name);
    case 'index':
      return drop('drop index', besideTable(name, table, schema));
    case 'enum':
      return drop('drop type', name);
    case 'column':
      return part({ type: 'drop column', column: own(name) });
    case 'constraint':
      return part({ type: 'drop constraint', constraint: own(name) });
    case 'trigger':
      return table === null
        ? null
        : `${like('TRIGGER', name).slice(0, -1)} ON ${drop('drop table', table).replace(/^DROP TABLE (?:IF EXISTS )?/, '')}`;
    case 'enum-value':
    case 'function':
    case 'schema':
      return null;
    default:
      return kind satisfies never;
  }
}

const alter = (table: QName, changes: AlterTableStatement['changes']): AlterTableStatement => ({ type: 'alter table', table, changes });

const own = (name: string): Name => ({ name: quotable(name) });

/** An index lives in the schema of its table. */
function besideTable(name: string, table: string | null, schema: Schema): string {
  const { schema: home } = partsOf(table ?? '', schema);
  return home === undefined ? name : `${home}.${name}`;
}

/** `audit.users` is a table of the schema `audit`; names of the default schema carry none, but may hold a dot. */
function partsOf(name: string, schema: Schema): QName {
  if (!name.includes('.')) return own(name);
  const { schema: home, bare } = unqualify(name);
  const isSchema = /^[A-Za-z_]\w*$/.test(home) || (schema.memory?.catalogue?.schemas.has(home) ?? false);
  return isSchema ? { schema: quotable(home), ...own(bare) } : own(name);
}

/** The writer quotes a name that needs it, but does not double the quotes inside. */
const quotable = (name: string): string => name.replaceAll('"', '""');

/** The writer leaves double spaces behind; those inside quotes are names. */
function tidy(sql: string): string {
  return sql
    .trim()
    .split(/("(?:[^"]|"")*"|'(?:[^']|'')*')/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/ {2,}/g, ' ').replace(/\s+([,;)])/g, '$1')))
    .join('')
    .trim();
}
