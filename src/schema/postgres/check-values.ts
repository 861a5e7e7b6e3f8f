/**
 * CHECK expressions that list what one column may hold: `x IN ('a', 'b')`, `x = ANY (ARRAY['a'])`, `x = 'a' OR x = 'b'`, with
 * casts, `x IS NULL OR …` included (NULL passes a CHECK anyway). Anything else gives null.
 */
import { type Body, childOf, listOf, nameParts, numberOf, stringOf, type TaggedNode, textOf, untag } from '../../parse/sql/ast.ts';

export interface Allowed {
  readonly column: string;
  readonly values: readonly string[];
}

const withoutCasts = (value: unknown): TaggedNode | null => {
  let node = untag(value);
  while (node?.type === 'TypeCast') node = untag(node.body['arg']);
  return node;
};

/** A constant as text. */
const constantOf = (value: unknown): string | null => {
  const node = withoutCasts(value);
  if (node?.type !== 'A_Const') return null;
  const [text, integer, float] = [childOf(node.body, 'sval'), childOf(node.body, 'ival'), childOf(node.body, 'fval')];
  if (text) return textOf(text, 'sval') ?? '';
  if (integer) return String(numberOf(integer, 'ival'));
  return float ? textOf(float, 'fval') : null;
};

const columnOf = (value: unknown): string | null => {
  const node = withoutCasts(value);
  return node?.type === 'ColumnRef' ? stringOf(listOf(node.body, 'fields').at(-1)) : null;
};

const elementsOf = (value: unknown): readonly unknown[] | null => {
  const node = withoutCasts(value);
  if (node?.type === 'List') return listOf(node.body, 'items');
  if (node?.type === 'A_ArrayExpr') return listOf(node.body, 'elements');
  return Array.isArray(value) ? value : null;
};

const fromList = (body: Body, elements: readonly unknown[] | null): Allowed | null => {
  const column = columnOf(body['lexpr']);
  const values = (elements ?? []).map(constantOf).filter((value) => value !== null);
  return column === null || elements === null || values.length === 0 || values.length !== elements.length ? null : { column, values };
};

const fromOr = (args: readonly unknown[]): Allowed | null => {
  const found: Allowed[] = [];
  const nulls: string[] = [];
  for (const arg of args) {
    const node = untag(arg);
    const isNull = node?.type === 'NullTest' && textOf(node.body, 'nulltesttype') === 'IS_NULL' ? columnOf(node.body['arg']) : null;
    const allowed = isNull === null ? allowedBy(arg) : null;
    if (isNull !== null) nulls.push(isNull);
    else if (allowed) found.push(allowed);
    else return null;
  }
  const column = found[0]?.column;
  if (column === undefined || found.some((one) => one.column !== column) || nulls.some((one) => one !== column)) return null;
  return { column, values: [...new Set(found.flatMap(({ values }) => values))] };
};

/** What a CHECK expression allows one column to hold. */
export const allowedBy = (expression: unknown): Allowed | null => {
  const node = untag(expression);
  if (node?.type === 'BoolExpr') return textOf(node.body, 'boolop') === 'OR_EXPR' ? fromOr(listOf(node.body, 'args')) : null;
  if (node?.type !== 'A_Expr' || nameParts(listOf(node.body, 'name'))[0] !== '=') return null;
  const kind = textOf(node.body, 'kind');
  if (kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY') return fromList(node.body, elementsOf(node.body['rexpr']));
  if (kind !== 'AEXPR_OP') return null;
  return fromList(node.body, [node.body['rexpr']]) ?? fromList({ lexpr: node.body['rexpr'] }, [node.body['lexpr']]);
};
