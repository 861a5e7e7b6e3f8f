/** What stands behind an exit that is now always taken. Input: a list and where it ends. Effect: edits. */
import { ts } from 'ts-morph';
import { isJump } from './blocks.ts';
import type { Rewriter } from './rewriter.ts';
import type { StatementList } from './statements.ts';
import { indentAt, linesOf, rangeOf, withComments } from './text.ts';

/** Removes the statements behind the one at `index`; declarations that are used from elsewhere stay. */
export function removeDead(list: StatementList, index: number, last: ts.Statement, rewriter: Rewriter): void {
  const file = list.getSourceFile();
  const cause = rewriter.causeOf(last);
  const dead = list.statements.slice(index + 1).filter((one) => !isDeclaration(one));
  if (dead.length > 0) {
    const first = dead[0];
    const end = dead.at(-1);
    if (first !== undefined && end !== undefined) {
      const isWhole = dead.length === list.statements.length - index - 1;
      if (isWhole) {
        rewriter.edits.remove(file, linesOf(file.text, { start: withComments(first).start, end: withComments(end).end }), cause);
      } else for (const one of dead) rewriter.edits.remove(file, linesOf(file.text, withComments(one)), cause);
    }
    hoist(dead, last, rewriter, cause);
  }
  const jump = lastJump(last, rewriter);
  if (jump !== null && isRedundant(jump, list)) rewriter.edits.remove(file, linesOf(file.text, withComments(jump)), cause);
}

/** Functions are there before they are reached; types are no code. */
const isDeclaration = (node: ts.Statement): boolean =>
  ts.isFunctionDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isEnumDeclaration(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isExportAssignment(node);

/** `var` declares for the whole function. */
function hoist(dead: readonly ts.Statement[], last: ts.Statement, { code, edits }: Rewriter, cause: string): void {
  const used = new Set<string>();
  const look = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) {
      for (const one of node.declarations) for (const name of namesOf(one.name)) if (isUsedElsewhere(name)) used.add(name.text);
    }
    ts.forEachChild(node, look);
  };
  const isUsedElsewhere = (name: ts.Identifier): boolean => {
    const symbol = code.localSymbolOf(name);
    const others = symbol === null ? [] : code.references(symbol);
    return others.some((node) => !edits.isGone(node)) && !(symbol?.declarations ?? []).some((one) => !edits.isGone(one));
  };
  for (const one of dead) look(one);
  if (used.size === 0) return;
  const file = last.getSourceFile();
  edits.wrap(file, rangeOf(last), `var ${[...used].join(', ')};\n${indentAt(file.text, last.getStart(file))}`, '', cause);
}

function namesOf(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((one) => (ts.isOmittedExpression(one) ? [] : namesOf(one.name)));
}

/** The jump at the end of what a statement has become. */
function lastJump(statement: ts.Statement, rewriter: Rewriter): ts.Statement | null {
  if (isJump(statement)) return statement;
  if (ts.isIfStatement(statement) && rewriter.ending.has(statement)) {
    const { thenStatement, elseStatement } = statement;
    const kept = [thenStatement, elseStatement].find(
      (one) => one !== undefined && !rewriter.edits.isGone(one) && (!ts.isBlock(one) || rewriter.opened.has(one)),
    );
    return kept === undefined ? null : lastJump(kept, rewriter);
  }
  if (!ts.isBlock(statement) || !rewriter.opened.has(statement)) return null;
  const last = statement.statements.findLast((one) => !rewriter.edits.isGone(one));
  return last === undefined ? null : lastJump(last, rewriter);
}

/** `return;` at the end of a function, `continue;` at the end of a loop. */
function isRedundant(jump: ts.Statement, list: StatementList): boolean {
  if (ts.isReturnStatement(jump)) return jump.expression === undefined && ts.isFunctionLike(list.parent);
  return ts.isContinueStatement(jump) && jump.label === undefined && ts.isIterationStatement(list.parent, false);
}
