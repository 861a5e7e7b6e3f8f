/**
 * How a removal is told: a unified diff and a list for people, JSON for programs.
 * Input: what the removal answers. Output: text. Pure but for loading the writer of diffs.
 */
import type { Location } from '../parse/span.ts';
import type { FileChange, Left, Removed } from '../remove/types.ts';
import { visible } from './escape.ts';
import { branchName } from './finding.ts';
import { toolVersion } from './version.ts';
import { plural } from './words.ts';

/** The changes as one patch that `git apply` takes. */
export async function unifiedDiff(changes: readonly FileChange[]): Promise<string> {
  const { structuredPatch, formatPatch } = await import('diff');
  const patches = changes.map(({ file, before, after }) => ({
    ...structuredPatch(`a/${file}`, after === null ? '/dev/null' : `b/${file}`, before, after ?? '', undefined, undefined, { context: 3 }),
    isGit: true,
    isDelete: after === null,
  }));
  return patches.map((patch) => formatPatch(patch)).join('');
}

/** A patch, or any text of several lines, for a terminal: nothing in it is obeyed, tabs stay. */
export function shownOnTerminal(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(visible).join('\t'))
    .join('\n');
}

/** What was done, what is left and why, and where the key still stands. */
export function removalSummary(removed: Removed, isWritten: boolean): string {
  const { flags, changes, rewritten, left, mentions } = removed;
  const lines = flags.map(({ key, value, from, similar }) => {
    const own = rewritten.filter((one) => one.key === key).length;
    const isNamed = own > 0 || [...left, ...mentions].some((one) => one.key === key);
    if (!isNamed && from === 'option' && changes.length === 0) {
      const meant = similar === null ? '' : ` Did you mean \`${visible(similar)}\`?`;
      return `${visible(key)}: nothing names it: it is gone already, or spelt otherwise.${meant}`;
    }
    const source = from === 'state' ? 'as its state says' : 'as asked';
    const done = own === 0 ? 'no evaluation of it was removed' : `${plural(own, 'evaluation')} removed`;
    return `${visible(key)}: ${visible(branchName(value))} stays, ${source}; ${done}.`;
  });
  if (flags.length === 0) lines.push('No flag is due for removal.');
  lines.push(changesLine(changes, isWritten), ...leftLines(left));
  if (mentions.length > 0)
    lines.push('', 'Still named in text:', ...mentions.map((one) => `  ${placeOf(one.location)}  ${visible(one.key)}`));
  if (changes.length > 0 && !isWritten) lines.push('', 'Apply it: the same command with --write.');
  return `${lines.join('\n')}\n`;
}

/** How many files and lines a change touches. */
export function changesLine(changes: readonly FileChange[], isWritten: boolean): string {
  if (changes.length === 0) return 'Nothing to change.';
  const sizes = changes.map(lineDifference);
  const [fewer, more] = [0, 1].map((side) => sizes.reduce((total, size) => total + (size[side] ?? 0), 0));
  const gone = changes.filter((one) => one.after === null).length;
  const deleted = gone > 0 ? `, ${gone} of them deleted` : '';
  return `${isWritten ? 'Changed' : 'Would change'} ${plural(changes.length, 'file')}${deleted}: ${plural(fewer ?? 0, 'line')} removed, ${more ?? 0} added.`;
}

/** What stays, each with its place and why. */
export const leftLines = (left: readonly Left[]): string[] =>
  left.length === 0 ? [] : ['', 'Left:', ...left.map((one) => `  ${placeOf(one.location)}  ${visible(one.key)}: ${visible(one.reason)}`)];

const linesOf = (text: string | null): string[] => (text === null ? [] : text.replace(/\n$/, '').split('\n'));

/** Lines that go, and lines that come: of equal lines each pair stays. */
export function lineDifference({ before, after }: FileChange): [number, number] {
  const known = new Map<string, number>();
  const [old, now] = [linesOf(before), linesOf(after)];
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

/** `src/users.ts:19`, safe to print. */
export const placeOf = ({ file, line }: Pick<Location, 'file' | 'line'>): string => visible(`${file}:${line}`);

/** The JSON form of whatever `dropgate remove` answers, documented in docs/json.md. */
export const removedJson = (answer: object, isWritten: boolean): string =>
  `${JSON.stringify({ version: 1, tool: { name: 'dropgate', version: toolVersion() }, written: isWritten, ...answer }, null, 2)}\n`;
