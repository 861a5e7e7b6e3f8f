/**
 * Revisions in which code may still have had a flag's branches: the parents of the commits that took its key out of code.
 * Input: a repository folder, the key. Output: commit ids, the newest first; none where git knows of none.
 */
import { gitText } from '../../discover/git.ts';
import { SOURCE_GLOBS } from '../../discover/words.ts';
import { camelCase } from '../../flags/spelling.ts';

const MAX_COMMITS = 12;

/** Parents of the commits in which the number of mentions of a word in code changed. */
async function parentsOf(cwd: string, head: string, word: string): Promise<string[]> {
  const listed = await gitText(
    cwd,
    'log',
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '--no-show-signature',
    `--max-count=${MAX_COMMITS}`,
    '--format=%P',
    `-S${word}`,
    '--end-of-options',
    head,
    '--',
    ...SOURCE_GLOBS.map((glob) => `:(top,glob)**/${glob}`),
  );
  return (listed ?? '')
    .split('\n')
    .flatMap((line) => line.split(' ').slice(0, 1))
    .filter((id) => id !== '');
}

/** Names of constants that hold the key, in the code of a revision. */
async function constantsOf(cwd: string, commit: string, key: string): Promise<string[]> {
  const lines = await gitText(
    cwd,
    'grep',
    '-I',
    '-h',
    '-F',
    '-e',
    key,
    '--end-of-options',
    commit,
    '--',
    ...SOURCE_GLOBS.map((g) => `:(top,glob)**/${g}`),
  );
  const named = [...(lines ?? '').matchAll(/([A-Za-z_$][\w$]{3,})\s*(?::[^=,;]{1,60})?[:=]\s*(['"`])([^'"`\n]*)\2/g)];
  return [...new Set(named.filter(([, , , text]) => text === key).map(([, name = '']) => name))].slice(0, 3);
}

/** Revisions to look at, each once. */
export async function revisionsWithFlag(cwd: string, head: string, key: string): Promise<string[]> {
  const spellings = [...new Set([key, camelCase(key)])];
  const own: string[] = [];
  for (const spelling of spellings) own.push(...(await parentsOf(cwd, head, spelling)));
  const [newest] = own;
  const names = newest === undefined ? [] : await constantsOf(cwd, newest, key);
  const further: string[] = [];
  for (const name of names) further.push(...(await parentsOf(cwd, head, name)));
  return [...new Set([...own, ...further])];
}
