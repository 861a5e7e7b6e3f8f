/** DROP of everything that has a name → the draft, and an operation each. */
import { find, has, kid, kids, nameOf, nameParts, type Tree } from '../../parse/sql/mysql/tree.ts';
import { record, refuse, tableObject } from '../step.ts';
import { objectKey, type SchemaObject } from '../types.ts';
import { type MyStep, nameIn } from './session.ts';

const isConditional = (tree: Tree): boolean => kid(tree, 'ifExists') !== null;

/** Whether a drop of something that is not there does nothing; a missing one that was never seen may come from elsewhere. */
const isGone = (step: MyStep, tree: Tree, object: SchemaObject, isKnown: boolean, message: string): boolean => {
  if (isKnown) return false;
  const wasDropped = step.draft.dropped.has(objectKey(object));
  if (isConditional(tree)) return wasDropped;
  refuse(step, message, wasDropped);
  return wasDropped;
};

/** The foreign key of another table that keeps a table. */
const keeperOf = (step: MyStep, name: string, going: ReadonlySet<string>): string | null => {
  if (!step.connection.checksForeignKeys) return null;
  for (const other of step.draft.tables.values()) {
    if (going.has(other.name)) continue;
    for (const { references, name: constraint } of other.constraints.values()) {
      if (references?.table === name)
        return `Cannot drop table '${name}' referenced by a foreign key constraint '${constraint}' on table '${other.name}'.`;
    }
  }
  return null;
};

const removeTriggers = (step: MyStep, table: string): void => {
  for (const [key, routine] of [...step.draft.routines])
    if (routine.kind === 'trigger' && routine.table === table) step.draft.routines.delete(key);
};

export const dropTables = (step: MyStep, tree: Tree): void => {
  const names = kids(kid(tree, 'tableNames'), 'tableName').map((name) => nameIn(step, name));
  const own = names.filter((name) => !step.session.temporary.delete(name));
  if (has(tree, 'TEMPORARY')) return;
  const going = new Set(own);
  for (const name of own) {
    const keeper = keeperOf(step, name, going);
    if (keeper !== null) {
      refuse(step, keeper, true);
      return;
    }
  }
  for (const name of own) {
    const object = tableObject(name);
    if (isGone(step, tree, object, step.draft.tables.has(name), `Unknown table '${name}'`)) continue;
    record(step, { type: 'drop', object, implied: false });
    step.draft.tables.delete(name);
    removeTriggers(step, name);
  }
};

export const dropViews = (step: MyStep, tree: Tree): void => {
  for (const name of kids(tree, 'viewName').map((view) => nameIn(step, view))) {
    const object: SchemaObject = { kind: 'view', table: null, name };
    if (isGone(step, tree, object, step.draft.routines.has(objectKey(object)), `Unknown table '${name}'`)) continue;
    record(step, { type: 'drop', object, implied: false });
    step.draft.routines.delete(objectKey(object));
  }
};

export const dropRoutine = (step: MyStep, tree: Tree): void => {
  const name = nameIn(step, find(tree, 'fullId'));
  const object: SchemaObject = { kind: 'function', table: null, name };
  if (isGone(step, tree, object, step.draft.routines.has(objectKey(object)), `PROCEDURE ${name} does not exist`)) return;
  record(step, { type: 'drop', object, implied: false });
  step.draft.routines.delete(objectKey(object));
};

/** A trigger's name is unique in its database. */
export const dropTrigger = (step: MyStep, tree: Tree): void => {
  const name = nameOf(kid(tree, 'fullId'));
  for (const [key, routine] of [...step.draft.routines]) {
    if (routine.kind !== 'trigger' || routine.name !== name) continue;
    record(step, { type: 'drop', object: { kind: 'trigger', table: routine.table, name }, implied: false });
    step.draft.routines.delete(key);
    return;
  }
  if (!isConditional(tree)) refuse(step, 'Trigger does not exist', false);
};

export const dropDatabase = (step: MyStep, tree: Tree): void => {
  const name = nameParts(kid(tree, 'databaseName') ?? tree).at(-1) ?? '';
  const isOwn = step.connection.database === name;
  const inside = [...step.draft.tables.keys()].filter((table) => (isOwn ? !table.includes('.') : table.startsWith(`${name}.`)));
  record(step, { type: 'drop', object: { kind: 'schema', table: null, name }, implied: false });
  for (const table of inside) {
    record(step, { type: 'drop', object: tableObject(table), implied: true });
    step.draft.tables.delete(table);
    removeTriggers(step, table);
  }
};
