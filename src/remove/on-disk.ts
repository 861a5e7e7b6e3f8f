/**
 * Between changes in memory and the work tree: a file is changed only where it is still what was read, and only inside the root.
 * Input: the root, changes or new files. Output: the same with what reading leaves out (a byte order mark), or files on disk.
 * Throws UsageError for what the caller has to mend; every file is looked at before the first is written.
 */
import { constants } from 'node:fs';
import { lstat, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openRepository } from '../discover/revisions.ts';
import { reasonOf, UsageError } from '../parse/errors.ts';
import type { NewFile } from './schema/migration-file.ts';
import type { FileChange } from './types.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** The top folder of the work tree that holds `cwd`. */
export async function rootOf(cwd: string): Promise<string> {
  const { root, close } = await openRepository(cwd, { all: true });
  close();
  if (root === null) throw new UsageError('There is no work tree to change.', 'Run dropgate remove in a clone of the repository.');
  return root;
}

/** The changes of texts as changes of the files that hold them. */
export async function asOnDisk(root: string, changes: readonly FileChange[]): Promise<FileChange[]> {
  const top = await realpath(root);
  return Promise.all(changes.map((change) => exact(top, change)));
}

async function exact(top: string, change: FileChange): Promise<FileChange> {
  const { file, before, after } = change;
  const bytes = await plainFile(top, file);
  const text = textOf(bytes);
  if (text === before) return change;
  if (text === `${BYTE_ORDER_MARK}${before}`) return { file, before: text, after: after === null ? null : `${BYTE_ORDER_MARK}${after}` };
  if (text === null)
    throw new UsageError(`\`${file}\` is not UTF-8, so it cannot be changed.`, 'Save it as UTF-8, and run the command again.');
  throw new UsageError(`\`${file}\` was changed after it was read.`, 'Nothing is written over it: run the command again.');
}

/** Null where the bytes are no UTF-8: written as such they would not be what they were. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The bytes of a file that stands in the work tree itself, behind no link. */
async function plainFile(top: string, file: string): Promise<Uint8Array> {
  const target = path.join(top, file);
  const stats = await lstat(target).catch(() => null);
  if (stats === null)
    throw new UsageError(
      `\`${file}\` is not in the work tree.`,
      'If the checkout is sparse, take its folder in: git sparse-checkout add <folder>',
    );
  if (!stats.isFile() || !isInside(top, await realpath(target)))
    throw new UsageError(`\`${file}\` is a link, or stands behind one.`, 'Nothing is written through links: change what it leads to.');
  return readFile(target);
}

const isInside = (top: string, file: string): boolean => {
  const way = path.relative(top, file);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
};

const OVERWRITE = constants.O_WRONLY | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);

/** Writes the changes to the work tree that holds `cwd`. */
export async function writeChanges(cwd: string, changes: readonly FileChange[]): Promise<void> {
  const root = await rootOf(cwd);
  for (const { file, after } of await asOnDisk(root, changes)) {
    const target = path.join(root, file);
    await (after === null ? rm(target) : writeFile(target, after, { flag: OVERWRITE })).catch((error: unknown) => {
      throw new UsageError(`\`${file}\` could not be written: ${reasonOf(error)}`, 'What was written before it shows in: git status');
    });
  }
}

/** Writes files that are not there yet below `root`; nothing is written where one is there, or would stand outside. */
export async function writeNewFiles(root: string, files: readonly NewFile[]): Promise<void> {
  const top = await realpath(root);
  for (const file of files) await requireRoom(top, file.path);
  for (const file of files) {
    const target = path.join(top, file.path);
    try {
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, file.text, { flag: 'wx' });
    } catch (error) {
      throw new UsageError(`\`${file.path}\` could not be written: ${reasonOf(error)}`, 'Nothing is ever written over a file.');
    }
  }
}

async function requireRoom(top: string, file: string): Promise<void> {
  const target = path.join(top, file);
  if ((await lstat(target).catch(() => null)) !== null)
    throw new UsageError(`\`${file}\` is there already.`, 'Nothing is written over it: move it away first.');
  let folder = path.dirname(target);
  let real = await realpath(folder).catch(() => null);
  while (real === null && folder !== path.dirname(folder)) {
    folder = path.dirname(folder);
    real = await realpath(folder).catch(() => null);
  }
  if (real === null || !isInside(top, real))
    throw new UsageError(`\`${file}\` would stand outside the work tree, behind a link.`, 'Write it there by hand.');
}
