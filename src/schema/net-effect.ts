/**
 * The operations of a change → what the change does in sum, in the names that base knows.
 * Input: the schema at base, and the operations of the migrations base does not have, in order.
 * Output: operations in their original order; each location is that of the operation that survives.
 * Invariants:
 * - an object created and dropped in the change is nothing, under whatever names; so are all operations on it in between;
 * - what is done to a table that the change creates (or to its parts) is part of its creation, which is reported under its final name;
 * - renames of one object are one rename from base's name to the last one, at the last rename's place; back to the start is nothing;
 * - operations on a renamed table's columns are reported under the table's and the column's base names;
 * - DROP and ADD of the same column both stay: together they are a type change that loses data, which is for a rule to say;
 *   so does the DROP of a table that the change then creates anew without copying its rows (see recreated.ts for what else is made anew);
 * - parts of an object that the change drops are absorbed by its drop.
 */
import { createState, follow, isOwned, type Life } from './lives.ts';
import { foldRecreated, type Item } from './recreated.ts';
import { finalTypes } from './recreated-types.ts';
import { type ColumnPlaces, objectKey, type Schema, type SchemaChange, type SchemaObject } from './types.ts';

const isNothing = (life: Life): boolean => life.createdAt !== null && life.droppedAt !== null;

/** The owner's fate settles its parts': created together, or gone together. */
const isAbsorbed = (life: Life, change: SchemaChange): boolean => {
  const { owner } = life;
  if (!owner) return false;
  if (isNothing(owner)) return true;
  if (owner.droppedAt !== null) return true;
  if (owner.createdAt === null) return false;
  // Parts of a new table: columns that stay are worth knowing, everything else is how the table came to be.
  return !(change.type === 'create' && life.droppedAt === null);
};

const sameName = (a: SchemaObject, b: SchemaObject): boolean => a.name === b.name && (isOwned(a) || a.table === b.table);

/** The object as base knows it, or under its final name when the change makes it. */
const subjectOf = (life: Life): SchemaObject => {
  if (life.createdAt === null) return life.origin;
  // A new part of an old table: the table goes by the name base knows.
  if (life.owner && life.owner.createdAt === null) return { ...life.current, table: life.owner.origin.name };
  return life.current;
};

const surviving = (change: SchemaChange, life: Life, at: number): SchemaChange | null => {
  if (isNothing(life) || isAbsorbed(life, change)) return null;
  const object = subjectOf(life);
  switch (change.type) {
    case 'drop':
      return { ...change, object };
    case 'create':
      return { ...change, object, ...(change.column ? { column: { ...change.column, name: object.name } } : {}) };
    case 'rename':
      if (life.createdAt !== null || life.droppedAt !== null || life.renamedAt !== at || sameName(life.origin, life.current)) return null;
      return { ...change, object, to: life.current.name };
    case 'alter-column':
      return life.createdAt !== null || life.droppedAt !== null ? null : { ...change, object };
    case 'add-constraint':
      return { ...change, object };
    case 'write':
      return life.droppedAt !== null ? null : { ...change, object };
    default:
      return change satisfies never;
  }
};

/** Where the last of several alterations of one column changed its type, and what it asks of writers. */
const placesOf = (alterations: readonly SchemaChange[]): ColumnPlaces => {
  let places: ColumnPlaces = {};
  for (const change of alterations) {
    if (change.type !== 'alter-column') continue;
    const { before, after, location, migration } = change;
    if (before?.type !== after.type) places = { ...places, type: { location, migration } };
    if (before?.nullable !== after.nullable || before.default !== after.default) places = { ...places, demand: { location, migration } };
  }
  return places;
};

/** The change at the place where it does this to a column. */
export const placedAt = <C extends SchemaChange>(change: C, what: keyof ColumnPlaces): C => ({ ...change, ...change.places?.[what] });

/** Several alterations of one column are one, from its first state to its last; none if it ends as it began. */
const mergeAlterations = (changes: readonly SchemaChange[]): readonly SchemaChange[] => {
  const series = new Map<string, SchemaChange[]>();
  for (const change of changes) {
    if (change.type !== 'alter-column') continue;
    const key = objectKey(change.object);
    const before = series.get(key);
    if (before) before.push(change);
    else series.set(key, [change]);
  }
  return changes.flatMap((change): readonly SchemaChange[] => {
    if (change.type !== 'alter-column') return [change];
    const alterations = series.get(objectKey(change.object)) ?? [];
    const [start] = alterations;
    if (alterations.at(-1) !== change || start?.type !== 'alter-column') return [];
    const { before } = start;
    const { after } = change;
    const same =
      before !== null &&
      before.type === after.type &&
      before.nullable === after.nullable &&
      before.default === after.default &&
      before.generated === after.generated;
    return same ? [] : [{ ...change, before, ...(alterations.length > 1 ? { places: placesOf(alterations) } : {}) }];
  });
};

/** A column added and then altered in the change is created in its final form. */
const finalColumns = (changes: readonly SchemaChange[], lives: readonly Life[]): readonly SchemaChange[] => {
  const alterations = new Map<Life, SchemaChange[]>();
  changes.forEach((change, i) => {
    const life = lives[i];
    if (!life || change.type !== 'alter-column') return;
    const before = alterations.get(life);
    if (before) before.push(change);
    else alterations.set(life, [change]);
  });
  return changes.map((change, i) => {
    const life = lives[i];
    const altered = (life && change.type === 'create' && change.column && alterations.get(life)) || [];
    const last = altered.at(-1);
    return last?.type === 'alter-column' && change.type === 'create'
      ? { ...change, column: last.after, places: placesOf(altered) }
      : change;
  });
};

/** What a change does in sum. */
export const netEffect = (base: Schema, changes: readonly SchemaChange[]): readonly SchemaChange[] => {
  const state = createState(base);
  const lives = changes.map((change, i) => follow(state, change, i));
  const items: Item[] = [];
  finalColumns(finalTypes(changes, state.lives), lives).forEach((change, i) => {
    const life = lives[i];
    const kept = life ? surviving(change, life, i) : null;
    if (life && kept) items.push({ change: kept, life });
  });
  return mergeAlterations(foldRecreated(base, items, state.lives));
};
