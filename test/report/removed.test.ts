/** The patch that `dropgate remove` prints, judged by `git apply`; and the words around it. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { FileChange, Removed } from '../../src/remove/types.ts';
import { lineDifference, removalSummary, shownOnTerminal, unifiedDiff } from '../../src/report/removed.ts';
import { git, removeTemporaryFolders, temporaryFolder, write } from '../repository.ts';

afterAll(removeTemporaryFolders);

/** A repository with the texts before; the patch is applied to it. */
async function apply(changes: readonly FileChange[], prepare: (root: string) => void = () => undefined): Promise<string> {
  const root = temporaryFolder();
  git(root, 'init', '--quiet');
  git(root, 'config', 'core.autocrlf', 'false');
  write(root, Object.fromEntries(changes.map(({ file, before }) => [file, before])));
  prepare(root);
  git(root, 'add', '--all');
  writeFileSync(join(root, '.git/patch'), await unifiedDiff(changes));
  git(root, 'apply', '--index', '--whitespace=nowarn', '.git/patch');
  return root;
}

async function expectApplied(changes: readonly FileChange[]): Promise<void> {
  const root = await apply(changes);
  for (const { file, after } of changes) {
    if (after === null) expect(existsSync(join(root, file))).toBe(false);
    else expect(readFileSync(join(root, file), 'utf8')).toBe(after);
  }
}

describe('the patch is one that git applies', () => {
  test.each<[string, FileChange]>([
    ['a line that goes', { file: 'src/a.ts', before: 'a\nb\nc\n', after: 'a\nc\n' }],
    ['a file that goes', { file: 'src/a.ts', before: 'a\nb\n', after: null }],
    ['a file that goes, without a line end', { file: 'a.ts', before: 'a', after: null }],
    ['an empty file that goes', { file: 'a.ts', before: '', after: null }],
    ['a file that becomes empty', { file: 'a.ts', before: 'a\nb', after: '' }],
    ['no line end, before and after', { file: 'a.ts', before: 'a\nb', after: 'b' }],
    ['the last line goes with its end', { file: 'a.ts', before: 'a\nb\n', after: 'a' }],
    ['a line end comes', { file: 'a.ts', before: 'a\nb', after: 'a\n' }],
    ['CRLF', { file: 'a.ts', before: 'a\r\nb\r\nc\r\n', after: 'a\r\nc\r\n' }],
    ['CRLF, no line end', { file: 'a.ts', before: 'a\r\nb\r\nc', after: 'a\r\nc' }],
    ['line ends of both kinds, and a lone CR', { file: 'a.ts', before: 'a\r\nb\nc\rd\ne\n', after: 'a\r\nc\rd\ne\n' }],
    ['a byte order mark', { file: 'a.ts', before: '\ufeffa\nb\n', after: '\ufeffb\n' }],
    ['lines that look like a patch', { file: 'a.ts', before: '--- a/x\n+++ b/x\n@@ -1 +1 @@\n', after: '+++ b/x\n@@ -1 +1 @@\n' }],
    ['separators that are no line ends', { file: 'a.ts', before: 'a\u2028b\nc\u0085\fd\n', after: 'c\u0085\fd\n' }],
    ['spaces in the path', { file: 'my app/a file.ts', before: 'a\nb\n', after: 'b\n' }],
    ['spaces in the path of a file that goes', { file: 'my app/a file.ts', before: 'a\n', after: null }],
    ['brackets, as routes have them', { file: 'app/[id]/(auth)/$x.tsx', before: 'a\nb\n', after: 'b\n' }],
    ['quotes and backslashes', { file: `it's "a" \\ b.ts`, before: 'a\nb\n', after: 'b\n' }],
    ['letters of other languages', { file: 'src/größe/日本.ts', before: 'a\nb\n', after: 'b\n' }],
    ['a tab and a line feed', { file: 'a\tb\nc.ts', before: 'a\nb\n', after: 'b\n' }],
    ['a path that looks like a prefix', { file: 'b/a/b/x b/a.ts', before: 'a\nb\n', after: 'b\n' }],
  ])('%s', async (_, change) => expectApplied([change]));

  test('several files at once', async () => {
    await expectApplied([
      { file: 'a.ts', before: 'a', after: 'b' },
      { file: 'b c.ts', before: 'b\n', after: null },
      { file: 'd.ts', before: 'x\ny\n', after: 'y\n' },
    ]);
  });

  test('a program that goes', async () => {
    const root = await apply([{ file: 'a.ts', before: 'a\n', after: null }], (at) => chmodSync(join(at, 'a.ts'), 0o755));
    expect(existsSync(join(root, 'a.ts'))).toBe(false);
  });

  const line = fc.constantFrom('a', 'b', '', ' ', '-', '+', '\\ No newline at end of file', '@@ -1,2 +1,2 @@');
  const text = fc
    .tuple(fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 12 }), fc.constantFrom('', 'end', '\t'))
    .map(([lines, end]) => lines.map((parts) => parts.join('')).join('') + end);

  test('any two texts', async () => {
    const pairs = fc.sample(fc.tuple(text, fc.option(text)), { numRuns: 150, seed: 6 });
    const changes = pairs.flatMap(([before, after], i): FileChange[] => (before === after ? [] : [{ file: `f${i}.ts`, before, after }]));
    await expectApplied(changes);
  });
});

test('lines that go and come', () => {
  const size = (before: string, after: string | null): [number, number] => lineDifference({ file: 'a', before, after });
  expect(size('a\nb\n', null)).toEqual([2, 0]);
  expect(size('a\nb', null)).toEqual([2, 0]);
  expect(size('a\nb\na\n', 'a\nc\n')).toEqual([2, 1]);
  expect(size('', null)).toEqual([1, 0]);
});

test('on a terminal nothing of a file is obeyed', () => {
  expect(shownOnTerminal('-\tx\u001b[2J\r\n+\u202ey\n')).toBe('-\tx\\x1b[2J\\r\n+\\u202ey\n');
});

test('the summary: each flag, what is left and why, where it is still named; nothing of it can be obeyed', () => {
  const at = (file: string, line: number) => ({ file, line, column: 1, endLine: line, endColumn: 2 });
  const removed: Removed = {
    flags: [
      { key: 'a\u001b', value: true, from: 'state', similar: null },
      { key: 'b', value: 'blue\u001b', from: 'option', similar: null },
    ],
    changes: [
      { file: 'a.ts', before: 'a\nb\n', after: 'b\n' },
      { file: 'b.ts', before: 'a\n', after: null },
    ],
    rewritten: [{ key: 'a\u001b', location: at('a.ts', 1) }],
    left: [{ key: 'b', location: at('c\u001b.ts', 3), reason: 'the key is only known at run time\u001b' }],
    mentions: [{ key: 'b', location: at('docs/b.md', 4) }],
  };
  expect(removalSummary(removed, false)).toBe(
    [
      'a\\x1b: on stays, as its state says; 1 evaluation removed.',
      'b: blue\\x1b stays, as asked; no evaluation of it was removed.',
      'Would change 2 files, 1 of them deleted: 2 lines removed, 0 added.',
      '',
      'Left:',
      '  c\\x1b.ts:3  b: the key is only known at run time\\x1b',
      '',
      'Still named in text:',
      '  docs/b.md:4  b',
      '',
      'Apply it: the same command with --write.',
      '',
    ].join('\n'),
  );
  expect(removalSummary({ ...removed, flags: [], changes: [], left: [], mentions: [] }, true)).toBe(
    'No flag is due for removal.\nNothing to change.\n',
  );
});
