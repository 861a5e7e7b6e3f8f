/** What stands behind an exit that is now always taken. Input: a list and where it ends. Effect: edits. */
import { ts } from 'ts-morph';
import { indentAt, linesOf, withComments } from '../reading/text.ts';
import { isJump } from './blocks.ts';
import type { Rewriter } from './rewriter.ts';
import type { StatementList } from './statements.ts';

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
  removeLastJump(list, last, rewriter);
}

/** Removes the jump a list ends with, where the list would end there anyway. */
export function removeLastJump(list: StatementList, last: ts.Statement, rewriter: Rewriter): void {
  const jump = lastJump(last, rewriter);
  if (jump === null || !isRedundant(jump, list)) return;
  const file = list.getSourceFile();
  rewriter.edits.remove(file, linesOf(file.text, withComments(jump)), rewriter.causeOf(last));
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

/** `var` declares for the whole function: where a name is used elsewhere its declaration stays, before `place`. */
export function hoist(dead: readonly ts.Statement[], place: ts.Statement, { code, edits }: Rewriter, cause: string): void {
  const { checker } = code;
  const used = new Map<string, string>();
  const isDead = (node: ts.Node): boolean =>
    dead.some((one) => node.pos >= one.pos && node.end <= one.end && node.getSourceFile() === one.getSourceFile());
  const look = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) {
      for (const one of node.declarations)
        for (const name of namesOf(one.name)) if (isUsedElsewhere(name)) used.set(name.text, typeOf(name));
    }
    ts.forEachChild(node, look);
  };
  const isUsedElsewhere = (name: ts.Identifier): boolean => {
    const symbol = code.localSymbolOf(name);
    const others = symbol === null ? [] : code.references(symbol);
    return (
      others.some((node) => !isDead(node) && !edits.isGone(node)) &&
      !(symbol?.declarations ?? []).some((one) => !isDead(one) && !edits.isGone(one))
    );
  };
  const file = place.getSourceFile();
  const isTyped = /\.[cm]?tsx?$/.test(file.fileName);
  const typeOf = (name: ts.Identifier): string => (isTyped ? `: ${checker.typeToString(checker.getTypeAtLocation(name))} | undefined` : '');
  for (const one of dead) look(one);
  if (used.size === 0) return;
  const start = place.getStart(file);
  const text = [...used].map(([name, type]) => name + type).join(', ');
  edits.insert(file, start, `var ${text};\n${indentAt(file.text, start)}`, cause);
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
