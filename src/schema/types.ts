/**
 * The vocabulary of database schemas: what objects are called, and what one migration statement does to them.
 * Names are the database's own, after its case folding. A table of the default schema (`public`) is written without it,
 * any other as `schema.table`.
 */
import type { Location } from '../parse/span.ts';
import type { Catalogue } from './catalogue.ts';

export type ObjectKind =
  | 'table'
  | 'view'
  | 'materialized-view'
  | 'column'
  | 'enum'
  | 'enum-value'
  | 'index'
  | 'constraint'
  | 'function'
  | 'trigger'
  | 'schema'
  | 'statement'
  | 'file'
  | 'flag';

/** One schema object. For `column`, `constraint`, `trigger` and `index`, `table` is the owner; for a table, `table === name`. */
export interface SchemaObject {
  readonly kind: Exclude<ObjectKind, 'statement' | 'file' | 'flag'>;
  readonly table: string | null;
  readonly name: string;
}

/** `column users.email`, unique per database. */
export const objectKey = (o: SchemaObject): string =>
  o.table === null || o.table === o.name ? `${o.kind} ${o.name}` : `${o.kind} ${o.table}.${o.name}`;

export interface Column {
  readonly name: string;
  /** As PostgreSQL spells it: `text`, `integer`, `character varying(50)`, `timestamp with time zone`, `"Role"`; arrays end in `[]`. */
  readonly type: string;
  readonly nullable: boolean;
  /** SQL text of the default; null where there is none. Identity, serial and generated columns have one. */
  readonly default: string | null;
  readonly generated: boolean;
  /** Of a generated column in MySQL: whether its values are kept in the rows. */
  readonly isStored?: boolean;
  /** Functions, types and sequences that the default calls: `function f`, `type t`, `sequence s`. */
  readonly needs?: readonly string[];
}

export interface Constraint {
  readonly name: string;
  readonly kind: 'primary-key' | 'unique' | 'foreign-key' | 'check' | 'exclude' | 'not-null';
  readonly columns: readonly string[];
  readonly references: {
    readonly table: string;
    readonly columns: readonly string[];
    /** The unique key or index that the database chose for it. */
    readonly key?: string;
  } | null;
  readonly validated: boolean;
  /** SQL text of a CHECK. */
  readonly expression?: string;
  /** A CHECK that is a list of constants for one column (`status IN ('a', 'b')`): what it allows, as text. */
  readonly allowed?: { readonly column: string; readonly values: readonly string[] };
  /** What PostgreSQL names copies of its index by, where columns have been renamed since. */
  readonly parts?: readonly string[];
  /** Order in which keys and unique indexes were made. */
  readonly age?: number;
  /** Of the table alone: children do not get it. */
  readonly isLocal?: boolean;
  readonly needs?: readonly string[];
}

export interface Index {
  readonly name: string;
  readonly unique: boolean;
  /** Made by MySQL for a foreign key: goes when another index can serve. */
  readonly isImplied?: boolean;
  readonly columns: readonly string[];
  /** Whether it indexes expressions or a part of the rows. */
  readonly isPartial?: boolean;
  readonly age?: number;
  /** Of an index of expressions or of a part of the rows: what it is of, as text. */
  readonly text?: string;
  /** What PostgreSQL names it by: key columns as they were called when it was made, `expr` for expressions. */
  readonly parts?: readonly string[];
  readonly needs?: readonly string[];
}

export interface Table {
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly constraints: ReadonlyMap<string, Constraint>;
  readonly indexes: ReadonlyMap<string, Index>;
}

/** A table or column that the text of a view, function, trigger or policy names; `column: null` is the table itself. */
export interface Dependency {
  readonly table: string;
  readonly column: string | null;
  /** Whether PostgreSQL refuses the drop (views, policies) or accepts it and fails at run time (string bodies). */
  readonly enforced: boolean;
}

/** A view, materialised view, function, trigger or policy: an object with text that uses others. Policies are no `SchemaObject`: only what they use matters. */
export interface Routine {
  readonly kind: 'view' | 'materialized-view' | 'function' | 'trigger' | 'policy' | 'rule';
  readonly name: string;
  readonly table: string | null;
  /** Output column names of a view, where the text says them; empty otherwise. */
  readonly columns: readonly string[];
  /** Their types, `unknown` where the text does not say them. */
  readonly types?: readonly string[];
  readonly uses: readonly Dependency[];
  readonly location: Location;
  /** A view that rows can be written through. */
  readonly isUpdatable?: boolean;
  /** A trigger FOR EACH ROW: partitions get it too. */
  readonly isRowTrigger?: boolean;
  /** The function a trigger runs. */
  readonly calls?: string;
  /** A function's own CREATE statement: what a trigger's NEW and OLD mean is only known once the trigger names its table. */
  readonly definition?: string;
  /** A function's input types, `integer,text`. */
  readonly signature?: string;
  /** A function's result type. */
  readonly returns?: string;
  /** Functions, types and sequences that PostgreSQL keeps for it: `function f`, `type t`, `sequence s`. */
  readonly needs?: readonly string[];
}

