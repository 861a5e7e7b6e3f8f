import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configFields } from '../../src/config/fields.ts';
import { parseJsonc } from '../../src/config/jsonc.ts';
import { defaultConfig, loadConfig, parseConfig } from '../../src/config/load.ts';
import { nearest } from '../../src/config/nearest.ts';
import { UsageError } from '../../src/parse/errors.ts';

const from =
  (files: Record<string, string>) =>
  async (paths: readonly string[]): Promise<ReadonlyMap<string, string>> =>
    new Map(paths.filter((path) => Object.hasOwn(files, path)).map((path) => [path, files[path] ?? '']));

const parsed = (value: unknown) => parseConfig('dropgate.config.json', JSON.stringify(value));

describe('finding the config', () => {
  test('none: defaults', async () => {
    expect(await loadConfig(from({}))).toEqual(defaultConfig);
  });

  test('JSON with comments and trailing commas', async () => {
    const config = await loadConfig(
      from({ 'dropgate.config.jsonc': '\uFEFF{ // days\n "soakDays": 7, /* off */ "rules": { "stale-flag": "off", }, }' }),
    );
    expect([config.soakDays, config.rules.get('stale-flag'), config.file]).toEqual([7, 'off', 'dropgate.config.jsonc']);
  });

  test.each([
    [{ 'dropgate.config.ts': 'export default {}' }, undefined, 'dropgate.config.ts is code, and Dropgate never executes'],
    [{ 'x.mjs': '' }, 'x.mjs', 'x.mjs is code'],
    [{ 'dropgate.config.json': '{}', 'dropgate.config.jsonc': '{}' }, undefined, 'two config files'],
    [{}, 'conf.json', 'conf.json does not exist'],
    [
      { 'dropgate.config.json': '{"rules":{"stale-flg":"off"}}' },
      undefined,
      '`rules.stale-flg` is not a known rule. Did you mean `stale-flag`?',
    ],
  ])('%j is refused', async (files, explicit, message) => {
    await expect(loadConfig(from(files as Record<string, string>), explicit, ['stale-flag'])).rejects.toThrow(message);
  });
});

