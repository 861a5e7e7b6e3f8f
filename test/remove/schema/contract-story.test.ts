/** The story of fixtures/examples: the contract is refused at every step but the one it belongs to, and then it is right. */
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSteps } from '../../../scripts/story.mjs';
import { writeNewFiles } from '../../../src/remove/on-disk.ts';
import { check } from '../../../src/run.ts';
import { type Contract, contractOf, type EndOfWrite, stopLegacyWrites } from '../../../src/schema-removal.ts';
import { git, removeTemporaryFolders, temporaryFolder } from '../../repository.ts';

const examples = fileURLToPath(new URL('../../../fixtures/examples', import.meta.url));
const repository = temporaryFolder();
afterAll(removeTemporaryFolders);

beforeAll(() => {
  git(repository, 'init', '--quiet', '--initial-branch=main');
});

const steps = readSteps().filter((step) => step.merge);

function merge(name: string): void {
  const step = steps.find((s) => s.name === name);
  const files = join(examples, name, 'files');
  if (existsSync(files)) cpSync(files, repository, { recursive: true });
  for (const path of step?.delete ?? []) rmSync(join(repository, path));
  git(repository, 'add', '--all');
  git(repository, 'commit', '--quiet', '--allow-empty', '--message', name);
}

const ask = (now: string): Promise<Contract> => contractOf({ cwd: repository, key: 'new-email-column', now: new Date(now) });
const reasons = ({ refusals }: Contract): string[] => refusals.map((r) => `${r.code}: ${r.text}`);
const order = (contract: Contract): string[] => contract.order.map((s) => `${s.state} ${s.kind}`);

const afterwards = new Map<string, Contract>();
const ends = new Map<string, EndOfWrite>();

beforeAll(async () => {
  for (const step of steps.filter((s) => s.name < '12')) {
    merge(step.name);
    afterwards.set(step.name, await ask(step.now));
    ends.set(step.name, await stopLegacyWrites({ cwd: repository, key: 'new-email-column', now: new Date(step.now) }));
  }
}, 120_000);