/** The schema at one point of its history. */
export interface Schema {
  readonly tables: ReadonlyMap<string, Table>;
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** By `objectKey`; a second overload of a function has its argument types in the key. */
  readonly routines: ReadonlyMap<string, Routine>;
  /** What a later replay that starts here has to remember. */
  readonly memory?: ReplayMemory;
}

/** What the history has left behind besides objects. */
export interface ReplayMemory {
  /** Inheritance and partitions: parent → children. Column changes of a parent reach them. */
  readonly children: ReadonlyMap<string, ReadonlySet<string>>;
  /** Domains and composite types: known, so that dropping one is not taken for an enum's drop. */
  readonly otherTypes: ReadonlySet<string>;
  /** Keys of objects the history created and dropped: IF EXISTS on one of them does nothing. */
  readonly dropped: ReadonlySet<string>;
  /** Objects that code does not name but statements meet. */
  readonly catalogue?: Catalogue;
}

/** Where a change stands: the statement's or clause's own text. */
export interface Place {
  readonly location: Location;
  readonly migration: string;
}

/** Where a column got its last type, and what it asks of writers (NOT NULL, no default): for several alterations in one. */
export interface ColumnPlaces {
  readonly type?: Place;
  readonly demand?: Place;
}

/** What one statement (or one clause of an ALTER TABLE) does. */
export type SchemaChange = Place & { readonly places?: ColumnPlaces } & (
    | {
        readonly type: 'create';
        readonly object: SchemaObject;
        readonly column?: Column;
        readonly index?: Index /** an enum's values, a view's columns */;
        readonly members?: readonly string[];
      }
    | {
        readonly type: 'drop';
        readonly object: SchemaObject /** taken along by CASCADE or by the drop of its owner */;
        readonly implied: boolean;
      }
    | { readonly type: 'rename'; readonly object: SchemaObject; readonly to: string }
    | { readonly type: 'alter-column'; readonly object: SchemaObject; readonly before: Column | null; readonly after: Column }
    | { readonly type: 'add-constraint'; readonly object: SchemaObject; readonly constraint: Constraint }
    /** DML inside a migration: the backfill. `reads` are `table.column`. */
    | {
        readonly type: 'write';
        readonly object: SchemaObject;
        readonly statement: 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE' | 'MERGE' | 'COPY';
        readonly columns: readonly string[];
        readonly reads: readonly string[];
      }
  );

/**
 * What a statement makes the database do to a table that others use meanwhile: locks, scans, rewrites. `hazard` is its row
 * in the dialect's hazard table (`hazards/<dialect>.ts`); a statement or clause without one has no action.
 */
export interface Action {
  readonly hazard: string;
  /** The table that is locked; `others` are locked with it (both ends of a foreign key). */
  readonly table: string;
  readonly others: readonly string[];
  readonly object: SchemaObject;
  /** Whether the table was created by the same replay: nobody uses it yet. */
  readonly isNew: boolean;
  readonly inTransaction: boolean;
  /** SQL that reaches the same end without the hazard, where there is one. */
  readonly instead?: string;
  readonly location: Location;
  readonly migration: string;
}

/** A statement the database would refuse, given the schema it meets. It is not applied where that is certain. */
export interface Refusal {
  readonly location: Location;
  readonly migration: string;
  /** In the database's own words, as far as possible: `relation "t" already exists`. */
  readonly reason: string;
  /** False where the object may come from outside the migrations: then the statement was applied as far as its text tells. */
  readonly isCertain: boolean;
}

/** A statement or file that could not be understood, with every table it could mean where the text shows that. */
export interface Unreadable {
  readonly location: Location;
  readonly migration: string;
  readonly reason: string;
  /** First 80 characters of the statement. */
  readonly excerpt: string;
  /** Upper-case destructive words found by the token scan (`DROP`, `RENAME`, `ALTER`, …); empty: harmless as far as one can see. */
  readonly words: readonly string[];
  /** Identifiers in the statement, folded as PostgreSQL folds them: what it could be about. */
  readonly names: readonly string[];
}
