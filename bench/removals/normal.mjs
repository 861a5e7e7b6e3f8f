/**
 * Files as normalised syntax trees, for comparing two edits of the same file.
 * Not told apart: comments, layout, quotes, parentheses, trailing commas, semicolons, the spaces of JSX text that React drops,
 * `{'text'}` and text in JSX, `name={'x'}` and `name="x"`, the order of imports and of the names in one.
 */
import ts from 'typescript';

const { SyntaxKind } = ts;

export const isCode = (file) => /\.[cm]?[jt]sx?$/.test(file);
export const isTyped = (file) => /\.[cm]?tsx?$/.test(file);

/** Tests, stories and what only they use. */
export const isTest = (file) =>
  /(?:\.|-|_)(?:test|spec|e2e|stories)\.[cm]?[jt]sx?$|(?:^|\/)(?:tests?|__tests__|__mocks__|fixtures?|e2e|cypress)\//.test(file);

export const parse = (file, text) => ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);

/** Whether the parser takes the text without a word. */
export const isParsable = (file, text) => parse(file, text).parseDiagnostics.length === 0;

const shown = (text) =>
  text
    .split('\n')
    .map((line, i, lines) => {
      const start = i === 0 ? line : line.replace(/^\s+/, '');
      return i === lines.length - 1 ? start : start.replace(/\s+$/, '');
    })
    .filter((line) => line !== '')
    .join(' ');

const flagsOf = (node) => [
  node.operator,
  node.token,
  node.isTypeOnly === true ? 'type' : undefined,
  node.kind === SyntaxKind.VariableDeclarationList ? node.flags & ts.NodeFlags.BlockScoped : undefined,
  node.isExportEquals === true ? 'equals' : undefined,
  node.isTypeOf === true ? 'typeof' : undefined,
  node.keywordToken,
];

function textOf(node) {
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) return node.text;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return `'${node.text}'`;
  if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node) || ts.isLiteralExpression(node)) return node.text;
  return '';
}

const bare = (node) => (ts.isParenthesizedExpression(node) || ts.isParenthesizedTypeNode(node) ? bare(node.expression ?? node.type) : node);

/** The tree as one text. */
function spelled(given) {
  const node = bare(given);
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return textOf(node);
  if (ts.isJsxText(node)) return node.containsOnlyTriviaWhiteSpaces && node.text.includes('\n') ? '' : `'${shown(node.text)}'`;
  if (ts.isEmptyStatement(node)) return '';
  if (ts.isJsxExpression(node)) {
    if (node.expression === undefined) return '';
    const inner = bare(node.expression);
    const isText = ts.isStringLiteral(inner) || ts.isJsxElement(inner) || ts.isJsxSelfClosingElement(inner) || ts.isJsxFragment(inner);
    if (isText) return spelled(inner);
  }
  const children = [];
  ts.forEachChild(node, (child) => {
    children.push(spelled(child));
  });
  const own = `${node.kind}${flagsOf(node)
    .filter((flag) => flag !== undefined)
    .map((flag) => `:${flag}`)
    .join('')}`;
  const text = textOf(node);
  if (text !== '' && children.length === 0) return text;
  const parts = children.filter((part) => part !== '');
  if (ts.isNamedImports(node) || ts.isNamedExports(node)) parts.sort();
  return `(${own} ${text}${parts.join(' ')})`;
}

const memory = new Map();

/** The normal form of a file's text. */
export function normal(file, text) {
  const known = memory.get(text);
  if (known !== undefined) return known;
  const source = parse(file, text);
  const imports = source.statements.filter(ts.isImportDeclaration).map(spelled).sort();
  const rest = source.statements.filter((one) => !ts.isImportDeclaration(one)).map(spelled);
  const form = [...imports, ...rest].join('\n');
  memory.set(text, form);
  return form;
}

const printer = ts.createPrinter({ removeComments: true });

/** The file without comments, laid out by TypeScript's printer: for a readable diff. */
export const printed = (file, text) => printer.printFile(parse(file, text));

/** How the file uses the key: it calls a flag API with it, reads it as a member of all flags, only names it, or not at all. */
export function usageOf(file, text, key) {
  if (!text.includes(key)) return 'none';
  let use = 'name';
  const visit = (node) => {
    if (isCallOf(node, key)) use = 'call';
    else if (use === 'name' && isReadOf(node, key)) use = 'read';
    if (use !== 'call') ts.forEachChild(node, visit);
  };
  visit(parse(file, text));
  return use;
}

const asks = /^(?:isEnabled|useUiFlag|getVariant|useFlag|useVariant|isFlagEnabled|useFeatureFlag)$/;

function isCallOf(node, key) {
  if (!ts.isCallExpression(node)) return false;
  const [first] = node.arguments;
  const callee = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  return first !== undefined && ts.isStringLiteralLike(first) && first.text === key && ts.isIdentifier(callee) && asks.test(callee.text);
}

function isReadOf(node, key) {
  if (ts.isPropertyAccessExpression(node) && node.name.text === key) return /(?:^|\.)flags\??$/.test(node.expression.getText());
  if (!ts.isBindingElement(node)) return false;
  const name = node.propertyName ?? node.name;
  const isKey = ts.isIdentifier(name) && name.text === key;
  return isKey && /flags/i.test(node.parent.parent.getText());
}
