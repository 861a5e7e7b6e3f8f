/** What the change itself ships does not fit its own schema. */
import {
  andMore,
  confidenceOf,
  type Draft,
  firstUse,
  migrationEvidence,
  named,
  place,
  type Removal,
  type Rule,
  report,
  routineEvidence,
  sideOf,
  subjectOf,
  usesEvidence,
  verbOf,
} from '../src/rule.ts';

const rule: Rule = {
  id: 'dangling-reference',
  stage: 'contract',
  severity: 'error',
  summary: 'code, a view, function or trigger still uses an object that no longer exists after the change',
  why: 'After the migration every run of that code fails, for as long as the release lives; a guard only decides who meets it first.',
  fix: 'Remove the use, or keep the object.',
  check: (project) => project.removals.flatMap(project.all ? judgeLongGone : judge),
};

/** With `--all`: the code stands in the wrong, not the migration that took the object away long ago. */
function judgeLongGone({ object, change, verdict }: Removal): Draft[] {
  const first = verdict.kind === 'dangling' ? firstUse(verdict.uses) : undefined;
  if (verdict.kind !== 'dangling' || !first) return [];
  const gone = change.type === 'rename' ? 'renamed' : 'dropped';
  return [
    report(rule, first.access.location, {
      confidence: confidenceOf(verdict.uses),
      subject: subjectOf(object),
      evidence: [...usesEvidence('head', verdict.uses), migrationEvidence(change)],
      message: `${named(object)} was ${gone} at ${place(change.location)}, and ${codeUser(first, verdict.uses.length)} — every run of it fails.`,
      help: 'Remove that use, or say what it should use instead.',
    }),
  ];
}

function judge(removal: Removal): Draft[] {
  const { object, change, verdict } = removal;
  if (verdict.kind !== 'dangling') return [];
  const first = firstUse(verdict.uses);
  const [routine] = verdict.dependents;
  const gone = change.type === 'rename' ? `renamed to \`${removal.renamedTo}\`` : 'dropped';
  const evidence = [...usesEvidence('head', verdict.uses), ...verdict.dependents.map(routineEvidence)];
  const user = first
    ? codeUser(first, verdict.uses.length)
    : routine
      ? `the ${routine.kind} \`${routine.name}\` still uses it`
      : 'it is still used';
  return [
    report(rule, change.location, {
      confidence: verdict.uses.length > 0 ? confidenceOf(verdict.uses) : 'high',
      subject: subjectOf(object),
      evidence: evidence.length > 0 ? evidence : [],
      message: `${named(object)} is ${gone} by this change, and ${user} — every run of it fails once the migration has been applied.`,
      help: 'Remove that use, or take the migration out of this change.',
    }),
  ];
}

function codeUser(use: Extract<Removal['verdict'], { kind: 'dangling' }>['uses'][number], count: number): string {
  const { access, guard, standing } = use;
  const behind = guard ? ` (behind \`${guard.flag}\` = ${sideOf(guard)}${standing?.kind === 'alive' ? `: ${standing.reason}` : ''})` : '';
  const how =
    access.how === 'implicit'
      ? `the code it ships still sends it through its model, in ${access.operation} at ${place(access.location)}${andMore(count)}`
      : `the code it ships still ${verbOf(access)} it at ${place(access.location)}${andMore(count)}`;
  return `${how}${behind}`;
}

export default rule;
