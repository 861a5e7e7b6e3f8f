/** The verdict this project exists for: a drop shipped together with, or ahead of, the removal of its readers. */
import {
  andMore,
  confidenceOf,
  type Draft,
  firstUse,
  lower,
  named,
  type Project,
  place,
  type Removal,
  type Rule,
  report,
  sideOf,
  subjectOf,
  usesEvidence,
  verbOf,
} from '../src/rule.ts';

const rule: Rule = {
  id: 'coupled-drop',
  stage: 'contract',
  severity: 'error',
  summary: 'a change drops an object that the code running during the migration still uses',
  why: 'The migration runs while instances of the old code still serve requests; each of their queries on the dropped object fails, and rolling the code back cannot bring the data back.',
  fix: 'Ship the removal of the code in one release, and the drop in a later one.',
  check: (project) => project.removals.filter((r) => r.renamedTo === null).flatMap((r) => judge(r, project)),
};

function judge(removal: Removal, project: Project): Draft[] {
  const { verdict } = removal;
  if (verdict.kind === 'coupled') return [coupled(removal, verdict.uses, project)];
  if (verdict.kind === 'dead-branch') return [rollbackLost(removal, verdict.uses)];
  if (verdict.kind === 'uncertain') return [uncertain(removal, verdict.uses)];
  return [];
}

type Uses = Extract<Removal['verdict'], { kind: 'coupled' }>['uses'];

const common = ({ object }: Removal, uses: Uses): Pick<Draft, 'subject' | 'evidence' | 'confidence'> => ({
  subject: subjectOf(object),
  evidence: usesEvidence('base', uses),
  confidence: confidenceOf(uses),
});

function coupled(removal: Removal, uses: Uses, project: Project): Draft {
  const first = firstUse(uses);
  const use = first ? `still ${verbOf(first.access)} it at ${place(first.access.location)}${andMore(uses.length)}` : 'still uses it';
  return report(rule, removal.change.location, {
    ...common(removal, uses),
    severity: lower('error', project),
    message: `${named(removal.object)} is dropped by this change while the code it replaces ${use} — old instances keep serving during the deploy and fail on it.`,
    help: 'Remove the use in one release, and ship this migration in a later one.',
  });
}

function rollbackLost(removal: Removal, uses: Uses): Draft {
  const first = firstUse(uses);
  const flag = first?.guard ? `\`${first.guard.flag}\` = ${sideOf(first.guard)}` : 'a settled flag';
  const since = first?.standing?.kind === 'dead' ? ` since ${first.standing.since.slice(0, 10)}` : '';
  return report(rule, removal.change.location, {
    ...common(removal, uses),
    severity: 'warning',
    message: `${named(removal.object)} is dropped while base uses it only behind ${flag}, which nobody has been served${since} — after the drop the flag can no longer be switched back.`,
    help: 'Remove the flag and its losing branch in one release, and ship this migration in a later one.',
  });
}

function uncertain(removal: Removal, uses: Uses): Draft {
  const first = firstUse(uses);
  return report(rule, removal.change.location, {
    ...common(removal, uses),
    severity: 'note',
    confidence: 'low',
    message: `${named(removal.object)} is dropped, and ${first ? place(first.access.location) : 'code'}${andMore(uses.length)} may use it without naming it (\`SELECT *\`, or an object built at run time) — if so, that fails during the deploy.`,
    help: 'Check that nothing reads or fills the column there.',
  });
}

export default rule;
