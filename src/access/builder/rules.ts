/**
 * What query builders say of their methods: what each argument holds, and what a step does to its query.
 * Data only: every library has a table of these.
 */

/** What one argument of a step holds. */
export type Role =
  /** A table, with its alias. */
  | 'table'
  /** A table, query or callback under a name: `with('x', …)`. */
  | 'cte'
  /** Columns: texts, lists, `{ alias: column }`. */
  | 'column'
  /** A column with a direction, or `{ column, order }`. */
  | 'order'
  /** A column, `{ column: value }`, or a callback that goes on with the same query. */
  | 'condition'
  /** What the column before is compared with. */
  | 'value'
  /** A column, an operator between two of them, or `{ column: column }`. */
  | 'on'
  | 'rows'
  /** `{ column: value }`, or a column with its value after it. */
  | 'set'
  | 'conflict'
  | 'merge'
  | 'raw'
  /** An object, text or callback that the layer itself looks at. */
  | 'other';

export interface StepRule {
  /** Roles by place; the last one holds for all that follow. */
  readonly roles: readonly Role[];
  readonly kind: 'read' | 'write';
  /** Whether it says which columns come back, so that not all do. */
  readonly chooses?: boolean;
  /** The clause raw SQL in it stands in. */
  readonly clause?: 'select' | 'where' | 'from' | 'join' | 'order' | 'group';
  /** Whether it asks for all columns: of the tables its arguments name by alias, or of every one. */
  readonly takesAll?: boolean;
  /** Whether a query begins here although it is called on another one's builder. */
  readonly restarts?: boolean;
}

/** A table of steps, written as lists of names with one rule. */
export function stepTable(...lines: readonly (readonly [names: string, rule: StepRule])[]): ReadonlyMap<string, StepRule> {
  return new Map(lines.flatMap(([names, rule]) => names.split(' ').map((name) => [name, rule] as const)));
}

/** `where`, `andWhere`, `orWhere`. */
export const withPrefixes = (...names: readonly string[]): string =>
  names.flatMap((name) => [name, ...['and', 'or'].map((prefix) => `${prefix}${name[0]?.toUpperCase()}${name.slice(1)}`)]).join(' ');

/** The role of an argument. */
export const roleAt = (rule: StepRule, index: number): Role => rule.roles[Math.min(index, rule.roles.length - 1)] ?? 'other';
