/** What is there for each dialect that is read; a parser is loaded when the first database of its kind is met. */
import type { Dialect } from '../migrations/types.ts';
import { loadMysql } from '../parse/sql/mysql/mysql.ts';
import type { SqlParser } from '../parse/sql/parser.ts';
import { loadPostgres } from '../parse/sql/postgres.ts';
import { mysqlEngine } from './mysql/engine.ts';
import type { Engine } from './replay.ts';

interface Support {
  engine(): Promise<Engine>;
  /** For queries in code. */
  parser(): Promise<SqlParser>;
}

const DIALECTS: ReadonlyMap<Dialect, Support> = new Map<Dialect, Support>([
  ['postgres', { engine: async () => (await import('./postgres/engine.ts')).postgresEngine(await loadPostgres()), parser: loadPostgres }],
  ['mysql', { engine: async () => mysqlEngine(await loadMysql()), parser: loadMysql }],
]);

/** Null for a dialect that is not read. */
export type Engines = (dialect: Dialect) => Promise<Engine | null>;

/** Loads engines by dialect. */
export const loadEngine: Engines = async (dialect) => (await DIALECTS.get(dialect)?.engine()) ?? null;

/** The parsers of those of the dialects that are read. */
export const loadParsers = async (dialects: readonly Dialect[]): Promise<ReadonlyMap<Dialect, SqlParser>> => {
  const parsers = new Map<Dialect, SqlParser>();
  for (const dialect of new Set(dialects)) {
    const support = DIALECTS.get(dialect);
    if (support) parsers.set(dialect, await support.parser());
  }
  return parsers;
};
