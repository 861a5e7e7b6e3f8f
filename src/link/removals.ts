/**
 * Joins what a change drops or renames with who uses it.
 * Input: the database histories and the accesses of base and head. Output: Removal[], judged. Pure.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { DatabaseHistory } from '../extract/history.ts';
import { removedObjects } from '../extract/objects.ts';
import type { FlagState } from '../flags/types.ts';
import { usedAs } from '../schema/names.ts';
import type { Column, Routine, Schema, SchemaChange, SchemaObject } from '../schema/types.ts';
import type { Removal } from './project.ts';
import { judge } from './verdict.ts';

export interface RemovalFacts {
  readonly histories: readonly DatabaseHistory[];
  readonly base: readonly SchemaAccess[];
  readonly head: readonly SchemaAccess[];
  readonly states: ReadonlyMap<string, FlagState>;
  readonly now: Date;
  readonly soakDays: number;
}

/** Uses of one object among accesses. */
export function usesOf(database: string, object: SchemaObject, accesses: readonly SchemaAccess[]): SchemaAccess[] {
  const table = object.kind === 'column' ? object.table : usedAs(object);
  return accesses.filter(
    (a) =>
      a.database === database &&
      a.table === table &&
      (object.kind === 'column'
        ? a.column === object.name || (a.columns?.includes(object.name) ?? false)
        : a.column === null && a.how === 'named'),
  );
}

/** The same question of many objects, answered by looking each access up once. */
export function usesIndex(accesses: readonly SchemaAccess[]): (database: string, object: SchemaObject) => readonly SchemaAccess[] {
  const byName = new Map<string, SchemaAccess[]>();
  const add = (database: string, table: string, column: string | null, access: SchemaAccess): void => {
    const key = `${database}\0${table}\0${column}`;
    const known = byName.get(key);
    if (known) known.push(access);
    else byName.set(key, [access]);
  };
  for (const a of accesses) for (const column of new Set([a.column, ...(a.columns ?? [])])) add(a.database, a.table, column, a);
  return (database, object) => {
    const table = object.kind === 'column' ? object.table : usedAs(object);
    const column = object.kind === 'column' ? object.name : null;
    return usesOf(database, object, byName.get(`${database}\0${table}\0${column}`) ?? []);
  };
}

/** All removals of the change, judged. */
export function linkRemovals(facts: RemovalFacts): Removal[] {
  return facts.histories.flatMap((history) => removedObjects(history).map((change) => linkRemoval(change, history, facts)));
}

function linkRemoval(change: SchemaChange, history: DatabaseHistory, facts: RemovalFacts): Removal {
  const { object } = change;
  const compatibility = compatibilityOf(object, history.head.schema);
  const isForgiven = (a: SchemaAccess): boolean => compatibility === 'all' || (compatibility === 'readers' && a.kind === 'read');
  const baseUses = usesOf(history.id, object, facts.base).filter((a) => !isForgiven(a));
  const headUses = usesOf(history.id, object, facts.head).filter((a) => !isForgiven(a));
  const dependents = compatibility === 'none' ? dependentsOf(object, history.head.schema) : [];
  const verdict = judge({ base: baseUses, head: headUses, dependents, states: facts.states, now: facts.now, soakDays: facts.soakDays });
  return {
    database: history.id,
    object,
    renamedTo: change.type === 'rename' ? change.to : disguisedRename(object, history),
    change,
    baseUses,
    headUses,
    dependents,
    compatibility,
    verdict,
  };
}

/** A column that takes over another's place is as nullable and has the same default, or is filled from it. */
function isAlike(column: Column, before: Column, { operations }: DatabaseHistory): boolean {
  const isFilled = operations.some(
    (o) => o.type === 'write' && o.columns.includes(column.name) && o.reads.some((read) => read.endsWith(`.${before.name}`)),
  );
  return isFilled || (column.nullable === before.nullable && column.default === before.default);
}

/** DROP a + ADD b of one type in one table: a rename in two statements, where no other pair could be meant and b is no reference to another table. */
function disguisedRename(object: SchemaObject, history: DatabaseHistory): string | null {
  const before = history.base?.schema.tables.get(object.table ?? '')?.columns.get(object.name);
  if (object.kind !== 'column' || !before) return null;
  const { type } = before;
  const isHere = (c: SchemaChange): boolean => c.object.kind === 'column' && c.object.table === object.table;
  const dropped = history.changes.filter(
    (c) => c.type === 'drop' && isHere(c) && history.base?.schema.tables.get(object.table ?? '')?.columns.get(c.object.name)?.type === type,
  );
  const added = history.changes.filter(
    (c) => c.type === 'create' && isHere(c) && c.column?.type === type && isAlike(c.column, before, history),
  );
  const [only] = added;
  const isKey = [...(history.head.schema.tables.get(object.table ?? '')?.constraints.values() ?? [])].some(
    (c) => c.kind === 'foreign-key' && c.columns.includes(only?.object.name ?? ''),
  );
  return dropped.length === 1 && added.length === 1 && only && !isKey ? only.object.name : null;
}

/** A view under a table's old name, or a generated column under a column's. */
function compatibilityOf(object: SchemaObject, schema: Schema): Removal['compatibility'] {
  if (usedAs(object) !== object.name) return 'none';
  if (object.kind === 'column') return schema.tables.get(object.table ?? '')?.columns.get(object.name)?.generated ? 'readers' : 'none';
  const view = schema.routines.get(`view ${object.name}`) ?? schema.routines.get(`materialized-view ${object.name}`);
  if (!view) return 'none';
  const isTriggered = [...schema.routines.values()].some((r) => r.kind === 'trigger' && r.table === view.name);
  return view.isUpdatable || isTriggered ? 'all' : 'readers';
}

function dependentsOf(object: SchemaObject, schema: Schema): Routine[] {
  if (usedAs(object) !== object.name) return [];
  return [...schema.routines.values()].filter((r) =>
    r.uses.some((u) => (object.kind === 'column' ? u.table === object.table && u.column === object.name : u.table === object.name)),
  );
}
