/**
 * Removes the flags of all cases at once and judges each result: by running it, compiling it and looking at what is left.
 * Input: cases. Output: one verdict per case and value. What is wrong must not be; what is unclean is work left to a human.
 */
import type { FlagValue } from '../../../src/flags/types.ts';
import type { FileChange, Left } from '../../../src/remove/types.ts';
import { remove } from '../../../src/remove.ts';
import type { Case } from './cases.ts';
import { added, type Diagnostics, diagnose } from './diagnostics.ts';
import { type Bundled, bundle, execute, type Outcome, type Run } from './execution.ts';
import { layoutOf, leftoversIn, linksOf } from './leftovers.ts';
import { apply, makeWorkplace, reset, type Workplace, written } from './workplace.ts';

export interface Verdict {
  readonly name: string;
  readonly value: FlagValue;
  readonly wrong: readonly string[];
  readonly unclean: readonly string[];
  readonly layout: readonly string[];
}

/** What `remove` gave for many flags; a flag whose removal threw has its error. */
export interface Removal {
  readonly changes: readonly FileChange[];
  readonly left: readonly Left[];
  readonly thrown: ReadonlyMap<string, string>;
}

const inputs = [0, 1, 2];

/** What `run` is called with stays its parameters. */
const given = /'(?:log|n|_)' is declared/;

/** Judges all cases for all their values; `batch` flags go in one removal. */
export async function judge(cases: readonly Case[], batch = cases.length): Promise<Verdict[]> {
  const place = makeWorkplace(new Map(cases.flatMap((one) => [...one.files])));
  const before = await stateOf(place.root, cases);
  const values = new Set(cases.flatMap((one) => one.values));
  const verdicts: Verdict[] = [];
  for (const value of values) {
    const group = cases.filter((one) => one.values.includes(value));
    verdicts.push(...(await judgeValue(place, group, value, before, batch)));
    reset(place);
  }
  return verdicts.sort((a, b) => (`${a.name} ${a.value}` < `${b.name} ${b.value}` ? -1 : 1));
}

interface State {
  readonly files: ReadonlyMap<string, string>;
  readonly diagnostics: ReadonlyMap<string, Diagnostics>;
  readonly bundled: ReadonlyMap<string, Bundled>;
}

async function stateOf(root: string, cases: readonly Case[]): Promise<State> {
  const paths = cases.flatMap((one) => [...one.files.keys()]);
  const files = new Map(paths.flatMap((path) => [[path, written(root, path)] as const]).filter(isThere));
  const entries = new Map(cases.filter((one) => files.has(one.entry)).map((one) => [one.name, one.entry]));
  return { files, diagnostics: diagnose(root, files.keys()), bundled: await bundle(root, entries) };
}

const isThere = (entry: readonly [string, string | null]): entry is readonly [string, string] => entry[1] !== null;

async function judgeValue(place: Workplace, cases: readonly Case[], value: FlagValue, before: State, batch: number): Promise<Verdict[]> {
  const keys = cases.map((one) => one.key);
  const removal = await removeAll(place.root, keys, value, batch);
  apply(place.root, removal.changes);
  const after = await stateOf(place.root, cases);
  const again = await removeAll(place.root, keys, value, batch);
  const outcomes = execute(cases.flatMap((one) => [...runsOf(one, value, 'before', before), ...runsOf(one, value, 'after', after)]));
  return cases.map((one) => ({
    name: one.name,
    value,
    wrong: [
      ...thrown(one, removal, 'failed'),
      ...thrown(one, again, 'second run failed'),
      ...behaviour(one, before, after, outcomes),
      ...diagnostics(one, before, after),
      ...textual(one, before, after, removal),
      ...again.changes.filter(({ file }) => one.files.has(file)).map(({ file }) => `second run changes ${file}`),
    ],
    unclean: unclean(one, value, before, after, removal),
    layout: perFile(one, before, after, (_, text) => layoutOf(text)),
  }));
}

/** Removes all flags at once; where that throws, finds out for which of them. */
export async function removeAll(cwd: string, keys: readonly string[], value: FlagValue, batch = keys.length): Promise<Removal> {
  if (keys.length > batch) return merged(await inBatches(cwd, keys, value, batch));
  try {
    return { ...(await remove({ cwd, keys, value })), thrown: new Map() };
  } catch (error) {
    const [only] = keys;
    const text = error instanceof Error ? `${error.message} ${error.stack?.split('\n')[1]?.trim()}` : String(error);
    if (only === undefined || keys.length === 1) return { changes: [], left: [], thrown: new Map([[only ?? '', text]]) };
    if (text.startsWith('not built yet')) return { changes: [], left: [], thrown: new Map(keys.map((key) => [key, text])) };
  }
  const middle = Math.ceil(keys.length / 2);
  return merged([await removeAll(cwd, keys.slice(0, middle), value), await removeAll(cwd, keys.slice(middle), value)]);
}

async function inBatches(cwd: string, keys: readonly string[], value: FlagValue, batch: number): Promise<Removal[]> {
  const found: Removal[] = [];
  for (let i = 0; i < keys.length; i += batch) found.push(await removeAll(cwd, keys.slice(i, i + batch), value));
  return found;
}

