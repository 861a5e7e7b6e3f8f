/** What `npm start` and `npm test` rest on, and what a user gets. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { commitAll, git, plainEnvironment, removeTemporaryFolders, temporaryFolder, write } from './repository.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Manifest {
  readonly version: string;
  readonly scripts: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

const manifest = JSON.parse(textOf('package.json')) as Manifest;

/** The shortest of several runs, in milliseconds: what the work takes when nothing disturbs it. */
function fastest(args: readonly string[], times: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let count = 0; count < times; count++) {
    const started = performance.now();
    execFileSync(process.execPath, args, { cwd: root, stdio: 'ignore', env: plainEnvironment() });
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

describe('set-up', () => {
  test('is quick when there is nothing to do', () => {
    // Never for real: it would replace the packages under the feet of this very test.
    expect(fastest(['scripts/setup.mjs', '--dry-run'], 5)).toBeLessThan(300);
  });
});

describe('the command', () => {
  test('--version starts about as fast as Node itself', () => {
    expect(fastest(['bin/dropgate.js', '--version'], 12)).toBeLessThan(1.5 * fastest(['-e', '0'], 12));
  });

  test('says its version', () => {
    expect(execFileSync(process.execPath, ['bin/dropgate.js', '--version'], { cwd: root, encoding: 'utf8' })).toBe(`${manifest.version}\n`);
  });

  test('ends quietly when its reader has gone', () => {
    const { stderr } = spawnSync('sh', ['-c', '"$0" bin/dropgate.js rules | true', process.execPath], { cwd: root, encoding: 'utf8' });
    expect(stderr).toBe('');
  });

  test('lists its rules', () => {
    const listed = JSON.parse(
      execFileSync(process.execPath, ['bin/dropgate.js', 'rules', '--format', 'json'], { cwd: root, encoding: 'utf8' }),
    ) as { rules: { id: string }[] };
    expect(listed.rules.map(({ id }) => id)).toEqual(expect.arrayContaining(['coupled-drop']));
  });
});

describe('the build', () => {
  afterAll(removeTemporaryFolders);

  test('reads JavaScript written for Flow', () => {
    const folder = temporaryFolder();
    git(folder, 'init', '-q');
    write(folder, {
      'migrations/0001.sql': 'CREATE TABLE users (id int PRIMARY KEY, email text);',
      'users.js':
        "// @flow\nimport pg from 'pg';\nconst pool = new pg.Pool();\ntype Props = {| id: number |};\n" +
        "export const emailOf = ({ id }: Props) => pool.query('SELECT email FROM users WHERE id = $1', [id]);\n",
    });
    const base = commitAll(folder, 'base');
    write(folder, { 'migrations/0002.sql': 'ALTER TABLE users DROP COLUMN email;' });
    const head = commitAll(folder, 'head');
    const cli = join(root, 'bin/dropgate.js');
    const { stdout } = spawnSync(process.execPath, [cli, 'check', '--base', base, '--head', head, '--format', 'json'], {
      cwd: folder,
      encoding: 'utf8',
      env: plainEnvironment(),
    });
    const { findings } = JSON.parse(stdout) as { findings: { rule: string }[] };
    expect(findings.map(({ rule }) => rule)).toEqual(['dangling-reference']);
  });
});

describe('the package', () => {
  test('depends on three packages, each named in the README', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(['libpg-query', 'oxc-parser', 'ts-morph']);
    expect(manifest.peerDependencies).toBeUndefined();
  });

  test('runs nothing when it is installed', () => {
    for (const script of ['preinstall', 'install', 'postinstall']) expect(Object.hasOwn(manifest.scripts, script)).toBe(false);
  });

  test('holds the built command, its data and its documents, and nothing else', () => {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ files, unpackedSize }] = JSON.parse(output) as [{ files: { path: string }[]; unpackedSize: number }];
    const places = new Set(files.map(({ path }) => path.replace(/^(dist\/[^/]+|[^/]+)\/.*$/, '$1')));
    const allowed =
      /^(?:LICENSE|README\.md|CHANGELOG\.md|action\.yml|bin|dist\/(?:access|chunks|cli|examples|flags|lib|report|rules|types)|package\.json|schema\.json|scripts)$/;
    expect([...places].filter((place) => !allowed.test(place))).toEqual([]);
    expect(unpackedSize).toBeLessThan(10_000_000);
  });
});

interface Lock {
  readonly packages: Record<string, { readonly resolved?: string; readonly optionalDependencies?: Record<string, string> }>;
}

describe('the lock file', () => {
  const { packages } = JSON.parse(textOf('package-lock.json')) as Lock;

  test('names no registry', () => {
    expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  test('holds the binaries of every platform (npm run lock adds them)', () => {
    const names = Object.values(packages).flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}));
    expect(names.filter((name) => !Object.hasOwn(packages, `node_modules/${name}`))).toEqual([]);
  });
});
