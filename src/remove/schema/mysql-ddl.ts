/**
 * DDL of a contract for MySQL and MariaDB. Names stand in backticks, always.
 * A foreign key holds on to its column and goes first; so does a CHECK, which MySQL would keep the column for.
 */
import type { Column, Schema, SchemaObject, Table } from '../../schema/types.ts';
import type { Ddl } from './ddl.ts';

export const mysqlDdl = (schema: Schema): Ddl => ({
  drop: (object, ifExists) => dropOf(object, schema, ifExists ? 'IF EXISTS ' : ''),
  dropNotNull: (table, column) => (isPlain(column) ? `ALTER TABLE ${qualified(table)} MODIFY COLUMN ${definition(column)};` : null),
  addColumn: (table, column) => (isPlain(column) ? `ALTER TABLE ${qualified(table)} ADD COLUMN ${definition(column)};` : null),
});

/** A name in backticks; MySQL doubles those inside. */
export const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** `audit.users` is a table of another database. */
const qualified = (name: string): string => {
  const dot = name.indexOf('.');
  const isDatabase = dot > 0 && /^[A-Za-z_$][\w$]*$/.test(name.slice(0, dot));
  return isDatabase ? `${quoted(name.slice(0, dot))}.${quoted(name.slice(dot + 1))}` : quoted(name);
};

function dropOf({ kind, table, name }: SchemaObject, schema: Schema, condition: string): string | null {
  const owner = table === null ? '' : qualified(table);
  const known = schema.tables.get(table ?? '');
  switch (kind) {
    case 'table':
      return `DROP TABLE ${condition}${qualified(name)};`;
    case 'view':
      return `DROP VIEW ${condition}${qualified(name)};`;
    case 'trigger':
      return `DROP TRIGGER ${condition}${qualified(name)};`;
    case 'index':
      return table === null ? null : `ALTER TABLE ${owner} DROP INDEX ${quoted(name)};`;
    case 'column':
      return table === null ? null : `ALTER TABLE ${owner} ${[...holders(name, known), `DROP COLUMN ${quoted(name)}`].join(', ')};`;
    case 'constraint':
      return table === null ? null : constraintDrop(owner, name, known);
    case 'materialized-view':
    case 'enum':
    case 'enum-value':
    case 'function':
    case 'schema':
      return null;
    default:
      return kind satisfies never;
  }
}

/** Clauses that let go of a column: its foreign keys, and CHECKs that name it beside others. */
function holders(column: string, table: Table | undefined): string[] {
  return [...(table?.constraints.values() ?? [])].flatMap(({ kind, name, columns, expression }) => {
    if (kind === 'foreign-key') return columns.includes(column) ? [`DROP FOREIGN KEY ${quoted(name)}`] : [];
    const isNamed = columns.includes(column) || expression?.includes(quoted(column)) === true;
    const isShared = !columns.includes(column) || columns.length > 1;
    return kind === 'check' && isNamed && isShared ? [`DROP CONSTRAINT ${quoted(name)}`] : [];
  });
}

function constraintDrop(owner: string, name: string, table: Table | undefined): string | null {
  const kind = table?.constraints.get(name)?.kind;
  if (kind === 'foreign-key') return `ALTER TABLE ${owner} DROP FOREIGN KEY ${quoted(name)};`;
  if (kind === 'unique') return `ALTER TABLE ${owner} DROP INDEX ${quoted(name)};`;
  if (kind === 'primary-key') return `ALTER TABLE ${owner} DROP PRIMARY KEY;`;
  return kind === 'check' ? `ALTER TABLE ${owner} DROP CONSTRAINT ${quoted(name)};` : null;
}

/** What the facts say all of: MODIFY loses what it does not repeat. */
const isPlain = ({ generated, type, default: value }: Column): boolean =>
  !generated && type !== '' && (value === null || isConstant(value));

const isConstant = (text: string): boolean => /^(?:'(?:[^'\\]|'')*'|-?\d+(?:\.\d+)?|NULL|CURRENT_TIMESTAMP(?:\(\d?\))?)$/i.test(text);

const definition = ({ name, type, default: value }: Column): string =>
  `${quoted(name)} ${type} NULL${value === null || /^null$/i.test(value) ? '' : ` DEFAULT ${value}`}`;
