/**
 * The snapshot file on disk. Invariants: it is replaced as a whole or not at all; no symbolic link is followed out of the
 * repository, and none is written through.
 */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf, UsageError } from '../../parse/errors.ts';
import type { SnapshotFile } from './snapshot.ts';
import { readSnapshots } from './written.ts';

/** As much as a check reads of a state file: what is written can be read. */
const maxBytes = 32 * 1024 * 1024;

export interface ReadFile {
  /** null: there is none. */
  readonly text: string | null;
  readonly snapshots: SnapshotFile['snapshots'];
}

/** The snapshots of a file; none where it does not exist. `shown` names it in messages. */
export async function readSnapshotFile(file: string, root: string, shown: string): Promise<ReadFile> {
  await checkPlace(file, root, shown);
  const text = await textOf(file, shown);
  if (text === null) return { text, snapshots: [] };
  const read = readSnapshots(parsed(text));
  if (!read.ok)
    throw new UsageError(
      `\`${shown}\` is not a snapshot: ${read.problem}`,
      'Restore it from git, or delete it, or name another with --out.',
    );
  return { text, snapshots: read.snapshots };
}

async function textOf(file: string, shown: string): Promise<string | null> {
  try {
    if ((await lstat(file)).size > maxBytes)
      throw new UsageError(`\`${shown}\` is larger than ${maxBytes / 1024 / 1024} MB.`, 'Name another with --out.');
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (error instanceof UsageError) throw error;
    throw new UsageError(`\`${shown}\` could not be read: ${reasonOf(error)}`, 'Check its rights, or name another with --out.');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Makes a folder and those above it, one by one: asked to make all at once, Node.js never ends where a file system says
 * that the parent is missing although it is there, as /proc does.
 */
async function makeFolder(folder: string): Promise<void> {
  const isThere = await lstat(folder).catch(() => null);
  if (isThere !== null || path.dirname(folder) === folder) return;
  await makeFolder(path.dirname(folder));
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Writes it beside its place, then moves it there. */
export async function writeSnapshotFile(file: string, root: string, shown: string, text: string): Promise<void> {
  const size = Buffer.byteLength(text);
  if (size > maxBytes)
    throw new UsageError(
      `\`${shown}\` would have ${Math.ceil(size / 1024 / 1024)} MB; a check reads ${maxBytes / 1024 / 1024} MB at most. Nothing was written.`,
      'Ask for fewer environments (--environment) or one project (--project), or keep projects in files of their own with --out.',
    );
  const folder = path.dirname(file);
  const beside = path.join(folder, `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await makeFolder(folder);
    await checkPlace(file, root, shown);
    const handle = await open(beside, 'wx', 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `\`${shown}\` could not be written: ${reasonOf(error)}`,
      'Check that its folder is writable, or name another file with --out.',
    );
  }
}

/** A file in the repository has to be there really, and to be a file. */
async function checkPlace(file: string, root: string, shown: string): Promise<void> {
  const own = await lstat(file).catch(() => null);
  if (own?.isSymbolicLink())
    throw new UsageError(`\`${shown}\` is a symbolic link: it is neither read nor replaced.`, 'Name the file itself with --out.');
  if (own !== null && !own.isFile()) throw new UsageError(`\`${shown}\` is not a file.`, 'Name another with --out.');
  if (!isInside(file, root)) return;
  let folder = path.dirname(file);
  while (isInside(folder, root) && (await lstat(folder).catch(() => null)) === null) folder = path.dirname(folder);
  const [really, top] = [await realpath(folder), await realpath(root)];
  if (really !== top && !isInside(really, top))
    throw new UsageError(
      `\`${shown}\` lies outside of the repository: a folder on its path is a symbolic link.`,
      'Name another with --out.',
    );
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
