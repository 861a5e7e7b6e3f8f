/**
 * Statement lists without what a settled flag decides: branches, early exits, loops, switches, and what is dead behind an exit.
 * Input: blocks, files, case clauses. Effect: edits.
 * Invariants: a block is opened only where none of its names collides; statements with effects stay, in their order.
 */
import { ts } from 'ts-morph';
import type { Range } from '../edits.ts';
import { indentAt, lineEnd, lineStart, linesOf, rangeOf, withComments } from '../reading/text.ts';
import { collides, exits, isEmptyNow } from './blocks.ts';
import { hoist, removeDead, removeLastJump } from './dead.ts';
import { foldExpression, foldParts, keepInstead } from './expressions.ts';
import { foldLoop } from './loops.ts';
import { residual } from './residual.ts';
import type { Rewriter } from './rewriter.ts';
import { foldSwitch } from './switches.ts';

export type StatementList = ts.Block | ts.SourceFile | ts.CaseOrDefaultClause | ts.ModuleBlock;

export const isStatementList = (node: ts.Node): node is StatementList =>
  ts.isBlock(node) || ts.isSourceFile(node) || ts.isCaseOrDefaultClause(node) || ts.isModuleBlock(node);

/** Visits the statements of a list in order. */
export function foldStatements(list: StatementList, rewriter: Rewriter): void {
  if (ts.isCaseClause(list)) foldExpression(list.expression, false, rewriter);
  for (const [index, statement] of list.statements.entries()) {
    if (!rewriter.isInteresting(statement)) continue;
    foldStatement(statement, rewriter);
    if (exits(statement, rewriter) && !exits(statement, null)) {
      removeDead(list, index, statement, rewriter);
      return;
    }
  }
}

/** A statement in a list. */
function foldStatement(statement: ts.Statement, rewriter: Rewriter): void {
  if (ts.isBlock(statement)) return foldStatements(statement, rewriter);
  if (ts.isIfStatement(statement)) return foldIf(statement, rewriter);
  if (ts.isExpressionStatement(statement)) return foldExpressionStatement(statement, rewriter);
  if (ts.isIterationStatement(statement, false)) return foldLoop(statement, rewriter);
  if (ts.isSwitchStatement(statement)) return foldSwitch(statement, rewriter);
  if (ts.isLabeledStatement(statement)) return foldLabeled(statement, rewriter);
  rewriter.visitParts(statement);
}

/** A label goes with the last jump to it. */
function foldLabeled(statement: ts.LabeledStatement, rewriter: Rewriter): void {
  foldEmbedded(statement.statement, rewriter);
  const isWanted = (node: ts.Node): boolean => {
    if (ts.isBreakOrContinueStatement(node) && node.label?.text === statement.label.text && !rewriter.edits.isGone(node)) return true;
    return ts.forEachChild(node, (child) => isWanted(child) || undefined) ?? false;
  };
  if (isWanted(statement.statement)) return;
  const file = statement.getSourceFile();
  rewriter.edits.remove(file, { start: statement.getStart(file), end: statement.statement.getStart(file) }, rewriter.causeOf(statement));
}

/** A statement that stands alone where a block could: it cannot just go. */
export function foldEmbedded(statement: ts.Statement, rewriter: Rewriter): void {
  if (!rewriter.isInteresting(statement)) return;
  if (ts.isBlock(statement)) return foldStatements(statement, rewriter);
  foldStatement(statement, rewriter);
}

function foldIf(statement: ts.IfStatement, rewriter: Rewriter): void {
  const { expression, thenStatement, elseStatement } = statement;
  const truth = truthOf(expression, rewriter);
  if (truth === null) return foldOpenIf(statement, rewriter);
  const effects = rewriter.purity.effects(expression);
  const kept = truth ? thenStatement : elseStatement;
  const isInList = isStatementList(statement.parent);
  if (kept === undefined || isVoid(kept)) return removeIf(statement, effects, rewriter);
  if (effects.length > 0 && !isInList) return foldOpenIf(statement, rewriter);
  keep(statement, kept, effects, rewriter);
}

const isVoid = (statement: ts.Statement): boolean => ts.isBlock(statement) && statement.statements.length === 0;

function truthOf(condition: ts.Expression, rewriter: Rewriter): boolean | null {
  const truth = rewriter.values.truth(condition);
  if (truth !== null) return truth;
  const rest = residual(condition, true, rewriter);
  return rest.kind === 'constant' ? Boolean(rest.value) : null;
}

