/**
 * Snapshots as text, `.dropgate/flags.json`: one line for each flag, each of its environments and each value it served
 * before, so that a change is a changed line. What is usual (`null`, `false`, empty) is left out.
 */
import { type Json, listOf, numberOf, objectOf, textOf } from '../state/shape.ts';
import type { Blocker, FlagValue, SinceFrom } from '../types.ts';
import type { Past, ServedSince, Snapshot, SnapshotFile, SnapshotFlag, SnapshotState } from './snapshot.ts';

export const snapshotVersion = 1;

export function writeSnapshots({ snapshots }: SnapshotFile): string {
  return `{\n  "version": ${snapshotVersion},\n  "snapshots": [${block(snapshots.map(snapshotText), 2)}]\n}\n`;
}

function snapshotText({ provider, project, takenAt, complete, flags }: Snapshot): string {
  const head = Object.entries({ provider, project, takenAt, complete }).map(
    ([name, value]) => `      "${name}": ${JSON.stringify(value)},\n`,
  );
  return `    {\n${head.join('')}      "flags": [${block(flags.map(flagText), 6)}]\n    }`;
}

function flagText({ key, type, permanent, archived, createdAt, needs, fallback, environments }: SnapshotFlag): string {
  return `        { ${fields({ key, type, permanent, archived, createdAt, needs, fallback })}, "environments": [${block(environments.map(stateText), 8)}] }`;
}

function stateText({ environment, isProduction, by, blockers, sinceFrom, history, ...now }: SnapshotState): string {
  const { since, serves, variant, percentage } = now;
  const past = history.length === 0 ? '' : `, "history": [${block(history.map(pastText), 10)}]`;
  const rest = { variant, percentage, by, blockers, since, sinceFrom };
  return `          { ${fields({ environment, isProduction })}, "serves": ${JSON.stringify(serves)}${more(rest)}${past} }`;
}

const pastText = ({ since, seen, serves, variant, percentage }: Past): string =>
  `            { ${fields({ since, seen })}, "serves": ${JSON.stringify(serves)}${more({ variant, percentage })} }`;

const block = (lines: readonly string[], indent: number): string =>
  lines.length === 0 ? '' : `\n${lines.join(',\n')}\n${' '.repeat(indent)}`;

const fields = (members: object): string =>
  Object.entries(members)
    .filter(([name, value]) => isOwnWord(name, value))
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(', ');

const more = (members: object): string => {
  const text = fields(members);
  return text === '' ? '' : `, ${text}`;
};

/** Whether a value says anything. */
const isOwnWord = (name: string, value: unknown): boolean =>
  name === 'isProduction' || name === 'fallback'
    ? value !== null
    : value !== null && value !== false && !(Array.isArray(value) && value.length === 0);

export type ReadSnapshots = ({ readonly ok: true } & SnapshotFile) | { readonly ok: false; readonly problem: string };

/** What is thrown inside this module where the document is wrong. */
interface Misread {
  readonly misread: string;
}

const isMisread = (thrown: unknown): thrown is Misread => typeof thrown === 'object' && thrown !== null && 'misread' in thrown;

/** Reads what `writeSnapshots` wrote. A file that was damaged by hand or by a merge is a problem, never half a state. */
export function readSnapshots(document: unknown): ReadSnapshots {
  const root = objectOf(document);
  if (root === null || !Array.isArray(root.snapshots)) return { ok: false, problem: 'There is no list `snapshots`.' };
  if (root.version !== snapshotVersion)
    return {
      ok: false,
      problem: `Its version is ${JSON.stringify(root.version) ?? 'missing'}; this Dropgate reads version ${snapshotVersion}.`,
    };
  try {
    return { ok: true, snapshots: root.snapshots.map((one, at) => readSnapshot(one, `snapshots[${at}]`)) };
  } catch (error) {
    if (isMisread(error)) return { ok: false, problem: error.misread };
    throw error;
  }
}

function readSnapshot(value: unknown, at: string): Snapshot {
  const one = asObject(value, at);
  return {
    provider: asText(one.provider, `${at}.provider`),
    project: asText(one.project, `${at}.project`),
    takenAt: asInstant(one.takenAt, `${at}.takenAt`),
    complete: one.complete === true,
    flags: asList(one.flags, `${at}.flags`).map((flag, index) => readFlag(flag, `${at}.flags[${index}]`)),
  };
}

function readFlag(value: unknown, at: string): SnapshotFlag {
  const one = asObject(value, at);
  const key = asText(one.key, `${at}.key`);
  const environments = asList(one.environments, `${at}.environments`);
  return {
    key,
    type: textOf(one.type),
    permanent: one.permanent === true,
    archived: one.archived === true,
    createdAt: textOf(one.createdAt),
    needs: listOf(one.needs).flatMap((needed) => textOf(needed) ?? []),
    fallback: servedValue(one.fallback ?? null, `${at}.fallback`),
    environments: environments.map((state, index) => readStateOf(state, `${at}.environments[${index}]`)),
  };
}

function readStateOf(value: unknown, at: string): SnapshotState {
  const one = asObject(value, at);
  const blockers = listOf(one.blockers).map((blocker): Blocker => {
    const { kind, detail } = objectOf(blocker) ?? {};
    return { kind: kinds.find((known) => known === kind) ?? 'unknown', detail: textOf(detail) ?? 'for a reason that is not written' };
  });
  const now = readServed(one, at);
  return {
    ...now,
    environment: asText(one.environment, `${at}.environment`),
    isProduction: typeof one.isProduction === 'boolean' ? one.isProduction : null,
    by: textOf(one.by),
    blockers,
    sinceFrom: now.since === null ? null : (origins.find((known) => known === one.sinceFrom) ?? 'snapshot'),
    history: listOf(one.history).map((entry, index) => readPast(entry, `${at}.history[${index}]`)),
  };
}

function readPast(value: unknown, at: string): Past {
  const one = asObject(value, at);
  return { ...readServed(one, at), seen: asInstant(one.seen, `${at}.seen`) };
}

function readServed(one: Json, at: string): ServedSince {
  return {
    since: one.since === undefined || one.since === null ? null : asInstant(one.since, `${at}.since`),
    serves: servedValue(one.serves, `${at}.serves`),
    variant: textOf(one.variant),
    percentage: numberOf(one.percentage),
  };
}

const kinds: readonly Blocker['kind'][] = [
  'rule',
  'target',
  'prerequisite',
  'rollout',
  'schedule',
  'experiment',
  'holdout',
  'segment',
  'multivariate',
  'environments',
];
const origins: readonly SinceFrom[] = ['file', 'git', 'git-lower-bound', 'audit', 'modified', 'snapshot'];

function misread(at: string, expected: string): never {
  throw { misread: `\`${at}\` is not ${expected}. Restore the file from git, or delete it and pull again.` } satisfies Misread;
}

function asObject(value: unknown, at: string): Json {
  return objectOf(value) ?? misread(at, 'an object');
}

function asList(value: unknown, at: string): readonly unknown[] {
  return Array.isArray(value) ? value : misread(at, 'a list');
}

function asText(value: unknown, at: string): string {
  return textOf(value) ?? misread(at, 'text');
}

function asInstant(value: unknown, at: string): string {
  const time = Date.parse(asText(value, at));
  return Number.isNaN(time) ? misread(at, 'a date') : new Date(time).toISOString();
}

function servedValue(value: unknown, at: string): FlagValue | null {
  return value === null || typeof value === 'boolean' || typeof value === 'string' ? value : misread(at, 'true, false, text or null');
}
