/**
 * What a database contains besides what code names: sequences, domains, composite types, schemas, how partitions and
 * inheritance children came to their parts. Statements meet these, and are refused or carried on because of them.
 * Invariant: `copyCatalogue` shares no mutable part with its source.
 */

export interface Sequence {
  /** The column it goes with. */
  readonly owner: { readonly table: string; readonly column: string } | null;
  readonly isIdentity: boolean;
}

export interface Domain {
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly constraints: ReadonlyMap<string, { readonly expression: string; readonly validated: boolean }>;
  readonly needs: readonly string[];
}

export interface Catalogue {
  readonly sequences: Map<string, Sequence>;
  readonly domains: Map<string, Domain>;
  /** Attributes and their types, by composite type. */
  readonly composites: Map<string, ReadonlyMap<string, string>>;
  readonly schemas: Set<string>;
  /** Tables declared with PARTITION BY, and the columns of their keys. */
  readonly partitioned: Map<string, readonly string[]>;
  readonly partitions: Set<string>;
  /** Parts that a child declares itself: `t.column`, `t#constraint`. */
  readonly local: Set<string>;
  /** NOT NULLs that a child has from its parents alone: `t.column`. */
  readonly inherited: Set<string>;
  /** Age of the next key. */
  readonly ages: { next: number };
  /** Indexes (and key constraints) of partitions: `partition.index` to `parent.index`. */
  readonly indexParents: Map<string, string>;
  /** Names about which the history says too little to be certain; `*`: all. */
  readonly doubtful: Set<string>;
}

export const copyCatalogue = (from?: Catalogue): Catalogue => ({
  sequences: new Map(from?.sequences),
  domains: new Map(from?.domains),
  composites: new Map(from?.composites),
  schemas: new Set(from?.schemas),
  partitioned: new Map(from?.partitioned),
  partitions: new Set(from?.partitions),
  local: new Set(from?.local),
  inherited: new Set(from?.inherited),
  ages: { next: from?.ages.next ?? 1 },
  indexParents: new Map(from?.indexParents),
  doubtful: new Set(from?.doubtful),
});
