/** Preview: a new column under code that takes columns by position or all of them. */
import { andMore, named, type Positional, place, type Rule, report, subjectOf, useEvidence, writerEvidence } from '../src/rule.ts';

const rule: Rule = {
  id: 'positional-access',
  stage: 'expand',
  severity: 'note',
  summary: 'preview: a column is added under a prepared `SELECT *`, or under an INSERT without a column list',
  why: 'An added column changes what `SELECT *` returns, which PostgreSQL refuses for a statement that is already prepared, and how many values a positional INSERT has to give, which MySQL refuses.',
  fix: 'Name the columns in the query, ship that, and add the column in a later release.',
  check: (project) => project.positional.map(judge),
};

function judge({ change, prepared, inserts }: Positional): ReturnType<typeof report> {
  const [select] = prepared;
  const [insert] = inserts;
  const why = select
    ? `the \`SELECT *\` at ${place(select.location)}${andMore(prepared.length)} is kept prepared under a name — connections that have prepared it fail with "cached plan must not change result type" until they reconnect`
    : `the INSERT at ${insert ? place(insert.location) : ''}${andMore(inserts.length)} fills columns by position — from now on its values are too few, and it is refused`;
  return report(rule, change.location, {
    subject: subjectOf(change.object),
    evidence: [...prepared.map((access) => useEvidence('base', access)), ...inserts.map((write) => writerEvidence('base', write))],
    message: `${named(change.object)} is added in this change, and ${why}.`,
    help: 'Name the columns in the query, in a release before this one.',
  });
}

export default rule;
