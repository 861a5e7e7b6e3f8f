/**
 * Children of JSX elements: what is known takes its place without braces, what renders nothing goes with its line.
 * Input: elements and fragments. Effect: edits.
 */
import { ts } from 'ts-morph';
import { linesOf, rangeOf } from '../reading/text.ts';
import { mayBeNumber } from '../reading/types.ts';
import { bare } from '../reading/uses.ts';
import { foldExpression, foldParts, isEmpty } from './expressions.ts';
import { type Residual, residual } from './residual.ts';
import type { Rewriter } from './rewriter.ts';

type Parent = ts.JsxElement | ts.JsxFragment;
type Whole = ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment;

const isWhole = (node: ts.Node): node is Whole => ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node);

/** The children of an element that stays, and its attributes. */
export function foldJsxChildren(node: Parent, rewriter: Rewriter): void {
  if (ts.isJsxElement(node)) rewriter.visitParts(node.openingElement);
  for (const child of node.children) foldChild(child, rewriter);
  if (ts.isJsxFragment(node)) openFragment(node, rewriter);
}

/** A fragment that held several things and is left with one element is that element. */
function openFragment(node: ts.JsxFragment, rewriter: Rewriter): void {
  const { edits } = rewriter;
  const solid = node.children.filter((one) => !ts.isJsxText(one) || shown(one.text) !== '');
  const [only, ...others] = solid.filter((one) => !edits.isGone(one));
  const element = only === undefined || others.length > 0 ? null : elementLeftOf(only, rewriter);
  if (element === null || (element === only && solid.length === 1)) return;
  const file = node.getSourceFile();
  const cause = rewriter.causeOf(node);
  edits.remove(file, { start: node.getStart(file), end: element.getStart(file) }, cause);
  edits.remove(file, { start: element.end, end: node.end }, cause);
  rewriter.dedent(rangeOf(element), node, element, cause);
}

type Tagged = ts.JsxElement | ts.JsxSelfClosingElement;

const isTagged = (node: ts.Node): node is Tagged => ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node);

/** The element a child is, or has become. */
function elementLeftOf(child: ts.JsxChild, rewriter: Rewriter): Tagged | null {
  const value = ts.isJsxExpression(child) ? child.expression : ts.isJsxText(child) ? undefined : child;
  if (value === undefined || !rewriter.isInteresting(child)) return isTagged(child) ? child : null;
  const rest = residual(value, false, rewriter);
  const inner = rest.kind === 'kept' ? bare(rest.node) : null;
  return inner !== null && isTagged(inner) && (inner !== value || inner === child) ? inner : null;
}

function foldChild(child: ts.JsxChild, rewriter: Rewriter): void {
  if (!rewriter.isInteresting(child) || ts.isJsxText(child)) return;
  const value = ts.isJsxExpression(child) ? child.expression : child;
  if (value === undefined || (ts.isJsxExpression(child) && child.dotDotDotToken !== undefined)) return;
  const rest = residual(value, false, rewriter);
  if (rendersNothing(rest) || isHidden(rest, rewriter)) return removeChild(child, rewriter);
  if (rest.kind === 'children') return openChild(rest.of, child, rewriter);
  if (rest.kind === 'constant' || rest.kind === 'promise') return rewriter.visitParts(child);
  if (rest.node === value) return foldParts(value, false, rewriter);
  keepChild(child, rest.node, rewriter);
}

/** true, false, null and undefined render nothing. */
function rendersNothing(rest: Residual): boolean {
  if (rest.kind === 'constant') return typeof rest.value !== 'string' && typeof rest.value !== 'number';
  if (rest.kind !== 'kept') return false;
  const { kind } = rest.node;
  return (
    kind === ts.SyntaxKind.NullKeyword ||
    kind === ts.SyntaxKind.FalseKeyword ||
    (ts.isIdentifier(rest.node) && rest.node.text === 'undefined')
  );
}

/** `name && false`: of a text, an object or nothing, nothing is shown; a number that is zero would be. */
function isHidden(rest: Residual, rewriter: Rewriter): boolean {
  if (rest.kind !== 'kept' || !ts.isBinaryExpression(rest.node)) return false;
  const { left, operatorToken, right } = rest.node;
  if (operatorToken.kind !== ts.SyntaxKind.AmpersandAmpersandToken || !rewriter.isInteresting(right)) return false;
  return rendersNothing(residual(right, false, rewriter)) && rewriter.purity.isPure(left) && !mayBeNumber(left, rewriter.code.checker);
}

