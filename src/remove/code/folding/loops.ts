/** Loops whose condition is known. Input: a loop. Effect: edits. */
import { ts } from 'ts-morph';
import { linesOf, rangeOf, withComments } from '../reading/text.ts';
import { collides } from './blocks.ts';
import { foldExpression } from './expressions.ts';
import { residual } from './residual.ts';
import type { Rewriter } from './rewriter.ts';
import { foldEmbedded, isStatementList, openBlock } from './statements.ts';

export function foldLoop(loop: ts.IterationStatement, rewriter: Rewriter): void {
  if (ts.isWhileStatement(loop) && isNever(loop.expression, rewriter)) return removeLoop(loop, rewriter);
  if (ts.isDoStatement(loop) && isNever(loop.expression, rewriter) && runOnce(loop, rewriter)) return;
  if (ts.isForStatement(loop) && neverRuns(loop, rewriter)) return removeLoop(loop, rewriter);
  if (ts.isForStatement(loop)) foldFor(loop, rewriter);
  else if (ts.isForOfStatement(loop) || ts.isForInStatement(loop)) foldExpression(loop.expression, false, rewriter);
  else foldExpression((loop as ts.WhileStatement | ts.DoStatement).expression, true, rewriter);
  foldEmbedded(loop.statement, rewriter);
}

function isNever(condition: ts.Expression, rewriter: Rewriter): boolean {
  const rest = residual(condition, true, rewriter);
  return rest.kind === 'constant' && !rest.value;
}

/** A `for` that never runs, and whose start does nothing. */
function neverRuns({ initializer, condition }: ts.ForStatement, rewriter: Rewriter): boolean {
  if (condition === undefined || !isNever(condition, rewriter)) return false;
  if (initializer === undefined) return true;
  if (!ts.isVariableDeclarationList(initializer)) return rewriter.purity.isPure(initializer);
  const isBlockScoped = (initializer.flags & ts.NodeFlags.BlockScoped) !== 0;
  return isBlockScoped && initializer.declarations.every((one) => one.initializer === undefined || rewriter.purity.isPure(one.initializer));
}

function removeLoop(loop: ts.Statement, rewriter: Rewriter): void {
  const file = loop.getSourceFile();
  const cause = rewriter.causeOf(loop);
  if (isStatementList(loop.parent)) rewriter.edits.remove(file, linesOf(file.text, withComments(loop)), cause);
  else rewriter.edits.replace(file, rangeOf(loop), '{}', cause);
}

/** `do { B } while (false)` is B, where nothing in it leaves the loop. */
function runOnce(loop: ts.DoStatement, rewriter: Rewriter): boolean {
  const body = loop.statement;
  if (!ts.isBlock(body) || leavesLoop(body) || !isStatementList(loop.parent) || collides(body, loop.parent, rewriter)) return false;
  openBlock(loop, body, rewriter, rewriter.causeOf(loop));
  foldEmbedded(body, rewriter);
  return true;
}

/** Whether a `break` or `continue` of a body may be its own loop's. */
function leavesLoop(node: ts.Node): boolean {
  if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) return true;
  if (ts.isFunctionLike(node)) return false;
  return ts.forEachChild(node, (child) => leavesLoop(child) || undefined) ?? false;
}

function foldFor(loop: ts.ForStatement, rewriter: Rewriter): void {
  const { initializer, condition, incrementor } = loop;
  if (initializer !== undefined) rewriter.visitParts(initializer);
  if (condition !== undefined && rewriter.isInteresting(condition)) {
    const rest = residual(condition, true, rewriter);
    if (rest.kind === 'constant' && rest.value)
      rewriter.edits.remove(loop.getSourceFile(), rangeOf(condition), rewriter.causeOf(condition));
    else foldExpression(condition, true, rewriter);
  }
  if (incrementor !== undefined) foldExpression(incrementor, false, rewriter);
}
