/**
 * Reads many git objects with one `git cat-file --batch`.
 * Input: object ids. Output: id → bytes; objects over the size limit are reported, not kept.
 */
import { git } from './git.ts';

/** Larger files are not source code; reading stops here so that memory stays flat. */
export const MAX_BLOB_BYTES = 4_000_000;

export interface Blobs {
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly tooLarge: ReadonlyMap<string, number>;
}

/** Fetches objects by id from the repository at `cwd`. Ids that do not exist are absent from the result. */
export async function readBlobs(cwd: string, ids: readonly string[]): Promise<Blobs> {
  const contents = new Map<string, Buffer>();
  const tooLarge = new Map<string, number>();
  if (ids.length === 0) return { contents, tooLarge };
  const reader = batchReader(contents, tooLarge);
  await git(cwd, ['cat-file', '--batch'], `${[...new Set(ids)].join('\n')}\n`, reader);
  return { contents, tooLarge };
}

/** State machine over `<id> <type> <size>\n<bytes>\n`; an object over the limit is skipped without being buffered. */
function batchReader(contents: Map<string, Buffer>, tooLarge: Map<string, number>): (chunk: Buffer) => void {
  let header = '';
  let current: { id: string; left: number; parts: Buffer[] | null } | null = null;
  let skipNewline = false;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (skipNewline) {
        at++;
        skipNewline = false;
      } else if (current === null) {
        const end = chunk.indexOf(10, at);
        header += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
        if (end < 0) return;
        at = end + 1;
        current = startObject(header, tooLarge);
        header = '';
      } else {
        const take: number = Math.min(current.left, chunk.length - at);
        current.parts?.push(chunk.subarray(at, at + take));
        current.left -= take;
        at += take;
      }
      if (current !== null && current.left === 0) {
        if (current.parts) contents.set(current.id, Buffer.concat(current.parts));
        current = null;
        skipNewline = true;
      }
    }
  };
}

function startObject(header: string, tooLarge: Map<string, number>): { id: string; left: number; parts: Buffer[] | null } | null {
  const [id = '', , size] = header.split(' ');
  if (size === undefined) return null;
  const bytes = Number(size);
  const keep = bytes <= MAX_BLOB_BYTES;
  if (!keep) tooLarge.set(id, bytes);
  return { id, left: bytes, parts: keep ? [] : null };
}
