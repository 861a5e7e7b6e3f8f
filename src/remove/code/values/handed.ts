/**
 * Values that are handed on by name: props of components, properties of an object that a call is given.
 * Input: what is given, and its value. Output: the names that stand for it on the other side; null where one giver may give something else.
 * Invariant: every use of the function is a call or a tag that is seen, each gives the property by itself, and nothing else has its type.
 */
import { ts } from 'ts-morph';
import type { Known } from '../../../flags/known.ts';
import type { Edits } from '../edits.ts';
import { type Code, propertyBehind } from '../reading/program.ts';
import { declaredFunction, isDeclaring, isReading, useOf } from '../reading/uses.ts';
import { booleanLiteral } from './algebra.ts';

export interface Handing {
  readonly code: Code;
  of(node: ts.Node): Known | null;
  isPublic(symbol: ts.Symbol): boolean;
}

type Given = ts.JsxAttribute | ts.PropertyAssignment | ts.ShorthandPropertyAssignment;

/** `<Panel isNew={on} />`, `open({ isNew: on })`: the element of the pattern that takes it out, and the property where it is read. */
export function handedTo(node: ts.Node, value: Known, handing: Handing): readonly ts.Symbol[] | null {
  const { code } = handing;
  const given = givenAt(node);
  if (given === null || value.kind !== 'constant' || value.value === undefined || !ts.isIdentifier(given.name)) return null;
  const property = propertyBehind(given.name, code.checker);
  const taker = takerOf(given, code);
  if (property === null || taker === null || handing.isPublic(taker.symbol)) return null;
  if (!isDeclaredFor(property, taker, handing)) return null;
  const uses = code.references(property).filter((one) => useOf(one) !== 'type' || ts.isBindingElement(one.parent));
  const givers = uses.flatMap((one) => givenBy(one) ?? []);
  const isSame = givers.every((one) => {
    const other = valueGiven(one, handing);
    return other?.kind === 'constant' && other.value === value.value;
  });
  if (!isSame || !areAllGiven(taker, givers, code)) return null;
  const rest = uses.filter((one) => givenBy(one) === null && !ts.isPropertySignature(one.parent));
  if (!rest.every((one) => isTaken(one) || useOf(one) === 'read')) return null;
  const taken = rest.flatMap((one) => (isTaken(one) ? (code.symbolOf(one.parent.name) ?? []) : []));
  const isConstant = taken.every((symbol) => code.references(symbol).every(isReading));
  return isConstant ? [property, ...taken] : null;
}

/** What names the value: an attribute, or a property of an object. */
function givenAt({ parent }: ts.Node): Given | null {
  const holder = ts.isJsxExpression(parent) ? parent.parent : parent;
  return ts.isJsxAttribute(holder) || ts.isPropertyAssignment(holder) || ts.isShorthandPropertyAssignment(holder) ? holder : null;
}

const givenBy = (name: ts.Node): Given | null => {
  const { parent } = name;
  const isGiving = ts.isJsxAttribute(parent) || ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent);
  return isGiving && parent.name === name ? parent : null;
};

function valueGiven(given: Given, { of }: Handing): Known | null {
  if (ts.isShorthandPropertyAssignment(given)) return of(given.name);
  const { initializer } = given;
  if (initializer === undefined) return { kind: 'constant', value: true };
  const value = ts.isJsxExpression(initializer) ? initializer.expression : initializer;
  return value === undefined ? null : (of(value) ?? booleanLiteral(value));
}

interface Taker {
  readonly symbol: ts.Symbol;
  readonly parameter: ts.ParameterDeclaration;
  readonly index: number;
}

/** The function that is given the attribute or the object. */
function takerOf(given: Given, code: Code): Taker | null {
  const callee = ts.isJsxAttribute(given) ? given.parent.parent.tagName : calleeOf(given.parent);
  const name = callee !== null && ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  const symbol = name !== null && ts.isIdentifier(name) ? code.symbolOf(name) : null;
  const fn = symbol === null ? null : declaredFunction(symbol);
  const index = ts.isJsxAttribute(given) ? 0 : argumentsOf(given.parent).indexOf(given.parent as ts.Expression);
  const parameter = fn?.parameters[index];
  const isPlain = parameter !== undefined && parameter.dotDotDotToken === undefined && parameter.initializer === undefined;
  if (symbol === null || !isPlain || (fn !== null && ts.isMethodDeclaration(fn))) return null;
  return isKept(parameter, ts.isJsxAttribute(given), code) ? { symbol, parameter, index } : null;
}

/** Whether the parameter stays what the call gave: never written, and never handed on whole to who might change it. Props are not changed. */
function isKept({ name }: ts.ParameterDeclaration, isProps: boolean, code: Code): boolean {
  const symbol = ts.isIdentifier(name) ? code.symbolOf(name) : null;
  const uses = symbol === null ? [] : code.references(symbol).filter((one) => one !== name);
  return uses.every((one) => useOf(one) === 'type' || (useOf(one) === 'read' && (isProps || isTakenApart(one))));
}

