/**
 * Reads git objects through one long-lived `git cat-file --batch` per repository: starting a process costs more than
 * reading a hundred files. Input: object ids. Output: id → bytes; objects over the size limit are reported, not kept.
 * Invariants: answers come in the order of the questions; the process never keeps the program alive.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { UsageError } from '../parse/errors.ts';
import { environment, SAFE, spawnProblem } from './git.ts';

/** Larger files are not source code; reading stops here so that memory stays flat. */
export const MAX_BLOB_BYTES = 4_000_000;

export interface Blobs {
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly tooLarge: ReadonlyMap<string, number>;
}

type Answer = { readonly bytes: Buffer | null; readonly size: number };
type Settle = { resolve(answer: Answer | null): void; reject(error: Error): void };

interface Session {
  ask(id: string): Promise<Answer | null>;
  end(): void;
}

const sessions = new Map<string, Session>();

/** Fetches objects by id, or by `<commit>:<path>`, from the repository at `cwd`. What does not exist is absent from the result. */
export async function readBlobs(cwd: string, ids: readonly string[]): Promise<Blobs> {
  const contents = new Map<string, Buffer>();
  const tooLarge = new Map<string, number>();
  const askable = [...new Set(ids)].filter((id) => id !== '' && !/[\n\r]/.test(id));
  if (askable.length === 0) return { contents, tooLarge };
  const keep = (id: string, answer: Answer | null): void => {
    if (answer?.bytes) contents.set(id, answer.bytes);
    else if (answer) tooLarge.set(id, answer.size);
  };
  if (askable.length > MANY) {
    await readMany(cwd, askable, keep);
    return { contents, tooLarge };
  }
  const session = sessions.get(cwd) ?? openSession(cwd);
  sessions.set(cwd, session);
  await Promise.all(
    askable.map(async (id) => {
      keep(id, await session.ask(id));
    }),
  );
  return { contents, tooLarge };
}

/** From here on a process of its own, which need not answer object by object, is faster than the session. */
const MANY = 40;

async function readMany(cwd: string, ids: readonly string[], keep: (id: string, answer: Answer | null) => void): Promise<void> {
  let next = 0;
  const child = spawn('git', [...SAFE, 'cat-file', '--batch', '--buffer'], { cwd, env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  child.stdin.on('error', () => undefined);
  child.stdout.on(
    'data',
    batchReader((answer) => keep(ids[next++] ?? '', answer)),
  );
  child.stdin.end(`${ids.join('\n')}\n`);
  await new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(spawnProblem(error, cwd)));
    child.on('close', () => (next === ids.length ? resolve() : reject(unreadable(cwd, said))));
  });
}

const unreadable = (cwd: string, said: string): UsageError =>
  new UsageError(
    `git could not read the repository at \`${cwd}\`: ${said.trim().split('\n').at(-1) || 'it ended without an answer'}.`,
    'Fetch what is missing: git fetch --refetch',
  );

/** Ends the process that reads from `cwd`, if there is one. */
export function endSession(cwd: string): void {
  sessions.get(cwd)?.end();
  sessions.delete(cwd);
}

function openSession(cwd: string): Session {
  const child = spawn('git', [...SAFE, 'cat-file', '--batch'], { cwd, env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting: Settle[] = [];
  const end = (error: Error): void => {
    sessions.delete(cwd);
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  child.on('error', (error) => end(spawnProblem(error, cwd)));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk}`.slice(-2000)));
  child.on('close', () => end(unreadable(cwd, said)));
  child.stdin.on('error', () => undefined);
  child.stdout.on(
    'data',
    batchReader((answer) => {
      waiting.shift()?.resolve(answer);
      if (waiting.length === 0) setAwake(child, false);
    }),
  );
  setAwake(child, false);
  return {
    ask: (id) =>
      new Promise((resolve, reject) => {
        setAwake(child, true);
        waiting.push({ resolve, reject });
        child.stdin.write(`${id}\n`);
      }),
    end: () => child.stdin.end(),
  };
}

/** Only an unanswered question keeps the program running. */
function setAwake(child: ChildProcessWithoutNullStreams, isAwake: boolean): void {
  for (const part of [child, child.stdin, child.stdout, child.stderr] as unknown as { ref?(): void; unref?(): void }[]) {
    if (isAwake) part.ref?.();
    else part.unref?.();
  }
}

interface Reading {
  readonly size: number;
  left: number;
  readonly parts: Buffer[] | null;
}

/** State machine over `<id> <type> <size>\n<bytes>\n`; an object over the limit is passed by without being kept. */
function batchReader(answer: (answer: Answer | null) => void): (chunk: Buffer) => void {
  let header = '';
  let reading: Reading | null = null;
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (reading === null) {
        const end = chunk.indexOf(10, at);
        header += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
        if (end < 0) return;
        at = end + 1;
        reading = startReading(header);
        header = '';
        if (reading === null) answer(null);
        continue;
      }
      const take: number = Math.min(reading.left, chunk.length - at);
      reading.parts?.push(chunk.subarray(at, at + take));
      reading.left -= take;
      at += take;
      if (reading.left > 0) continue;
      answer({ bytes: reading.parts ? Buffer.concat(reading.parts).subarray(0, reading.size) : null, size: reading.size });
      reading = null;
    }
  };
}

/** The object a header announces, its closing newline counted in; null for `<id> missing`. */
function startReading(header: string): Reading | null {
  const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(header)?.[1];
  if (size === undefined) return null;
  const bytes = Number(size);
  return { size: bytes, left: bytes + 1, parts: bytes <= MAX_BLOB_BYTES ? [] : null };
}
