/**
 * GitHub Actions: annotations as workflow commands, then the text for people where no command in it is obeyed.
 * GitHub shows ten annotations of each level per step; the worst come first, and the last of ten says how many are left.
 */
import { breakLegacyCommand, commandData, commandProperty, redact, visible } from '../escape.ts';
import type { Finding, Report, Severity } from '../finding.ts';
import type { Format } from '../format.ts';
import { worstFirst } from '../words.ts';
import pretty from './pretty.ts';

export default {
  name: 'github',
  render(report, context) {
    const commands = (['error', 'warning', 'note'] as const).flatMap((severity) => annotations(report, severity));
    const text = breakLegacyCommand(pretty.render(report, { ...context, color: false }));
    return [...commands, `::stop-commands::${context.token}`, text.trimEnd(), `::${context.token}::`, ''].join('\n');
  },
} satisfies Format;

/** Annotations of one level that GitHub keeps per step. */
const perLevel = 10;
/** GitHub cuts a message at 4,096 characters. */
const messageLimit = 4_000;
const titleLimit = 255;

const levels = { error: 'error', warning: 'warning', note: 'notice' } as const;

function annotations(report: Report, severity: Severity): string[] {
  const findings = worstFirst(report.findings).filter((finding) => finding.severity === severity);
  if (findings.length <= perLevel) return findings.map(annotation);
  const rest = findings.length - (perLevel - 1);
  const more = `::${levels[severity]} title=dropgate::${commandData(`and ${rest} more, see the step's log and summary`)}`;
  return [...findings.slice(0, perLevel - 1).map(annotation), more];
}

function annotation(finding: Finding): string {
  const properties = [
    ['file', finding.file],
    ...position(finding),
    ['title', visible(`dropgate ${finding.rule}`).slice(0, titleLimit)],
  ].map(([name, value]) => `${name}=${commandProperty(value ?? '')}`);
  const text = [finding.message, `fix: ${finding.help}`].map((line) => visible(redact(line))).join('\n');
  return `::${levels[finding.severity]} ${properties.join(',')}::${commandData(cut(text))}`;
}

/** The runner drops columns of a span over several lines, and both where an end comes before its start. */
function position({ line, column, endLine, endColumn }: Finding): string[][] {
  const last = endColumn <= 1 && endLine > line ? endLine - 1 : Math.max(line, endLine);
  const lines = [
    ['line', String(line)],
    ['endLine', String(last)],
  ];
  if (last !== line || endLine !== line) return lines;
  return [...lines, ['col', String(column)], ['endColumn', String(Math.max(column, endColumn))]];
}

const cut = (text: string): string =>
  text.length > messageLimit ? `${text.slice(0, messageLimit).replace(/\p{Surrogate}$/u, '')}…` : text;
