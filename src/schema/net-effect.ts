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
 *   so does the DROP of a table that the change then creates anew;
 * - parts of an object that the change drops are absorbed by its drop.
 */
import { objectKey, type Schema, type SchemaChange, type SchemaObject } from './types.ts';

/** One object's life through the change. A dropped and re-created name is two lives. */
interface Life {
  /** What base calls it, or, for one created in the change, what its creation called it. */
  readonly origin: SchemaObject;
  /** The creation, for an object of this change. */
  readonly createdAt: number | null;
  current: SchemaObject;
  droppedAt: number | null;
  renamedAt: number | null;
  /** The table it belongs to; null for what has no owner. */
  readonly owner: Life | null;
}

interface State {
  /** Living objects by current key. */
  readonly living: Map<string, Life>;
  readonly lives: Life[];
  readonly schema: Schema;
}

const tableObject = (name: string): SchemaObject => ({ kind: 'table', table: name, name });

const isOwned = (object: SchemaObject): boolean => object.table !== null && object.table !== object.name || object.kind === 'column' || object.kind === 'enum-value';

const ownerObject = (state: State, object: SchemaObject): SchemaObject | null => {
  if (!isOwned(object) || object.table === null) return null;
  if (object.kind === 'enum-value') return { kind: 'enum', table: null, name: object.table };
  for (const kind of ['view', 'materialized-view'] as const) {
    const view: SchemaObject = { kind, table: null, name: object.table };
    if (state.living.has(objectKey(view)) || state.schema.routines.has(objectKey(view))) return view;
  }
  return tableObject(object.table);
};

const begin = (state: State, object: SchemaObject, createdAt: number | null): Life => {
  const owner = ownerObject(state, object);
  const life: Life = { origin: object, createdAt, current: object, droppedAt: null, renamedAt: null, owner: owner ? lifeOf(state, owner) : null };
  state.living.set(objectKey(object), life);
  state.lives.push(life);
  return life;
};

/** The living object of that name; one that the change has not mentioned yet comes from base. */
const lifeOf = (state: State, object: SchemaObject): Life => state.living.get(objectKey(object)) ?? beginFromBase(state, object);

const beginFromBase = (state: State, object: SchemaObject): Life => {
  const life = begin(state, object, null);
  // Base knows a part of a renamed owner under the owner's base name.
  if (!life.owner || life.owner.createdAt !== null) return life;
  const origin = { ...object, table: life.owner.origin.name };
  const corrected: Life = { ...life, origin };
  state.living.set(objectKey(object), corrected);
  state.lives[state.lives.length - 1] = corrected;
  return corrected;
};

/** The renamed object, `to` being a column's bare new name or a relation's qualified one. */
const renamedTo = (object: SchemaObject, to: string): SchemaObject => {
  if (object.kind === 'table') return tableObject(to);
  return { ...object, name: to };
};

const applyRename = (state: State, object: SchemaObject, to: string, at: number): Life => {
  const life = lifeOf(state, object);
  const next = renamedTo(object, to);
  state.living.delete(objectKey(object));
  state.living.set(objectKey(next), life);
  life.current = next;
  life.renamedAt = at;
  if (isOwned(object)) return life;
  for (const part of [...state.living.values()]) {
    if (part.owner !== life) continue;
    state.living.delete(objectKey(part.current));
    part.current = { ...part.current, table: next.name };
    state.living.set(objectKey(part.current), part);
  }
  return life;
};

const applyDrop = (state: State, object: SchemaObject, at: number): Life => {
  const life = lifeOf(state, object);
  life.droppedAt = at;
  state.living.delete(objectKey(object));
  for (const part of [...state.living.values()]) if (part.owner === life) state.living.delete(objectKey(part.current));
  return life;
};

const follow = (state: State, change: SchemaChange, at: number): Life => {
  const { object } = change;
  if (change.type === 'create') return begin(state, object, at);
  if (change.type === 'drop') return applyDrop(state, object, at);
  if (change.type === 'rename') return applyRename(state, object, change.to, at);
  if (change.type === 'add-constraint') return begin(state, object, at);
  return lifeOf(state, object);
};

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

/** Several alterations of one column are one, from its first state to its last; none if it ends as it began. */
const mergeAlterations = (changes: readonly SchemaChange[]): readonly SchemaChange[] => {
  const last = new Map<string, number>();
  const first = new Map<string, SchemaChange>();
  changes.forEach((change, i) => {
    if (change.type !== 'alter-column') return;
    const key = objectKey(change.object);
    if (!first.has(key)) first.set(key, change);
    last.set(key, i);
  });
  return changes.flatMap((change, i): readonly SchemaChange[] => {
    if (change.type !== 'alter-column') return [change];
    const key = objectKey(change.object);
    const start = first.get(key);
    if (last.get(key) !== i || start?.type !== 'alter-column') return [];
    const { before } = start;
    const { after } = change;
    const same = before !== null && before.type === after.type && before.nullable === after.nullable && before.default === after.default && before.generated === after.generated;
    return same ? [] : [{ ...change, before }];
  });
};

/** A column added and then altered in the change is created in its final form. */
const finalColumns = (changes: readonly SchemaChange[], lives: readonly Life[]): readonly SchemaChange[] => {
  const latest = new Map<Life, SchemaChange>();
  changes.forEach((change, i) => {
    const life = lives[i];
    if (life && change.type === 'alter-column') latest.set(life, change);
  });
  return changes.map((change, i) => {
    const life = lives[i];
    const altered = life && change.type === 'create' && change.column ? latest.get(life) : undefined;
    return altered?.type === 'alter-column' && change.type === 'create' ? { ...change, column: altered.after } : change;
  });
};

/** What a change does in sum. */
export const netEffect = (base: Schema, changes: readonly SchemaChange[]): readonly SchemaChange[] => {
  const state: State = { living: new Map(), lives: [], schema: base };
  const lives = changes.map((change, i) => follow(state, change, i));
  const result: SchemaChange[] = [];
  finalColumns(changes, lives).forEach((change, i) => {
    const life = lives[i];
    const kept = life ? surviving(change, life, i) : null;
    if (kept) result.push(kept);
  });
  return mergeAlterations(result);
};

