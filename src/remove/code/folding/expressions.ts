/**
 * Carries out what is left of expressions: literals, kept parts, lists without what went.
 * Input: nodes of one file, top down. Effect: edits.
 */
import { ts } from 'ts-morph';
import { elementRange, quoted, rangeOf } from '../reading/text.ts';
import { bare, functionAround, isAsync, isDeclaring, isWrapper, unwrapped } from '../reading/uses.ts';
import type { Constant } from '../values/algebra.ts';
import { foldElement, foldJsxChildren, foldJsxSpread } from './jsx.ts';
import { needsParentheses } from './precedence.ts';
import { type Residual, residual } from './residual.ts';
import type { Rewriter } from './rewriter.ts';

/** Visits an expression. `isCondition`: only whether it holds matters. */
export function foldExpression(node: ts.Expression, isCondition: boolean, rewriter: Rewriter): void {
  if (!rewriter.isInteresting(node) || (ts.isIdentifier(node) && isDeclaring(node))) return;
  const rest = residual(node, isCondition, rewriter);
  if (rest.kind === 'constant') return putConstant(node, rest.value, rewriter);
  if (rest.kind === 'promise') return putPromise(node, rest.value, rewriter);
  if (rest.kind === 'children') return foldElement(rest.of, rewriter);
  if (rest.node !== node) {
    rewriter.kept.set(node, bare(rest.node));
    keepInstead(node, rest.node, rewriter);
    return foldParts(rest.node, isCondition, rewriter);
  }
  foldParts(node, isCondition, rewriter);
}

/** A literal in the place of an expression. */
function putConstant(node: ts.Expression, value: Constant['value'], rewriter: Rewriter): void {
  const file = node.getSourceFile();
  const { edits } = rewriter;
  const cause = rewriter.causeOf(node);
  const text = literalText(value, file);
  if (node.getText(file) === text) return;
  if (ts.isIdentifier(node) && ts.isShorthandPropertyAssignment(node.parent))
    return edits.replace(file, rangeOf(node), `${node.text}: ${text}`, cause);
  if (ts.isJsxExpression(node.parent) && ts.isJsxAttribute(node.parent.parent) && value === true) {
    const { name, initializer } = node.parent.parent;
    if (initializer !== undefined) return edits.remove(file, { start: name.end, end: initializer.end }, cause);
  }
  const outer = withoutParentheses(node, () => true);
  edits.replace(file, rangeOf(outer), text, cause);
}

/** Where a promise is awaited anyway the constant does; else it stays a promise. */
function putPromise(node: ts.Expression, value: Constant['value'], rewriter: Rewriter): void {
  if (isAwaited(node)) return putConstant(node, value, rewriter);
  const file = node.getSourceFile();
  rewriter.edits.replace(file, rangeOf(node), `Promise.resolve(${literalText(value, file)})`, rewriter.causeOf(node));
}

function isAwaited(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node)) {
    const fn = ts.isArrowFunction(parent) ? parent : functionAround(parent);
    return fn !== null && isAsync(fn);
  }
  const call = ts.isArrayLiteralExpression(parent) ? parent.parent : null;
  return call !== null && ts.isCallExpression(call) && /^Promise\.(?:all|allSettled|race|any)$/.test(call.expression.getText());
}

function literalText(value: Constant['value'], file: ts.SourceFile): string {
  return typeof value === 'string' ? quoted(value, file) : String(value);
}

/** The parentheses around a node that are not needed by what takes its place. */
function withoutParentheses(node: ts.Expression, isFree: (outer: ts.Expression) => boolean): ts.Expression {
  const { parent } = node;
  return ts.isParenthesizedExpression(parent) && isFree(parent) ? withoutParentheses(parent, isFree) : node;
}

/** Keeps one part of an expression in the place of the whole. */
export function keepInstead(whole: ts.Expression, part: ts.Expression, rewriter: Rewriter): void {
  const file = whole.getSourceFile();
  const cause = rewriter.causeOf(whole);
  const inner = isStrippable(part) ? bare(part) : part;
  const outer = withoutBraces(
    withoutParentheses(whole, (around) => isMovable(inner, file) && !needsParentheses(inner, around)),
    inner,
  );
  rewriter.edits.remove(file, { start: outer.getStart(file), end: inner.getStart(file) }, cause);
  rewriter.edits.remove(file, { start: inner.end, end: outer.end }, cause);
  const isCallee = (ts.isCallExpression(outer.parent) || ts.isTaggedTemplateExpression(outer.parent)) && calleeOf(outer.parent) === outer;
  if (isCallee && ts.isParenthesizedExpression(outer) && isMember(inner))
    return rewriter.edits.wrap(file, rangeOf(inner), '(0, ', ')', cause);
  if (needsParentheses(inner, outer)) rewriter.edits.wrap(file, rangeOf(inner), '(', ')', cause);
}

