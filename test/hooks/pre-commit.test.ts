/**
 * A real `git commit` through pre-commit, with this repository as `repo:`: it is installed and built from git, as for a user.
 * Skipped, saying so, where pre-commit is not installed; continuous integration installs it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { commitAll, git, plainEnvironment, recklessDrop, removeTemporaryFolders, temporaryFolder, usersApp, write } from '../repository.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const hasPreCommit = spawnSync('pre-commit', ['--version']).status === 0;

afterAll(removeTemporaryFolders);

/** This checkout as it stands, committed or not, as a repository of its own. */
function publishedCopy(): { path: string; revision: string } {
  const path = join(temporaryFolder(), 'dropgate');
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  for (const file of files.split('\0')) {
    if (file !== '' && !file.startsWith('bench/')) cpSync(join(root, file), join(path, file), { recursive: true });
  }
  git(path, 'init', '--quiet', '--initial-branch=main');
  return { path, revision: commitAll(path, 'copy') };
}

function project(hook: { path: string; revision: string }): string {
  const folder = temporaryFolder();
  git(folder, 'init', '--quiet', '--initial-branch=main');
  write(folder, {
    ...usersApp,
    '.pre-commit-config.yaml': [
      'repos:',
      `  - repo: ${hook.path}`,
      `    rev: ${hook.revision}`,
      '    hooks:',
      '      - id: dropgate',
      '        language_version: system',
      '',
    ].join('\n'),
  });
  commitAll(folder, 'start');
  return folder;
}

test.skipIf(!hasPreCommit)(
  `a commit is judged by what is staged${hasPreCommit ? '' : ' (skipped: pre-commit is not installed; apt-get install pre-commit)'}`,
  () => {
    const folder = project(publishedCopy());
    const env = plainEnvironment({
      PRE_COMMIT_HOME: temporaryFolder(),
      GIT_AUTHOR_NAME: 'Dropgate',
      GIT_AUTHOR_EMAIL: 'test@dropgate.invalid',
      GIT_COMMITTER_NAME: 'Dropgate',
      GIT_COMMITTER_EMAIL: 'test@dropgate.invalid',
    });
    const run = (command: string, ...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
      return { status, output: `${stdout}${stderr}` };
    };
    expect(run('pre-commit', 'install', '--install-hooks')).toMatchObject({ status: 0 });

    write(folder, recklessDrop);
    run('git', 'add', '--all');
    // The work tree is clean of it: only the index counts.
    write(folder, { 'migrations/0002_drop_email.sql': '-- nothing\n' });
    const refused = run('git', 'commit', '--message', 'drop users.email');
    expect(refused.output).toContain('error[coupled-drop]: `users.email`');
    expect(refused.status).toBe(1);

    run('git', 'rm', '--quiet', '--force', 'migrations/0002_drop_email.sql');
    const accepted = run('git', 'commit', '--message', 'stop reading users.email');
    expect(accepted).toMatchObject({ status: 0 });
    expect(accepted.output).toMatch(/dropgate\.+Passed/);
  },
  600_000,
);
