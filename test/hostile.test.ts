/**
 * Input that is broken, or made to break: each gives one clear message, a finding or a usage error that says what to do.
 * Never a crash, never more than ten seconds, and never "no findings". The built command line runs in real repositories.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../src/report/finding.ts';
import { subjectName } from '../src/report/finish.ts';
import { type Sandbox, sandbox } from './discover/repository.ts';
import { plainEnvironment } from './repository.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'bin/dropgate.js');
const limit = 10_000;

const users = 'CREATE TABLE users (id uuid PRIMARY KEY, name text NOT NULL, email text);\n';
const database = "import pg from 'pg';\n\nexport const pool = new pg.Pool();\n";
const reader =
  "import { pool } from './database.js';\n\nexport const emailOf = (id: string) => pool.query('SELECT email FROM users WHERE id = $1', [id]);\n";
const gone =
  "import { pool } from './database.js';\n\nexport const nameOf = (id: string) => pool.query('SELECT name FROM users WHERE id = $1', [id]);\n";
const drop = 'ALTER TABLE users DROP COLUMN email;\n';

beforeAll(() => {
  if (!existsSync(join(root, 'dist/cli/main.js'))) execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root });
});

const made: Sandbox[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.remove();
});

/** A repository whose `main` reads users.email; what a test writes afterwards is the change. */
function app(more: Record<string, string | Buffer> = {}): Sandbox {
  const repository = sandbox();
  made.push(repository);
  repository.commit('base', { 'migrations/0001_users.sql': users, 'src/database.ts': database, 'src/users.ts': reader, ...more });
  return repository;
}

/** The check as somebody who is stopped by permissions: root is not. */
function asNobody({ dir }: Sandbox): Outcome {
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  if (nobody.uid !== undefined) execFileSync('chown', ['-R', `${nobody.uid}:${nobody.gid}`, dir]);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'check'], {
    cwd: dir,
    encoding: 'utf8',
    env: plainEnvironment(),
    ...nobody,
  });
  return { code: status, stdout, stderr };
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run({ dir }: Sandbox, ...args: string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [program, 'check', '--now', '2026-02-01', ...args], {
    cwd: dir,
    encoding: 'utf8',
    timeout: limit,
    maxBuffer: 64e6,
    env: plainEnvironment(),
  });
  expect(error, 'it ends by itself').toBeUndefined();
  expect(stderr).not.toMatch(/\n\s+at .+:\d+:\d+|internal error|please report/i);
  return { code: status, stdout, stderr };
}

/** `rule file subject` of every finding; the run ended with one of the codes that promise a verdict. */
function findings(repository: Sandbox, ...args: string[]): string[] {
  const { code, stdout, stderr } = run(repository, '--format', 'json', ...args);
  expect([0, 1], stderr).toContain(code);
  return (JSON.parse(stdout).findings as Finding[]).map(({ rule, file, subject }) => `${rule} ${file} ${subjectName(subject)}`);
}

/** The message and the hint of a usage error. */
function refusal(repository: Sandbox, ...args: string[]): string {
  const { code, stdout, stderr } = run(repository, ...args);
  expect(code, stdout).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n').length, stderr).toBeLessThanOrEqual(4);
  return stderr;
}

const coupled = 'coupled-drop migrations/0002_drop.sql users.email';
/** The change every case makes besides its own mischief: so "no findings" would always be wrong. */
const change = { 'migrations/0002_drop.sql': drop, 'src/users.ts': gone };
const nested = (depth: number, inside: string): string => '('.repeat(depth) + inside + ')'.repeat(depth);

