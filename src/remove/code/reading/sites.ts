/**
 * Evaluations in the compiler's tree.
 * Input: their places. Output: nodes, and why the result of one is more than its value. Pure.
 */
import { ts } from 'ts-morph';
import type { KnownSite } from '../../types.ts';
import type { Code } from './program.ts';
import { mayBeMissing } from './types.ts';

export interface Site extends KnownSite {
  /** null: there is no such node. */
  readonly node: ts.Node | null;
  /** Why it cannot go, in plain words; null: it can. */
  readonly obstacle: string | null;
  /** What its edits are known by. */
  readonly cause: string;
}

/** Finds the nodes of evaluations. */
export function located(sites: readonly KnownSite[], code: Code): readonly Site[] {
  return sites.map((site, index) => {
    const node = nodeAt(site, code);
    return { ...site, node, obstacle: node === null ? null : obstacleIn(node, code), cause: `site:${index}` };
  });
}

function nodeAt({ file, start, end }: KnownSite, code: Code): ts.Node | null {
  const source = code.file(file);
  if (source === null) return null;
  let found: ts.Node | null = null;
  const look = (node: ts.Node): void => {
    if (node.pos > start || node.end < end) return;
    if (node.getStart(source) === start && node.end === end && !ts.isExpressionStatement(node)) found = node;
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

function obstacleIn(node: ts.Node, { checker }: Code): string | null {
  if (ts.isJsxElement(node)) {
    const isAsking = node.children.some(
      (one) => ts.isJsxExpression(one) && one.expression !== undefined && ts.isFunctionLike(one.expression),
    );
    return isAsking ? 'a function decides what it shows' : null;
  }
  if (!ts.isCallExpression(node)) return null;
  if (node.arguments.some((one) => ts.isArrowFunction(one) || ts.isFunctionExpression(one))) return 'it is given a function to call';
  const { expression } = node;
  const isOptional = ts.isPropertyAccessExpression(expression) && expression.questionDotToken !== undefined;
  return isOptional && mayBeMissing(expression.expression, checker)
    ? 'what it is called on may be missing, and then it is not evaluated'
    : null;
}

/** What evaluations call. */
export const evaluatorsOf = (nodes: Iterable<ts.Node>, code: Code): ReadonlySet<ts.Symbol> =>
  new Set(
    [...nodes].filter(ts.isCallExpression).flatMap(({ expression }) => {
      const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
      return code.symbolOf(name) ?? [];
    }),
  );
