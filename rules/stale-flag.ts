/** A flag that has finished: one value for everybody, for long enough, and the other branch still there. */
import { branchName } from '../src/report/finding.ts';
import { removalCommand } from '../src/report/words.ts';
import { type Draft, dayOf, type Flag, flagEvidence, isLosing, place, type Rule, report } from '../src/rule.ts';

const rule: Rule = {
  id: 'stale-flag',
  stage: 'clean-up',
  severity: 'warning',
  summary: 'a flag has served everybody one value for the soak while its losing branch is still in the code',
  why: 'The losing branch is dead code that everyone still reads, tests and keeps compatible, and it holds the legacy schema in place.',
  fix: 'Remove the flag and its losing branch (dropgate remove); keep the dual write one release longer.',
  check: (project) => project.flags.filter((f) => project.all || f.isTouched).flatMap(judge),
};

function judge(flag: Flag): Draft[] {
  const { key, state, decision, evaluations, branches } = flag;
  const [first] = evaluations;
  if (!state || decision.kind !== 'stale' || !first) return [];
  const losing = branches.filter((b) => isLosing(b.guard, state));
  const [branch] = losing;
  const left = branch
    ? `its losing branch at ${place(branch.location)} is still in the code`
    : `${place(first.location)} still asks for it`;
  return [
    report(rule, first.location, {
      subject: { kind: 'flag', key },
      evidence: flagEvidence(flag, losing),
      message: `\`${key}\` has been ${branchName(decision.value)} for everybody since ${dayOf(decision.since)}, and ${left} — the flag has done its work.`,
      help: `Remove the flag and its losing branch: \`${removalCommand(key)}\`. Keep the dual write for one more release, then drop what only the branch used.`,
    }),
  ];
}

export default rule;
