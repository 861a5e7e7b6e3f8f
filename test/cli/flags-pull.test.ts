/** `dropgate flags pull` as users type it: options, summary, exit code, the file, and what must never be said. */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { writeSnapshotFile } from '../../src/flags/pull/file.ts';
import { type Answer, closeServers, type Handler, type Running, serve } from '../flags/pull/server.ts';
import { git, removeTemporaryFolders, temporaryFolder, write } from '../repository.ts';

const token = 'tok-RECOGNISABLE-0123456789';
const file = '.dropgate/flags.json';
let root = '';
let server: Running;
let answer: Handler;

const json = (value: unknown, status = 200): Answer => ({ status, headers: {}, body: JSON.stringify(value) });

/** A gate of Statsig for everybody, or for nobody. */
const gate = (id: string, passPercentage = 100) => ({
  id,
  isEnabled: true,
  idType: 'userID',
  type: 'TEMPORARY',
  holdoutIDs: [],
  rules: [{ name: 'all', passPercentage, conditions: [{ type: 'public' }], environments: null }],
});
const gates = (...data: readonly object[]) => json({ data, pagination: { nextPage: null } });

beforeEach(async () => {
  root = temporaryFolder();
  git(root, 'init', '--quiet');
  server = await serve((...asked) => answer(...asked));
  answer = () => gates(gate('checkout'), gate('search', 0));
});
afterEach(closeServers);
afterAll(removeTemporaryFolders);

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function dropgate(
  args: readonly string[],
  env: Record<string, string> = { STATSIG_CONSOLE_API_KEY: token },
  cwd = root,
): Promise<Run> {
  const said = { stdout: '', stderr: '' };
  const to = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (said[name] += text) });
  const code = await main(['flags', 'pull', ...args], { cwd, env, stdout: to('stdout'), stderr: to('stderr') });
  expect(said.stdout + said.stderr).not.toContain('RECOGNISABLE');
  return { code, ...said };
}

const pull = (...args: string[]): Promise<Run> => dropgate(['--provider', 'statsig', '--host', server.url, ...args]);
const written = (): string => readFileSync(join(root, file), 'utf8');

describe('a pull', () => {
  test('writes the snapshot and says what is in it', async () => {
    expect(await pull()).toEqual({
      code: 0,
      stdout: 'Statsig: 2 flags.\nWrote .dropgate/flags.json: the first snapshot.\n',
      stderr: `dropgate: The token in STATSIG_CONSOLE_API_KEY is sent to ${server.url} (from --host).\n`,
    });
    expect(written()).toContain('"key": "checkout"');
    expect(readdirSync(join(root, '.dropgate'))).toEqual(['flags.json']);
  });
  test('the same again writes nothing', async () => {
    await pull();
    const before = { text: written(), time: lstatSync(join(root, file)).mtimeMs };
    expect((await pull()).stdout).toBe('Statsig: 2 flags.\n.dropgate/flags.json is up to date.\n');
    expect({ text: written(), time: lstatSync(join(root, file)).mtimeMs }).toEqual(before);
  });
  test('after a day without news it says that the state still holds', async () => {
    await pull();
    const old = written().replace(/"takenAt": "[^"]*"/, '"takenAt": "2026-01-01T00:00:00.000Z"');
    write(root, { [file]: old });
    expect((await pull()).stdout).toContain('Wrote .dropgate/flags.json: no changes since the last.');
    expect(written().replace(/"takenAt": "[^"]*"/, '')).toBe(old.replace(/"takenAt": "[^"]*"/, ''));
  });
  test('changes are told one by one', async () => {
    await pull();
    answer = () => gates(gate('checkout', 0), gate('fresh', 50));
    expect((await pull()).stdout).toMatch(
      /^Statsig: 2 flags\.\n {2}checkout: on → off, since \d{4}-.*\n {2}\+ fresh: 50 %\n {2}- search\nWrote \.dropgate\/flags\.json: 3 changes since the last\.\n$/,
    );
  });
  test('from a folder below, the file is that of the repository', async () => {
    write(root, { 'packages/a/x.txt': '' });
    const { code } = await dropgate(['--provider', 'statsig', '--host', server.url], undefined, join(root, 'packages/a'));
    expect([code, existsSync(join(root, file)), existsSync(join(root, 'packages/a/.dropgate'))]).toEqual([0, true, false]);
  });
  test('--dry-run writes nothing', async () => {
    expect((await pull('--dry-run')).stdout).toContain('Nothing was written (--dry-run): the first snapshot.');
    expect(existsSync(join(root, '.dropgate'))).toBe(false);
  });
  test('--out names another file', async () => {
    expect((await pull('--out', 'state/flags.json')).stdout).toContain('Wrote state/flags.json');
    expect(existsSync(join(root, 'state/flags.json'))).toBe(true);
  });
  test('the parts of other providers stay', async () => {
    const other = { provider: 'posthog', project: '7', takenAt: '2026-01-01T00:00:00.000Z', complete: true, flags: [] };
    write(root, { [file]: JSON.stringify({ version: 1, snapshots: [other] }) });
    await pull();
    expect((JSON.parse(written()) as { snapshots: unknown[] }).snapshots[0]).toEqual(other);
  });
  test('keys from the provider are shown, not obeyed', async () => {
    await pull();
    answer = () => gates(gate('checkout'), gate('search', 0), gate('a\u001b[2J\u202e\n::error::x'));
    const { stdout } = await pull();
    expect(stdout).not.toMatch(/\u001b|\u202e|\n::/);
    expect(stdout).toContain('a\\x1b[2J\\u202e\\n::error::x');
  });
  test('a token that the provider echoes is in no file', async () => {
    answer = () => gates(gate('checkout'), gate(`echo-${token}`), gate(Buffer.from(`id:${token}`).toString('base64')));
    expect((await pull()).code).toBe(0);
    expect(written()).not.toMatch(/RECOGNISABLE|UkVDT0dOSVNB|FQ09HTklTQUJM|SRUNPR05JU0FC/);
  });
});

