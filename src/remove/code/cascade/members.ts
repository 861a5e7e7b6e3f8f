/** Members of classes and types that nobody uses any more. Input: members. Effect: edits. */
import { ts } from 'ts-morph';
import { linesOf, withComments } from '../reading/text.ts';
import { accessOf, isPrivate, isPromising } from '../reading/uses.ts';
import type { Removal } from './declarations.ts';

/** Removes a member whose class or type alone decides about it. */
export function removeMember(
  node: ts.ClassElement | ts.TypeElement,
  symbol: ts.Symbol,
  writes: readonly ts.Node[],
  removal: Removal,
  cause: string,
): void {
  const { edits, purity } = removal;
  if (ts.isConstructorDeclaration(node) || ts.isIndexSignatureDeclaration(node)) return;
  if (isPromising(node)) return removePromise(node, writes, removal, cause);
  if (!ts.isClassElement(node)) return;
  const isDecorated = ts.canHaveDecorators(node) && (ts.getDecorators(node)?.length ?? 0) > 0;
  if (isDecorated) return;
  if (!isPrivate(node) && isPromised(node, symbol, removal)) return;
  if (ts.isPropertyDeclaration(node) && node.initializer !== undefined && !purity.isPure(node.initializer)) return;
  for (const one of writes) removeWrite(one, removal, cause);
  const file = node.getSourceFile();
  edits.remove(file, linesOf(file.text, withComments(node)), cause);
}

/**
 * A method that an interface promises goes with all that keep the promise, where nobody calls any of them.
 * Properties stay: what a type says may be said by data from outside as well.
 */
function removePromise(node: ts.PropertySignature | ts.MethodSignature, uses: readonly ts.Node[], removal: Removal, cause: string): void {
  const holder = node.parent;
  if (!ts.isMethodSignature(node) || !ts.isInterfaceDeclaration(holder) || uses.length > 0 || !ts.isIdentifier(node.name)) return;
  const { code, edits } = removal;
  const owner = code.symbolOf(holder.name);
  if (owner === null || removal.imports.isEntry(node.getSourceFile())) return;
  const kept = keepers(owner, node.name.text, removal);
  if (kept === null) return;
  for (const one of [node, ...kept]) edits.remove(one.getSourceFile(), linesOf(one.getSourceFile().text, withComments(one)), cause);
}

/** The members of classes that implement an interface's method; null where one is in use, or not all can be seen. */
function keepers(owner: ts.Symbol, name: string, removal: Removal): readonly ts.ClassElement[] | null {
  const found: ts.ClassElement[] = [];
  for (const node of removal.code.references(owner)) {
    if (!ts.isExpressionWithTypeArguments(node.parent)) continue;
    const clause = node.parent.parent as ts.HeritageClause;
    const keeper = clause.parent;
    if (!ts.isClassLike(keeper) || clause.token !== ts.SyntaxKind.ImplementsKeyword) return null;
    const member = keeper.members.find((one) => one.name !== undefined && ts.isIdentifier(one.name) && one.name.text === name);
    const symbol = member?.name === undefined ? null : removal.code.symbolOf(member.name);
    const isDecorated = member !== undefined && ts.canHaveDecorators(member) && (ts.getDecorators(member)?.length ?? 0) > 0;
    if (member === undefined || !ts.isMethodDeclaration(member) || isDecorated || symbol === null || removal.live(symbol).length > 0)
      return null;
    found.push(member);
  }
  return found;
}

function removeWrite(node: ts.Node, { edits }: Removal, cause: string): void {
  const statement = accessOf(node).parent.parent;
  const file = node.getSourceFile();
  if (ts.isExpressionStatement(statement)) edits.remove(file, linesOf(file.text, withComments(statement)), cause);
}

/** Whether a base class, a subclass or an interface knows the member, or the class is used from outside. */
function isPromised(node: ts.ClassElement, symbol: ts.Symbol, { code, imports }: Removal): boolean {
  const holder = node.parent;
  if (!ts.isClassLike(holder) || holder.name === undefined) return true;
  if ((ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Abstract | ts.ModifierFlags.Override)) !== 0) return true;
  if (imports.isEntry(node.getSourceFile())) return true;
  const bases = (holder.heritageClauses ?? []).flatMap((clause) => clause.types);
  const isInherited = bases.some((one) => {
    const type = code.checker.getTypeAtLocation(one);
    return (type.flags & ts.TypeFlags.Any) !== 0 || type.getProperty(symbol.name) !== undefined;
  });
  const owner = code.symbolOf(holder.name);
  const isExtended = owner === null || code.references(owner).some((one) => ts.isExpressionWithTypeArguments(one.parent));
  return isInherited || isExtended;
}
