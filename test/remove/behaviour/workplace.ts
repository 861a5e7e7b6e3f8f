/**
 * The temporary repository that holds all cases: one folder each, one tsconfig.json, packages that stand for the SDKs.
 * Invariant: what is installed is not committed, as in any repository.
 */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commitAll, git, temporaryFolder, write } from '../../repository.ts';
import { readPackages } from './cases.ts';

const installed = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const linked = ['react', 'react-dom', '@types/react', '@types/react-dom', '@types/node'];

export const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
  module: 'ESNext',
  moduleResolution: 'Bundler',
  jsx: 'react-jsx',
  types: ['node'],
  strict: true,
  experimentalDecorators: true,
  allowUnreachableCode: false,
  allowUnusedLabels: false,
  skipLibCheck: true,
  noEmit: true,
};

export interface Workplace {
  readonly root: string;
  /** The files as they were committed. */
  readonly files: ReadonlyMap<string, string>;
}

/** Makes the repository and commits the files. */
export function makeWorkplace(files: ReadonlyMap<string, string>): Workplace {
  const root = temporaryFolder();
  const dependencies = Object.fromEntries([...readPackages().keys()].map((path) => [packageOf(path), '1.0.0']));
  write(root, {
    ...Object.fromEntries(files),
    '.gitignore': 'node_modules\n',
    '.gitattributes': '* -text\n',
    'package.json': `${JSON.stringify({ name: 'shop', private: true, type: 'module', dependencies }, null, 2)}\n`,
    'tsconfig.json': `${JSON.stringify({ compilerOptions, include: ['src'] }, null, 2)}\n`,
  });
  install(root);
  git(root, 'init', '--quiet');
  commitAll(root, 'the program with its flags');
  return { root, files };
}

/** Brings the work tree back to what was committed first. */
export function reset({ root }: Workplace): void {
  git(root, 'reset', '--quiet', '--hard', git(root, 'rev-list', '--max-parents=0', 'HEAD'));
}

/** What a file is after the changes; null: it is gone. */
export function written(root: string, file: string): string | null {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return null;
  }
}

/** Applies changes to the work tree and commits them. */
export function apply(root: string, changes: readonly { readonly file: string; readonly after: string | null }[]): void {
  for (const { file, after } of changes) {
    if (after === null) rmSync(join(root, file), { force: true });
    else writeFileSync(join(root, file), after);
  }
  commitAll(root, 'without the flags');
}

const packageOf = (path: string) =>
  path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');

function install(root: string): void {
  write(join(root, 'node_modules'), Object.fromEntries(readPackages()));
  for (const name of linked) {
    const target = join(root, 'node_modules', name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(installed, name), target, 'junction');
  }
}
