/**
 * Reads that move from a legacy column to a new one which nothing has filled for the rows that are there already.
 * Input: accesses of the changed files, transitions, histories, the pairs something fills. Output: MissingBackfill[]. Pure.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { Moved } from '../extract/fillers.ts';
import type { DatabaseHistory } from '../extract/history.ts';
import { isRead, legacyOf } from '../extract/reads.ts';
import type { ColumnName, Transition } from '../extract/transitions.ts';

export interface MissingBackfill extends Moved {
  /** The read at head that finds nothing in old rows. */
  readonly read: SchemaAccess;
}

export interface BackfillFacts {
  readonly histories: readonly DatabaseHistory[];
  readonly touchedBase: readonly SchemaAccess[];
  readonly touchedHead: readonly SchemaAccess[];
  readonly transitions: readonly Transition[];
  readonly filled: readonly Moved[];
}

const nameOf = ({ table, column }: ColumnName): string => `${table}.${column}`;

/** One per new column. */
export function linkMissingBackfills(facts: BackfillFacts): MissingBackfill[] {
  const found = new Map<string, MissingBackfill>();
  for (const read of facts.touchedHead.filter(isRead)) {
    const history = facts.histories.find((h) => h.id === read.database);
    if (!history || read.column === null) continue;
    const fresh = { table: read.table, column: read.column };
    const legacy = legacyNameOf(read, fresh, history, facts);
    const isFilled = facts.filled.some((f) => legacy && nameOf(f.legacy) === nameOf(legacy) && nameOf(f.fresh) === nameOf(fresh));
    if (
      !legacy ||
      !isKept(legacy, history) ||
      isRenamed(fresh, history) ||
      isFilled ||
      isFilledByDatabase(fresh, history) ||
      found.has(nameOf(fresh))
    )
      continue;
    found.set(nameOf(fresh), { legacy, fresh, read });
  }
  return [...found.values()];
}

/** The column whose read this one takes over: in place of it, or on the other side of a flag that the change brings. */
function legacyNameOf(read: SchemaAccess, fresh: ColumnName, history: DatabaseHistory, facts: BackfillFacts): ColumnName | null {
  const { touchedBase, touchedHead, transitions } = facts;
  const isKnown = touchedBase.some((a) => isRead(a) && a.database === read.database && a.table === read.table && a.column === read.column);
  if (isKnown) return null;
  const legacy = legacyOf(read, touchedBase, touchedHead, history);
  if (legacy?.column != null) return { table: legacy.table, column: legacy.column };
  const paired = transitions.find((t) => t.by !== 'backfill' && t.database === read.database && nameOf(t.fresh) === nameOf(fresh));
  return paired?.legacy ?? null;
}

/** The legacy column is still there, and holds data of its own. */
const isKept = ({ table, column }: ColumnName, { head }: DatabaseHistory): boolean =>
  head.schema.tables.get(table)?.columns.get(column)?.generated === false;

/** A rename takes the data along. */
const isRenamed = ({ table, column }: ColumnName, { operations }: DatabaseHistory): boolean =>
  operations.some((o) => o.type === 'rename' && (o.to === column || o.to === table));

/** By a migration, a default, an expression or a trigger; a table of this change has no old rows. */
function isFilledByDatabase({ table, column }: ColumnName, { backfills, head, base }: DatabaseHistory): boolean {
  const definition = head.schema.tables.get(table)?.columns.get(column);
  if (!definition || definition.generated || definition.default !== null) return true;
  if (backfills.some((b) => b.object.name === table && b.columns.includes(column))) return true;
  const isNewTable = base !== null && !base.schema.tables.has(table);
  return isNewTable || [...head.schema.routines.values()].some((r) => r.kind === 'trigger' && r.table === table);
}
