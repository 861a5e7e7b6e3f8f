/** The vocabulary of `references`: what SQL text names in a schema. */
import type { Constant } from './constants.ts';

export type Verb = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'MERGE' | 'TRUNCATE' | 'COPY' | 'OTHER';

/** One use of a table (`column: null`) or column by SQL text. */
export interface Reference {
  readonly kind: 'read' | 'write';
  readonly table: string;
  readonly column: string | null;
  /** `implicit`: `SELECT *`, a whole-row value, an INSERT without column list. */
  readonly how: 'named' | 'implicit';
  /** UTF-16 offset in the given SQL. */
  readonly location: number;
  /** The statement the use stands in: the innermost INSERT, UPDATE, … around it, else SELECT. */
  readonly statement: Verb;
  /** What the column is compared with for equality, or set to, where that is constant. */
  readonly constants?: readonly Constant[];
}

export interface ReferenceOptions {
  /** Converts tree locations to UTF-16 offsets: `toUtf16` of the parse. */
  readonly toUtf16: (location: number) => number;
  /** Column names are compared without case: trees have them in lower case, references as the schema spells them. */
  readonly anyCase?: boolean;
  /** Schemas an unqualified name is looked up in. Absent: `public`, else the one schema that has the table. */
  readonly searchPath?: readonly string[];
  /** Row variables that stand for a table: NEW and OLD in a trigger. */
  readonly rows?: ReadonlyMap<string, string>;
  /** Names that are parameters or variables where no table has such a column. */
  readonly variables?: ReadonlySet<string>;
}
