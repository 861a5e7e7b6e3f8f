/** `dropgate check --fix` on small repositories: what it removes, what it leaves and why, and what it refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { commitAll, git, removeTemporaryFolders, temporaryFolder, write } from '../repository.ts';

const client = "import { OpenFeature } from '@openfeature/server-sdk';\nconst client = OpenFeature.getClient();\n";
const asking = (condition: string, before = client): string =>
  `${before}export async function price(id: string) {\n  if (${condition}) return 2;\n  return 1;\n}\n`;
const ask = (key: string, fallback: string): string => `await client.getBooleanValue('${key}', ${fallback}, { targetingKey: id })`;
const manifest = (name = '@openfeature/server-sdk'): string => `{"type":"module","dependencies":{"${name}":"1"}}\n`;
const on = (key: string): string => `${key}:\n  default: false\n  rollout: { by: id, percentage: 100 }\n  since: 2026-01-01\n`;
const off = (key: string): string => `${key}:\n  default: false\n  rollout: { by: id, percentage: 0 }\n  since: 2025-01-01\n`;
let root = '';

function begin(files: Record<string, string>): void {
  write(root, { 'package.json': manifest(), ...files });
  commitAll(root, 'start');
}

beforeEach(() => {
  root = temporaryFolder();
  git(root, 'init', '--quiet', '--initial-branch=main');
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
  return { code: await main(['check', ...args, '--now', '2026-02-09'], io), out: out.join(''), err: err.join('') };
}

const fixAll = (...args: string[]) => run('--all', '--fix', ...args);
const price = (): string => readFileSync(join(root, 'src/price.ts'), 'utf8');
const status = (): string => git(root, 'status', '--porcelain');

describe('a flag is removed where every evaluation gives the value that stays, failed or not', () => {
  test('on, with defaults that are on: the second run has nothing to say', async () => {
    begin({
      'flags.yaml': on('new-price'),
      'src/price.ts': asking(ask('new-price', 'true')),
      'src/size.ts': `${client}const DEFAULT = true;\nexport const size = async (id: string) => (${ask('new-price', 'DEFAULT')} ? 'new' : 'old');\n`,
    });
    const { code, out, err } = await fixAll();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^fixed: new-price is on everywhere; 2 evaluations in 2 files removed\n/);
    expect(out).not.toContain('stale-flag');
    expect(price()).not.toContain('new-price');
    expect(price()).toContain('return 2;');
    commitAll(root, 'fixed');
    const again = await fixAll();
    expect([again.code, status()]).toEqual([0, '']);
    expect(again.out).not.toContain('fixed');
  });

  test('off, through a wrapper and by the default of the SDK where none is given', async () => {
    begin({
      'package.json': manifest('unleash-client'),
      'flags.yaml': off('new-price'),
      'src/price.ts': asking("isOn('new-price', id)", "import { isOn } from './flags.ts';\n"),
      'src/flags.ts':
        "import { isEnabled } from 'unleash-client';\nexport const isOn = (key: string, id: string): boolean => isEnabled(key, { userId: id });\n",
    });
    expect((await fixAll()).out).toMatch(/^fixed: new-price is off everywhere; 1 evaluation in 1 file removed\n/);
    expect(price()).not.toContain('return 2;');
  });

  test('several flags in one file, one after the other', async () => {
    begin({
      'flags.yaml': `${on('new-price')}${off('old-tax')}`,
      'src/price.ts': asking(`(${ask('new-price', 'true')}) && !(${ask('old-tax', 'false')})`),
    });
    const { out } = await fixAll();
    expect(out).toContain('fixed: new-price is on everywhere; 1 evaluation in 1 file removed\n');
    expect(out).toContain('fixed: old-tax is off everywhere; 1 evaluation in 1 file removed\n');
    expect(price()).not.toMatch(/new-price|old-tax|client/);
  });
});

describe('a flag is left as it is, and the reason said, where', () => {
  const unfixed: readonly (readonly [string, Record<string, string>, string])[] = [
    [
      'its default is the other value',
      { 'src/price.ts': asking(ask('new-price', 'false')) },
      'src/price.ts:4 gives off when its evaluation fails, and on otherwise',
    ],
    [
      'one of several defaults is the other value',
      { 'src/price.ts': asking(`(${ask('new-price', 'true')}) || (${ask('new-price', 'false')})`) },
      'src/price.ts:4 gives off when its evaluation fails, and on otherwise',
    ],
    [
      'its default is computed',
      { 'src/price.ts': asking(ask('new-price', "process.env.NEW_PRICE === 'yes'")) },
      'what src/price.ts:4 gives when its evaluation fails is not known',
    ],
    [
      'nothing says what evaluates it',
      { 'src/price.ts': asking("flags.enabled('new-price')", "import { flags } from './flags.ts';\n") },
      'what src/price.ts:3 gives when its evaluation fails is not known',
    ],
    [
      'a handler gives something else',
      { 'src/price.ts': asking(`${ask('new-price', 'true')}.catch(() => false)`) },
      'what src/price.ts:4 gives when its evaluation fails is not known',
    ],
    [
      'code sets it to the other value',
      {
        'src/price.ts': asking(ask('new-price', 'true')),
        'src/boot.ts': "export const bootstrapFlags: Record<string, boolean> = { 'new-price': false };\n",
      },
      'src/boot.ts:1 gives it another value than on',
    ],
    [
      'code lists it with the other value',
      {
        'src/price.ts': asking(ask('new-price', 'true')),
        'src/boot.ts': "export const flags = [{ name: 'new-price', enabled: false }];\n",
      },
      'src/boot.ts:1 gives it another value than on',
    ],
    [
      'something of it would be left',
      {
        'src/price.ts': asking(ask('new-price', 'true')),
        'src/size.ts': `${client}export const size = (id: string) => client.getBooleanDetails('new-price', true, { targetingKey: id });\n`,
      },
      'src/size.ts:3 would be left: its result is used as a whole',
    ],
    [
      'a template names it',
      { 'src/price.ts': asking(ask('new-price', 'true')), 'src/App.vue': '<template><p v-if="on(\'new-price\')">new</p></template>\n' },
      'src/App.vue:1 names it, in a file that is not rewritten',
    ],
  ];

  test.each(unfixed)('%s', async (_, files, reason) => {
    begin({
      'flags.yaml': on('new-price'),
      'dropgate.config.json': '{ "evaluators": [{ "call": "flags.enabled", "key": 0 }] }',
      ...files,
    });
    const { code, out } = await fixAll();
    expect([code, status()]).toEqual([0, '']);
    expect(out).toContain(`not fixed: new-price: ${reason}\n`);
    expect(out).toContain('stale-flag');
  });

  test('the provider does not know it and its defaults differ', async () => {
    begin({
      'flags.yaml': 'new-price:\n  default: false\n  archived: true\n',
      'src/price.ts': asking(`(${ask('new-price', 'true')}) || (${ask('new-price', 'false')})`),
    });
    expect((await fixAll()).out).toMatch(/^not fixed: new-price: src\/price\.ts:4 gives on when its evaluation fails, and off otherwise\n/);
    expect(status()).toBe('');
  });
});

describe('flags that the check does not report stay', () => {
  const files = { 'flags.yaml': on('new-price'), 'src/price.ts': asking(ask('new-price', 'true')) };

  test('in code that the change leaves alone', async () => {
    begin(files);
    git(root, 'switch', '--quiet', '--create', 'topic');
    write(root, { 'src/other.ts': 'export const other = 1;\n' });
    commitAll(root, 'other');
    expect((await run('--fix')).out).not.toContain('fixed');
    expect(status()).toBe('');
    write(root, { 'src/price.ts': `${files['src/price.ts']}export const more = 1;\n` });
    commitAll(root, 'touched');
    expect((await run('--fix')).out).toMatch(/^fixed: new-price /);
  });

  test('of a rule that is off, and flags that are not due', async () => {
    begin({ ...files, 'dropgate.config.json': '{ "rules": { "stale-flag": "off" } }' });
    expect((await fixAll()).out).not.toContain('fixed');
    write(root, { 'dropgate.config.json': '{}', 'flags.yaml': on('new-price').replace('100', '25') });
    commitAll(root, 'not due');
    expect((await fixAll()).out).not.toContain('fixed');
    expect(status()).toBe('');
  });
});

describe('refused', () => {
  beforeEach(() => begin({ 'flags.yaml': on('new-price'), 'src/price.ts': asking(ask('new-price', 'true')) }));

  test('on a work tree with changes of its own', async () => {
    write(root, { 'src/mine.ts': '' });
    const { code, out, err } = await fixAll();
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('not committed (src/mine.ts)');
    expect(err).not.toContain('--allow-dirty');
    expect(price()).toContain('new-price');
  });

  test.each([
    [['--staged'], '--staged judges what is staged'],
    [['--head', 'main'], '--head judges a commit'],
  ])('with %j', async (args, message) => {
    const { code, out, err } = await run('--fix', ...args);
    expect([code, out, status()]).toEqual([2, '', '']);
    expect(err).toContain(message);
    expect(err).toContain('dropgate check --fix');
  });
});

test('a program that reads the output gets JSON alone; what was fixed is in it, and on standard error', async () => {
  begin({
    'flags.yaml': `${on('new-price')}${on('new-tax')}`,
    'src/price.ts': asking(ask('new-price', 'true')),
    'src/tax.ts': asking(ask('new-tax', 'false')),
  });
  const before = await run('--all', '--format', 'json');
  expect(JSON.parse(before.out)).not.toHaveProperty('fixed');
  expect(JSON.parse(before.out)).not.toHaveProperty('unfixed');
  const { code, out, err } = await fixAll('--format', 'json', '--max-warnings', '0');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    findings: [{ rule: 'stale-flag', subject: { key: 'new-tax' } }],
    fixed: [{ flag: 'new-price', value: true, evaluations: 1, files: ['src/price.ts'] }],
    unfixed: [{ flag: 'new-tax', reason: 'src/tax.ts:4 gives off when its evaluation fails, and on otherwise' }],
  });
  expect(err.split('\n')).toEqual([
    'fixed: new-price is on everywhere; 1 evaluation in 1 file removed',
    'not fixed: new-tax: src/tax.ts:4 gives off when its evaluation fails, and on otherwise',
    '',
  ]);
});
