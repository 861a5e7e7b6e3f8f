/** A switch whose subject is known: the statements of the case that runs. Input: a switch. Effect: edits. */
import { ts } from 'ts-morph';
import { indentAt, lineStart, linesOf, rangeOf, withComments } from '../reading/text.ts';
import { literalIn } from '../values/algebra.ts';
import { exits } from './blocks.ts';
import { foldExpression } from './expressions.ts';
import { residual } from './residual.ts';
import type { Rewriter } from './rewriter.ts';
import { foldStatements, isStatementList } from './statements.ts';

export function foldSwitch(statement: ts.SwitchStatement, rewriter: Rewriter): void {
  const run = caseRun(statement, rewriter);
  if (run !== null && isStatementList(statement.parent)) return keepCase(statement, run, rewriter);
  foldExpression(statement.expression, false, rewriter);
  if (statement.expression.kind === ts.SyntaxKind.TrueKeyword) removeNeverTrue(statement, rewriter);
  for (const clause of statement.caseBlock.clauses)
    if (rewriter.isInteresting(clause) && !rewriter.edits.isGone(clause)) foldStatements(clause, rewriter);
}

/** `switch (true) { case false: … }`: a case that never matches goes, where nothing falls into it. */
function removeNeverTrue({ caseBlock: { clauses } }: ts.SwitchStatement, rewriter: Rewriter): void {
  for (const [index, clause] of clauses.entries()) {
    if (!ts.isCaseClause(clause) || !rewriter.isInteresting(clause.expression)) continue;
    const rest = residual(clause.expression, true, rewriter);
    const before = clauses[index - 1];
    const isReached = before !== undefined && !before.statements.some((one) => exits(one, null));
    const isLabelOnly = clause.statements.length === 0;
    if (rest.kind !== 'constant' || rest.value || isReached || isLabelOnly) continue;
    const file = clause.getSourceFile();
    rewriter.edits.remove(file, linesOf(file.text, rangeOf(clause)), rewriter.causeOf(clause));
  }
}

/** The statements that run, from the case that matches to its break; null where that cannot be told. */
function caseRun(statement: ts.SwitchStatement, { values, purity, code: { checker } }: Rewriter): readonly ts.Statement[] | null {
  const value = values.of(statement.expression);
  if (value?.kind !== 'constant' || !purity.isPure(statement.expression)) return null;
  const { clauses } = statement.caseBlock;
  const labels = clauses.map((one) => (ts.isCaseClause(one) ? literalIn(one.expression, checker) : null));
  if (clauses.some((one, index) => ts.isCaseClause(one) && labels[index] === undefined)) return null;
  const matching = clauses.findIndex((one, index) => ts.isCaseClause(one) && labels[index] === value.value);
  const start = matching >= 0 ? matching : clauses.findIndex((one) => ts.isDefaultClause(one));
  if (start < 0) return [];
  const run: ts.Statement[] = [];
  for (const clause of clauses.slice(start)) {
    for (const one of clause.statements) {
      if (ts.isBreakStatement(one) && one.label === undefined) return breaks(run) ? null : run;
      run.push(one);
      if (exits(one, null)) return breaks(run.flatMap(withoutLastBreak)) ? null : run;
    }
  }
  return breaks(run) ? null : run;
}

/** A block that ends its case: what stands before its `break`. */
function withoutLastBreak(one: ts.Statement): readonly ts.Statement[] {
  return ts.isBlock(one) && isPlainBreak(one.statements.at(-1)) ? one.statements.slice(0, -1) : [one];
}

const isPlainBreak = (node: ts.Statement | undefined): boolean =>
  node !== undefined && ts.isBreakStatement(node) && node.label === undefined;

/** Whether a break inside would have left the switch. */
function breaks(statements: readonly ts.Node[]): boolean {
  return statements.some((node) => {
    if (ts.isBreakStatement(node) && node.label === undefined) return true;
    if (ts.isFunctionLike(node) || ts.isIterationStatement(node, false) || ts.isSwitchStatement(node)) return false;
    return ts.forEachChild(node, (child) => breaks([child]) || undefined) ?? false;
  });
}

function keepCase(statement: ts.SwitchStatement, run: readonly ts.Statement[], rewriter: Rewriter): void {
  const file = statement.getSourceFile();
  const cause = rewriter.causeOf(statement);
  const { text } = file;
  const body = run.length === 1 && run[0] !== undefined && ts.isBlock(run[0]) ? run[0].statements : run;
  const inner = body.filter((one) => !(ts.isBreakStatement(one) && one.label === undefined));
  const first = inner[0];
  const last = inner.at(-1);
  if (first === undefined || last === undefined) return rewriter.edits.remove(file, linesOf(text, withComments(statement)), cause);
  const needsBlock =
    inner.some((one) => ts.isVariableStatement(one) || ts.isClassDeclaration(one) || ts.isFunctionDeclaration(one)) &&
    !isAloneIn(statement);
  const start = withComments(first).start;
  let end = withComments(last).end;
  if (end > statement.end) end = last.end;
  rewriter.edits.remove(file, { start: statement.getStart(file), end: start }, cause);
  rewriter.edits.remove(file, { start: end, end: statement.end }, cause);
  const between = statement.caseBlock.clauses.filter((one) => one.pos > first.pos && one.pos < last.pos);
  for (const clause of between) removeLabel(clause, rewriter, cause);
  if (needsBlock) {
    const indent = indentAt(text, statement.getStart(file));
    rewriter.edits.wrap(file, { start, end }, `{\n${indent}`, `\n${indent}}`, cause);
  }
  rewriter.dedent({ start: lineStart(text, start), end }, statement, first, cause);
  const lastBlock = inner.at(-1);
  const ending = lastBlock !== undefined && ts.isBlock(lastBlock) ? lastBlock.statements.at(-1) : undefined;
  if (ending !== undefined && isPlainBreak(ending)) rewriter.edits.remove(file, linesOf(text, withComments(ending)), cause);
  for (const one of inner) if (rewriter.isInteresting(one)) rewriter.visitParts(one);
  if (inner.some((one) => exits(one, rewriter))) rewriter.ending.add(statement);
}

/** `case 'b':` between statements that run one after the other. */
function removeLabel(clause: ts.CaseOrDefaultClause, rewriter: Rewriter, cause: string): void {
  const file = clause.getSourceFile();
  const colon = file.text.indexOf(':', ts.isCaseClause(clause) ? clause.expression.end : clause.getStart(file));
  rewriter.edits.remove(file, linesOf(file.text, { start: clause.getStart(file), end: colon + 1 }), cause);
}

/** Nothing else is declared around it. */
function isAloneIn({ parent }: ts.SwitchStatement): boolean {
  return (
    ts.isBlock(parent) &&
    parent.statements.every((one) => ts.isSwitchStatement(one) || ts.isReturnStatement(one) || ts.isThrowStatement(one))
  );
}
