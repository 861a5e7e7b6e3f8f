/** A flag that is drawn anew at each evaluation: the same user sees both sides. */
import {
  type Draft,
  flagEvidence,
  flagsToJudge,
  isOver,
  type Misused,
  misuseReport,
  type Project,
  type Rule,
  report,
  statedFlags,
} from '../src/rule.ts';

const WHAT = { random: 'random', time: 'the time', request: 'the id of a request' };
const UNSTABLE = /^(?:random|(?:request|req|trace|span|correlation)[-_]?id|timestamp|time|now|nonce)$/i;

const rule: Rule = {
  id: 'unstable-bucketing-key',
  stage: 'ramp',
  severity: 'error',
  summary: 'the key a flag is bucketed on is random, a timestamp, or the id of a request',
  why: 'The same user lands on another side each time: what one side wrote the other does not find, and one user’s data is spread over both.',
  fix: 'Bucket on something that stays with the user: an account, a tenant, a device.',
  check: (project) => [
    ...flagsToJudge(project, 'unstable-key')
      .filter(({ flag }) => !isServedAlike(flag.state) && !isOver(flag))
      .map(judge),
    ...byState(project),
  ],
};

type State = Misused<'unstable-key'>['flag']['state'];

/** Nobody is bucketed while everybody is served one value without a key. */
const isServedAlike = (state: State): boolean => state !== null && state.everyone !== null && state.by === null;

function judge({ flag, misuse }: Misused<'unstable-key'>): Draft {
  const only = misuse.isFallback ? ' where the real key is missing' : '';
  return misuseReport(rule, flag, misuse, {
    severity: misuse.isFallback ? 'warning' : 'error',
    confidence: 'high',
    message: `\`${flag.key}\` is bucketed on ${WHAT[misuse.source]}${only}: ${quoted(misuse.text)} — the same user is served another side each time.`,
    help: 'Bucket on something that stays with the user: an account, a tenant, a device.',
  });
}

const quoted = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

/** The state itself names such a key. */
function byState(project: Project): Draft[] {
  return statedFlags(project).flatMap((flag) => {
    const { key, state, evaluations } = flag;
    if (isOver(flag) || !state?.location || state.by === null || !UNSTABLE.test(state.by)) return [];
    return [
      report(rule, state.location, {
        subject: { kind: 'flag', key },
        evidence: flagEvidence({ ...flag, state: null, evaluations: evaluations.slice(0, 3) }, []),
        message: `\`${key}\` is bucketed by \`${state.by}\`, which is another one each time — the same user is served another side each time.`,
        help: 'Bucket by something that stays with the user: an account, a tenant, a device.',
      }),
    ];
  });
}

export default rule;
