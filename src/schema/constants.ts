/**
 * Constants in SQL trees: what a column is compared with or set to, as far as the text says it.
 * Input: an expression's tree. Output: constants as text, or where a value comes from outside, the place it is put in.
 */
import { type Body, childOf, isBody, isTrue, listOf, numberOf, textOf, untag } from '../parse/sql/ast.ts';

/** `value`: a constant of the text (null: NULL); `parameter`: `$1` and its like. `location` is the tree's. */
export type Constant =
  | { readonly kind: 'value'; readonly value: string | null; readonly location: number }
  | { readonly kind: 'parameter'; readonly number: number; readonly location: number };

/** The text of a constant; undefined for what is none. */
const scalar = (body: Body): string | null | undefined => {
  if (isTrue(body, 'isnull')) return null;
  const text = childOf(body, 'sval');
  if (text) return textOf(text, 'sval') ?? '';
  const integer = childOf(body, 'ival');
  if (integer) return String(numberOf(integer, 'ival'));
  const decimal = childOf(body, 'fval');
  if (decimal) return textOf(decimal, 'fval') ?? '';
  const flag = childOf(body, 'boolval');
  return flag ? String(isTrue(flag, 'boolval')) : undefined;
};

/** The constants an expression can be: of a list all of them; null as soon as one is computed. */
export const constantsOf = (value: unknown): readonly Constant[] | null => {
  const node = untag(value);
  switch (node?.type) {
    case 'A_Const': {
      const value = scalar(node.body);
      return value === undefined ? null : [{ kind: 'value', value, location: numberOf(node.body, 'location') }];
    }
    case 'ParamRef':
      return [{ kind: 'parameter', number: numberOf(node.body, 'number'), location: numberOf(node.body, 'location') }];
    case 'TypeCast':
      return constantsOf(node.body['arg']);
    case 'List':
      return allOf(listOf(node.body, 'items'));
    case 'A_ArrayExpr':
      return allOf(listOf(node.body, 'elements'));
    default:
      return null;
  }
};

const allOf = (items: readonly unknown[]): readonly Constant[] | null => {
  const found = items.map(constantsOf);
  return found.includes(null) ? null : found.flatMap((some) => some ?? []);
};

const COMPARING: ReadonlySet<string> = new Set([
  'AEXPR_OP',
  'AEXPR_OP_ANY',
  'AEXPR_OP_ALL',
  'AEXPR_IN',
  'AEXPR_DISTINCT',
  'AEXPR_NOT_DISTINCT',
]);
const EQUALITY: ReadonlySet<string> = new Set(['=', '<>', '!=']);

/** The column of `column = constant` (or IN, ANY) with what it is compared with; null for any other expression. */
export const comparisonOf = (expression: Body): { readonly column: Body; readonly constants: readonly Constant[] } | null => {
  if (!COMPARING.has(textOf(expression, 'kind') ?? '')) return null;
  const operator = untag(listOf(expression, 'name')[0])?.body;
  if (!operator || !EQUALITY.has(textOf(operator, 'sval') ?? '')) return null;
  const sides = [untag(expression['lexpr']), untag(expression['rexpr'])];
  const column = sides.find((side) => side?.type === 'ColumnRef');
  const other = column === sides[0] ? expression['rexpr'] : expression['lexpr'];
  const constants = column && isBody(other) ? constantsOf(other) : null;
  return column && constants ? { column: column.body, constants } : null;
};