describe('what fails leaves the file as it was', () => {
  const before = '{ "version": 1, "snapshots": [] }\n';
  test.each<readonly [string, () => Answer, RegExp]>([
    [
      '401',
      () => json({ message: `bad ${token}` }, 401),
      /^dropgate: Statsig answered 401 \(bad \[secret\]\), asked for 127\.0\.0\.1:\d+\/console\/v1\/gates\.\n {2}Nothing was written\. The token in STATSIG_CONSOLE_API_KEY was refused: .*\n$/,
    ],
    ['HTML', () => ({ status: 200, headers: {}, body: '<html>' }), /Statsig answered with HTML instead of JSON/],
    ['a truncated body', () => ({ status: 200, headers: {}, body: '{"data":[' }), /Statsig answered with JSON that breaks off/],
    ['something else', () => json({ gates: [] }), /Statsig answered without a list `data`/],
    ['no flags at all', () => gates(), /Statsig answered without a single flag\./],
  ])('%s', async (_, given, message) => {
    write(root, { [file]: before });
    answer = given;
    const { code, stdout, stderr } = await dropgate(['--provider', 'statsig', '--host', server.url, '--debug']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.replace(/^dropgate: The token.*\n/, '')).toMatch(message);
    expect(written()).toBe(before);
    expect(readdirSync(join(root, '.dropgate'))).toEqual(['flags.json']);
  });
});

