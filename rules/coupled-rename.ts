/** A rename is a drop of the old name and an addition of the new one, at one instant no deploy can hit. */
import { andMore, confidenceOf, firstUse, lower, named, place, type Rule, report, subjectOf, usesEvidence, verbOf } from '../src/rule.ts';

const rule: Rule = {
  id: 'coupled-rename',
  stage: 'contract',
  severity: 'error',
  summary: 'a change renames an object that the code running during the migration still uses by its old name',
  why: 'Old instances keep using the old name until the last of them is replaced, new ones the new name from the first: whichever side the migration is not on fails.',
  fix: 'Add the new name beside the old one, move the code behind a flag, and drop the old name later; or keep a view of the old name for one release.',
  check: (project) =>
    project.removals.flatMap(({ object, renamedTo, change, verdict }) => {
      if (renamedTo === null || (verdict.kind !== 'coupled' && verdict.kind !== 'dead-branch')) return [];
      const first = firstUse(verdict.uses);
      const where = first
        ? `still ${verbOf(first.access)} the old name at ${place(first.access.location)}${andMore(verdict.uses.length)}`
        : 'still uses the old name';
      return [
        report(rule, change.location, {
          severity: verdict.kind === 'coupled' ? lower('error', project) : 'warning',
          confidence: confidenceOf(verdict.uses),
          subject: subjectOf(object),
          evidence: usesEvidence('base', verdict.uses),
          message: `${named(object)} is ${change.type === 'rename' ? `renamed to \`${renamedTo}\`` : `dropped and \`${renamedTo}\` of the same type added, as a rename would,`} by this change while the code it replaces ${where} — old instances keep serving during the deploy and fail on it.`,
          help:
            object.kind === 'column'
              ? 'Add the new column, write both, move the reads behind a flag, and drop the old column in a later release.'
              : 'Keep a view of the old name until the release after this one, or move the code to a new table behind a flag.',
        }),
      ];
    }),
};

export default rule;
