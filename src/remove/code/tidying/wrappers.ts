/**
 * Functions that the removal has left with nothing to do but to hand on to another of the same file:
 * `export const List = (props) => <NewList {...props} />`. The other one takes the name and the place in the world.
 * Input: edits that have been made. Effect: edits.
 * Invariants: the other one is used nowhere else and given exactly what comes in; nothing needs the name before it is there.
 */
import { ts } from 'ts-morph';
import type { Edits } from '../edits.ts';
import type { Code } from '../reading/program.ts';
import { linesOf, rangeOf, withComments } from '../reading/text.ts';
import { bare, declaredFunction, isAsync, isDeclaring } from '../reading/uses.ts';
import { defaultsOf } from '../values/functions.ts';
import type { Purity } from '../values/purity.ts';

export interface WrapperOptions {
  readonly code: Code;
  readonly edits: Edits;
  readonly purity: Purity;
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
  const settled = new Set<ts.Statement>();
  for (const file of edits.files) {
    for (const statement of file.statements) {
      const outer = settled.has(statement) || edits.isGone(statement) || !edits.isTouched(statement) ? null : namedIn(statement);
      const inner = outer === null ? null : innerOf(outer, options);
      const cause = `wrapper:${code.pathOf(file)}:${statement.pos}`;
      if (outer === null || inner === null || isRefused(cause)) continue;
      const isExported = (ts.getModifiers(outer.statement)?.length ?? 0) > 0;
      settled.add(inner.statement);
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
function innerOf(outer: Named, { code, edits, purity, kept }: WrapperOptions): Named | null {
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
  if (!isAlone || !isSame(outer.fn, inner.fn, given) || !isReady(outer, inner, code, purity)) return null;
  return ts.isCallExpression(given) || !asksHooks(inner.fn) || isOnlyRendered(outer.name, code) ? inner : null;
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
  const whole = ts.isBlock(body) ? onlyReturned(body, edits) : body;
  if (whole === undefined) return null;
  const left = bare(kept.get(bare(whole)) ?? whole);
  const isAll = identifiersIn(body).every((one) => edits.isGone(one) || (one.pos >= left.pos && one.end <= left.end));
  return isAll && !edits.isTouched(left) && (ts.isCallExpression(left) || ts.isJsxSelfClosingElement(left)) ? left : null;
}

/** What the one statement gives back that is left of a block, and that always runs. */
function onlyReturned(body: ts.Block, edits: Edits): ts.Expression | undefined {
  const [only, ...others] = liveIn(body, edits);
  return others.length === 0 && only !== undefined && ts.isReturnStatement(only) ? only.expression : undefined;
}

/** The statements left in a statement; a condition that is gone is passed. */
function liveIn(node: ts.Statement, edits: Edits): readonly ts.Statement[] {
  if (edits.isGone(node)) return [];
  if (ts.isBlock(node)) return node.statements.flatMap((one) => liveIn(one, edits));
  if (!ts.isIfStatement(node) || !edits.isGone(node.expression)) return [node];
  return [node.thenStatement, ...(node.elseStatement === undefined ? [] : [node.elseStatement])].flatMap((one) => liveIn(one, edits));
}

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
  if (inner.parameters.some((one) => one.dotDotDotToken !== undefined) || asksForCall(inner)) return false;
  if (ts.isCallExpression(given))
    return (
      isSameList(
        names,
        given.arguments.map((one) => one.getText()),
      ) &&
      names.length >= inner.parameters.length &&
      wanted(outer) === wanted(inner)
    );
  const { properties } = given.attributes;
  const [props, ...others] = outer.parameters;
  if (props === undefined) return properties.length === 0 && inner.parameters.length === 0;
  if (others.length > 0) return false;
  if (ts.isIdentifier(props.name)) {
    const [only, ...more] = properties;
    return only !== undefined && more.length === 0 && ts.isJsxSpreadAttribute(only) && only.expression.getText() === props.name.text;
  }
  if (ts.isArrayBindingPattern(props.name) || !props.name.elements.every(isPlainElement) || defaultsOf(outer).length > 0) return false;
  const isPassed = properties.every((one) => ts.isJsxAttribute(one) && textIn(one.initializer) === one.name.getText());
  return isPassed && inner.parameters[0]?.name.getText() === props.name.getText() && properties.length === props.name.elements.length;
}

/** How many arguments a function says it takes: its `length`. */
function wanted({ parameters }: ts.FunctionLikeDeclaration): number {
  const free = parameters.findIndex((one) => one.initializer !== undefined);
  return free < 0 ? parameters.length : free;
}

const isPlainElement = (one: ts.BindingElement): boolean => one.propertyName === undefined && one.dotDotDotToken === undefined;

const textIn = (value: ts.JsxAttributeValue | undefined): string | null =>
  value !== undefined && ts.isJsxExpression(value) ? (value.expression?.getText() ?? null) : null;

const isSameList = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((one, i) => one === b[i]);

/** Whether nothing that runs when the file is loaded needs the name before the other function is there. */
function isReady(outer: Named, inner: Named, code: Code, purity: Purity): boolean {
  if (ts.isFunctionDeclaration(inner.fn)) return true;
  const symbol = code.symbolOf(outer.name);
  const file = outer.name.getSourceFile();
  const between = file.statements.slice(file.statements.indexOf(outer.statement), file.statements.indexOf(inner.statement));
  return (
    symbol !== null &&
    between.every((one) => isSilent(one, purity)) &&
    code
      .references(symbol)
      .every((one) => one.getSourceFile() !== file || isDeclaring(one) || one.pos > inner.statement.end || isInFunction(one))
  );
}

/** Whether nothing is called when the statement is loaded. */
function isSilent(node: ts.Statement, purity: Purity): boolean {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.every(({ initializer }) => initializer === undefined || purity.isPure(initializer));
  return !ts.isExpressionStatement(node) && !ts.isClassDeclaration(node) ? ts.isDeclarationStatement(node) : false;
}

/** `this` and `arguments` tell how a function was called. */
const asksForCall = (fn: ts.FunctionLikeDeclaration): boolean =>
  identifiersIn(fn).some((one) => one.kind === ts.SyntaxKind.ThisKeyword || one.getText() === 'arguments');

const asksHooks = (fn: ts.FunctionLikeDeclaration): boolean => identifiersIn(fn).some((one) => /^use[A-Z]/.test(one.getText()));

/** Called, a component asks its hooks in the place of who calls it. */
function isOnlyRendered(name: ts.Identifier, code: Code): boolean {
  const symbol = code.symbolOf(name);
  const isTag = ({ parent }: ts.Node): boolean =>
    ts.isJsxOpeningLikeElement(parent) ||
    ts.isJsxClosingElement(parent) ||
    ts.isExportAssignment(parent) ||
    ts.isPropertyAccessExpression(parent);
  return symbol !== null && code.references(symbol).every((one) => isDeclaring(one) || isTag(one) || isMemoised(one));
}

/** `memo(Card)` */
const isMemoised = ({ parent }: ts.Node): boolean =>
  ts.isCallExpression(parent) && /^(?:React\.)?(?:memo|forwardRef|observer|styled)$/.test(parent.expression.getText());

function isInFunction(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined; up = up.parent) if (ts.isFunctionLike(up)) return true;
  return false;
}
