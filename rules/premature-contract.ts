/** The contract comes before the flag has held: somebody can still be served the side that needs the object. */
import {
  andMore,
  confidenceOf,
  fateOf,
  firstUse,
  lower,
  named,
  place,
  type Rule,
  report,
  sideOf,
  subjectOf,
  usesEvidence,
  verbOf,
} from '../src/rule.ts';

const rule: Rule = {
  id: 'premature-contract',
  stage: 'contract',
  severity: 'error',
  summary: 'a contract whose flag is below 100 %, has not held for the soak, or whose state is unknown',
  why: 'Whoever is still served the losing side fails on the dropped object, and the way back that the flag promised is gone.',
  fix: 'Ramp the flag to 100 %, hold it for the soak, remove flag and branch in one release, and drop the object in a later one.',
  check: (project) =>
    [...project.removals, ...project.retypes].flatMap(({ object, change, verdict }) => {
      const first = verdict.kind === 'premature' ? firstUse(verdict.uses) : undefined;
      if (verdict.kind !== 'premature' || !first?.guard) return [];
      const { guard, standing, access } = first;
      const reason = standing?.kind === 'alive' ? standing.reason : 'its state is unknown';
      return [
        report(rule, change.location, {
          severity: lower('error', project),
          confidence: confidenceOf(verdict.uses),
          subject: subjectOf(object),
          evidence: usesEvidence('base', verdict.uses),
          message: `${named(object)} ${fateOf(change)} by this change while the code it replaces still ${verbOf(access)} it behind \`${guard.flag}\` = ${sideOf(guard)} at ${place(access.location)}${andMore(verdict.uses.length)}, and ${reason} — that branch can still be taken and fails on it.`,
          help: `Hold \`${guard.flag}\` on one side for ${project.config.soakDays} days, remove the losing branch in one release, and ship this migration in a later one.`,
        }),
      ];
    }),
};

export default rule;
