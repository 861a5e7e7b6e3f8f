/**
 * How a removal is told: a unified diff and a list for people, JSON for programs.
 * Input: what the removal answers. Output: text. Pure but for loading the writer of diffs.
 */
import type { Location } from '../parse/span.ts';
import type { FileChange, Removed } from '../remove/types.ts';
import { visible } from './escape.ts';
import { branchName } from './finding.ts';

/** The changes as one patch that `git apply` takes. */
export async function unifiedDiff(changes: readonly FileChange[]): Promise<string> {
  const { createTwoFilesPatch } = await import('diff');
  return changes.map((change) => patchOf(change, createTwoFilesPatch)).join('');
}

type Patch = typeof import('diff')['createTwoFilesPatch'];

function patchOf({ file, before, after }: FileChange, patch: Patch): string {
  const name = `b/${file}`;
  const text = patch(`a/${file}`, after === null ? '/dev/null' : name, before, after ?? '', undefined, undefined, {
    context: 3,
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  });
  const mode = after === null ? 'deleted file mode 100644\n' : '';
  return `diff --git a/${file} b/${file}\n${mode}${text}`;
}

/** What was done, what is left and why, and where the key still stands. */
export function removalSummary(removed: Removed, isWritten: boolean): string {
  const { flags, changes, rewritten, left, mentions } = removed;
  const lines: string[] = [];
  for (const { key, value, from } of flags) {
    const own = rewritten.filter((one) => one.key === key).length;
    const source = from === 'state' ? 'as its state says' : 'as asked';
    lines.push(`${visible(key)}: ${branchName(value)} stays, ${source}; ${count(own, 'evaluation')} removed.`);
  }
  const gone = changes.filter((one) => one.after === null);
  const [removedLines, addedLines] = [sum(changes, (one) => lineDifference(one)[0]), sum(changes, (one) => lineDifference(one)[1])];
  lines.push(
    changes.length === 0
      ? 'Nothing to change.'
      : `${isWritten ? 'Changed' : 'Would change'} ${count(changes.length, 'file')}${gone.length > 0 ? `, ${gone.length} of them deleted` : ''}: ${removedLines} lines fewer, ${addedLines} new.`,
  );
  if (left.length > 0)
    lines.push('', 'Left:', ...left.map((one) => `  ${place(one.location)}  ${visible(one.key)}: ${visible(one.reason)}`));
  if (mentions.length > 0)
    lines.push('', 'Still named in text:', ...mentions.map((one) => `  ${place(one.location)}  ${visible(one.key)}`));
  if (changes.length > 0 && !isWritten) lines.push('', 'Apply it: the same command with --write.');
  return `${lines.join('\n')}\n`;
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

const sum = <T>(values: readonly T[], of: (value: T) => number): number => values.reduce((total, one) => total + of(one), 0);

/** Lines that go, and lines that come: of equal lines each pair stays. */
export function lineDifference({ before, after }: FileChange): [number, number] {
  const known = new Map<string, number>();
  const [old, now] = [before.split('\n'), after === null ? [] : after.split('\n')];
  for (const line of old) known.set(line, (known.get(line) ?? 0) + 1);
  let kept = 0;
  for (const line of now) {
    const left = known.get(line) ?? 0;
    if (left > 0) {
      known.set(line, left - 1);
      kept++;
    }
  }
  return [old.length - kept, now.length - kept];
}

const place = ({ file, line }: Location): string => visible(`${file}:${line}`);

/** The JSON form, documented in docs/json.md. */
export function removedJson(removed: Removed, isWritten: boolean): string {
  return `${JSON.stringify({ version: 1, written: isWritten, ...removed }, null, 2)}\n`;
}
