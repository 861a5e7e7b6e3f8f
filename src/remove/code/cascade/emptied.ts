/**
 * Branches and tries of which nothing is left once dead names are gone, braces that are not needed, calls of what does nothing. Input: the files that are changed. Effect: edits.
 * Invariant: only what had something in it; a condition that does something is kept for what it does.
 */
import { ts } from 'ts-morph';
import { collides } from '../folding/blocks.ts';
import type { Rewriter } from '../folding/rewriter.ts';
import { isEmptied, isStatementList, openBlock, openBraced, removeIf } from '../folding/statements.ts';
import { linesOf, rangeOf, withComments } from '../reading/text.ts';
import { callOf, declaredFunction, isDeclaring, isPrivate, nameOfFunction } from '../reading/uses.ts';
import { defaultsOf } from '../values/functions.ts';

const cause = 'empty';

export function removeEmptied(rewriter: Rewriter, isRefused: (cause: string) => boolean, isPublic: (symbol: ts.Symbol) => boolean): void {
  if (isRefused(cause)) return;
  openBraced(rewriter);
  for (const file of rewriter.edits.files) {
    const ranges = rewriter.edits.gone(file);
    const look = (node: ts.Node): void => {
      if (rewriter.edits.isGone(node) || !ranges.some((one) => one.start < node.end && one.end > node.pos)) return;
      ts.forEachChild(node, look);
      if (ts.isIfStatement(node)) removeEmptiedIf(node, rewriter);
      else if (ts.isTryStatement(node)) removeEmptiedTry(node, rewriter);
      else if (ts.isConstructorDeclaration(node)) removeConstructor(node, rewriter);
      else if (ts.isFunctionLike(node)) removeCallsOf(node, rewriter, isPublic);
    };
    look(file);
  }
}

function removeEmptiedIf(node: ts.IfStatement, rewriter: Rewriter): void {
  if (rewriter.emptied.has(node)) return;
  const { thenStatement, elseStatement, expression } = node;
  if (rewriter.values.truth(expression) !== null) return;
  const file = node.getSourceFile();
  const isElseGone = elseStatement === undefined || rewriter.edits.isGone(elseStatement) || isEmptied(elseStatement, rewriter);
  if (!isElseGone || (elseStatement === undefined && !isEmptied(thenStatement, rewriter))) return;
  rewriter.emptied.add(node);
  if (isEmptied(thenStatement, rewriter)) return removeIf(node, rewriter.purity.effects(expression), rewriter, cause);
  if (elseStatement !== undefined) rewriter.edits.remove(file, { start: thenStatement.end, end: elseStatement.end }, cause);
}

/** `try {} catch { … } finally { F }` is F. */
function removeEmptiedTry(node: ts.TryStatement, rewriter: Rewriter): void {
  const { tryBlock, finallyBlock } = node;
  if (rewriter.emptied.has(node) || !isEmptied(tryBlock, rewriter) || !isStatementList(node.parent)) return;
  rewriter.emptied.add(node);
  const file = node.getSourceFile();
  if (finallyBlock === undefined || finallyBlock.statements.length === 0)
    return rewriter.edits.remove(file, linesOf(file.text, withComments(node)), cause);
  if (!collides(finallyBlock, node.parent, rewriter)) return openBlock(node, finallyBlock, rewriter, cause);
  rewriter.edits.remove(file, { start: node.getStart(file), end: rangeOf(finallyBlock).start }, cause);
}

/** A constructor that takes nothing and does nothing is the one that every class has. */
function removeConstructor(node: ts.ConstructorDeclaration, { edits, emptied }: Rewriter): void {
  const isPlain = node.parent.heritageClauses === undefined && (ts.getModifiers(node)?.length ?? 0) === 0 && node.body !== undefined;
  const isNeedless = isPlain && node.parameters.every((one) => edits.isGone(one)) && node.body.statements.every((one) => edits.isGone(one));
  if (!isNeedless || node.parameters.length + node.body.statements.length === 0 || emptied.has(node)) return;
  emptied.add(node);
  const file = node.getSourceFile();
  edits.remove(file, linesOf(file.text, withComments(node)), cause);
}

/** A function that does nothing any more need not be called: `this.verifyEnabled();`. */
function removeCallsOf(node: ts.SignatureDeclaration, rewriter: Rewriter, isPublic: (symbol: ts.Symbol) => boolean): void {
  const { code, edits, purity, emptied } = rewriter;
  const { body } = node as ts.FunctionLikeDeclaration;
  const name = nameOfFunction(node);
  if (emptied.has(node) || body === undefined || !ts.isBlock(body) || !isEmptied(body, rewriter) || name === null) return;
  const symbol = code.symbolOf(name);
  const isClosed = symbol !== null && !isPublic(symbol) && (!ts.isMethodDeclaration(node) || isPrivate(node));
  if (!isClosed || declaredFunction(symbol) !== node || !defaultsOf(node).every((one) => purity.isPure(one))) return;
  const uses = code.references(symbol).filter((one) => !isDeclaring(one) && !edits.isGone(one));
  const calls = uses.flatMap((one) => statementOf(one, purity) ?? []);
  if (calls.length < uses.length) return;
  emptied.add(node);
  for (const one of calls) edits.remove(one.getSourceFile(), linesOf(one.getSourceFile().text, withComments(one)), cause);
}

/** The statement that is nothing but a call. */
function statementOf(node: ts.Node, purity: Rewriter['purity']): ts.ExpressionStatement | null {
  const call = callOf(node);
  const holder = call !== null && ts.isAwaitExpression(call.parent) ? call.parent.parent : call?.parent;
  const isWhole = call !== null && holder !== undefined && ts.isExpressionStatement(holder) && isStatementList(holder.parent);
  return isWhole && [call.expression, ...call.arguments].every((one) => purity.isPure(one)) ? holder : null;
}
