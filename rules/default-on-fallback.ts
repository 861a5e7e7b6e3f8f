/** When the provider cannot be asked, everybody gets the new side. */
import {
  type Draft,
  type Flag,
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

const rule: Rule = {
  id: 'default-on-fallback',
  stage: 'ramp',
  severity: 'error',
  summary: 'a failing evaluation turns the new path on',
  why: 'An outage of the flag provider, a misspelt key or a client that is not ready yet ramps the flag to 100 % at once, with no way to turn it off.',
  fix: 'Let the legacy side be what a failure gives.',
  check: (project) => [
    ...flagsToJudge(project, 'default-on')
      .filter(({ flag, misuse: { how } }) => isRamping(flag) && !isOffSwitch(flag, how === 'argument' || how === 'registration'))
      .map(judge),
    ...byState(project),
  ],
};

/** Not where everybody has the new side already, where it is meant to stay as a switch, or where it is to be removed anyway. */
function isRamping(flag: Flag): boolean {
  if (flag.state?.everyone === true || isOver(flag)) return false;
  return !('reasons' in flag.decision && flag.decision.reasons.some(({ code }) => code === 'permanent'));
}

/** Words of keys that turn something off when they are on. */
const OFF = new Set(
  (
    'disable disables disabled disabling kill killswitch off stop stopped pause paused block blocked deny prevent suspend suspended ' +
    'hide hidden skip maintenance readonly outage deprecated legacy'
  ).split(' '),
);

/**
 * A flag that takes something away when it is on: a failure then gives the side that is safe. What it guards says so, or
 * else its name. Where code turns a failure on, its condition says nothing of the flag being on, and only the name is left.
 */
function isOffSwitch({ key, sides }: Flag, areSidesKnown: boolean): boolean {
  if (sides.on.length > 0) return false;
  if (areSidesKnown && sides.off.length > 0) return true;
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word, at) => OFF.has(word) || (word === 'read' && words[at + 1] === 'only') || (word === 'no' && at === 0));
}

function judge({ flag, misuse }: Misused<'default-on'>): Draft {
  const how = {
    argument: 'its default is on',
    expression: `\`${misuse.text.replaceAll('`', "'")}\` turns it on`,
    handler: 'what catches the failure turns it on',
    registration: 'its registered default is on',
  };
  return misuseReport(rule, flag, misuse, {
    severity: 'error',
    confidence: misuse.how === 'expression' ? 'medium' : 'high',
    message: `When \`${flag.key}\` cannot be evaluated, ${how[misuse.how]} — an outage of the provider ramps it to 100 % at once.`,
    help: 'Let the legacy side be what a failure gives: make the default off.',
  });
}

/** The state itself says so: `default: true` while the flag is not at 100 %. */
function byState(project: Project): Draft[] {
  return statedFlags(project).flatMap((flag) => {
    const { key, state, evaluations } = flag;
    if (!state?.location || state.fallback !== true || !isRamping(flag) || isOffSwitch(flag, true)) return [];
    return [
      report(rule, state.location, {
        subject: { kind: 'flag', key },
        evidence: flagEvidence({ ...flag, state: null, evaluations: evaluations.slice(0, 3) }, []),
        message: `When \`${key}\` cannot be evaluated, its state says on — an outage of the provider ramps it to 100 % at once.`,
        help: 'Let the legacy side be what a failure gives: make the default off.',
      }),
    ];
  });
}

export default rule;
