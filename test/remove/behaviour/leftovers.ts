/**
 * What a removal should not leave behind: literals where a condition was, blocks and fragments around nothing, constants for them.
 * Input: the text of a file. Output: kinds of leftovers, one entry per place, so that before and after can be compared.
 */
import ts from 'typescript';

type Check = (node: ts.Node) => boolean;

const isTruth = (node: ts.Node | undefined): boolean =>
  node !== undefined && (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword);
const isLiteral = (node: ts.Node): boolean => isTruth(node) || ts.isLiteralExpression(node);
const logical: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);
const comparing: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

const bare = (node: ts.Expression): ts.Expression => (ts.isParenthesizedExpression(node) ? bare(node.expression) : node);

/** An expression that is asked for a yes or no alone. */
function isTested(node: ts.Node): boolean {
  const up = node.parent;
  if (ts.isIfStatement(up) || ts.isWhileStatement(up) || ts.isDoStatement(up)) return up.expression === node;
  if (ts.isConditionalExpression(up) || ts.isForStatement(up)) return up.condition === node;
  if (ts.isPrefixUnaryExpression(up)) return up.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isParenthesizedExpression(up) || (ts.isBinaryExpression(up) && logical.has(up.operatorToken.kind))) return isTested(up);
  return false;
}

const isWithFunctionBody = (node: ts.Node): node is ts.FunctionLikeDeclaration => ts.isFunctionLike(node) && 'body' in node;

function isConstantFunction(node: ts.Node): boolean {
  if (!isWithFunctionBody(node) || node.body === undefined) return false;
  if (!ts.isBlock(node.body)) return isTruth(bare(node.body));
  const [only, ...rest] = node.body.statements;
  return rest.length === 0 && only !== undefined && ts.isReturnStatement(only) && only.expression !== undefined && isTruth(only.expression);
}

function isConstantBinding(node: ts.Node): boolean {
  if (ts.isPropertyDeclaration(node)) return node.initializer !== undefined && isTruth(node.initializer) && isHidden(node);
  if (!ts.isVariableDeclaration(node) || node.initializer === undefined || !isTruth(bare(node.initializer))) return false;
  const statement = node.parent.parent;
  const isExported =
    ts.isVariableStatement(statement) && (statement.modifiers ?? []).some((one) => one.kind === ts.SyntaxKind.ExportKeyword);
  return (node.parent.flags & ts.NodeFlags.Const) !== 0 && !isExported;
}

const isHidden = (node: ts.PropertyDeclaration) =>
  ts.isPrivateIdentifier(node.name) || (node.modifiers ?? []).some((one) => one.kind === ts.SyntaxKind.PrivateKeyword);

function isEmptyBranch(node: ts.Node): boolean {
  if (!ts.isIfStatement(node)) return false;
  const isEmpty = (one: ts.Statement | undefined) => one !== undefined && ts.isBlock(one) && one.statements.length === 0;
  return isEmpty(node.thenStatement) || isEmpty(node.elseStatement);
}

/** A block of its own whose names occur nowhere around it. */
function isNeedlessBlock(node: ts.Node): boolean {
  if (!ts.isBlock(node) || !(ts.isBlock(node.parent) || ts.isSourceFile(node.parent) || ts.isCaseOrDefaultClause(node.parent)))
    return false;
  const declared = node.statements.flatMap(declaredIn);
  if (declared.includes('using')) return false;
  const around = new Set<string>();
  const collect = (one: ts.Node): void => {
    if (one === node) return;
    if (ts.isIdentifier(one)) around.add(one.text);
    ts.forEachChild(one, collect);
  };
  collect(scopeOf(node));
  return !declared.some((name) => around.has(name));
}

