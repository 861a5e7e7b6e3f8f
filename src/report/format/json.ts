/** The JSON contract of docs/json.md: exact keys in one order, nothing else. */
import type { Evidence, Finding, Report, Subject } from '../finding.ts';
import type { Format } from '../format.ts';

const json: Format = {
  name: 'json',
  render: (report) => `${JSON.stringify(contract(report), null, 2)}\n`,
};

export default json;

function contract({ version, tool, base, head, summary, findings, fixed, unfixed }: Report): object {
  const { errors, warnings, notes, suppressed, migrations, statements, sourceFiles, accesses, evaluations, flags, unanalysed, durationMs } =
    summary;
  return {
    version,
    tool: { name: tool.name, version: tool.version },
    base,
    head,
    summary: {
      errors,
      warnings,
      notes,
      suppressed,
      migrations,
      statements,
      sourceFiles,
      accesses,
      evaluations,
      flags,
      unanalysed,
      durationMs,
    },
    findings: findings.map(findingOf),
    // JSON.stringify leaves out what is undefined.
    fixed: fixed?.map(({ flag, value, evaluations, files }) => ({ flag, value, evaluations, files })),
    unfixed: unfixed?.map(({ flag, reason }) => ({ flag, reason })),
  };
}

function findingOf(finding: Finding): object {
  const { rule, severity, confidence, stage, message, help, file, line, column, endLine, endColumn, fingerprint } = finding;
  return {
    rule,
    severity,
    confidence,
    stage,
    message,
    help,
    file,
    line,
    column,
    endLine,
    endColumn,
    subject: subjectOf(finding.subject),
    evidence: finding.evidence.map(evidenceOf),
    fingerprint,
  };
}

function subjectOf(subject: Subject): object {
  if (subject.kind === 'flag') return { kind: subject.kind, key: subject.key };
  const { kind, table, name } = subject;
  return table === undefined ? { kind, name } : { kind, table, name };
}

function evidenceOf({ kind, revision, file, line, column, flag, branch, note }: Evidence): object {
  // JSON.stringify leaves out what is undefined.
  return { kind, revision, file, line, column, flag, branch, note };
}
