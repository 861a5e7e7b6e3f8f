/**
 * Which objects a check asks about: what the change removes, adds, begins to read, retypes, tightens or moves.
 * Input: the histories, what was found in the changed files. Output: Asked[]. Pure.
 */
import { usedAs } from '../schema/names.ts';
import type { SchemaObject } from '../schema/types.ts';
import type { DatabaseHistory } from './history.ts';
import type { Asked } from './interest.ts';
import { addedObjects, removedObjects } from './objects.ts';
import { newlyRead, type TouchedAccesses } from './reads.ts';
import { retypes } from './retypes.ts';
import { type Tightening, tightenings } from './tightenings.ts';
import type { Transition } from './transitions.ts';

export interface AskedFor extends Omit<TouchedAccesses, 'histories'> {
  readonly transitions: readonly Transition[];
  /** Whether head code may run before the change's migrations: then what it sends unasked of new columns matters. */
  readonly isCodeFirst: boolean;
}

const ask = (database: string, object: SchemaObject, isNew: boolean): Asked[] => {
  const table = object.kind === 'column' ? object.table : usedAs(object);
  return table === null ? [] : [{ database, table, column: object.kind === 'column' ? object.name : null, isNew }];
};

/** What the change takes away. */
export const removedOnes = (histories: readonly DatabaseHistory[]): Asked[] =>
  histories.flatMap((h) => removedObjects(h).flatMap((c) => ask(h.id, c.object, false)));

/** The objects of the change, and those whose reading it begins. */
export function askedObjects(histories: readonly DatabaseHistory[], found: AskedFor): Asked[] {
  return [
    ...removedOnes(histories),
    ...histories.flatMap((h) => addedObjects(h).flatMap((c) => ask(h.id, c.object, !found.isCodeFirst))),
    ...newlyRead({ histories, ...found }).flatMap(({ database, object }) => ask(database, object, false)),
    ...found.transitions.flatMap(({ database, legacy, fresh }) =>
      [legacy, fresh].map(({ table, column }): Asked => ({ database, table, column, isNew: false })),
    ),
    ...histories.flatMap((h) => retypes(h).flatMap((r) => ask(h.id, r.change.object, false))),
    ...histories.flatMap((h) => tightenings(h).flatMap((t) => demanded(h.id, t))),
    ...histories.flatMap((h) =>
      addedObjects(h).flatMap(({ object }): Asked[] =>
        object.kind === 'column' && object.table
          ? [{ database: h.id, table: object.table, column: null, isNew: false, only: 'unnamed' }]
          : [],
      ),
    ),
  ];
}

/** Who writes the table; of values that go, who names them. */
function demanded(database: string, { table, demand }: Tightening): Asked[] {
  const rows: Asked = { database, table, column: null, isNew: false, only: 'rows' };
  return demand.kind === 'gone-value'
    ? [rows, ...demand.columns.map((column): Asked => ({ database, table, column, isNew: false }))]
    : [rows];
}
