/**
 * What is left of an expression once some of its parts are known: a constant, one of its own parts, or itself.
 * Input: an expression. Output: Residual. Pure; what it says is carried out by `expressions.ts`.
 * Invariants: an expression goes only where all that goes with it has no effect; the value is the same in its place.
 */
import { ts } from 'ts-morph';
import type { Code } from '../reading/program.ts';
import { isBoolean } from '../reading/types.ts';
import { unwrapped } from '../reading/uses.ts';
import { booleanLiteral, type Constant, constant, truthOf } from '../values/algebra.ts';
import type { Purity } from '../values/purity.ts';
import type { Values } from '../values/values.ts';
import { chosenBy } from './components.ts';

export type Residual =
  | { readonly kind: 'constant'; readonly value: Constant['value'] }
  | { readonly kind: 'kept'; readonly node: ts.Expression }
  /** A promise of a constant. */
  | { readonly kind: 'promise'; readonly value: Constant['value'] }
  /** An element of which only the children are left. */
  | { readonly kind: 'children'; readonly of: ts.JsxElement };

export interface Reading {
  readonly values: Values;
  readonly purity: Purity;
  readonly code: Code;
}

const kept = (node: ts.Expression): Residual => ({ kind: 'kept', node });

/** What is left of the expression. `isCondition`: only whether it holds matters. */
export function residual(node: ts.Expression, isCondition: boolean, reading: Reading): Residual {
  if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node)) return ofElement(node, reading);
  const known = knownAs(node, isCondition, reading);
  if (known !== null) return known;
  if (ts.isParenthesizedExpression(node)) {
    const inner = residual(node.expression, isCondition, reading);
    return inner.kind === 'kept' && inner.node === node.expression ? kept(node) : inner;
  }
  if (ts.isConditionalExpression(node)) return ofConditional(node, isCondition, reading);
  if (ts.isBinaryExpression(node)) return ofBinary(node, isCondition, reading);
  if (ts.isCallExpression(node) && isCondition && isBooleanCall(node)) return ofBooleanCall(node, reading);
  if (ts.isCallExpression(node) && isFilterOfAll(node, reading)) return kept((node.expression as ts.PropertyAccessExpression).expression);
  return ts.isOptionalChain(node) ? ofChain(node, reading) : kept(node);
}

const isBooleanCall = ({ expression, arguments: given }: ts.CallExpression): boolean =>
  ts.isIdentifier(expression) && expression.text === 'Boolean' && given.length === 1;

/** `Boolean(x && true)`, where only its truth matters. */
function ofBooleanCall(node: ts.CallExpression, reading: Reading): Residual {
  const [given] = node.arguments;
  const rest = given === undefined ? null : residual(given, true, reading);
  return rest !== null && (rest.kind !== 'kept' || rest.node !== given) ? rest : kept(node);
}

/** Methods that only read the list they are called on: whether it is a copy does not matter to them. */
const readers: ReadonlySet<string> = new Set(
  'map filter flatMap reduce some every find findIndex includes join forEach slice concat length at indexOf'.split(' '),
);

/** `list.filter(() => true).map(…)` goes over the whole list. */
function isFilterOfAll(node: ts.CallExpression, reading: Reading): boolean {
  const { expression, arguments: given, parent } = node;
  const [test, ...others] = given;
  const isFilter =
    ts.isPropertyAccessExpression(expression) && expression.name.text === 'filter' && expression.questionDotToken === undefined;
  const isRead = ts.isPropertyAccessExpression(parent) && parent.questionDotToken === undefined && readers.has(parent.name.text);
  if (!isFilter || !isRead || others.length > 0 || test === undefined || !ts.isArrowFunction(test) || ts.isBlock(test.body)) return false;
  const rest = residual(test.body, true, reading);
  if (rest.kind !== 'constant' || !rest.value || !isComputing(node, reading)) return false;
  const reader = parent.parent;
  const isUnseen = !ts.isCallExpression(reader) || reader.expression !== parent || isComputing(reader, reading);
  return isUnseen || isOnlyRead(expression.expression, reading);
}

/** Whether the call itself does nothing, whatever its parts do. */
const isComputing = (call: ts.CallExpression, { purity }: Reading): boolean => !purity.effects(call).includes(call);

/** A list that nobody changes while a callback runs: made in this place, or a name that is only ever read. */
function isOnlyRead(list: ts.Expression, { code }: Reading): boolean {
  const value = unwrapped(list);
  if (ts.isArrayLiteralExpression(value)) return true;
  const symbol = ts.isIdentifier(value) ? code.symbolOf(value) : null;
  const declaration = symbol?.valueDeclaration;
  const isOwn = declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined;
  if (symbol === null || !isOwn || !ts.isArrayLiteralExpression(unwrapped(declaration.initializer))) return false;
  return code.references(symbol).every(({ parent }) => {
    if (ts.isPropertyAccessExpression(parent)) return readers.has(parent.name.text);
    return parent === declaration || ts.isSpreadElement(parent) || ts.isForOfStatement(parent);
  });
}

/** `(F ? list : undefined)?.clear()`: of nothing, nothing is asked. */
function ofChain(node: ts.OptionalChain, reading: Reading): Residual {
  const base = chainStart(node);
  const rest = base === null ? null : residual(base, false, reading);
  if (rest === null || !isNothing(rest)) return kept(node);
  return { kind: 'constant', value: undefined };
}

/** What stands before the first `?.`. */
function chainStart(node: ts.Expression): ts.Expression | null {
  if (!ts.isOptionalChain(node)) return null;
  const starts = !ts.isNonNullExpression(node) && node.questionDotToken !== undefined;
  return starts ? node.expression : chainStart(node.expression);
}