function removeChild(child: ts.JsxChild, rewriter: Rewriter): void {
  const file = child.getSourceFile();
  const range = rangeOf(child);
  if (!isAsBefore(child, '', rewriter)) return rewriter.edits.replace(file, range, '{null}', rewriter.causeOf(child));
  const lines = linesOf(file.text, range);
  rewriter.edits.remove(file, isAlone(file.text, range) ? withComment(child, lines) : range, rewriter.causeOf(child));
}

/** A comment of its own right above goes with what it stands above. */
function withComment(child: ts.JsxChild, lines: { start: number; end: number }): { start: number; end: number } {
  const { children } = child.parent as Parent;
  const index = children.indexOf(child);
  const [comment, gap] = [children[index - 2], children[index - 1]];
  const isAbove = gap !== undefined && ts.isJsxText(gap) && gap.text.trim() === '' && !/\n\s*\n/.test(gap.text);
  if (!isAbove || comment === undefined || !ts.isJsxExpression(comment) || comment.expression !== undefined) return lines;
  return { start: linesOf(child.getSourceFile().text, rangeOf(comment)).start, end: lines.end };
}

const isAlone = (text: string, { start, end }: { start: number; end: number }): boolean =>
  /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, start - 200), start)) && /^[ \t]*(?:\r?\n|$)/.test(text.slice(end, end + 200));

/** One part of a child takes its place. */
function keepChild(child: ts.JsxChild, kept: ts.Expression, rewriter: Rewriter): void {
  const file = child.getSourceFile();
  const cause = rewriter.causeOf(child);
  const inner = bare(kept);
  const text = ts.isStringLiteralLike(inner) ? inner.text : null;
  if (isWhole(inner)) {
    const range = ts.isJsxFragment(inner) && isOpenable(inner) ? contentOf(inner) : rangeOf(inner);
    rewriter.edits.remove(file, { start: child.getStart(file), end: range.start }, cause);
    rewriter.edits.remove(file, { start: range.end, end: child.end }, cause);
    const first = ts.isJsxFragment(inner) ? inner.children.find((one) => !ts.isJsxText(one) || one.text.trim() !== '') : inner;
    if (first !== undefined) rewriter.dedent(range, child, first, cause);
    return ts.isJsxSelfClosingElement(inner) ? rewriter.visitParts(inner) : foldJsxChildren(inner, rewriter);
  }
  if (text !== null && isPlainText(text) && isAsBefore(child, text, rewriter))
    return rewriter.edits.replace(file, rangeOf(child), escaped(text), cause);
  if (ts.isJsxExpression(child)) {
    rewriter.edits.remove(file, { start: child.getStart(file) + 1, end: kept.getStart(file) }, cause);
    rewriter.edits.remove(file, { start: kept.end, end: child.end - 1 }, cause);
  } else {
    rewriter.edits.remove(file, { start: child.getStart(file), end: kept.getStart(file) }, cause);
    rewriter.edits.remove(file, { start: kept.end, end: child.end }, cause);
    rewriter.edits.wrap(file, rangeOf(kept), '{', '}', cause);
  }
  foldParts(kept, false, rewriter);
}

/** `{...(F ? { a: 1 } : {})}`: the properties become attributes. */
export function foldJsxSpread(node: ts.JsxSpreadAttribute, rewriter: Rewriter): void {
  const file = node.getSourceFile();
  const cause = rewriter.causeOf(node);
  const rest = residual(node.expression, false, rewriter);
  if (isEmpty(rest)) return rewriter.edits.remove(file, linesOf(file.text, rangeOf(node)), cause);
  const inner = rest.kind === 'kept' ? bare(rest.node) : null;
  const given = inner !== null && inner !== node.expression && ts.isObjectLiteralExpression(inner) ? inner.properties : [];
  const isPlain =
    given.length > 0 && given.every((one) => ts.isPropertyAssignment(one) && ts.isIdentifier(one.name) && !rewriter.isInteresting(one));
  if (!isPlain) return foldExpression(node.expression, false, rewriter);
  const attributes = given.map((one) =>
    ts.isPropertyAssignment(one) ? `${one.name.getText(file)}={${one.initializer.getText(file)}}` : '',
  );
  rewriter.edits.replace(file, rangeOf(node), attributes.join(' '), cause);
}

