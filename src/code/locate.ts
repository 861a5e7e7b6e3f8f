/**
 * From a place in a file back to the node that stands there.
 */
import type { Span } from '../parse/span.ts';
import { childrenOf } from './syntax.ts';
import type { Module, Node } from './types.ts';

/** The innermost node that covers a span; null: there is none. */
export function nodeAt(module: Module, span: Span): Node | null {
  const start = offsetOf(module.text, span.line, span.column);
  const end = offsetOf(module.text, span.endLine, span.endColumn);
  if (start === null || end === null) return null;
  module.parent(module.program);
  let found: Node | null = null;
  let node: Node | undefined = module.program;
  while (node !== undefined) {
    found = node;
    node = childrenOf(node).find((child) => child.start <= start && child.end >= Math.max(end, start + 1));
  }
  return found;
}

function offsetOf(text: string, line: number, column: number): number | null {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf('\n', start);
    if (next < 0) return null;
    start = next + 1;
  }
  return start + column - 1;
}
