/** A legacy column that has been replaced and that nothing uses any more. */
import { named, place, type Rule, report, subjectOf, useEvidence } from '../src/rule.ts';

const rule: Rule = {
  id: 'orphaned-schema',
  stage: 'contract',
  severity: 'warning',
  summary: 'a legacy column that something took the place of, and that nothing uses any more: its contract is due',
  why: 'It is filled with data that no longer changes, and whoever finds it next takes it for the truth.',
  fix: 'Drop it in a change of its own, once the code that used it is deployed nowhere.',
  check: (project) =>
    project.orphaned.map(({ object, fresh, read, location }) =>
      report(rule, location, {
        subject: subjectOf(object),
        evidence: [useEvidence('head', read)],
        message: `${named(object)} has been replaced by \`${fresh.table}.${fresh.column}\`, which ${place(read.location)} reads, and no code, view, function or trigger uses it any more — its contract is due.`,
        help: 'Check that no other service and no report reads it, then drop it in a change of its own.',
      }),
    ),
};

export default rule;
