/**
 * What a column name means at one place of a query: the sources in scope, innermost first.
 * Input: sources built by `references`. Output: the table columns a name stands for.
 * Invariants: pure; a source whose columns are unknown never hides one whose columns are known.
 */

/** A column of a table, where a name stands for one. */
export interface Origin {
  readonly table: string;
  readonly column: string;
}

/** Columns that a query or table offers, in order. An origin of null is an expression, or a column the inner query has named already. */
export interface Derived {
  readonly columns: ReadonlyMap<string, Origin | null>;
  /** Tables with unknown columns that show through (`SELECT *` of a table the history does not know). */
  readonly open: readonly string[];
  /** May have columns nobody knows: a function, a recursive reference. */
  readonly opaque: boolean;
}

export interface Source extends Derived {
  readonly alias: string;
  /** The table itself; null for a subquery, function or join. */
  readonly table: string | null;
  /** NEW, OLD, EXCLUDED: only `alias.column` means it. */
  readonly qualifiedOnly: boolean;
}

export interface Scope {
  readonly sources: Source[];
  readonly parent: Scope | null;
}

export const NOTHING: Derived = { columns: new Map(), open: [], opaque: true };

/** The nearest source of that alias. */
export const findSource = (scope: Scope | null, alias: string): Source | null => {
  for (let s = scope; s; s = s.parent) {
    for (const source of s.sources) if (source.alias === alias) return source;
  }
  return null;
};

/** The nearest source that is that table and goes by its own name: `public.users.email`. */
export const findTable = (scope: Scope | null, table: string): Source | null => {
  for (let s = scope; s; s = s.parent) {
    for (const source of s.sources) if (source.table === table) return source;
  }
  return null;
};

/** `a.x`: the table column behind it, or null (an expression, or nothing known). */
export const columnOf = (source: Source, name: string): Origin | null => {
  const known = source.columns.get(name);
  if (known !== undefined) return known;
  const only = source.open.length === 1 ? source.open[0] : undefined;
  if (only !== undefined) return { table: only, column: name };
  return source.table === null || isSystemColumn(name) ? null : { table: source.table, column: name };
};

const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid']);
const isSystemColumn = (name: string): boolean => SYSTEM_COLUMNS.has(name);

export type Meaning =
  | { readonly kind: 'column'; readonly origin: Origin }
  | { readonly kind: 'row'; readonly source: Source }
  | { readonly kind: 'none' };

const NONE: Meaning = { kind: 'none' };

const knownColumn = (scope: Scope | null, name: string): Meaning | null => {
  for (let s = scope; s; s = s.parent) {
    for (const source of s.sources) {
      if (source.qualifiedOnly) continue;
      const origin = source.columns.get(name);
      if (origin !== undefined) return origin === null ? NONE : { kind: 'column', origin };
    }
  }
  return null;
};

/** Whether a source in scope is known to have the column. */
export const hasColumn = (scope: Scope | null, name: string): boolean => knownColumn(scope, name) !== null;

const guess = (scope: Scope | null, name: string): Meaning => {
  for (let s = scope; s; s = s.parent) {
    const open = s.sources.filter((source) => source.open.length > 0);
    const tables = new Set(open.flatMap((source) => source.open));
    const only = [...tables][0];
    if (only !== undefined) return tables.size === 1 ? { kind: 'column', origin: { table: only, column: name } } : NONE;
  }
  let innermost = scope;
  while (innermost && innermost.sources.length === 0) innermost = innermost.parent;
  const sources = innermost?.sources.filter((source) => !source.qualifiedOnly) ?? [];
  const table = sources[0]?.table ?? null;
  return sources.length === 1 && table !== null ? { kind: 'column', origin: { table, column: name } } : NONE;
};

/**
 * An unqualified name: a column that a source is known to have; else a whole row; else, unless it is a variable, a
 * column of the one table that could have it.
 */
export const meaningOf = (scope: Scope | null, name: string, variables: ReadonlySet<string> | undefined): Meaning => {
  const known = knownColumn(scope, name);
  if (known) return known;
  const row = findSource(scope, name);
  if (row) return { kind: 'row', source: row };
  return variables?.has(name) || isSystemColumn(name) ? NONE : guess(scope, name);
};
