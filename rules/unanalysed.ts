/** What could not be read and could matter: never silence. */
import type { Location } from '../src/parse/span.ts';
import { type Draft, type Project, type Rule, report } from '../src/rule.ts';

const rule: Rule = {
  id: 'unanalysed',
  stage: null,
  severity: 'warning',
  summary: 'a statement, file or dynamic part that could not be analysed and could matter',
  why: 'What Dropgate cannot read it cannot judge; a drop hidden there would pass unseen.',
  fix: 'Rewrite it so that it can be read, or check it by hand.',
  check: (project) => [
    ...project.unreadable.map(({ location, reason, excerpt, words }): Draft => {
      const hidden = words.length > 0 ? `, and it contains ${words.join(', ')}` : '';
      return report(rule, location, {
        severity: project.all ? 'warning' : severityOf(reason),
        subject: excerpt === '' ? { kind: 'file', name: location.file } : { kind: 'statement', name: excerpt },
        evidence: [
          { kind: 'migration', revision: 'head', file: location.file, line: location.line, column: location.column, note: reason },
        ],
        message:
          excerpt === ''
            ? `\`${location.file}\` could not be analysed: ${reason}${hidden} — what is hidden there is not judged.`
            : `This statement could not be analysed: ${reason}${hidden} — what it does is not judged.`,
        help: 'Rewrite the statement so that it can be read, or check by hand what it does.',
      });
    }),
    ...refusedIn(project).map(({ location, reason, more }): Draft => {
      const { file, line, column } = location;
      const others = more > 0 ? `, and ${more} more in this file` : '';
      return report(rule, location, {
        subject: { kind: 'statement', name: reason },
        evidence: [{ kind: 'migration', revision: 'head', file, line, column, note: reason }],
        message: `The database would refuse this statement${others}: ${reason} — what it was to do is not judged.`,
        help: 'Check the statement against the migrations before it.',
      });
    }),
    ...project.unresolved.map(
      ({ location, reason, revision }): Draft =>
        report(rule, location, {
          severity: /^an internal error/.test(reason) ? 'error' : rule.severity,
          confidence: 'medium',
          subject: { kind: 'file', name: location.file },
          evidence: [
            { kind: 'read', revision: revision ?? 'head', file: location.file, line: location.line, column: location.column, note: reason },
          ],
          message: `\`${location.file}\` could not be analysed: ${reason} — what it does with this change’s objects is not judged.`,
          help: 'Check by hand what it does.',
        }),
    ),
  ],
};

/** The first refused statement of each file: what follows mostly follows from it. */
function refusedIn(project: Project): { location: Location; reason: string; more: number }[] {
  const byFile = new Map<string, { location: Location; reason: string; more: number }>();
  for (const { location, reason } of project.refusals) {
    if (isJudged(project, location)) continue;
    const first = byFile.get(location.file);
    if (first) first.more++;
    else byFile.set(location.file, { location, reason, more: 0 });
  }
  return [...byFile.values()];
}

/** What a view or function still uses is said by the rule about dropped objects. */
const isJudged = (project: Project, { file, line, column }: Location): boolean =>
  project.removals.some(
    ({ change, dependents }) =>
      dependents.length > 0 && change.location.file === file && change.location.line === line && change.location.column === column,
  );

/** A dialect that is not read yet is said once, and does not fail a change. */
const severityOf = (reason: string): 'error' | 'warning' => (/are not read yet/.test(reason) ? 'warning' : 'error');

export default rule;
