/**
 * Names that a parameter's pattern takes out of an object and that nobody uses any more: props of components, injected parts.
 * Input: an element of such a pattern. Effect: edits: the name, what gives it, and its place in the type go together.
 * Invariant: all or none; a name goes alone only where others stay beside it.
 */
import { ts } from 'ts-morph';
import { removeUnionMember } from '../naming/definitions.ts';
import { propertyBehind } from '../reading/program.ts';
import { elementRange, linesOf, rangeOf, withComments } from '../reading/text.ts';
import { nameOfFunction, useOf } from '../reading/uses.ts';
import { isSeenWhole } from '../values/handed.ts';
import type { Removal } from './declarations.ts';
import { removeParameter } from './parameters.ts';

export function removeProp(node: ts.BindingElement, parameter: ts.ParameterDeclaration, removal: Removal, cause: string): void {
  const { edits } = removal;
  const pattern = node.parent;
  const file = node.getSourceFile();
  const others = pattern.elements.filter((one) => one !== node && !ts.isOmittedExpression(one) && !edits.isGone(one));
  if (others.length === 0) removeParameter(parameter, removal, cause);
  if (edits.isGone(parameter)) return;
  const given = givenTo(node, removal);
  if (given === null && others.length === 0) return;
  if (given !== null) for (const one of given) removeGiven(one, removal, cause);
  else unpick(node, parameter, removal, cause);
  if (others.length === 0 && isComponent(parameter, removal)) {
    edits.remove(file, elementRange(parameter, parameter.parent.parameters, edits.isGone), cause);
    return;
  }
  edits.remove(file, elementRange(node, pattern.elements, edits.isGone), cause);
}

/** A property that everybody gives the same, and that nobody reads any more: `props.isNew`. */
export function removeProperty(property: ts.Symbol, removal: Removal, cause: string): void {
  if (!removal.seeds.has(property)) return;
  const given = givings(property, null, removal) ?? [];
  if (given.some((one) => isSeenWhole(one, removal.code, removal.edits))) return;
  for (const one of given) removeGiven(one, removal, cause);
}

/** A property of what a function gives back, once nobody takes it any more. */
export function removeHandedBack(
  node: ts.PropertyAssignment | ts.ShorthandPropertyAssignment,
  property: ts.Symbol,
  { edits, seeds }: Removal,
  cause: string,
): void {
  if (seeds.has(property)) edits.remove(node.getSourceFile(), elementRange(node, node.parent.properties, edits.isGone), cause);
}

function givenTo(node: ts.BindingElement, removal: Removal): readonly ts.Node[] | null {
  const name = node.propertyName ?? node.name;
  const property = propertyBehind(name, removal.code.checker);
  return property === null ? null : givings(property, name, removal);
}

/** Where a property is declared and given, if that is all that is left of it; null where it is used in another way. */
function givings(
  property: ts.Symbol,
  but: ts.Node | null,
  { code, edits, isGenerated, imports, purity }: Removal,
): readonly ts.Node[] | null {
  const [declaration, ...more] = property.declarations ?? [];
  if (declaration === undefined || more.length > 0 || !ts.isPropertySignature(declaration)) return null;
  const file = declaration.getSourceFile();
  if (code.file(code.pathOf(file)) !== file || isGenerated(file) || imports.isEntry(file)) return null;
  const uses = code.references(property).filter((one) => one !== but && !edits.isGone(one) && one.parent !== declaration);
  const isGivenOnly = uses.every((one) => isGiving(one, purity));
  return isGivenOnly && uses.length > 0 ? [declaration, ...uses.map((one) => one.parent)] : null;
}

/** `<Panel isNew={…} />`, `make({ flags })`: what is given without doing anything. */
function isGiving({ parent }: ts.Node, purity: Removal['purity']): boolean {
  if (ts.isJsxAttribute(parent)) return isPlain(parent.initializer, purity);
  if (ts.isShorthandPropertyAssignment(parent)) return isArgument(parent.parent);
  return ts.isPropertyAssignment(parent) && isArgument(parent.parent) && isPlain(parent.initializer, purity);
}

const isArgument = ({ parent }: ts.Node): boolean => ts.isCallExpression(parent) || ts.isNewExpression(parent);

function isPlain(given: ts.Expression | undefined, purity: Removal['purity']): boolean {
  const value = given !== undefined && ts.isJsxExpression(given) ? given.expression : given;
  return value === undefined || purity.isPure(value);
}

function removeGiven(node: ts.Node, { edits }: Removal, cause: string): void {
  const file = node.getSourceFile();
  if (ts.isPropertySignature(node)) {
    const isAlone = ts.isTypeLiteralNode(node.parent) && node.parent.getText(file).indexOf('\n') < 0;
    return edits.remove(file, isAlone ? inlineMember(node) : linesOf(file.text, withComments(node)), cause);
  }
  if (ts.isJsxAttribute(node)) {
    const isOnLine = /\n[ \t]*$/.test(file.text.slice(0, node.getStart(file)));
    return edits.remove(file, isOnLine ? linesOf(file.text, rangeOf(node)) : { start: node.pos, end: node.end }, cause);
  }
  if (ts.isObjectLiteralElementLike(node))
    edits.remove(file, elementRange(node, (node.parent as ts.ObjectLiteralExpression).properties, edits.isGone), cause);
}

/** `{ a: string; b: number }` without one of them. */
function inlineMember(node: ts.PropertySignature): { start: number; end: number } {
  const { members } = node.parent as ts.TypeLiteralNode;
  const next = members[members.indexOf(node) + 1];
  return next === undefined ? { start: node.pos, end: node.end } : { start: node.getStart(), end: next.getStart() };
}

/** `{ flags }: Pick<Config, 'flags' | 'db'>` asks for less. */
function unpick(node: ts.BindingElement, parameter: ts.ParameterDeclaration, removal: Removal, cause: string): void {
  const name = node.propertyName ?? node.name;
  const { type } = parameter;
  if (type === undefined || !ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName) || type.typeName.text !== 'Pick') return;
  const keys = type.typeArguments?.[1];
  if (keys === undefined || !ts.isUnionTypeNode(keys) || !ts.isIdentifier(name)) return;
  const member = keys.types.find((one) => ts.isLiteralTypeNode(one) && ts.isStringLiteral(one.literal) && one.literal.text === name.text);
  if (member !== undefined) removeUnionMember(member, keys, removal.edits, cause);
}

/** A function that is only ever rendered, and takes nothing but props. */
function isComponent(parameter: ts.ParameterDeclaration, { code, edits, imports }: Removal): boolean {
  const fn = parameter.parent;
  const name = nameOfFunction(fn);
  const symbol = name === null || fn.parameters.length !== 1 ? null : code.symbolOf(name);
  if (symbol === null || imports.isEntry(parameter.getSourceFile())) return false;
  const uses = code.references(symbol).filter((one) => !edits.isGone(one) && useOf(one) !== 'declared');
  return uses.length > 0 && uses.every(isTag);
}

/** A tag without attributes that are left. */
function isTag({ parent }: ts.Node): boolean {
  return ts.isJsxSelfClosingElement(parent) || ts.isJsxOpeningElement(parent) || ts.isJsxClosingElement(parent);
}
