/**
 * How a known value gets from one place to the next: into variables, fields, parameters, and out of functions.
 * Input: an expression that is known. Effect: what it makes known is told to `learn` and `returned`.
 * Invariant: a name is only told where every write to it, or every call, has been seen.
 */
import { ts } from 'ts-morph';
import type { Known } from '../../../flags/known.ts';
import type { Code } from '../reading/program.ts';
import { callOf, declaredFunction, functionAround, isAsync, isReading, isWrapper, nameOfFunction, useOf } from '../reading/uses.ts';
import { isOverridden } from './functions.ts';
import { handedTo } from './handed.ts';
import { handedBackTo } from './handed-back.ts';

export interface Flow {
  readonly code: Code;
  of(node: ts.Node): Known | null;
  isPure(node: ts.Expression): boolean;
  /** Declared in files that others use from outside the repository. */
  isPublic(symbol: ts.Symbol): boolean;
  learn(symbol: ts.Symbol, value: Known): void;
  returned(symbol: ts.Symbol, value: Known): void;
  given(symbol: ts.Symbol, value: Known): void;
}

/** Follows one known expression to where its value goes. */
export function follow(from: ts.Node, flow: Flow): void {
  const node = climbed(from, flow);
  const value = flow.of(node);
  const { parent } = node;
  if (value === null || parent === undefined) return declared(from, flow);
  if (ts.isVariableDeclaration(parent) && parent.initializer === node) return bound(parent.name, value, flow);
  if (ts.isPropertyDeclaration(parent) && parent.initializer === node) return held(parent.name, value, flow);
  if (ts.isPropertyAssignment(parent) && parent.initializer === node) return property(parent.name, node, value, flow);
  if (ts.isShorthandPropertyAssignment(parent) || (ts.isJsxExpression(parent) && ts.isJsxAttribute(parent.parent)))
    return handed(node, value, flow);
  if (ts.isBinaryExpression(parent) && parent.right === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    return assigned(parent, value, flow);
  if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node)) return given(parent, flow);
  if (ts.isCallExpression(parent)) return passed(parent, node, value, flow);
  return declared(from, flow);
}

/** The largest expression around a known one that is known as well. */
function climbed(from: ts.Node, flow: Flow): ts.Node {
  let node = from;
  if (isCallee(node.parent) && flow.of(node.parent.parent) !== null) node = node.parent.parent;
  while (node.parent !== undefined && (isWrapper(node.parent) || flow.of(node.parent) !== null)) {
    const isPart = ts.isExpression(node.parent) && flow.of(node.parent) !== null;
    if (!isPart) break;
    node = node.parent;
  }
  return node;
}

/** `result.isOn` in `result.isOn()`: what the method gives is known, the method is not. */
const isCallee = (node: ts.Node): node is ts.PropertyAccessExpression =>
  ts.isPropertyAccessExpression(node) && ts.isCallExpression(node.parent) && node.parent.expression === node;

/** A name in a pattern may be an evaluation by itself: `const { newPay } = useFlags()`. */
function declared(node: ts.Node, flow: Flow): void {
  const value = flow.of(node);
  if (value === null || !ts.isIdentifier(node)) return;
  const { parent } = node;
  if ((ts.isBindingElement(parent) || ts.isVariableDeclaration(parent)) && parent.name === node) bound(node, value, flow);
}

/** A variable, or a pattern whose parts are known. */
function bound(name: ts.BindingName, value: Known, flow: Flow): void {
  if (ts.isIdentifier(name)) {
    const symbol = flow.code.symbolOf(name);
    if (symbol !== null && isWrittenOnce(symbol, flow)) flow.learn(symbol, value);
    return;
  }
  name.elements.forEach((element, index) => {
    if (ts.isOmittedExpression(element) || element.dotDotDotToken !== undefined) return;
    const part = partOf(value, element, index);
    if (part !== null) bound(element.name, part, flow);
  });
}

