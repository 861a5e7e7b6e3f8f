/**
 * The cases of fixtures/<rule>/<case>/: tiny repositories in two revisions.
 * `base/` is the repository before the change; `head/` holds what the change adds or edits, and `delete` of case.json what
 * it takes away; `deployed/`, where there is one, is edited the same way and may be running too. A marker at the end of a
 * line of head (`// ~ rule`, `-- ~ rule:note, other-rule`) says which findings stand there; markers are cut off before
 * anything is read, so that they change no file.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryTree } from '../src/discover/memory-tree.ts';
import type { Repository, Version } from '../src/discover/revisions.ts';
import type { Report, Severity } from '../src/report/finding.ts';
import { inspect } from '../src/run.ts';

export type Files = ReadonlyMap<string, string>;

export interface Marker {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  /** Null: the rule's own. */
  readonly severity: Severity | null;
}

/** One repository in two revisions, and how it is checked. */
export interface Scene {
  /** Null with `--all`. */
  readonly base: Files | null;
  readonly deployed: Files | null;
  readonly head: Files;
  /** Versions of files at base, newest first. */
  readonly history: ReadonlyMap<string, readonly Version[]>;
  readonly now: Date;
  readonly allFlags: boolean;
}

export interface Case {
  readonly rule: string;
  readonly name: string;
  readonly folder: string;
  /** What happens, in one sentence. */
  readonly title: string;
  readonly scene: Scene;
  readonly markers: readonly Marker[];
}

interface Settings {
  readonly title: string;
  readonly now: string;
  readonly args?: readonly string[];
  readonly delete?: readonly string[];
  readonly history?: Readonly<Record<string, readonly { readonly date: string; readonly text: string }[]>>;
}

export const fixturesFolder = fileURLToPath(new URL('../fixtures', import.meta.url));
const settingNames: readonly string[] = ['title', 'now', 'args', 'delete', 'history'] satisfies (keyof Settings)[];

/** The cases of one rule, by name. */
export function casesOf(rule: string): Case[] {
  const folder = join(fixturesFolder, rule);
  return existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => readCase(rule, name))
    : [];
}

function readCase(rule: string, name: string): Case {
  const folder = join(fixturesFolder, rule, name);
  const settings = readSettings(join(folder, 'case.json'));
  const base = filesIn(join(folder, 'base'));
  const change = filesIn(join(folder, 'head'));
  const written = new Map([...base, ...change]);
  for (const path of settings.delete ?? []) {
    if (!written.delete(path)) throw new Error(`${folder}: case.json deletes ${path}, which is not there`);
  }
  const deployed = existsSync(join(folder, 'deployed')) ? new Map([...base, ...filesIn(join(folder, 'deployed'))]) : null;
  const versions = Object.entries(settings.history ?? {}).map(
    ([path, list]) => [path, list.map(({ date, text }, i) => ({ commit: `${i}`.repeat(40), date, text }))] as const,
  );
  const scene: Scene = {
    base: settings.args?.includes('--all') ? null : withoutMarkers(base),
    deployed: deployed && withoutMarkers(deployed),
    head: withoutMarkers(written),
    history: new Map(versions),
    now: new Date(settings.now),
    allFlags: settings.args?.includes('--all-flags') ?? false,
  };
  return { rule, name, folder, title: settings.title, scene, markers: [...written].flatMap(([file, text]) => markersOf(file, text)) };
}

function readSettings(path: string): Settings {
  const settings = JSON.parse(readFileSync(path, 'utf8')) as Settings;
  const strange = Object.keys(settings).filter((key) => !settingNames.includes(key));
  const isFine = strange.length === 0 && settings.title.length > 10 && !Number.isNaN(Date.parse(settings.now));
  if (!isFine) throw new Error(`${path}: it needs a title and a date, and knows ${settingNames.join(', ')}`);
  if (settings.args?.some((arg) => arg !== '--all' && arg !== '--all-flags'))
    throw new Error(`${path}: the arguments are --all and --all-flags`);
  return settings;
}

function filesIn(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]));
}

const marker = /[ \t]*(?:\/\/|--|#|\{\/\*) ~ ([a-z][a-z:, -]*[a-z])(?: \*\/\})?$/;

function markersOf(file: string, text: string): Marker[] {
  return text.split('\n').flatMap((line, i) => {
    const listed = marker.exec(line)?.[1]?.split(', ') ?? [];
    return listed.map((one) => {
      const [rule = '', severity] = one.split(':');
      return { file, line: i + 1, rule, severity: (severity as Severity | undefined) ?? null };
    });
  });
}

const withoutMarkers = (files: Files): Files =>
  new Map(
    [...files].map(([path, text]) => [
      path,
      text
        .split('\n')
        .map((line) => line.replace(marker, ''))
        .join('\n'),
    ]),
  );

/** The scene as a repository in memory. */
export function repositoryOf({ base, deployed, head, history }: Scene): Repository {
  const repository: Repository = {
    base: base && memoryTree('b'.repeat(40), base),
    deployed: deployed ? [memoryTree('d'.repeat(40), deployed)] : [],
    head: memoryTree('worktree', head),
    history: async (file) => history.get(file) ?? [],
    root: null,
    untrusted: false,
    namesDeployed: true,
    close: () => undefined,
    withDeployed: async () => repository,
  };
  return repository;
}

/** Checks the scene; the run takes no time, so that the report is the same on every machine. */
export async function reportOn(scene: Scene): Promise<Report> {
  const report = await inspect(repositoryOf(scene), { cwd: '/', now: scene.now, allFlags: scene.allFlags });
  return { ...report, summary: { ...report.summary, durationMs: 0 } };
}

/** The same scene with every file changed, in all revisions alike. */
export function mapFiles(scene: Scene, change: (path: string, text: string) => readonly [path: string, text: string]): Scene {
  const apply = (files: Files): Files => new Map([...files].map(([path, text]) => change(path, text)));
  const versions = [...scene.history].map(
    ([path, list]) => [change(path, '')[0], list.map((version) => ({ ...version, text: change(path, version.text)[1] }))] as const,
  );
  return {
    ...scene,
    base: scene.base && apply(scene.base),
    deployed: scene.deployed && apply(scene.deployed),
    head: apply(scene.head),
    history: new Map(versions),
  };
}
