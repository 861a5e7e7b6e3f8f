/** Migrations of one database, in the order in which its runner applies them. */
export interface Migration {
  /** What the runner knows it by: the folder's name (Prisma) or the file's (others). */
  readonly id: string;
  /** The file with the SQL. */
  readonly path: string;
  /** Content id of the file (see Entry). */
  readonly content: string;
}

export type Dialect = 'postgres' | 'mysql' | 'sqlite' | 'clickhouse' | 'unknown';

/** One database of the repository: its migration folders and, with Prisma, its schema file(s). */
export interface Database {
  /** Stable within the repository: the schema.prisma's path, else the migration folder's. */
  readonly id: string;
  readonly layout: string;
  readonly dialect: Dialect;
  readonly roots: readonly string[];
  /** Prisma schema files that describe this database; empty for other layouts. */
  readonly prismaFiles: readonly string[];
  readonly migrations: readonly Migration[];
}
