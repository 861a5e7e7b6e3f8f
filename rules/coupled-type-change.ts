/** A type change at one instant, under code that was written for the old type. */
import {
  andMore,
  confidenceOf,
  type Draft,
  firstUse,
  type JudgedRetype,
  lower,
  named,
  type Project,
  place,
  type Rule,
  report,
  subjectOf,
  useEvidence,
  usesEvidence,
  verbOf,
} from '../src/rule.ts';

const rule: Rule = {
  id: 'coupled-type-change',
  stage: 'contract',
  severity: 'error',
  summary: 'a type change that the code running during the migration cannot live with; widenings known to be safe are silent',
  why: 'Old instances read values they do not expect, or send values that the new type refuses, from the moment the migration has run; a column dropped and added again has lost its data as well.',
  fix: 'Add a column of the new type beside the old one, write both, move the reads behind a flag, and drop the old column later.',
  check: (project) => project.retypes.flatMap((retype) => [...judge(retype, project), ...preparedNote(retype)]),
};

function judge(retype: JudgedRetype, project: Project): Draft[] {
  const { object, change, verdict, before, after, losesData } = retype;
  if (verdict.kind !== 'coupled' && verdict.kind !== 'dead-branch') return [];
  const first = firstUse(verdict.uses);
  const where = first ? ` at ${place(first.access.location)}${andMore(verdict.uses.length)}` : '';
  const verb = first ? verbOf(first.access) : 'uses';
  const types = before.type === after.type ? `\`${before.type}\`` : `from \`${before.type}\` to \`${after.type}\``;
  const what = losesData
    ? `is dropped and added again (${types}) by this change, which loses its values, while the code it replaces still ${verb} it${where}`
    : `changes ${types} in this change while the code it replaces ${verb} it${where}`;
  return [
    report(rule, change.location, {
      severity: severityOf(retype, project),
      confidence: confidenceOf(verdict.uses),
      subject: subjectOf(object),
      evidence: usesEvidence('base', verdict.uses),
      message: `${named(object)} ${what} — ${consequence(retype)}.`,
      help: 'Add a column of the new type, write both, backfill, move the reads behind a flag, and drop the old column in a later release.',
    }),
  ];
}

/** Where only values decide, or a type is not known, nothing is proven. */
function severityOf({ verdict, effect, losesData, onlyWriters }: JudgedRetype, project: Project): Draft['severity'] {
  const isOpen = effect.readers === 'unknown' || (onlyWriters && effect.writers === 'narrower');
  return verdict.kind === 'dead-branch' || (isOpen && !losesData) ? 'warning' : lower('error', project);
}

function consequence({ losesData, effect, onlyWriters }: JudgedRetype): string {
  if (losesData) return 'old instances keep serving during the deploy, and no rollback brings the values back';
  if (effect.readers === 'unknown')
    return 'the old type is not known from the migrations, so check that old instances can live with the new one';
  if (onlyWriters) return 'values that fitted before can be refused while old instances keep writing them';
  return 'old instances keep serving during the deploy and meet a type they do not expect';
}

/** Even a safe widening changes the result type that a prepared statement was promised. */
function preparedNote({ prepared, verdict, object, change }: JudgedRetype): Draft[] {
  const [first] = prepared;
  if (!first || verdict.kind === 'coupled') return [];
  return [
    report(rule, change.location, {
      severity: 'note',
      subject: subjectOf(object),
      evidence: prepared.map((access) => useEvidence('base', access)),
      message: `${named(object)} changes its type in this change, and the query at ${place(first.location)}${andMore(prepared.length)} is kept prepared under a name — connections that have prepared it fail with "cached plan must not change result type" until they reconnect.`,
      help: 'Recycle the connections after the migration, or give the query another name in the release before it.',
    }),
  ];
}

export default rule;
