/**
 * The objects that die with a flag: those that only its losing branches read, and the types that only they have.
 * Input: accesses with their guards, which value stays. Output: schema objects. Pure.
 */
import type { SchemaAccess } from '../../access/types.ts';
import type { NamedObject } from '../../extract/subject.ts';
import { isLosing } from '../../flags/settled.ts';
import type { FlagState, FlagValue, Guard } from '../../flags/types.ts';
import { usesIndex } from '../../link/removals.ts';
import type { Schema, SchemaObject } from '../../schema/types.ts';

/** Which branches of a flag go: those its state says, or all but one value's. */
export type Doomed = (guard: Guard) => boolean;

export const doomedBy =
  (key: string, kept: FlagValue): Doomed =>
  (guard) =>
    guard.flag === key && guard.equal !== (guard.value === kept);

/** By what the provider serves; null where that is not settled. */
export function doomedByState(key: string, state: FlagState | undefined): Doomed | null {
  const isSettled = state !== undefined && (state.archived || state.everyone !== null);
  return isSettled ? (guard) => guard.flag === key && isLosing(guard, state) : null;
}

/** Objects used behind the flag whose every read is in a branch that goes; parts of a table that dies are told with it. */
export function legacyObjects(objects: readonly NamedObject[], accesses: readonly SchemaAccess[], isDoomed: Doomed): NamedObject[] {
  const usesIn = usesIndex(accesses);
  const dead = objects.filter(({ database, object }) => {
    const uses = usesIn(database, object).filter((a) => !(a.how === 'implicit' && a.confidence === 'low'));
    const isGone = (a: SchemaAccess): boolean => a.guards.some(isDoomed);
    return uses.some((a) => isGone(a) && a.kind === 'read') && !uses.some((a) => !isGone(a) && a.kind === 'read');
  });
  const tables = new Set(dead.flatMap(({ database, object }) => (object.kind === 'table' ? [`${database}\0${object.name}`] : [])));
  return dead.filter(({ database, object }) => object.kind === 'table' || !tables.has(`${database}\0${object.table}`));
}

/** Types that only the objects' columns have. */
export function deadTypes(objects: readonly SchemaObject[], schema: Schema): SchemaObject[] {
  const isGoing = (table: string, column: string): boolean =>
    objects.some((o) => (o.kind === 'table' && o.name === table) || (o.kind === 'column' && o.table === table && o.name === column));
  const going = new Set<string>();
  const staying = new Set<string>();
  for (const table of schema.tables.values()) {
    for (const { name, type, needs = [] } of table.columns.values()) {
      const target = isGoing(table.name, name) ? going : staying;
      target.add(type.replace(/(?:\[\])+$/, '').replace(/^"(.*)"$/, '$1'));
      for (const need of needs) if (need.startsWith('type ')) target.add(need.slice(5));
    }
    for (const { needs = [] } of [...table.constraints.values(), ...table.indexes.values()])
      for (const need of needs) if (need.startsWith('type ') && !objects.some((o) => o.name === table.name)) staying.add(need.slice(5));
  }
  for (const { needs = [] } of schema.routines.values()) for (const need of needs) if (need.startsWith('type ')) staying.add(need.slice(5));
  for (const { type } of schema.memory?.catalogue?.domains.values() ?? []) staying.add(type);
  return [...schema.enums.keys()]
    .filter((name) => going.has(name) && !staying.has(name))
    .map((name): SchemaObject => ({ kind: 'enum', table: null, name }));
}
