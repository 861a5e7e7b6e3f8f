import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openRepository } from '../../src/discover/revisions.ts';
import { UsageError } from '../../src/parse/errors.ts';
import { type Sandbox, sandbox } from './repository.ts';

const made: Sandbox[] = [];
const fresh = (): Sandbox => {
  const s = sandbox();
  made.push(s);
  return s;
};
afterAll(() => {
  for (const s of made) s.remove();
});

const problem = async (run: Promise<unknown>): Promise<UsageError> => {
  const error = await run.then(
    () => null,
    (e: unknown) => e,
  );
  if (!(error instanceof UsageError)) throw new Error(`expected a UsageError, got ${String(error)}`);
  return error;
};
const clone = (from: string, ...args: string[]): string => {
  const dir = mkdtempSync(path.join(tmpdir(), 'dropgate-clone-'));
  execFileSync('git', ['clone', '-q', ...args, `file://${from}`, dir]);
  return dir;
};

describe('base', () => {
  test('on a branch it is the merge base with main, and the tip of main is deployed code', async () => {
    const s = fresh();
    const fork = s.commit('start', { 'a.ts': '1' });
    s.git('checkout', '-q', '-b', 'feature');
    s.commit('work', { 'a.ts': '2' });
    s.git('checkout', '-q', 'main');
    const tip = s.commit('main goes on', { 'b.ts': '1' });
    s.git('checkout', '-q', 'feature');
    const repository = await openRepository(s.dir, {}, {});
    expect(repository.base?.revision).toBe(fork);
    expect(repository.deployed.map((t) => t.revision)).toEqual([tip]);
    expect(repository.head.revision).toBe('worktree');
  });

  test('on main itself it is HEAD; --staged reads the index', async () => {
    const s = fresh();
    const head = s.commit('start', { 'a.ts': 'committed' });
    s.write({ 'a.ts': 'staged' });
    s.git('add', 'a.ts');
    s.write({ 'a.ts': 'work tree' });
    const repository = await openRepository(s.dir, { staged: true }, {});
    expect(repository.base?.revision).toBe(head);
    expect(Buffer.from((await repository.head.read(['a.ts'])).get('a.ts') ?? []).toString()).toBe('staged');
  });

  test('before the first commit it is empty', async () => {
    const s = fresh();
    s.write({ 'a.sql': 'select 1' });
    const repository = await openRepository(s.dir, {}, {});
    expect(await repository.base?.entries()).toEqual([]);
    expect((await repository.head.entries()).map((e) => e.path)).toEqual(['a.sql']);
  });

  test('GITHUB_BASE_REF names the target branch', async () => {
    const s = fresh();
    const main = s.commit('start', { 'a.ts': '1' });
    s.git('checkout', '-q', '-b', 'release');
    const release = s.commit('release', { 'a.ts': '2' });
    s.git('checkout', '-q', '-b', 'fix');
    s.commit('fix', { 'a.ts': '3' });
    const dir = clone(s.dir, '--branch', 'fix');
    expect((await openRepository(dir, {}, { GITHUB_BASE_REF: 'release' })).base?.revision).toBe(release);
    expect((await openRepository(dir, {}, { GITHUB_BASE_REF: 'main' })).base?.revision).toBe(main);
  });

  test('an explicit base stands alone', async () => {
    const s = fresh();
    const first = s.commit('1', { 'a.ts': '1' });
    s.commit('2', { 'a.ts': '2' });
    const repository = await openRepository(s.dir, { base: first }, {});
    expect(repository.deployed).toEqual([]);
  });
});

describe('what is missing is named with the command that brings it', () => {
  test('a base that does not exist', async () => {
    const s = fresh();
    s.commit('start', { 'a.ts': '1' });
    const error = await problem(openRepository(s.dir, { base: 'nowhere' }, {}));
    expect(error.message).toBe('`nowhere` (from --base) is not a commit in this clone.');
    expect(error.hint).toBe('Check the name: git branch --all');
  });

  test('an option in disguise is no ref', async () => {
    const s = fresh();
    s.commit('start', { 'a.ts': '1' });
    expect((await problem(openRepository(s.dir, { base: '--output=pwned' }, {}))).message).toContain('is not a commit');
  });

  test('a shallow clone without the merge base', async () => {
    const s = fresh();
    s.commit('1', { 'a.ts': '1' });
    s.git('checkout', '-q', '-b', 'feature');
    s.commit('2', { 'a.ts': '2' });
    s.git('checkout', '-q', 'main');
    s.commit('3', { 'b.ts': '3' });
    const dir = clone(s.dir, '--depth', '1', '--no-single-branch', '--branch', 'feature');
    const error = await problem(openRepository(dir, {}, {}));
    expect(error.message).toBe('`origin/HEAD` and the change have no common commit, because this clone is shallow.');
    expect(error.hint).toContain('git fetch --unshallow');
  });

  test('a target branch that was not fetched', async () => {
    const s = fresh();
    s.commit('1', { 'a.ts': '1' });
    s.git('branch', 'develop');
    const dir = clone(s.dir, '--single-branch', '--branch', 'main');
    const error = await problem(openRepository(dir, {}, { GITHUB_BASE_REF: 'develop' }));
    expect(error.hint).toBe('Fetch it: git fetch origin develop:refs/remotes/origin/develop');
  });

  test('a folder that is no repository', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'dropgate-none-'));
    expect((await problem(openRepository(dir, {}, {}))).message).toContain('is not inside a git repository');
  });
});

