/**
 * Tables and columns as query builders name them in text: with a schema, in another case (camelCase of a naming plugin).
 * Input: a name as code writes it. Output: the schema's own names; null or nothing where no database knows it.
 */
import type { Module } from '../../code/types.ts';
import { nearest } from '../nearest.ts';
import type { AccessContext, DatabaseView } from '../types.ts';

/** A table or view of one database. */
export interface KnownTable {
  readonly view: DatabaseView;
  readonly table: string;
}

/** `imageUrl2Big` → `image_url2_big`, as the naming plugins of Knex, Objection and Kysely write it. */
export const snakeOf = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();

const isKnown = (table: string, { id, schema }: DatabaseView, { interest }: AccessContext): boolean =>
  schema.tables.has(table) ||
  schema.routines.has(`view ${table}`) ||
  schema.routines.has(`materialized-view ${table}`) ||
  (interest?.has(id, table, null) ?? false);

/** The tables a name can mean: of several databases that have it, those nearest to the file. */
export function tablesNamed(name: string, module: Module, context: AccessContext): readonly KnownTable[] {
  const written = name.replaceAll(/["`]/g, '').trim();
  if (!/^[\p{L}_][\p{L}\p{N}_$.-]*$/u.test(written)) return [];
  const plain = written.replace(/^(?:public|dbo)\./, '');
  const owners = context.databases.flatMap((view) => {
    const table = tableIn(plain, view, context) ?? tableIn(snakeOf(plain), view, context);
    return table === null ? [] : [{ view, table }];
  });
  return nearest(owners, ({ view }) => view.id, module.path);
}

/** A name without its schema means the only table of that name in any of them. */
function tableIn(name: string, view: DatabaseView, context: AccessContext): string | null {
  if (isKnown(name, view, context)) return name;
  if (name.includes('.')) return null;
  const elsewhere = [...view.schema.tables.keys()].filter((table) => table.endsWith(`.${name}`));
  return elsewhere.length === 1 ? (elsewhere[0] ?? null) : null;
}

/** The schema's name of a column; one asked about counts although the schema has lost it. */
export function columnNamed(name: string, { view, table }: KnownTable, context: AccessContext): string | null {
  const columns = view.schema.tables.get(table)?.columns;
  const has = (column: string): boolean => (columns?.has(column) ?? false) || (context.interest?.has(view.id, table, column) ?? false);
  if (has(name)) return name;
  const snake = snakeOf(name);
  return has(snake) ? snake : null;
}

/** All columns of a table. */
export const columnsOf = ({ view, table }: KnownTable): readonly string[] => [...(view.schema.tables.get(table)?.columns.keys() ?? [])];
