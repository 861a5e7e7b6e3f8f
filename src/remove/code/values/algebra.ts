/** How known values combine: conditions, comparisons, literals. Pure, but for asking the checker what a name's literal is. */
import { ts } from 'ts-morph';
import type { Known } from '../../../flags/known.ts';
import type { FlagValue } from '../../../flags/types.ts';

export type Constant = Extract<Known, { kind: 'constant' }>;

export const constant = (value: Constant['value']): Constant => ({ kind: 'constant', value });

/** Whether a value holds as a condition; objects always do. */
export const truthOf = (known: Known): boolean => (known.kind === 'constant' ? Boolean(known.value) : true);

/** `a && b` and `a || b` as conditions, where one side may be unknown. */
export function joined(left: boolean | null, right: boolean | null, isAnd: boolean): boolean | null {
  if (left === !isAnd || right === !isAnd) return !isAnd;
  return left === isAnd && right === isAnd ? isAnd : null;
}

export const booleanOf = (truth: boolean | null): Known | null => (truth === null ? null : constant(truth));

/** `true` and `false` as they are written. */
export function booleanLiteral(node: ts.Node): Known | null {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return constant(true);
  return node.kind === ts.SyntaxKind.FalseKeyword ? constant(false) : null;
}

/** The literal an expression is, or names: a text, a number, a boolean, a member of an enum; undefined: none. */
export function literalIn(node: ts.Expression | undefined, checker: ts.TypeChecker): Constant['value'] | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  if (!ts.isPropertyAccessExpression(node) && !ts.isIdentifier(node)) return undefined;
  const type = checker.getTypeAtLocation(node);
  return type.isStringLiteral() || type.isNumberLiteral() ? type.value : undefined;
}

/** A comparison with the variant by a method. */
export function compared(value: FlagValue, argument: ts.Expression | undefined, checker: ts.TypeChecker): Known | null {
  const other = literalIn(argument, checker);
  if (other === undefined) return null;
  if (typeof value === 'boolean' && typeof other === 'string') return constant(other.toLowerCase() === (value ? 'on' : 'off'));
  return constant(other === value);
}

const equalities: ReadonlyMap<ts.SyntaxKind, boolean> = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, true],
  [ts.SyntaxKind.EqualsEqualsToken, true],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, false],
  [ts.SyntaxKind.ExclamationEqualsToken, false],
]);

const orders: ReadonlyMap<ts.SyntaxKind, (a: number, b: number) => boolean> = new Map([
  [ts.SyntaxKind.LessThanToken, (a: number, b: number) => a < b],
  [ts.SyntaxKind.GreaterThanToken, (a: number, b: number) => a > b],
  [ts.SyntaxKind.LessThanEqualsToken, (a: number, b: number) => a <= b],
  [ts.SyntaxKind.GreaterThanEqualsToken, (a: number, b: number) => a >= b],
]);

/** `value === 'b'`: one side is known, the other known or a literal. */
export function comparison(node: ts.BinaryExpression, left: Known | null, right: Known | null, checker: ts.TypeChecker): Known | null {
  if (left === null && right === null) return null;
  const a = valueIn(left, node.left, checker);
  const b = valueIn(right, node.right, checker);
  if (a === unknown || b === unknown) return null;
  const isEqual = equalities.get(node.operatorToken.kind);
  if (isEqual !== undefined) return isLoose(node) && typeof a !== typeof b ? null : constant((a === b) === isEqual);
  const order = orders.get(node.operatorToken.kind);
  return order !== undefined && typeof a === 'number' && typeof b === 'number' ? constant(order(a, b)) : null;
}

/** `==` of different types converts; what it gives is not worked out. */
const isLoose = ({ operatorToken: { kind } }: ts.BinaryExpression): boolean =>
  kind === ts.SyntaxKind.EqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsToken;

const unknown = Symbol('unknown');

function valueIn(known: Known | null, node: ts.Expression, checker: ts.TypeChecker): Constant['value'] | typeof unknown {
  if (known !== null) return known.kind === 'constant' ? known.value : unknown;
  if (ts.isIdentifier(node) && node.text === 'undefined') return undefined;
  const literal = literalIn(node, checker);
  return literal === undefined ? unknown : literal;
}