/** What is seen of the text between tags: spaces around line ends are not. */
const shown = (text: string): string =>
  text
    .split('\n')
    .map((line, i) => (i === 0 ? line : line.trimStart()))
    .map((line, i, all) => (i < all.length - 1 ? line.trimEnd() : line))
    .filter((line) => line !== '')
    .join(' ');

/** Whether bare text in the place of a child reads the same, now that the texts around it flow into it. */
function isAsBefore(child: ts.JsxChild, text: string, { edits, isInteresting }: Rewriter): boolean {
  const { children } = child.parent as Parent;
  const index = children.indexOf(child);
  const before = children.slice(0, index);
  const solid = before.findLastIndex((one) => !ts.isJsxText(one) && !edits.isGone(one) && !isReplacedByText(one, isInteresting));
  const textOf = (all: readonly ts.JsxChild[]): string => all.map((one) => (ts.isJsxText(one) ? one.text : '')).join('');
  const previous = textOf(before.slice(solid + 1));
  const next = children[index + 1];
  const following = next !== undefined && ts.isJsxText(next) ? next.text : '';
  const isNextToOther = text !== '' && /\n/.test(previous) && before.slice(solid + 1).some((one) => !ts.isJsxText(one));
  return !isNextToOther && shown(previous) + text + shown(following) === shown(previous + text + following);
}

const isReplacedByText = (child: ts.JsxChild, isInteresting: (node: ts.Node) => boolean): boolean =>
  ts.isJsxExpression(child) && isInteresting(child);

/** A fragment without spaces at its edges that would be lost at the end of a line. */
const isOpenable = ({ children }: ts.JsxFragment): boolean =>
  children.length > 0 &&
  [children[0], children.at(-1)].every((one, i) => {
    const text = one !== undefined && ts.isJsxText(one) ? one.text : '';
    const edge = (i === 0 ? /^\s*/ : /\s*$/).exec(text)?.[0] ?? '';
    return edge === '' || edge.includes('\n');
  });

/** Text that means the same without quotes. */
const isPlainText = (text: string): boolean => /^\S(?:[^\n\\]*\S)?$/.test(text) && !/[\\{}]/.test(text);

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What stands between the tags, without the spaces at the edges. */
function contentOf(node: ts.JsxElement | ts.JsxFragment): { start: number; end: number } {
  const solid = node.children.filter((one) => !ts.isJsxText(one) || one.text.trim() !== '');
  const first = solid[0];
  const last = solid.at(-1);
  if (first === undefined || last === undefined) return { start: node.end, end: node.end };
  const file = node.getSourceFile();
  const { text } = file;
  const start = ts.isJsxText(first) ? first.pos + (first.text.length - first.text.trimStart().length) : first.getStart(file);
  let { end } = last;
  while (ts.isJsxText(last) && /\s/.test(text[end - 1] ?? '')) end--;
  return { start, end };
}

/** A flag component whose children stay, among other children. */
function openChild(element: ts.JsxElement, child: ts.JsxChild, rewriter: Rewriter): void {
  const file = child.getSourceFile();
  const cause = rewriter.causeOf(child);
  const content = contentOf(element);
  rewriter.edits.remove(file, { start: child.getStart(file), end: content.start }, cause);
  rewriter.edits.remove(file, { start: content.end, end: child.end }, cause);
  const first = element.children.find((one) => !ts.isJsxText(one) || one.text.trim() !== '');
  if (first !== undefined) rewriter.dedent(content, child, first, cause);
  for (const one of element.children) foldChild(one, rewriter);
}

/** A flag component whose children stay, where an expression is wanted: one child, or a fragment. */
export function foldElement(element: ts.JsxElement, rewriter: Rewriter): void {
  const file = element.getSourceFile();
  const cause = rewriter.causeOf(element);
  const solid = element.children.filter((one) => !ts.isJsxText(one) || one.text.trim() !== '');
  const [only] = solid;
  const { openingElement, closingElement } = element;
  if (solid.length === 1 && only !== undefined && isWhole(only)) {
    rewriter.edits.remove(file, { start: element.getStart(file), end: only.getStart(file) }, cause);
    rewriter.edits.remove(file, { start: only.end, end: element.end }, cause);
    rewriter.dedent(rangeOf(only), element, only, cause);
  } else {
    rewriter.edits.replace(file, rangeOf(openingElement), '<>', cause);
    rewriter.edits.replace(file, rangeOf(closingElement), '</>', cause);
  }
  for (const one of element.children) foldChild(one, rewriter);
}