function isNothing(rest: Residual): boolean {
  if (rest.kind === 'constant') return rest.value === null || rest.value === undefined;
  if (rest.kind !== 'kept') return false;
  return rest.node.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(rest.node) && rest.node.text === 'undefined');
}

function knownAs(node: ts.Expression, isCondition: boolean, { values, purity }: Reading): Residual | null {
  const truth = isCondition ? values.truth(node) : null;
  if (truth !== null && purity.isPure(node)) return { kind: 'constant', value: truth };
  const value = values.of(node);
  if (value?.kind === 'promise' && value.of.kind === 'constant' && values.sites.has(node))
    return { kind: 'promise', value: value.of.value };
  if (value?.kind !== 'constant' || !purity.isPure(node)) return null;
  const isNamed = ts.isIdentifier(node) || (ts.isPropertyAccessExpression(node) && isOfName(node, values));
  // A name for a number or a text says more than the number.
  return isNamed && typeof value.value !== 'boolean' ? null : { kind: 'constant', value: value.value };
}

/** A member that is known by itself, and not because its owner is what an evaluation gave. */
const isOfName = (node: ts.PropertyAccessExpression, values: Values): boolean =>
  values.sites.get(node) === undefined && values.of(node.expression)?.kind !== 'object';

function ofConditional(node: ts.ConditionalExpression, isCondition: boolean, reading: Reading): Residual {
  const truth = reading.values.truth(node.condition);
  if (truth !== null) {
    const arm = truth ? node.whenTrue : node.whenFalse;
    return reading.purity.isPure(node.condition) ? residual(arm, isCondition, reading) : kept(node);
  }
  const [yes, no] = [residual(node.whenTrue, isCondition, reading), residual(node.whenFalse, isCondition, reading)];
  if (yes.kind !== 'constant' && no.kind !== 'constant') return kept(node);
  const [a, b] = [constantIn(yes), constantIn(no)];
  const isSame = a !== null && b !== null && a.value === b.value;
  return isSame && reading.purity.isPure(node.condition) ? { kind: 'constant', value: a.value } : kept(node);
}

/** What a residual always gives, literals that were there before included. */
function constantIn(one: Residual): Constant | null {
  if (one.kind === 'constant') return constant(one.value);
  return one.kind === 'kept' ? (booleanLiteral(one.node) as Constant | null) : null;
}

function ofBinary(node: ts.BinaryExpression, isCondition: boolean, reading: Reading): Residual {
  const { kind } = node.operatorToken;
  const isAnd = kind === ts.SyntaxKind.AmpersandAmpersandToken;
  if (kind === ts.SyntaxKind.QuestionQuestionToken) return ofNullish(node, isCondition, reading);
  if (!isAnd && kind !== ts.SyntaxKind.BarBarToken) return kept(node);
  const { values, purity, code } = reading;
  const left = conditionOf(node.left, reading);
  // `true && x` and `false || x` are x.
  if (left === isAnd) return purity.isPure(node.left) ? residual(node.right, isCondition, reading) : kept(node);
  if (left === !isAnd) {
    const value = values.of(node.left);
    if (value?.kind === 'constant' && purity.isPure(node.left)) return { kind: 'constant', value: value.value };
    return isDecided(node.left, kind, reading) ? residual(node.left, isCondition, reading) : kept(node);
  }
  const right = conditionOf(node.right, reading);
  if (right === null || !purity.isPure(node.right)) return kept(node);
  const isPlain = isCondition || isBoolean(node.left, code.checker);
  // `x && true` and `x || false` are x, where x is a boolean or only its truth matters.
  if (right === isAnd) return isPlain ? residual(node.left, isCondition, reading) : kept(node);
  return isPlain && purity.isPure(node.left) ? { kind: 'constant', value: right } : kept(node);
}

/** `a && false` left of an `&&`, `a || true` left of an `||`: what comes behind never runs. */
function isDecided(given: ts.Expression, kind: ts.SyntaxKind, reading: Reading): boolean {
  const left = unwrapped(given);
  if (!ts.isBinaryExpression(left) || left.operatorToken.kind !== kind) return false;
  return conditionOf(left.right, reading) === (kind === ts.SyntaxKind.BarBarToken) || isDecided(left.left, kind, reading);
}

/** Whether an operand holds, known by what it gives or by what is left of it. */
function conditionOf(node: ts.Expression, reading: Reading): boolean | null {
  const truth = reading.values.truth(node);
  if (truth !== null) return truth;
  const rest = residual(node, true, reading);
  return rest.kind === 'constant' ? Boolean(rest.value) : null;
}

function ofNullish(node: ts.BinaryExpression, isCondition: boolean, reading: Reading): Residual {
  const left = reading.values.of(node.left);
  if (left === null || !reading.purity.isPure(node.left)) return kept(node);
  const isNothing = left.kind === 'constant' && (left.value === null || left.value === undefined);
  return residual(isNothing ? node.right : node.left, isCondition, reading);
}

function ofElement(node: ts.JsxElement | ts.JsxSelfClosingElement, reading: Reading): Residual {
  const site = reading.values.sites.get(node);
  const chosen = chosenBy(
    node,
    site === undefined ? null : truthOf(site),
    (test) => {
      const rest = residual(test, true, reading);
      return rest.kind === 'constant' ? Boolean(rest.value) : null;
    },
    reading.purity,
  );
  if (chosen === null) return kept(node);
  if (chosen === 'nothing') return { kind: 'constant', value: null };
  return chosen === 'children'
    ? ts.isJsxElement(node)
      ? { kind: 'children', of: node }
      : { kind: 'constant', value: null }
    : residual(chosen, false, reading);
}