/** `name={'text'}` needs no braces. */
function withoutBraces(outer: ts.Expression, inner: ts.Expression): ts.Expression {
  const isText = ts.isStringLiteral(inner) && !/["'&\\\n]/.test(inner.getText().slice(1, -1));
  const { parent } = outer;
  return isText && ts.isJsxExpression(parent) && ts.isJsxAttribute(parent.parent) ? parent : outer;
}

const calleeOf = (node: ts.CallExpression | ts.TaggedTemplateExpression): ts.Node =>
  ts.isCallExpression(node) ? node.expression : node.tag;

const isMember = (node: ts.Node): boolean => ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);

const isStrippable = (node: ts.Expression): node is ts.ParenthesizedExpression => ts.isParenthesizedExpression(node);

/** JSX over several lines stays in its parentheses. */
const isMovable = (node: ts.Node, file: ts.SourceFile): boolean =>
  !((ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) && node.getText(file).includes('\n'));

/** The parts of an expression that stays. */
export function foldParts(node: ts.Node, isCondition: boolean, rewriter: Rewriter): void {
  if (!rewriter.isInteresting(node)) return;
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return foldExpression(node.operand, true, rewriter);
  if (isWrapper(node)) return foldExpression(node.expression, isCondition, rewriter);
  if (ts.isConditionalExpression(node)) {
    foldExpression(node.condition, true, rewriter);
    foldExpression(node.whenTrue, isCondition, rewriter);
    return foldExpression(node.whenFalse, isCondition, rewriter);
  }
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const isLogical = kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
    foldLeft(node, isLogical && isCondition, rewriter);
    return foldExpression(node.right, isLogical && isCondition, rewriter);
  }
  if (ts.isCallExpression(node)) return foldCall(node, rewriter);
  if (ts.isTemplateExpression(node)) return foldTemplate(node, rewriter);
  if (ts.isArrayLiteralExpression(node)) return foldArray(node, rewriter);
  if (ts.isObjectLiteralExpression(node)) return foldObject(node, rewriter);
  if (ts.isJsxElement(node) || ts.isJsxFragment(node)) return foldJsxChildren(node, rewriter);
  if (ts.isJsxSpreadAttribute(node)) return foldJsxSpread(node, rewriter);
  rewriter.visitParts(node);
}

/** In `a && true && b` the middle says nothing, whatever `a` is: what is false ends it, what is true goes on to `b`. */
function foldLeft({ left, operatorToken: { kind } }: ts.BinaryExpression, isCondition: boolean, rewriter: Rewriter): void {
  let kept = left;
  for (let inner = unwrapped(kept); isSaying(inner, kind, rewriter); inner = unwrapped(kept)) kept = inner.left;
  if (kept === left) return foldExpression(left, isCondition, rewriter);
  keepInstead(left, kept, rewriter);
  foldExpression(kept, isCondition, rewriter);
}

/** `a && true` left of an `&&`, `a || false` left of an `||`. */
function isSaying(node: ts.Expression, kind: ts.SyntaxKind, rewriter: Rewriter): node is ts.BinaryExpression {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== kind || !rewriter.isInteresting(node.right)) return false;
  const rest = residual(node.right, true, rewriter);
  const identity = kind === ts.SyntaxKind.AmpersandAmpersandToken ? true : kind === ts.SyntaxKind.BarBarToken ? false : null;
  return rest.kind === 'constant' && identity !== null && Boolean(rest.value) === identity;
}

