/** A statement that makes everybody else wait: a strong lock held while a table in use is read or written as a whole. */
import { type Draft, named, type Project, type Rule, report, subjectOf } from '../src/rule.ts';

type LinkedAction = Project['actions'][number];

const rule: Rule = {
  id: 'blocking-ddl',
  stage: 'expand',
  severity: 'warning',
  summary: 'a migration locks a table in use while it scans or rewrites it, or fails where it stands',
  why: 'Queries on the table wait until the statement is done, later ones wait behind them, and the application runs out of connections.',
  fix: 'Use the form that does the long part without the lock.',
  check: (project) => [...firstOfEach(project.actions).values()].map(judge),
};

/** One finding per statement and object: the worst. */
function firstOfEach(actions: readonly LinkedAction[]): Map<string, LinkedAction> {
  const found = new Map<string, LinkedAction>();
  for (const linked of actions) {
    const { action, hazard } = linked;
    if (!matters(linked)) continue;
    const key = [action.location.file, action.location.line, action.location.column, named(action.object)].join('\n');
    const known = found.get(key);
    if (!known || (known.hazard.depends && !hazard.depends)) found.set(key, linked);
  }
  return found;
}

/** Nobody waits long for a short lock, or at all for a table that the same change creates; what fails, fails all the same. */
const matters = ({ action, hazard }: LinkedAction): boolean =>
  hazard.fails === true || (!action.isNew && !hazard.isShort && hazard.blocks !== 'nothing');

function judge({ action, hazard }: LinkedAction): Draft {
  const { location, object } = action;
  const { file, line, column } = location;
  return report(rule, location, {
    severity: hazard.depends ? 'note' : rule.severity,
    subject: subjectOf(object),
    evidence: [{ kind: 'migration', revision: 'head', file, line, column, note: hazard.id }],
    message: messageOf({ action, hazard }),
    help: helpOf(action.instead, hazard.instead),
  });
}

function messageOf({ action, hazard }: Pick<LinkedAction, 'action' | 'hazard'>): string {
  const { table, others, object } = action;
  const why = clause(hazard.why);
  if (hazard.fails) return `${named(object)} makes the migration fail here — ${why}.`;
  const tables = [table, ...others].map((name) => `\`${name}\``).join(' and ');
  const what = object.kind === 'table' ? 'This' : named(object);
  const lock = hazard.lock.includes('LOCK=') ? `is carried out with ${hazard.lock}` : `takes the lock ${hazard.lock}`;
  return `${what} ${lock} on ${tables}, which blocks ${hazard.blocks} — ${why}.`;
}

/** A row's sentence as the part of another one. */
function clause(text: string): string {
  const open = text.replace(/\.$/, '');
  return /^[A-Z][a-z]/.test(open) ? open.charAt(0).toLowerCase() + open.slice(1) : open;
}

/** The safe SQL, on one line. */
const helpOf = (safe: string | undefined, instead: string): string =>
  safe === undefined ? instead : `${instead.replace(/\.$/, '')}: \`${safe.replace(/\s+/g, ' ').trim()}\`.`;

export default rule;
