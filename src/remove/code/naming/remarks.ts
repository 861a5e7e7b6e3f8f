/**
 * Comments that speak of a flag that is gone: `// TODO remove when new-pay is on`.
 * Input: the files that are changed, the keys. Effect: edits.
 * Invariant: only comments on lines of their own, right above something that was changed.
 */
import { ts } from 'ts-morph';
import type { Edits, Range } from '../edits.ts';
import { lineStart, linesOf } from '../reading/text.ts';

export function removeRemarks(edits: Edits, keys: readonly string[]): void {
  for (const file of edits.files) {
    const named = keys.filter((key) => file.text.includes(key));
    if (named.length === 0) continue;
    for (const group of remarksIn(file)) {
      const text = file.text.slice(group.start, group.end);
      const isAbout = named.some((key) => new RegExp(`(?<![\\w$])${key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w$])`).test(text));
      if (isAbout && isBeforeChange(group, file, edits)) edits.remove(file, linesOf(file.text, group), 'remark');
    }
  }
}

/** Runs of comments that stand on lines of their own, one right below the other. */
function remarksIn(file: ts.SourceFile): Range[] {
  const { text } = file;
  const groups: { start: number; end: number }[] = [];
  const seen = new Set<number>();
  const look = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []) {
      if (seen.has(pos) || text.slice(lineStart(text, pos), pos).trim() !== '') continue;
      seen.add(pos);
      const last = groups.at(-1);
      const isNext = last !== undefined && /^[ \t]*\r?\n[ \t]*$/.test(text.slice(last.end, pos));
      if (isNext) last.end = end;
      else groups.push({ start: pos, end });
    }
    ts.forEachChild(node, look);
  };
  look(file);
  return groups;
}

/** Whether the first thing after a comment is changed, or goes. */
function isBeforeChange({ end }: Range, file: ts.SourceFile, edits: Edits): boolean {
  const next = end + (/^\s*/.exec(file.text.slice(end))?.[0].length ?? 0);
  const line = file.text.indexOf('\n', next);
  return edits.gone(file).some((one) => one.start <= (line < 0 ? file.text.length : line) && one.end > end);
}
