/**
 * Joins flag states with where code evaluates them: which flags are settled, and what their losing branches hold.
 * Pure.
 */

import type { SchemaAccess } from '../access/types.ts';
import type { FlagUses } from '../extract/evaluations.ts';
import { isLosing } from '../flags/settled.ts';
import type { FlagState } from '../flags/types.ts';
import type { SchemaObject } from '../schema/types.ts';
import type { Flag, Orphan } from './project.ts';
import { usesOf } from './removals.ts';

export interface FlagFacts {
  readonly states: ReadonlyMap<string, FlagState>;
  readonly uses: FlagUses;
  readonly changedFiles: ReadonlySet<string>;
  /** Accesses of head to the objects of the change, or to what the flags guard. */
  readonly head: readonly SchemaAccess[];
  /** Flags that guard accesses to the objects of the change. */
  readonly guarding: ReadonlySet<string>;
}

/** One record per flag that is settled and still evaluated. */
export function linkFlags({ states, uses, changedFiles, head, guarding }: FlagFacts): Flag[] {
  const keys = [...new Set(uses.evaluations.flatMap((e) => (e.flag === null ? [] : [e.flag])))].sort();
  return keys.map((key) => {
    const evaluations = uses.evaluations.filter((e) => e.flag === key);
    const branches = uses.branches.filter((b) => b.guard.flag === key);
    const isTouched = guarding.has(key) || [...evaluations, ...branches].some((e) => changedFiles.has(e.location.file));
    return { key, state: states.get(key) ?? null, evaluations, branches, isTouched, orphans: orphansOf(key, states.get(key), head) };
  });
}

/** Columns and tables whose every read is in a losing branch of the flag. */
function orphansOf(key: string, state: FlagState | undefined, head: readonly SchemaAccess[]): Orphan[] {
  const isDoomed = (a: SchemaAccess): boolean => a.guards.some((g) => g.flag === key && isLosing(g, state));
  const objects = new Map<string, { database: string; object: SchemaObject }>();
  for (const a of head.filter(isDoomed)) {
    const object: SchemaObject =
      a.column === null ? { kind: 'table', table: a.table, name: a.table } : { kind: 'column', table: a.table, name: a.column };
    objects.set(`${a.database}\0${a.table}\0${a.column}`, { database: a.database, object });
  }
  const orphans = [...objects.values()].flatMap(({ database, object }) => {
    const left = usesOf(database, object, head).filter((a) => !isDoomed(a) && !(a.how === 'implicit' && a.confidence === 'low'));
    return left.some((a) => a.kind === 'read') ? [] : [{ object, writes: left }];
  });
  const tables = new Set(orphans.filter((o) => o.object.kind === 'table').map((o) => o.object.name));
  return orphans.filter(({ object }) => object.kind === 'table' || !tables.has(object.table ?? ''));
}
