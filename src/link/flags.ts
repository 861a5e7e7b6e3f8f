/**
 * Joins flag states with where code evaluates them: what is to be done about each, and what its branches hold.
 * Pure.
 */

import type { SchemaAccess } from '../access/types.ts';
import type { Config } from '../config/types.ts';
import { compare } from '../discover/words.ts';
import type { FlagUses } from '../extract/evaluations.ts';
import { isOnSide } from '../extract/transitions.ts';
import { decide } from '../flags/decision.ts';
import { isLosing } from '../flags/settled.ts';
import type { FlagState } from '../flags/types.ts';
import type { SchemaObject } from '../schema/types.ts';
import type { Flag, GuardedObject, Orphan, Sides } from './project.ts';
import { usesIndex } from './removals.ts';

export interface FlagFacts {
  readonly states: ReadonlyMap<string, FlagState>;
  readonly complete: readonly string[];
  readonly flagUses: FlagUses;
  readonly changedFiles: ReadonlySet<string>;
  /** Accesses of head to the objects of the change, or to what the flags guard. */
  readonly head: readonly SchemaAccess[];
  /** Flags that guard accesses to the objects of the change. */
  readonly guarding: ReadonlySet<string>;
  /** Flags that the change begins to misuse, and that guard accesses to any object. */
  readonly schemaFlags: ReadonlySet<string>;
  readonly config: Config;
  readonly now: Date;
  /** Whether flags that no code evaluates are wanted too. */
  readonly all: boolean;
  /** Whether misuses of flags are wanted that guard no schema. */
  readonly allFlags: boolean;
}

/** One record per flag that was looked for. */
export function linkFlags(facts: FlagFacts): Flag[] {
  const { states, flagUses: uses, changedFiles, head } = facts;
  const guarding = new Set([...facts.guarding, ...facts.schemaFlags]);
  const evaluated = uses.evaluations.flatMap((e) => (e.flag === null ? [] : [e.flag]));
  const keys = [...new Set([...evaluated, ...(facts.all ? states.keys() : [])])].sort(compare);
  const [evaluationsOf, branchesOf] = [grouped(uses.evaluations, (e) => e.flag), grouped(uses.branches, (b) => b.guard.flag)];
  const misusesOf = grouped(uses.misuses, ({ evaluation }) => evaluation.flag);
  const usesIn = usesIndex(head);
  const guarded = groupedAll(head, (a) => [...new Set(a.guards.map((g) => g.flag))]);
  return keys.map((key) => {
    const evaluations = evaluationsOf.get(key) ?? [];
    const branches = branchesOf.get(key) ?? [];
    const isTouched = facts.guarding.has(key) || [...evaluations, ...branches].some((e) => changedFiles.has(e.location.file));
    const state = states.get(key) ?? null;
    const behind = guarded.get(key) ?? [];
    const guardsSchema = behind.length > 0 || guarding.has(key);
    return {
      key,
      state,
      decision: decide(key, evaluations, facts),
      evaluations,
      branches,
      isTouched,
      guardsSchema,
      misuses: (misusesOf.get(key) ?? [])
        .map(({ misuse }) => misuse)
        .filter(({ kind }) => guardsSchema || facts.allFlags || kind === 'unawaited'),
      orphans: orphansOf(key, state ?? undefined, behind, usesIn),
      sides: sidesOf(key, behind),
    };
  });
}

/** Columns and tables whose every read is in a losing branch of the flag. */
function orphansOf(
  key: string,
  state: FlagState | undefined,
  behind: readonly SchemaAccess[],
  usesIn: ReturnType<typeof usesIndex>,
): Orphan[] {
  const isDoomed = (a: SchemaAccess): boolean => a.guards.some((g) => g.flag === key && isLosing(g, state));
  const objects = new Map<string, { database: string; object: SchemaObject }>();
  for (const a of behind.filter(isDoomed)) objects.set(idOf(a), { database: a.database, object: objectOf(a) });
  const orphans = [...objects.values()].flatMap(({ database, object }) => {
    const left = usesIn(database, object).filter((a) => !isDoomed(a) && !(a.how === 'implicit' && a.confidence === 'low'));
    return left.some((a) => a.kind === 'read') ? [] : [{ object, writes: left }];
  });
  const tables = new Set(orphans.filter((o) => o.object.kind === 'table').map((o) => o.object.name));
  return orphans.filter(({ object }) => object.kind === 'table' || !tables.has(object.table ?? ''));
}

/** What code behind the flag uses by name, each object once. What a statement that writes reads (its WHERE) is no read of its own. */
function sidesOf(key: string, behind: readonly SchemaAccess[]): Sides {
  const on = new Map<string, GuardedObject>();
  const off = new Map<string, GuardedObject>();
  const writing = new Set(behind.filter((a) => a.kind === 'write').map((a) => `${a.scope}\0${a.operation}`));
  for (const access of behind) {
    const guard = access.guards.find((g) => g.flag === key);
    if (guard === undefined || access.confidence === 'low') continue;
    const side = isOnSide(guard) ? on : off;
    const known = side.get(idOf(access));
    const isWrite = access.kind === 'write';
    const isRead = !isWrite && !writing.has(`${access.scope}\0${access.operation}`);
    side.set(idOf(access), {
      object: objectOf(access),
      isRead: isRead || known?.isRead === true,
      isWritten: isWrite || known?.isWritten === true,
    });
  }
  return { on: inOrder(on), off: inOrder(off) };
}

const inOrder = (side: ReadonlyMap<string, GuardedObject>): GuardedObject[] =>
  [...side].sort(([a], [b]) => compare(a, b)).map(([, object]) => object);

const idOf = (a: SchemaAccess): string => `${a.database}\0${a.table}\0${a.column}`;

const objectOf = ({ table, column }: SchemaAccess): SchemaObject =>
  column === null ? { kind: 'table', table, name: table } : { kind: 'column', table, name: column };

function grouped<T>(items: readonly T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  return groupedAll(items, (item) => {
    const key = keyOf(item);
    return key === null ? [] : [key];
  });
}

function groupedAll<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  }
  return groups;
}
