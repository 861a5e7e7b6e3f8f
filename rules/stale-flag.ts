/** A flag that has finished: one value for everybody, for long enough, and the other branch still there. */

import { branchName, type Evidence } from '../src/report/finding.ts';
import { type Draft, type Flag, losingSide, type Project, place, type Rule, report } from '../src/rule.ts';

const rule: Rule = {
  id: 'stale-flag',
  stage: 'clean-up',
  severity: 'warning',
  summary: 'a flag has served everybody one value for the soak while its losing branch is still in the code',
  why: 'The losing branch is dead code that everyone still reads, tests and keeps compatible, and it holds the legacy schema in place.',
  fix: 'Remove the flag and its losing branch; keep the dual write one release longer.',
  check: (project) => project.flags.filter((f) => project.all || f.isTouched).flatMap((f) => judge(f, project)),
};

function judge(flag: Flag, project: Project): Draft[] {
  const { state, evaluations } = flag;
  const [first] = evaluations;
  if (!state || state.everyone === null || !first) return [];
  const standings = evaluations.map((e) => losingSide(state, e, project.now, project.config.soakDays));
  const [standing] = standings;
  if (standing?.kind !== 'dead' || standings.some((s) => s.kind !== 'dead')) return [];
  const losing = flag.branches.filter((b) => (b.guard.equal ? b.guard.value !== state.everyone : b.guard.value === state.everyone));
  const [branch] = losing;
  const evidence: Evidence[] = [
    ...evaluations.map(
      (e): Evidence => ({
        kind: 'evaluation',
        revision: 'head',
        file: e.location.file,
        line: e.location.line,
        column: e.location.column,
        flag: flag.key,
      }),
    ),
    ...losing.map(
      (b): Evidence => ({
        kind: 'branch',
        revision: 'head',
        file: b.location.file,
        line: b.location.line,
        column: b.location.column,
        flag: flag.key,
        branch: branchName(b.guard.value),
        note: `dead through line ${b.location.endLine}`,
      }),
    ),
    ...(state.location
      ? [
          {
            kind: 'flag-state' as const,
            revision: 'base' as const,
            file: state.location.file,
            line: state.location.line,
            column: state.location.column,
            flag: flag.key,
          },
        ]
      : []),
  ];
  return [
    report(rule, first.location, {
      subject: { kind: 'flag', key: flag.key },
      evidence,
      message: `\`${flag.key}\` has been ${branchName(state.everyone)} for everybody since ${standing.since.slice(0, 10)}, and ${branch ? `its losing branch at ${place(branch.location)} is still in the code` : `${place(first.location)} still asks for it`} — the flag has done its work.`,
      help: 'Remove the flag and its losing branch; keep the dual write for one more release, then drop what only the branch used.',
    }),
  ];
}

export default rule;
