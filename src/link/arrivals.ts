/**
 * Reads that head has and base had not: of objects the change adds, and of objects that were there but that nothing read.
 * Input: accesses of both sides. Output: Arrival[]. Pure.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { DatabaseHistory } from '../extract/history.ts';
import { deadFor } from '../flags/standing.ts';
import type { FlagState } from '../flags/types.ts';
import type { Schema, SchemaChange, SchemaObject } from '../schema/types.ts';
import type { Arrival } from './project.ts';
import { usesOf } from './removals.ts';

export interface ArrivalFacts {
  readonly histories: readonly DatabaseHistory[];
  /** Accesses of the files the change touches, every object. */
  readonly changedBase: readonly SchemaAccess[];
  readonly changedHead: readonly SchemaAccess[];
  /** Accesses of the whole repository to the objects asked about. */
  readonly base: readonly SchemaAccess[];
  readonly head: readonly SchemaAccess[];
  readonly states: ReadonlyMap<string, FlagState>;
  readonly now: Date;
  readonly soakDays: number;
}

const columnKey = (a: SchemaAccess): string => `${a.database}\0${a.table}\0${a.column}`;
const scopeKey = (a: SchemaAccess): string => `${a.location.file}\0${a.scope}`;
const isRead = (a: SchemaAccess): boolean => a.kind === 'read' && a.confidence !== 'low' && (a.how === 'named' || a.how === 'field');

/** Tables and columns the change creates; a column of a created table is part of the table. */
export function addedObjects(history: DatabaseHistory): SchemaChange[] {
  const tables = new Set(history.changes.flatMap((c) => (c.type === 'create' && c.object.kind === 'table' ? [c.object.name] : [])));
  return history.changes.filter((c) => c.type === 'create' && (c.object.kind === 'table' || (c.object.kind === 'column' && !tables.has(c.object.table ?? '') && !isRecreated(c.object, history))));
}

/** DROP + ADD of the same column is a type change, not an arrival. */
const isRecreated = (object: SchemaObject, history: DatabaseHistory): boolean => history.base?.schema.tables.get(object.table ?? '')?.columns.has(object.name) ?? false;

/** Columns that were there before, and that the touched files read now though they did not before, or no longer behind a guard. */
export function newlyRead({ histories, changedBase, changedHead }: Pick<ArrivalFacts, 'histories' | 'changedBase' | 'changedHead'>): { database: string; object: SchemaObject }[] {
  const before = new Map<string, SchemaAccess[]>();
  for (const a of changedBase.filter(isRead)) before.set(columnKey(a), [...(before.get(columnKey(a)) ?? []), a]);
  const found = new Map<string, { database: string; object: SchemaObject }>();
  for (const access of changedHead.filter(isRead)) {
    if (access.column === null || access.guards.length > 0) continue;
    const known = before.get(columnKey(access));
    const history = histories.find((h) => h.id === access.database);
    const isThere = history?.base?.schema.tables.get(access.table)?.columns.has(access.column) ?? false;
    const lostGuard = known !== undefined && known.every((a) => a.guards.length > 0);
    if (isThere && history && (lostGuard || (!known && legacyOf(access, changedBase, changedHead, history)))) {
      found.set(columnKey(access), { database: access.database, object: { kind: 'column', table: access.table, name: access.column } });
    }
  }
  return [...found.values()];
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
  return [...added, ...newly].filter((a) => a.reads.length > 0);
}

function linkArrival(history: DatabaseHistory, object: SchemaObject, change: SchemaChange | null, facts: ArrivalFacts): Arrival {
  const uses = usesOf(history.id, object, facts.head);
  const reads = uses.filter(isRead);
  const columns = object.kind === 'table' ? facts.changedHead.filter((a) => a.database === history.id && a.table === object.name && isRead(a)) : reads;
  const replaced = columns.filter((r) => r.guards.length === 0).flatMap((read) => {
    const legacy = legacyOf(read, facts.changedBase, facts.changedHead, history);
    return legacy ? [{ read, legacy }] : [];
  });
  return { database: history.id, object, change, reads, writes: uses.filter((a) => a.kind === 'write'), replaced, unguarded: change ? [] : lostGuards(history.id, object, facts) };
}

