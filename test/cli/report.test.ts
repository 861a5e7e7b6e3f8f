/** `dropgate report` on the example of fixtures/examples, where its flag has been on for everybody. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { removal } from '../../src/removal.ts';
import { commitAll, git, removeTemporaryFolders, temporaryFolder } from '../repository.ts';

const examples = fileURLToPath(new URL('../../fixtures/examples/', import.meta.url));
let repository = '';

beforeAll(() => {
  repository = temporaryFolder();
  git(repository, 'init', '--quiet', '--initial-branch=main');
  for (const step of ['00-start', '01-expand', '04-gated', '05-backfill-and-ramp', '07-everyone']) {
    cpSync(join(examples, step, 'files'), repository, { recursive: true });
    commitAll(repository, step);
  }
});

afterAll(removeTemporaryFolders);

/** So many days after the flag was turned on. */
const daysLater = (days: number): Date => new Date(Date.now() + days * 86_400_000);

test('a flag that has held is listed with its date, the branch to delete, the object that dies and the way there', async () => {
  const report = await removal({ cwd: repository, now: daysLater(15), measure: true });
  expect(report.flags).toMatchObject([
    {
      key: 'new-email-column',
      kind: 'stale',
      value: true,
      percentage: 100,
      sinceFrom: 'git',
      state: { file: 'flags.yaml', line: 1 },
      evaluations: [{ file: 'src/flags.ts' }],
      branches: [
        { file: 'src/users.ts', line: 19, endLine: 20, runs: 'off', source: [expect.stringContaining('SELECT email'), expect.any(String)] },
      ],
      objects: [{ kind: 'column', table: 'users', name: 'email' }],
      contract: [{ sql: 'ALTER TABLE users DROP COLUMN email;' }],
      removal: { left: [] },
    },
  ]);
  const [flag] = report.flags;
  expect(flag?.removal?.linesRemoved).toBeGreaterThan(3);
  expect(flag?.releases.map(({ kind, state }) => [kind, state])).toEqual([
    ['remove-flag', 'next'],
    ['deploy-removal', 'later'],
    ['zero-evaluations', 'later'],
    ['archive-flag', 'later'],
    ['drop-not-null', 'later'],
    ['end-legacy-write', 'later'],
    ['deploy-end-of-write', 'later'],
    ['contract', 'later'],
  ]);
  expect(flag?.timeline.map(({ stage, status, from }) => [stage, status, from !== null])).toEqual([
    ['expand', 'done', true],
    ['dual-write', 'done', false],
    ['backfill', 'done', true],
    ['ramp', 'done', true],
    ['hold', 'done', true],
    ['clean-up', 'now', true],
    ['contract', 'ahead', false],
  ]);
});

test('a flag that has not held long enough is not', async () => {
  const report = await removal({ cwd: repository, now: daysLater(13) });
  expect(report.flags).toEqual([]);
  expect(report.summary).toMatchObject({ ready: 0, live: 1, unknown: 0 });
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    cwd: repository,
    env: {},
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
  };
  return { code: await main(['report', ...args], io), out: out.join(''), err: err.join('') };
}

test('every format at once, to files and to the output', async () => {
  const now = daysLater(15).toISOString();
  const { code, out } = await run('--now', now, '--format', 'html=report.html', '--format', 'json=report.json', '--format', 'markdown');
  expect(code).toBe(0);
  expect(out).toContain('**1 flag can go today.**');
  expect(readFileSync(join(repository, 'report.html'), 'utf8')).toMatch(/^<!doctype html>\n[\s\S]*1 flag can go today\.[\s\S]*<\/html>\n$/);
  expect(JSON.parse(readFileSync(join(repository, 'report.json'), 'utf8'))).toMatchObject({ version: 1, now, summary: { ready: 1 } });
});

test('a format there is not, and a measure of another revision, are told', async () => {
  expect(await run('--format', 'pdf')).toMatchObject({ code: 2, err: expect.stringContaining('Formats: json, markdown, html.') });
  expect(await run('--measure', '--head', 'HEAD')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Leave out --head or --measure.'),
  });
});
