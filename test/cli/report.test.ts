/** `dropgate report` on the example of fixtures/examples, where its flag has been on for everybody. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removal } from '../../src/removal.ts';
import { commitAll, git, removeTemporaryFolders, temporaryFolder } from '../repository.ts';

const examples = fileURLToPath(new URL('../../fixtures/examples/', import.meta.url));
let repository = '';

beforeAll(() => {
  repository = temporaryFolder();
  git(repository, 'init', '--quiet', '--initial-branch=main');
  for (const step of ['00-start', '01-expand', '04-gated', '07-everyone']) {
    cpSync(join(examples, step, 'files'), repository, { recursive: true });
    commitAll(repository, step);
  }
});

afterAll(removeTemporaryFolders);

/** So many days after the flag was turned on. */
const daysLater = (days: number): Date => new Date(Date.now() + days * 86_400_000);

test('a flag that has held is listed with its date and the branch to delete', async () => {
  const report = await removal({ cwd: repository, now: daysLater(15) });
  expect(report.flags).toMatchObject([
    {
      key: 'new-email-column',
      value: true,
      percentage: 100,
      sinceFrom: 'git',
      state: { file: 'flags.yaml', line: 1 },
      evaluations: [{ file: 'src/flags.ts' }],
      branches: [{ file: 'src/users.ts', line: 19, endLine: 20 }],
    },
  ]);
});

test('a flag that has not held long enough is not', async () => {
  expect((await removal({ cwd: repository, now: daysLater(13) })).flags).toEqual([]);
});
