/** New code runs before its migration: what it asks for is not there yet. */
import { andMore, confidenceOf, firstUse, named, place, type Rule, report, subjectOf, usesEvidence } from '../src/rule.ts';

const rule: Rule = {
  id: 'read-before-add',
  stage: 'expand',
  severity: 'error',
  summary: '`deploy: code-first` and head code uses an object this change adds',
  why: 'The new code is running before the migration has added the object; each query that names it, or that the ORM fills with it unasked, fails until then.',
  fix: 'Ship the migration in a release before the code that uses it, or put the use behind a flag that is off for everyone until the migration has run.',
  check: (project) =>
    project.premature.map(({ object, change, uses }) => {
      const first = firstUse(uses);
      const where = first ? `${first.access.operation} at ${place(first.access.location)}${andMore(uses.length)}` : 'a query';
      const isUnasked = first?.access.how === 'implicit';
      return report(rule, change.location, {
        confidence: confidenceOf(uses),
        subject: subjectOf(object),
        evidence: usesEvidence('head', uses),
        message: `${named(object)} is added by this change, and the code is deployed first — ${where} ${
          isUnasked ? 'sends the column without naming it' : 'uses it'
        }, and fails until the migration has run.`,
        help: 'Ship the migration first and this code in a later release, or guard the use with a flag that is off for everyone.',
      });
    }),
};

export default rule;
