/** A write of something new that its flag does not turn off, while the flag gates its other accesses. */
import { type Arrival, type Draft, named, type Project, place, type Rule, report, subjectOf, useEvidence } from '../src/rule.ts';

const rule: Rule = {
  id: 'unflagged-write',
  stage: 'dual-write',
  severity: 'warning',
  summary: 'code writes an object added in this change with no flag guard, while other accesses to it are behind one',
  why: 'When the second write turns out slow or wrong, turning the flag off does not stop it.',
  fix: 'Put the write behind the same flag as the other accesses; a write that must go on without the flag is a release of its own.',
  check: (project) => project.arrivals.flatMap((arrival) => judge(arrival, project)),
};

function judge(arrival: Arrival, { removals }: Project): Draft[] {
  const { change, object, reads, writes } = arrival;
  const certain = writes.filter((a) => a.confidence !== 'low' && a.kind === 'write');
  const [open] = certain.filter((a) => a.guards.length === 0);
  const guarded = [...certain, ...reads].filter((a) => a.guards.length > 0);
  const [first] = guarded;
  const isReadOpen = reads.some((a) => a.guards.length === 0);
  const isPartOfRemoval = removals.some((r) => r.renamedTo === object.name);
  if (!change || !open || !first || isReadOpen || isPartOfRemoval) return [];
  const isWriteGuarded = certain.some((a) => a.guards.length > 0);
  const flag = first.guards[0]?.flag ?? '';
  return [
    report(rule, open.location, {
      severity: isWriteGuarded ? 'warning' : 'note',
      confidence: open.confidence,
      subject: subjectOf(object),
      evidence: [useEvidence('head', open), ...guarded.map((a) => useEvidence('head', a))],
      message: `${named(object)} is written at ${place(open.location)} with no flag to turn the write off — ${
        isWriteGuarded ? 'another write of it' : 'its read'
      } is behind \`${flag}\`.`,
      help: `Guard this write with \`${flag}\` as well.`,
    }),
  ];
}

export default rule;