describe('migrations', () => {
  const broken: readonly (readonly [string, string | Buffer])[] = [
    ['a NUL byte', Buffer.from('ALTER TABLE users ADD COLUMN a text;\0ALTER TABLE users DROP COLUMN name;\n')],
    ['UTF-16', Buffer.from('\uFEFFALTER TABLE users DROP COLUMN name;\n', 'utf16le')],
    [
      'bytes that are no UTF-8',
      Buffer.from([0x2d, 0x2d, 0x20, 0xff, 0xfe, 0xc0, 0x0a, ...Buffer.from('ALTER TABLE users DROP COLUMN name;')]),
    ],
    ['a broken statement', 'ALTER TABEL users DROP COLUMN name;\n'],
    ['an open string', "UPDATE users SET name = 'x;\nALTER TABLE users DROP COLUMN name;\n"],
    ['an open comment', '/* ALTER TABLE users DROP COLUMN name;\n'],
    ['an open dollar quote', 'DO $$ BEGIN ALTER TABLE users DROP COLUMN name;\n'],
    ['50,000 brackets', `ALTER TABLE users ADD CHECK ${nested(50_000, 'true')};\n`],
    ['50,000 open brackets', `SELECT ${'('.repeat(50_000)};\n`],
    ['templates of psql', 'ALTER TABLE :table DROP COLUMN name;\n'],
  ];
  test.each(broken)('%s is said, and the migration beside it is judged', (_, text) => {
    const repository = app();
    repository.write({ ...change, 'migrations/0003_bad.sql': text });
    const found = findings(repository);
    expect(found).toContain(coupled);
    const isRead = found.includes('dangling-reference migrations/0003_bad.sql users.name');
    const isSaid = found.filter((one) => one.startsWith('unanalysed migrations/0003_bad.sql')).length === 1;
    expect(isRead || isSaid, found.join('\n')).toBe(true);
  });

  const fine: readonly (readonly [string, string | Buffer])[] = [
    ['a byte order mark', `\uFEFF${drop}`],
    ['CRLF', drop.replaceAll('\n', '\r\n')],
    ['no line end', drop.trimEnd()],
    ['5 MB on one line', `/*${'x'.repeat(5_000_000)}*/ ${drop}`],
    ['100,000 terms beside it', `UPDATE users SET name = ${Array(100_000).fill("'a'").join(' || ')};\n${drop}`],
    ['20,000 statements beside it', `${"UPDATE users SET name = 'a' WHERE name = 'b';\n".repeat(20_000)}${drop}`],
  ];
  test.each(fine)('%s hides nothing', (_, text) => {
    const repository = app();
    repository.write({ ...change, 'migrations/0002_drop.sql': text });
    expect(findings(repository).some((one) => one === coupled || one.startsWith('unanalysed migrations/0002_drop.sql'))).toBe(true);
  });

  test('a link that leaves the repository is not followed, and said', () => {
    const repository = app();
    repository.write(change);
    symlinkSync('/etc/hostname', join(repository.dir, 'migrations/0003_link.sql'));
    const found = findings(repository);
    expect(found).toContain(coupled);
    expect(found.filter((one) => one.startsWith('unanalysed migrations/0003_link.sql'))).toHaveLength(1);
  });

  test('a pipe is not waited for, and said', () => {
    const repository = app();
    repository.write(change);
    execFileSync('mkfifo', [join(repository.dir, 'migrations/0003_pipe.sql')]);
    expect(findings(repository)).toContain(coupled);
  });

  test('a file that may not be read is said', () => {
    const repository = app();
    repository.write({ ...change, 'migrations/0003_secret.sql': drop });
    execFileSync('chmod', ['000', join(repository.dir, 'migrations/0003_secret.sql')]);
    const { code, stdout } = asNobody(repository);
    expect(code).toBe(1);
    expect(stdout).toContain('`migrations/0003_secret.sql` could not be analysed: it could not be read: you may not read it');
  });

  test('names of objects that every object has', () => {
    const repository = app({
      'migrations/0002_names.sql': 'CREATE TABLE "__proto__" ("constructor" text, "toString" text, "__proto__" text);\n',
      'src/names.ts':
        'import { pool } from \'./database.js\';\n\nexport const all = () => pool.query(\'SELECT "constructor", "__proto__" FROM "__proto__"\');\n',
    });
    repository.write({
      'migrations/0003_drop.sql': 'ALTER TABLE "__proto__" DROP COLUMN "constructor", DROP COLUMN "toString", DROP COLUMN "__proto__";\n',
      'src/names.ts': 'export const all = () => [];\n',
    });
    expect(findings(repository)).toEqual([
      'coupled-drop migrations/0003_drop.sql __proto__.constructor',
      'coupled-drop migrations/0003_drop.sql __proto__',
    ]);
  });

  test('a file name with a line break and a workflow command', () => {
    const name = 'migrations/0002_a\n::error::owned.sql';
    const repository = app();
    repository.write({ [name]: drop, 'src/users.ts': gone });
    expect(findings(repository)).toEqual([`coupled-drop ${name} users.email`]);
    for (const format of ['github', 'pretty', 'markdown']) {
      const { stdout, stderr } = run(repository, '--format', format);
      if (/unknown|no format/i.test(stderr)) continue;
      const commands = stdout.split('\n').filter((line) => line.startsWith('::error::'));
      expect(commands, format).toEqual([]);
    }
  });
});