describe('what it says', () => {
  test('every field is read', () => {
    const config = parsed({
      $schema: './node_modules/dropgate/schema.json',
      migrations: ['./db/migrations/'],
      dialect: 'postgres',
      deploy: 'code-first',
      deployed: 'production',
      soakDays: 3,
      flags: 'config/flags.yaml',
      criticalEnvironments: ['production', 'eu'],
      deadDays: 60,
      minimumAgeDays: 30,
      evaluationCounts: 'reports/evaluations.json',
      environmentFlags: ['FEATURE_*'],
      evaluators: [{ call: 'flags.enabled', from: './flags', key: 1, context: 0 }],
      transitions: [{ from: 'users.email', to: 'user_emails.address' }],
      permanentFlags: ['kill-switch'],
      policy: 'gate-all',
      rules: { 'stale-flag': 'note' },
      ignore: ['scripts/**'],
    });
    expect(config).toEqual({
      migrations: ['db/migrations'],
      dialect: 'postgres',
      deploy: 'code-first',
      deployed: 'production',
      soakDays: 3,
      flags: ['config/flags.yaml'],
      criticalEnvironments: ['production', 'eu'],
      deadDays: 60,
      minimumAgeDays: 30,
      evaluationCounts: 'reports/evaluations.json',
      environmentFlags: ['FEATURE_*'],
      evaluators: [{ call: 'flags.enabled', from: './flags', key: 1, context: 0 }],
      transitions: [{ from: 'users.email', to: 'user_emails.address' }],
      permanentFlags: ['kill-switch'],
      policy: 'gate-all',
      rules: new Map([['stale-flag', 'note']]),
      ignore: ['scripts/**'],
      file: 'dropgate.config.json',
    });
  });

  test.each([
    [{ polcy: 'evidence' }, '`polcy` is not a known key. Did you mean `policy`?'],
    [{ evaluators: [{ call: 'f', form: 'x' }] }, '`evaluators[0].form` is not a known key. Did you mean `from`?'],
    [{ evaluators: [{}] }, '`evaluators[0].call` is missing'],
    [{ evaluators: [{ call: 'f', key: -1 }] }, '`evaluators[0].key` must be the index'],
    [{ transitions: [{ from: 'users.email' }] }, '`transitions[0]` needs both'],
    [{ transitions: [{ from: 'email', to: 'a.b' }] }, '`transitions[0].from` must name a column'],
    [{ deploy: 'migrate_first' }, 'Did you mean `migrate-first`?'],
    [{ soakDays: '14' }, '`soakDays` must be a number'],
    [{ rules: { x: 'warn' } }, '`rules.x` must be `error` or `warning` or `note` or `off`.'],
    [{ migrations: 'db' }, '`migrations` must be a list.'],
    [{ migrations: ['../../etc'] }, '`migrations[0]` must be a path inside the repository'],
    [{ migrations: ['..%2fetc'] }, 'must be a path inside'],
    [{ flags: '/etc/passwd' }, 'must be a path inside'],
    [{ flags: 'C:\\flags' }, 'must be a path inside'],
    [{ flags: '\\\\host\\share' }, 'must be a path inside'],
    [{ flags: '' }, 'must be a text'],
    [{ flags: ['a.yaml', '../b.yaml'] }, '`flags[1]` must be a path inside'],
    [{ environmentFlags: ['FEATURE-?'] }, '`environmentFlags[0]` must be the name of a variable'],
    [{ ignore: ['{a,b}'.repeat(20)] }, 'too long a glob'],
    [[], 'must be an object'],
    [null, 'must be an object'],
  ])('%j is refused', (value, message) => {
    expect(() => parsed(value)).toThrow(message);
  });

  test('a prototype key is an unknown key, and changes nothing', () => {
    expect(() => parseConfig('c.json', '{"__proto__":{"polluted":1}}')).toThrow('`__proto__` is not a known key');
    expect(parseConfig('c.json', '{"rules":{"__proto__":"off","constructor":"note"}}').rules.get('__proto__')).toBe('off');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test.each(['', '{', '{"a":1}}', '{"a" 1}', '[1,,]', 'nul'])('%j is one clear error', (text) => {
    expect(() => parseConfig('c.json', text)).toThrow(UsageError);
  });

  test('hostile sizes are read in linear time', () => {
    const started = performance.now();
    for (const text of ['['.repeat(1e5), ','.repeat(1e6), '/*'.repeat(5e5), '"'.repeat(1e6), '//'.repeat(5e5), `[${' ,'.repeat(5e5)}]`])
      parseJsonc(text);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

test('schema.json says the same', () => {
  const schema = JSON.parse(readFileSync(new URL('../../schema.json', import.meta.url), 'utf8')) as {
    properties: Record<string, { default?: unknown; enum?: unknown[] }>;
  };
  expect(Object.keys(schema.properties).sort()).toEqual(['$schema', ...Object.keys(configFields)].sort());
  for (const [name, { default: value, enum: allowed }] of Object.entries(schema.properties)) {
    if (name === '$schema') continue;
    const own = defaultConfig[name as keyof typeof defaultConfig];
    expect(own instanceof Map ? {} : own, name).toEqual(value);
    for (const one of allowed ?? []) expect(() => parsed({ [name]: one })).not.toThrow();
    if (allowed !== undefined) expect(() => parsed({ [name]: 'something else' })).toThrow(UsageError);
  }
});

test('a misspelt word finds its neighbour, and nothing else does', () => {
  expect(nearest('unflagged-raed', ['unflagged-read', 'unflagged-write'])).toBe('unflagged-read');
  expect(nearest('zzz', ['unflagged-read'])).toBeNull();
});
