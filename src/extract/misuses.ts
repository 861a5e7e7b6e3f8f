/**
 * Misuses that a file alone does not show: those a change begins, and evaluations without a user where there is none, in
 * what jobs and scripts lead to.
 * Input: evaluations, the readers of the revisions. Output: keys, and uses with these misuses added.
 * Invariant: an evaluation that a request leads to as well lacks no user: whoever calls it may hold one.
 */
import type { EntryPoint } from '../code/entries/entries.ts';
import { compare } from '../discover/words.ts';
import { evaluatingNames } from '../flags/catalogue.ts';
import type { Evaluation, MisusedEvaluation } from '../flags/types.ts';
import { withCallers } from './callers.ts';
import type { CodeReader } from './code.ts';
import type { FlagUses } from './evaluations.ts';
import type { Readers } from './readers.ts';

/** Evaluations looked at; more are no application's. */
const LIMIT = 200;

/** Adds the evaluations that jobs and scripts make without a context. */
export async function withContexts(uses: FlagUses, reader: CodeReader): Promise<FlagUses> {
  const bare = uses.evaluations.filter((e) => e.flag !== null && emptiness(e) !== null).slice(0, LIMIT);
  if (bare.length === 0) return uses;
  const items = bare.map((evaluation) => ({ evaluation, location: evaluation.location, guards: [], entries: [] as readonly EntryPoint[] }));
  const { items: traced } = await withCallers(reader, items);
  return { ...uses, misuses: [...uses.misuses, ...traced.flatMap(({ evaluation, entries }) => misuse(evaluation, entries))] };
}

function emptiness({ context }: Evaluation): 'none' | 'empty' | null {
  if (context.kind === 'none') return 'none';
  return context.kind === 'known' && context.keys.length === 0 ? 'empty' : null;
}

function misuse(evaluation: Evaluation, entries: readonly EntryPoint[]): MisusedEvaluation[] {
  const context = emptiness(evaluation);
  const backgrounds = entries.filter((e) => e.kind === 'job' || e.kind === 'script');
  const [first] = backgrounds;
  if (context === null || first === undefined || entries.some((e) => e.kind === 'request')) return [];
  const entry = `${first.kind} ${first.name}`;
  return [{ evaluation, misuse: { kind: 'no-context', context, entry, location: evaluation.location } }];
}

const word = new RegExp(`\\b(?:${[...evaluatingNames].join('|')}|\\w*(?:[Ff]lag|[Ff]eature|[Tt]oggle)\\w*)\\b`);

/** Flags that files of the change misuse at head in a way they did not at base. */
export async function newlyMisused({ base: [first], head }: Readers, files: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  if (first === undefined || files.size === 0) return new Set();
  const after = await misusedIn(head, files);
  if (after.size === 0) return new Set();
  const before = await misusedIn(first, new Set([...after.values()].map(({ file }) => file)));
  return new Set([...after].flatMap(([key, { flag }]) => (before.has(key) ? [] : [flag])));
}

async function misusedIn(
  reader: CodeReader,
  files: ReadonlySet<string>,
): Promise<Map<string, { readonly flag: string; readonly file: string }>> {
  const likely = [...(await reader.texts(files))].flatMap(([file, text]) => (word.test(text) ? [file] : []));
  const read = await reader.read(likely, (module, _modules, flags) => flags.misuses(module));
  return new Map(
    [...read].flatMap(([file, misuses]) =>
      misuses.flatMap(({ evaluation: { flag }, misuse: { kind } }) =>
        flag === null ? [] : [[`${file}\0${kind}\0${flag}`, { flag, file }] as const],
      ),
    ),
  );
}

/** Which of the flags guard accesses to anything, in the files that evaluate them. */
export async function guardingAnything(keys: ReadonlySet<string>, uses: FlagUses, head: CodeReader): Promise<ReadonlySet<string>> {
  if (keys.size === 0) return keys;
  const places = [
    ...uses.evaluations.filter((e) => e.flag !== null && keys.has(e.flag)),
    ...uses.branches.filter((b) => keys.has(b.guard.flag)),
  ];
  const { accesses } = await head.accesses([...new Set(places.map(({ location }) => location.file))].sort(compare), null);
  return new Set(accesses.flatMap(({ guards }) => guards.map(({ flag }) => flag)).filter((flag) => keys.has(flag)));
}
