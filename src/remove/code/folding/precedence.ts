/** Where an expression needs parentheses once it stands in the place of another. Input: both nodes. Pure. */
import { ts } from 'ts-morph';

/** Operators from the loosest; those not named bind tighter than all of these. */
const levels: ReadonlyMap<ts.SyntaxKind, number> = new Map([
  [ts.SyntaxKind.CommaToken, 0],
  [ts.SyntaxKind.QuestionQuestionToken, 3],
  [ts.SyntaxKind.BarBarToken, 3],
  [ts.SyntaxKind.AmpersandAmpersandToken, 4],
  [ts.SyntaxKind.BarToken, 5],
  [ts.SyntaxKind.CaretToken, 6],
  [ts.SyntaxKind.AmpersandToken, 7],
  [ts.SyntaxKind.EqualsEqualsToken, 8],
  [ts.SyntaxKind.ExclamationEqualsToken, 8],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, 8],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, 8],
  [ts.SyntaxKind.LessThanToken, 9],
  [ts.SyntaxKind.GreaterThanToken, 9],
  [ts.SyntaxKind.LessThanEqualsToken, 9],
  [ts.SyntaxKind.GreaterThanEqualsToken, 9],
  [ts.SyntaxKind.InstanceOfKeyword, 9],
  [ts.SyntaxKind.InKeyword, 9],
  [ts.SyntaxKind.LessThanLessThanToken, 10],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, 10],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, 10],
  [ts.SyntaxKind.PlusToken, 11],
  [ts.SyntaxKind.MinusToken, 11],
  [ts.SyntaxKind.AsteriskToken, 12],
  [ts.SyntaxKind.SlashToken, 12],
  [ts.SyntaxKind.PercentToken, 12],
  [ts.SyntaxKind.AsteriskAsteriskToken, 13],
]);

const unary = 14;
const primary = 20;
const assignment = 1;
const conditional = 2;

/** How tightly an expression binds. */
function levelOf(node: ts.Expression): number {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment) return assignment;
    return levels.get(kind) ?? 9;
  }
  if (ts.isConditionalExpression(node)) return conditional;
  if (ts.isArrowFunction(node) || ts.isYieldExpression(node)) return assignment;
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return 9;
  const isUnary =
    ts.isPrefixUnaryExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isTypeOfExpression(node) ||
    ts.isVoidExpression(node) ||
    ts.isDeleteExpression(node) ||
    ts.isTypeAssertionExpression(node);
  return isUnary ? unary : ts.isPostfixUnaryExpression(node) ? unary + 1 : primary;
}

/** Whether `part` needs parentheses in the place of `place`. */
export function needsParentheses(part: ts.Expression, place: ts.Expression): boolean {
  return levelOf(part) < neededAt(place, part) || startsBadly(part, place);
}

function neededAt(place: ts.Expression, part: ts.Expression): number {
  const { parent } = place;
  if (ts.isParenthesizedExpression(parent) || ts.isExpressionStatement(parent)) return 0;
  if (ts.isBinaryExpression(parent)) return operandLevel(parent, place, part);
  if (ts.isConditionalExpression(parent)) return parent.condition === place ? conditional + 1 : assignment;
  if (
    ts.isPropertyAccessExpression(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isCallExpression(parent) ||
    ts.isNewExpression(parent)
  )
    return parent.expression === place ? (ts.isNewExpression(parent) && hasCall(part) ? primary + 1 : primary) : assignment;
  if (ts.isNonNullExpression(parent) || ts.isTaggedTemplateExpression(parent)) return primary;
  if (
    ts.isPrefixUnaryExpression(parent) ||
    ts.isAwaitExpression(parent) ||
    ts.isTypeOfExpression(parent) ||
    ts.isVoidExpression(parent) ||
    ts.isDeleteExpression(parent)
  )
    return unary;
  if (ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent)) return 9;
  const isWhole =
    ts.isIfStatement(parent) ||
    ts.isReturnStatement(parent) ||
    ts.isThrowStatement(parent) ||
    ts.isSwitchStatement(parent) ||
    ts.isTemplateSpan(parent) ||
    ts.isJsxExpression(parent);
  return isWhole ? 0 : assignment;
}

function operandLevel(parent: ts.BinaryExpression, place: ts.Expression, part: ts.Expression): number {
  const { kind } = parent.operatorToken;
  if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment) return parent.right === place ? assignment : primary;
  const isMixed =
    ts.isBinaryExpression(part) && isNullish(kind) !== isNullish(part.operatorToken.kind) && levelOf(part) <= 4 && levelOf(part) >= 3;
  if (isMixed && (isNullish(kind) || isNullish(part.operatorToken.kind))) return primary;
  const level = levels.get(kind) ?? 9;
  return parent.left === place ? level : level + 1;
}

const isNullish = (kind: ts.SyntaxKind): boolean => kind === ts.SyntaxKind.QuestionQuestionToken;

function hasCall(node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return true;
  return (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) && hasCall(node.expression);
}

/** `{` at the start of a statement or an arrow's body is a block, `function` and `class` are declarations. */
function startsBadly(part: ts.Expression, place: ts.Expression): boolean {
  const first = leftmost(part);
  const isObject = ts.isObjectLiteralExpression(first);
  if (!isObject && !ts.isFunctionExpression(first) && !ts.isClassExpression(first)) return false;
  let node: ts.Node = place;
  while (isLeftOf(node)) node = node.parent;
  return (
    ts.isExpressionStatement(node.parent) ||
    (isObject && ts.isArrowFunction(node.parent) && node.parent.body === node) ||
    (!isObject && ts.isExportAssignment(node.parent))
  );
}

function isLeftOf(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return parent.left === node;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  return (
    (ts.isPropertyAccessExpression(parent) ||
      ts.isElementAccessExpression(parent) ||
      ts.isCallExpression(parent) ||
      ts.isAsExpression(parent)) &&
    parent.expression === node
  );
}

function leftmost(node: ts.Expression): ts.Expression {
  if (ts.isBinaryExpression(node)) return leftmost(node.left);
  if (ts.isConditionalExpression(node)) return leftmost(node.condition);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node) || ts.isAsExpression(node))
    return leftmost(node.expression);
  return node;
}
