/**
 * A real Unleash, pulled by the real command line: what the snapshot says everyone is served is what the real client gives a
 * few hundred contexts, since when is what its event log says, and `check` judges by both.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/program.ts';
import type { SnapshotFlag, SnapshotState } from '../../src/flags/pull/snapshot.ts';
import { readSnapshots } from '../../src/flags/pull/written.ts';
import { check } from '../../src/run.ts';
import { commitAll, git, removeTemporaryFolders, temporaryFolder, write } from '../repository.ts';
import { whyNoPostgres } from './postgres.ts';
import { adminToken, clientToken, production, startUnleash, strategyOf, type UnleashServer } from './unleash-server.ts';

const day = 24 * 3_600_000;
const now = Date.now();
const daysAgo = (days: number): string => new Date(now - days * day).toISOString();

let server: UnleashServer;
let repository = '';

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function dropgate(...args: string[]): Promise<Run> {
  const said = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (said[name] += text) });
  const code = await main(args, {
    cwd: repository,
    env: { UNLEASH_API_TOKEN: adminToken },
    stdout: output('stdout'),
    stderr: output('stderr'),
  });
  return { code, ...said };
}

const pull = (...args: string[]): Promise<Run> => dropgate('flags', 'pull', '--provider', 'unleash', '--host', server.url, ...args);

function flagsInSnapshot(): ReadonlyMap<string, SnapshotFlag> {
  const text = readFileSync(join(repository, '.dropgate/flags.json'), 'utf8');
  const read = readSnapshots(JSON.parse(text));
  if (!read.ok) throw new Error(read.problem);
  return new Map(read.snapshots[0]?.flags.map((flag) => [flag.key, flag]));
}

const inProduction = (key: string): SnapshotState => {
  const state = flagsInSnapshot()
    .get(key)
    ?.environments.find(({ environment }) => environment === 'production');
  if (state === undefined) throw new Error(`${key} is not in the snapshot`);
  return state;
};

/** Strategies of each feature, all enabled in production. */
const features = new Map<string, Parameters<UnleashServer['create']>[1]>([
  ['full', [{}]],
  ['half', [{ rollout: 50 }]],
  ['none', [{ rollout: 0 }]],
  ['plain', [{ name: 'default' }]],
  ['child-of-half', [{}]],
  ['child-of-full', [{}]],
  ['child-when-full-is-off', [{}]],
  [
    'constrained',
    [{ constraints: [{ contextName: 'userId', operator: 'IN', values: ['u1', 'u2'], caseInsensitive: false, inverted: false }] }],
  ],
  [
    'constrained-or-all',
    [{ constraints: [{ contextName: 'userId', operator: 'IN', values: ['u1'], caseInsensitive: false, inverted: false }] }, {}],
  ],
  ['one-variant', [{ variants: [{ name: 'blue', weight: 1000 }] }]],
  [
    'two-variants',
    [
      {
        variants: [
          { name: 'blue', weight: 500 },
          { name: 'green', weight: 500 },
        ],
      },
    ],
  ],
  ['sticky', [{ stickiness: 'userId' }]],
  ['sticky-half', [{ stickiness: 'userId', rollout: 50 }]],
  ['at-random', [{ stickiness: 'random' }]],
  ['half-or-all', [{ rollout: 50 }, { rollout: 100 }]],
  ['disabled-strategy', [{ rollout: 50 }, { disabled: true }]],
  ['fresh', [{}]],
]);

beforeAll(async () => {
  if (whyNoPostgres !== null) return;
  repository = temporaryFolder();
  git(repository, 'init', '--quiet', '--initial-branch=main');
  server = await startUnleash();
  for (const [name, strategies] of features) await server.create(name, strategies);
  await server.create('switch', [{}], 'kill-switch');
  await server.create('archived', [{}]);
  await server.call('DELETE', '/projects/default/features/archived');
  const parents = {
    'child-of-half': { feature: 'half' },
    'child-of-full': { feature: 'full' },
    'child-when-full-is-off': { feature: 'full', enabled: false },
  };
  for (const [child, parent] of Object.entries(parents))
    await server.call('POST', `/projects/default/features/${child}/dependencies`, parent);
  const constraint = { contextName: 'userId', operator: 'IN', values: ['u3', 'u4'], caseInsensitive: false, inverted: false };
  const segment = (await server.call('POST', '/segments', { name: 'beta', constraints: [constraint] })) as { id: number };
  await server.create('segmented', [{ segments: [segment.id] }]);
  await histories();
}, 120_000);

type Act = () => Promise<unknown>;

