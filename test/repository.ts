/** Small git repositories in temporary folders, for tests that need real ones. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dropgate-test-')));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** What `npm test` and continuous integration add for themselves, and a user at a prompt does not have. */
const foreign = /^(?:GIT_|GITHUB_|NODE_OPTIONS$|VITEST|FORCE_COLOR$|npm_(?!config_(?:registry|cache|userconfig)$))/;

/** The environment without what would lead git, npm or a check to another repository or pull request. */
export function plainEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || foreign.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), ...extra };
}

export function git(cwd: string, ...args: string[]): string {
  const identity = [
    '-c',
    'user.name=Dropgate',
    '-c',
    'user.email=test@dropgate.invalid',
    '-c',
    'commit.gpgSign=false',
    '-c',
    'init.defaultBranch=main',
  ];
  return execFileSync('git', [...identity, ...args], {
    cwd,
    encoding: 'utf8',
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

export function write(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** Commits everything and gives the commit's id. */
export function commitAll(root: string, message: string): string {
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--no-verify', '--allow-empty', '-m', message);
  return git(root, 'rev-parse', 'HEAD');
}

/** A repository whose `main` reads `users.email`, for changes that drop it. */
export const usersApp = {
  'migrations/0001_users.sql': 'CREATE TABLE users (id uuid PRIMARY KEY, name text NOT NULL, email text);\n',
  'src/users.ts':
    "import pg from 'pg';\nconst pool = new pg.Pool();\nexport const emailOf = (id: string) => pool.query('SELECT email FROM users WHERE id = $1', [id]);\n",
};

/** The same without the read, and with the drop: `coupled-drop`. */
export const recklessDrop = {
  'migrations/0002_drop_email.sql': 'ALTER TABLE users DROP COLUMN email;\n',
  'src/users.ts':
    "import pg from 'pg';\nconst pool = new pg.Pool();\nexport const nameOf = (id: string) => pool.query('SELECT name FROM users WHERE id = $1', [id]);\n",
};
