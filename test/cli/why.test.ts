/** `dropgate why` on the example of fixtures/examples, in the middle of its ramp. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { renderStory } from '../../src/report/story.ts';
import { why } from '../../src/why.ts';
import { commitAll, git, removeTemporaryFolders, temporaryFolder } from '../repository.ts';

const examples = fileURLToPath(new URL('../../fixtures/examples/', import.meta.url));
let repository = '';

beforeAll(() => {
  repository = temporaryFolder();
  git(repository, 'init', '--quiet', '--initial-branch=main');
  for (const step of ['00-start', '01-expand', '04-gated', '05-backfill-and-ramp']) {
    cpSync(join(examples, step, 'files'), repository, { recursive: true });
    commitAll(repository, step);
  }
});

afterAll(removeTemporaryFolders);

describe('a column', () => {
  test('its migrations, its uses behind a flag, and the column it becomes', async () => {
    const { objects, flags } = await why('users.email', { cwd: repository, base: 'HEAD~1' });
    expect(objects).toMatchObject([
      {
        object: { kind: 'column', table: 'users', name: 'email' },
        events: [{ what: 'added' }],
        transitions: [{ by: 'backfill', fresh: { table: 'user_emails', column: 'address' } }],
      },
    ]);
    const reads = objects[0]?.uses.filter((u) => u.access.kind === 'read' && u.access.guards.length > 0) ?? [];
    expect(reads.map((u) => [u.revisions, u.access.location.file, u.access.guards[0]?.flag])).toEqual([
      ['both', 'src/users.ts', 'new-email-column'],
    ]);
    expect(flags).toMatchObject([{ key: 'new-email-column', evaluations: [{ location: { file: 'src/flags.ts' } }] }]);
  });
  test('what base had and head has not is told apart', async () => {
    const { objects } = await why('user_emails.address', { cwd: repository, base: 'HEAD~2' });
    expect(new Set(objects[0]?.uses.map((u) => u.revisions))).toEqual(new Set(['head']));
  });
});

test('a table', async () => {
  const { objects } = await why('user_emails', { cwd: repository, all: true });
  expect(objects).toMatchObject([
    {
      object: { kind: 'table' },
      events: expect.arrayContaining([expect.objectContaining({ what: 'added' }), expect.objectContaining({ what: 'filled' })]),
    },
  ]);
  expect(objects[0]?.uses.length).toBeGreaterThan(0);
});

test('a flag: what is on each side of it', async () => {
  const { objects, flags } = await why('new-email-column', { cwd: repository, all: true });
  expect(objects.map((o) => `${o.object.table}.${o.object.name}`).sort()).toEqual(
    expect.arrayContaining(['user_emails.address', 'users.email']),
  );
  expect(flags.map((f) => f.key)).toEqual(['new-email-column']);
  expect(flags[0]?.branches.length).toBeGreaterThan(0);
});

test('for people, every line says where', async () => {
  const text = renderStory(await why('users.email', { cwd: repository, base: 'HEAD~1' }));
  expect(text).toMatch(/^users\.email · text/);
  for (const line of text.split('\n').filter((l) => l.startsWith('    '))) expect(line).toMatch(/^ {4}[\w./-]+:\d+:\d+ {2}/);
});

describe('words that name nothing', () => {
  const run = async (...args: string[]): Promise<{ code: number; text: string }> => {
    let text = '';
    const output = { write: (some: string) => (text += some) };
    const code = await main(args, { cwd: repository, env: {}, stdout: output, stderr: output });
    return { code, text };
  };
  test('a likely one is offered', async () => {
    expect(await run('why', 'users.emial')).toEqual({
      code: 2,
      text: 'dropgate: No table, column or flag is called `users.emial`.\n  Did you mean `users.email`? dropgate why users.email\n',
    });
  });
  test('controls are made visible', async () => {
    expect((await run('why', 'a\u001b[2Jb')).text).not.toContain('\u001b');
  });
  test('a format that is none', async () => {
    expect((await run('why', 'users', '--format', 'xml')).code).toBe(2);
  });
});
