/** For a step summary or a comment: one table of findings, then each with its evidence. At most one MiB, as GitHub allows. */
import { markdownCode, markdownMessage, redact } from '../escape.ts';
import type { Evidence, Finding } from '../finding.ts';
import { subjectName } from '../finish.ts';
import type { Format } from '../format.ts';
import { checked, evidenceText, nothingChecked, verdict, worstFirst } from '../words.ts';

const markdown: Format = {
  name: 'markdown',
  render(report) {
    const found = nothingChecked(report) ? 'nothing to check' : verdict(report.summary);
    const head = `## Dropgate: ${found}\n\nChecked ${checked(report.summary)}.\n`;
    const findings = worstFirst(report.findings);
    if (findings.length === 0) return head;
    const table = ['| | rule | object | where |', '|---|---|---|---|'];
    return `${head}\n${asManyAsFit(table, findings.map(row))}\n${asManyAsFit([], findings.map(details), '\n\n')}`;
  },
};

export default markdown;

/** Half of what GitHub allows a step, in bytes: once for the table, once for the details, with room for the head. */
const half = 500_000;
const evidenceShown = 20;

const place = ({ file, line }: { readonly file: string; readonly line: number }): string => markdownCode(`${file}:${line}`);

const row = (finding: Finding): string =>
  `| ${finding.severity} | ${markdownCode(finding.rule)} | ${markdownCode(subjectName(finding.subject))} | ${place(finding)} |`;

function details(finding: Finding): string {
  const lines = [
    `**${finding.severity}** ${markdownCode(finding.rule)} at ${place(finding)}: ${markdownMessage(redact(finding.message))}`,
    '',
    `Fix: ${markdownMessage(redact(finding.help))}`,
  ];
  const shown = finding.evidence.slice(0, evidenceShown);
  if (shown.length > 0) lines.push('', ...shown.map(evidenceLine));
  if (finding.evidence.length > shown.length) lines.push(`- … and ${finding.evidence.length - shown.length} more places`);
  return lines.join('\n');
}

const evidenceLine = (evidence: Evidence): string => `- ${place(evidence)} ${markdownMessage(redact(evidenceText(evidence)))}`;

/** As many parts as fit, and how many did not. */
function asManyAsFit(start: readonly string[], parts: readonly string[], separator = '\n'): string {
  const kept = [...start];
  let size = 0;
  for (const [index, part] of parts.entries()) {
    size += Buffer.byteLength(part) + separator.length;
    if (size > half) return `${kept.join(separator)}${separator}\n… and ${parts.length - index} more, see the log.\n`;
    kept.push(part);
  }
  return `${kept.join(separator)}\n`;
}
