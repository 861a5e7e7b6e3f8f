/**
 * Which new column takes the place of which legacy one: said by the config, by a backfill of the migrations, or by the two
 * branches of one flag.
 * Input: the histories, the config, accesses of the files a change touches. Output: transitions. Pure.
 * Invariant: a pair is only made where nothing else could be meant.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { Config } from '../config/types.ts';
import type { Guard } from '../flags/types.ts';
import type { Column, Schema } from '../schema/types.ts';
import type { DatabaseHistory } from './history.ts';
import { familyOf, isKeyColumn } from './reads.ts';

export interface ColumnName {
  readonly table: string;
  readonly column: string;
}

/** A legacy column and the one that takes its place. */
export interface Transition {
  readonly database: string;
  readonly legacy: ColumnName;
  readonly fresh: ColumnName;
  readonly by: 'config' | 'backfill' | 'branches';
}

/** The transitions that the histories and accesses show, each pair once. */
export function transitionsOf(histories: readonly DatabaseHistory[], accesses: readonly SchemaAccess[], config: Config): Transition[] {
  const found = histories.flatMap((history) => [
    ...configured(history, config),
    ...backfilled(history),
    ...branched(
      history,
      accesses.filter((a) => a.database === history.id),
    ),
  ]);
  const pairs = new Map<string, Transition>();
  for (const t of found) {
    const key = [t.database, keyOf(t.legacy), keyOf(t.fresh)].join('\0');
    if (!pairs.has(key)) pairs.set(key, t);
  }
  return [...pairs.values()];
}

const keyOf = ({ table, column }: ColumnName): string => `${table}.${column}`;

const columnOf = ({ table, column }: ColumnName, schema: Schema | undefined): Column | undefined =>
  schema?.tables.get(table)?.columns.get(column);

const known = (name: ColumnName, { base, head }: DatabaseHistory): Column | undefined =>
  columnOf(name, head.schema) ?? columnOf(name, base?.schema);

function named(text: string): ColumnName {
  const dot = text.lastIndexOf('.');
  return { table: text.slice(0, dot), column: text.slice(dot + 1) };
}

function configured(history: DatabaseHistory, { transitions }: Config): Transition[] {
  return transitions.flatMap(({ from, to }) => {
    const [legacy, fresh] = [named(from), named(to)];
    return known(legacy, history) && known(fresh, history) ? [{ database: history.id, legacy, fresh, by: 'config' as const }] : [];
  });
}

/** `UPDATE … SET fresh = f(legacy)`: one column filled from one other that is no key. */
function backfilled(history: DatabaseHistory): Transition[] {
  return history.backfills.flatMap(({ object, columns, reads }) => {
    const filled = columns.map((column) => ({ table: object.name, column })).filter((c) => !isKeyColumn(c, history));
    const sources = reads.map(named).filter((c) => !isKeyColumn(c, history) && !filled.some((f) => keyOf(f) === keyOf(c)));
    const [fresh] = filled;
    const [legacy] = sources;
    const isOne = filled.length === 1 && sources.length === 1;
    const isMeant = isOne && fresh && legacy && known(fresh, history) && known(legacy, history);
    return isMeant ? [{ database: history.id, legacy, fresh, by: 'backfill' as const }] : [];
  });
}

/** Two branches of one flag in one function: one column that only the on side touches, one of its kind that only the off side does. */
function branched(history: DatabaseHistory, accesses: readonly SchemaAccess[]): Transition[] {
  const groups = new Map<string, SchemaAccess[]>();
  for (const access of accesses) {
    if (access.column === null || access.confidence === 'low' || (access.how !== 'named' && access.how !== 'field')) continue;
    for (const flag of new Set(access.guards.map((g) => g.flag))) {
      const key = [access.scope, access.kind, flag].join('\0');
      groups.set(key, [...(groups.get(key) ?? []), access]);
    }
  }
  return [...groups].flatMap(([key, some]) => {
    const flag = key.slice(key.lastIndexOf('\0') + 1);
    const on = columnsOn(some, flag, true);
    const off = columnsOn(some, flag, false);
    const [fresh, ...moreFresh] = only(on, off, history);
    const [legacy, ...moreLegacy] = only(off, on, history);
    if (!fresh || !legacy || moreFresh.length > 0 || moreLegacy.length > 0) return [];
    const kinds = [fresh, legacy].map((c) => familyOf(known(c, history)?.type));
    return kinds[0] !== null && kinds[0] === kinds[1] ? [{ database: history.id, legacy, fresh, by: 'branches' as const }] : [];
  });
}

/** Whether a guard holds on the side where the flag is on (a variant: where it is that variant). */
export const isOnSide = ({ value, equal }: Guard): boolean => (typeof value === 'boolean' ? value === equal : equal);

function columnsOn(accesses: readonly SchemaAccess[], flag: string, side: boolean): ColumnName[] {
  const there = accesses.filter((a) => a.guards.some((g) => g.flag === flag && isOnSide(g) === side));
  return [...new Map(there.map((a) => [`${a.table}.${a.column}`, { table: a.table, column: a.column ?? '' }])).values()];
}

const only = (some: readonly ColumnName[], others: readonly ColumnName[], history: DatabaseHistory): ColumnName[] =>
  some.filter((c) => !others.some((o) => keyOf(o) === keyOf(c)) && !isKeyColumn(c, history));
