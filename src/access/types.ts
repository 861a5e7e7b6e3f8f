/** Facts about how code touches the schema. */
import type { Guard } from '../flags/types.ts';
import type { Location } from '../parse/span.ts';

export type Confidence = 'high' | 'medium' | 'low';

export interface SchemaAccess {
  /** Id of the database it goes to. */
  readonly database: string;
  readonly kind: 'read' | 'write';
  /** The database's name of the table; `column: null` is a use of the table itself. */
  readonly table: string;
  readonly column: string | null;
  /**
   * `named`: the code writes the name. `implicit`: the client or `*` sends the column unasked. `field`: read from a row
   * that a query returned. `whole-row`: a computed object decides which columns.
   */
  readonly how: 'named' | 'implicit' | 'field' | 'whole-row';
  readonly confidence: Confidence;
  /** `prisma findMany`, `sql SELECT`: what kind of query, for people. */
  readonly operation: string;
  readonly layer: string;
  readonly location: Location;
  /** Name of the enclosing function, `Class.method` or `<module>`. */
  readonly scope: string;
  readonly guards: readonly Guard[];
}

/** Something in code that could touch the schema and could not be read. */
export interface Unresolved {
  readonly location: Location;
  readonly reason: string;
  /** Tables it could mean; empty: any. */
  readonly tables: readonly string[];
}
