/**
 * The work tree as a Tree: tracked files as they are on disk, plus untracked files that git does not ignore.
 * Invariants: symlinks, devices, pipes and anything that leaves the root are never opened.
 */
import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf } from '../parse/errors.ts';
import { MAX_BLOB_BYTES, readBlobs } from './blobs.ts';
import { fields, git, gitOutput } from './git.ts';
import { grepWords, listIndex, listSparse, SYMLINK, WORTH_REPORTING } from './git-trees.ts';
import type { Entry, Tree } from './tree.ts';
import { compare } from './words.ts';

const CONCURRENT_READS = 32;

/** The work tree whose top folder is `root`. */
export function workTree(root: string): Tree {
  const skipped: { path: string; reason: string }[] = [];
  let listed: Promise<readonly Entry[]> | undefined;
  let sparse: Promise<ReadonlySet<string>> | undefined;
  const leftOut = (): Promise<ReadonlySet<string>> => (sparse ??= listSparse(root));
  const entries = (): Promise<readonly Entry[]> => (listed ??= listWorkTree(root, skipped));
  return {
    revision: 'worktree',
    skipped,
    entries,
    read: async (paths) => {
      const top = await realpath(root);
      const found = new Map<string, Uint8Array>();
      for (let at = 0; at < paths.length; at += CONCURRENT_READS) {
        await Promise.all(
          paths.slice(at, at + CONCURRENT_READS).map(async (file) => {
            const result = await readFileSafely(top, file);
            if (typeof result === 'string') skipped.push({ path: file, reason: result });
            else if (result) found.set(file, result);
          }),
        );
      }
      const absent = new Set((await leftOut()).size > 0 ? paths.filter((p) => !found.has(p)) : []);
      const ids = absent.size === 0 ? [] : (await entries()).filter((e) => absent.has(e.path));
      const { contents } = await readBlobs(
        root,
        ids.map((e) => e.id),
      );
      for (const { path: file, id } of ids) {
        const bytes = contents.get(id);
        if (bytes) found.set(file, bytes);
      }
      return found;
    },
    search: async (words, options) => {
      const hits = await grepWords(root, '--untracked', words, options);
      const hidden = await leftOut();
      return hidden.size === 0
        ? hits
        : [...hits, ...(await grepWords(root, '--cached', words, options)).filter((f) => hidden.has(f))].sort(compare);
    },
  };
}

/** Tracked files under the index's id; changed and untracked ones under the id their present content has. */
async function listWorkTree(root: string, skipped: { path: string; reason: string }[]): Promise<readonly Entry[]> {
  const [tracked, changed, untracked] = await Promise.all([
    listIndex(root),
    gitOutput(root, ['diff-files', '--name-only', '-z', '--no-ext-diff', '--ignore-submodules']),
    gitOutput(root, ['ls-files', '-z', '--others', '--exclude-standard', '--full-name']),
  ]);
  const dirty = new Set([...fields(changed), ...fields(untracked)]);
  const clean = tracked.filter((e) => e.mode.startsWith('100') && !dirty.has(e.path)).map((e): Entry => ({ path: e.path, id: e.id }));
  const kinds = await Promise.all([...dirty].map(async (p) => [p, await kindOf(root, p)] as const));
  const present = kinds.filter(([, kind]) => kind === 'file').map(([p]) => p);
  const special = [
    ...tracked.filter((e) => e.mode === SYMLINK && !dirty.has(e.path)).map((e) => e.path),
    ...kinds.filter(([, kind]) => kind === 'special').map(([p]) => p),
  ];
  for (const path of special.filter((p) => WORTH_REPORTING.test(p)))
    if (!(await leadsInside(root, path))) skipped.push({ path, reason: SPECIAL });
  return [...clean, ...(await hashFiles(root, present))].sort((a, b) => compare(a.path, b.path));
}

const SPECIAL = 'it is a symbolic link that leads outside the repository, or no regular file; neither is ever opened';

const kindOf = (root: string, file: string): Promise<'file' | 'special' | 'gone'> =>
  lstat(path.join(root, file)).then(
    (s) => (s.isFile() ? 'file' : 'special'),
    () => 'gone',
  );

/** Whether a link ends at a regular file of the repository: then that file is read under its own name. */
const leadsInside = async (root: string, file: string): Promise<boolean> => {
  const real = await realpath(path.join(root, file)).catch(() => null);
  return real?.startsWith(`${await realpath(root)}${path.sep}`) === true && (await lstat(real)).isFile();
};

async function hashFiles(root: string, files: readonly string[]): Promise<Entry[]> {
  const nameable = files.filter((f) => !f.includes('\n'));
  const { stdout } = await git(root, ['hash-object', '--no-filters', '--stdin-paths'], nameable.map((f) => `${f}\n`).join(''));
  const ids = stdout.toString('latin1').trim().split('\n');
  const known = new Map(nameable.map((f, i) => [f, ids[i] ?? '']));
  return files.map((f) => ({ path: f, id: known.get(f) || `worktree:${f}` }));
}

/** What the system says, without the path: that is not the same on every machine. */
const systemReason = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM' ? 'you may not read it' : (code ?? reasonOf(error));
};

/** The file's bytes; a reason where it must not be or could not be read; null where it is gone. */
async function readFileSafely(top: string, file: string): Promise<Uint8Array | string | null> {
  const full = path.join(top, file);
  try {
    const stat = await lstat(full);
    if (stat.isSymbolicLink()) return 'it is a symbolic link, which is never followed';
    if (!stat.isFile()) return 'it is not a regular file';
    if (stat.size > MAX_BLOB_BYTES) return `it is ${(stat.size / 1e6).toFixed(1)} MB, more than source code is`;
    const real = await realpath(full);
    if (real !== full && !real.startsWith(top + path.sep)) return 'its folder leads outside the repository';
    const handle = await open(full, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : `it could not be read: ${systemReason(error)}`;
  }
}
