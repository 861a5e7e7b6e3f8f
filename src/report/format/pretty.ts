/** For people at a terminal: message, code frame, evidence, what to do; errors last, counts at the end. */
import { visible } from '../escape.ts';
import type { Evidence, Finding, Report } from '../finding.ts';
import type { Format, FormatContext } from '../format.ts';
import { frameOf } from '../frame.ts';
import { checked, evidenceText, forReading, nothingChecked, verdict } from '../words.ts';

export default {
  name: 'pretty',
  render(report, context) {
    const paint = painter(context);
    const blocks = forReading(report.findings).map((finding) => block(report, finding, paint));
    return `${[...blocks, summary(report, paint)].join('\n\n')}\n`;
  },
} satisfies Format;

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'blue' | 'green';
type Paint = (style: Style, text: string) => string;

const codes: Record<Style, string> = { bold: '1', dim: '2', red: '1;31', yellow: '1;33', blue: '1;34', green: '32' };
const severityStyle = { error: 'red', warning: 'yellow', note: 'blue' } as const;
/** Places listed before the rest are counted. */
const evidenceShown = 12;

const painter =
  ({ color }: FormatContext): Paint =>
  (style, text) =>
    color ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;

function block(report: Report, finding: Finding, paint: Paint): string {
  const style = severityStyle[finding.severity];
  const lines = [
    `${paint(style, `${finding.severity}[${visible(finding.rule)}]`)}: ${visible(finding.message)}`,
    `  ${paint('bold', place(finding))}`,
  ];
  for (const { gutter, text, mark } of frameOf(report, finding)) {
    lines.push(`${paint('dim', `${gutter} │`)} ${mark ? paint(style, text) : text}`.trimEnd());
  }
  for (const evidence of finding.evidence.slice(0, evidenceShown)) lines.push(`  ${evidenceLine(evidence, paint)}`);
  if (finding.evidence.length > evidenceShown) lines.push(`  … and ${finding.evidence.length - evidenceShown} more places`);
  lines.push(
    `  ${paint('green', 'fix:')}  ${visible(finding.help)}   ${paint('dim', `explain: dropgate explain ${visible(finding.rule)}`)}`,
  );
  return lines.join('\n');
}

const place = ({ file, line, column }: { readonly file: string; readonly line: number; readonly column: number }): string =>
  `${visible(file)}:${line}:${column}`;

const evidenceLine = (evidence: Evidence, paint: Paint): string => `${paint('bold', place(evidence))}  ${visible(evidenceText(evidence))}`;

function summary(report: Report, paint: Paint): string {
  const { errors, warnings, durationMs } = report.summary;
  const style: Style = errors > 0 ? 'red' : warnings > 0 ? 'yellow' : 'green';
  const time = durationMs === 0 ? '' : ` in ${(durationMs / 1000).toFixed(durationMs < 950 ? 2 : 1)} s`;
  const found = nothingChecked(report) ? 'nothing to check' : verdict(report.summary);
  const line = `${paint(style, found)}${time} · ${paint('dim', `checked ${checked(report.summary)}`)}`;
  return [line, ...report.hints.map((hint) => paint('dim', visible(hint)))].join('\n');
}