function partOf(value: Known, element: ts.BindingElement, index: number): Known | null {
  if (value.kind === 'tuple') return value.items[index] ?? null;
  const name = element.propertyName ?? element.name;
  return value.kind === 'object' && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? (value.properties.get(name.text) ?? null) : null;
}

function isWrittenOnce(symbol: ts.Symbol, { code }: Flow): boolean {
  return code.references(symbol).every(isReading);
}

/** A field of a class, or a property of a constant object. */
function held(name: ts.PropertyName, value: Known, flow: Flow): void {
  const symbol = flow.code.symbolOf(name);
  if (symbol === null || (symbol.declarations?.length ?? 0) !== 1 || !isOwn(name, flow)) return;
  if (isWrittenOnce(symbol, flow)) flow.learn(symbol, value);
}

/** A property of a constant, or of what a call is given. */
function property(name: ts.PropertyName, node: ts.Node, value: Known, flow: Flow): void {
  const { parent } = name.parent.parent;
  if (ts.isCallExpression(parent)) return handed(node, value, flow);
  if (!ts.isVariableDeclaration(parent)) handed(node, value, flow);
  held(name, value, flow);
}

/** Props and named arguments; properties of what a function gives back. */
function handed(node: ts.Node, value: Known, flow: Flow): void {
  for (const symbol of handedTo(node, value, flow) ?? []) flow.learn(symbol, value);
  const { parent: given } = node;
  const isGiven = ts.isPropertyAssignment(given) || ts.isShorthandPropertyAssignment(given);
  if (value.kind !== 'constant' || !isGiven) return;
  for (const symbol of handedBackTo(given, flow) ?? []) flow.learn(symbol, value);
}

/** Whether whoever reads the property reads this object: a class of its own, or an object that is a constant and is never handed on whole. */
function isOwn(name: ts.PropertyName, flow: Flow): boolean {
  const holder = name.parent.parent;
  if (ts.isClassLike(holder)) return !ts.isPropertyDeclaration(name.parent) || isReadOnlyHere(name.parent, flow);
  if (!ts.isObjectLiteralExpression(holder) || !ts.isVariableDeclaration(holder.parent)) return false;
  if (!ts.isIdentifier(holder.parent.name) || holder.parent.type !== undefined) return false;
  const symbol = flow.code.symbolOf(holder.parent.name);
  return (
    symbol !== null &&
    isWrittenOnce(symbol, flow) &&
    flow.code.references(symbol).every((node) => useOf(node) === 'declared' || ts.isPropertyAccessExpression(node.parent))
  );
}

const isReadOnlyHere = (member: ts.PropertyDeclaration, flow: Flow): boolean => {
  const symbol = flow.code.symbolOf(member.name);
  return symbol !== null && !flow.isPublic(symbol);
};

/** `this.on = F` in a constructor, where nothing else writes the field. */
function assigned(node: ts.BinaryExpression, value: Known, flow: Flow): void {
  const { left } = node;
  if (!ts.isPropertyAccessExpression(left) || left.expression.kind !== ts.SyntaxKind.ThisKeyword) return;
  const fn = functionAround(node);
  const symbol = flow.code.symbolOf(left.name);
  if (fn === null || !ts.isConstructorDeclaration(fn) || symbol === null || !ts.isExpressionStatement(node.parent)) return;
  const [declaration, ...others] = symbol.declarations ?? [];
  const isPlain =
    declaration !== undefined && ts.isPropertyDeclaration(declaration) && declaration.initializer === undefined && others.length === 0;
  const isUnconditional = node.parent.parent === fn.body;
  if (!isPlain || !isUnconditional || flow.isPublic(symbol)) return;
  const writes = flow.code.references(symbol).filter((one) => useOf(one) === 'written' || useOf(one) === 'changed');
  if (writes.length === 1) flow.learn(symbol, value);
}

