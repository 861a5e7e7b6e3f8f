/**
 * The changes to some files as ranges that go and text that comes: what is not touched stays as it is, byte for byte.
 * Each edit has a cause, so that what the compiler refuses can be taken back alone.
 * Invariants: overlapping deletions are one; text goes with the range it was written for when that range goes as well.
 */
import type { ts } from 'ts-morph';

export interface Range {
  readonly start: number;
  readonly end: number;
}

interface Deletion extends Range {
  readonly cause: string;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** What the text stands for or around. */
  readonly anchor: Range;
  /** The deletion the text replaces; null: it stands beside what stays. */
  readonly replaced: Deletion | null;
  readonly cause: string;
}

interface FileEdits {
  readonly deletions: Deletion[];
  readonly insertions: Insertion[];
  merged: readonly Range[] | null;
}

/** Where an edit of the result came from: for faults in the text that was made. */
export interface Placed {
  /** Offset in the new text. */
  readonly at: number;
  readonly cause: string;
}

export interface Edits {
  remove(file: ts.SourceFile, range: Range, cause: string): void;
  /** Puts text in the place of a range. */
  replace(file: ts.SourceFile, range: Range, text: string, cause: string): void;
  /** Puts text before or after a range that stays. */
  wrap(file: ts.SourceFile, range: Range, before: string, after: string, cause: string): void;
  /** Puts text at a place, whatever goes around it. */
  insert(file: ts.SourceFile, at: number, text: string, cause: string): void;
  /** Whether all of a node goes. */
  isGone(node: ts.Node): boolean;
  /** Whether the node, or a part of it, is touched. */
  isTouched(node: ts.Node): boolean;
  readonly files: ReadonlySet<ts.SourceFile>;
  /** Grows with every edit. */
  readonly size: number;
  /** The ranges of a file that go, in order, merged. */
  gone(file: ts.SourceFile): readonly Range[];
  apply(file: ts.SourceFile): { readonly text: string; readonly placed: readonly Placed[] };
}

export function makeEdits(): Edits {
  const byFile = new Map<ts.SourceFile, FileEdits>();
  let size = 0;
  const of = (file: ts.SourceFile): FileEdits => {
    let known = byFile.get(file);
    if (known === undefined) {
      known = { deletions: [], insertions: [], merged: null };
      byFile.set(file, known);
    }
    return known;
  };
  const remove = (file: ts.SourceFile, { start, end }: Range, cause: string): Deletion => {
    const deletion = { start, end, cause };
    const edits = of(file);
    if (end > start) {
      if (!covers(gone(file), deletion)) size++;
      edits.deletions.push(deletion);
      edits.merged = null;
    }
    return deletion;
  };
  const gone = (file: ts.SourceFile): readonly Range[] => {
    const edits = byFile.get(file);
    if (edits === undefined) return [];
    edits.merged ??= merge(edits.deletions);
    return edits.merged;
  };
  return {
    remove: (file, range, cause) => void remove(file, range, cause),
    replace(file, range, text, cause) {
      if (range.end === range.start) return void of(file).insertions.push({ at: range.start, text, anchor: range, replaced: null, cause });
      const replaced = { ...range, cause };
      const edits = of(file);
      edits.deletions.push(replaced);
      edits.merged = null;
      size++;
      edits.insertions.push({ at: range.start, text, anchor: range, replaced, cause });
    },
    wrap(file, range, before, after, cause) {
      if (before !== '') of(file).insertions.push({ at: range.start, text: before, anchor: range, replaced: null, cause });
      if (after !== '') of(file).insertions.push({ at: range.end, text: after, anchor: range, replaced: null, cause });
      size++;
    },
    insert(file, at, text, cause) {
      of(file).insertions.push({ at, text, anchor: { start: at, end: at }, replaced: null, cause });
      size++;
    },
    isGone(node) {
      const file = node.getSourceFile();
      return byFile.has(file) && covers(gone(file), { start: node.getStart(file), end: node.end });
    },
    isTouched(node) {
      const file = node.getSourceFile();
      const start = node.getStart(file);
      const edits = byFile.get(file);
      return (
        edits !== undefined &&
        [...edits.deletions, ...edits.insertions.map((one) => one.anchor)].some((one) => one.start < node.end && one.end > start)
      );
    },
    get files() {
      return new Set(byFile.keys());
    },
    get size() {
      return size;
    },
    gone,
    apply: (file) => spliced(file.text, of(file)),
  };
}

