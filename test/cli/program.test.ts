import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { wantsColor } from '../../src/cli/io.ts';
import { main } from '../../src/cli/program.ts';
import { UsageError } from '../../src/parse/errors.ts';
import type { Draft } from '../../src/report/finish.ts';
import type { CheckOptions } from '../../src/run.ts';
import { draft, reportOf } from '../report/example.ts';

const check = vi.hoisted(() => vi.fn());
vi.mock('../../src/run.ts', () => ({ check }));

const warning: Draft = { ...draft, severity: 'warning' };
let findings: readonly Draft[] = [];

beforeEach(() => {
  findings = [];
  check.mockReset();
  check.mockImplementation(async () => reportOf(findings));
});

async function run(args: readonly string[], env: Io['env'] = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    cwd: mkdtempSync(join(tmpdir(), 'dropgate-')),
    env,
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
  };
  const code = await main(args, io);
  return { code, out: out.join(''), err: err.join(''), cwd: io.cwd };
}

/** The options of the first check. */
const checked = (): CheckOptions => check.mock.calls[0]?.[0];

describe('exit codes', () => {
  test.each([
    [[], [], 0],
    [[draft], [], 1],
    [[warning], [], 0],
    [[warning], ['--max-warnings', '0'], 1],
    [[warning], ['--max-warnings', '1'], 0],
    [[draft], ['--exit-zero'], 0],
    [[{ ...draft, rule: 'internal-error' }], ['--exit-zero'], 2],
  ])('%#', async (found, args, code) => {
    findings = found;
    expect((await run(['check', ...args])).code).toBe(code);
  });

  test.each([
    [['chekc'], "unknown command 'chekc'\n(Did you mean check?)"],
    [['check', '--bse', 'x'], "unknown option '--bse'\n(Did you mean --base?)"],
    [['check', 'stray'], 'too many arguments'],
    [['check', '--staged', '--all'], 'cannot be used with'],
    [['check', '--now', 'yesterday'], '--now yesterday is no date.'],
    [['check', '--now', '2026-02-30T00:00:00+99:99'], 'is no date'],
    [['check', '--max-warnings', '-1'], 'It must be a number'],
    [['check', '--format', 'jsn'], 'There is no format `jsn`. Did you mean `json`?'],
    [['check', '--format', 'json='], 'names no file'],
    [['check', '--format', 'json=no/such/folder.json'], 'could not be written'],
    [['report', '--format', 'pretty'], 'There is no format `pretty`'],
    [['explain', 'no-such-rule'], 'There is no rule `no-such-rule`'],
    [[], 'Usage: dropgate'],
  ])('%j is bad usage', async (args, message) => {
    const { code, out, err } = await run(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  test('what the user can put right is one message and what to do', async () => {
    check.mockRejectedValue(new UsageError('There is no ref `x\u001b[2J`.', 'git fetch origin x'));
    expect(await run(['check'])).toMatchObject({ code: 2, out: '', err: 'dropgate: There is no ref `x\\x1b[2J`.\n  git fetch origin x\n' });
  });

  test('an internal error is one line; its stack is for --debug', async () => {
    check.mockRejectedValue(new TypeError('undefined is no function'));
    const { code, err } = await run(['check']);
    expect([code, err]).toEqual([
      2,
      'dropgate: internal error: undefined is no function\n  This is a bug in Dropgate. Run again with --debug for the stack, and report it.\n',
    ]);
    expect((await run(['check', '--debug'])).err).toMatch(/internal error: TypeError.*\n {4}at /);
  });

  test.each([['--help'], ['check', '--help'], ['--version', '--debug']])('%s is no error', async (...args) => {
    expect((await run(args)).code).toBe(0);
  });
});

describe('options', () => {
  test('reach the check', async () => {
    await run([
      'check',
      '--base',
      'main',
      '--head',
      'topic',
      '--deployed',
      'v1',
      '--flags',
      'f.yaml',
      '--config',
      'c.json',
      '--now',
      '2026-01-10',
    ]);
    const { onProgress: _, cwd: __, ...options } = checked();
    expect(options).toEqual({
      base: 'main',
      head: 'topic',
      deployed: 'v1',
      flags: 'f.yaml',
      config: 'c.json',
      now: new Date('2026-01-10T00:00:00Z'),
    });
  });

  test('--now without an offset is UTC', async () => {
    await run(['check', '--now', '2026-01-10T12:00:00']);
    expect(checked().now?.toISOString()).toBe('2026-01-10T12:00:00.000Z');
  });

  test('several formats, one to a file', async () => {
    findings = [draft];
    const { out, cwd } = await run(['check', '--format', 'json=out.json', '--format', 'pretty']);
    expect(JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'))).toMatchObject({ summary: { errors: 1 } });
    expect(out).toMatch(/^error\[coupled-drop\]/);
  });

  test('with the clock fixed, the output is the same every time', async () => {
    check.mockImplementation(async () => {
      const report = reportOf([draft]);
      return { ...report, summary: { ...report.summary, durationMs: Math.random() * 1e6 } };
    });
    const args = ['check', '--format', 'json', '--now', '2026-01-10'];
    expect((await run(args)).out).toBe((await run(args)).out);
  });
});

test('GitHub Actions gets annotations unless a format is asked for', async () => {
  findings = [draft];
  expect((await run(['check'], { GITHUB_ACTIONS: 'true' })).out).toMatch(/^::error file=/);
  expect((await run(['check', '--format', 'pretty'], { GITHUB_ACTIONS: 'true' })).out).toMatch(/^error\[/);
});

test.each([
  [{}, true, true, true],
  [{}, true, false, false],
  [{ NO_COLOR: '1' }, true, true, false],
  [{ FORCE_COLOR: '1' }, true, false, true],
  [{ FORCE_COLOR: '0' }, true, true, false],
  [{ TERM: 'dumb' }, true, true, false],
  [{ FORCE_COLOR: '1' }, false, true, false],
])('colour with %j, --no-color %s, terminal %s: %s', (env, option, isTTY, expected) => {
  const io: Io = { cwd: '.', env, stdout: { write: () => {}, isTTY }, stderr: { write: () => {} } };
  expect(wantsColor(io, option)).toBe(expected);
});