describe('usage', () => {
  const none: Record<string, string> = {};
  test.each<readonly [string, readonly string[], Record<string, string>, RegExp]>([
    ['no provider', [], none, /required option '--provider <name>'/],
    [
      'a provider that is none',
      ['--provider', 'launchdarkli'],
      none,
      /There is no provider `launchdarkli` to pull from\. Did you mean `launchdarkly`\?\n {2}Providers: configcat, devcycle, /,
    ],
    ['a source without an API', ['--provider', 'flagd'], none, /There is no provider `flagd` to pull from/],
    [
      'no token',
      ['--provider', 'statsig'],
      none,
      /The token for Statsig is missing: STATSIG_CONSOLE_API_KEY is not set\.\n {2}Set the environment variable STATSIG_CONSOLE_API_KEY \(or STATSIG_CONSOLE_KEY\)/,
    ],
    ['an empty token', ['--provider', 'statsig'], { STATSIG_CONSOLE_API_KEY: ' \n' }, /The token for Statsig is missing/],
    [
      'a token with a line feed within',
      ['--provider', 'statsig'],
      { STATSIG_CONSOLE_API_KEY: `${token}\n${token}` },
      /The token in STATSIG_CONSOLE_API_KEY holds characters that no token has/,
    ],
    [
      'no host',
      ['--provider', 'unleash'],
      { UNLEASH_API_TOKEN: token },
      /--host is missing: everyone runs Unleash at an address of their own\.\n.*or set UNLEASH_URL/,
    ],
    [
      'no project',
      ['--provider', 'posthog'],
      { POSTHOG_API_KEY: token },
      /--project is missing: PostHog needs the id of the project, a number\.\n {2}Give it: --project <project>/,
    ],
    ['no client id', ['--provider', 'devcycle', '--project', 'web'], { DEVCYCLE_CLIENT_SECRET: token }, /DEVCYCLE_CLIENT_ID is not set/],
    [
      'a project where there are none',
      ['--provider', 'statsig', '--project', 'web'],
      { STATSIG_CONSOLE_KEY: token },
      /Statsig is not asked by project: --project says nothing here\./,
    ],
    [
      'an environment where there are none',
      ['--provider', 'posthog', '--project', '1', '--environment', 'prod'],
      { POSTHOG_API_KEY: token },
      /PostHog is not asked by environment/,
    ],
    [
      'two environments with one key',
      ['--provider', 'configcat', '--environment', 'a', '--environment', 'b-c'],
      { CONFIGCAT_SDK_KEY: token, CONFIGCAT_SDK_KEY_A: token },
      /CONFIGCAT_SDK_KEY_B_C is not set/,
    ],
    [
      'a host in the open',
      ['--provider', 'statsig', '--host', 'http://example.com'],
      { STATSIG_CONSOLE_KEY: token },
      /neither HTTPS nor on this machine: the token would be sent in the open to example\.com/,
    ],
    [
      'a host with a password',
      ['--provider', 'statsig', '--host', 'https://a:b@example.com'],
      { STATSIG_CONSOLE_KEY: token },
      /holds more than a host and a path/,
    ],
    [
      'a host that is none',
      ['--provider', 'statsig', '--host', 'example'],
      { STATSIG_CONSOLE_KEY: token },
      /The address in --host is not a URL/,
    ],
    [
      'a host of another kind',
      ['--provider', 'statsig', '--host', 'file:///etc/passwd'],
      { STATSIG_CONSOLE_KEY: token },
      /neither HTTPS nor on this machine/,
    ],
    [
      'a host that only looks like this machine',
      ['--provider', 'statsig', '--host', 'http://127.0.0.1.example.com'],
      { STATSIG_CONSOLE_KEY: token },
      /neither HTTPS nor on this machine/,
    ],
    [
      'a host from the environment in the open',
      ['--provider', 'unleash'],
      { UNLEASH_API_TOKEN: token, UNLEASH_URL: 'http://flags.example.com' },
      /The address in UNLEASH_URL is neither HTTPS/,
    ],
  ])('%s', async (_, args, env, message) => {
    const { code, stdout, stderr } = await dropgate(args, env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(existsSync(join(root, '.dropgate'))).toBe(false);
  });
  test('the host may come from the environment, with the path that the provider’s own clients want', async () => {
    answer = (request) => (request.url?.startsWith('/api/admin/environments') ? json({ environments: [] }) : json({}, 404));
    const { stderr } = await dropgate(['--provider', 'unleash', '--environment', 'production'], {
      UNLEASH_API_TOKEN: token,
      UNLEASH_URL: `${server.url}/api/`,
    });
    expect(stderr).toContain('There is no environment `production`.');
    expect(server.asked[0]?.url).toBe('/api/admin/environments/project/default');
  });
  test('outside of a repository', async () => {
    const folder = temporaryFolder();
    const { code, stderr } = await dropgate(['--provider', 'statsig', '--host', server.url], undefined, folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not inside a git repository')]);
  });
  test('help names the options', async () => {
    const { code, stdout } = await dropgate(['--help']);
    expect(code).toBe(0);
    for (const option of ['--provider', '--project', '--environment', '--host', '--out', '--dry-run', '--debug'])
      expect(stdout).toContain(option);
  });
});

describe('the file', () => {
  test('that is damaged is refused before anybody is asked', async () => {
    for (const text of ['{', '[]', '<<<<<<< HEAD', '{"version":2,"snapshots":[]}', '{"version":1,"snapshots":[{}]}']) {
      write(root, { [file]: text });
      const { code, stderr } = await pull();
      expect([code, stderr]).toEqual([2, expect.stringContaining('`.dropgate/flags.json` is not a snapshot')]);
      expect(written()).toBe(text);
    }
    expect(server.asked).toEqual([]);
  });
  test('that is a symbolic link is neither read nor replaced', async () => {
    const outside = join(temporaryFolder(), 'flags.json');
    mkdirSync(join(root, '.dropgate'));
    symlinkSync(outside, join(root, file));
    expect((await pull()).stderr).toContain('`.dropgate/flags.json` is a symbolic link');
    expect(existsSync(outside)).toBe(false);
  });
  test('whose folder is a symbolic link out of the repository is not written', async () => {
    const outside = temporaryFolder();
    symlinkSync(outside, join(root, '.dropgate'));
    const { code, stderr } = await pull();
    expect([code, stderr]).toEqual([2, expect.stringContaining('lies outside of the repository')]);
    expect(readdirSync(outside)).toEqual([]);
    rmSync(join(root, '.dropgate'));
    symlinkSync(join(outside, 'gone'), join(root, '.dropgate'));
    expect((await pull()).code).toBe(2);
    expect(server.asked).toEqual([]);
  });
  test('in a folder that cannot be made', async () => {
    write(root, { '.dropgate': 'a file' });
    expect((await pull()).code).toBe(2);
    const { code, stderr } = await pull('--out', '/proc/nope/flags.json');
    expect([code, stderr]).toEqual([2, expect.stringContaining('`/proc/nope/flags.json` could not be written')]);
  }, 20_000);
  test('that no check could read is not written', async () => {
    const tooLarge = 'x'.repeat(32 * 1024 * 1024 + 1);
    await expect(writeSnapshotFile(join(root, file), root, file, tooLarge)).rejects.toThrow('a check reads 32 MB at most');
    expect(existsSync(join(root, file))).toBe(false);
  });
  test('that is a folder', async () => {
    mkdirSync(join(root, file), { recursive: true });
    expect((await pull()).stderr).toContain('is not a file');
  });
});
