/**
 * Where a flag is declared, configured, typed and set for tests: what is left of a key when nothing evaluates it any more.
 * Input: the code and keys. Effect: edits.
 * Invariant: a name that equals the key counts only among flags: the nearest name of what holds it speaks of flags, or it is
 * in a type that says which keys an evaluation takes. What other things are called by the same word stays.
 */
import { ts } from 'ts-morph';
import type { Edits, Range } from '../edits.ts';
import type { Code } from '../reading/program.ts';
import { elementRange, lineStart, linesOf, rangeOf, withComments } from '../reading/text.ts';

export interface DefinitionOptions {
  readonly code: Code;
  readonly edits: Edits;
  isRefused(cause: string): boolean;
  isGenerated(file: ts.SourceFile): boolean;
  /** The evaluations of the keys. */
  readonly sites: readonly ts.Node[];
  /** The value each key is settled on. */
  readonly values: ReadonlyMap<string, string | boolean>;
}

/** Removes what declares the keys. */
export function removeDefinitions(given: DefinitionOptions): void {
  const options: Looking = { ...given, lists: keyLists(given) };
  for (const key of options.values.keys()) {
    const stem = /^[\w$]+$/.test(key) ? options.code.mentioning(key) : options.code.files.filter((file) => file.text.includes(key));
    for (const file of stem) if (!options.isGenerated(file)) removeIn(file, key, options);
  }
}

interface Looking extends DefinitionOptions {
  readonly lists: ReadonlySet<ts.Node>;
}

/** The types that say which keys evaluations take: `type Key = 'a' | 'b'`, `keyof Settings`, `keyof typeof defaults`. */
function keyLists({ sites, code }: DefinitionOptions): ReadonlySet<ts.Node> {
  const found = new Set<ts.Node>();
  const look = (node: ts.Node): void => {
    const isName = ts.isIdentifier(node) && (ts.isTypeReferenceNode(node.parent) || ts.isTypeQueryNode(node.parent));
    for (const one of isName ? (code.symbolOf(node)?.declarations ?? []) : []) {
      if (found.has(one) || code.file(code.pathOf(one.getSourceFile())) === null) continue;
      found.add(one);
      if (ts.isTypeAliasDeclaration(one)) look(one.type);
    }
    ts.forEachChild(node, look);
  };
  for (const site of sites.filter(ts.isCallExpression)) {
    const [parameter] = code.checker.getResolvedSignature(site)?.declaration?.parameters ?? [];
    if (parameter !== undefined && ts.isParameter(parameter) && parameter.type !== undefined) look(parameter.type);
  }
  return found;
}

function removeIn(file: ts.SourceFile, key: string, options: Looking): void {
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
function definitionRange(node: ts.Node, key: string, options: Looking): Range | null {
  const { edits } = options;
  if (ts.isLiteralTypeNode(node))
    return isText(node.literal, key) && ts.isUnionTypeNode(node.parent) && isAmongFlags(node, options)
      ? memberRange(node, node.parent, edits)
      : null;
  if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) {
    const isDefining = isNamed(node.name, key) ? isSetting(node) && isAmongFlags(node, options) : isKeyOf(node, key, options);
    return isDefining ? elementRange(node, node.parent.properties, edits.isGone) : null;
  }
  if (ts.isPropertySignature(node)) return isNamed(node.name, key) && isAmongFlags(node, options) ? statementRange(node) : null;
  if (ts.isEnumMember(node)) {
    const isDefining = node.initializer !== undefined && isText(node.initializer, key) && isUnused(node.name, options);
    return isDefining ? elementRange(node, node.parent.members, edits.isGone) : null;
  }
  if (isText(node, key) && ts.isArrayLiteralExpression(node.parent))
    return isAmongFlags(node, options) ? elementRange(node, node.parent.elements, edits.isGone) : null;
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
function isKeyOf(node: ts.PropertyAssignment | ts.ShorthandPropertyAssignment, key: string, options: Looking): boolean {
  if (!ts.isPropertyAssignment(node) || !isText(unwrapped(node.initializer), key)) return false;
  if (isRouteFlag(node.name)) return options.values.get(key) === true && isAmongRoutes(node);
  return isAmongFlags(node, options) && isUnused(node.name, options);
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

/** Words of a name that speak of flags. A feature is anything; only several of them are flags. */
const flagWord = /^(?:flags?|toggles?|experiments?|experimental|gates?|rollouts?|features|featureflags?|featuretoggles?)$/i;

const isAboutFlags = (name: string): boolean =>
  name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).some((one) => flagWord.test(one));

/** Names between a list of flags and the name it has. */
const passing: ReadonlySet<string> = new Set(
  'default defaults initial values properties overrides all test development staging production options'.split(' '),
);

/** Whether the nearest name of what holds the node speaks of flags, or evaluations take their keys from it. */
function isAmongFlags(node: ts.Node, { lists }: Looking): boolean {
  for (let up = node.parent; up !== undefined; up = up.parent) {
    if (lists.has(up)) return true;
    const names = namesOf(up);
    if (names.some(isAboutFlags)) return true;
    const isNamed = !isWrapping(up) && names.some((one) => one !== '' && !passing.has(one));
    if (isNamed || ts.isFunctionLike(up) || ts.isStatement(up)) return false;
  }
  return false;
}

/** What is around a list without naming it: `Object.freeze(…)`, `Partial<…>`, `… satisfies Settings`. */
const isWrapping = (node: ts.Node): boolean =>
  ts.isCallExpression(node) || ts.isTypeReferenceNode(node) || ts.isSatisfiesExpression(node) || ts.isAsExpression(node);

function namesOf(node: ts.Node): readonly string[] {
  if (ts.isCallExpression(node)) return [node.expression.getText()];
  if (ts.isTypeReferenceNode(node)) return [node.typeName.getText()];
  if (ts.isSatisfiesExpression(node) || ts.isAsExpression(node)) return [node.type.getText()];
  const isNamed =
    ts.isPropertyAssignment(node) ||
    ts.isPropertySignature(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node);
  if (isNamed) return [node.name.getText()];
  const isTyped = ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node);
  return isTyped ? [node.name.getText(), node.type?.getText() ?? ''] : [];
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
