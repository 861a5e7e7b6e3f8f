/**
 * PostgreSQL as the judge of which columns a query names: it prepares the query against the schema with one column dropped
 * after the other, and fails exactly where the query needs that column.
 * One database for a whole test file: `await makeOracle(schema)`, and `close()` at the end.
 */
import { PGlite } from '@electric-sql/pglite';
import type { AccessLayer, SchemaAccess } from '../../src/access/types.ts';
import { defaultConfig } from '../../src/config/load.ts';
import { memoryTree } from '../../src/discover/memory-tree.ts';
import { makeCodeReader } from '../../src/extract/code.ts';
import type { Dialect } from '../../src/migrations/types.ts';
import type { SqlParser } from '../../src/parse/sql/parser.ts';
import { loadPostgres } from '../../src/parse/sql/postgres.ts';
import { postgresEngine } from '../../src/schema/postgres/engine.ts';
import { replay, sqlFile } from '../../src/schema/replay.ts';
import type { Schema } from '../../src/schema/types.ts';

export interface Oracle {
  readonly schema: Schema;
  /** `table.column` of every column without which PostgreSQL does not prepare the query; throws where it never does. */
  columnsUsedByDatabase(sql: string): Promise<readonly string[]>;
  /** Columns that Dropgate says code of these files names, `table.column`, sorted. */
  columnsNamedIn(files: Readonly<Record<string, string>>, layer?: AccessLayer['name']): Promise<readonly string[]>;
  /** All accesses of these files. */
  accessesIn(files: Readonly<Record<string, string>>): Promise<readonly SchemaAccess[]>;
  close(): Promise<void>;
}

const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');

/** A database with this schema, and Dropgate's reading of it. */
export async function makeOracle(schemaSql: string): Promise<Oracle> {
  const [db, postgres] = await Promise.all([PGlite.create(), loadPostgres()]);
  await db.exec(schemaSql);
  const { schema } = replay([sqlFile({ id: '1', path: '1.sql', content: '1' }, schemaSql)], postgresEngine(postgres));
  const columns = [...schema.tables.values()].flatMap((table) =>
    [...table.columns.keys()].map((column) => ({ table: table.name, column })),
  );
  const prepares = async (sql: string): Promise<string | null> => {
    try {
      await db.exec(`PREPARE probe AS ${sql}`);
      await db.exec('DEALLOCATE probe');
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const without = async ({ table, column }: { table: string; column: string }, sql: string): Promise<boolean> => {
    await db.exec('BEGIN');
    try {
      await db.exec(`ALTER TABLE ${quoted(table)} DROP COLUMN ${quoted(column)} CASCADE`);
      return (await prepares(sql)) === null;
    } finally {
      await db.exec('ROLLBACK');
    }
  };
  const accessesIn = async (files: Readonly<Record<string, string>>): Promise<readonly SchemaAccess[]> => {
    const reader = await makeCodeReader({
      tree: memoryTree('head', new Map(Object.entries(files))),
      databases: [{ id: 'db', dialect: 'postgres', schema, prisma: null }],
      config: defaultConfig,
      parsers: new Map<Dialect, SqlParser>([['postgres', postgres]]),
      cache: new Map(),
      isIgnored: () => false,
      hasFlags: false,
    });
    const { accesses } = await reader.accesses(Object.keys(files).sort(), null);
    if (reader.problems.length > 0) throw new Error(reader.problems.map((p) => `${p.location.file}: ${p.reason}`).join('; '));
    return accesses;
  };
  return {
    schema,
    accessesIn,
    columnsUsedByDatabase: async (sql) => {
      const refusal = await prepares(sql);
      if (refusal !== null) throw new Error(`PostgreSQL does not prepare ${sql}: ${refusal}`);
      const used: string[] = [];
      for (const one of columns) if (!(await without(one, sql))) used.push(`${one.table}.${one.column}`);
      return used.sort();
    },
    columnsNamedIn: async (files, layer) => {
      const found = (await accessesIn(files)).filter(
        (a) => a.column !== null && a.how === 'named' && (layer === undefined || a.layer === layer),
      );
      return [...new Set(found.map((a) => `${a.table}.${a.column}`))].sort();
    },
    close: () => db.close(),
  };
}

/** Numbers that look random and are the same in every run. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}
