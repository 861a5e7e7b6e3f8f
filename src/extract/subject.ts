/**
 * Everything that touches one thing: a table, a column, or a flag.
 * Input: an open repository, the words somebody typed. Output: SubjectFacts, plain records; a UsageError for words that
 * name nothing.
 */
import type { SchemaAccess, Unresolved } from '../access/types.ts';
import { nearest } from '../config/nearest.ts';
import type { Config } from '../config/types.ts';
import type { Repository } from '../discover/revisions.ts';
import { UsageError } from '../parse/errors.ts';
import { loadEngine } from '../schema/engines.ts';
import type { SchemaObject } from '../schema/types.ts';
import { type FlagUses, findFlagUses, NO_USES } from './evaluations.ts';
import type { FlagStates } from './flag-state.ts';
import { type DatabaseHistory, readHistories } from './history.ts';
import { type Asked, type Mappings, NOT_MAPPED } from './interest.ts';
import { joined, mappingsOf } from './mappings.ts';
import { makeReaders, type Readers } from './readers.ts';
import { touchedPaths } from './touched-paths.ts';
import { type Transition, transitionsOf } from './transitions.ts';
import { readUses } from './uses.ts';

export interface NamedObject {
  readonly database: string;
  readonly object: SchemaObject;
}

export interface SubjectFacts {
  readonly histories: readonly DatabaseHistory[];
  readonly objects: readonly NamedObject[];
  /** The flag, where the words name one. */
  readonly flag: string | null;
  readonly base: readonly SchemaAccess[];
  readonly head: readonly SchemaAccess[];
  /** Evaluations and branches of the flag, or of the flags that guard the objects. */
  readonly flagUses: FlagUses;
  readonly transitions: readonly Transition[];
  readonly unresolved: readonly Unresolved[];
}

export interface SubjectOptions {
  readonly repository: Repository;
  readonly config: Config;
  readonly states: FlagStates;
  progress(stage: string): void;
}

/** Looks for everything that touches what `words` name: `table`, `table.column`, `Model.field` or a flag's key. */
export async function gatherSubject(words: string, { repository, config, states, progress }: SubjectOptions): Promise<SubjectFacts> {
  progress('reading migrations');
  const histories = await readHistories(repository.base, repository.head, config, loadEngine);
  const readers = await makeReaders({ repository, config }, histories, true);
  progress('searching code');
  const [first] = readers.base;
  const mappings = joined(
    first ? await mappingsOf(histories, 'base', first) : new Map(),
    await mappingsOf(histories, 'head', readers.head),
  );
  const named = objectsNamed(words, histories, mappings);
  const isKnownFlag = states.has(words);
  const own = named.length === 0 || isKnownFlag ? await findFlagUses(new Set([words]), readers.head) : NO_USES;
  const flag = isKnownFlag || own.evaluations.length > 0 ? words : null;
  if (named.length === 0 && flag === null) throw unknownSubject(words, histories, states);
  const objects = named.length > 0 ? named : await guardedBy(words, readers, histories);
  const asked = objects.flatMap((o) => askedOf(o, histories));
  const { sources } = await touchedPaths(repository.base, repository.head);
  const uses = await readUses(readers, asked, histories, sources);
  const guarding = new Set([...uses.base, ...uses.head].flatMap((a) => a.guards.map((g) => g.flag)));
  return {
    histories,
    objects,
    flag,
    base: uses.base,
    head: uses.head,
    flagUses: flag === null && guarding.size > 0 ? await findFlagUses(guarding, readers.head) : own,
    transitions: transitionsOf(histories, [...uses.head, ...uses.base], config),
    unresolved: uses.unresolved,
  };
}

/** A column that base has not is looked for far from its queries too. */
function askedOf({ database, object }: NamedObject, histories: readonly DatabaseHistory[]): Asked[] {
  const table = object.table ?? object.name;
  const column = object.kind === 'column' ? object.name : null;
  const base = histories.find((h) => h.id === database)?.base;
  const isNew = column !== null && base != null && !base.schema.tables.get(table)?.columns.has(column);
  return [{ database, table, column, isNew: false }, ...(isNew ? [{ database, table, column, isNew }] : [])];
}

const tablesOf = ({ base, head }: DatabaseHistory) => new Map([...(base?.schema.tables ?? []), ...head.schema.tables]);

/** Tables and columns of that name, in the database's spelling or in that of a model; capitals matter only where they tell. */
function objectsNamed(words: string, histories: readonly DatabaseHistory[], mappings: Mappings): NamedObject[] {
  const exact = histories.flatMap((h) => namedIn(words, h, mappings, (a, b) => a === b));
  if (exact.length > 0) return exact;
  return histories.flatMap((h) => namedIn(words, h, mappings, (a, b) => a.toLowerCase() === b.toLowerCase()));
}

type Same = (one: string, other: string) => boolean;

function namedIn(words: string, history: DatabaseHistory, mappings: Mappings, isSame: Same): NamedObject[] {
  const dot = words.lastIndexOf('.');
  const [owner, member] = [words.slice(0, Math.max(dot, 0)), words.slice(dot + 1)];
  const { prisma, models } = mappings.get(history.id) ?? NOT_MAPPED;
  const found = new Map<string, SchemaObject>();
  for (const [table, { columns }] of tablesOf(history)) {
    if (isSame(table, words)) found.set(table, { kind: 'table', table, name: table });
    const mapped = [
      ...prisma.flatMap((s) => [...s.models.values()]).filter((m) => m.table === table),
      ...models.filter((m) => m.table === table),
    ];
    const isOwner = isSame(table, owner) || mapped.some((m) => isSame(m.name, owner));
    const aliases = isOwner ? mapped.flatMap((m) => [...m.fields.values()]).filter((f) => isSame(f.name, member)) : [];
    for (const column of columns.keys())
      if (isOwner && (isSame(column, member) || aliases.some((f) => f.column === column)))
        found.set(`${table}.${column}`, { kind: 'column', table, name: column });
  }
  return [...found.values()].map((object) => ({ database: history.id, object }));
}

/** Objects that code behind the flag uses. */
async function guardedBy(flag: string, { base: [first], head }: Readers, histories: readonly DatabaseHistory[]): Promise<NamedObject[]> {
  if (histories.length === 0) return [];
  const accesses: SchemaAccess[] = [];
  for (const reader of first ? [first, head] : [head]) {
    const { files } = await findFlagUses(new Set([flag]), reader);
    accesses.push(...(await reader.accesses(files, null)).accesses);
  }
  const guarded = accesses.filter((a) => a.guards.some((g) => g.flag === flag) && a.how !== 'implicit' && a.confidence !== 'low');
  const objects = guarded.map(({ database, table, column }): NamedObject => {
    const object: SchemaObject = column === null ? { kind: 'table', table, name: table } : { kind: 'column', table, name: column };
    return { database, object };
  });
  return [...new Map(objects.map((o) => [`${o.database}\0${o.object.table}\0${o.object.name}`, o])).values()];
}

function unknownSubject(words: string, histories: readonly DatabaseHistory[], states: FlagStates): UsageError {
  const tables = histories.flatMap((h) => [...tablesOf(h)]);
  const columns = tables.flatMap(([table, { columns: some }]) => [...some.keys()].map((column) => `${table}.${column}`));
  const likely = nearest(words, [...states.keys(), ...tables.map(([table]) => table), ...columns]);
  return new UsageError(
    `No table, column or flag is called \`${words}\`.`,
    likely === null ? 'Name a table, a column as `table.column`, or a flag’s key.' : `Did you mean \`${likely}\`? dropgate why ${likely}`,
  );
}
