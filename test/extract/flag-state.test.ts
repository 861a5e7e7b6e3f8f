import { afterAll, expect, test } from 'vitest';
import { check } from '../../src/run.ts';
import { type Sandbox, sandbox } from '../discover/repository.ts';

const made: Sandbox[] = [];
afterAll(() => {
  for (const s of made) s.remove();
});
const GOOD = 'new-email: { default: false }\n';
const start = (flags: string): Sandbox => {
  const s = sandbox();
  made.push(s);
  s.commit('start', { 'flags.yaml': flags, 'migrations/0001_users.sql': 'CREATE TABLE users (id int);' });
  return s;
};

test('a change that breaks the flag file is told so', async () => {
  const s = start(GOOD);
  s.write({ 'flags.yaml': 'new-email: [' });
  await expect(check({ cwd: s.dir })).rejects.toThrow(/^flags\.yaml:1:/);
});

test('a change that mends it is not stopped by what it mends', async () => {
  const s = start('new-email: [');
  s.write({ 'flags.yaml': GOOD });
  const report = await check({ cwd: s.dir });
  expect(report.findings).toEqual([]);
  expect(report.hints).toEqual([
    '`flags.yaml` cannot be read at base, which this change mends: until it has landed, no flag state is known.',
  ]);
});
