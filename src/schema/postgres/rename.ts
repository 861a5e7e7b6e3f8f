/** RENAME and SET SCHEMA of everything, and enum values → the draft, and an operation each. */
import { type Body, childOf, isTrue, listOf, nameParts, textOf } from '../../parse/sql/ast.ts';
import { ownerOf, renameColumn, renameKey, renameRelation, sibling } from '../draft.ts';
import { qualify, unqualify } from '../names.ts';
import { childrenOf, columnObject, isTemporary, nameOf, type PgStep, record, relationOf, tableObject } from '../step.ts';
import type { Routine } from '../types.ts';
import { quoteName } from './type-names.ts';

type ViewKind = 'view' | 'materialized-view';

const viewKind = (step: PgStep, name: string): ViewKind | null => {
  if (step.draft.routines.has(`view ${name}`)) return 'view';
  return step.draft.routines.has(`materialized-view ${name}`) ? 'materialized-view' : null;
};

const moveRelation = (step: PgStep, from: string, to: string, fallback: ViewKind | 'table'): void => {
  if (isTemporary(step, from)) {
    step.session.temporary.delete(from);
    step.session.temporary.add(to);
    return;
  }
  // ALTER TABLE renames views too.
  const kind = viewKind(step, from) ?? fallback;
  record(step, { type: 'rename', object: kind === 'table' ? tableObject(from) : { kind, table: null, name: from }, to });
  renameRelation(step.draft, from, to);
  if (kind !== 'table') renameKey(step.draft.routines, `${kind} ${from}`, `${kind} ${to}`, (view): Routine => ({ ...view, name: to }));
};

const renameTable =
  (kind: ViewKind | 'table') =>
  (step: PgStep, body: Body, to: string): void => {
    const range = childOf(body, 'relation');
    if (!range) return;
    const from = relationOf(step, range);
    moveRelation(step, from, sibling(from, to), kind);
  };

const renameViewColumn = (step: PgStep, view: string, kind: ViewKind, from: string, to: string): void => {
  const routine = step.draft.routines.get(`${kind} ${view}`);
  if (routine)
    step.draft.routines.set(`${kind} ${view}`, { ...routine, columns: routine.columns.map((name) => (name === from ? to : name)) });
  record(step, { type: 'rename', object: columnObject(view, from), to });
};

const renameTableColumn = (step: PgStep, body: Body, to: string): void => {
  const range = childOf(body, 'relation');
  const from = textOf(body, 'subname');
  if (!range || from === null) return;
  const owner = relationOf(step, range);
  const kind = viewKind(step, owner);
  if (isTemporary(step, owner)) return;
  if (kind) {
    renameViewColumn(step, owner, kind, from, to);
    return;
  }
  const table = step.draft.tables.get(owner);
  record(step, { type: 'rename', object: columnObject(owner, from), to });
  if (table) renameColumn(step.draft, table, from, to);
  for (const child of childrenOf(step, owner)) renameColumn(step.draft, child, from, to);
};

const renameConstraint = (step: PgStep, body: Body, to: string): void => {
  const range = childOf(body, 'relation');
  const from = textOf(body, 'subname');
  if (!range || from === null) return;
  const owner = relationOf(step, range);
  const table = step.draft.tables.get(owner);
  if (table) renameKey(table.constraints, from, to, (constraint) => ({ ...constraint, name: to }));
  record(step, { type: 'rename', object: { kind: 'constraint', table: owner, name: from }, to });
};

/** An index' new name is that of the constraint it backs as well. */
const renameIndex = (step: PgStep, body: Body, to: string): void => {
  const range = childOf(body, 'relation');
  if (!range) return;
  const name = nameOf(
    step,
    [textOf(range, 'schemaname') ?? '', textOf(range, 'relname') ?? ''].filter((part) => part !== ''),
    (candidate) => ownerOf(step.draft, 'indexes', candidate) !== null || ownerOf(step.draft, 'constraints', candidate) !== null,
  );
  const { bare } = unqualify(name);
  const owner = ownerOf(step.draft, 'indexes', name);
  const backed = owner ? null : ownerOf(step.draft, 'constraints', name);
  if (owner) renameKey(owner.indexes, bare, to, (index) => ({ ...index, name: to }));
  if (backed) renameKey(backed.constraints, bare, to, (constraint) => ({ ...constraint, name: to }));
  const kind = backed ? 'constraint' : 'index';
  record(step, { type: 'rename', object: { kind, table: (owner ?? backed)?.name ?? null, name: bare }, to });
};

/** Columns of a renamed type are spelled with the new name. */
const moveType = (step: PgStep, from: string, to: string): void => {
  if (step.draft.otherTypes.delete(from)) step.draft.otherTypes.add(to);
  else record(step, { type: 'rename', object: { kind: 'enum', table: null, name: from }, to });
  renameKey(step.draft.enums, from, to, (values) => values);
  const spell = (name: string): string => name.split('.').map(quoteName).join('.');
  const [before, after] = [spell(from), spell(to)];
  for (const table of step.draft.tables.values()) {
    for (const [name, column] of table.columns) {
      if (column.type === before || column.type === `${before}[]`)
        table.columns.set(name, { ...column, type: column.type.replace(before, () => after) });
    }
  }
};

const typeName = (step: PgStep, value: unknown): string =>
  nameOf(step, nameParts(value), (candidate) => step.draft.enums.has(candidate) || step.draft.otherTypes.has(candidate));

const renameType = (step: PgStep, body: Body, to: string): void => {
  const from = typeName(step, body['object']);
  moveType(step, from, sibling(from, to));
};

