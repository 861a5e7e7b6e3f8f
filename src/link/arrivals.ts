/**
 * Reads that head has and base had not: of objects the change adds, and of objects that were there but that nothing read.
 * Input: accesses of both sides. Output: Arrival[]. Pure.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { DatabaseHistory } from '../extract/history.ts';
import { addedObjects } from '../extract/objects.ts';
import { isRead, legacyOf, newlyRead, type TouchedAccesses } from '../extract/reads.ts';
import { deadFor } from '../flags/standing.ts';
import type { FlagState } from '../flags/types.ts';
import type { SchemaChange, SchemaObject } from '../schema/types.ts';
import type { Arrival } from './project.ts';
import { usesOf } from './removals.ts';

export interface ArrivalFacts extends TouchedAccesses {
  /** Accesses of the whole repository to the objects asked about. */
  readonly base: readonly SchemaAccess[];
  readonly head: readonly SchemaAccess[];
  readonly states: ReadonlyMap<string, FlagState>;
  readonly now: Date;
  readonly soakDays: number;
}

/** Links additions and newly read columns with their reads. */
export function linkArrivals(facts: ArrivalFacts): Arrival[] {
  const added = facts.histories.flatMap((h) => addedObjects(h).map((change) => linkArrival(h, change.object, change, facts)));
  const newly = newlyRead(facts).flatMap(({ database, object }) => {
    const history = facts.histories.find((h) => h.id === database);
    const reads = usesOf(database, object, facts.base).filter((a) => a.kind === 'read');
    const isRamped = reads.some((a) => a.guards.length === 0);
    return history && !isRamped ? [linkArrival(history, object, null, facts)] : [];
  });
  return [...added, ...newly].filter((a) => a.reads.length > 0 || (a.change !== null && a.writes.length > 0));
}

function linkArrival(history: DatabaseHistory, object: SchemaObject, change: SchemaChange | null, facts: ArrivalFacts): Arrival {
  const uses = usesOf(history.id, object, facts.head);
  const reads = uses.filter(isRead);
  const columns =
    object.kind === 'table' ? facts.changedHead.filter((a) => a.database === history.id && a.table === object.name && isRead(a)) : reads;
  const replaced = columns
    .filter((r) => r.guards.length === 0)
    .flatMap((read) => {
      const legacy = legacyOf(read, facts.changedBase, facts.changedHead, history);
      return legacy ? [{ read, legacy }] : [];
    });
  return {
    database: history.id,
    object,
    change,
    reads,
    writes: uses.filter((a) => a.kind === 'write'),
    replaced,
    unguarded: change ? [] : lostGuards(history.id, object, facts),
  };
}

/** Guarded reads of base whose flag is not yet settled, for an object head reads without any guard. */
function lostGuards(database: string, object: SchemaObject, facts: ArrivalFacts): SchemaAccess[] {
  const reads = usesOf(database, object, facts.base).filter((a) => isRead(a) && a.guards.length > 0);
  return reads.filter((a) =>
    a.guards.every((g) => {
      const opposite = { ...g, equal: typeof g.value === 'boolean', value: typeof g.value === 'boolean' ? !g.value : g.value };
      return deadFor(opposite, facts.states.get(g.flag), facts.now, facts.soakDays).kind !== 'dead';
    }),
  );
}