describe('code', () => {
  const unread: readonly (readonly [string, string | Buffer])[] = [
    ['a NUL byte', Buffer.from(`${reader}\0`)],
    ['UTF-16', Buffer.from(`\uFEFF${reader}`, 'utf16le')],
    ['50,000 brackets', `${reader}export const deep = ${nested(50_000, '1')};\n`],
    ['50,000 open brackets', `${reader}export const deep = ${'['.repeat(50_000)};\n`],
    ['50,000 blocks', `${reader}${'{'.repeat(50_000)}${'}'.repeat(50_000)}\n`],
    ['a syntax error', `${reader}export const = ;\n`],
    ['a conflict', `<<<<<<< ours\n${reader}=======\n${gone}>>>>>>> theirs\n`],
    ['50,000 nested types', `${reader}export type Deep = ${'Array<'.repeat(50_000)}string${'>'.repeat(50_000)};\n`],
    ['50,000 nested elements', `${reader}export const page = ${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)};\n`],
  ];
  test.each(unread)('%s is said, or read all the same', (name, text) => {
    const repository = app();
    const file = name.includes('elements') ? 'src/more.tsx' : 'src/more.ts';
    repository.write({ ...change, [file]: text });
    const found = findings(repository);
    const isSaid = found.some((one) => one.startsWith(`unanalysed ${file}`));
    const isRead = found.some((one) => one.startsWith('dangling-reference migrations/0002_drop.sql'));
    expect(isSaid || isRead, found.join('\n')).toBe(true);
  });

  const long: readonly (readonly [string, string])[] = [
    ['a chain of 100,000 terms', `export const sum = ${Array(100_000).fill("'a'").join(' + ')};\n`],
    ['a chain of 100,000 calls', `export const built = query${'.where(1)'.repeat(100_000)};\n`],
    [
      'a chain of 20,000 else-ifs',
      `export function f(n: number) {\n${Array.from({ length: 20_000 }, (_, i) => `if (n === ${i}) return ${i};`).join(' else ')}\n}\n`,
    ],
    ['a chain of 100,000 conditions', `export const any = ${Array(100_000).fill('a').join(' && ')};\n`],
    ['5 MB on one line', `export const text = '${'x'.repeat(5_000_000)}';\n`],
    [
      'a query put together from 2,000 parts',
      `export const q = pool.query(${Array.from({ length: 2000 }, (_, i) => `'SELECT ${i} ' + x${i}`).join(' + ')});\n`,
    ],
  ];
  test.each(long)('%s takes no time and hides nothing', (_, text) => {
    const repository = app();
    repository.write({ ...change, 'src/users.ts': `${reader}${text}` });
    const found = findings(repository);
    expect(
      found.some((one) => one.startsWith('dangling-reference migrations/0002_drop.sql') || one.startsWith('unanalysed src/users.ts')),
      found.join('\n'),
    ).toBe(true);
  });

  test('a folder named like a file, and files that name each other in a circle', () => {
    const repository = app({
      'src/folder.ts/inside.ts': "export { b as a } from '../b.js';\n",
      'src/b.ts': "export { a as b } from './folder.ts/inside.js';\n",
    });
    repository.write({
      ...change,
      'src/email.ts':
        "import { b } from './b.js';\nimport { pool } from './database.js';\n\nexport const q = () => pool.query(b + 'SELECT email FROM users');\n",
    });
    expect(findings(repository).some((one) => one.startsWith('dangling-reference'))).toBe(true);
  });

  test('an empty repository, and one that holds nothing to check, are not clean', () => {
    const repository = sandbox();
    made.push(repository);
    expect(run(repository).stdout).toMatch(/nothing to check/);
    repository.commit('text', { 'README.md': 'email\n' });
    expect(run(repository).stdout).toMatch(/nothing to check/);
  });
});

