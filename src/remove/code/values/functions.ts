/**
 * The function behind a name: declared, memoised, or handed back by another function in an object.
 * Input: a symbol. Output: its one declaration with a body; null where there are several, or none can be seen. Pure.
 */
import { ts } from 'ts-morph';
import type { Code } from '../reading/program.ts';
import { declaredFunction, isPrivate, isPromising, isReading, unwrapped } from '../reading/uses.ts';

const maxSteps = 4;

/** `isOpen` of `function isOpen() {}`, of `useCallback(() => …)`, and of `const { isOpen } = useDoor()`. */
export function functionBehind(symbol: ts.Symbol, code: Code, steps = 0): ts.FunctionLikeDeclaration | null {
  const [declaration, ...others] = symbol.declarations ?? [];
  if (declaration === undefined || others.length > 0 || steps > maxSteps) return null;
  if (!code.references(symbol).every(isReading)) return null;
  const own = declaredFunction(symbol);
  if (own !== null)
    return ts.isClassElement(declaration) && ts.isClassLike(declaration.parent) && isOverridden(declaration, symbol, code) ? null : own;
  const isConstant = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  if (ts.isVariableDeclaration(declaration)) return isConstant ? ofValue(declaration.initializer, code, steps) : null;
  if (ts.isPropertyAssignment(declaration)) return ofValue(declaration.initializer, code, steps);
  if (ts.isShorthandPropertyAssignment(declaration)) return ofValue(declaration.name, code, steps);
  return ts.isBindingElement(declaration) && isConstant ? ofElement(declaration, code, steps) : null;
}

function ofValue(given: ts.Expression | undefined, code: Code, steps: number): ts.FunctionLikeDeclaration | null {
  const value = given === undefined ? undefined : unwrapped(given);
  if (value === undefined) return null;
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) return value;
  if (ts.isIdentifier(value)) {
    const symbol = code.symbolOf(value);
    return symbol === null ? null : functionBehind(symbol, code, steps + 1);
  }
  const isMemoised = ts.isCallExpression(value) && /(?:^|\.)useCallback$/.test(value.expression.getText());
  return isMemoised ? ofValue(value.arguments[0], code, steps) : null;
}

/** `{ isOpen }` of what a function gives back. */
function ofElement(element: ts.BindingElement, code: Code, steps: number): ts.FunctionLikeDeclaration | null {
  const pattern = element.parent;
  const holder = pattern.parent;
  const name = element.propertyName ?? element.name;
  const call = ts.isVariableDeclaration(holder) ? holder.initializer : undefined;
  const isPlain = ts.isObjectBindingPattern(pattern) && ts.isIdentifier(name) && element.initializer === undefined;
  if (!isPlain || call === undefined || !ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) return null;
  const symbol = code.symbolOf(call.expression);
  const maker = symbol === null ? null : declaredFunction(symbol);
  const properties = (maker === null ? null : objectOf(maker))?.properties ?? [];
  const index = properties.findIndex((one) => one.name?.getText() === name.text);
  const property = properties[index];
  if (property === undefined || properties.slice(index).some(ts.isSpreadAssignment)) return null;
  if (ts.isMethodDeclaration(property)) return property;
  if (ts.isShorthandPropertyAssignment(property)) return ofShorthand(property, code, steps);
  return ts.isPropertyAssignment(property) ? ofValue(property.initializer, code, steps + 1) : null;
}

function ofShorthand(property: ts.ShorthandPropertyAssignment, code: Code, steps: number): ts.FunctionLikeDeclaration | null {
  const symbol = code.symbolOf(property.name);
  return symbol === null ? null : functionBehind(symbol, code, steps + 1);
}

/** Whether a subclass may have another, or the class promises the member to an interface. */
export function isOverridden(member: ts.ClassElement, symbol: ts.Symbol, code: Code): boolean {
  if (isPrivate(member)) return false;
  const owner = ts.isClassLike(member.parent) && member.parent.name !== undefined ? code.symbolOf(member.parent.name) : null;
  const isExtended = owner === null || code.references(owner).some((node) => ts.isExpressionWithTypeArguments(node.parent));
  return isExtended || code.references(symbol).some((node) => isPromising(node.parent));
}

/** What a function computes for arguments that are not given. */
export function defaultsOf(fn: ts.SignatureDeclaration): readonly ts.Expression[] {
  const within = ({ initializer, name }: ts.ParameterDeclaration | ts.BindingElement): ts.Expression[] => {
    const inner = ts.isIdentifier(name) ? [] : name.elements.flatMap((one) => (ts.isOmittedExpression(one) ? [] : within(one)));
    return initializer === undefined ? inner : [initializer, ...inner];
  };
  return fn.parameters.flatMap(within);
}

/** The object a function always gives back: the only `return`, at its end, memoised or not. */
export function objectOf(fn: ts.FunctionLikeDeclaration): ts.ObjectLiteralExpression | null {
  const { body } = fn;
  if (body === undefined) return null;
  const value = ts.isBlock(body) ? onlyReturned(body) : body;
  const inner = value === undefined ? undefined : unwrapped(value);
  if (inner !== undefined && ts.isObjectLiteralExpression(inner)) return inner;
  const isMemoised = inner !== undefined && ts.isCallExpression(inner) && /(?:^|\.)useMemo$/.test(inner.expression.getText());
  const made = isMemoised ? inner.arguments[0] : undefined;
  return made !== undefined && ts.isArrowFunction(made) ? objectOf(made) : null;
}

function onlyReturned(body: ts.Block): ts.Expression | undefined {
  const found: ts.ReturnStatement[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isReturnStatement(node)) found.push(node);
    else if (!ts.isFunctionLike(node)) ts.forEachChild(node, look);
  };
  ts.forEachChild(body, look);
  const [only, ...more] = found;
  return more.length === 0 && only === body.statements.at(-1) ? only?.expression : undefined;
}
