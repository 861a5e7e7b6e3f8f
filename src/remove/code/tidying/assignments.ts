/**
 * Variables that were `let` for the flag's sake. Written over in every run now, the declaration moves to the assignment:
 * `let x = a; if (F) x = b;` is `const x = b;`. Never written over any more, it is a constant.
 * Input: edits that have been made, and the statements that always run now. Effect: edits.
 * Invariants: nothing reads the variable in between, and what gave it its first value has no effect.
 */
import { ts } from 'ts-morph';
import type { Edits } from '../edits.ts';
import type { Rewriter } from '../folding/rewriter.ts';
import { isStatementList } from '../folding/statements.ts';
import type { Code } from '../reading/program.ts';
import { linesOf, rangeOf, withComments } from '../reading/text.ts';
import { isAny } from '../reading/types.ts';
import { unwrapped, useOf } from '../reading/uses.ts';

type Assignment = ts.ExpressionStatement & { readonly expression: ts.BinaryExpression & { readonly left: ts.Identifier } };

/** Moves the declarations. */
export function joinAssignments(rewriter: Rewriter, isRefused: (cause: string) => boolean): void {
  for (const statement of rewriter.unconditional) {
    if (!isAssignment(statement) || rewriter.edits.isGone(statement)) continue;
    const cause = `joined:${rewriter.code.pathOf(statement.getSourceFile())}:${statement.pos}`;
    const declaration = isRefused(cause) ? null : declarationOf(statement, rewriter);
    if (declaration !== null) join(statement, declaration, rewriter, cause);
  }
}

function isAssignment(node: ts.Statement): node is Assignment {
  const text = node.getSourceFile().text;
  // A directive is about an assignment, not about a declaration.
  if (/@ts-(?:expect-error|ignore)/.test(text.slice(node.pos, node.getStart()))) return false;
  if (!ts.isExpressionStatement(node) || !ts.isBinaryExpression(node.expression)) return false;
  const { left, operatorToken } = node.expression;
  return operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isIdentifier(left);
}

/** The declaration that only gives the variable a value nobody sees. */
function declarationOf(assignment: Assignment, { code, edits, purity, opened }: Rewriter): ts.VariableDeclaration | null {
  const { left } = assignment.expression;
  const [declaration, ...others] = code.symbolOf(left)?.declarations ?? [];
  if (declaration === undefined || others.length > 0 || !ts.isVariableDeclaration(declaration) || edits.isTouched(declaration)) return null;
  const list = declaration.parent;
  const isLet = ts.isVariableDeclarationList(list) && (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Let;
  if (!isLet || list.declarations.length > 1 || !ts.isVariableStatement(list.parent)) return null;
  if ((ts.getModifiers(list.parent)?.length ?? 0) > 0 || listOf(assignment, opened) !== list.parent.parent) return null;
  if (declaration.initializer !== undefined && !purity.isPure(declaration.initializer)) return null;
  const uses = code
    .references(code.symbolOf(left) as ts.Symbol)
    .filter((one) => one !== declaration.name && one !== left && !edits.isGone(one));
  const isLater = uses.every((one) => one.getStart() >= assignment.end && !isHoisted(one, list.parent.parent));
  return isLater && uses.length > 0 ? declaration : null;
}

/** The statement list a statement is in, now that some blocks are open. */
function listOf(statement: ts.Statement, opened: ReadonlySet<ts.Node>): ts.Node {
  let up: ts.Node = statement.parent;
  while (opened.has(up) || !isStatementList(up)) up = up.parent;
  return up;
}

/** Whether the node is in a function that may be called before its place is reached. */
function isHoisted(node: ts.Node, outer: ts.Node): boolean {
  for (let up = node; up !== outer && up.parent !== undefined; up = up.parent) if (ts.isFunctionDeclaration(up)) return true;
  return false;
}

function join(assignment: Assignment, declaration: ts.VariableDeclaration, { code, edits }: Rewriter, cause: string): void {
  const file = assignment.getSourceFile();
  const { left, right } = assignment.expression;
  const symbol = code.symbolOf(left);
  const writes =
    symbol === null ? [] : code.references(symbol).filter((one) => one !== left && !edits.isGone(one) && useOf(one) !== 'read');
  const isConstant = writes.every((one) => one === declaration.name || useOf(one) === 'type');
  const statement = declaration.parent.parent;
  edits.remove(
    file,
    linesOf(file.text, isNext(assignment, statement as ts.VariableStatement) ? rangeOf(statement) : withComments(statement)),
    cause,
  );
  edits.insert(file, left.getStart(file), isConstant ? 'const ' : 'let ', cause);
  const { type } = declaration;
  if (type !== undefined && !(isConstant && (saysItsType(unwrapped(right)) || (isPlainType(type) && !isAny(right, code.checker)))))
    edits.insert(file, left.end, `: ${type.getText(file)}`, cause);
}

/** Whether the assignment is the first thing after a statement: comments on that one are about this one then. */
function isNext(assignment: ts.Statement, before: ts.VariableStatement): boolean {
  const list = before.parent as ts.Block;
  const next = list.statements[list.statements.indexOf(before) + 1];
  let up: ts.Node = assignment;
  while (up !== next && up.parent !== undefined && (!isStatementList(up.parent) || up.parent.statements[0] === up)) up = up.parent;
  return up === next;
}

/** `let` that nobody writes to any more is `const`. */
export function settleVariables({ code, edits }: Rewriter, isRefused: (cause: string) => boolean): void {
  for (const file of edits.files) {
    const look = (node: ts.Node): void => {
      if (edits.isGone(node)) return;
      const name = ts.isVariableDeclarationList(node) ? letIn(node) : null;
      const cause = `const:${code.pathOf(file)}:${node.pos}`;
      if (name !== null && !isRefused(cause) && isSettled(name, code, edits)) {
        const start = node.getStart(file);
        edits.replace(file, { start, end: start + 'let'.length }, 'const', cause);
      }
      ts.forEachChild(node, look);
    };
    look(file);
  }
}

/** The one name of `let x = …;`. */
function letIn(list: ts.VariableDeclarationList): ts.Identifier | null {
  const [only, ...others] = list.declarations;
  const isLet = (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Let && ts.isVariableStatement(list.parent);
  return isLet && others.length === 0 && only?.initializer !== undefined && ts.isIdentifier(only.name) ? only.name : null;
}

/** Whether all that wrote to the name went, and something did. */
function isSettled(name: ts.Identifier, code: Code, edits: Edits): boolean {
  const symbol = code.symbolOf(name);
  const uses = symbol === null ? [] : code.references(symbol);
  const writes = uses.filter((one) => ['written', 'changed'].includes(useOf(one)));
  return writes.length > 0 && writes.every((one) => edits.isGone(one));
}

const isPlainType = ({ kind }: ts.TypeNode): boolean =>
  kind === ts.SyntaxKind.BooleanKeyword || kind === ts.SyntaxKind.StringKeyword || kind === ts.SyntaxKind.NumberKeyword;

/** Values whose type needs no word. */
const saysItsType = (node: ts.Expression): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateExpression(node) ||
  ts.isNumericLiteral(node) ||
  ts.isIdentifier(node) ||
  ts.isPropertyAccessExpression(node);
