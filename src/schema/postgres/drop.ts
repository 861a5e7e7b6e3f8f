/** DROP of every kind of object → the draft, and an operation per object. */
import { type Body, isTrue, listOf, nameParts, textOf } from '../../parse/sql/ast.ts';
import { cascadeFunction, cascadeRelation, cascadeType, removeOwned } from '../cascade.ts';
import { ownerOf } from '../draft.ts';
import { unqualify } from '../names.ts';
import { isTemporary, nameOf, type PgStep, record, relationExists, tableObject } from '../step.ts';
import { objectKey, type SchemaObject } from '../types.ts';
import { quoteName } from './type-names.ts';

interface Drop {
  readonly step: PgStep;
  readonly parts: readonly string[];
  readonly isCascade: boolean;
  readonly ifExists: boolean;
}

/** IF EXISTS of what the history has dropped before does nothing; of what it never created, the object came from elsewhere. */
const isGone = (drop: Drop, object: SchemaObject, exists: boolean): boolean =>
  drop.ifExists && !exists && drop.step.draft.dropped.has(objectKey(object));

const dropTable = (drop: Drop): void => {
  const { step } = drop;
  const name = nameOf(step, drop.parts, (candidate) => relationExists(step, candidate));
  if (isTemporary(step, name)) {
    step.session.temporary.delete(name);
    return;
  }
  const object = tableObject(name);
  if (isGone(drop, object, step.draft.tables.has(name))) return;
  record(step, { type: 'drop', object, implied: false });
  step.draft.tables.delete(name);
  removeOwned(step, name);
  // Partitions go with their parent, CASCADE or not.
  if (drop.isCascade) cascadeRelation(step, name);
  else for (const child of step.draft.children.get(name) ?? []) step.draft.tables.delete(child);
};

const dropView =
  (kind: 'view' | 'materialized-view') =>
  (drop: Drop): void => {
    const { step } = drop;
    const name = nameOf(step, drop.parts, (candidate) => relationExists(step, candidate));
    if (isTemporary(step, name)) return;
    const object: SchemaObject = { kind, table: null, name };
    if (isGone(drop, object, step.draft.routines.has(objectKey(object)))) return;
    record(step, { type: 'drop', object, implied: false });
    step.draft.routines.delete(objectKey(object));
    removeOwned(step, name);
    if (drop.isCascade) cascadeRelation(step, name);
  };

const dropIndex = (drop: Drop): void => {
  const { step } = drop;
  const name = nameOf(step, drop.parts, (candidate) => ownerOf(step.draft, 'indexes', candidate) !== null);
  const { bare } = unqualify(name);
  const owner = ownerOf(step.draft, 'indexes', name);
  const object: SchemaObject = { kind: 'index', table: owner?.name ?? null, name: bare };
  if (isGone(drop, object, owner !== null) || (drop.ifExists && !owner && wasDropped(step, bare))) return;
  owner?.indexes.delete(bare);
  record(step, { type: 'drop', object, implied: false });
};

const wasDropped = (step: PgStep, index: string): boolean => {
  for (const key of step.draft.dropped) if (key.startsWith('index ') && key.endsWith(`.${index}`)) return true;
  return false;
};

const dropType = (drop: Drop): void => {
  const { step } = drop;
  const name = nameOf(step, drop.parts, (candidate) => step.draft.enums.has(candidate) || step.draft.otherTypes.has(candidate));
  const spelled = name.split('.').map(quoteName).join('.');
  if (step.draft.otherTypes.delete(name)) {
    if (drop.isCascade) cascadeType(step, spelled);
    return;
  }
  const object: SchemaObject = { kind: 'enum', table: null, name };
  if (isGone(drop, object, step.draft.enums.has(name))) return;
  step.draft.enums.delete(name);
  record(step, { type: 'drop', object, implied: false });
  if (drop.isCascade) cascadeType(step, spelled);
};

