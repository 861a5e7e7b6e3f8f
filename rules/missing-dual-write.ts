/** Data that only one side has: turning the flag back, or a reader that was left behind, does not find it. */
import { andMore, type BrokenDualWrite, type Draft, place, type Rule, report, useEvidence } from '../src/rule.ts';

const rule: Rule = {
  id: 'missing-dual-write',
  stage: 'dual-write',
  severity: 'error',
  summary:
    'the new path writes the new column and not the legacy one, while the legacy one is still read or the flag can still be turned back',
  why: 'Until the flag has held and the last legacy read is gone, the way back leads to the legacy column: what only the new column has is lost there.',
  fix: 'Write both columns on the new path; end the legacy write one release after the flag and the last legacy read are gone.',
  check: (project) => project.dualWrites.map(judge),
};

function judge(broken: BrokenDualWrite): Draft {
  const { transition, write, legacyWrite, legacyReads, kind } = broken;
  const { legacy, fresh } = transition;
  const [old, next] = [`\`${legacy.table}.${legacy.column}\``, `\`${fresh.table}.${fresh.column}\``];
  const where = place(write.location);
  const message =
    kind === 'new-only'
      ? `${next} is written at ${where} while \`${broken.guard?.flag}\` is on, and ${old} only while it is off — turning the flag off loses what was written meanwhile.`
      : `${old} is no longer written where ${next} is, at ${where} — ${reasonOf(broken)}.`;
  return report(rule, write.location, {
    confidence: write.confidence,
    subject: { kind: 'column', table: legacy.table, name: legacy.column },
    evidence: [
      useEvidence('head', write),
      useEvidence(kind === 'new-only' ? 'head' : 'base', legacyWrite),
      ...legacyReads.map((read) => useEvidence('head', read)),
    ],
    message,
    help: `Write ${old} here as well, until no read of it is left and the flag has held.`,
  });
}

function reasonOf({ legacyReads, guard, standing, transition: { legacy } }: BrokenDualWrite): string {
  const [read] = legacyReads;
  const rollback = guard && standing?.kind === 'alive' ? `\`${guard.flag}\` can still be turned back (${standing.reason})` : null;
  const reader = read
    ? `\`${legacy.table}.${legacy.column}\` is still read at ${place(read.location)}${andMore(legacyReads.length)}`
    : null;
  return [reader, rollback].filter((one) => one !== null).join(', and ');
}

export default rule;
