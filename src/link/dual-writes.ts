/**
 * Dual writes that a change breaks: while readers of the legacy column are left, or while its flag can still be turned off.
 * Input: transitions, accesses of the touched files and of the whole repository, flag states. Output: BrokenDualWrite[]. Pure.
 * Invariant: silent without positive evidence that the same function wrote the legacy column on the other side, or before.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { DatabaseHistory } from '../extract/history.ts';
import { isRead } from '../extract/reads.ts';
import { type ColumnName, isOnSide, type Transition } from '../extract/transitions.ts';
import { deadFor, type Standing } from '../flags/standing.ts';
import type { FlagState, Guard } from '../flags/types.ts';
import type { Schema } from '../schema/types.ts';

export interface BrokenDualWrite {
  readonly transition: Transition;
  /** The on side writes the new column alone; or the change takes the legacy write away. */
  readonly kind: 'new-only' | 'legacy-gone';
  /** The write of the new column at head. */
  readonly write: SchemaAccess;
  /** The write of the legacy column: of the other side at head, or of base. */
  readonly legacyWrite: SchemaAccess;
  /** Reads of the legacy column that head still has. */
  readonly legacyReads: readonly SchemaAccess[];
  /** The flag that can still be turned, and why. */
  readonly guard: Guard | null;
  readonly standing: Standing | null;
}

export interface DualWriteFacts {
  readonly histories: readonly DatabaseHistory[];
  readonly transitions: readonly Transition[];
  readonly touchedBase: readonly SchemaAccess[];
  readonly touchedHead: readonly SchemaAccess[];
  readonly head: readonly SchemaAccess[];
  readonly states: ReadonlyMap<string, FlagState>;
  readonly now: Date;
  readonly soakDays: number;
}

const isOf = (a: SchemaAccess, { database }: Transition, { table, column }: ColumnName): boolean =>
  a.database === database && a.table === table && a.column === column;

const isWrite = (a: SchemaAccess): boolean => a.kind === 'write' && a.confidence !== 'low' && (a.how === 'named' || a.how === 'field');

const hasColumn = ({ table, column }: ColumnName, schema: Schema): boolean => schema.tables.get(table)?.columns.has(column) ?? false;

/** The broken dual writes of the change, one per function and pair. */
export function linkDualWrites(facts: DualWriteFacts): BrokenDualWrite[] {
  return facts.transitions.flatMap((transition) => {
    const history = facts.histories.find((h) => h.id === transition.database);
    if (!history || !isMoving(transition, history.head.schema)) return [];
    const fresh = facts.touchedHead.filter((a) => isWrite(a) && isOf(a, transition, transition.fresh));
    return [...new Set(fresh.map((a) => a.scope))].flatMap((scope) => {
      const writes = fresh.filter((a) => a.scope === scope);
      return newOnly(transition, writes, facts) ?? legacyGone(transition, writes, facts) ?? [];
    });
  });
}

/** Both columns are there, and the database itself does not keep them equal. */
function isMoving({ legacy, fresh }: Transition, schema: Schema): boolean {
  if (![legacy, fresh].every((c) => hasColumn(c, schema))) return false;
  const isGenerated = [legacy, fresh].some((c) => schema.tables.get(c.table)?.columns.get(c.column)?.generated);
  const isTriggered = [...schema.routines.values()].some(
    (r) => r.kind === 'trigger' && (r.table === legacy.table || r.table === fresh.table),
  );
  return !isGenerated && !isTriggered;
}

const sideOf = (access: SchemaAccess, flag: string): boolean | null => {
  const guard = access.guards.find((g) => g.flag === flag);
  return guard ? isOnSide(guard) : null;
};

/** `if (on) write fresh; else write legacy`. */
function newOnly(transition: Transition, writes: readonly SchemaAccess[], facts: DualWriteFacts): BrokenDualWrite[] | null {
  for (const write of writes) {
    for (const guard of write.guards.filter(isOnSide)) {
      const legacy = facts.touchedHead.filter((a) => isWrite(a) && a.scope === write.scope && isOf(a, transition, transition.legacy));
      const other = legacy.find((a) => sideOf(a, guard.flag) === false);
      const isBoth = legacy.some((a) => sideOf(a, guard.flag) !== false);
      const legacyReads = readsOf(transition, facts);
      const standing = deadFor(opposite(guard), facts.states.get(guard.flag), facts.now, facts.soakDays);
      if (!other || isBoth || legacyReads.length === 0 || standing.kind === 'dead' || isOld(write, other, guard.flag, facts)) continue;
      return [{ transition, kind: 'new-only', write, legacyWrite: other, legacyReads, guard, standing }];
    }
  }
  return null;
}

/** Whether base had both writes on the same sides already. */
const isOld = (write: SchemaAccess, other: SchemaAccess, flag: string, { touchedBase }: DualWriteFacts): boolean =>
  [write, other].every((one) =>
    touchedBase.some(
      (a) =>
        isWrite(a) && a.scope === one.scope && a.table === one.table && a.column === one.column && sideOf(a, flag) === sideOf(one, flag),
    ),
  );

/** Base wrote the legacy column in this function, head writes only the new one. */
function legacyGone(transition: Transition, writes: readonly SchemaAccess[], facts: DualWriteFacts): BrokenDualWrite[] | null {
  const [write] = writes;
  const isLegacy = (a: SchemaAccess): boolean => isWrite(a) && a.scope === write?.scope && isOf(a, transition, transition.legacy);
  const legacyWrite = facts.touchedBase.find(isLegacy);
  if (!write || !legacyWrite || facts.touchedHead.some(isLegacy)) return null;
  const legacyReads = readsOf(transition, facts);
  const rollback = openFlag(transition, legacyReads, facts);
  const isHarmless = legacyReads.length === 0 && rollback === null;
  return isHarmless
    ? null
    : [{ transition, kind: 'legacy-gone', write, legacyWrite, legacyReads, ...(rollback ?? { guard: null, standing: null }) }];
}

/** Reads of the legacy column that can still run. */
const readsOf = (transition: Transition, { head, states, now, soakDays }: DualWriteFacts): SchemaAccess[] =>
  head.filter(
    (a) =>
      isRead(a) &&
      isOf(a, transition, transition.legacy) &&
      !a.guards.some((g) => deadFor(g, states.get(g.flag), now, soakDays).kind === 'dead'),
  );

/** A flag that gates one of the columns and has not held: turning it back brings the legacy readers back. */
function openFlag(
  transition: Transition,
  legacyReads: readonly SchemaAccess[],
  { head, states, now, soakDays }: DualWriteFacts,
): { guard: Guard; standing: Standing } | null {
  const ofFresh = head
    .filter((a) => isRead(a) && isOf(a, transition, transition.fresh))
    .flatMap((a) => a.guards.filter(isOnSide).map(opposite));
  const ofLegacy = legacyReads.flatMap((a) => a.guards.filter((g) => !isOnSide(g)));
  for (const guard of [...ofLegacy, ...ofFresh]) {
    const standing = deadFor(guard, states.get(guard.flag), now, soakDays);
    if (standing.kind === 'alive') return { guard, standing };
  }
  return null;
}

const opposite = (guard: Guard): Guard =>
  typeof guard.value === 'boolean' ? { ...guard, value: !guard.value } : { ...guard, equal: !guard.equal };
