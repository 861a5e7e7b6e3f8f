/** Real git repositories in temporary folders, for tests: fixed author, fixed dates, no user configuration. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Sandbox {
  readonly dir: string;
  git(...args: string[]): string;
  /** Writes files (null deletes) into the work tree. */
  write(files: Record<string, string | Buffer | null>): void;
  /** Writes, stages everything and commits; gives the commit's id. */
  commit(message: string, files?: Record<string, string | Buffer | null>, date?: string): string;
  remove(): void;
}

const ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

/** A new repository with branch `main` and no commit. */
export function sandbox(dir = mkdtempSync(path.join(tmpdir(), 'dropgate-'))): Sandbox {
  const run = (args: readonly string[], env: Record<string, string> = {}): string =>
    execFileSync('git', args as string[], {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, ...ENV, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    }).trim();
  run(['init', '-q', '-b', 'main']);
  const write = (files: Record<string, string | Buffer | null>): void => {
    for (const [file, content] of Object.entries(files)) {
      const full = path.join(dir, file);
      if (content === null) rmSync(full, { force: true });
      else {
        mkdirSync(path.dirname(full), { recursive: true });
        writeFileSync(full, content);
      }
    }
  };
  return {
    dir,
    git: (...args) => run(args),
    write,
    commit: (message, files = {}, date = '2026-01-01T00:00:00Z') => {
      write(files);
      run(['add', '-A']);
      run(['commit', '-q', '--allow-empty', '-m', message], { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
      return run(['rev-parse', 'HEAD']);
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