describe('without a checkout', () => {
  test('a bare clone and a --no-checkout clone are read from objects', async () => {
    const s = fresh();
    const base = s.commit('1', { 'src/a.ts': 'const email = 1;' });
    const head = s.commit('2', { 'src/a.ts': 'const address = 1;' });
    for (const form of ['--bare', '--no-checkout']) {
      const dir = clone(s.dir, form);
      const repository = await openRepository(dir, { base, head }, {});
      expect(await repository.base?.search(['email'])).toEqual(['src/a.ts']);
      expect(await repository.head.search(['email'])).toEqual([]);
      expect(await repository.head.search(['address'])).toEqual(['src/a.ts']);
    }
  });

  test('a bare clone without --head says what to name', async () => {
    const s = fresh();
    s.commit('1', { 'a.ts': '1' });
    expect((await problem(openRepository(clone(s.dir, '--bare'), {}, {}))).hint).toContain('--head');
  });
});

test('history lists the versions of a file, newest first', async () => {
  const s = fresh();
  s.commit('1', { 'flags.yaml': 'one' }, '2026-01-01T00:00:00Z');
  s.commit('unrelated', { 'a.ts': '1' }, '2026-01-02T00:00:00Z');
  s.commit('2', { 'flags.yaml': 'two' }, '2026-01-03T00:00:00Z');
  const repository = await openRepository(s.dir, {}, {});
  expect((await repository.history('flags.yaml')).map(({ date, text }) => [new Date(date).toISOString(), text])).toEqual([
    ['2026-01-03T00:00:00.000Z', 'two'],
    ['2026-01-01T00:00:00.000Z', 'one'],
  ]);
});

describe('what cannot be judged is said', () => {
  test('an index with merge conflicts', async () => {
    const s = fresh();
    s.commit('start', { 'a.ts': 'one' });
    s.git('checkout', '-q', '-b', 'topic');
    s.commit('topic', { 'a.ts': 'two' });
    s.git('checkout', '-q', 'main');
    s.commit('main', { 'a.ts': 'three' });
    try {
      s.git('merge', '-q', 'topic');
    } catch {
      // The conflict is the point.
    }
    const repository = await openRepository(s.dir, { staged: true }, {});
    expect((await problem(repository.head.entries())).message).toBe('`a.ts` has merge conflicts.');
  });

  test('several branches, none of which is known to be the default', async () => {
    const s = fresh();
    s.git('checkout', '-q', '-b', 'stable');
    s.commit('start', { 'a.ts': 'one' });
    expect((await openRepository(s.dir, {}, {})).base?.revision).toBe(s.git('rev-parse', 'HEAD'));
    s.git('checkout', '-q', '-b', 'topic');
    expect((await problem(openRepository(s.dir, {}, {}))).hint).toContain('init.defaultBranch');
    s.git('config', 'init.defaultBranch', 'stable');
    expect((await openRepository(s.dir, {}, {})).base?.revision).toBe(s.git('rev-parse', 'stable'));
  });

  test('a history that does not go that far back', async () => {
    const s = fresh();
    s.commit('start', { 'a.ts': 'one' });
    expect((await problem(openRepository(s.dir, { base: 'HEAD~1' }, {}))).hint).toContain('does not go that far back');
  });
});

test('GIT_DIR and GIT_WORK_TREE lead to a repository from anywhere', async () => {
  const s = fresh();
  s.commit('start', { 'a.ts': 'one' });
  const elsewhere = mkdtempSync(path.join(tmpdir(), 'dropgate-else-'));
  const { GIT_DIR, GIT_WORK_TREE } = process.env;
  Object.assign(process.env, { GIT_DIR: path.join(s.dir, '.git'), GIT_WORK_TREE: s.dir });
  try {
    expect((await (await openRepository(elsewhere, {}, {})).head.entries()).map((e) => e.path)).toEqual(['a.ts']);
  } finally {
    for (const [name, value] of Object.entries({ GIT_DIR, GIT_WORK_TREE })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});