/** An `if` whose condition stays: what is left of it, and of its branches. */
function foldOpenIf(statement: ts.IfStatement, rewriter: Rewriter): void {
  const { expression, thenStatement, elseStatement } = statement;
  foldEmbedded(thenStatement, rewriter);
  const file = statement.getSourceFile();
  if (elseStatement !== undefined && rewriter.isInteresting(elseStatement)) {
    if (ts.isIfStatement(elseStatement)) foldIf(elseStatement, rewriter);
    else foldEmbedded(elseStatement, rewriter);
    if (isEmptied(elseStatement, rewriter))
      rewriter.edits.remove(file, { start: thenStatement.end, end: elseStatement.end }, rewriter.causeOf(elseStatement));
  }
  const hasElse = elseStatement !== undefined && !rewriter.edits.isGone(elseStatement);
  if (!hasElse && isEmptied(thenStatement, rewriter)) return removeIf(statement, rewriter.purity.effects(expression), rewriter);
  foldExpression(expression, true, rewriter);
}

/** A branch that had something in it, and now has nothing. */
export function isEmptied(branch: ts.Statement, rewriter: Rewriter): boolean {
  if (ts.isBlock(branch)) return branch.statements.length > 0 && isEmptyNow(branch, rewriter);
  return rewriter.edits.isGone(branch);
}

/** Neither branch is left: only what the condition does. */
export function removeIf(
  statement: ts.IfStatement,
  effects: readonly ts.Expression[],
  rewriter: Rewriter,
  cause = rewriter.causeOf(statement),
): void {
  const file = statement.getSourceFile();
  hoist(
    [statement.thenStatement, statement.elseStatement].flatMap((one) => one ?? []),
    statement,
    rewriter,
    cause,
  );
  if (effects.length > 0) return keepEffects(effects, rangeOf(statement), ';', rewriter, cause);
  const isElse = ts.isIfStatement(statement.parent) && statement.parent.elseStatement === statement;
  if (isElse) return rewriter.edits.remove(file, { start: statement.parent.thenStatement.end, end: statement.end }, cause);
  if (!isStatementList(statement.parent)) return rewriter.edits.replace(file, rangeOf(statement), '{}', cause);
  rewriter.edits.remove(file, linesOf(file.text, withComments(statement)), cause);
}

/** What a condition does, as statements of their own in the place of a range. */
function keepEffects(effects: readonly ts.Expression[], range: Range, tail: string, rewriter: Rewriter, cause: string): void {
  const [first] = effects;
  if (first === undefined) return;
  const file = first.getSourceFile();
  const indent = indentAt(file.text, range.start);
  let at = range.start;
  for (const one of effects) {
    const start = one.getStart(file);
    const between = one === first ? '' : `;\n${indent}`;
    if (start > at) rewriter.edits.replace(file, { start: at, end: start }, between, cause);
    if (startsLikeDeclaration(one)) rewriter.edits.wrap(file, rangeOf(one), '(', ')', cause);
    at = one.end;
  }
  rewriter.edits.replace(file, { start: at, end: range.end }, tail, cause);
}

