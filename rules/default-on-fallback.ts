/** When the provider cannot be asked, everybody gets the new side. */
import { type Draft, flagEvidence, flagsToJudge, type Misused, misuseReport, type Project, type Rule, report } from '../src/rule.ts';

const rule: Rule = {
  id: 'default-on-fallback',
  stage: 'ramp',
  severity: 'error',
  summary: 'a failing evaluation turns the new path on',
  why: 'An outage of the flag provider, a misspelt key or a client that is not ready yet ramps the flag to 100 % at once, with no way to turn it off.',
  fix: 'Let the legacy side be what a failure gives.',
  check: (project) => [
    ...flagsToJudge(project, 'default-on')
      .filter(({ flag }) => flag.state?.everyone !== true)
      .map(judge),
    ...byState(project),
  ],
};

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
  return project.flags.flatMap((flag) => {
    const { key, state, isTouched, guardsSchema, evaluations } = flag;
    const isAsked = (project.all || isTouched) && (guardsSchema || project.allFlags) && evaluations.length > 0;
    if (!isAsked || !state?.location || state.fallback !== true || state.everyone === true || state.archived) return [];
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
