/** What an identifier does where it stands: names, reads, writes, calls. Input: nodes of the TypeScript tree. Pure. */
import { ts } from 'ts-morph';

/** An expression that only wraps another: parentheses, casts, `!`, `satisfies`. */
export type Wrapper = ts.ParenthesizedExpression | ts.AsExpression | ts.NonNullExpression | ts.SatisfiesExpression | ts.TypeAssertion;

export const isWrapper = (node: ts.Node): node is Wrapper =>
  ts.isParenthesizedExpression(node) ||
  ts.isAsExpression(node) ||
  ts.isNonNullExpression(node) ||
  ts.isSatisfiesExpression(node) ||
  ts.isTypeAssertionExpression(node);

/** The expression inside its wrappers. */
export const unwrapped = (node: ts.Expression): ts.Expression => (isWrapper(node) ? unwrapped(node.expression) : node);

/** The expression inside its parentheses. */
export const bare = (node: ts.Expression): ts.Expression => (ts.isParenthesizedExpression(node) ? bare(node.expression) : node);

/** Whether the identifier declares a name, or gives one to something imported or exported. */
export function isDeclaring(node: ts.Node): boolean {
  const { parent } = node;
  const named = parent as ts.NamedDeclaration;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent))
    return true;
  if (ts.isBindingElement(parent)) return parent.name === node || parent.propertyName === node;
  if (ts.isShorthandPropertyAssignment(parent) || ts.isPropertyAssignment(parent)) return false;
  return ts.isDeclarationStatement(parent) ||
    ts.isClassElement(parent) ||
    ts.isTypeElement(parent) ||
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isEnumMember(parent) ||
    ts.isFunctionExpression(parent) ||
    ts.isClassExpression(parent) ||
    ts.isTypeParameterDeclaration(parent)
    ? named.name === node
    : false;
}

/** Whether the name of a property in an object literal. */
export const isPropertyName = (node: ts.Node): boolean => ts.isPropertyAssignment(node.parent) && node.parent.name === node;

/** Whether the name says what is given, without reading anything: of a property in an object literal, of an attribute. */
export const isLabel = (node: ts.Node): boolean => isPropertyName(node) || ts.isJsxAttribute(node.parent);

/** Whether the node is part of a type. */
function isInType(node: ts.Node): boolean {
  for (let up: ts.Node = node; !ts.isStatement(up) && !ts.isSourceFile(up); up = up.parent)
    if (ts.isTypeNode(up)) return !ts.isExpressionWithTypeArguments(up);
  return false;
}

/** The access a member's name ends: `this.on` for `on`; else the node itself. */
export function accessOf(node: ts.Node): ts.Node {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return parent;
  return ts.isElementAccessExpression(parent) && parent.argumentExpression === node ? parent : node;
}

/** How a name is used by the expression it ends. */
export type Use = 'declared' | 'read' | 'written' | 'changed' | 'type';

export function useOf(node: ts.Node): Use {
  if (isDeclaring(node)) return 'declared';
  if (isInType(node)) return 'type';
  const access = accessOf(node);
  let { parent } = access;
  let child = access;
  while (isWrapper(parent)) {
    child = parent;
    parent = parent.parent;
  }
  if (ts.isBinaryExpression(parent) && parent.left === child && isAssignment(parent)) {
    return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken ? 'written' : 'changed';
  }
  if (ts.isPostfixUnaryExpression(parent) || ts.isDeleteExpression(parent)) return 'changed';
  if (
    ts.isPrefixUnaryExpression(parent) &&
    (parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken)
  )
    return 'changed';
  return isAssignmentTarget(access) ? 'changed' : 'read';
}

/** Whether the name is neither written nor changed where it stands. */
export const isReading = (node: ts.Node): boolean => !['written', 'changed'].includes(useOf(node));

const isAssignment = ({ operatorToken: { kind } }: ts.BinaryExpression): boolean =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;

/** `[on] = pair`, `({ on } = settings)`, `for (on of all)`. */
function isAssignmentTarget(node: ts.Node): boolean {
  let child = node;
  for (let up = node.parent; up !== undefined; child = up, up = up.parent) {
    if (ts.isForOfStatement(up) || ts.isForInStatement(up)) return up.initializer === child;
    if (ts.isBinaryExpression(up)) return up.left === child && up.operatorToken.kind === ts.SyntaxKind.EqualsToken && child !== node;
    const isPattern =
      ts.isArrayLiteralExpression(up) ||
      ts.isObjectLiteralExpression(up) ||
      ts.isSpreadElement(up) ||
      (ts.isPropertyAssignment(up) && up.initializer === child) ||
      ts.isShorthandPropertyAssignment(up);
    if (!isPattern) return false;
  }
  return false;
}

/** The call whose callee ends in the name. */
export function callOf(node: ts.Node): ts.CallExpression | null {
  const callee = accessOf(node);
  return ts.isCallExpression(callee.parent) && callee.parent.expression === callee ? callee.parent : null;
}

/** The function around a node. */
export function functionAround(node: ts.Node): ts.SignatureDeclaration | null {
  for (let up = node.parent; up !== undefined; up = up.parent) if (ts.isFunctionLike(up)) return up;
  return null;
}

/** Symbols under which a function is called: its own name, or the constant, property or member that holds it. */
export function nameOfFunction(fn: ts.Node): ts.Node | null {
  if (ts.isFunctionDeclaration(fn) || ts.isMethodDeclaration(fn) || ts.isGetAccessor(fn)) return fn.name ?? null;
  const { parent } = fn;
  const isHeld = ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent);
  return isHeld && parent.initializer === fn ? parent.name : null;
}

export const isAsync = (fn: ts.Node): boolean =>
  ts.canHaveModifiers(fn) && (ts.getModifiers(fn) ?? []).some((one) => one.kind === ts.SyntaxKind.AsyncKeyword);

/** A member that only its own class can name. */
export const isPrivate = (node: ts.Declaration): boolean =>
  (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0 ||
  ts.isPrivateIdentifier((node as ts.NamedDeclaration).name ?? node);

/** A member that an interface or a type says, without a body. */
export const isPromising = (node: ts.Node): node is ts.PropertySignature | ts.MethodSignature =>
  ts.isPropertySignature(node) || ts.isMethodSignature(node);

/** The one function a name stands for; null where there are several, or none can be seen. */
export function declaredFunction(symbol: ts.Symbol): ts.FunctionLikeDeclaration | null {
  const [declaration, ...others] = symbol.declarations ?? [];
  if (declaration === undefined || others.length > 0) return null;
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) return declaration;
  const isConstant = ts.isVariableDeclaration(declaration) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  const value = isConstant || ts.isPropertyDeclaration(declaration) ? declaration.initializer : undefined;
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : null;
}