/** Whether what is given is also seen as a whole by who takes it: `{ ...options }`, `log(options)`. */
export function isSeenWhole(given: ts.Node, code: Code, edits: Edits): boolean {
  const isGiven = ts.isJsxAttribute(given) || ts.isPropertyAssignment(given) || ts.isShorthandPropertyAssignment(given);
  const name = isGiven ? takerOf(given, code)?.parameter.name : undefined;
  const symbol = name !== undefined && ts.isIdentifier(name) ? code.symbolOf(name) : null;
  const uses = symbol === null ? [] : code.references(symbol).filter((one) => one !== name && !edits.isGone(one));
  return uses.some((one) => useOf(one) !== 'type' && !ts.isPropertyAccessExpression(one.parent) && !isPatternWithoutRest(one));
}

/** `const { isNew } = options` */
const isPatternWithoutRest = ({ parent }: ts.Node): boolean =>
  ts.isVariableDeclaration(parent) &&
  ts.isObjectBindingPattern(parent.name) &&
  parent.name.elements.every((one) => one.dotDotDotToken === undefined);

/** `options.isNew`, `{ ...options }`, `const { isNew } = options` */
const isTakenApart = ({ parent }: ts.Node): boolean =>
  ts.isPropertyAccessExpression(parent) ||
  ts.isSpreadAssignment(parent) ||
  (ts.isVariableDeclaration(parent) && ts.isObjectBindingPattern(parent.name));

const calleeOf = ({ parent }: ts.Node): ts.Expression | null => (ts.isCallExpression(parent) ? parent.expression : null);

const argumentsOf = ({ parent }: ts.Node): readonly ts.Expression[] => (ts.isCallExpression(parent) ? parent.arguments : []);

/** Whether the property's type says what this one function takes, and nothing else. */
function isDeclaredFor(property: ts.Symbol, { parameter }: Taker, { code, isPublic }: Handing): boolean {
  const [declaration, ...others] = property.declarations ?? [];
  if (declaration === undefined || others.length > 0 || !ts.isPropertySignature(declaration)) return false;
  const holder = ts.isTypeLiteralNode(declaration.parent) ? declaration.parent.parent : declaration.parent;
  if (holder === parameter) return true;
  const isNamed = ts.isInterfaceDeclaration(holder) || ts.isTypeAliasDeclaration(holder);
  const type = isNamed ? code.symbolOf(holder.name) : null;
  if (type === null || isPublic(type) || (type.declarations?.length ?? 0) !== 1) return isArgumentOfType(declaration.parent, parameter);
  const uses = code.references(type).filter((one) => !isDeclaring(one));
  const [only, ...more] = uses;
  return only !== undefined && more.length === 0 && isTypeOf(only.parent, parameter);
}

/** `FC<{ isNew: boolean }>` */
const isArgumentOfType = (type: ts.Node, parameter: ts.ParameterDeclaration): boolean =>
  ts.isTypeLiteralNode(type) && isTypeOf(type, parameter);

/** Whether a type is the parameter's, or what the type of its function's constant is given: `FC<Props>`. */
function isTypeOf(type: ts.Node, parameter: ts.ParameterDeclaration): boolean {
  if (parameter.type !== undefined) return parameter.type === type;
  const holder = parameter.parent.parent;
  const declared = ts.isVariableDeclaration(holder) ? holder.type : undefined;
  return (
    declared !== undefined && ts.isTypeReferenceNode(declared) && declared.typeArguments?.length === 1 && declared.typeArguments[0] === type
  );
}

/** Whether every use of the function gives it one of these, and no spread may give another. */
function areAllGiven({ symbol, index }: Taker, givers: readonly Given[], code: Code): boolean {
  return code.references(symbol).every((node) => {
    if (isDeclaring(node) || ts.isExportAssignment(node.parent) || ts.isJsxClosingElement(node.parent)) return true;
    const holder = holderOf(node, index);
    if (holder === null) return false;
    const parts: readonly ts.Node[] = ts.isJsxAttributes(holder) ? holder.properties : holder.properties;
    const isOpen = parts.some((one) => ts.isJsxSpreadAttribute(one) || ts.isSpreadAssignment(one));
    return !isOpen && givers.some((one) => one.parent === holder);
  });
}

/** What a tag or a call is given. */
function holderOf(node: ts.Node, index: number): ts.JsxAttributes | ts.ObjectLiteralExpression | null {
  const { parent } = node;
  if (ts.isJsxSelfClosingElement(parent) || ts.isJsxOpeningElement(parent)) return parent.attributes;
  const argument = ts.isCallExpression(parent) && parent.expression === node ? parent.arguments[index] : undefined;
  const isWhole = argument !== undefined && ts.isObjectLiteralExpression(argument);
  return isWhole && !(parent as ts.CallExpression).arguments.slice(0, index).some(ts.isSpreadElement) ? argument : null;
}

/** `({ isNew }) =>`, `({ isNew: isLatest }) =>` */
const isTaken = (node: ts.Node): node is ts.Node & { readonly parent: ts.BindingElement & { readonly name: ts.Identifier } } =>
  ts.isBindingElement(node.parent) &&
  (node.parent.propertyName ?? node.parent.name) === node &&
  ts.isIdentifier(node.parent.name) &&
  node.parent.dotDotDotToken === undefined;
