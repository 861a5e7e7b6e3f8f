/**
 * The story of fixtures/examples, ended by the command line: the flag is stale, `dropgate remove` takes it out, each later step
 * is a commit of its own that `check` finds clean, and the contract comes when it is due and not before. The code of every
 * commit runs against a real database that the migrations of that commit made.
 */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { commitAll, git, removeTemporaryFolders, temporaryFolder, write } from '../repository.ts';

const examples = fileURLToPath(new URL('../../fixtures/examples/', import.meta.url));
const repository = temporaryFolder();
const day = 86_400_000;
const start = Date.now();
let database: PGlite;
const migrated = new Set<string>();

beforeAll(async () => {
  database = await PGlite.create();
  git(repository, 'init', '--quiet', '--initial-branch=main');
  for (const step of ['00-start', '01-expand', '04-gated', '05-backfill-and-ramp', '07-everyone']) take(step);
}, 120_000);

afterAll(async () => {
  await database.close();
  removeTemporaryFolders();
});

/** The files of a step, as a commit. */
function take(step: string): void {
  cpSync(join(examples, step, 'files'), repository, { recursive: true });
  commitAll(repository, step);
}

async function dropgate(daysLater: number, ...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    cwd: repository,
    env: {},
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
  };
  const code = await main([...args, '--now', new Date(start + daysLater * day).toISOString()], io);
  return { code, out: out.join(''), err: err.join('') };
}

/** The findings of the last commit alone. */
async function findingsOf(daysLater: number): Promise<unknown> {
  const { out } = await dropgate(daysLater, 'check', '--base', 'HEAD~1', '--format', 'json');
  return (JSON.parse(out) as { findings: unknown }).findings;
}

const textOf = (file: string): string => readFileSync(join(repository, file), 'utf8');

