/**
 * Functions that the removal has left with nothing to do but to hand on to another of the same file:
 * `export const List = (props) => <NewList {...props} />`. The other one takes the name and the place in the world.
 * Input: edits that have been made. Effect: edits.
 * Invariants: the other one is used nowhere else and given exactly what comes in; nothing needs the name before it is there.
 */
import { ts } from 'ts-morph';
import type { Edits } from './edits.ts';
import type { Code } from './program.ts';
import { linesOf, rangeOf, withComments } from './text.ts';
import { declaredFunction, isAsync, isDeclaring } from './uses.ts';

export interface WrapperOptions {
  readonly code: Code;
  readonly edits: Edits;
  /** Expressions of which one part is left, with that part. */
  readonly kept: ReadonlyMap<ts.Expression, ts.Expression>;
  isRefused(cause: string): boolean;
}

/** A function at the top of a file, with its statement and name. */
interface Named {
  readonly fn: ts.FunctionLikeDeclaration;
  readonly statement: ts.FunctionDeclaration | ts.VariableStatement;
  readonly name: ts.Identifier;
}

/** Takes such functions out. */
export function removeWrappers(options: WrapperOptions): void {
  const { code, edits, isRefused } = options;
  for (const file of edits.files) {
    for (const statement of file.statements) {
      const outer = edits.isGone(statement) || !edits.isTouched(statement) ? null : namedIn(statement);
      const inner = outer === null ? null : innerOf(outer, options);
      const cause = `wrapper:${code.pathOf(file)}:${statement.pos}`;
      if (outer === null || inner === null || isRefused(cause)) continue;
      const isExported = (ts.getModifiers(outer.statement)?.length ?? 0) > 0;
      edits.remove(file, linesOf(file.text, withComments(outer.statement)), cause);
      edits.replace(file, rangeOf(inner.name), outer.name.text, cause);
      if (isExported) edits.insert(file, inner.statement.getStart(file), 'export ', cause);
    }
  }
}

function namedIn(statement: ts.Statement): Named | null {
  if (ts.isFunctionDeclaration(statement)) return statement.name === undefined ? null : { fn: statement, statement, name: statement.name };
  if (!ts.isVariableStatement(statement)) return null;
  const [only, ...others] = statement.declarationList.declarations;
  const value = only?.initializer;
  if (only === undefined || value === undefined || others.length > 0 || !ts.isIdentifier(only.name)) return null;
  const isConstant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
  return isConstant && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? { fn: value, statement, name: only.name } : null;
}

/** The function that all is handed on to. */
function innerOf(outer: Named, { code, edits, kept }: WrapperOptions): Named | null {
  const modifiers = ts.getModifiers(outer.statement) ?? [];
  if (modifiers.some(({ kind }) => kind !== ts.SyntaxKind.ExportKeyword)) return null;
  const given = handedOn(outer.fn, edits, kept);
  const callee = given === null ? null : ts.isCallExpression(given) ? given.expression : given.tagName;
  const symbol = callee !== null && ts.isIdentifier(callee) ? code.symbolOf(callee) : null;
  const fn = symbol === null ? null : declaredFunction(symbol);
  const statement = fn === null ? null : statementOf(fn);
  const inner = statement === null ? null : namedIn(statement);
  if (given === null || symbol === null || inner === null || inner.fn !== fn || statement?.parent !== outer.statement.parent) return null;
  if ((ts.getModifiers(inner.statement)?.length ?? 0) > 0 || edits.isTouched(inner.name)) return null;
  const isAlone = code.references(symbol).every((one) => one === inner.name || one === callee || edits.isGone(one));
  return isAlone && isSame(outer.fn, inner.fn, given) && isReady(outer, inner, code) ? inner : null;
}

const statementOf = (fn: ts.FunctionLikeDeclaration): ts.Statement | null =>
  ts.isFunctionDeclaration(fn) ? fn : ts.isVariableDeclaration(fn.parent) ? (fn.parent.parent.parent as ts.Statement) : null;

