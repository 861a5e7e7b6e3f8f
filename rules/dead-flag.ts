/** A flag nobody can turn on any more, or nobody has: archived, gone from its provider, or off for long. */
import { branchName } from '../src/report/finding.ts';
import { removalCommand } from '../src/report/words.ts';
import { type Draft, dayOf, type Flag, flagEvidence, isLosing, place, type Rule, report } from '../src/rule.ts';

const HELP: Readonly<Record<'archived' | 'unknown' | 'off', string>> = {
  archived: 'Remove the flag and the branch that never runs',
  unknown: 'Correct the key if it is misspelt; else remove the flag and keep what its default gives',
  off: 'Finish the rollout, or remove the flag and the branch that never runs',
};

const rule: Rule = {
  id: 'dead-flag',
  stage: 'clean-up',
  severity: 'warning',
  summary: 'a flag is archived, unknown to its provider, or has been at 0 % for long: its new branch is dead',
  why: 'The code behind it never runs, so nobody notices when it breaks; and a flag that its provider does not know serves the default of the code, whatever the people who look there believe.',
  fix: 'Finish the rollout, or remove the flag and the branch it never takes (dropgate remove).',
  check: (project) => project.flags.filter((f) => project.all || f.isTouched).flatMap(judge),
};

function judge(flag: Flag): Draft[] {
  const { key, state, decision, evaluations, branches } = flag;
  const [first] = evaluations;
  if (decision.kind !== 'dead' || !first) return [];
  const losing = branches.filter((b) => decision.value !== null && isLosing(b.guard, state ?? undefined) && state !== null);
  const [branch] = losing;
  const dead = branch ? `the branch at ${place(branch.location)} never runs` : `${place(first.location)} always gets the same answer`;
  const served = decision.value === null ? 'the default of each call' : `\`${branchName(decision.value)}\``;
  const facts = {
    archived: `is archived, so the code is served ${served}`,
    unknown: `does not exist at its provider \`${first.provider}\`, so the code is served ${served}`,
    off: `has been off for everybody since ${decision.since === null ? 'long' : dayOf(decision.since)}`,
  };
  return [
    report(rule, first.location, {
      subject: { kind: 'flag', key },
      evidence: flagEvidence(flag, losing),
      message: `\`${key}\` ${facts[decision.because]}, and ${dead} — it is dead code that nobody tests.`,
      help: `${HELP[decision.because]}: \`${removalCommand(key, decision.value === null ? ['--value <on or off>'] : [])}\`.`,
    }),
  ];
}

export default rule;
