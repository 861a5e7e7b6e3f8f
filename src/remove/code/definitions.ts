/**
 * Where a flag is declared, configured, typed and set for tests: what is left of a key when nothing evaluates it any more.
 * Input: the code and keys. Effect: edits.
 * Invariant: a name that equals the key counts only among flags: what holds it is called flags, features, toggles or
 * experiments, or the text is the key of nothing else.
 */
import { ts } from 'ts-morph';
import type { Edits, Range } from './edits.ts';
import type { Code } from './program.ts';
import { elementRange, lineStart, linesOf, rangeOf, withComments } from './text.ts';

export interface DefinitionOptions {
  readonly code: Code;
  readonly edits: Edits;
  isRefused(cause: string): boolean;
  isGenerated(file: ts.SourceFile): boolean;
  /** The value each key is settled on. */
  readonly values: ReadonlyMap<string, string | boolean>;
}

/** Removes what declares the keys. */
export function removeDefinitions(options: DefinitionOptions): void {
  for (const key of options.values.keys()) {
    const stem = /^[\w$]+$/.test(key) ? options.code.mentioning(key) : options.code.files.filter((file) => file.text.includes(key));
    for (const file of stem) if (!options.isGenerated(file)) removeIn(file, key, options);
  }
}

function removeIn(file: ts.SourceFile, key: string, options: DefinitionOptions): void {
  const look = (node: ts.Node): void => {
    if (options.edits.isGone(node)) return;
    const range = definitionRange(node, key, options);
    const cause = `definition:${key}@${options.code.pathOf(file)}:${node.pos}`;
    if (range === null) ts.forEachChild(node, look);
    else if (!options.isRefused(cause)) options.edits.remove(file, range, cause);
  };
  look(file);
}

/** The text to take out where the node defines the flag; null where it does not. */
function definitionRange(node: ts.Node, key: string, options: DefinitionOptions): Range | null {
  const { edits } = options;
  if (ts.isLiteralTypeNode(node))
    return isText(node.literal, key) && ts.isUnionTypeNode(node.parent) ? memberRange(node, node.parent, edits) : null;
  if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) {
    const isDefining = isNamed(node.name, key) ? isSetting(node) && isAmongFlags(node) : isKeyOf(node, key, options);
    return isDefining ? elementRange(node, node.parent.properties, edits.isGone) : null;
  }
  if (ts.isPropertySignature(node)) return isNamed(node.name, key) && isAmongFlags(node) ? statementRange(node) : null;
  if (ts.isEnumMember(node)) {
    const isDefining = node.initializer !== undefined && isText(node.initializer, key) && isUnused(node.name, options);
    return isDefining ? elementRange(node, node.parent.members, edits.isGone) : null;
  }
  if (isText(node, key) && ts.isArrayLiteralExpression(node.parent))
    return isAmongFlags(node) ? elementRange(node, node.parent.elements, edits.isGone) : null;
  return null;
}

const isText = (node: ts.Node, key: string): boolean => ts.isStringLiteralLike(node) && node.text === key;

const isNamed = (name: ts.Node, key: string): boolean => (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) && name.text === key;

/** What a flag is set to: a boolean, a text, something computed, or an object; no function and no element. */
function isSetting(node: ts.PropertyAssignment | ts.ShorthandPropertyAssignment): boolean {
  if (ts.isShorthandPropertyAssignment(node)) return true;
  const { initializer } = node;
  return (
    !ts.isArrowFunction(initializer) &&
    !ts.isFunctionExpression(initializer) &&
    !ts.isJsxElement(initializer) &&
    !ts.isJsxSelfClosingElement(initializer)
  );
}

/** `NEW_PAY: 'new-pay'`, where nobody uses the constant any more. */
function isKeyOf(node: ts.PropertyAssignment | ts.ShorthandPropertyAssignment, key: string, options: DefinitionOptions): boolean {
  if (!ts.isPropertyAssignment(node) || !isText(unwrapped(node.initializer), key)) return false;
  if (isRouteFlag(node.name)) return options.values.get(key) === true && isAmongRoutes(node);
  return isAmongFlags(node) && isUnused(node.name, options);
}

const unwrapped = (node: ts.Expression): ts.Expression =>
  ts.isAsExpression(node) || ts.isSatisfiesExpression(node) ? node.expression : node;

/** `{ path, component, flag: 'new-pay' }`: the route stays, for everybody. */
const isRouteFlag = (name: ts.PropertyName): boolean =>
  ts.isIdentifier(name) && /^(?:flag|featureFlag|feature|flagKey|toggle)$/.test(name.text);

const isAmongRoutes = (node: ts.PropertyAssignment): boolean =>
  node.parent.properties.some(
    (one) => one.name !== undefined && ts.isIdentifier(one.name) && /^(?:path|route|href|component|element|to|url)$/.test(one.name.text),
  );

function isUnused(name: ts.Node, { code, edits }: DefinitionOptions): boolean {
  const symbol = code.symbolOf(name);
  return symbol !== null && code.references(symbol).every((node) => node === name || edits.isGone(node));
}

const flagWord = /flag|feature|toggle|experiment|gate|rollout/i;

/** Whether what holds the node is called after flags. */
function isAmongFlags(node: ts.Node): boolean {
  for (let up = node.parent, steps = 0; up !== undefined && steps < 9; up = up.parent, steps++) {
    const name = nameOf(up);
    if (name !== null && flagWord.test(name)) return true;
    if (ts.isStatement(up) && !ts.isInterfaceDeclaration(up) && !ts.isTypeAliasDeclaration(up) && !ts.isVariableStatement(up)) return false;
  }
  return false;
}

function nameOf(node: ts.Node): string | null {
  if (ts.isCallExpression(node)) return node.expression.getText();
  if (ts.isTypeReferenceNode(node)) return node.typeName.getText();
  if (ts.isSatisfiesExpression(node) || ts.isAsExpression(node)) return node.type.getText();
  const named = node as ts.NamedDeclaration;
  const isNamedNode =
    ts.isPropertyAssignment(node) ||
    ts.isPropertySignature(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isEnumDeclaration(node);
  if (!isNamedNode) return null;
  const type = ts.isVariableDeclaration(node) || ts.isParameter(node) ? (node.type?.getText() ?? '') : '';
  return `${named.name?.getText() ?? ''} ${type}`;
}

function statementRange(node: ts.Node): Range {
  return linesOf(node.getSourceFile().text, withComments(node));
}

/** Takes one member out of a union. */
export function removeUnionMember(node: ts.TypeNode, union: ts.UnionTypeNode, edits: Edits, cause: string): void {
  const range = memberRange(node, union, edits);
  if (range !== null) edits.remove(node.getSourceFile(), range, cause);
}

/** One member of a union, with the bar that goes with it. */
function memberRange(node: ts.TypeNode, union: ts.UnionTypeNode, edits: Edits): Range | null {
  const file = node.getSourceFile();
  const { text } = file;
  const others = union.types.filter((one) => one !== node && !edits.isGone(one));
  if (others.length === 0) return null;
  const bar = text.slice(0, node.getStart(file)).search(/\|\s*$/);
  if (bar >= union.pos) {
    const range = { start: bar, end: node.end };
    return text.slice(lineStart(text, bar), bar).trim() === '' ? linesOf(text, range) : { start: backToText(text, bar), end: node.end };
  }
  const next = union.types[union.types.indexOf(node) + 1];
  return next === undefined ? rangeOf(node) : { start: node.getStart(file), end: next.getStart(file) };
}

function backToText(text: string, at: number): number {
  let start = at;
  while (/\s/.test(text[start - 1] ?? '')) start--;
  return start;
}
