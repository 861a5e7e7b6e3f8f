/**
 * What expressions are worth once some flags are settled: constants that begin at evaluations and flow through names.
 * Input: the code and the evaluations. Output: Values. Nothing is changed here.
 * Invariants: only what comes from a settled evaluation is known, never a literal the code had before; a name is known
 * only where all its assignments, calls or uses have been seen.
 */
import { ts } from 'ts-morph';
import type { Known } from '../../../flags/known.ts';
import type { Code } from '../reading/program.ts';
import { isBoolean } from '../reading/types.ts';
import { accessOf, callOf as callWith, isLabel, isWrapper, useOf } from '../reading/uses.ts';
import { booleanLiteral, booleanOf, compared, comparison, constant, joined, literalIn, truthOf } from './algebra.ts';
import { type Flow, follow } from './flow.ts';
import { makePurity } from './purity.ts';

export interface Values {
  /** What the node gives; null where that is not known. */
  of(node: ts.Node): Known | null;
  /** Whether the node holds as a condition; null where that is not known. Effects of its parts are not looked at. */
  truth(node: ts.Expression): boolean | null;
  /** What a name stands for. */
  named(symbol: ts.Symbol): Known | null;
  /** Which evaluation a value comes from, for what is said about it. */
  readonly sites: ReadonlyMap<ts.Node, Known>;
  /** Every node that is known by itself, and the evaluation it comes from. */
  readonly leaves: ReadonlyMap<ts.Node, ts.Node>;
  /** Names that have turned out to be known. */
  readonly learnt: ReadonlySet<ts.Symbol>;
  /** Parameters that every call gives the same value. */
  readonly parameters: ReadonlySet<ts.Symbol>;
}