describe('flags', () => {
  const folder = join(root, 'fixtures/hostile/flags');
  test.each(readdirSync(folder).map((name) => [name]))('%s is refused, with the place and what to do', (name) => {
    const repository = app({ 'flags.yaml': readFileSync(join(folder, name), 'utf8') });
    repository.write(change);
    const message = refusal(repository);
    expect(message).toMatch(/`?flags\.yaml/);
    expect(message).toMatch(/\.\n/);
  });

  test('brackets 50,000 deep, and a NUL byte', () => {
    for (const text of [`a: ${'['.repeat(50_000)}`, 'a: true\0\n']) {
      const repository = app({ 'flags.yaml': text });
      repository.write(change);
      expect(refusal(repository)).toMatch(/flags\.yaml/);
    }
  });

  test('a file named by --flags that is not there', () => {
    expect(refusal(app(), '--flags', 'missing.yaml')).toMatch(/missing\.yaml/);
  });

  test('keys that every object has', () => {
    const code = (key: string): string =>
      `import { createClient } from 'featureflow-client';\nimport { pool } from './database.js';\n\nconst flags = createClient('key');\n\nexport const emailOf = (id: string) =>\n  flags.evaluate('${key}', { user_id: id }).isOn() ? null : pool.query('SELECT email FROM users WHERE id = $1', [id]);\n`;
    for (const key of ['__proto__', 'constructor', 'toString']) {
      const repository = app({
        'flags.yaml': `"${key}":\n  default: false\n  rollout: { by: user_id, percentage: 25 }\n`,
        'src/users.ts': code(key),
      });
      repository.write(change);
      expect(findings(repository)).toEqual(['premature-contract migrations/0002_drop.sql users.email']);
    }
  });
});

describe('usage', () => {
  const folder = join(root, 'fixtures/hostile/config');
  test.each(readdirSync(folder).map((name) => [name]))('a config with the fault %s is refused, with what to do', (name) => {
    const repository = app();
    repository.write({ ...change, 'dropgate.config.json': readFileSync(join(folder, name), 'utf8') });
    expect(refusal(repository)).toMatch(/dropgate\.config\.json/);
  });

  test.each([
    ['--base', 'nowhere'],
    ['--head', 'nowhere'],
    ['--deployed', 'nowhere'],
    ['--base', '--output=/tmp/x'],
    ['--base', 'HEAD~50'],
  ])('%s %s', (option, ref) => {
    const repository = app();
    repository.write(change);
    expect(refusal(repository, `${option}=${ref}`)).toContain(ref);
  });

  test('outside of any repository', () => {
    const repository = app();
    const elsewhere = join(repository.dir, '..', `${repository.dir.split('/').at(-1)}-none`);
    mkdirSync(elsewhere);
    expect(refusal({ ...repository, dir: elsewhere })).toMatch(/git/);
  });
});