/** The call or element that is all that is left of a function. */
function handedOn(
  { body }: ts.FunctionLikeDeclaration,
  edits: Edits,
  kept: WrapperOptions['kept'],
): ts.CallExpression | ts.JsxSelfClosingElement | null {
  if (body === undefined) return null;
  const live: ts.ReturnStatement[] = [];
  const look = (node: ts.Node): void => {
    if (edits.isGone(node)) return;
    if (ts.isReturnStatement(node)) live.push(node);
    else if (!ts.isFunctionLike(node)) ts.forEachChild(node, look);
  };
  if (ts.isBlock(body)) look(body);
  const whole = ts.isBlock(body) ? (live.length === 1 ? live[0]?.expression : undefined) : body;
  if (whole === undefined) return null;
  const left = bare(kept.get(bare(whole)) ?? whole);
  const isAll = identifiersIn(body).every((one) => edits.isGone(one) || (one.pos >= left.pos && one.end <= left.end));
  return isAll && !edits.isTouched(left) && (ts.isCallExpression(left) || ts.isJsxSelfClosingElement(left)) ? left : null;
}

const bare = (node: ts.Expression): ts.Expression => (ts.isParenthesizedExpression(node) ? bare(node.expression) : node);

function identifiersIn(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const look = (one: ts.Node): void => {
    if (ts.isIdentifier(one) || one.kind === ts.SyntaxKind.ThisKeyword) found.push(one);
    else ts.forEachChild(one, look);
  };
  look(node);
  return found;
}

/** Whether what comes in is handed on as it is. */
function isSame(
  outer: ts.FunctionLikeDeclaration,
  inner: ts.FunctionLikeDeclaration,
  given: ts.CallExpression | ts.JsxSelfClosingElement,
): boolean {
  const names = outer.parameters.map((one) => one.name.getText());
  if (isAsync(outer) !== isAsync(inner) || outer.asteriskToken !== undefined || inner.asteriskToken !== undefined) return false;
  if (outer.parameters.some((one) => one.dotDotDotToken !== undefined || one.initializer !== undefined)) return false;
  if (ts.isCallExpression(given))
    return (
      isSameList(
        names,
        given.arguments.map((one) => one.getText()),
      ) && names.length >= inner.parameters.length
    );
  const { properties } = given.attributes;
  const [props, ...others] = outer.parameters;
  if (props === undefined) return properties.length === 0;
  if (others.length > 0) return false;
  if (ts.isIdentifier(props.name)) {
    const [only, ...more] = properties;
    return only !== undefined && more.length === 0 && ts.isJsxSpreadAttribute(only) && only.expression.getText() === props.name.text;
  }
  const isPassed = properties.every((one) => ts.isJsxAttribute(one) && textIn(one.initializer) === one.name.getText());
  return isPassed && inner.parameters[0]?.name.getText() === props.name.getText() && properties.length === props.name.elements.length;
}

const textIn = (value: ts.JsxAttributeValue | undefined): string | null =>
  value !== undefined && ts.isJsxExpression(value) ? (value.expression?.getText() ?? null) : null;

const isSameList = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((one, i) => one === b[i]);

/** Whether nothing that runs when the file is loaded needs the name before the other function is there. */
function isReady(outer: Named, inner: Named, code: Code): boolean {
  if (ts.isFunctionDeclaration(inner.fn)) return true;
  const symbol = code.symbolOf(outer.name);
  const file = outer.name.getSourceFile();
  return (
    symbol !== null &&
    code
      .references(symbol)
      .every((one) => one.getSourceFile() !== file || isDeclaring(one) || one.pos > inner.statement.end || isInFunction(one))
  );
}

function isInFunction(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined; up = up.parent) if (ts.isFunctionLike(up)) return true;
  return false;
}
