/**
 * One walk over the code with what is known: statements, expressions, elements, each by its own module.
 * Input: values and a file. Effect: edits. Invariant: only what holds something known is looked at.
 */
import { ts } from 'ts-morph';
import type { Edits, Range } from '../edits.ts';
import type { Code } from '../reading/program.ts';
import { indentAt, linesOf, rangeOf } from '../reading/text.ts';
import { isChoosing } from './components.ts';
import { foldExpression } from './expressions.ts';
import { foldJsxSpread } from './jsx.ts';
import type { Reading } from './residual.ts';
import { foldStatements, isStatementList } from './statements.ts';

export interface Rewriter extends Reading {
  readonly code: Code;
  readonly edits: Edits;
  /** Whether the node is known, or holds something that is. */
  isInteresting(node: ts.Node): boolean;
  /** The evaluation an edit at the node comes from. */
  causeOf(node: ts.Node): string;
  /** Visits what a node is made of. */
  visitParts(node: ts.Node): void;
  /** Moves the lines of a range left: from the indentation of `inner` to that of `outer`. */
  dedent(range: Range, outer: ts.Node, inner: ts.Node, cause: string): void;
  /** Expressions of which one part is left, with that part. */
  readonly kept: Map<ts.Expression, ts.Expression>;
  /** Blocks that have been opened: what they declare belongs to the block around them. */
  readonly opened: Set<ts.Node>;
  /** Statements that a condition held, and that always run now. */
  readonly unconditional: Set<ts.Statement>;
  /** Branches that took the place of their statement with their braces, because a name of theirs was taken. */
  readonly braced: Map<ts.Block, ts.Statement>;
  /** Statements that have been taken away because nothing was left in them. */
  readonly emptied: Set<ts.Node>;
  /** Statements behind which nothing runs any more. */
  readonly ending: Set<ts.Statement>;
}

export function makeRewriter(code: Code, edits: Edits, reading: Reading, idOf: (site: ts.Node) => string): Rewriter {
  const holds = new Map<ts.Node, ts.Node>();
  for (const [leaf, site] of reading.values.leaves) {
    for (let up: ts.Node = leaf; up !== undefined && !holds.has(up); up = up.parent) holds.set(up, site);
  }
  const shifts: Shifts = new Map();
  const rewriter: Rewriter = {
    ...reading,
    code,
    edits,
    kept: new Map(),
    opened: new Set(),
    braced: new Map(),
    unconditional: new Set(),
    emptied: new Set(),
    ending: new Set(),
    isInteresting: (node) => holds.has(node),
    causeOf(node) {
      for (let up: ts.Node | undefined = node; up !== undefined; up = up.parent) {
        const site = holds.get(up);
        if (site !== undefined) return idOf(site);
      }
      return '';
    },
    visitParts(node) {
      if (!holds.has(node)) return;
      ts.forEachChild(node, (child) => visit(child, rewriter));
    },
    dedent: (range, outer, inner, cause) => dedent({ range, outer, inner, cause, edits, shifts }),
  };
  return rewriter;
}

/** Visits any node. */
export function visit(node: ts.Node, rewriter: Rewriter): void {
  if (!rewriter.isInteresting(node)) return;
  if (isStatementList(node)) return foldStatements(node, rewriter);
  if (ts.isJsxSpreadAttribute(node)) return foldJsxSpread(node, rewriter);
  if (ts.isDecorator(node)) return foldDecorator(node, rewriter);
  if (ts.isJsxAttribute(node) && isChoosing(node)) return foldCondition(node, rewriter);
  if (ts.isExpression(node)) return foldExpression(node, false, rewriter);
  rewriter.visitParts(node);
}

/** A guard that always lets through. */
function foldDecorator(node: ts.Decorator, rewriter: Rewriter): void {
  const known = rewriter.values.sites.get(node);
  if (known?.kind !== 'constant' || known.value !== true) return rewriter.visitParts(node);
  const file = node.getSourceFile();
  rewriter.edits.remove(file, linesOf(file.text, rangeOf(node)), rewriter.causeOf(node));
}

function foldCondition({ initializer }: ts.JsxAttribute, rewriter: Rewriter): void {
  const value = initializer !== undefined && ts.isJsxExpression(initializer) ? initializer.expression : undefined;
  if (value !== undefined) foldExpression(value, true, rewriter);
}

/** How far lines have been moved, by file and start of line: moves within moves add up. */
type Shifts = Map<ts.SourceFile, Map<number, number>>;

interface Dedent {
  readonly range: Range;
  readonly outer: ts.Node;
  readonly inner: ts.Node;
  readonly cause: string;
  readonly edits: Edits;
  readonly shifts: Shifts;
}

function dedent({ range, outer, inner, cause, edits, shifts }: Dedent): void {
  const file = outer.getSourceFile();
  const { text } = file;
  const shift = indentAt(text, inner.getStart(file)).length - indentAt(text, outer.getStart(file)).length;
  if (shift <= 0) return;
  const kept = textRanges(file, range);
  const moved = shifts.get(file) ?? new Map<number, number>();
  shifts.set(file, moved);
  for (let at = text.indexOf('\n', range.start) + 1; at > 0 && at < range.end; at = text.indexOf('\n', at) + 1) {
    if (kept.some((one) => one.start < at && at <= one.end)) continue;
    const spaces = /^[ \t]*/.exec(text.slice(at, at + 200))?.[0].length ?? 0;
    const before = moved.get(at) ?? 0;
    const after = Math.min(before + shift, spaces);
    edits.remove(file, { start: at + before, end: at + after }, cause);
    moved.set(at, after);
  }
}

/** Texts over several lines: their spaces are theirs. */
function textRanges(file: ts.SourceFile, { start, end }: Range): Range[] {
  const found: Range[] = [];
  const look = (node: ts.Node): void => {
    if (node.end <= start || node.pos >= end) return;
    const isText = ts.isTemplateLiteralToken(node) || ts.isStringLiteral(node);
    if (isText && node.getText(file).includes('\n')) found.push({ start: node.getStart(file), end: node.end });
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}
