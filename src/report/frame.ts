/** The code frame under a finding: its lines behind a gutter, what it is about underlined. */
import { visibleSource } from './escape.ts';
import { type Finding, lineKey, type Report } from './finding.ts';

/** Widest part of a line that is shown. */
const width = 160;
const shown = 4;

export interface FrameLine {
  readonly gutter: string;
  readonly text: string;
  readonly mark: boolean;
}

export function frameOf(report: Report, finding: Finding): readonly FrameLine[] {
  const frame: FrameLine[] = [];
  const last = lastLine(finding);
  const pad = String(Math.min(last, finding.line + shown - 1)).length + 2;
  for (let number = finding.line; number <= last; number++) {
    if (number >= finding.line + shown) {
      frame.push({ gutter: ' '.repeat(pad + 2), text: `… ${last - number + 1} more`, mark: false });
      break;
    }
    const source = report.lines.get(lineKey('head', finding.file, number));
    if (source === undefined) break;
    frame.push({ gutter: String(number).padStart(pad + 2), text: clip(visibleSource(source)), mark: false });
    // Several lines are marked by the frame itself; an underline helps within one.
    if (finding.line === last) {
      frame.push({ gutter: ' '.repeat(pad + 2), text: underline(source, finding.column, endColumn(finding, source)), mark: true });
    }
  }
  return frame;
}

/** The end is exclusive: one at the start of a line belongs to the line before. */
const lastLine = ({ line, endLine, endColumn }: Finding): number => (endColumn <= 1 && endLine > line ? endLine - 1 : endLine);

function endColumn(finding: Finding, source: string): number {
  return finding.endLine > finding.line ? source.length + 1 : finding.endColumn;
}

function underline(source: string, from: number, to: number): string {
  // Escapes widen the text, so both ends are measured on what is printed.
  const start = cells(visibleSource(source.slice(0, from - 1)));
  const marked = cells(visibleSource(source.slice(from - 1, Math.max(from, to - 1))));
  if (start >= width) return '';
  return ' '.repeat(start) + '━'.repeat(Math.max(1, Math.min(marked, width - start)));
}

/** Columns on a terminal: wide characters take two. */
function cells(text: string): number {
  let count = 0;
  for (const character of text)
    count += /\p{Script=Han}|[\u3040-\u30ff\uac00-\ud7af\uff01-\uff60]|\p{Extended_Pictographic}/u.test(character) ? 2 : 1;
  return count;
}

function clip(text: string): string {
  const characters = [...text.slice(0, width * 2)];
  return characters.length > width ? `${characters.slice(0, width).join('')}…` : characters.join('').trimEnd();
}
