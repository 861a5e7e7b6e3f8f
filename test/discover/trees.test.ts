import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { commitTree, indexTree } from '../../src/discover/git-trees.ts';
import { memoryTree } from '../../src/discover/memory-tree.ts';
import type { Tree } from '../../src/discover/tree.ts';
import { workTree } from '../../src/discover/work-tree.ts';
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

const FILES = {
  'src/users.ts': 'select email from users',
  'src/other.ts': 'emailer(users_email)',
  'migrations/0001.sql': 'create table users ()',
  'ünïcode\nname.ts': 'email',
};
const text = async (tree: Tree, file: string): Promise<string | undefined> => {
  const bytes = (await tree.read([file])).get(file);
  return bytes && Buffer.from(bytes).toString('utf8');
};

test('all trees of the same content say the same', async () => {
  const s = fresh();
  const commit = s.commit('start', FILES);
  const trees = [commitTree(s.dir, commit), indexTree(s.dir), workTree(s.dir), memoryTree('memory', new Map(Object.entries(FILES)))];
  const paths = Object.keys(FILES).sort();
  for (const tree of trees) {
    expect((await tree.entries()).map((e) => e.path)).toEqual(paths);
    expect(await tree.search(['email'])).toEqual(['src/users.ts', 'ünïcode\nname.ts']);
    expect(await text(tree, 'src/users.ts')).toBe(FILES['src/users.ts']);
    expect(await text(tree, 'gone.ts')).toBeUndefined();
  }
});

test('the work tree has edits and untracked files, and not what is ignored or deleted', async () => {
  const s = fresh();
  s.commit('start', { ...FILES, '.gitignore': 'ignored.ts\n' });
  s.write({ 'src/users.ts': 'nothing here', 'src/new.ts': 'email', 'ignored.ts': 'email', 'src/other.ts': null });
  const tree = workTree(s.dir);
  expect((await tree.entries()).map((e) => e.path)).toEqual([
    '.gitignore',
    'migrations/0001.sql',
    'src/new.ts',
    'src/users.ts',
    'ünïcode\nname.ts',
  ]);
  expect(await tree.search(['email'])).toEqual(['src/new.ts', 'ünïcode\nname.ts']);
});

test('an unchanged file has the same id in every tree', async () => {
  const s = fresh();
  const commit = s.commit('start', FILES);
  const idOf = async (tree: Tree): Promise<string | undefined> => (await tree.entries()).find((e) => e.path === 'src/users.ts')?.id;
  expect(await idOf(workTree(s.dir))).toBe(await idOf(commitTree(s.dir, commit)));
  s.write({ 'src/users.ts': 'changed' });
  expect(await idOf(workTree(s.dir))).not.toBe(await idOf(commitTree(s.dir, commit)));
});

test('links, pipes and huge files are never opened, and said where they could matter', async () => {
  const s = fresh();
  writeFileSync(path.join(s.dir, 'big.sql'), Buffer.alloc(5_000_000, 32));
  symlinkSync('/proc/self/environ', path.join(s.dir, 'secret.sql'));
  const commit = s.commit('start', { 'a.sql': 'select 1' });
  execFileSync('mkfifo', [path.join(s.dir, 'pipe.sql')]);
  for (const tree of [commitTree(s.dir, commit), workTree(s.dir)]) {
    const read = await tree.read(['a.sql', 'big.sql', 'secret.sql', 'pipe.sql']);
    expect([...read.keys()]).toEqual(['a.sql']);
    expect(tree.skipped.map((k) => k.path)).toContain('big.sql');
    expect(tree.skipped.map((k) => k.path)).toContain('secret.sql');
    expect((await tree.entries()).map((e) => e.path)).not.toContain('secret.sql');
  }
});

test('a sparse checkout leaves files out of the work tree, not out of the tree', async () => {
  const s = fresh();
  s.commit('start', FILES);
  s.git('sparse-checkout', 'set', '--no-cone', '/migrations/');
  const tree = workTree(s.dir);
  expect((await tree.entries()).map((e) => e.path)).toContain('src/users.ts');
  expect(await tree.search(['email'])).toContain('src/users.ts');
  expect(await text(tree, 'src/users.ts')).toBe(FILES['src/users.ts']);
});