const at = (name: string): Contract => {
  const found = afterwards.get(name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
};

test('there is nothing to contract before the flag is there', () => {
  expect(reasons(at('00-start'))).toEqual([
    "unknown: no code, today's or that of the history, uses a schema behind the flag `new-email-column`",
  ]);
});

test('while the flag is in code, it is refused for that and for each use', () => {
  for (const name of ['04-gated', '05-backfill-and-ramp', '07-everyone', '08-stale-flag']) {
    expect(at(name).files).toEqual([]);
    expect(at(name).refusals.map((r) => r.code)).toContain('flag-in-code');
  }
  expect(reasons(at('05-backfill-and-ramp')).at(-1)).toMatch(/^unknown: which side of the flag `new-email-column` stays is not known/);
  const { refusals, order: steps, objects } = at('08-stale-flag');
  expect(objects).toEqual([{ kind: 'column', table: 'users', name: 'email' }]);
  expect(refusals.map((r) => r.witnesses.map((w) => `${w.revision} ${w.file}:${w.line} ${w.note}`))).toMatchInlineSnapshot(`
    [
      [
        "head src/flags.ts:7 evaluates it",
        "base src/flags.ts:7 evaluates it",
      ],
      [
        "head src/users.ts:19 SQL SELECT, at 100 % for 0 of 14 days",
        "head src/users.ts:24 SQL INSERT",
        "head src/users.ts:32 SQL UPDATE",
      ],
    ]
  `);
  expect(steps.map((s) => `${s.state} ${s.kind}: ${s.text}`)).toMatchInlineSnapshot(`
    [
      "next remove-flag: Remove the flag \`new-email-column\` and the legacy read from the code; keep writing both sides",
      "later deploy-removal: Deploy it everywhere",
      "later zero-evaluations: Wait until the provider counts no evaluation of \`new-email-column\`",
      "later archive-flag: Archive the flag \`new-email-column\`",
      "later drop-not-null: Let \`users.email\` be empty, so that rows can be made without it",
      "later end-legacy-write: End the legacy write of \`users.email\` (dropgate remove new-email-column --stop-legacy-writes)",
      "later deploy-end-of-write: Deploy it everywhere",
      "later contract: In a change of its own, drop \`users.email\` (dropgate remove new-email-column --contract)",
    ]
  `);
});

test('while the legacy column is written, it is refused for that', () => {
  expect(reasons(at('09-flag-removed'))).toMatchInlineSnapshot(`
    [
      "in-use: \`users.email\` is dropped by this change, and the code it ships still writes it at \`src/users.ts:19\` and 1 other place — every run of it fails once the migration has been applied",
    ]
  `);
  expect(order(at('09-flag-removed'))).toMatchInlineSnapshot(`
    [
      "done remove-flag",
      "done deploy-removal",
      "unknown zero-evaluations",
      "unknown archive-flag",
      "next drop-not-null",
      "later end-legacy-write",
      "later deploy-end-of-write",
      "later contract",
    ]
  `);
  expect(order(at('10-drop-not-null'))).toMatchInlineSnapshot(`
    [
      "done remove-flag",
      "done deploy-removal",
      "done zero-evaluations",
      "done archive-flag",
      "done drop-not-null",
      "next end-legacy-write",
      "later deploy-end-of-write",
      "later contract",
    ]
  `);
  expect(at('10-drop-not-null').files).toEqual([]);
});

test('the legacy write is ended when its time has come, as a person does it', () => {
  const codes = (name: string) => ends.get(name)?.refusals.map((r) => r.code);
  expect(codes('08-stale-flag')).toEqual(['flag-in-code', 'in-use', 'not-null']);
  expect(codes('09-flag-removed')).toEqual(['not-null']);
  expect(codes('11-end-of-legacy-write')).toEqual(['gone']);
  const { changes, left, rewritten, refusals } = ends.get('10-drop-not-null') ?? {};
  expect({ left, refusals, rewritten: rewritten?.map((l) => l.line) }).toEqual({ left: [], refusals: [], rewritten: [19, 27] });
  const wanted = readFileSync(join(examples, '11-end-of-legacy-write/files/src/users.ts'), 'utf8');
  expect(changes?.map((c) => [c.file, c.after])).toEqual([['src/users.ts', wanted]]);
});

test('once nothing uses it, it is written', () => {
  const contract = at('11-end-of-legacy-write');
  expect(reasons(contract)).toEqual([]);
  expect(order(contract)).toMatchInlineSnapshot(`
    [
      "done remove-flag",
      "done deploy-removal",
      "done zero-evaluations",
      "done archive-flag",
      "done drop-not-null",
      "done end-legacy-write",
      "done deploy-end-of-write",
      "next contract",
    ]
  `);
  expect(contract.files).toMatchInlineSnapshot(`
    [
      {
        "path": "migrations/0005_drop_users_email.sql",
        "text": "-- Contract: nothing uses users.email any more.
    ALTER TABLE users DROP COLUMN email;
    ",
      },
    ]
  `);
  expect(contract.verification.map((v) => v.title)).toMatchInlineSnapshot(`
    [
      "Statements that name \`users.email\`",
      "Scans of the indexes that hold \`users.email\`",
      "Views and functions that use \`users.email\`",
      "Transactions from before",
    ]
  `);
});

test('written, it passes the check, and nothing is written over', async () => {
  const contract = at('11-end-of-legacy-write');
  await writeNewFiles(repository, contract.files);
  expect(readFileSync(join(repository, 'migrations/0005_drop_users_email.sql'), 'utf8')).toBe(contract.files[0]?.text);
  const { findings } = await check({ cwd: repository, now: new Date('2026-02-09') });
  expect(findings).toEqual([]);
  await expect(writeNewFiles(repository, contract.files)).rejects.toThrow('is there already');
});

test('done, there is nothing more to do', async () => {
  git(repository, 'add', '--all');
  git(repository, 'commit', '--quiet', '--message', 'contract');
  const contract = await ask('2026-02-10');
  expect(reasons(contract)).toEqual(['gone: `users.email` is not there any more']);
});
