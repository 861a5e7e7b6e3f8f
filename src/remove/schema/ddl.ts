/**
 * What a contract needs written in a dialect's SQL. Every statement ends in a semicolon.
 * Null where one plain statement cannot do it: that is said, not guessed.
 */
import type { Dialect } from '../../migrations/types.ts';
import type { Column, Schema, SchemaObject } from '../../schema/types.ts';

export interface Ddl {
  drop(object: SchemaObject, ifExists: boolean): string | null;
  /** Lets a legacy column be left empty. */
  dropNotNull(table: string, column: Column): string | null;
  /** The column again, empty and nullable: the way down from its drop. */
  addColumn(table: string, column: Column): string | null;
}

const WRITERS: ReadonlyMap<Dialect, (schema: Schema) => Promise<Ddl>> = new Map([
  ['postgres', async (schema: Schema) => (await import('./postgres-ddl.ts')).postgresDdl(schema)],
  ['mysql', async (schema: Schema) => (await import('./mysql-ddl.ts')).mysqlDdl(schema)],
]);

/** The writer of a dialect; null for one whose migrations are not read. */
export const loadDdl = async (dialect: Dialect, schema: Schema): Promise<Ddl | null> => (await WRITERS.get(dialect)?.(schema)) ?? null;
