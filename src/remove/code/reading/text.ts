/** Ranges of text around nodes: lines, commas, indentation. Input: a file and nodes. Output: ranges. Pure. */
import { ts } from 'ts-morph';
import type { Range } from '../edits.ts';

export const rangeOf = (node: ts.Node): Range => ({ start: node.getStart(), end: node.end });

/** The whole lines of a range, where nothing else stands on them; else the range with the spaces after it. */
export function linesOf(text: string, { start, end }: Range): Range {
  const first = lineStart(text, start);
  const isFirst = text.slice(first, start).trim() === '';
  const last = lineEnd(text, end);
  const isLast = text.slice(end, last).trim() === '';
  if (isFirst && isLast) return { start: first, end: afterBreak(text, last) };
  if (isLast && !isFirst) return { start: backOver(text, start), end };
  return { start, end: forwardOver(text, end) };
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

const afterBreak = (text: string, at: number): number => (text[at] === '\n' ? at + 1 : at);

function backOver(text: string, at: number): number {
  let start = at;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start--;
  return start;
}

function forwardOver(text: string, at: number): number {
  let end = at;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return end;
}

/** Spaces at the start of a line. */
export function indentAt(text: string, at: number): string {
  const start = lineStart(text, at);
  return text.slice(start, forwardOver(text, start));
}

/** A statement or member with the comments that belong to it. */
export function withComments(node: ts.Node): Range {
  const file = node.getSourceFile();
  const { text } = file;
  const start = node.getStart(file);
  const comments = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  let from = start;
  for (const comment of comments.toReversed()) {
    if (/\n[ \t]*\r?\n/.test(text.slice(comment.end, from)) || !isOwnLine(text, comment.pos) || isHeader(file, comment)) break;
    from = comment.pos;
  }
  const trailing = ts.getTrailingCommentRanges(text, node.end)?.at(-1);
  return { start: from, end: trailing === undefined ? node.end : trailing.end };
}

const isOwnLine = (text: string, at: number): boolean => text.slice(lineStart(text, at), at).trim() === '';

/** A licence or a file's description stays with the file. */
const isHeader = (file: ts.SourceFile, comment: ts.CommentRange): boolean =>
  comment.pos === 0 &&
  /licen[cs]e|copyright|@file|eslint-disable(?!-next)|@jsx|@vitest|@jest/i.test(file.text.slice(comment.pos, comment.end));

/** One element of a list that commas part, with the comma that goes with it. */
export function elementRange(node: ts.Node, list: readonly ts.Node[], gone: (node: ts.Node) => boolean): Range {
  const file = node.getSourceFile();
  const { text } = file;
  if (list.every((one) => one === node || gone(one))) return wholeList(node, list);
  const range = withComments(node);
  const index = list.indexOf(node);
  const next = list[index + 1];
  const own = commaAfter(text, node.end);
  if (next !== undefined || own !== null) {
    const end = own ?? node.end;
    const isBroken =
      text.slice(end, next?.getStart(file) ?? lineEnd(text, end)).includes('\n') || text.slice(end, lineEnd(text, end)).trim() === '';
    const whole = isBroken && isOwnLine(text, range.start);
    if (whole) return linesOf(text, { start: range.start, end: Math.max(end, trailingComment(text, end)) });
    if (next !== undefined) return { start: range.start, end: next.getStart(file) };
    return { start: previousEnd(list, index, gone) ?? range.start, end };
  }
  return { start: previousEnd(list, index, gone) ?? range.start, end: node.end };
}

/** All that stands between the brackets, when nothing else is left there. */
function wholeList(node: ts.Node, list: readonly ts.Node[]): Range {
  const { pos, end } = list as ts.NodeArray<ts.Node>;
  const { parent } = node;
  const isBracketed =
    ts.isObjectLiteralExpression(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectBindingPattern(parent) ||
    ts.isArrayBindingPattern(parent);
  return { start: pos, end: isBracketed ? parent.end - 1 : end };
}

const trailingComment = (text: string, at: number): number => ts.getTrailingCommentRanges(text, at)?.at(-1)?.end ?? at;

function previousEnd(list: readonly ts.Node[], index: number, gone: (node: ts.Node) => boolean): number | null {
  const before = list.slice(0, index).findLast((one) => !gone(one));
  return before?.end ?? null;
}

function commaAfter(text: string, at: number): number | null {
  const match = /^(?:\s|\/\*.*?\*\/)*,/s.exec(text.slice(at, at + 400));
  return match === null ? null : at + match[0].length;
}

/** The quotes a file writes texts with. */
export function quoted(value: string, file: ts.SourceFile): string {
  const isDouble = (file.text.match(/"/g)?.length ?? 0) > (file.text.match(/'/g)?.length ?? 0);
  const json = JSON.stringify(value);
  return isDouble ? json : `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