/** `v1` in the place of `${variant.name}`; a tag is given the values as they are. */
function foldTemplate(node: ts.TemplateExpression, rewriter: Rewriter): void {
  const isTagged = ts.isTaggedTemplateExpression(node.parent);
  for (const { expression, literal } of node.templateSpans) {
    const rest = rewriter.isInteresting(expression) && !isTagged ? residual(expression, false, rewriter) : null;
    if (rest?.kind !== 'constant') {
      foldExpression(expression, false, rewriter);
      continue;
    }
    const text = String(rest.value).replaceAll(/[\\`]|^\{|\$(?=\{|$)/g, '\\$&');
    const range = { start: expression.pos - '${'.length, end: literal.getStart() + '}'.length };
    rewriter.edits.replace(node.getSourceFile(), range, text, rewriter.causeOf(node));
  }
}

/** Functions that put class names together leave out what is false. */
const joining: ReadonlySet<string> = new Set(['clsx', 'classnames', 'classNames', 'cx', 'cn', 'twMerge', 'twJoin']);

function foldCall(node: ts.CallExpression, rewriter: Rewriter): void {
  const name = ts.isIdentifier(node.expression) ? node.expression.text : '';
  const isBoolean = name === 'Boolean' && node.arguments.length === 1;
  foldExpression(node.expression, false, rewriter);
  const given = node.arguments.filter((one) => !(joining.has(name) && isNothing(one, rewriter)));
  for (const one of node.arguments) if (!given.includes(one)) removeElement(one, node.arguments, rewriter);
  for (const one of given) {
    if (ts.isSpreadElement(one)) foldSpread(one, one.expression, node.arguments, rewriter);
    else foldExpression(one, isBoolean, rewriter);
  }
}

function isNothing(node: ts.Expression, rewriter: Rewriter): boolean {
  if (!rewriter.isInteresting(node)) return false;
  const rest = residual(node, false, rewriter);
  return rest.kind === 'constant' && !rest.value && rest.value !== '';
}

function foldArray(node: ts.ArrayLiteralExpression, rewriter: Rewriter): void {
  const isFiltered = isFilteredByTruth(node);
  const isDependencies = isDependencyList(node);
  for (const one of node.elements) {
    if (!rewriter.isInteresting(one)) continue;
    if (ts.isSpreadElement(one)) foldSpread(one, one.expression, node.elements, rewriter);
    else if ((isFiltered && isNothing(one, rewriter)) || (isDependencies && residual(one, false, rewriter).kind === 'constant'))
      removeElement(one, node.elements, rewriter);
    else foldExpression(one, false, rewriter);
  }
}

/** `[a, b].filter(Boolean)` */
function isFilteredByTruth(node: ts.ArrayLiteralExpression): boolean {
  const access = node.parent;
  const call = access.parent;
  if (!ts.isPropertyAccessExpression(access) || access.name.text !== 'filter' || !ts.isCallExpression(call)) return false;
  const [test] = call.arguments;
  return test !== undefined && ts.isIdentifier(test) && test.text === 'Boolean';
}

/** The list of what a hook depends on. */
function isDependencyList({ parent }: ts.ArrayLiteralExpression): boolean {
  if (!ts.isCallExpression(parent) || parent.arguments.length < 2) return false;
  const callee = parent.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : '';
  return /^use[A-Z]/.test(name);
}

function foldObject(node: ts.ObjectLiteralExpression, rewriter: Rewriter): void {
  for (const one of node.properties) {
    if (!rewriter.isInteresting(one)) continue;
    if (ts.isSpreadAssignment(one)) foldSpread(one, one.expression, node.properties, rewriter);
    else if (ts.isPropertyAssignment(one)) {
      foldParts(one.name, false, rewriter);
      foldExpression(one.initializer, false, rewriter);
    } else if (ts.isShorthandPropertyAssignment(one)) foldExpression(one.name, false, rewriter);
    else rewriter.visitParts(one);
  }
}

/** `...(F ? { a } : {})`: the properties take the place of the spread. */
function foldSpread(
  spread: ts.SpreadElement | ts.SpreadAssignment,
  value: ts.Expression,
  list: readonly ts.Node[],
  rewriter: Rewriter,
): void {
  const rest = residual(value, false, rewriter);
  if (isEmpty(rest)) return removeElement(spread, list, rewriter);
  if (rest.kind !== 'kept' || rest.node === value) return foldExpression(value, false, rewriter);
  const inner = unwrapped(rest.node);
  const isObject = ts.isSpreadAssignment(spread) && ts.isObjectLiteralExpression(inner);
  const parts = isObject ? inner.properties : ts.isSpreadElement(spread) && ts.isArrayLiteralExpression(inner) ? inner.elements : null;
  const first = parts?.[0];
  const last = parts?.at(-1);
  if (first === undefined || last === undefined) {
    keepInstead(value, rest.node, rewriter);
    return foldParts(rest.node, false, rewriter);
  }
  const file = spread.getSourceFile();
  const cause = rewriter.causeOf(spread);
  rewriter.edits.remove(file, { start: spread.getStart(file), end: first.getStart(file) }, cause);
  rewriter.edits.remove(file, { start: last.end, end: spread.end }, cause);
  rewriter.dedent({ start: first.getStart(file), end: last.end }, spread, first, cause);
  foldParts(inner, false, rewriter);
}

/** Spreading nothing gives nothing. */
export function isEmpty(rest: Residual): boolean {
  if (rest.kind === 'constant') return rest.value === false || rest.value === null || rest.value === undefined;
  if (rest.kind !== 'kept') return false;
  const inner = bare(rest.node);
  if (ts.isObjectLiteralExpression(inner)) return inner.properties.length === 0;
  if (ts.isArrayLiteralExpression(inner)) return inner.elements.length === 0;
  return inner.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(inner) && inner.text === 'undefined');
}

/** Takes an element out of a list that commas part. */
export function removeElement(node: ts.Node, list: readonly ts.Node[], rewriter: Rewriter, cause = rewriter.causeOf(node)): void {
  const range = elementRange(node, list, rewriter.edits.isGone);
  rewriter.edits.remove(node.getSourceFile(), range, cause);
}
