/**
 * Whether a view can be written through: what PostgreSQL calls automatically updatable (CREATE VIEW, "Updatable Views").
 * Input: the view's query as a tree, and a way to tell whether a relation it reads can be written. Output: yes or no. Pure.
 */
import { type Body, isBody, listOf, nodesOf, stringsOf, untag } from '../parse/sql/ast.ts';

/** Clauses that make rows of the view other than rows of its table. */
const GROUPING: readonly string[] = ['withClause', 'distinctClause', 'groupClause', 'havingClause', 'limitCount', 'limitOffset'];

/** Aggregates and functions that return sets, by their last name. Source: PostgreSQL's documentation, chapter 9. */
const MANY_ROWS: ReadonlySet<string> = new Set(
  'count sum avg min max array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or every bit_and bit_or xmlagg stddev variance corr percentile_cont percentile_disc mode generate_series unnest regexp_matches regexp_split_to_table json_array_elements jsonb_array_elements'.split(
    ' ',
  ),
);

const isManyRows = (call: Body): boolean =>
  isBody(call['over']) || call['agg_star'] === true || MANY_ROWS.has(stringsOf(listOf(call, 'funcname')).at(-1) ?? '');

/** Whether an expression computes over rows; queries inside it are their own. */
const hasManyRows = (expression: unknown): boolean => {
  const stack: unknown[] = [expression];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) stack.push(...value);
    if (!isBody(value)) continue;
    const node = untag(value);
    if (node?.type === 'SubLink') continue;
    if (node?.type === 'FuncCall' && isManyRows(node.body)) return true;
    stack.push(...Object.values(value));
  }
  return false;
};

/** The node of a value that parsers wrap in lists of one. */
const only = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? only(value[0]) : value);

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

/** Whether rows can be inserted and changed through a view of this query. */
export const isUpdatable = (query: unknown, canWrite: (range: Body) => boolean): boolean => {
  const node = untag(query);
  if (node?.type !== 'SelectStmt') return false;
  const { body } = node;
  if (GROUPING.some((key) => isGiven(body[key])) || (body['op'] !== undefined && body['op'] !== 'SETOP_NONE')) return false;
  const from = nodesOf(body, 'fromClause');
  const [source] = from;
  const targets = nodesOf(body, 'targetList');
  if (from.length !== 1 || source?.type !== 'RangeVar' || !canWrite(source.body)) return false;
  const hasColumn = targets.some(({ body: target }) => untag(only(target['val']))?.type === 'ColumnRef');
  return hasColumn && !targets.some(({ body: target }) => hasManyRows(target['val']));
};