/** Whether one of the merged ranges holds all of the range. */
function covers(ranges: readonly Range[], { start, end }: Range): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (range.end < end) low = middle + 1;
    else if (range.start > start) high = middle - 1;
    else return true;
  }
  return false;
}

function merge(deletions: readonly Range[]): Range[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of deletions.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

function spliced(text: string, { deletions, insertions }: FileEdits): { text: string; placed: Placed[] } {
  const kept = insertions.filter((one) => !isDropped(one, deletions));
  const points = kept
    .map((one, order) => ({ ...one, order }))
    .sort((a, b) => a.at - b.at || rank(a) - rank(b) || nesting(a, b) || a.order - b.order);
  const placed: Placed[] = [];
  const gone = merge(deletions);
  let out = '';
  let at = 0;
  let next = 0;
  const copyTo = (end: number): void => {
    while (at < end) {
      while ((gone[next]?.end ?? Infinity) <= at) next++;
      const hole = gone[next];
      if (hole === undefined || hole.start > at) {
        const stop = Math.min(end, hole?.start ?? end);
        out += text.slice(at, stop);
        at = stop;
        continue;
      }
      at = Math.min(end, hole.end);
      if (at < hole.end) continue;
      const seam = seamOf(out, text.slice(at, end));
      out = seam.before;
      at += seam.skipped;
    }
  };
  const causes = [
    ...points.map((one) => ({ at: one.at, text: one.text, cause: one.cause })),
    ...deletions.map((one) => ({ at: one.start, text: '', cause: one.cause })),
  ].sort((a, b) => a.at - b.at);
  for (const { at: point, text: added, cause } of causes) {
    copyTo(point);
    placed.push({ at: out.length, cause });
    out += added;
  }
  copyTo(text.length);
  return { text: out, placed };
}

/**
 * Where text closes over what went: no spaces at the end of a line, no line that only held what went, and no empty line
 * after an opening bracket, before a closing one, or beside another.
 */
function seamOf(before: string, after: string): { before: string; skipped: number } {
  const isEnd = /^\r?\n/.test(after);
  const trimmed = isEnd ? before.replace(/[ \t]+$/, '') : before;
  const isLine = trimmed === '' || trimmed.endsWith('\n');
  if (!isLine) return { before: trimmed, skipped: 0 };
  const isOpen = trimmed === '' || /(?:^|\n|[{[(])[ \t]*\r?\n$/.test(trimmed.slice(-200));
  const own = isEnd && trimmed !== before ? (/^\r?\n/.exec(after)?.[0].length ?? 0) : 0;
  const blank = isOpen || own > 0 ? (/^(?:[ \t]*\r?\n)+/.exec(after.slice(own))?.[0].length ?? 0) : 0;
  const skipped = own + (isOpen ? blank : 0);
  const isClosing = /^[ \t]*[}\])]/.test(after.slice(skipped));
  return { before: isClosing ? trimmed.replace(/\n(?:[ \t]*\r?\n)+$/, '\n') : trimmed, skipped };
}

/** What closes comes before what opens at the same place. */
const rank = ({ at, anchor, replaced }: Insertion): number => (replaced === null && at === anchor.end ? 0 : 1);

/** Outer text opens first and closes last. */
function nesting(a: Insertion, b: Insertion): number {
  const [length, other] = [a.anchor.end - a.anchor.start, b.anchor.end - b.anchor.start];
  return rank(a) === 0 ? length - other : other - length;
}

/** Text goes with what it was written for; of two that replace the same range the first stays. */
function isDropped({ anchor, replaced }: Insertion, deletions: readonly Deletion[]): boolean {
  if (anchor.start === anchor.end && replaced === null) return false;
  const others = deletions.filter((one) => one !== replaced && one.start < anchor.end && one.end > anchor.start);
  if (others.length === 0) return false;
  if (replaced !== null) return others.some((one) => one.start <= anchor.start && one.end >= anchor.end);
  return covers(merge(deletions), anchor);
}
