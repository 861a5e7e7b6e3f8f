/** Questions about blocks: whether control leaves them, whether anything is left in them, whether their names collide outside. */
import { ts } from 'ts-morph';
import { isPropertyName } from '../reading/uses.ts';
import type { Rewriter } from './rewriter.ts';
import type { StatementList } from './statements.ts';

/** Whether control never gets past the statement. With a rewriter: once the edits are made. */
export function exits(statement: ts.Statement, rewriter: Rewriter | null): boolean {
  if (rewriter?.ending.has(statement)) return true;
  if (rewriter?.edits.isGone(statement)) return false;
  if (isJump(statement)) return true;
  if (ts.isBlock(statement)) return statement.statements.some((one) => exits(one, rewriter));
  if (ts.isIfStatement(statement)) {
    const { thenStatement, elseStatement } = statement;
    return elseStatement !== undefined && exits(thenStatement, rewriter) && exits(elseStatement, rewriter);
  }
  if (!ts.isTryStatement(statement)) return false;
  const { tryBlock, catchClause, finallyBlock } = statement;
  if (finallyBlock !== undefined && exits(finallyBlock, rewriter)) return true;
  return exits(tryBlock, rewriter) && (catchClause === undefined || exits(catchClause.block, rewriter));
}

export const isJump = (node: ts.Statement): boolean =>
  ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isBreakStatement(node) || ts.isContinueStatement(node);

/** Whether all statements of a block are gone, and no comment is left. */
export function isEmptyNow(block: ts.Block, { edits }: Rewriter): boolean {
  return block.statements.every((one) => edits.isGone(one));
}

/** Whether a name the block declares is in use around it: then its braces must stay. Nothing runs behind `ending`. */
export function collides(block: ts.Block, list: StatementList, rewriter: Rewriter, ending: ts.Statement | null = null): boolean {
  const names = new Set(block.statements.filter((one) => !rewriter.edits.isGone(one)).flatMap(declaredBy));
  if (names.size === 0) return false;
  if (block.statements.some(isUsing)) return true;
  const scope = ts.isCaseOrDefaultClause(list)
    ? list.parent
    : ts.isFunctionLike(list.parent) || ts.isCatchClause(list.parent)
      ? list.parent
      : list;
  let isTaken = false;
  const look = (node: ts.Node): void => {
    if (isTaken || node === block || rewriter.edits.isGone(node) || isPast(node, ending)) return;
    if (ts.isIdentifier(node) && names.has(node.text) && !isMemberName(node) && !isElsewhere(node, scope, rewriter)) isTaken = true;
    else ts.forEachChild(node, look);
  };
  ts.forEachChild(scope, look);
  return isTaken;
}

/** A statement behind one that is never passed; functions are there all the same. */
const isPast = (node: ts.Node, ending: ts.Statement | null): boolean =>
  ending !== null && node.parent === ending.parent && node.pos >= ending.end && ts.isStatement(node) && !ts.isFunctionDeclaration(node);

/** Names that a statement declares for its block. */
export function declaredBy(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    const isBlockScoped = (statement.declarationList.flags & ts.NodeFlags.BlockScoped) !== 0;
    return isBlockScoped ? statement.declarationList.declarations.flatMap((one) => boundNames(one.name)) : [];
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

/** Every name of a pattern. */
function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((one) => (ts.isOmittedExpression(one) ? [] : boundNames(one.name)));
}

const isUsing = (statement: ts.Statement): boolean =>
  ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using;

const isMemberName = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) ||
  isPropertyName(node) ||
  (ts.isBindingElement(node.parent) && node.parent.propertyName === node) ||
  ts.isTypeElement(node.parent) ||
  ts.isJsxAttribute(node.parent);

/** Declared in a scope of its own inside: another block, a function. */
function isElsewhere(node: ts.Identifier, scope: ts.Node, { code, opened }: Rewriter): boolean {
  const declaration = code.localSymbolOf(node)?.declarations?.[0];
  if (declaration === undefined) return false;
  for (let up: ts.Node | undefined = declaration.parent; up !== undefined && up !== scope; up = up.parent) {
    const isScope =
      ts.isBlock(up) ||
      ts.isFunctionLike(up) ||
      ts.isForStatement(up) ||
      ts.isForOfStatement(up) ||
      ts.isForInStatement(up) ||
      ts.isCatchClause(up) ||
      ts.isCaseBlock(up);
    if (isScope && !opened.has(up) && up !== scopeBlock(scope) && isWithin(up, scope)) return true;
  }
  return false;
}

const scopeBlock = (scope: ts.Node): ts.Node | undefined =>
  ts.isFunctionLike(scope) ? (scope as ts.FunctionLikeDeclaration).body : ts.isCatchClause(scope) ? scope.block : undefined;

const isWithin = (node: ts.Node, scope: ts.Node): boolean => node.pos >= scope.pos && node.end <= scope.end;