/** Guarded reads of base whose flag is not yet settled, for an object head reads without any guard. */
function lostGuards(database: string, object: SchemaObject, facts: ArrivalFacts): SchemaAccess[] {
  const reads = usesOf(database, object, facts.base).filter((a) => isRead(a) && a.guards.length > 0);
  return reads.filter((a) => a.guards.every((g) => {
    const opposite = { ...g, equal: typeof g.value === 'boolean', value: typeof g.value === 'boolean' ? !g.value : g.value };
    return deadFor(opposite, facts.states.get(g.flag), facts.now, facts.soakDays).kind !== 'dead';
  }));
}

/**
 * The legacy read that a read replaces: same function, gone at head, and paired with it by name, by a backfill in the
 * migrations, or because it is the only read of its kind that went while this is the only one that came.
 */
function legacyOf(read: SchemaAccess, base: readonly SchemaAccess[], head: readonly SchemaAccess[], history: DatabaseHistory): SchemaAccess | null {
  if (read.column === null || !history.base || isKey(read, history)) return null;
  const inScope = (a: SchemaAccess): boolean => isRead(a) && !isKey(a, history) && a.column !== null && a.database === read.database && scopeKey(a) === scopeKey(read);
  const [before, after] = [base.filter(inScope), head.filter(inScope)];
  const kind = family(typeOf(read, history.head.schema));
  const went = before.filter((a) => !after.some((b) => columnKey(b) === columnKey(a)) && kind !== null && family(typeOf(a, history.base?.schema)) === kind);
  const came = new Set(after.filter((a) => !before.some((b) => columnKey(b) === columnKey(a)) && family(typeOf(a, history.head.schema)) === kind).map(columnKey));
  const paired = went.find((a) => a.column === read.column || isBackfilled(read, a, history.backfills));
  if (paired) return paired;
  return came.size === 1 && came.has(columnKey(read)) && new Set(went.map(columnKey)).size === 1 ? (went[0] ?? null) : null;
}

/** Keys say which row, not what is in it: a join on another table's key replaces nothing. */
function isKey(a: SchemaAccess, history: DatabaseHistory): boolean {
  const constraints = [history.head.schema, history.base?.schema].flatMap((s) => [...(s?.tables.get(a.table)?.constraints.values() ?? [])]);
  return constraints.some((c) => (c.kind === 'primary-key' || c.kind === 'foreign-key') && c.columns.includes(a.column ?? ''));
}

const typeOf = (a: SchemaAccess, schema: Schema | undefined): string | undefined => schema?.tables.get(a.table)?.columns.get(a.column ?? '')?.type;

/** Whether a migration fills the new column from the legacy one. */
const isBackfilled = (fresh: SchemaAccess, legacy: SchemaAccess, backfills: DatabaseHistory['backfills']): boolean =>
  backfills.some((w) => w.object.name === fresh.table && w.columns.includes(fresh.column ?? '') && w.reads.includes(`${legacy.table}.${legacy.column}`));

const FAMILIES: readonly (readonly [string, RegExp])[] = [
  ['text', /^(?:text|character|varchar|citext|bpchar|name)/], ['number', /^(?:integer|bigint|smallint|numeric|real|double)/],
  ['time', /^(?:timestamp|date|time)/], ['json', /^jsonb?/], ['boolean', /^boolean/],
];

/** Types between which a value can move; null where the type is not known. */
const family = (type: string | undefined): string | null =>
  type === undefined ? null : type.endsWith('[]') ? type : (FAMILIES.find(([, form]) => form.test(type))?.[0] ?? type);
