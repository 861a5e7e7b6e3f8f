/** Questions about types. Input: expressions and the checker. Pure. */
import { ts } from 'ts-morph';
import { isWrapper } from './uses.ts';

/** Whether the type of an expression is boolean and nothing else. */
export function isBoolean(node: ts.Expression, checker: ts.TypeChecker): boolean {
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) return true;
  const inner = isWrapper(node) ? node.expression : node;
  const type = checker.getTypeAtLocation(inner);
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((one) => (one.flags & ts.TypeFlags.BooleanLike) !== 0);
}

/** Whether a value may be missing; what has no type may be anything, and is taken to be there. */
export function mayBeMissing(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((one) => (one.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) !== 0);
}

/** Whether nothing is known of an expression's type. */
export const isAny = (node: ts.Expression, checker: ts.TypeChecker): boolean =>
  (checker.getTypeAtLocation(node).flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;

/** Whether an expression may give a number; what has no type may give anything. */
export function mayBeNumber(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeAtLocation(node);
  const numbers = ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike | ts.TypeFlags.Any | ts.TypeFlags.Unknown;
  return (type.isUnion() ? type.types : [type]).some((one) => (one.flags & (numbers | ts.TypeFlags.TypeParameter)) !== 0);
}
