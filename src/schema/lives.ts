/**
 * The objects that a change touches, followed through renames, drops and re-creations.
 * Invariants: operations come in order; a name means the object that has it at that point; parts (columns, constraints,
 * triggers, enum values) follow their owner's name.
 */
import { tableObject } from './step.ts';
import { objectKey, type Schema, type SchemaChange, type SchemaObject } from './types.ts';

/** One object's life through the change. A dropped and re-created name is two lives. */
export interface Life {
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

export interface State {
  /** Living objects by current key. */
  readonly living: Map<string, Life>;
  readonly lives: Life[];
  readonly schema: Schema;
}

export const isOwned = (object: SchemaObject): boolean =>
  (object.table !== null && object.table !== object.name) || object.kind === 'column' || object.kind === 'enum-value';

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
  const life: Life = {
    origin: object,
    createdAt,
    current: object,
    droppedAt: null,
    renamedAt: null,
    owner: owner ? lifeOf(state, owner) : null,
  };
  state.living.set(objectKey(object), life);
  state.lives.push(life);
  return life;
};

/** The living object of that name; one that the change has not mentioned yet comes from base. */
export const lifeOf = (state: State, object: SchemaObject): Life => state.living.get(objectKey(object)) ?? beginFromBase(state, object);

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

/** Follows one operation: whose life it is part of. */
export const follow = (state: State, change: SchemaChange, at: number): Life => {
  const { object } = change;
  if (change.type === 'create') return begin(state, object, at);
  if (change.type === 'drop') return applyDrop(state, object, at);
  if (change.type === 'rename') return applyRename(state, object, change.to, at);
  if (change.type === 'add-constraint') return begin(state, object, at);
  return lifeOf(state, object);
};

export const createState = (schema: Schema): State => ({ living: new Map(), lives: [], schema });