function declaredIn(statement: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return [statement.name?.text ?? ''];
  if (!ts.isVariableStatement(statement)) return [];
  const { flags, declarations } = statement.declarationList;
  if ((flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) return ['using'];
  return (flags & ts.NodeFlags.BlockScoped) === 0 ? [] : declarations.flatMap(({ name }) => namesIn(name));
}

const namesIn = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((one) => (ts.isBindingElement(one) ? namesIn(one.name) : []));

function scopeOf(node: ts.Node): ts.Node {
  let up = node.parent;
  while (!ts.isSourceFile(up) && !ts.isFunctionLike(up)) up = up.parent;
  return up;
}

function isUselessFragment(node: ts.Node): boolean {
  if (!ts.isJsxFragment(node)) return false;
  const children = node.children.filter((one) => !ts.isJsxText(one) || !one.containsOnlyTriviaWhiteSpaces);
  const [only] = children;
  return children.length < 2 && (only === undefined || ts.isJsxElement(only) || ts.isJsxSelfClosingElement(only) || ts.isJsxFragment(only));
}

function isLiteralDependency(node: ts.Node): boolean {
  if (!isLiteral(node) || !ts.isArrayLiteralExpression(node.parent)) return false;
  const call = node.parent.parent;
  return ts.isCallExpression(call) && /^use[A-Z]/.test(call.expression.getText()) && call.arguments.at(-1) === node.parent;
}

const endsFunction = (node: ts.ReturnStatement) => {
  const block = node.parent;
  return ts.isBlock(block) && block.statements.at(-1) === node && ts.isFunctionLike(block.parent) && node.expression === undefined;
};

const checks: readonly (readonly [string, Check])[] = [
  ['literal operand', (n) => ts.isBinaryExpression(n) && logical.has(n.operatorToken.kind) && isTruth(bare(n.left))],
  [
    'literal operand',
    (n) => ts.isBinaryExpression(n) && logical.has(n.operatorToken.kind) && isTruth(bare(n.right)) && !isTruth(bare(n.left)) && isTested(n),
  ],
  ['literal condition', (n) => isTruth(n) && ts.isExpression(n) && isTested(n) && !ts.isBinaryExpression(n.parent)],
  ['literal comparison', (n) => ts.isBinaryExpression(n) && comparing.has(n.operatorToken.kind) && isLiteral(n.left) && isLiteral(n.right)],
  ['literal call', (n) => ts.isCallExpression(n) && n.expression.getText() === 'Boolean' && n.arguments.some(isTruth)],
  ['literal child', (n) => ts.isJsxExpression(n) && !ts.isJsxAttribute(n.parent) && n.expression !== undefined && isLiteral(n.expression)],
  ['null child', (n) => ts.isJsxExpression(n) && !ts.isJsxAttribute(n.parent) && n.expression?.kind === ts.SyntaxKind.NullKeyword],
  [
    'element in braces',
    (n) =>
      ts.isJsxExpression(n) &&
      !ts.isJsxAttribute(n.parent) &&
      n.expression !== undefined &&
      [ts.SyntaxKind.JsxElement, ts.SyntaxKind.JsxSelfClosingElement, ts.SyntaxKind.JsxFragment].includes(bare(n.expression).kind),
  ],
  ['literal statement', (n) => ts.isExpressionStatement(n) && (isTruth(n.expression) || ts.isIdentifier(n.expression))],
  ['literal awaited', (n) => ts.isAwaitExpression(n) && isLiteral(n.expression)],
  ['literal dependency', isLiteralDependency],
  ['constant binding', isConstantBinding],
  ['constant function', isConstantFunction],
  ['empty statement', (n) => n.kind === ts.SyntaxKind.EmptyStatement],
  ['empty branch', isEmptyBranch],
  ['needless block', isNeedlessBlock],
  ['useless fragment', isUselessFragment],
  [
    'literal spread',
    (n) =>
      (ts.isSpreadAssignment(n) || ts.isSpreadElement(n) || ts.isJsxSpreadAttribute(n)) &&
      (ts.isObjectLiteralExpression(bare(n.expression)) || ts.isArrayLiteralExpression(bare(n.expression)) || isTruth(bare(n.expression))),
  ],
  ['needless return', (n) => ts.isReturnStatement(n) && endsFunction(n)],
  ['comma', (n) => ts.isBinaryExpression(n) && n.operatorToken.kind === ts.SyntaxKind.CommaToken && isLiteral(bare(n.left))],
  ['empty pattern', (n) => ts.isObjectBindingPattern(n) && n.elements.length === 0],
];

/** Kinds of leftovers in a file, one entry per place. */
export function leftoversIn(file: string, text: string): string[] {
  if (!/\.tsx?$/.test(file)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    for (const [kind, isThat] of checks) if (isThat(node)) found.push(kind);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What the layout of a file shows of an edit: one entry per place. */
export function layoutOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return [
    ...lines.filter((line) => /[ \t]$/.test(line)).map(() => 'space at the end of a line'),
    ...(text.match(/\n\r?\n\r?\n/g) ?? []).map(() => 'two blank lines'),
    ...(text.match(/[{([]\r?\n\r?\n/g) ?? []).map(() => 'blank line after an opening'),
    ...(text.match(/\n\r?\n[ \t]*[})\]]/g) ?? []).map(() => 'blank line before a closing'),
    ...lines
      .filter((line) => /^ +/.test(line) && (/^ +/.exec(line)?.[0].length ?? 0) % 2 === 1 && !/^ +\*/.test(line))
      .map(() => 'odd indentation'),
  ];
}

/** Names a file exports under `export`, and names (with sources) it imports or re-exports. */
export function linksOf(file: string, text: string): { readonly exports: readonly string[]; readonly imports: readonly string[] } {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const [exports, imports] = [[] as string[], [] as string[]];
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) imports.push(...importedNames(statement));
    if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)) {
      imports.push(...statement.exportClause.elements.map((one) => (one.propertyName ?? one.name).text));
      exports.push(...statement.exportClause.elements.map((one) => one.name.text));
    }
    if (ts.isExportDeclaration(statement) && statement.exportClause === undefined) imports.push('*');
    if (ts.canHaveModifiers(statement) && (statement.modifiers ?? []).some((one) => one.kind === ts.SyntaxKind.ExportKeyword))
      exports.push(...exportedNames(statement));
  }
  return { exports, imports };
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  const named =
    bindings === undefined
      ? []
      : ts.isNamespaceImport(bindings)
        ? ['*']
        : bindings.elements.map((one) => (one.propertyName ?? one.name).text);
  return importClause?.name === undefined ? named : ['default', ...named];
}

function exportedNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name));
  const { name } = statement as ts.DeclarationStatement;
  return name === undefined ? ['default'] : [name.text];
}