/** What happened to a feature, and how many days ago: its log is moved back between one act and the next. */
async function lived(feature: string, ...acts: readonly (readonly [daysAgo: number, act: Act])[]): Promise<void> {
  for (const [at, [daysAgo, act]] of acts.entries()) {
    await act();
    const days = daysAgo - (acts[at + 1]?.[0] ?? 0);
    await server.sql(`UPDATE events SET created_at = created_at - make_interval(days => $1) WHERE feature_name = $2`, [days, feature]);
  }
}

async function histories(): Promise<void> {
  const ids = new Map<string, readonly string[]>();
  const made =
    (feature: string, ...strategies: Parameters<UnleashServer['create']>[1]): Act =>
    async () =>
      ids.set(feature, await server.create(feature, strategies.length === 0 ? [{}] : strategies));
  const first = (feature: string): string => `${production(feature)}/strategies/${ids.get(feature)?.[0]}`;
  const rollout =
    (feature: string, value: string): Act =>
    () =>
      server.call('PATCH', first(feature), [{ op: 'replace', path: '/parameters/rollout', value }]);
  const put =
    (feature: string, more: object): Act =>
    () =>
      server.call('PUT', first(feature), { ...strategyOf(feature, {}), ...more });
  const turned =
    (feature: string, to: 'on' | 'off'): Act =>
    () =>
      server.call('POST', `${production(feature)}/${to}`);
  const variant = (name: string) => ({ variants: [{ name, weight: 1000, weightType: 'variable', stickiness: 'default' }] });

  await lived('title-edited', [30, made('title-edited')], [0, put('title-edited', { title: 'everybody' })]);
  await lived('flipped', [60, made('flipped')], [20, rollout('flipped', '50')], [3, rollout('flipped', '100')]);
  await lived('switched-off', [40, made('switched-off')], [30, turned('switched-off', 'off')]);
  await lived('switched-again', [30, made('switched-again')], [10, turned('switched-again', 'off')], [2, turned('switched-again', 'on')]);
  await lived(
    'other-variant',
    [30, made('other-variant', { variants: [{ name: 'blue', weight: 1000 }] })],
    [10, put('other-variant', variant('green'))],
  );
  const second: Act = () => server.call('POST', `${production('replaced')}/strategies`, strategyOf('replaced', {}));
  await lived('replaced', [30, made('replaced')], [10, second], [5, () => server.call('DELETE', first('replaced'))]);
  const parent: Act = () => server.call('POST', '/projects/default/features/child-of-flipped/dependencies', { feature: 'flipped' });
  await lived('child-of-flipped', [30, made('child-of-flipped')], [30, parent]);
  const revive: Act = () => server.call('POST', '/projects/default/revive', { features: ['revived'] });
  await lived('revived', [30, made('revived')], [20, () => server.call('DELETE', '/projects/default/features/revived')], [4, revive]);
  for (const name of ['full', 'sticky', 'child-of-full']) await lived(name, [30, async () => undefined]);
}

afterAll(async () => {
  await server?.stop();
  removeTemporaryFolders();
});

