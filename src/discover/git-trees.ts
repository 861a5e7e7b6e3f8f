/**
 * Trees read from git: a commit (objects only, no checkout needed) and the index.
 * Input: a repository folder (bare or not). Output: Tree. Invariant: nothing of the repository is executed or checked out.
 */
import path from 'node:path';
import { UsageError } from '../parse/errors.ts';
import { readBlobs } from './blobs.ts';
import { fields, gitOutput } from './git.ts';
import type { Entry, SearchOptions, Tree } from './tree.ts';
import { compare, SOURCE, SOURCE_GLOBS } from './words.ts';

/** One line of `ls-tree` or `ls-files -s`: mode, id, path. */
export interface Listed {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

const REGULAR = /^100/;
export const SYMLINK = '120000';
export const WORTH_REPORTING = /\.(?:sql|prisma|ya?ml|json|[cm]?[jt]sx?)$/;

/** All entries of a commit, in git's own words. */
export async function listCommit(cwd: string, commit: string): Promise<Listed[]> {
  return fields(await gitOutput(cwd, ['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit])).flatMap((line) =>
    parseListed(line, /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]*)$/),
  );
}

/** All entries of the index. While a merge has conflicts there is no index to judge: a UsageError. */
export async function listIndex(cwd: string): Promise<Listed[]> {
  const lines = fields(await gitOutput(cwd, ['ls-files', '-s', '-z', '--full-name']));
  const conflict = lines.map((line) => /^\d+ [0-9a-f]+ [123]\t([\s\S]*)$/.exec(line)?.[1]).find((path) => path !== undefined);
  if (conflict !== undefined)
    throw new UsageError(`\`${conflict}\` has merge conflicts.`, 'Resolve them and stage the result: git add <file>');
  return lines.flatMap((line) => parseListed(line, /^(\d+) ([0-9a-f]+) \d\t([\s\S]*)$/));
}

/** Paths a sparse checkout leaves out of the work tree: unchanged, though not on disk. */
export async function listSparse(cwd: string): Promise<ReadonlySet<string>> {
  return new Set(
    fields(await gitOutput(cwd, ['ls-files', '-t', '-z', '--full-name'])).flatMap((line) => (line.startsWith('S ') ? [line.slice(2)] : [])),
  );
}

function parseListed(line: string, form: RegExp): Listed[] {
  const [, mode, id, file] = form.exec(line) ?? [];
  return mode && id && file ? [{ mode, id, path: file }] : [];
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};

/** A tree whose files are git objects. `grep` names what git searches: a commit id, or `--cached`. */
function objectTree(cwd: string, revision: string, list: () => Promise<Listed[]>, grep: string): Tree {
  const skipped: { path: string; reason: string }[] = [];
  const listed = once(list);
  const entries = once(async () => {
    const all = await listed();
    const known = new Set(all.map((e) => e.path));
    skipped.push(...(await leavingLinks(cwd, all, known)));
    return all
      .filter((e) => REGULAR.test(e.mode))
      .map(({ path: file, id }): Entry => ({ path: file, id }))
      .sort((a, b) => compare(a.path, b.path));
  });
  const ids = once(async () => new Map((await entries()).map((e) => [e.path, e.id])));
  return {
    revision,
    skipped,
    entries,
    read: async (paths) => {
      const known = await ids();
      const wanted = paths.flatMap((p) => {
        const id = known.get(p);
        return id ? [{ path: p, id }] : [];
      });
      const blobs = await readBlobs(
        cwd,
        wanted.map((w) => w.id),
      );
      const found = new Map<string, Uint8Array>();
      for (const { path: file, id } of wanted) {
        const bytes = blobs.contents.get(id);
        if (bytes) found.set(file, bytes);
        else skipped.push({ path: file, reason: tooLarge(blobs.tooLarge.get(id)) });
      }
      return found;
    },
    search: (words, search) => grepWords(cwd, grep, words, search),
  };
}

const tooLarge = (bytes: number | undefined): string =>
  bytes === undefined
    ? 'its content is missing from this clone; fetch it: git fetch --refetch'
    : `it is ${(bytes / 1e6).toFixed(1)} MB, more than source code is`;

export const commitTree = (cwd: string, commit: string): Tree => objectTree(cwd, commit, () => listCommit(cwd, commit), commit);
export const indexTree = (cwd: string): Tree => objectTree(cwd, 'index', () => listIndex(cwd), '--cached');

/** Symlinks that point at nothing in the tree: never followed, said aloud where the name could matter. */
async function leavingLinks(cwd: string, all: readonly Listed[], known: ReadonlySet<string>): Promise<{ path: string; reason: string }[]> {
  const links = all.filter((e) => e.mode === SYMLINK && WORTH_REPORTING.test(e.path));
  const { contents } = await readBlobs(
    cwd,
    links.map((l) => l.id),
  );
  return links.flatMap((link) => {
    const target = contents.get(link.id)?.toString('utf8') ?? '';
    const inside = known.has(path.posix.join(path.posix.dirname(link.path), target));
    return inside
      ? []
      : [{ path: link.path, reason: 'it is a symbolic link to something outside the repository, which is never followed' }];
  });
}

const MAX_WORDS = 400;

/** `git grep` for whole words over source files; `where` is a commit, `--cached` or `--untracked`. */
export async function grepWords(
  cwd: string,
  where: string,
  words: readonly string[],
  { anyCase = false }: SearchOptions = {},
): Promise<string[]> {
  const found = new Set<string>();
  const flags = where.startsWith('--') ? [where] : [];
  const commit = where.startsWith('--') ? [] : [where];
  for (let at = 0; at < words.length; at += MAX_WORDS) {
    const patterns = words.slice(at, at + MAX_WORDS).flatMap((w) => ['-e', w]);
    const stdout = await gitOutput(
      cwd,
      [
        'grep',
        '-l',
        '-z',
        '-I',
        '-w',
        '-F',
        ...(anyCase ? ['-i'] : []),
        '--full-name',
        ...flags,
        ...patterns,
        ...commit,
        '--',
        ...SOURCE_GLOBS.map((g) => `:(top,glob)**/${g}`),
      ],
      [0, 1],
    );
    for (const hit of fields(stdout)) found.add(commit.length > 0 ? hit.slice(where.length + 1) : hit);
  }
  return [...found].filter((f) => SOURCE.test(f)).sort(compare);
}
