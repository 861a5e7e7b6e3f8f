/** Facts about how code touches the schema, and what an extractor of them is. */
import type { EntryPoint } from '../code/entries/entries.ts';
import type { Module, Modules, Node } from '../code/types.ts';
import type { Guard } from '../flags/types.ts';
import type { Dialect } from '../migrations/types.ts';
import type { PrismaSchema } from '../parse/prisma.ts';
import type { Location } from '../parse/span.ts';
import type { SqlParser } from '../parse/sql/parser.ts';
import type { Conflict } from '../schema/row-writes.ts';
import type { Schema } from '../schema/types.ts';
import type { Source } from './values.ts';

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
  /** Where the query is run, when its parts are written elsewhere. */
  readonly site?: Location;
  /** Of a write: where the transaction around it is opened. */
  readonly transaction?: Location;
  /** What leads to it from outside, where that was asked and found. */
  readonly entries?: readonly EntryPoint[];
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
  /** Where the statement is run, when its parts are written elsewhere. */
  readonly site?: Location;
  /** What leads to it from outside, where that was asked and found. */
  readonly entries?: readonly EntryPoint[];
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

/** A file matters when one of `words` stands in it and all of `beside` match its text. */
export interface Clue {
  readonly words: readonly string[];
  readonly beside: readonly RegExp[];
  /** Words of SQL: without quotes, capitals and small letters are the same. */
  readonly anyCase?: boolean;
}

/** One property of a class or table object that an ORM maps to a column. */
export interface MappedField {
  readonly name: string;
  /** The database's name. */
  readonly column: string;
  /** Sent unasked by a query that reads whole rows. */
  readonly isSelected: boolean;
  /** Sent unasked by a query that inserts a row. */
  readonly isInserted: boolean;
  /** Sent unasked by a query that updates a row: `updatedAt`, a version. */
  readonly isUpdated?: boolean;
  /** Updates leave it out even where they name it. */
  readonly isConstant?: boolean;
  /** The client fills it by itself where code gives a new row no value. */
  readonly isFilled?: boolean;
  /** Part of the primary key. */
  readonly isKey?: boolean;
  /** Marks rows as deleted: queries filter by it unasked, and soft deletion sets it. */
  readonly isDeleteMark?: boolean;
}

/** A property that leads to rows of another model. */
export interface MappedRelation {
  readonly name: string;
  /** Key of the other model. */
  readonly target: string;
  readonly list: boolean;
  /** The columns behind it, on whichever side they are, those of a join table included. */
  readonly columns: readonly { readonly table: string; readonly column: string }[];
  /** Queries of the model fetch it unasked. */
  readonly isEager?: boolean;
}

/** A class or table object of the code that an ORM maps to a table of the schema. */
export interface MappedModel {
  /** Where it is declared: path and offset of the declaration. */
  readonly key: string;
  readonly layer: string;
  /** Name of the class or constant. */
  readonly name: string;
  readonly database: string;
  readonly table: string;
  readonly fields: ReadonlyMap<string, MappedField>;
  readonly relations: ReadonlyMap<string, MappedRelation>;
  /** Columns that it does not declare are properties too. */
  readonly isOpen?: boolean;
}

/** The models of one revision, with an index per question. */
export interface Models {
  readonly all: readonly MappedModel[];
  byKey(key: string): MappedModel | undefined;
  /** Models of one layer that code refers to by this text: `getRepository('User')`. */
  byName(name: string, layer: string): readonly MappedModel[];
  byTable(database: string, table: string): readonly MappedModel[];
  /** The model a class name, a table object or an imported constant stands for. */
  of(source: Source, modules: Modules): MappedModel | null;
}

/** A model as one file declares it; names are candidates, because only the schema says which naming strategy is in use. */
export interface ModelDraft {
  /** The class, call or object that declares it. */
  readonly node: Node;
  readonly module: Module;
  readonly name: string;
  /** Possible names of the table, likeliest first; with its schema where the code says one. */
  readonly tables: readonly string[];
  readonly fields: readonly FieldDraft[];
  readonly relations: readonly RelationDraft[];
  readonly isOpen?: boolean;
}

export interface FieldDraft extends Omit<MappedField, 'column'> {
  /** Possible names of the column, likeliest first; a name the code states is the only one. */
  readonly columns: readonly string[];
}

export interface RelationDraft {
  readonly name: string;
  /** The class or constant it leads to, or the text that names it. */
  readonly target: Source | string;
  readonly list: boolean;
  readonly isEager?: boolean;
  /** Foreign keys in the model's own table, as candidates per key. */
  readonly own: readonly (readonly string[])[];
  /** Foreign keys in the other model's table. */
  readonly foreign: readonly (readonly string[])[];
  /** The table between, of a many-to-many relation, as candidates, with its foreign keys. */
  readonly through: { readonly tables: readonly string[]; readonly keys: readonly (readonly string[])[] } | null;
  /** The property of the other model that is the same relation seen from there, whose keys are these too. */
  readonly inverse?: string;
}

/** How one ORM declares models. */
export interface Mapping {
  /** npm packages without any of which no file declares such a model. */
  readonly packages: readonly string[];
  /** What a file that declares one has. */
  readonly clues: readonly Clue[];
  /** The models a file declares; may ask `modules` for the files of base classes. */
  read(module: Module, modules: Modules): readonly ModelDraft[];
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
  /** Models that code declares (Prisma's are in `databases`). */
  readonly models: Models;
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
  /** Parts of package names: a repository whose manifests have none of them has no code of this layer. Absent: the mapping's; without that, always asked. */
  readonly packages?: readonly string[];
  /** Its queries name tables by text: `db('users')`. */
  readonly namesTables?: boolean;
  /** How it declares models in code, where it does. */
  readonly mapping?: Mapping;
  extract(module: Module, context: AccessContext): Extraction;
}