/** Removals of flags that share no file. */
const merged = (all: readonly Removal[]): Removal => ({
  changes: all.flatMap(({ changes }) => changes),
  left: all.flatMap(({ left }) => left),
  thrown: new Map(all.flatMap(({ thrown }) => [...thrown])),
});

function thrown(one: Case, { thrown }: Removal, label: string): string[] {
  const error = thrown.get(one.key);
  return error === undefined ? [] : [`${label}: ${error}`];
}

export const idOf = (name: string, when: string, n: number) => `${name} ${when} ${n}`;

function runsOf(one: Case, value: FlagValue, when: string, { bundled }: State): Run[] {
  const built = bundled.get(one.name);
  if (built === undefined || 'error' in built) return [];
  return inputs.map((n) => ({ id: idOf(one.name, when, n), code: built.code, flags: { [one.key]: value }, n }));
}

function behaviour(one: Case, before: State, after: State, outcomes: ReadonlyMap<string, Outcome>): string[] {
  const [old, built] = [before.bundled.get(one.name), after.bundled.get(one.name)];
  if (old === undefined || 'error' in old) return ['syntax: the case itself does not build'];
  if (built === undefined) return ['syntax: the entry is gone'];
  if ('error' in built) return [`syntax: ${built.error}`];
  for (const n of inputs) {
    const difference = differenceOf(outcomes.get(idOf(one.name, 'before', n)), outcomes.get(idOf(one.name, 'after', n)));
    if (difference !== null) return [`behaviour: run(log, ${n}) ${difference}`];
  }
  return [];
}

/** What differs between two outcomes, in one line; null: nothing. */
export function differenceOf(before: Outcome | undefined, after: Outcome | undefined): string | null {
  if (before === undefined || after === undefined) return 'did not run';
  for (const part of ['error', 'lines', 'result'] as const) {
    const [a, b] = [JSON.stringify(before[part]), JSON.stringify(after[part])];
    if (a !== b) return `${part} ${a} became ${b}`;
  }
  return null;
}

function diagnostics(one: Case, before: State, after: State): string[] {
  return [...one.files.keys()].flatMap((file) =>
    added(before.diagnostics.get(file)?.errors ?? [], after.diagnostics.get(file)?.errors ?? []).map((text) => `diagnostic: ${text}`),
  );
}

/** Line ends and the end of the file stay as they were; what the change starts from is what was there. */
function textual(one: Case, before: State, after: State, { changes }: Removal): string[] {
  const found: string[] = [];
  for (const change of changes) {
    if (one.files.has(change.file) && change.before !== before.files.get(change.file))
      found.push(`text: ${change.file} was something else`);
  }
  for (const file of one.files.keys()) {
    const [old, now] = [before.files.get(file) ?? '', after.files.get(file)];
    if (now === undefined || now === '') continue;
    if (old.endsWith('\n') !== now.endsWith('\n')) found.push(`text: ${file} ends otherwise`);
    if (old.includes('\r\n') ? /(?<!\r)\n/.test(now) : now.includes('\r')) found.push(`text: ${file} has other line ends`);
  }
  return found;
}

function unclean(one: Case, value: FlagValue, before: State, after: State, { left }: Removal): string[] {
  const reasons = left.filter(({ key }) => key === one.key).map(({ reason }) => reason);
  if (one.left.has(String(value))) return reasons.length > 0 ? [] : ['removed, or left without a word'];
  const named = [...one.files.keys()]
    .filter((file) => after.files.get(file)?.includes(one.key))
    .map((file) => `key in ${file.slice(one.folder.length + 1)}`);
  const unused = [...one.files.keys()]
    .flatMap((file) =>
      added(before.diagnostics.get(file)?.unused ?? [], after.diagnostics.get(file)?.unused ?? []).map((text) => `unused: ${text}`),
    )
    .filter((text) => !given.test(text));
  const found = [
    ...reasons.map((reason) => `left: ${reason}`),
    ...named,
    ...unused,
    ...unusedExports(one, before, after),
    ...perFile(one, before, after, leftoversIn),
  ];
  return found.filter((text) => ![...one.allowed].some((allowed) => text.startsWith(allowed)));
}

/** What a look at each file finds after the removal and not before. */
function perFile(one: Case, before: State, after: State, look: (file: string, text: string) => string[]): string[] {
  return [...one.files.keys()].flatMap((file) => {
    const now = after.files.get(file);
    return now === undefined ? [] : added(look(file, before.files.get(file) ?? ''), look(file, now));
  });
}

/** Exports that another file of the case imported, and none does any more. */
function unusedExports(one: Case, before: State, after: State): string[] {
  const imported = ({ files }: State) =>
    new Set(
      [...one.files.keys()].flatMap((file) => (/\.tsx?$/.test(file) && !isTest(file) ? linksOf(file, files.get(file) ?? '').imports : [])),
    );
  const [was, is] = [imported(before), imported(after)];
  if (is.has('*')) return [];
  return [...one.files.keys()].flatMap((file) => {
    const text = after.files.get(file);
    if (text === undefined || file === one.entry || !/\.tsx?$/.test(file)) return [];
    return linksOf(file, text)
      .exports.filter((name) => was.has(name) && !is.has(name))
      .map((name) => `unused export: ${name}`);
  });
}

const isTest = (file: string) => /\.test\.tsx?$/.test(file);
