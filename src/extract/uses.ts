/**
 * Finds every use of the objects asked about, at base, at further deployed revisions and at head.
 * Input: a reader per revision, the objects. Output: accesses, and what could not be read. One search serves base and head.
 */
import type { Clue, Interest, RowWrite, SchemaAccess, Unresolved } from '../access/types.ts';
import { type Led, ledTo } from './callers.ts';
import { cluesFor } from './clues/clues.ts';
import type { CodeReader } from './code.ts';
import { distantReads } from './distant-reads.ts';
import type { DatabaseHistory } from './history.ts';
import { type Asked, interestIn, type Mappings } from './interest.ts';
import { joined, mappingsOf, withAliases } from './mappings.ts';
import type { Readers } from './readers.ts';

export interface Uses {
  readonly base: readonly SchemaAccess[];
  readonly head: readonly SchemaAccess[];
  /** Statements that write rows of the tables asked about. */
  readonly baseWrites: readonly RowWrite[];
  readonly headWrites: readonly RowWrite[];
  readonly unresolved: readonly Unresolved[];
  readonly files: readonly string[];
}

interface SideClues {
  readonly base: readonly Clue[];
  readonly head: readonly Clue[];
}

/** One search serves base and head: what head has more it has in the files the change touches. */
async function findCandidates(
  { base, head }: Readers,
  clues: SideClues,
  changed: ReadonlySet<string>,
): Promise<{ reader: CodeReader; candidates: readonly string[] }[]> {
  const [first, ...deployed] = base;
  if (!first) return [{ reader: head, candidates: await head.candidates(clues.head) }];
  const hits = await first.hits([...clues.base, ...clues.head]);
  const among = new Set([...hits, ...changed]);
  const of = async (
    reader: CodeReader,
    some: readonly Clue[],
    paths?: Iterable<string>,
  ): Promise<{ reader: CodeReader; candidates: readonly string[] }> => ({
    reader,
    candidates: some.length > 0 ? await reader.candidates(some, paths) : [],
  });
  // In turn, not at once: what base has read head need not read again.
  const before = await of(first, clues.base, among);
  const after = await of(head, clues.head, among);
  const further = [];
  for (const reader of deployed) further.push(await of(reader, clues.base));
  return [after, before, ...further];
}

export async function readUses(
  readers: Readers,
  asked: readonly Asked[],
  histories: readonly DatabaseHistory[],
  changedFiles: ReadonlySet<string>,
): Promise<Uses> {
  const { base, head } = readers;
  if (asked.length === 0) return { base: [], head: [], baseWrites: [], headWrites: [], unresolved: [], files: [] };
  const [first] = base;
  const headNames = await withAliases(await mappingsOf(histories, 'head', head), asked, head);
  const before = asked.filter((a) => !a.isNew);
  const baseNames: Mappings = first ? await withAliases(await mappingsOf(histories, 'base', first), before, first) : new Map();
  const mappings = joined(baseNames, headNames);
  const interest: Interest = interestIn(asked, mappings);
  const clues = {
    head: cluesFor(asked, headNames),
    base: cluesFor(before, baseNames),
  };
  const all = await findCandidates(readers, clues, changedFiles);
  const [after, ...earlier] = await Promise.all(
    all.map(async ({ reader, candidates }) => ({ ...(await reader.accesses(candidates, interest)), candidates })),
  );
  if (!after) throw new RangeError('there is always a head');
  const distant = first ? await distantReads(asked, mappings, first, head, after.accesses) : [];
  const headLed = await ledTo(head, [...after.accesses, ...distant], after.writes);
  const baseLed: Led[] = [];
  for (const [at, reader] of base.entries()) baseLed.push(await ledTo(reader, earlier[at]?.accesses ?? [], earlier[at]?.writes ?? []));
  return {
    base: withDeployed(
      baseLed.map((b) => b.accesses),
      base.map((r) => r.revision),
    ),
    head: headLed.accesses,
    baseWrites: onePerPlace(baseLed.flatMap((b) => b.writes)),
    headWrites: headLed.writes,
    unresolved: [...earlier.flatMap((b) => b.unresolved), ...after.unresolved],
    files: [...earlier.flatMap((b) => b.candidates), ...after.candidates],
  };
}

/** What further deployed revisions write at the same place and in the same way is one write. */
function onePerPlace(writes: readonly RowWrite[]): RowWrite[] {
  const keyOf = (w: RowWrite): string => [w.database, w.table, w.statement, w.scope, w.columns.join()].join('\0');
  const known = new Map<string, RowWrite>();
  for (const write of writes) if (!known.has(keyOf(write))) known.set(keyOf(write), write);
  return [...known.values()];
}

/** Uses of the merge base, and those that only a further deployed revision has, named with its commit. */
function withDeployed([base, ...deployed]: readonly (readonly SchemaAccess[])[], revisions: readonly string[]): SchemaAccess[] {
  const useKey = (a: SchemaAccess): string => [a.database, a.table, a.column, a.kind, a.how, a.location.file, a.scope].join('\0');
  const known = new Set(base?.map(useKey));
  const further = deployed.flatMap((accesses, i) =>
    accesses.filter((a) => !known.has(useKey(a))).map((a) => ({ ...a, operation: `${a.operation}, at ${revisions[i + 1]?.slice(0, 9)}` })),
  );
  return [...(base ?? []), ...further];
}
