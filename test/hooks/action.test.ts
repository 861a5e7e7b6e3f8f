/** The action's script in the checkout that a pull request gives: one commit deep, a detached merge, an event file. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { obeyed } from '../report/runner.ts';
import { commitAll, git, plainEnvironment, recklessDrop, removeTemporaryFolders, temporaryFolder, usersApp, write } from '../repository.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Hosted {
  readonly remote: string;
  readonly base: string;
  readonly head: string;
  readonly merge: string;
}

let hosted: Hosted;

/** A remote as GitHub keeps it: the branches, and the merge of the pull request under refs/pull. */
function host(): Hosted {
  const remote = join(temporaryFolder(), 'remote');
  git('/', 'init', '--quiet', '--initial-branch=main', remote);
  write(remote, usersApp);
  commitAll(remote, 'start');
  git(remote, 'checkout', '--quiet', '-b', 'topic');
  write(remote, recklessDrop);
  const head = commitAll(remote, 'drop users.email');
  git(remote, 'checkout', '--quiet', 'main');
  for (let count = 0; count < 60; count++) commitAll(remote, `unrelated ${count}`);
  const base = git(remote, 'rev-parse', 'main');
  git(remote, 'checkout', '--quiet', '--detach', 'main');
  git(remote, 'merge', '--quiet', '--no-ff', '-m', 'merge', 'topic');
  const merge = git(remote, 'rev-parse', 'HEAD');
  git(remote, 'update-ref', 'refs/pull/1/merge', merge);
  git(remote, 'checkout', '--quiet', 'main');
  return { remote, base, head, merge };
}

/** What actions/checkout does by default. */
function checkout(commit: string): string {
  const workspace = temporaryFolder();
  git(workspace, 'init', '--quiet');
  git(workspace, 'remote', 'add', 'origin', pathToFileURL(hosted.remote).href);
  git(workspace, 'fetch', '--quiet', '--no-tags', '--depth=1', 'origin', commit);
  git(workspace, 'checkout', '--quiet', '--detach', commit);
  return workspace;
}

function runAction(workspace: string, extra: Record<string, string> = {}) {
  const temporary = temporaryFolder();
  write(temporary, {
    'event.json': JSON.stringify({
      number: 1,
      pull_request: { base: { ref: 'main', sha: hosted.base }, head: { ref: 'topic', sha: hosted.head } },
    }),
    'summary.md': 'before\n',
  });
  const env = plainEnvironment({
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: join(temporary, 'event.json'),
    GITHUB_STEP_SUMMARY: join(temporary, 'summary.md'),
    GITHUB_WORKSPACE: workspace,
    GITHUB_BASE_REF: 'main',
    GITHUB_HEAD_REF: 'topic',
    GITHUB_REF: 'refs/pull/1/merge',
    GITHUB_SHA: hosted.merge,
    RUNNER_TEMP: temporary,
    ...extra,
  });
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'scripts/action.mjs')], { cwd: workspace, env, encoding: 'utf8' });
  return {
    status,
    stdout,
    errors: obeyed(stdout).filter(({ name }) => name === 'error'),
    summary: readFileSync(join(temporary, 'summary.md'), 'utf8'),
  };
}

beforeAll(() => {
  hosted = host();
});

afterAll(removeTemporaryFolders);

describe('a pull request, one commit deep', () => {
  test.each(['merge', 'head'] as const)('checked out at its %s, is annotated and summed up', (which) => {
    const { status, errors, summary } = runAction(checkout(hosted[which]));
    expect(errors.map(({ properties }) => [properties.get('title'), properties.get('file'), properties.get('line')])).toEqual([
      ['dropgate coupled-drop', 'migrations/0002_drop_email.sql', '1'],
    ]);
    expect(status).toBe(1);
    expect(summary).toMatch(/^before\n## Dropgate: 1 error\n/);
    expect(summary).toContain('`users.email`');
  });

  test('whose remote is gone says how to get the history', () => {
    const workspace = checkout(hosted.merge);
    git(workspace, 'remote', 'set-url', 'origin', pathToFileURL(join(workspace, 'nowhere')).href);
    const { status, errors } = runAction(workspace);
    expect([status, errors.length]).toEqual([2, 1]);
    expect(errors[0]?.data).toContain('fetch-depth: 0');
  });

  test.each(['pull_request_target', 'workflow_run'])('%s is refused', (event) => {
    const { status, errors } = runAction(checkout(hosted.merge), { GITHUB_EVENT_NAME: event });
    expect([status, errors.length]).toEqual([2, 1]);
    expect(errors[0]?.data).toContain('Use `on: pull_request`');
  });

  test('inputs are data, whatever is in them', () => {
    const marker = join(temporaryFolder(), 'pwned');
    const { status } = runAction(checkout(hosted.merge), { DROPGATE_BASE: `$(touch ${marker})`, DROPGATE_FLAGS: '"; `id`\n::error::x' });
    expect(status).toBe(2);
    expect(() => readFileSync(marker)).toThrow();
  });
});

interface Action {
  readonly inputs: Record<string, { readonly default: string }>;
  readonly runs: { readonly steps: readonly { readonly run?: string; readonly uses?: string; readonly env?: Record<string, string> }[] };
}

describe('action.yml', () => {
  const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;

  test('hands its inputs over through the environment only', () => {
    for (const { run } of action.runs.steps) expect(run).not.toContain('${{');
    const handed = action.runs.steps.flatMap(({ env }) => Object.values(env ?? {}));
    expect(handed.sort()).toEqual(
      Object.keys(action.inputs)
        .map((name) => `\${{ inputs.${name} }}`)
        .sort(),
    );
  });

  test('every action that a workflow uses is pinned to a commit', () => {
    const workflow = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8');
    for (const [, uses] of workflow.matchAll(/uses: (\S+)/g)) expect(uses).toMatch(/@[0-9a-f]{40}$/);
    expect(workflow).toMatch(/permissions:\n {2}contents: read\n/);
  });
});