/** The modules of src/ with a database and a flag client of the test's own. */
function load(file: string, isOn: boolean): Record<string, (...args: string[]) => Promise<unknown>> {
  const others: Readonly<Record<string, unknown>> = {
    pg: {
      default: {
        Pool: class {
          query = (sql: string, values: unknown[]) => database.query(sql, values);
        },
      },
      __esModule: true,
    },
    'featureflow-node-sdk': {
      __esModule: true,
      default: {
        Client: class {
          evaluate = () => ({ isOn: () => isOn });
        },
        UserBuilder: class {
          withAttribute = () => this;
          build = () => this;
        },
      },
    },
  };
  const { outputText } = ts.transpileModule(textOf(file), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exports = {};
  const require = (name: string): unknown => others[name] ?? load(posix.join(posix.dirname(file), name.replace(/\.js$/, '.ts')), isOn);
  new Function('exports', 'require', outputText)(exports, require);
  return exports;
}

/** Runs what the work tree's migrations add, and then its code: what it answers, and what stands in the database afterwards. */
async function play(isOn: boolean): Promise<unknown> {
  for (const name of readdirSync(join(repository, 'migrations')).sort()) {
    if (!migrated.has(name)) await database.exec(textOf(`migrations/${name}`));
    migrated.add(name);
  }
  const users = load('src/users.ts', isOn);
  const id = String(await users.createUser?.('Ann', 'ann@old'));
  const log = [await users.emailOf?.(id), await users.changeEmail?.(id, 'ann@new'), await users.emailOf?.(id)];
  const { rows } = await database.query<object>('SELECT * FROM users u LEFT JOIN user_emails a ON a.user_id = u.id WHERE id = $1', [id]);
  return {
    log,
    found: { ...((await users.findUser?.(id)) as object), id: 0 },
    rows: rows.map((row) => ({ ...row, id: 0, user_id: 0, created_at: 0 })),
  };
}

/** Code without what a formatter or a needless block adds. */
const plain = (text: string): string => text.replace(/^\s*[{}]?\s*$\n/gm, '').replace(/^\s+/gm, '');

const moved = { log: ['ann@old', undefined, 'ann@new'], found: { id: 0, name: 'Ann' } };
const row = { id: 0, user_id: 0, created_at: 0, name: 'Ann', address: 'ann@new' };

test('from the stale flag to the contract', async () => {
  const before = await play(true);
  expect(before).toEqual({ ...moved, rows: [{ ...row, email: 'ann@new' }] });
  const stale = await dropgate(15, 'check', '--all');
  expect(stale.out).toContain('warning[stale-flag]');
  expect(stale.out).toContain('dropgate remove new-email-column');

  const tooEarly = await dropgate(15, 'remove', 'new-email-column', '--contract', '--write');
  expect([tooEarly.code, git(repository, 'status', '--porcelain')]).toEqual([1, '']);
  expect(tooEarly.out).toMatch(/^Refused: users\.email cannot be dropped yet\. Nothing is written\.\n\nflag-in-code: /);

  expect(await dropgate(15, 'remove', 'new-email-column', '--write')).toMatchObject({ code: 0, err: '' });
  expect(await play(false)).toEqual(before);
  const wanted = readFileSync(join(examples, '09-flag-removed/files/src/users.ts'), 'utf8');
  expect(plain(textOf('src/users.ts'))).toBe(plain(wanted));
  expect(existsSync(join(repository, 'src/flags.ts')) ? textOf('src/flags.ts') : '').not.toContain('new-email-column');
  write(repository, { 'flags.yaml': '{}\n' });
  commitAll(repository, 'the flag is removed');
  expect(await findingsOf(16)).toEqual([]);

  const stillWritten = await dropgate(16, 'remove', 'new-email-column', '--contract', '--write');
  expect([stillWritten.code, git(repository, 'status', '--porcelain')]).toEqual([1, '']);
  expect(stillWritten.out).toMatch(/\n {2}src\/users\.ts:\d+:\d+ {2}SQL INSERT \(work tree\)\n/);
  expect(stillWritten.out).toContain('next     Let `users.email` be empty');
  const notNull = await dropgate(16, 'remove', 'new-email-column', '--stop-legacy-writes', '--write');
  expect([notNull.code, git(repository, 'status', '--porcelain')]).toEqual([1, '']);
  expect(notNull.out).toMatch(/^Refused: the legacy write of users\.email cannot end yet\. Nothing is changed\.\n\nnot-null: /);

  take('10-drop-not-null');
  expect(await findingsOf(17)).toEqual([]);
  expect(await play(false)).toEqual(before);

  expect(await dropgate(18, 'remove', 'new-email-column', '--stop-legacy-writes', '--write')).toMatchObject({ code: 0, err: '' });
  expect(await play(false)).toEqual({ ...moved, rows: [{ ...row, email: null }] });
  expect(plain(textOf('src/users.ts'))).toBe(plain(readFileSync(join(examples, '11-end-of-legacy-write/files/src/users.ts'), 'utf8')));
  const oneStepEarly = await dropgate(18, 'remove', 'new-email-column', '--contract', '--write', '--allow-dirty');
  expect(oneStepEarly.code).toBe(1);
  expect(oneStepEarly.out).toMatch(/SQL INSERT \(base\)/);
  commitAll(repository, 'the legacy write ends');
  expect(await findingsOf(19)).toEqual([]);

  const printed = await dropgate(23, 'remove', 'new-email-column', '--contract');
  expect([printed.code, git(repository, 'status', '--porcelain')]).toEqual([0, '']);
  expect(printed.out).toContain('\nmigrations/0005_drop_users_email.sql\n');
  expect(await dropgate(23, 'remove', 'new-email-column', '--contract', '--write')).toMatchObject({ code: 0, err: '' });
  expect(git(repository, 'status', '--porcelain')).toBe('?? migrations/0005_drop_users_email.sql');
  commitAll(repository, 'the contract');
  expect(await findingsOf(23)).toEqual([]);
  const { email: _, ...rest } = { ...row, email: null };
  expect(await play(false)).toEqual({ ...moved, rows: [rest] });

  const again = await dropgate(24, 'remove', 'new-email-column', '--contract');
  expect([again.code, again.out]).toEqual([1, expect.stringContaining('gone: ')]);
}, 120_000);

test('the queries of the contract run on the database and find nobody', async () => {
  git(repository, 'checkout', '--quiet', 'HEAD~1');
  const { out } = await dropgate(23, 'remove', 'new-email-column', '--contract', '--base', 'HEAD', '--json');
  const { verification } = JSON.parse(out) as { verification: { sql: string; needs: string | null }[] };
  expect(verification.length).toBeGreaterThan(2);
  for (const { sql, needs } of verification) {
    if (needs !== null) continue;
    const { rows } = await database.query(sql);
    expect(rows).toEqual([]);
  }
}, 60_000);