const startsLikeDeclaration = (node: ts.Expression): boolean => /^(?:\{|function\b|class\b|let\b)/.test(node.getText());

/** One branch takes the place of the `if`. */
function keep(statement: ts.IfStatement, kept: ts.Statement, effects: readonly ts.Expression[], rewriter: Rewriter): void {
  const file = statement.getSourceFile();
  const cause = rewriter.causeOf(statement);
  const lost = kept === statement.thenStatement ? statement.elseStatement : statement.thenStatement;
  if (lost !== undefined) hoist([lost], statement, rewriter, cause);
  if (exits(kept, null)) rewriter.ending.add(statement);
  const { start } = rangeOf(statement);
  const keptStart = kept.getStart(file);
  const removeBefore = (): void => {
    const between = { start, end: keptStart };
    if (effects.length > 0) keepEffects(effects, between, `;\n${indentAt(file.text, start)}`, rewriter, cause);
    else rewriter.edits.remove(file, between, cause);
  };
  if (!ts.isBlock(kept)) {
    rewriter.unconditional.add(kept);
    removeBefore();
    rewriter.edits.remove(file, { start: kept.end, end: statement.end }, cause);
    if (rewriter.isInteresting(kept)) foldStatement(kept, rewriter);
    if (exits(kept, rewriter)) rewriter.ending.add(statement);
    if (effects.length === 0 && rewriter.edits.isGone(kept)) rewriter.edits.remove(file, linesOf(file.text, rangeOf(statement)), cause);
    return;
  }
  foldStatements(kept, rewriter);
  if (exits(kept, rewriter)) rewriter.ending.add(statement);
  if (isEmptyNow(kept, rewriter)) return removeIf(statement, effects, rewriter);
  const ending = exits(kept, rewriter) ? statement : null;
  const isInList = isStatementList(statement.parent);
  const isOpenable = effects.length === 0 && isInList && !collides(kept, statement.parent, rewriter, ending);
  if (isOpenable) return openBlock(statement, kept, rewriter, cause);
  if (effects.length === 0 && isInList) rewriter.braced.set(kept, statement);
  removeBefore();
  rewriter.edits.remove(file, { start: kept.end, end: statement.end }, cause);
  const isPlain = effects.length > 0 && isInList && !collides(kept, statement.parent, rewriter);
  if (isPlain) openInPlace(kept, rewriter, cause);
}

/** Opens the blocks whose names are free since others went. */
export function openBraced(rewriter: Rewriter): void {
  for (const [block, statement] of rewriter.braced) {
    const { parent } = statement;
    const ending = exits(block, rewriter) ? statement : null;
    if (rewriter.edits.isGone(block) || !isStatementList(parent) || collides(block, parent, rewriter, ending)) continue;
    rewriter.braced.delete(block);
    openBlock(statement, block, rewriter, rewriter.causeOf(statement));
    if (ending !== null) removeLastJump(parent, statement, rewriter);
  }
}

/** The braces of a block go, its statements stay where they are. */
function openInPlace(block: ts.Block, rewriter: Rewriter, cause: string): void {
  const file = block.getSourceFile();
  const [first] = block.statements;
  const last = block.statements.at(-1);
  if (first === undefined || last === undefined) return;
  rewriter.opened.add(block);
  const inner = { start: withComments(first).start, end: withComments(last).end };
  rewriter.edits.remove(file, { start: block.getStart(file), end: inner.start }, cause);
  rewriter.edits.remove(file, { start: inner.end, end: block.end }, cause);
  rewriter.dedent(inner, block.parent, first, cause);
}

/** The statements of a block take the place of what holds it. */
export function openBlock(statement: ts.Statement, block: ts.Block, rewriter: Rewriter, cause: string): void {
  const file = statement.getSourceFile();
  const { text } = file;
  rewriter.opened.add(block);
  for (const one of block.statements) rewriter.unconditional.add(one);
  const start = statement.getStart(file);
  const open = block.getStart(file) + 1;
  const close = block.end - 1;
  const inner = { start: afterLine(text, open), end: lineStart(text, close) };
  const isTall =
    text.slice(lineStart(text, start), start).trim() === '' &&
    inner.start <= inner.end &&
    text.slice(inner.end, close).trim() === '' &&
    text.slice(open, inner.start).trim() === '' &&
    inner.start > open;
  if (!isTall) {
    const first = block.statements[0];
    const last = block.statements.at(-1);
    if (first === undefined || last === undefined) return;
    rewriter.edits.remove(file, { start, end: first.getStart(file) }, cause);
    rewriter.edits.remove(file, { start: last.end, end: statement.end }, cause);
    return;
  }
  rewriter.edits.remove(file, { start: lineStart(text, start), end: inner.start }, cause);
  const isLast = text.slice(statement.end, lineEnd(text, statement.end)).trim() === '';
  rewriter.edits.remove(
    file,
    { start: inner.end, end: isLast ? Math.min(text.length, lineEnd(text, statement.end) + 1) : statement.end },
    cause,
  );
  const first = block.statements[0];
  if (first !== undefined) rewriter.dedent({ start: inner.start - 1, end: inner.end }, statement, first, cause);
}

function afterLine(text: string, at: number): number {
  const end = lineEnd(text, at);
  return text.slice(at, end).trim() === '' ? Math.min(text.length, end + 1) : at;
}

function foldExpressionStatement(statement: ts.ExpressionStatement, rewriter: Rewriter): void {
  const { expression } = statement;
  const rest = residual(expression, false, rewriter);
  const file = statement.getSourceFile();
  const cause = rewriter.causeOf(statement);
  const isNothing =
    rest.kind === 'constant' ||
    rest.kind === 'promise' ||
    (rest.kind === 'kept' && rest.node !== expression && rewriter.purity.isPure(rest.node));
  if (isNothing && isStatementList(statement.parent))
    return rewriter.edits.remove(file, linesOf(file.text, withComments(statement)), cause);
  if (isNothing) return rewriter.edits.replace(file, rangeOf(statement), '{}', cause);
  if (rest.kind === 'kept' && rest.node !== expression) {
    keepInstead(expression, rest.node, rewriter);
    return foldParts(rest.node, false, rewriter);
  }
  foldExpression(expression, false, rewriter);
}
