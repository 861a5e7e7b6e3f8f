/**
 * Runs git: no shell, no user hooks, no pager, no external diff, bytes in and bytes out.
 * Input: a directory and arguments. Output: exit code, stdout, stderr; never a throw, except where git itself is missing.
 */
import { spawn } from 'node:child_process';
import { UsageError } from '../parse/errors.ts';

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Settings of the analysed repository that could run programs or change output are switched off. */
export const SAFE = [
  '-c',
  'core.fsmonitor=',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.quotepath=off',
  '-c',
  'grep.patternType=default',
  '-c',
  'grep.fallbackToNoIndex=false',
  '-c',
  'submodule.recurse=false',
  '-c',
  'color.ui=false',
  '-c',
  'core.pager=cat',
];

/** The caller's environment without what would change git's answers. */
export const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  LC_ALL: 'C',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_LITERAL_PATHSPECS: undefined,
  GIT_GLOB_PATHSPECS: undefined,
  GIT_EXTERNAL_DIFF: undefined,
});

/** Runs one git command to its end. */
export function git(cwd: string, args: readonly string[], input?: string): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...SAFE, ...args], { cwd, env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', (error: NodeJS.ErrnoException) => reject(spawnProblem(error, cwd)));
    child.on('close', (code) =>
      resolve({ code: code ?? 128, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8').trim() }),
    );
    child.stdin.end(input ?? '');
  });
}

/** What to say when git cannot be started. */
export function spawnProblem(error: NodeJS.ErrnoException, cwd: string): UsageError {
  return error.code === 'ENOENT'
    ? new UsageError(`git could not be started in \`${cwd}\`.`, 'Install git and make sure that the folder exists.')
    : new UsageError(`git could not be started: ${error.message}.`, 'Check that git runs here: git --version');
}

/** The stdout of a git command that has to work; its failure is said, never taken for an empty answer. */
export async function gitOutput(cwd: string, args: readonly string[], accepted: readonly number[] = [0]): Promise<Buffer> {
  const { code, stdout, stderr } = await git(cwd, args);
  if (accepted.includes(code)) return stdout;
  throw new UsageError(
    `git ${args[0]} failed in \`${cwd}\`: ${stderr.split('\n')[0] || `exit code ${code}`}.`,
    'Check the repository: git fsck',
  );
}

/** The stdout of a git command as trimmed text; null when it fails. */
export async function gitText(cwd: string, ...args: readonly string[]): Promise<string | null> {
  const result = await git(cwd, args);
  return result.code === 0 ? result.stdout.toString('utf8').trim() : null;
}

/** NUL-separated output as a list. */
export const fields = (bytes: Buffer): string[] =>
  bytes
    .toString('utf8')
    .split('\0')
    .filter((f) => f !== '');