describe.skipIf(whyNoPostgres !== null)(`a real Unleash${whyNoPostgres === null ? '' : ` (skipped: ${whyNoPostgres})`}`, () => {
  test('is pulled, and says what was found', async () => {
    const { code, stdout, stderr } = await pull();
    expect(stderr).toBe(`dropgate: The token in UNLEASH_API_TOKEN is sent to ${server.url} (from --host).\n`);
    expect([code, stdout]).toEqual([
      0,
      `Unleash, project default: ${features.size + 11} flags in 2 environments (development, production).\nWrote .dropgate/flags.json: the first snapshot.\n`,
    ]);
    const text = readFileSync(join(repository, '.dropgate/flags.json'), 'utf8');
    for (const secret of [adminToken, 'dropgate-oracle', Buffer.from(adminToken).toString('base64').slice(4, -4)])
      expect(text).not.toContain(secret);
  });

  test('a second pull finds nothing new and leaves the file alone', async () => {
    const before = readFileSync(join(repository, '.dropgate/flags.json'), 'utf8');
    expect((await pull()).stdout).toContain('.dropgate/flags.json is up to date.');
    expect(readFileSync(join(repository, '.dropgate/flags.json'), 'utf8')).toBe(before);
  });

  test('what it says of the flags besides', () => {
    const flags = flagsInSnapshot();
    expect(flags.get('switch')).toMatchObject({ type: 'kill-switch', permanent: true });
    expect(flags.get('archived')).toMatchObject({ archived: true });
    expect(flags.get('child-of-full')).toMatchObject({ needs: ['full'], permanent: false, archived: false });
    expect(inProduction('full').isProduction).toBe(true);
  });

  test('everyone is served what the real client gives every context', async () => {
    const { startUnleash: startClient } = await import('unleash-client');
    const client = await startClient({
      url: `${server.url}/api/`,
      appName: 'oracle',
      customHeaders: { Authorization: clientToken },
      disableMetrics: true,
      refreshInterval: 3_600_000,
    });
    try {
      const wrong: string[] = [];
      const found = new Map<string, ReadonlySet<string>>();
      for (const key of flagsInSnapshot().keys()) {
        if (key === 'archived') continue;
        const { serves, by, variant } = inProduction(key);
        const seen = new Set<string>();
        for (let draw = 0; draw < 300; draw++) {
          const id = { userId: `u${draw}` };
          const context = draw % 3 === 0 ? {} : draw % 3 === 1 ? id : { ...id, sessionId: `s${draw}`, properties: { plan: 'pro' } };
          if (by !== null && !(by in context) && serves !== null) continue;
          const served = client.isEnabled(key, context);
          seen.add(String(served));
          if (serves !== null && served !== serves) wrong.push(`${key}: ${served} for ${JSON.stringify(context)}`);
          if (variant !== null && client.getVariant(key, context).name !== variant) wrong.push(`${key}: another variant than ${variant}`);
        }
        found.set(key, seen);
        // The key is really needed: without it, nobody is let in.
        if (by !== null && serves === true && client.isEnabled(key, {})) wrong.push(`${key}: served without ${by}`);
      }
      expect(wrong).toEqual([]);
      const constant = [...found].filter(([, values]) => values.size === 1).map(([key]) => key);
      expect([...flagsInSnapshot().keys()].filter((key) => key !== 'archived' && inProduction(key).serves !== null).sort()).toEqual(
        constant.sort(),
      );
    } finally {
      client.destroy();
    }
  });

  test('the key and the variant that go with it', () => {
    expect(inProduction('sticky')).toMatchObject({ serves: true, by: 'userId' });
    expect(inProduction('full')).toMatchObject({ serves: true, by: null });
    expect(inProduction('one-variant')).toMatchObject({ serves: true, variant: 'blue' });
    expect(inProduction('two-variants')).toMatchObject({ serves: true, variant: null });
    expect(inProduction('half')).toMatchObject({ serves: null, percentage: 50 });
    expect(inProduction('child-of-half').blockers.map(({ kind }) => kind)).toEqual(['prerequisite']);
    expect(inProduction('segmented').blockers.map(({ kind }) => kind)).toEqual(['segment']);
  });

  test.each([
    ['full', 30],
    ['sticky', 30],
    ['switched-off', 30],
    // A title is nothing that is served.
    ['title-edited', 30],
    // 100 → 50 → 100: the last time counts, for what rests on it too.
    ['flipped', 3],
    ['child-of-flipped', 3],
    ['switched-again', 2],
    ['other-variant', 10],
    // Another strategy that lets everybody in came before the first went.
    ['replaced', 30],
    ['revived', 4],
    ['fresh', 0],
  ])('%s has been served so for %i days, by the log of events', (key, days) => {
    const { since, sinceFrom } = inProduction(key);
    expect(sinceFrom).toBe('audit');
    expect(Math.abs(Date.parse(since ?? '') - Date.parse(daysAgo(days)))).toBeLessThan(120_000);
  });

  test('a change at the provider is a change in the snapshot, with what was before', async () => {
    await server.call('POST', `${production('fresh')}/off`);
    const { stdout } = await pull();
    expect(stdout).toMatch(/\n {2}fresh in production: on → off, since \d{4}-.*\nWrote .*: 1 change since the last\.\n$/);
    expect(inProduction('fresh')).toMatchObject({ serves: false, sinceFrom: 'audit', history: [{ serves: true }] });
    await server.call('POST', `${production('fresh')}/on`);
  });

  test('only one environment', async () => {
    const { stdout } = await pull('--environment', 'production', '--dry-run');
    expect(stdout).toContain('in 1 environment (production).\n');
    expect(stdout).toContain('Nothing was written (--dry-run)');
  });

  describe('refusals of the real server leave the snapshot as it is', () => {
    test.each([
      ['a token that does not exist', { UNLEASH_API_TOKEN: '*:*.no-such-token-1234' }, [], /Unleash answered 401/],
      ['a token of the wrong kind', { UNLEASH_API_TOKEN: clientToken }, [], /Unleash answered 40[13]/],
      [
        'a project that does not exist',
        { UNLEASH_API_TOKEN: adminToken },
        ['--project', 'nowhere'],
        /Unleash answered without a single flag\./,
      ],
      [
        'an environment that does not exist',
        { UNLEASH_API_TOKEN: adminToken },
        ['--environment', 'nowhere'],
        /There is no environment `nowhere`\.\n {2}Environments: development, production\./,
      ],
    ])('%s', async (_, env, args, message) => {
      const before = readFileSync(join(repository, '.dropgate/flags.json'), 'utf8');
      let said = '';
      const output = { write: (text: string) => (said += text) };
      const code = await main(['flags', 'pull', '--provider', 'unleash', '--host', server.url, ...args], {
        cwd: repository,
        env,
        stdout: output,
        stderr: output,
      });
      expect(said).toMatch(message);
      expect(code).toBe(2);
      expect(said).not.toContain(env.UNLEASH_API_TOKEN);
      expect(readFileSync(join(repository, '.dropgate/flags.json'), 'utf8')).toBe(before);
    });
  });

  describe('`check` of a change that drops the legacy column', () => {
    const guarded = (flag: string): string => `import pg from 'pg';
import { initialize } from 'unleash-client';
const pool = new pg.Pool();
const unleash = initialize({ url: 'https://flags.example.com/api', appName: 'app' });
export async function emailOf(id: string) {
  if (unleash.isEnabled('${flag}', { userId: id })) {
    return pool.query('SELECT address FROM user_emails WHERE user_id = $1', [id]);
  }
  return pool.query('SELECT email FROM users WHERE id = $1', [id]);
}
`;
    const released = `import pg from 'pg';
const pool = new pg.Pool();
export const emailOf = (id: string) => pool.query('SELECT address FROM user_emails WHERE user_id = $1', [id]);
`;
    const migrations = {
      'migrations/0001_users.sql': 'CREATE TABLE users (id uuid PRIMARY KEY, email text);\n',
      'migrations/0002_user_emails.sql': 'CREATE TABLE user_emails (user_id uuid PRIMARY KEY REFERENCES users (id), address text);\n',
    };
    const drop = { 'migrations/0003_drop_email.sql': 'ALTER TABLE users DROP COLUMN email;\n' };

    /** A repository whose main has this code and the snapshot as pulled. */
    function baseWith(code: string): string {
      const root = temporaryFolder();
      git(root, 'init', '--quiet', '--initial-branch=main');
      const snapshot = readFileSync(join(repository, '.dropgate/flags.json'), 'utf8');
      write(root, { ...migrations, 'src/users.ts': code, '.dropgate/flags.json': snapshot });
      commitAll(root, 'base');
      return root;
    }

    /** What `check` says of the drop. */
    async function findings(code: string): Promise<readonly string[]> {
      const root = baseWith(code);
      git(root, 'switch', '--quiet', '--create', 'change');
      write(root, { ...drop, 'src/users.ts': released });
      commitAll(root, 'drop');
      const report = await check({ cwd: root, base: 'main' });
      return report.findings.map(({ rule, severity }) => `${severity} ${rule}`);
    }

    test.each([
      ['held at 100 % for 30 days', 'full', ['warning coupled-drop']],
      ['held, although its title was edited today', 'title-edited', ['warning coupled-drop']],
      ['held, with the key it buckets by', 'sticky', ['warning coupled-drop']],
      ['at 100 % again for 3 days', 'flipped', ['error premature-contract']],
      ['at 50 %', 'half', ['error premature-contract']],
      ['behind a parent at 50 %', 'child-of-half', ['error premature-contract']],
      ['for a segment', 'segmented', ['error premature-contract']],
      ['off for 30 days: everyone reads the legacy column', 'switched-off', ['error coupled-drop', 'error unflagged-read']],
    ])('%s', async (_, flag, expected) => {
      expect(await findings(guarded(flag))).toEqual(expected);
    });
    test('`flags` lists what the provider said, with where it is evaluated', async () => {
      const root = baseWith(guarded('title-edited'));
      let text = '';
      const output = { write: (some: string) => (text += some) };
      expect(await main(['flags', '--format', 'json'], { cwd: root, env: {}, stdout: output, stderr: output })).toBe(0);
      const { flags } = JSON.parse(text) as { flags: { key: string; since: string; evaluations: { file: string; line: number }[] }[] };
      const listed = flags.find(({ key }) => key === 'title-edited');
      expect(listed).toMatchObject({
        serves: true,
        sinceFrom: 'audit',
        evaluations: [{ sdk: 'unleash-client', file: 'src/users.ts', line: 6 }],
      });
      expect(listed?.since).toBe(inProduction('title-edited').since);
      expect(flags.map(({ key }) => key)).toEqual([...flagsInSnapshot().keys()]);
    });
    test('once the flag is gone from the code: silent', async () => {
      expect(await findings(released)).toEqual([]);
    });
  });
});
