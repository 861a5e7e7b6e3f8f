/** A flag that is asked once and never again: a ramp or a rollback reaches nobody until everything restarts. */
import { flagsToJudge, isOver, type Misused, misuseReport, type Rule } from '../src/rule.ts';

const HOW = {
  module: 'when its module is loaded',
  static: 'in a static initialiser',
  factory: 'when the application starts',
  constructor: 'in a constructor',
  memo: 'behind a memo, once per process',
};

const rule: Rule = {
  id: 'flag-frozen-at-startup',
  stage: 'ramp',
  severity: 'error',
  summary: 'a flag that guards schema access is evaluated at start-up, or kept for longer than a request',
  why: 'The first answer stays until the process restarts: turning the flag off brings nobody back, and a percentage is drawn once for everybody.',
  fix: 'Evaluate the flag where the request is handled.',
  check: (project) =>
    flagsToJudge(project, 'frozen')
      .filter(({ flag }) => !isOver(flag))
      .map((misused) => judge(misused)),
};

function judge({ flag, misuse }: Misused<'frozen'>): ReturnType<typeof misuseReport> {
  const lives = misuse.isCertain ? '' : ', and nothing here shows how long that object lives';
  return misuseReport(rule, flag, misuse, {
    severity: misuse.isCertain ? 'error' : 'warning',
    confidence: misuse.isCertain ? 'high' : 'medium',
    message: `\`${flag.key}\` is evaluated ${HOW[misuse.how]}${lives} — turning it off brings nobody back before a restart.`,
    help: 'Evaluate it where the request is handled, and pass the answer on.',
  });
}

export default rule;
