/** A read of something new that no flag can turn off: the only way back is a deploy, or DDL. */

import type { Severity } from '../src/report/finding.ts';
import { type Arrival, type Draft, named, type Project, place, type Rule, report, subjectOf, useEvidence } from '../src/rule.ts';

const rule: Rule = {
  id: 'unflagged-read',
  stage: 'ramp',
  severity: 'warning',
  summary: 'code reads an object added in this change, or not yet ramped, with no dominating flag guard',
  why: 'When the new data turns out wrong or slow, nothing but a deploy can send the readers back.',
  fix: 'Put the read behind a flag whose other side keeps the legacy read, and ramp it.',
  check: (project) => project.arrivals.flatMap((arrival) => judge(arrival, project)),
};

function judge(arrival: Arrival, project: Project): Draft[] {
  const open = arrival.reads.filter((r) => r.guards.length === 0);
  const [replaced] = arrival.replaced;
  const first = replaced?.read ?? open[0];
  if (!first || isJudgedElsewhere(arrival, project)) return [];
  const guarded = [...arrival.reads, ...arrival.writes].filter((a) => a.guards.length > 0);
  const [severity, reason] = weigh(arrival, guarded.length, project);
  if (severity === null) return [];
  const evidence = [
    ...open.map((a) => useEvidence('head', a)),
    ...guarded.map((a) => useEvidence('head', a)),
    ...arrival.replaced.map(({ legacy }) => useEvidence('base', legacy)),
    ...arrival.unguarded.map((a) => useEvidence('base', a)),
  ];
  return [
    report(rule, first.location, {
      severity,
      confidence: first.confidence,
      subject: subjectOf(arrival.object),
      evidence,
      message: `${named(arrival.object)} is read at ${place(first.location)} with no flag to turn the read off — ${reason}.`,
      help: guarded[0]?.guards[0]
        ? `Guard this read with \`${guarded[0].guards[0].flag}\` as well.`
        : 'Guard the read with a flag whose other side keeps the legacy read, and ramp it.',
    }),
  ];
}

/** A contract that comes too early, or together with this read, says it already: one fact, one finding. */
function isJudgedElsewhere(arrival: Arrival, project: Project): boolean {
  if (project.premature.some(({ change }) => change === arrival.change)) return true;
  const isGone = ({ legacy }: Arrival['replaced'][number]): boolean =>
    project.removals.some(
      ({ object, verdict }) =>
        verdict.kind !== 'silent' &&
        (object.kind === 'column' ? object.table === legacy.table && object.name === legacy.column : object.name === legacy.table),
    );
  if (arrival.replaced.some(isGone)) return true;
  const flags = new Set(arrival.unguarded.flatMap((a) => a.guards.map((g) => g.flag)));
  return (
    flags.size > 0 &&
    project.removals.some(({ verdict }) => verdict.kind === 'premature' && verdict.uses.some((u) => u.guard && flags.has(u.guard.flag)))
  );
}

function weigh(arrival: Arrival, guarded: number, project: Project): readonly [Severity | null, string] {
  const [replaced] = arrival.replaced;
  const [lost] = arrival.unguarded;
  if (replaced)
    return ['error', `it replaces the read of \`${replaced.legacy.table}.${replaced.legacy.column}\`, so the only way back is a deploy`];
  if (lost?.guards[0]) return ['error', `this change takes away its guard \`${lost.guards[0].flag}\` before the flag has held`];
  if (!arrival.change) return [null, ''];
  if (guarded > 0) return ['error', `${guarded === 1 ? 'another access is' : `${guarded} other accesses are`} guarded and this one is not`];
  if (project.config.policy === 'gate-all') return ['error', 'the config asks for a flag on every new read'];
  if (!project.usesFlags) return ['note', 'the change adds it, so the only way back is a deploy'];
  return ['warning', 'the change adds it, so the only way back is a deploy'];
}

export default rule;
