/** Words that every format for people uses: counts, places, evidence. */
import { visible } from './escape.ts';
import { branchName, type Evidence, type Finding, type Report, type Stage, type Summary } from './finding.ts';
import { compareText, subjectName } from './finish.ts';

/** `dropgate remove new-checkout --value on`, with the key as a shell has to be given it. */
export function removalCommand(key: string, options: readonly string[] = []): string {
  const words = key.startsWith('-') ? [...options, '--', shellWord(key)] : [shellWord(key), ...options];
  return ['dropgate remove', ...words].join(' ');
}

const shellWord = (text: string): string => (/^[\w.:@/+,%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const severityRank = { note: 0, warning: 1, error: 2 } as const;
const stages: readonly (Stage | null)[] = [null, 'expand', 'dual-write', 'backfill', 'ramp', 'clean-up', 'contract'];

/** In the order of a roll-out, errors last: next to the prompt. */
export function forReading(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      severityRank[a.severity] - severityRank[b.severity] ||
      stages.indexOf(a.stage) - stages.indexOf(b.stage) ||
      compareText(a.file, b.file) ||
      a.line - b.line ||
      compareText(a.rule, b.rule) ||
      compareText(subjectName(a.subject), subjectName(b.subject)),
  );
}

/** Worst first: where only so many can be shown. */
export const worstFirst = (findings: readonly Finding[]): Finding[] => forReading(findings).reverse();

/** `2 errors, 1 warning`; `no findings`. */
export function verdict({ errors, warnings, notes, suppressed }: Summary): string {
  const counts = [
    errors > 0 ? plural(errors, 'error') : '',
    warnings > 0 ? plural(warnings, 'warning') : '',
    notes > 0 ? plural(notes, 'note') : '',
  ].filter((text) => text !== '');
  const found = counts.length === 0 ? 'no findings' : counts.join(', ');
  return suppressed === 0 ? found : `${found} (${suppressed} suppressed)`;
}

/** `fixed: new-checkout is on everywhere; 3 evaluations in 2 files removed`, and why others were not; a line each. */
export function fixLines({ fixed = [], unfixed = [] }: Pick<Report, 'fixed' | 'unfixed'>): string[] {
  const removed = (evaluations: number, files: readonly string[]): string =>
    `${plural(evaluations, 'evaluation')} in ${plural(files.length, 'file')} removed`;
  return [
    ...fixed.map(
      ({ flag, value, evaluations, files }) => `fixed: ${flag} is ${branchName(value)} everywhere; ${removed(evaluations, files)}`,
    ),
    ...unfixed.map(({ flag, reason }) => `not fixed: ${flag}: ${reason}`),
  ].map(visible);
}

/** What was looked at; never empty, so that nothing checked is never taken for nothing found. */
export function checked(summary: Summary): string {
  const parts = [
    plural(summary.migrations, 'migration'),
    plural(summary.statements, 'statement'),
    plural(summary.sourceFiles, 'source file'),
    summary.accesses === 1 ? '1 access' : `${summary.accesses} accesses`,
    plural(summary.evaluations, 'evaluation'),
    plural(summary.flags, 'flag'),
  ];
  if (summary.unanalysed > 0) parts.push(`${summary.unanalysed} not analysed`);
  return parts.join(', ');
}

export const nothingChecked = ({ summary }: Report): boolean =>
  summary.migrations === 0 && summary.statements === 0 && summary.sourceFiles === 0 && summary.unanalysed === 0;

/** `reads it at base, where \`new-email-column\` is off: …` */
export function evidenceText(evidence: Evidence): string {
  const note = evidence.note === undefined ? '' : `: ${evidence.note}`;
  return `${evidenceFact(evidence)}${note}`;
}

function evidenceFact({ kind, revision, flag, branch }: Evidence): string {
  const name = flag === undefined ? 'a flag' : `\`${flag}\``;
  switch (kind) {
    case 'evaluation':
      return `evaluates ${name} at ${revision}`;
    case 'flag-state':
      return `state of ${name}`;
    case 'branch':
      return `branch for ${name}${branch === undefined ? '' : ` = ${branch}`} at ${revision}`;
    case 'migration':
      return 'migration';
    case 'read':
    case 'write':
    case 'mapping':
    case 'dependency':
      return `${verbs[kind]} it at ${revision}${flag === undefined ? '' : `, where ${name}${branch === undefined ? ' decides' : ` is ${branch}`}`}`;
    default:
      return kind satisfies never;
  }
}

const verbs = { read: 'reads', write: 'writes', mapping: 'maps', dependency: 'depends on' } as const;