const dropFunction = (drop: Drop): void => {
  const { step } = drop;
  const name = nameOf(step, drop.parts, (candidate) => step.draft.routines.has(`function ${candidate}`));
  const object: SchemaObject = { kind: 'function', table: null, name };
  const keys = [...step.draft.routines].filter(([, routine]) => routine.kind === 'function' && routine.name === name).map(([key]) => key);
  if (isGone(drop, object, keys.length > 0)) return;
  for (const key of keys) step.draft.routines.delete(key);
  record(step, { type: 'drop', object, implied: false });
  if (drop.isCascade) cascadeFunction(step, name);
};

/** Triggers and policies are named `[schema.]table.name`. */
const dropOwned =
  (kind: 'trigger' | 'policy') =>
  (drop: Drop): void => {
    const { step } = drop;
    const own = drop.parts.at(-1) ?? '';
    const table = nameOf(step, drop.parts.slice(0, -1), (candidate) => relationExists(step, candidate));
    const isKnown = step.draft.routines.delete(`${kind} ${table}.${own}`);
    if (kind === 'policy') return;
    const object: SchemaObject = { kind, table, name: own };
    if (isTemporary(step, table) || isGone(drop, object, isKnown)) return;
    record(step, { type: 'drop', object, implied: false });
  };

/** Everything in a schema that goes with it. */
const contents = (step: PgStep, schema: string): readonly SchemaObject[] => {
  const inside = (name: string): boolean => unqualify(name).schema === schema;
  const tables = [...step.draft.tables.keys()].filter(inside).map(tableObject);
  const enums = [...step.draft.enums.keys()].filter(inside).map((name): SchemaObject => ({ kind: 'enum', table: null, name }));
  const routines = [...step.draft.routines.values()].filter((routine) => routine.table === null && inside(routine.name));
  const named = routines.flatMap((routine): SchemaObject[] =>
    routine.kind === 'policy' ? [] : [{ kind: routine.kind, table: null, name: routine.name }],
  );
  return [...tables, ...enums, ...named];
};

const removeContents = (step: PgStep, objects: readonly SchemaObject[]): void => {
  for (const object of objects) {
    record(step, { type: 'drop', object, implied: true });
    step.draft.tables.delete(object.name);
    step.draft.enums.delete(object.name);
    step.draft.routines.delete(objectKey(object));
  }
  for (const object of objects) {
    removeOwned(step, object.name);
    if (object.kind !== 'enum' && object.kind !== 'function') cascadeRelation(step, object.name);
    if (object.kind === 'enum') cascadeType(step, object.name.split('.').map(quoteName).join('.'));
  }
};

const dropSchema = (drop: Drop): void => {
  const { step } = drop;
  const name = drop.parts[0] ?? '';
  const object: SchemaObject = { kind: 'schema', table: null, name };
  const inside = contents(step, name);
  if (isGone(drop, object, inside.length > 0)) return;
  record(step, { type: 'drop', object, implied: false });
  if (drop.isCascade) removeContents(step, inside);
};

/** By kind; kinds not listed (extensions, sequences, rules, operators) are objects that code does not name. */
const DROPS: ReadonlyMap<string, (drop: Drop) => void> = new Map([
  ['OBJECT_TABLE', dropTable],
  ['OBJECT_FOREIGN_TABLE', dropTable],
  ['OBJECT_VIEW', dropView('view')],
  ['OBJECT_MATVIEW', dropView('materialized-view')],
  ['OBJECT_INDEX', dropIndex],
  ['OBJECT_TYPE', dropType],
  ['OBJECT_DOMAIN', dropType],
  ['OBJECT_FUNCTION', dropFunction],
  ['OBJECT_PROCEDURE', dropFunction],
  ['OBJECT_ROUTINE', dropFunction],
  ['OBJECT_TRIGGER', dropOwned('trigger')],
  ['OBJECT_POLICY', dropOwned('policy')],
  ['OBJECT_SCHEMA', dropSchema],
]);

export const dropObjects = (step: PgStep, body: Body): void => {
  const apply = DROPS.get(textOf(body, 'removeType') ?? '');
  if (!apply) return;
  const isCascade = textOf(body, 'behavior') === 'DROP_CASCADE';
  for (const item of listOf(body, 'objects')) apply({ step, parts: nameParts(item), isCascade, ifExists: isTrue(body, 'missing_ok') });
};
