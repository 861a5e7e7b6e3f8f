/**
 * Legacy columns whose time is over: something took their place, is read, and nothing uses them any more.
 * Input: transitions, accesses of head, histories. Output: OrphanedColumn[]. Pure.
 * Invariant: a column that a view, a function, a trigger or code that cannot be told uses is not orphaned.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { DatabaseHistory } from '../extract/history.ts';
import type { ColumnName, Transition } from '../extract/transitions.ts';
import type { Location } from '../parse/span.ts';
import type { SchemaObject } from '../schema/types.ts';
import { usesOf } from './removals.ts';

export interface OrphanedColumn {
  readonly object: SchemaObject;
  readonly fresh: ColumnName;
  /** A read of what took its place. */
  readonly read: SchemaAccess;
  /** Where the migrations made the legacy column. */
  readonly location: Location;
}

export interface OrphanedFacts {
  readonly histories: readonly DatabaseHistory[];
  readonly transitions: readonly Transition[];
  readonly head: readonly SchemaAccess[];
}

/** One per legacy column. */
export function linkOrphaned({ histories, transitions, head }: OrphanedFacts): OrphanedColumn[] {
  const found = transitions.flatMap(({ database, legacy, fresh }) => {
    const history = histories.find((h) => h.id === database);
    const read = head.find((a) => isOf(a, database, fresh) && a.kind === 'read' && a.confidence !== 'low');
    return history && read ? orphanedIn(history, legacy, fresh, read, head) : [];
  });
  return [...new Map(found.map((one) => [`${one.object.table}.${one.object.name}`, one])).values()];
}

function orphanedIn(
  history: DatabaseHistory,
  legacy: ColumnName,
  fresh: ColumnName,
  read: SchemaAccess,
  head: readonly SchemaAccess[],
): OrphanedColumn[] {
  const isThere = history.head.schema.tables.get(legacy.table)?.columns.get(legacy.column)?.generated === false;
  const object: SchemaObject = { kind: 'column', table: legacy.table, name: legacy.column };
  const isUsed =
    usesOf(history.id, object, head).length > 0 ||
    [...history.head.schema.routines.values()].some((r) => r.uses.some((u) => u.table === legacy.table && u.column === legacy.column));
  const made = history.timeline.findLast((c) => c.type === 'create' && isMakerOf(c.object, legacy));
  return isThere && !isUsed && made ? [{ object, fresh, read, location: made.location }] : [];
}

const isOf = (access: SchemaAccess, database: string, { table, column }: ColumnName): boolean =>
  access.database === database && access.table === table && access.column === column;

const isMakerOf = (object: SchemaObject, { table, column }: ColumnName): boolean =>
  (object.kind === 'column' && object.table === table && object.name === column) || (object.kind === 'table' && object.name === table);
