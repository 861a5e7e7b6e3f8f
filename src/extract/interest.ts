/**
 * From schema changes to names in code: which objects a check asks about.
 * Input: objects, with the Prisma schemas and the models of code that map them. Output: Interest for extractors, and every
 * name code can have for a column.
 */
import type { Interest, MappedModel } from '../access/types.ts';
import { type PrismaField, type PrismaModel, type PrismaSchema, relationColumns } from '../parse/prisma.ts';
import type { Schema } from '../schema/types.ts';
import type { Aliases } from './aliases.ts';
import { mayBuildQueries } from './clues/models.ts';
import { queriesOf } from './clues/prisma.ts';
import { camel } from './spelling.ts';

/** A table, or one of its columns, of one database. */
export interface Asked {
  readonly database: string;
  readonly table: string;
  readonly column: string | null;
  /** Added by the change: base cannot use it, and what a client sends unasked is no use of it. */
  readonly isNew: boolean;
  /** What of it is asked, where not everything: `rows`: the statements that write rows; `unnamed`: what takes columns by position or all of them. */
  readonly only?: 'rows' | 'unnamed';
}

/** What maps the tables of one database: schemas of Prisma, classes and table objects of code. */
export interface Mapped {
  readonly prisma: readonly PrismaSchema[];
  readonly models: readonly MappedModel[];
  /** Whether code of a layer that names tables by text can be there. */
  readonly hasTextQueries: boolean;
  /** Words that mean a table's or column's name without saying it: constants of other files. */
  readonly aliases?: Aliases;
}

/** By id of the database. */
export type Mappings = ReadonlyMap<string, Mapped>;

export const NOT_MAPPED: Mapped = { prisma: [], models: [], hasTextQueries: true };

/** What extractors need to know of the objects asked about. */
export function interestIn(asked: readonly Asked[], mappings: Mappings): Interest {
  const keys = new Set(asked.map((a) => `${a.database}\0${a.table}\0${a.column ?? ''}`));
  const fieldNames = new Set(asked.flatMap((a) => (a.column === null ? [] : namesOfColumn(a.table, a.column, mappings.get(a.database)))));
  return { has: (database, table, column) => keys.has(`${database}\0${table}\0${column ?? ''}`), fieldNames };
}

/** Every name a field of a row can have that holds this column. */
export function namesOfColumn(table: string, column: string, mapped: Mapped = NOT_MAPPED): readonly string[] {
  const fields = [
    ...mapped.prisma.flatMap((s) => [...s.models.values()].filter((m) => m.table === table).flatMap((m) => [...m.fields.values()])),
    ...mapped.models.filter((m) => m.table === table).flatMap((m) => [...m.fields.values()]),
  ];
  return [...new Set([column, camel(column), ...fields.filter((f) => f.column === column).map((f) => f.name)])];
}

interface Side {
  readonly schema: Schema;
  readonly prisma: PrismaSchema | null;
}

/** Every name under which code can say a column of these databases. */
export function columnNames(
  sides: readonly { readonly base: Side | null; readonly head: Side }[],
  mappings: Mappings,
): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (column: string): unknown => names.add(column).add(camel(column));
  for (const side of sides.flatMap((s) => (s.base ? [s.base, s.head] : [s.head]))) {
    for (const table of side.schema.tables.values()) for (const column of table.columns.keys()) add(column);
    for (const model of side.prisma?.models.values() ?? []) for (const field of model.fields.keys()) names.add(field);
  }
  for (const { models } of mappings.values()) for (const model of models) for (const field of model.fields.keys()) names.add(field);
  return names;
}

const SQL_STATEMENT =
  /\bselect\b[^;]{1,2000}?\bfrom\b|\b(?:insert|replace)\s+(?:\w+\s+)?into\b|\bupdate\s+[\w."$`{}]+\s+(?:as\s+)?(?:\w+\s+)?set\b|\bdelete\s+from\b/i;

/** Whether a file can hold a query at all. */
export const mayQuery = (text: string, mappings: Mappings): boolean =>
  SQL_STATEMENT.test(text) ||
  mayBuildQueries(text) ||
  [...mappings.values()].some(({ prisma }) => prisma.some((schema) => queriesOf(schema).test(text)));

/** Interest in every column one of whose names is among `words`: what an edit of these words can have to do with. */
export function interestInWords(words: ReadonlySet<string>, mappings: Mappings): Interest {
  const mapped = new Set<string>();
  for (const [database, { prisma, models }] of mappings) {
    for (const schema of prisma)
      for (const model of schema.models.values())
        for (const field of model.fields.values()) {
          if (words.has(field.name))
            for (const { table, column } of columnsOf(schema, model, field)) mapped.add(`${database}\0${table}\0${column}`);
        }
    for (const model of models) {
      for (const field of model.fields.values()) if (words.has(field.name)) mapped.add(`${database}\0${model.table}\0${field.column}`);
      for (const relation of model.relations.values())
        if (words.has(relation.name)) for (const { table, column } of relation.columns) mapped.add(`${database}\0${table}\0${column}`);
    }
  }
  return {
    has: (database, table, column) =>
      column !== null && (words.has(column) || words.has(camel(column)) || mapped.has(`${database}\0${table}\0${column}`)),
    fieldNames: words,
  };
}

const columnsOf = (schema: PrismaSchema, model: PrismaModel, field: PrismaField): readonly { table: string; column: string }[] =>
  field.kind === 'relation' ? relationColumns(schema, model, field) : [{ table: model.table, column: field.column }];
