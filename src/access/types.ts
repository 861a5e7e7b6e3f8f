/** Facts about how code touches the schema, and what an extractor of them is. */
import type { Module, Modules, Node } from '../code/types.ts';
import type { Guard } from '../flags/types.ts';
import type { Dialect } from '../migrations/types.ts';
import type { PrismaSchema } from '../parse/prisma.ts';
import type { Location } from '../parse/span.ts';
import type { SqlParser } from '../parse/sql/parser.ts';
import type { Conflict } from '../schema/row-writes.ts';
import type { Schema } from '../schema/types.ts';

export type Confidence = 'high' | 'medium' | 'low';

export interface SchemaAccess {
  /** Id of the database it goes to. */
  readonly database: string;
  readonly kind: 'read' | 'write';
  /** The database's name of the table; `column: null` is a use of the table itself (or, implicit, of `columns`). */
  readonly table: string;
  readonly column: string | null;
  /** The columns an implicit or whole-row access covers. */
  readonly columns?: readonly string[];
  /**
   * `named`: the code writes the name. `implicit`: the client or `*` sends the column unasked. `field`: read from a row
   * that a query returned. `whole-row`: a computed object decides which columns.
   */
  readonly how: 'named' | 'implicit' | 'field' | 'whole-row';
  readonly confidence: Confidence;
  /** `prisma.user.findMany`, `SELECT`: what kind of query, for people. */
  readonly operation: string;
  readonly layer: string;
  readonly location: Location;
  /** File and function that run the query: `src/users.ts UserService.find`. */
  readonly scope: string;
  readonly guards: readonly Guard[];
  /** What the code compares the column with or sets it to, where that is constant; null: NULL. */
  readonly constants?: readonly (string | null)[];
  /** The query is kept prepared under a name: the server refuses it once its result type changes. */
  readonly isPrepared?: boolean;
}

/** One statement that writes rows of a table: which columns it fills, and with what. */
export interface RowWrite {
  readonly database: string;
  readonly table: string;
  readonly statement: 'INSERT' | 'UPDATE';
  /** Columns it certainly fills. */
  readonly columns: readonly string[];
  /** Whether these are all: nothing computed at run time adds more. */
  readonly isComplete: boolean;
  /** Filled by position: an INSERT without a column list. */
  readonly isPositional: boolean;
  /** Constants it writes; null: NULL. */
  readonly constants: readonly { readonly column: string; readonly value: string | null }[];
  /** The unique key an upsert relies on. */
  readonly conflict: Conflict | null;
  readonly confidence: Confidence;
  readonly operation: string;
  readonly layer: string;
  readonly location: Location;
  readonly scope: string;
  readonly guards: readonly Guard[];
}

/** Something in code that could touch the schema and could not be read. */
export interface Unresolved {
  readonly location: Location;
  readonly reason: string;
  /** Tables it could mean; empty: any. */
  readonly tables: readonly string[];
  /** Set when base and head are put together. */
  readonly revision?: 'base' | 'head';
}

export type SqlParsers = ReadonlyMap<Dialect, SqlParser>;

/** One database as code at some revision sees it. */
export interface DatabaseView {
  readonly id: string;
  readonly dialect: Dialect;
  readonly schema: Schema;
  readonly prisma: PrismaSchema | null;
}

/** Which objects the caller asks about; null: all. */
export interface Interest {
  /** Whether a use of this column (or, with null, of the table itself) matters. */
  has(database: string, table: string, column: string | null): boolean;
  /** Names that fields of rows can have in code, so that only those member accesses are looked at. */
  readonly fieldNames: ReadonlySet<string>;
}

export interface AccessContext {
  readonly modules: Modules;
  readonly databases: readonly DatabaseView[];
  readonly interest: Interest | null;
  /** Parsers of the databases' dialects; a dialect without one is not read in code. */
  readonly parsers: SqlParsers;
  guards(node: Node, module: Module): readonly Guard[];
}

export interface Extraction {
  readonly accesses: readonly SchemaAccess[];
  readonly writes: readonly RowWrite[];
  readonly unresolved: readonly Unresolved[];
}

/** One way code reaches a database. */
export interface AccessLayer {
  readonly name: string;
  extract(module: Module, context: AccessContext): Extraction;
}
