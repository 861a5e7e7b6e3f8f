/**
 * Runs programs: each is bundled with esbuild, then its `run(log, n)` is called in a process of its own.
 * Input: entry files and the values the flags serve. Output: per run what was logged, given and thrown.
 * Invariant: evaluations of flags leave no trace in what is compared; a program that does not end is stopped.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildFailure, build, type Plugin } from 'esbuild';
import type { FlagValue } from '../../../src/flags/types.ts';

/** A program that could be bundled, or why it could not. */
export type Bundled = { readonly code: string } | { readonly error: string };

export interface Run {
  readonly id: string;
  readonly code: string;
  readonly flags: Readonly<Record<string, FlagValue>>;
  readonly n: number;
}

export interface Outcome {
  readonly lines: readonly string[];
  readonly result: string;
  readonly error: string | null;
}

const runner = fileURLToPath(new URL('./runner.mjs', import.meta.url));
const installed = fileURLToPath(new URL('../../../node_modules', import.meta.url));

const external: Plugin = {
  name: 'react',
  setup: ({ onResolve }) => onResolve({ filter: /^react(?:-dom)?(?:\/|$)/ }, ({ path }) => ({ path, external: true })),
};

/** Bundles every entry (name to path below root); one that fails does not hold up the others. */
export async function bundle(root: string, entries: ReadonlyMap<string, string>): Promise<Map<string, Bundled>> {
  const found = new Map<string, Bundled>();
  let left = new Map(entries);
  while (left.size > 0) {
    const failure = await attempt(root, left, found);
    if (failure === null) break;
    const broken = new Map<string, string>();
    for (const { location, text } of failure.errors) {
      const name = nameAt(left, location?.file ?? '') ?? [...left.keys()][0] ?? '';
      if (!broken.has(name)) broken.set(name, `${location?.file}:${location?.line} ${text}`);
    }
    for (const [name, error] of broken) found.set(name, { error });
    left = new Map([...left].filter(([name]) => !broken.has(name)));
  }
  return found;
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

function nameAt(entries: ReadonlyMap<string, string>, file: string): string | null {
  for (const [name, path] of entries) if (file === path || (!entriesShare(entries, path) && file.startsWith(folderOf(path)))) return name;
  return null;
}

const entriesShare = (entries: ReadonlyMap<string, string>, path: string) =>
  [...entries.values()].filter((one) => folderOf(one) === folderOf(path)).length > 1;

async function attempt(root: string, entries: ReadonlyMap<string, string>, found: Map<string, Bundled>): Promise<BuildFailure | null> {
  const names = [...entries.keys()];
  try {
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: names.map((name, i) => ({ in: entries.get(name) ?? '', out: String(i) })),
      outdir: 'out',
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      logLevel: 'silent',
      plugins: [external],
    });
    for (const { path, text } of outputFiles) found.set(names[Number(basename(relative(root, path), '.js'))] ?? '', { code: text });
    return null;
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return error;
  }
}

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error;

/** Runs them all, one after another, in one process. */
export function execute(runs: readonly Run[]): Map<string, Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'dropgate-runs-'));
  try {
    const [plan, answers] = [join(folder, 'plan.json'), join(folder, 'answers.json')];
    writeFileSync(plan, JSON.stringify({ installed, runs }));
    execFileSync(process.execPath, [runner, plan, answers], { stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 });
    return new Map(Object.entries(JSON.parse(readFileSync(answers, 'utf8')) as Record<string, Outcome>));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