/** What a function gives back, where it is the same on every way. */
function given(node: ts.ReturnStatement | ts.ArrowFunction, flow: Flow): void {
  const fn = ts.isArrowFunction(node) ? node : functionAround(node);
  if (fn === null || ts.isConstructorDeclaration(fn)) return;
  const value = returnedBy(fn, flow);
  const name = nameOfFunction(fn);
  const symbol = name === null ? null : flow.code.symbolOf(name);
  if (value === null || symbol === null || (symbol.declarations?.length ?? 0) !== 1 || mayDiffer(fn, symbol, flow)) return;
  if (ts.isGetAccessor(fn)) flow.learn(symbol, value);
  else flow.returned(symbol, isAsync(fn) && value.kind !== 'promise' ? { kind: 'promise', of: value } : value);
}

/** The value of a function that does nothing but give it back: names of known values may come first. */
function returnedBy(fn: ts.SignatureDeclaration, flow: Flow): Known | null {
  if (ts.isArrowFunction(fn) && !ts.isBlock(fn.body)) return flow.isPure(fn.body) ? constantOf(flow.of(fn.body)) : null;
  const body = (fn as ts.FunctionLikeDeclaration).body;
  if (body === undefined || !ts.isBlock(body) || isGenerator(fn)) return null;
  const last = body.statements.at(-1);
  if (last === undefined || !ts.isReturnStatement(last) || last.expression === undefined) return null;
  const isPureOne = ({ initializer }: ts.VariableDeclaration): boolean => initializer !== undefined && flow.isPure(initializer);
  const isPlain = body.statements
    .slice(0, -1)
    .every((one) => ts.isVariableStatement(one) && one.declarationList.declarations.every(isPureOne));
  return isPlain ? constantOf(flow.of(last.expression)) : null;
}

const isGenerator = (fn: ts.SignatureDeclaration): boolean => 'asteriskToken' in fn && fn.asteriskToken !== undefined;

const constantOf = (value: Known | null): Known | null => {
  const inner = value?.kind === 'promise' ? value.of : value;
  return inner?.kind === 'constant' ? value : null;
};

/** A method or an accessor that may be another one where it is called. */
const mayDiffer = (fn: ts.SignatureDeclaration, symbol: ts.Symbol, { code }: Flow): boolean =>
  (ts.isMethodDeclaration(fn) || ts.isGetAccessor(fn)) && isOverridden(fn, symbol, code);

/** An argument: the parameter is known where every call gives the same. */
function passed(call: ts.CallExpression, argument: ts.Node, value: Known, flow: Flow): void {
  const index = call.arguments.indexOf(argument as ts.Expression);
  if (index < 0 || value.kind !== 'constant' || typeof value.value !== 'boolean') return;
  const name = ts.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
  const symbol = ts.isIdentifier(name) || ts.isPrivateIdentifier(name) ? flow.code.symbolOf(name) : null;
  const fn = symbol === null ? null : declaredFunction(symbol);
  const parameter = fn?.parameters[index];
  if (symbol === null || fn === null || parameter === undefined || !isPlainParameter(parameter) || flow.isPublic(symbol)) return;
  if (mayDiffer(fn, symbol, flow)) return;
  const isAlwaysGiven = flow.code.references(symbol).every((node) => {
    if (useOf(node) === 'declared' && !ts.isExportSpecifier(node.parent)) return true;
    const one = callOf(node);
    const other = one?.arguments[index];
    if (one === null || other === undefined || one.arguments.slice(0, index).some(ts.isSpreadElement)) return false;
    const known = flow.of(other);
    return known?.kind === 'constant' && known.value === value.value;
  });
  const own = ts.isIdentifier(parameter.name) ? flow.code.symbolOf(parameter.name) : null;
  if (!isAlwaysGiven || own === null || !isWrittenOnce(own, flow)) return;
  flow.given(own, value);
}

const isPlainParameter = (one: ts.ParameterDeclaration): boolean =>
  one.dotDotDotToken === undefined && ts.isIdentifier(one.name) && !ts.isParameterPropertyDeclaration(one, one.parent);
