/**
 * Who leads to an access: the guards that all callers pass, and the entry points control comes from.
 * Input: accesses of one revision and the reader of its code. Output: the accesses with both, and what was given up.
 * Invariants: only the functions around the accesses asked about are looked for, round by round, within a budget; a
 * function whose callers were not all found has no guards of callers.
 */
import type { RowWrite, SchemaAccess } from '../access/types.ts';
import { type Callers, type CallSite, functionsAround, type Holder, mentionsIn, type Target, targetOf } from '../code/callers.ts';
import { type EntryPoint, entryOf } from '../code/entries/entries.ts';
import { isHandedOn } from '../code/handed.ts';
import { nodeAt } from '../code/locate.ts';
import type { FunctionNode } from '../code/syntax.ts';
import type { Module, Modules, Node } from '../code/types.ts';
import type { FlagReader } from '../flags/reader.ts';
import { isSameGuard } from '../flags/reader.ts';
import type { Guard } from '../flags/types.ts';
import type { Location } from '../parse/span.ts';
import type { CodeReader } from './code.ts';
import { entriesOf } from './entries.ts';

/** What can be asked about: an access or a row write. */
export interface Placed {
  readonly location: Location;
  readonly site?: Location;
  readonly guards: readonly Guard[];
}

export interface Traced<T> {
  readonly items: readonly T[];
  /** Which of them are props or options that callers give by name. */
  readonly handedOn: ReadonlySet<number>;
  /** Functions whose callers were not looked for to the end, and why. */
  readonly limits: readonly { readonly name: string; readonly reason: string }[];
}

/** Accesses and row writes of one revision with what leads to them. */
export interface Led {
  readonly accesses: readonly SchemaAccess[];
  readonly writes: readonly RowWrite[];
}

/** The same for all of a revision's accesses at once; without flags in the repository nothing is looked for. */
export async function ledTo(reader: CodeReader, accesses: readonly SchemaAccess[], writes: readonly RowWrite[]): Promise<Led> {
  if (!reader.hasFlags) return { accesses, writes };
  const { items, handedOn } = await withCallers<SchemaAccess | RowWrite>(reader, [...accesses, ...writes]);
  const read = items.slice(0, accesses.length) as SchemaAccess[];
  // Far from a query only the name says that a field is meant: a prop that callers give is the callers' read.
  const own = read.filter((one, at) => one.layer !== 'json' || !handedOn.has(at));
  return { accesses: own, writes: items.slice(accesses.length) as RowWrite[] };
}

const MAX_ROUNDS = 8;
const MAX_FUNCTIONS = 400;
/** Files that mention a function's name; a name that more have is too common to look for. */
const MAX_FILES = 80;
/** Files parsed for all functions together. */
const MAX_PARSED = 600;