/** Follows the values of evaluations through the code. */
export function makeValues(sites: ReadonlyMap<ts.Node, Known>, code: Code, isPublic: (symbol: ts.Symbol) => boolean): Values {
  const symbols = new Map<ts.Symbol, Known>();
  const returns = new Map<ts.Symbol, Known>();
  const parameters = new Set<ts.Symbol>();
  const { checker } = code;

  const of = (node: ts.Node): Known | null => {
    const site = ts.isExpression(node) && !isElement(node) ? sites.get(node) : undefined;
    if (site !== undefined) return site;
    if (ts.isIdentifier(node)) return nameOf(node);
    if (isWrapper(node)) return of(node.expression);
    if (ts.isAwaitExpression(node)) {
      const value = of(node.expression);
      return value?.kind === 'promise' ? value.of : value;
    }
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return memberOf(node);
    if (ts.isCallExpression(node)) return callOf(node);
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
      return booleanOf(opposite(truth(node.operand)));
    if (ts.isTypeOfExpression(node)) return kindOf(of(node.expression));
    if (ts.isBinaryExpression(node)) return binaryOf(node);
    if (ts.isConditionalExpression(node)) return conditionalOf(node);
    return null;
  };
  const nameOf = (node: ts.Identifier): Known | null => {
    if (symbols.size === 0 || useOf(node) !== 'read' || accessOf(node) !== node || isLabel(node)) return null;
    const symbol = code.symbolOf(node);
    return symbol === null ? null : (symbols.get(symbol) ?? null);
  };
  const memberOf = (node: ts.PropertyAccessExpression | ts.ElementAccessExpression): Known | null => {
    const owner = of(node.expression);
    const name = ts.isPropertyAccessExpression(node) ? node.name.text : literalIn(node.argumentExpression, checker);
    if (owner?.kind === 'object' && typeof name === 'string') return owner.properties.get(name) ?? null;
    if (owner?.kind === 'tuple' && typeof name === 'number') return owner.items[name] ?? null;
    const member = ts.isPropertyAccessExpression(node) ? code.symbolOf(node.name) : null;
    return member === null || symbols.size === 0 ? null : (symbols.get(member) ?? null);
  };
  const callOf = (node: ts.CallExpression): Known | null => {
    const { expression: callee } = node;
    if (ts.isPropertyAccessExpression(callee)) {
      const owner = of(callee.expression);
      const method = owner?.kind === 'object' ? owner.methods.get(callee.name.text) : undefined;
      if (method?.kind === 'compares') return compared(method.value, node.arguments[0], checker);
      if (method !== undefined) return method;
    }
    const [first] = node.arguments;
    if (ts.isIdentifier(callee) && callee.text === 'Boolean' && first !== undefined) return booleanOf(truth(first));
    const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
    const symbol = returns.size > 0 && ts.isIdentifier(name) ? code.symbolOf(name) : null;
    return symbol === null ? null : (returns.get(symbol) ?? null);
  };
  const binaryOf = (node: ts.BinaryExpression): Known | null => {
    const { kind } = node.operatorToken;
    const left = of(node.left);
    switch (kind) {
      case ts.SyntaxKind.AmpersandAmpersandToken: {
        const holds = left === null ? null : truthOf(left);
        return holds === null ? decidedBy(node, false) : holds ? of(node.right) : left;
      }
      case ts.SyntaxKind.BarBarToken: {
        const holds = left === null ? null : truthOf(left);
        return holds === null ? decidedBy(node, true) : holds ? left : of(node.right);
      }
      case ts.SyntaxKind.QuestionQuestionToken:
        if (left?.kind === 'constant' && (left.value === null || left.value === undefined)) return of(node.right);
        return left;
      case ts.SyntaxKind.CommaToken:
        return of(node.right);
      default:
        return comparison(node, left, of(node.right), checker);
    }
  };
  /** `a && false` and `a || true`, where a is a boolean. */
  const decidedBy = (node: ts.BinaryExpression, decision: boolean): Known | null => {
    const right = of(node.right);
    const isDecided = right?.kind === 'constant' && right.value === decision && isBoolean(node.left, checker);
    return isDecided ? right : null;
  };
  const conditionalOf = (node: ts.ConditionalExpression): Known | null => {
    const holds = truth(node.condition);
    if (holds === null) return null;
    const arm = holds ? node.whenTrue : node.whenFalse;
    return of(arm) ?? booleanLiteral(arm);
  };
  const truth = (node: ts.Expression): boolean | null => {
    if (isWrapper(node)) return truth(node.expression);
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      return opposite(truth(node.operand));
    }
    if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      const isAnd = kind === ts.SyntaxKind.AmpersandAmpersandToken;
      if (isAnd || kind === ts.SyntaxKind.BarBarToken) return joined(truth(node.left), truth(node.right), isAnd);
    }
    const value = of(node);
    return value === null ? null : truthOf(value);
  };

  const leaves = new Map<ts.Node, ts.Node>([...sites.keys()].map((site) => [site, site]));
  const pending: ts.Node[] = [...sites.keys()];
  let origin: ts.Node | undefined;
  const reach = (node: ts.Node): void => {
    if (leaves.has(node) || origin === undefined) return;
    leaves.set(node, origin);
    pending.push(node);
  };
  const learn = (symbol: ts.Symbol, value: Known): void => {
    if (symbols.has(symbol)) return;
    symbols.set(symbol, value);
    for (const node of code.references(symbol)) if (useOf(node) === 'read' && !isLabel(node)) reach(accessOf(node));
  };
  const flow: Flow = {
    code,
    of,
    isPure: makePurity(code, { isKnown: (node) => isPlain(node) && of(node) !== null, truth, isEvaluating: () => false }).isPure,
    isPublic,
    learn,
    returned(symbol, value) {
      if (returns.has(symbol)) return;
      returns.set(symbol, value);
      for (const node of code.references(symbol)) reach(callWith(node) ?? node);
    },
    given(symbol, value) {
      parameters.add(symbol);
      learn(symbol, value);
    },
  };
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    origin = leaves.get(next);
    follow(next, flow);
  }
  return { of, truth, sites, leaves, parameters, learnt: new Set(symbols.keys()), named: (symbol) => symbols.get(symbol) ?? null };
}

/** `typeof` of what is known. */
const kindOf = (value: Known | null): Known | null =>
  value?.kind === 'constant' ? constant(value.value === null ? 'object' : typeof value.value) : null;

/** What an element says is whether its children are shown; what it gives is an element. */
const isElement = (node: ts.Node): boolean => ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isDecorator(node);

const opposite = (truth: boolean | null): boolean | null => (truth === null ? null : !truth);

/** A known call runs nothing but the evaluation; its arguments are looked at. */
export const isPlain = (node: ts.Node): boolean =>
  ts.isCallExpression(node) || ts.isIdentifier(node) || ts.isPropertyAccessExpression(node);
