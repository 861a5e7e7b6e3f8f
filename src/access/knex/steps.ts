/**
 * The methods of Knex's query builder, and those that Objection adds: what each argument is.
 * Data only. A method that is not here ends a chain.
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
  | 'other';

export interface StepRule {
  /** Roles by place; the last one holds for all that follow. */
  readonly roles: readonly Role[];
  readonly kind: 'read' | 'write';
  /** Whether it says which columns come back, so that not all do. */
  readonly chooses?: boolean;
  /** The clause raw SQL in it stands in. */
  readonly clause?: 'select' | 'where' | 'from' | 'join' | 'order' | 'group';
  /** Whether rows come back from a write. */
  readonly returns?: boolean;
}

const rules = new Map<string, StepRule>();

function define(names: string, rule: StepRule): void {
  for (const name of names.split(' ')) rules.set(name, rule);
}

const withPrefixes = (...names: readonly string[]): string =>
  names.flatMap((name) => [name, `and${name[0]?.toUpperCase()}${name.slice(1)}`, `or${name[0]?.toUpperCase()}${name.slice(1)}`]).join(' ');

define('select column columns distinct distinctOn pluck returning', { roles: ['column'], kind: 'read', chooses: true });
define('first', { roles: ['column'], kind: 'read' });
define('count countDistinct min max sum sumDistinct avg avgDistinct', { roles: ['column'], kind: 'read', chooses: true });
define('groupBy', { roles: ['column'], kind: 'read' });
define('orderBy', { roles: ['order', 'other'], kind: 'read' });
define(
  withPrefixes(
    'where',
    'whereNot',
    'whereIn',
    'whereNotIn',
    'whereNull',
    'whereNotNull',
    'whereBetween',
    'whereNotBetween',
    'whereLike',
    'whereILike',
    'whereJsonObject',
    'whereJsonPath',
    'whereJsonSupersetOf',
    'whereJsonSubsetOf',
    'whereJsonNotSupersetOf',
    'whereJsonNotSubsetOf',
    'having',
    'havingIn',
    'havingNotIn',
    'havingNull',
    'havingNotNull',
    'havingBetween',
    'havingNotBetween',
  ),
  { roles: ['condition', 'value'], kind: 'read' },
);
define(withPrefixes('whereColumn'), { roles: ['on'], kind: 'read' });
define(withPrefixes('whereExists', 'whereNotExists', 'havingExists', 'havingNotExists'), { roles: ['other'], kind: 'read' });
define('join innerJoin leftJoin leftOuterJoin rightJoin rightOuterJoin outerJoin fullOuterJoin crossJoin', {
  roles: ['table', 'on'],
  kind: 'read',
});
define(withPrefixes('on', 'onNull', 'onNotNull', 'onExists', 'onNotExists'), { roles: ['on'], kind: 'read' });
define(withPrefixes('onVal', 'onIn', 'onNotIn', 'onBetween', 'onNotBetween'), { roles: ['condition', 'value'], kind: 'read' });
define('using', { roles: ['column'], kind: 'read' });
define('from into table', { roles: ['table'], kind: 'read' });
define('with withRecursive withMaterialized withNotMaterialized', { roles: ['cte', 'other'], kind: 'read' });
define('insert', { roles: ['rows', 'column'], kind: 'write', chooses: true });
define('upsert', { roles: ['rows', 'column'], kind: 'write', chooses: true });
define('batchInsert', { roles: ['table', 'rows'], kind: 'write', chooses: true });
define('update', { roles: ['set', 'value', 'column'], kind: 'write', chooses: true });
define('increment decrement', { roles: ['set', 'value'], kind: 'write', chooses: true });
define('del delete truncate', { roles: ['column'], kind: 'write', chooses: true });
define('onConflict', { roles: ['conflict'], kind: 'read' });
define('merge', { roles: ['merge'], kind: 'write' });
define('ignore clone timeout debug clear clearSelect clearWhere clearOrder clearGroup clearHaving clearCounters', {
  roles: ['other'],
  kind: 'read',
});
define('forUpdate forShare forNoKeyUpdate forKeyShare skipLocked noWait limit offset as transacting withSchema queryContext connection', {
  roles: ['other'],
  kind: 'read',
});
define('modify union unionAll intersect except stream pipe hintComment comment options toSQL toString toNative toQuery asCallback', {
  roles: ['other'],
  kind: 'read',
});
define('columnInfo', { roles: ['column'], kind: 'read', chooses: true });
define(withPrefixes('whereRaw', 'havingRaw', 'onRaw'), { roles: ['raw', 'other'], kind: 'read', clause: 'where' });
define('orderByRaw', { roles: ['raw', 'other'], kind: 'read', clause: 'order' });
define('groupByRaw', { roles: ['raw', 'other'], kind: 'read', clause: 'group' });
define('joinRaw', { roles: ['raw', 'other'], kind: 'read', clause: 'join' });
define('fromRaw', { roles: ['raw', 'other'], kind: 'read', clause: 'from', chooses: true });
define('selectRaw', { roles: ['raw', 'other'], kind: 'read', clause: 'select', chooses: true });
define('rank denseRank rowNumber', { roles: ['other', 'order'], kind: 'read', chooses: true });
define('jsonExtract jsonSet jsonInsert jsonRemove', { roles: ['column', 'other'], kind: 'read', chooses: true });

/** Knex's methods by name. */
export const KNEX_STEPS: ReadonlyMap<string, StepRule> = rules;

/** The role of an argument. */
export const roleAt = (rule: StepRule, index: number): Role => rule.roles[Math.min(index, rule.roles.length - 1)] ?? 'other';