/** Adds to each access what its callers say. */
export async function withCallers<T extends Placed>(reader: CodeReader, items: readonly T[]): Promise<Traced<T>> {
  if (items.length === 0) return { items, handedOn: new Set(), limits: [] };
  const search: Search = { reader, known: new Map(), limits: new Map(), parsed: new Set() };
  await findCallers(search, await functionsOf(reader, items));
  const callers: Callers = { sites: (fn) => search.known.get(fn as FunctionNode) ?? null };
  const answers = await answer(reader, items, callers);
  return {
    items: items.map((item) => ({ ...item, guards: answers.get(item)?.guards ?? item.guards, entries: answers.get(item)?.entries ?? [] })),
    handedOn: new Set(items.flatMap((item, at) => (answers.get(item)?.isHandedOn === true ? [at] : []))),
    limits: [...search.limits].map(([name, reason]) => ({ name, reason })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

interface Search {
  readonly reader: CodeReader;
  /** Sites of functions; null: not all of them are known. */
  readonly known: Map<FunctionNode, readonly CallSite[] | null>;
  readonly limits: Map<string, string>;
  readonly parsed: Set<string>;
}

interface Located {
  readonly fn: FunctionNode;
  readonly module: Module;
}

/** The functions around the places of accesses. */
async function functionsOf(reader: CodeReader, items: readonly Placed[]): Promise<Located[]> {
  const places = placesOf(items);
  const found = await reader.read([...places.keys()], (module) =>
    (places.get(module.path) ?? []).flatMap((at) => {
      const node = nodeAt(module, at);
      return node === null ? [] : functionsAround(node, module).map((fn) => ({ fn, module }));
    }),
  );
  return distinct([...found.values()].flat());
}

function placesOf(items: readonly Placed[]): Map<string, Location[]> {
  const places = new Map<string, Location[]>();
  for (const { location, site } of items)
    for (const one of site === undefined ? [location] : [location, site]) places.set(one.file, [...(places.get(one.file) ?? []), one]);
  return places;
}

function distinct(all: readonly Located[]): Located[] {
  return [...new Map(all.map((one) => [one.fn, one])).values()];
}

/** Looks for the callers of functions, for theirs, and so on. */
async function findCallers(search: Search, start: readonly Located[]): Promise<void> {
  let pending: readonly Located[] = start;
  for (let round = 0; pending.length > 0; round++) {
    const isOver = round >= MAX_ROUNDS || search.known.size + pending.length > MAX_FUNCTIONS;
    if (isOver) {
      for (const { fn, module } of pending) giveUp(search, fn, module, 'more callers lead to it than are looked for');
      return;
    }
    const targets = await targetsOf(search, pending);
    await findSites(search, targets);
    const sites = targets.flatMap(({ fn }) => search.known.get(fn) ?? []);
    const around = sites.flatMap(({ node, module }) => functionsAround(node, module).map((fn) => ({ fn, module })));
    pending = distinct(around).filter(({ fn }) => !search.known.has(fn));
  }
}

/** What is to be looked for: not callbacks, and nothing that a framework calls. */
async function targetsOf(search: Search, pending: readonly Located[]): Promise<Target[]> {
  const files = [...new Set(pending.map(({ module }) => module.path))];
  const targets: Target[] = [];
  for (const { fn } of pending) search.known.set(fn, null);
  const found = await search.reader.read(files, (module, modules) =>
    pending.flatMap((one) => {
      const target = one.module !== module || entryOf(one.fn, module, modules) !== null ? null : targetOf(one.fn, module);
      return target === null ? [] : [target];
    }),
  );
  for (const target of [...found.values()].flat()) {
    if (target.place.open === null) targets.push(target);
    else search.limits.set(nameIn(target.fn, target.module), target.place.open);
  }
  return targets;
}

interface Names {
  readonly words: Set<string>;
  readonly members: Set<string>;
  readonly holders: Map<Node, Holder>;
}

/** Finds the sites of functions; names that mentions add are looked for in turn. */
async function findSites(search: Search, targets: readonly Target[]): Promise<void> {
  const names = new Map(
    targets.map((target): [Target, Names] => [
      target,
      {
        words: new Set(target.place.words),
        members: new Set(target.place.members),
        holders: new Map(target.holders.map((one) => [one.node, one])),
      },
    ]),
  );
  let open: readonly Target[] = targets;
  for (let turn = 0; turn < 4 && open.length > 0; turn++) {
    const found = await lookFor(search, open, names);
    open = [...found].flatMap(([target, sites]) => {
      if (sites === null) return [];
      search.known.set(target.fn, sites.sites);
      return sites.isComplete ? [] : [target];
    });
  }
  for (const { fn, module } of open) giveUp(search, fn, module, 'it goes by too many names');
}

interface Looked {
  readonly sites: readonly CallSite[];
  /** No mention added a name. */
  readonly isComplete: boolean;
}

async function lookFor(search: Search, targets: readonly Target[], names: ReadonlyMap<Target, Names>): Promise<Map<Target, Looked | null>> {
  const filesOf = await filesFor(search, targets, names);
  const files = new Set([...filesOf.values()].flatMap((some) => [...(some ?? [])]));
  const byFile = new Map<string, Target[]>();
  for (const [target, some] of filesOf) for (const file of some ?? []) byFile.set(file, [...(byFile.get(file) ?? []), target]);
  const found = await search.reader.read([...files], (module, modules) =>
    (byFile.get(module.path) ?? []).map((target) => ({ target, ...mentionsIn(extended(target, names.get(target)), module, modules) })),
  );
  const result = new Map<Target, Looked | null>();
  for (const target of targets) result.set(target, filesOf.get(target) === null ? null : { sites: [], isComplete: true });
  for (const { target, sites, words, members, holders } of [...found.values()].flat()) {
    const known = names.get(target);
    const before = result.get(target);
    if (known === undefined || before == null) continue;
    const size = sizeOf(known);
    for (const word of [...words, ...members]) known.words.add(word);
    for (const member of members) known.members.add(member);
    for (const holder of holders) known.holders.set(holder.node, holder);
    result.set(target, { sites: [...before.sites, ...sites], isComplete: before.isComplete && sizeOf(known) === size });
  }
  return result;
}

const sizeOf = ({ words, members, holders }: Names): number => words.size + members.size + holders.size;

function extended(target: Target, names: Names | undefined): Target {
  if (names === undefined) return target;
  return { ...target, holders: [...names.holders.values()], place: { ...target.place, members: [...names.members] } };
}

/** The files that can mention each function; null: too many. */
async function filesFor(
  search: Search,
  targets: readonly Target[],
  names: ReadonlyMap<Target, Names>,
): Promise<Map<Target, ReadonlySet<string> | null>> {
  const words = new Set(targets.flatMap((target) => [...(names.get(target)?.words ?? [])]));
  const texts = words.size === 0 ? new Map<string, string>() : await search.reader.mentions([...words].sort());
  const filesBy = filesByWord(texts, words);
  return new Map(
    targets.map((target) => {
      const files = new Set([target.module.path]);
      for (const word of names.get(target)?.words ?? []) for (const file of filesBy.get(word) ?? []) files.add(file);
      const isNew = [...files].filter((file) => !search.parsed.has(file));
      if (files.size > MAX_FILES || search.parsed.size + isNew.length > MAX_PARSED) {
        giveUp(search, target.fn, target.module, `${files.size} files mention its name`);
        return [target, null] as const;
      }
      for (const file of isNew) search.parsed.add(file);
      return [target, files] as const;
    }),
  );
}

function filesByWord(texts: ReadonlyMap<string, string>, words: ReadonlySet<string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const escaped = [...words].sort((a, b) => b.length - a.length).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\w$])(?:${escaped.join('|')})(?![\\w$])`, 'g');
  for (const [file, text] of texts) {
    for (const word of new Set(text.match(pattern))) {
      const known = found.get(word);
      if (known === undefined) found.set(word, [file]);
      else known.push(file);
    }
  }
  return found;
}

function giveUp(search: Search, fn: FunctionNode, module: Module, reason: string): void {
  search.known.set(fn, null);
  search.limits.set(nameIn(fn, module), reason);
}

function nameIn(fn: FunctionNode, module: Module): string {
  return `${module.path}:${module.span(fn).line}`;
}

type Answer = Pick<Placed, 'guards'> & { readonly entries: readonly EntryPoint[]; readonly isHandedOn: boolean };

/** Guards and entries of every access, now that callers are known. */
async function answer<T extends Placed>(reader: CodeReader, items: readonly T[], callers: Callers): Promise<Map<T, Answer>> {
  const places = placesOf(items);
  const knowing = new WeakMap<FlagReader, FlagReader>();
  const found = await reader.read([...places.keys()], (module, modules, flags) => {
    const informed = knowing.get(flags) ?? flags.withCallers(callers);
    knowing.set(flags, informed);
    return new Map(
      (places.get(module.path) ?? []).map((place) => [keyOf(place), answerAt(place, module, modules, informed, callers, reader)]),
    );
  });
  const at = (place: Location): Answer => found.get(place.file)?.get(keyOf(place)) ?? NO_ANSWER;
  return new Map(
    items.map((item) => {
      const run = at(item.site ?? item.location);
      const guards = [...run.guards, ...(item.site === undefined ? [] : at(item.location).guards)];
      const added = guards.filter((guard, i) => ![...item.guards, ...guards.slice(0, i)].some((one) => isSameGuard(one, guard)));
      return [item, { guards: [...added, ...item.guards], entries: run.entries, isHandedOn: run.isHandedOn }] as const;
    }),
  );
}

const NO_ANSWER: Answer = { guards: [], entries: [], isHandedOn: false };

const keyOf = ({ line, column, endLine, endColumn }: Location): string => `${line}:${column}-${endLine}:${endColumn}`;

function answerAt(place: Location, module: Module, modules: Modules, flags: FlagReader, callers: Callers, reader: CodeReader): Answer {
  const node = nodeAt(module, place);
  if (node === null) return NO_ANSWER;
  return {
    guards: reader.hasFlags ? flags.guards(node, module) : [],
    entries: entriesOf(node, module, modules, callers),
    isHandedOn: isHandedOn(node, module, callers),
  };
}
