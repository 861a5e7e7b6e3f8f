/**
 * Turns what the rules found into a report: one order, one fingerprint each, counts, and the source lines that formats show.
 * Pure: equal input gives an equal report, whatever the order in which rules ran.
 */

import { createHash } from 'node:crypto';
import { compare as compareText } from '../discover/words.ts';
import { type Evidence, type Finding, lineKey, type Report, type Subject, type Summary } from './finding.ts';
import { toolVersion } from './version.ts';

/** A finding before it has its fingerprint. */
export type Draft = Omit<Finding, 'fingerprint'>;

/** One line of a file as that revision has it, without its line ending; null where there is none. */
export type ReadLine = (revision: 'base' | 'head', file: string, line: number) => string | null;

export interface FinishInput {
  readonly base: string | null;
  readonly head: string;
  readonly findings: readonly Draft[];
  readonly counts: Omit<Summary, 'errors' | 'warnings' | 'notes'>;
  readonly hints: readonly string[];
  readonly line: ReadLine;
}

/** Lines of one finding that a code frame shows at most. */
const frameLines = 6;
/** Longest source line a report keeps. */
const lineLimit = 400;

export function finish(input: FinishInput): Report {
  const findings = withFingerprints([...input.findings].sort(compareFindings));
  return {
    version: 1,
    tool: { name: 'dropgate', version: toolVersion() },
    base: input.base,
    head: input.head,
    summary: {
      errors: countOf(findings, 'error'),
      warnings: countOf(findings, 'warning'),
      notes: countOf(findings, 'note'),
      ...input.counts,
    },
    findings,
    hints: input.hints,
    lines: linesOf(findings, input.line),
  };
}

/** How people write a subject: `users.email`, `new-email-column`. */
export function subjectName(subject: Subject): string {
  if (subject.kind === 'flag') return subject.key;
  return subject.table === undefined || subject.table === subject.name ? subject.name : `${subject.table}.${subject.name}`;
}

export { compareText };

/** The order of the JSON contract: file, line, column, rule, subject. */
function compareFindings(a: Draft, b: Draft): number {
  return (
    compareText(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compareText(a.rule, b.rule) ||
    compareText(subjectKey(a.subject), subjectKey(b.subject)) ||
    compareText(a.message, b.message)
  );
}

const subjectKey = (subject: Subject): string => `${subject.kind} ${subjectName(subject)}`;

/**
 * Names the same finding across runs and edits: rule, subject and file, never the line. Findings that would share one
 * (two statements of a file that cannot be read) are numbered in their order.
 */
function withFingerprints(drafts: readonly Draft[]): Finding[] {
  const seen = new Map<string, number>();
  return drafts.map((draft) => {
    const identity = [draft.rule, subjectKey(draft.subject), draft.file].join('\0');
    const count = seen.get(identity) ?? 0;
    seen.set(identity, count + 1);
    const hash = createHash('sha256')
      .update(count === 0 ? identity : `${identity}\0${count}`)
      .digest('hex');
    return { ...draft, evidence: uniqueEvidence(draft.evidence), fingerprint: hash.slice(0, 16) };
  });
}

/** Evidence in one order and without repeats; what a rule puts first stays the order of kinds. */
function uniqueEvidence(evidence: readonly Evidence[]): Evidence[] {
  const known = new Map<string, Evidence>();
  for (const one of evidence) {
    const key = [one.kind, one.revision, one.file, one.line, one.column, one.flag, one.branch].join('\0');
    if (!known.has(key)) known.set(key, one);
  }
  return [...known.values()].sort(
    (a, b) =>
      compareText(a.revision, b.revision) ||
      compareText(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compareText(a.kind, b.kind),
  );
}

const countOf = (findings: readonly Finding[], severity: Finding['severity']): number =>
  findings.filter((finding) => finding.severity === severity).length;

function linesOf(findings: readonly Finding[], read: ReadLine): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const { file, line, endLine } of findings) {
    for (let number = line; number <= endLine && number < line + frameLines; number++) {
      const text = read('head', file, number) ?? read('base', file, number);
      if (text !== null) lines.set(lineKey('head', file, number), text.slice(0, lineLimit));
    }
  }
  return lines;
}
