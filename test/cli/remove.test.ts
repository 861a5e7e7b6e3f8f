/** `dropgate remove` on a small repository: what it prints, writes and refuses, and its exit codes. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { parseJsonc } from '../../src/config/jsonc.ts';
import { asOnDisk, writeChanges, writeNewFiles } from '../../src/remove/on-disk.ts';
import { commitAll, git, plainEnvironment, removeTemporaryFolders, temporaryFolder, write } from '../repository.ts';

const client = "import { OpenFeature } from '@openfeature/server-sdk';\nconst client = OpenFeature.getClient();\n";
const ask = (key: string): string => `await client.getBooleanValue('${key}', false, { targetingKey: id })`;
const files = {
  'package.json': '{"type":"module","dependencies":{"@openfeature/server-sdk":"1"}}\n',
  'flags.yaml':
    'stale:\n  default: false\n  rollout: { by: id, percentage: 100 }\n  since: 2026-01-01\nlive:\n  default: false\n  rollout: { by: id, percentage: 25 }\n',
  'src/price.ts': `${client}export async function price(id: string) {\n  if (${ask('stale')}) return 2;\n  return 1;\n}\n`,
  'src/size.ts': `${client}export const size = async (id: string) => (${ask('live')} ? 'new' : 'old');\n`,
};
const now = ['--now', '2026-02-09'];
let root = '';

beforeEach(() => {
  root = temporaryFolder();
  git(root, 'init', '--quiet', '--initial-branch=main');
  write(root, files);
  commitAll(root, 'start');
});

afterAll(removeTemporaryFolders);

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    cwd: root,
    env: {},
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
  };
  return { code: await main(['remove', ...args, ...now], io), out: out.join(''), err: err.join('') };
}

const price = (): string => readFileSync(join(root, 'src/price.ts'), 'utf8');
const status = (): string => git(root, 'status', '--porcelain');

test('the patch goes to the output and does what --write does; nothing is written before', async () => {
  const { code, out, err } = await run('stale');
  expect([code, status()]).toEqual([0, '']);
  expect(err).toMatch(
    /^stale: on stays, as its state says; 1 evaluation removed\.\nWould change 1 file: .*\n\nApply it: the same command with --write\.\n$/s,
  );
  execFileSync('git', ['apply', '-'], { cwd: root, input: out, env: plainEnvironment() });
  const patched = price();
  expect(patched).toContain('return 2;');
  expect(patched).not.toContain('stale');
  git(root, 'checkout', '--quiet', '.');
  expect(await run('stale', '--write')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/\nChanged 1 file: /) });
  expect(price()).toBe(patched);
});

test('a second run changes nothing and says so', async () => {
  await run('stale', '--write');
  commitAll(root, 'removed');
  const { code, out, err } = await run('stale', '--write');
  expect([code, err, status()]).toEqual([0, '', '']);
  expect(out).toContain('stale: on stays, as its state says; no evaluation of it was removed.\nNothing to change.\n');
});

test('a key that nothing names is said, with the one that may be meant', async () => {
  expect(await run('stael', '--value', 'on')).toEqual({
    code: 0,
    out: 'stael: nothing names it: it is gone already, or spelt otherwise. Did you mean `stale`?\nNothing to change.\n',
    err: '',
  });
  expect(await run('stael')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean `stale`?') });
});

test('a project that names no libraries has the default ones after the removal too', async () => {
  const page = 'export const title = () => { console.log(document.title); return [1, 2].includes(2); };\n';
  write(root, {
    'src/price.ts': `${files['src/price.ts']}${page}`,
    'tsconfig.json': '{"compilerOptions":{"strict":true,"target":"es2020"}}\n',
  });
  commitAll(root, 'a page');
  expect(await run('stale', '--write')).toMatchObject({ code: 0, out: expect.stringContaining('1 evaluation removed') });
  expect(price()).not.toContain('stale');
});

test('--all-stale takes those that are due, and says where there is none', async () => {
  await run('--all-stale', '--write');
  expect(price()).not.toContain('stale');
  expect(readFileSync(join(root, 'src/size.ts'), 'utf8')).toBe(files['src/size.ts']);
  write(root, { 'flags.yaml': '{}\n' });
  commitAll(root, 'removed');
  expect(await run('--all-stale')).toEqual({ code: 0, out: 'No flag is due for removal.\nNothing to change.\n', err: '' });
});

test('a flag whose value nothing proves is taken with --value only', async () => {
  expect(await run('live')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('dropgate remove live --value on') });
  expect(await run('live', '--value', 'off', '--write')).toMatchObject({
    code: 0,
    out: expect.stringContaining('live: off stays, as asked'),
  });
  expect(readFileSync(join(root, 'src/size.ts'), 'utf8')).toMatch(/'old'/);
});

test('what is left is told, and the exit code says so', async () => {
  write(root, {
    'src/all.ts': `${client}export const all = (key: string, id: string) => client.getBooleanDetails('stale', false, { targetingKey: id });\n`,
  });
  commitAll(root, 'details');
  const { code, out } = await run('stale', '--write');
  expect(out).toMatch(/\nLeft:\n {2}src\/all\.ts:3 {2}stale: /);
  expect(code).toBe(1);
});

test('--json: the documented keys, the texts before and after', async () => {
  const { code, out, err } = await run('stale', '--json');
  expect([code, err, status()]).toEqual([0, '', '']);
  const answer: unknown = JSON.parse(out);
  expect(answer).toMatchObject({
    version: 1,
    tool: { name: 'dropgate' },
    written: false,
    flags: [{ key: 'stale', value: true, from: 'state', similar: null }],
    changes: [{ file: 'src/price.ts', before: files['src/price.ts'], after: expect.stringContaining('return 2;') }],
    rewritten: [{ key: 'stale', location: { file: 'src/price.ts', line: 4 } }],
    left: [],
  });
});

describe('docs/json.md shows the keys that are written', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/json.md', import.meta.url)), 'utf8');
  const section = page.slice(page.indexOf('## `dropgate remove --json`'));
  const blocks = [...section.matchAll(/^```jsonc\n([\s\S]*?)^```/gm)].map(([, block = '']) => parseJsonc(block));

  test.each([
    [0, []],
    [1, ['--stop-legacy-writes']],
    [2, ['--contract']],
  ])('block %i: %j', async (index, options) => {
    const block = blocks[index];
    const documented: unknown = block?.ok === true ? block.value : {};
    const { out } = await run('stale', ...options, '--json');
    expect(Object.keys(documented as object)).toEqual(Object.keys(JSON.parse(out) as object));
  });
});

test.each([
  [[], 'No flag is named.'],
  [[''], 'A flag has no name.'],
  [['stale', '--value', ''], '--value says nothing.'],
  [['stale', '--object', 'users.email'], '--object goes with --contract or --stop-legacy-writes.'],
  [['stale', '--base', 'main'], '--base goes with'],
  [['stale', '--deployed', 'main'], '--deployed goes with'],
  [['--contract'], 'No flag is named, and no object.'],
  [['stale', 'live', '--contract'], '--contract is for one flag at a time'],
  [['stale', 'live', '--stop-legacy-writes'], '--stop-legacy-writes is for one flag at a time'],
  [['stale', '--contract', '--stop-legacy-writes'], 'cannot be used with'],
  [['--all-stale', '--contract'], 'cannot be used with'],
  [['--all-stale', '--stop-legacy-writes'], 'cannot be used with'],
  [['--contract', '--object', 'no.such'], 'is called `no.such`'],
])('%j is bad usage', async (args, message) => {
  const { code, out, err } = await run(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

test.each([['stale'], ['stale', '--stop-legacy-writes'], ['stale', '--contract']])('a dirty tree is refused: %s %s', async (...args) => {
  write(root, { 'src/size.ts': `${files['src/size.ts']}// mine\n`, 'new.txt': '' });
  const { code, out, err } = await run(...args, '--write');
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('not committed (src/size.ts, new.txt)');
});

test('--allow-dirty writes beside changes of one’s own, and leaves them', async () => {
  write(root, { 'src/price.ts': `// mine\n${files['src/price.ts']}` });
  expect((await run('stale', '--write', '--allow-dirty')).code).toBe(0);
  expect(price()).toMatch(/^\/\/ mine\n/);
  expect(price()).not.toContain('stale');
});

test('bytes that no edit touches stay: byte order mark and CRLF', async () => {
  write(root, { 'src/price.ts': `\ufeff${files['src/price.ts'].replaceAll('\n', '\r\n')}` });
  commitAll(root, 'from Windows');
  const { out } = await run('stale');
  execFileSync('git', ['-c', 'core.autocrlf=false', 'apply', '-'], { cwd: root, input: out, env: plainEnvironment() });
  const patched = price();
  git(root, 'checkout', '--quiet', '.');
  await run('stale', '--write');
  expect(price()).toBe(patched);
  expect(price().startsWith('\ufeffimport') || price().startsWith('\ufeffexport')).toBe(true);
  expect(price().replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
});

describe('the work tree is only written where it is what was read', () => {
  const change = { file: 'src/price.ts', before: files['src/price.ts'], after: 'x\n' };

  test('a file that was changed meanwhile stays, and so do all others', async () => {
    write(root, { 'src/price.ts': 'mine\n' });
    const other = { file: 'src/size.ts', before: files['src/size.ts'], after: null };
    await expect(writeChanges(root, [other, change])).rejects.toThrow('`src/price.ts` was changed after it was read.');
    expect(price()).toBe('mine\n');
    expect(existsSync(join(root, 'src/size.ts'))).toBe(true);
  });

  test('a file that is gone, or no UTF-8, is refused', async () => {
    writeFileSync(join(root, 'src/price.ts'), Buffer.from(files['src/price.ts'], 'utf16le'));
    await expect(writeChanges(root, [{ ...change, before: 'caf\ufffd' }])).rejects.toThrow('was changed after it was read');
    writeFileSync(join(root, 'src/price.ts'), Buffer.from('caf\u00e9', 'latin1'));
    await expect(writeChanges(root, [{ ...change, before: 'caf\ufffd' }])).rejects.toThrow('is not UTF-8');
    unlinkSync(join(root, 'src/price.ts'));
    await expect(writeChanges(root, [change])).rejects.toThrow('is not in the work tree');
  });

  test('nothing is written through a link', async () => {
    const outside = temporaryFolder();
    renameSync(join(root, 'src'), join(outside, 'src'));
    symlinkSync(join(outside, 'src'), join(root, 'src'));
    await expect(writeChanges(root, [change])).rejects.toThrow('is a link, or stands behind one');
    rmSync(join(root, 'src'));
    write(root, { 'src/other.ts': '' });
    symlinkSync(join(outside, 'src/price.ts'), join(root, 'src/price.ts'));
    await expect(asOnDisk(root, [change])).rejects.toThrow('is a link, or stands behind one');
    expect(readFileSync(join(outside, 'src/price.ts'), 'utf8')).toBe(files['src/price.ts']);
  });

  test('new files: never over one that is there, never outside, and then none at all', async () => {
    const outside = temporaryFolder();
    symlinkSync(outside, join(root, 'linked'));
    symlinkSync(join(outside, 'nowhere'), join(root, 'dangling.sql'));
    const fresh = { path: 'migrations/1.sql', text: 'x' };
    for (const [path, message] of [
      ['flags.yaml', 'is there already'],
      ['dangling.sql', 'is there already'],
      ['linked/new/2.sql', 'would stand outside'],
    ] as const)
      await expect(writeNewFiles(root, [fresh, { path, text: 'x' }])).rejects.toThrow(message);
    expect([existsSync(join(root, 'migrations')), readdirSync(outside)]).toEqual([false, []]);
    await writeNewFiles(root, [fresh]);
    expect(readFileSync(join(root, 'migrations/1.sql'), 'utf8')).toBe('x');
  });
});