const moveFunction = (step: PgStep, from: string, to: string): void => {
  record(step, { type: 'rename', object: { kind: 'function', table: null, name: from }, to });
  for (const [key, routine] of [...step.draft.routines]) {
    if (routine.kind === 'function' && routine.name === from)
      renameKey(
        step.draft.routines,
        key,
        key.replace(from, () => to),
        (old) => ({ ...old, name: to }),
      );
    else if (routine.calls === from) step.draft.routines.set(key, { ...routine, calls: to });
  }
};

const functionName = (step: PgStep, value: unknown): string =>
  nameOf(step, nameParts(value), (candidate) => step.draft.routines.has(`function ${candidate}`));

const renameFunction = (step: PgStep, body: Body, to: string): void => {
  const from = functionName(step, body['object']);
  moveFunction(step, from, sibling(from, to));
};

const renameOwned =
  (kind: 'trigger' | 'policy') =>
  (step: PgStep, body: Body, to: string): void => {
    const range = childOf(body, 'relation');
    const from = textOf(body, 'subname');
    if (!range || from === null) return;
    const table = relationOf(step, range);
    renameKey(step.draft.routines, `${kind} ${table}.${from}`, `${kind} ${table}.${to}`, (routine) => ({ ...routine, name: to }));
    if (kind === 'trigger') record(step, { type: 'rename', object: { kind, table, name: from }, to });
  };

/** Every name in a renamed schema changes with it; one rename is recorded, for the schema. */
const renameSchema = (step: PgStep, body: Body, to: string): void => {
  const from = textOf(body, 'subname');
  if (from === null) return;
  record(step, { type: 'rename', object: { kind: 'schema', table: null, name: from }, to });
  const silent: PgStep = { ...step, isSilent: true };
  const moved = (name: string): string => qualify(to, unqualify(name).bare);
  for (const name of [...step.draft.tables.keys()]) if (unqualify(name).schema === from) moveRelation(silent, name, moved(name), 'table');
  for (const name of [...step.draft.enums.keys()]) if (unqualify(name).schema === from) moveType(silent, name, moved(name));
  for (const routine of [...step.draft.routines.values()]) {
    if (routine.table !== null || unqualify(routine.name).schema !== from) continue;
    if (routine.kind === 'function') moveFunction(silent, routine.name, moved(routine.name));
    else moveRelation(silent, routine.name, moved(routine.name), 'view');
  }
};

/** By kind; kinds not listed name nothing that code uses. */
const RENAMES: ReadonlyMap<string, (step: PgStep, body: Body, to: string) => void> = new Map([
  ['OBJECT_TABLE', renameTable('table')],
  ['OBJECT_FOREIGN_TABLE', renameTable('table')],
  ['OBJECT_VIEW', renameTable('view')],
  ['OBJECT_MATVIEW', renameTable('materialized-view')],
  ['OBJECT_COLUMN', renameTableColumn],
  ['OBJECT_TABCONSTRAINT', renameConstraint],
  ['OBJECT_INDEX', renameIndex],
  ['OBJECT_TYPE', renameType],
  ['OBJECT_DOMAIN', renameType],
  ['OBJECT_FUNCTION', renameFunction],
  ['OBJECT_PROCEDURE', renameFunction],
  ['OBJECT_ROUTINE', renameFunction],
  ['OBJECT_TRIGGER', renameOwned('trigger')],
  ['OBJECT_POLICY', renameOwned('policy')],
  ['OBJECT_SCHEMA', renameSchema],
]);

export const renameObject = (step: PgStep, body: Body): void => {
  const to = textOf(body, 'newname');
  if (to !== null) RENAMES.get(textOf(body, 'renameType') ?? '')?.(step, body, to);
};

/** ALTER … SET SCHEMA: a rename to the same bare name elsewhere. */
export const setSchema = (step: PgStep, body: Body): void => {
  const schema = textOf(body, 'newschema');
  const kind = textOf(body, 'objectType') ?? '';
  const range = childOf(body, 'relation');
  if (schema === null) return;
  if (range) {
    const from = relationOf(step, range);
    if (kind !== 'OBJECT_SEQUENCE' && kind !== 'OBJECT_INDEX')
      moveRelation(
        step,
        from,
        qualify(schema, unqualify(from).bare),
        kind === 'OBJECT_MATVIEW' ? 'materialized-view' : kind === 'OBJECT_VIEW' ? 'view' : 'table',
      );
  } else if (kind === 'OBJECT_TYPE' || kind === 'OBJECT_DOMAIN') {
    const from = typeName(step, body['object']);
    moveType(step, from, qualify(schema, unqualify(from).bare));
  } else if (kind === 'OBJECT_FUNCTION' || kind === 'OBJECT_PROCEDURE') {
    const from = functionName(step, body['object']);
    moveFunction(step, from, qualify(schema, unqualify(from).bare));
  }
};

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export const alterEnum = (step: PgStep, body: Body): void => {
  const name = typeName(step, listOf(body, 'typeName'));
  const values = step.draft.enums.get(name) ?? [];
  const value = textOf(body, 'newVal');
  const old = textOf(body, 'oldVal');
  if (value === null) return;
  if (old !== null) {
    step.draft.enums.set(
      name,
      values.map((known) => (known === old ? value : known)),
    );
    record(step, { type: 'rename', object: { kind: 'enum-value', table: name, name: old }, to: value });
    return;
  }
  if (values.includes(value) && isTrue(body, 'skipIfNewValExists')) return;
  const neighbour = values.indexOf(textOf(body, 'newValNeighbor') ?? '');
  const place = neighbour < 0 ? values.length : neighbour + (isTrue(body, 'newValIsAfter') ? 1 : 0);
  step.draft.enums.set(name, [...values.slice(0, place), value, ...values.slice(place)]);
  record(step, { type: 'create', object: { kind: 'enum-value', table: name, name: value } });
};
