/** A percentage that a job is drawn for without saying for whom. */
import { flagsToJudge, isOver, type Misused, misuseReport, type Rule } from '../src/rule.ts';

const rule: Rule = {
  id: 'flag-without-context',
  stage: 'ramp',
  severity: 'warning',
  summary: 'a job, a queue consumer or a script evaluates a percentage flag with no or an empty context, and no pinned value',
  why: 'Without a user the provider serves the default, one bucket for everything, or a random one: the job and the requests it works for take different sides.',
  fix: 'Pass the user or tenant the job works for, or a context of its own that the flag pins to a value.',
  check: (project) => flagsToJudge(project, 'no-context').filter(isSplit).map(judge),
};

/** Only where the answer depends on who asks. */
function isSplit({ flag }: Misused<'no-context'>): boolean {
  const { state } = flag;
  if (state === null || isOver(flag)) return false;
  const isShare = state.percentage !== null && state.percentage > 0 && state.percentage < 100;
  return state.everyone === null ? isShare || state.by !== null : state.by !== null && state.everyone !== false;
}

function judge({ flag, misuse }: Misused<'no-context'>): ReturnType<typeof misuseReport> {
  const pins = [...(flag.state?.contexts.keys() ?? [])];
  const pinned = pins.length === 0 ? '' : `; the flag pins \`${pins.join('`, `')}\`, which is never passed here`;
  const passed = misuse.context === 'none' ? 'without a context' : 'with an empty context';
  return misuseReport(rule, flag, misuse, {
    severity: 'warning',
    confidence: 'medium',
    message: `\`${flag.key}\` is evaluated ${passed} in the ${misuse.entry}${pinned} — which side it takes has nothing to do with the user it works for.`,
    help: 'Pass the user or tenant the job works for, or a context of its own that the flag pins to a value.',
  });
}

export default rule;
