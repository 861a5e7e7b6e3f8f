/** A promise as a condition: the flag is on for everybody, whatever it serves. */
import { flagsToJudge, misuseReport, type Rule } from '../src/rule.ts';

const rule: Rule = {
  id: 'unawaited-flag',
  stage: 'ramp',
  severity: 'error',
  summary: 'an evaluation that gives a promise stands as a condition without await: always on',
  why: 'A promise is truthy, so the new path runs for everybody from the first deploy, and turning the flag off changes nothing.',
  fix: 'Await the evaluation.',
  check: (project) =>
    flagsToJudge(project, 'unawaited')
      .filter(({ flag }) => flag.decision.kind !== 'stale')
      .map(({ flag, misuse }) =>
        misuseReport(rule, flag, misuse, {
          severity: 'error',
          confidence: 'high',
          message: `The promise of \`${flag.key}\` stands as a condition without \`await\` — it is always on, whatever the flag serves.`,
          help: 'Await the evaluation.',
        }),
      ),
};

export default rule;
