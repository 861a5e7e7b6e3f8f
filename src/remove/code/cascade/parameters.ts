/**
 * Parameters that nobody reads any more, with the arguments of all calls.
 * Input: a parameter. Effect: edits. Invariant: all or none: every use of the function is a call that is seen.
 */
import { ts } from 'ts-morph';
import { elementRange, rangeOf } from '../reading/text.ts';
import { callOf, isDeclaring, nameOfFunction } from '../reading/uses.ts';
import type { Removal } from './declarations.ts';

type Call = ts.CallExpression | ts.NewExpression;

export function removeParameter(node: ts.ParameterDeclaration, removal: Removal, cause: string): void {
  const { edits } = removal;
  const fn = node.parent;
  const index = fn.parameters.indexOf(node);
  if (node.dotDotDotToken !== undefined || (node.initializer !== undefined && !removal.purity.isPure(node.initializer))) return;
  if (isCallback(fn)) return removeLast(node, fn, removal, cause);
  const calls = callsOf(fn, removal);
  if (calls === null || calls.length === 0) return;
  const given = calls.filter((call) => !edits.isGone(call)).map((call) => ({ call, argument: call.arguments?.[index] }));
  const isOpen = given.some(({ call, argument }) => hasSpread(call, index) || (argument !== undefined && !removal.purity.isPure(argument)));
  if (isOpen) return;
  for (const { call, argument } of given) {
    if (argument === undefined || call.arguments === undefined) continue;
    edits.remove(call.getSourceFile(), elementRange(argument, call.arguments, edits.isGone), cause);
  }
  edits.remove(node.getSourceFile(), elementRange(node, fn.parameters, edits.isGone), cause);
}

/** A function that is given away is called with what its taker has: it may ask for less. */
const isCallback = (fn: ts.SignatureDeclaration): boolean =>
  (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) && (ts.isCallExpression(fn.parent) || ts.isJsxExpression(fn.parent));

function removeLast(node: ts.ParameterDeclaration, fn: ts.SignatureDeclaration, { edits }: Removal, cause: string): void {
  const after = fn.parameters.slice(fn.parameters.indexOf(node) + 1);
  if (!after.every((one) => edits.isGone(one))) return;
  const file = node.getSourceFile();
  const isBare = ts.isArrowFunction(fn) && fn.parameters.length === 1 && file.text[node.getStart(file) - 1] !== '(';
  if (isBare) edits.replace(file, rangeOf(node), '()', cause);
  else edits.remove(file, elementRange(node, fn.parameters, edits.isGone), cause);
}

const hasSpread = (call: Call, index: number): boolean => (call.arguments ?? []).slice(0, index + 1).some(ts.isSpreadElement);

/** Every call of a function; null where it is also used in another way, or may be called from where nobody sees it. */
function callsOf(fn: ts.SignatureDeclaration, removal: Removal): readonly Call[] | null {
  const isConstructor = ts.isConstructorDeclaration(fn);
  const name = isConstructor ? fn.parent.name : nameOfFunction(fn);
  if (name === undefined || name === null || !('body' in fn) || fn.body === undefined) return null;
  const symbol = removal.code.symbolOf(name);
  const [, ...more] = symbol?.declarations ?? [];
  if (symbol === null || more.length > 0 || removal.imports.isEntry(fn.getSourceFile())) return null;
  if (ts.isMethodDeclaration(fn) && isShared(fn, symbol, removal)) return null;
  const calls: Call[] = [];
  for (const node of removal.code.references(symbol)) {
    if (removal.edits.isGone(node) || isDeclaring(node) || ts.isExportAssignment(node.parent)) continue;
    const call = isConstructor ? newOf(node) : callOf(node);
    if (call === null) {
      if (isConstructor && ts.isTypeReferenceNode(node.parent)) continue;
      return null;
    }
    calls.push(call);
  }
  return calls;
}

function newOf(node: ts.Node): ts.NewExpression | null {
  const { parent } = node;
  return ts.isNewExpression(parent) && parent.expression === node ? parent : null;
}

/** A method that an interface, a base class or a subclass has as well. */
function isShared(fn: ts.MethodDeclaration, symbol: ts.Symbol, { code }: Removal): boolean {
  const holder = fn.parent;
  if (!ts.isClassLike(holder)) return true;
  const isInherited = (holder.heritageClauses ?? []).some((clause) =>
    clause.types.some((one) => {
      const type = code.checker.getTypeAtLocation(one);
      return (type.flags & ts.TypeFlags.Any) !== 0 || type.getProperty(symbol.name) !== undefined;
    }),
  );
  const owner = holder.name === undefined ? null : code.symbolOf(holder.name);
  return isInherited || owner === null || code.references(owner).some((one) => ts.isExpressionWithTypeArguments(one.parent));
}
