/**
 * The SQL that ends a roll-out: one DROP per object that died with its flag.
 * Written by pgsql-ast-parser, which knows what must be quoted; never by pasting names into text.
 */
import type { AlterTableStatement, Name, QName, Statement } from 'pgsql-ast-parser';
import type { SchemaObject } from '../schema/types.ts';

type ToSql = (statement: Statement) => string;

/** Loads the writer: it is needed by reports only. */
export async function loadContractWriter(): Promise<(object: SchemaObject) => string | null> {
  const { toSql } = await import('pgsql-ast-parser');
  return (object) => dropStatement(object, toSql.statement);
}

/** `ALTER TABLE users DROP COLUMN email;`, or null where dropping the object is not one plain statement. */
export function dropStatement(object: SchemaObject, toSql: ToSql): string | null {
  const statement = statementFor(object);
  return statement === null ? null : `${tidy(toSql(statement))};`;
}

function statementFor({ kind, table, name }: SchemaObject): Statement | null {
  const owner = table === null ? null : qualified(table);
  const own: Name = { name: quotable(name) };
  switch (kind) {
    case 'table':
      return { type: 'drop table', names: [qualified(name)] };
    case 'view':
    case 'materialized-view':
      return null;
    case 'index':
      return { type: 'drop index', names: [qualified(name)] };
    case 'enum':
      return { type: 'drop type', names: [qualified(name)] };
    case 'column':
      return owner === null ? null : alter(owner, { type: 'drop column', column: own });
    case 'constraint':
      return owner === null ? null : alter(owner, { type: 'drop constraint', constraint: own });
    case 'enum-value':
    case 'function':
    case 'trigger':
    case 'schema':
      return null;
    default:
      return kind satisfies never;
  }
}

const alter = (table: QName, change: AlterTableStatement['changes'][number]): AlterTableStatement => ({
  type: 'alter table',
  table,
  changes: [change],
});

/** `audit.users` is a table of the schema `audit`; names of the default schema carry none. */
function qualified(name: string): QName {
  const dot = name.indexOf('.');
  return dot < 0 ? { name: quotable(name) } : { schema: quotable(name.slice(0, dot)), name: quotable(name.slice(dot + 1)) };
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
