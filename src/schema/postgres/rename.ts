/** RENAME and SET SCHEMA of everything, and enum values → the draft, and an operation each. */
import { type Body, childOf, isTrue, listOf, nameParts, textOf } from '../../parse/sql/ast.ts';
import { renameColumn, renameKey, renameNeed, renameRelation, renameUse, sibling } from '../draft.ts';
import { qualify, unqualify } from '../names.ts';
import { columnObject, isTemporary, nameOf, type PgStep, record, refuse, relationOf, tableObject } from '../step.ts';
import type { Routine } from '../types.ts';
import { isCloned } from './drop-owned.ts';
import { below, hasOtherParent } from './family.ts';
import { isDoubtful, isInherited, refuseColumnTaken, refuseMissing, refuseNoColumn, refuseTaken, refuseTypeTaken } from './known.ts';
import { isType } from './needs.ts';
import { renameConstraint, renameIndex } from './rename-constraint.ts';
import { moveSequence } from './sequences.ts';
import { quoteName } from './type-names.ts';

type ViewKind = 'view' | 'materialized-view';

const viewKind = (step: PgStep, name: string): ViewKind | null => {
  if (step.draft.routines.has(`view ${name}`)) return 'view';
  return step.draft.routines.has(`materialized-view ${name}`) ? 'materialized-view' : null;
};

const moveRelation = (step: PgStep, from: string, to: string, fallback: ViewKind | 'table'): void => {
  const { schema } = unqualify(to);
  if (isTemporary(step, from)) {
    step.session.temporary.delete(from);
    step.session.temporary.add(to);
    return;
  }
  if (step.draft.catalogue.sequences.has(from) && !step.draft.tables.has(from)) {
    if (!refuseTaken(step, to)) moveSequence(step, from, to);
    return;
  }
  if (refuseMissing(step, from) || (!step.isSilent && (refuseTaken(step, to) || refuseTypeTaken(step, to)))) return;
  // ALTER TABLE renames views too.
  const kind = viewKind(step, from) ?? fallback;
  record(step, { type: 'rename', object: kind === 'table' ? tableObject(from) : { kind, table: null, name: from }, to });
  renameRelation(step.draft, from, to);
  // Sequences of its columns move to its schema.
  for (const [name, { owner }] of [...step.draft.catalogue.sequences]) {
    if (owner?.table === to && unqualify(name).schema !== schema) moveSequence(step, name, qualify(schema, unqualify(name).bare));
  }
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
  if (routine && routine.columns.length > 0 && !routine.columns.includes(from)) {
    if (refuse(step, `column "${from}" does not exist`, false)) return;
  }
  if (routine?.columns.includes(to) && refuse(step, `column "${to}" of relation "${view}" already exists`, !isDoubtful(step, view))) return;
  if (routine)
    step.draft.routines.set(`${kind} ${view}`, { ...routine, columns: routine.columns.map((name) => (name === from ? to : name)) });
  record(step, { type: 'rename', object: columnObject(view, from), to });
  renameUse(step.draft, view, from, to);
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
  if (step.draft.catalogue.composites.has(owner)) return;
  const table = step.draft.tables.get(owner);
  if (refuseMissing(step, owner)) return;
  if (table && (refuseNoColumn(step, table, from) || refuseColumnTaken(step, table, to))) return;
  if (table && isInherited(step, owner, from) && refuse(step, `cannot rename inherited column "${from}"`, !isDoubtful(step, owner))) return;
  const family = below(step, owner);
  for (const child of family) {
    if (refuseColumnTaken(step, child, to)) return;
    if (!hasOtherParent(step, child.name, from, new Set([owner, ...family.map(({ name }) => name)]))) continue;
    if (refuse(step, `cannot rename inherited column "${from}"`, !isDoubtful(step, owner))) return;
  }
  record(step, { type: 'rename', object: columnObject(owner, from), to });
  if (table) renameColumn(step.draft, table, from, to);
  for (const child of below(step, owner)) renameColumn(step.draft, child, from, to);
};

/** Columns of a renamed type are spelled with the new name. */
const moveType = (step: PgStep, from: string, to: string): void => {
  if (!isType(step, from)) {
    if (refuse(step, `type "${from}" does not exist`, step.draft.dropped.has(`enum ${from}`) && !isDoubtful(step, from))) return;
  } else if (!step.isSilent && refuseTypeTaken(step, to)) return;
  const { domains, composites } = step.draft.catalogue;
  const [domain, composite] = [domains.get(from), composites.get(from)];
  if (domain && domains.delete(from)) domains.set(to, domain);
  if (composite && composites.delete(from)) composites.set(to, composite);
  renameNeed(step.draft, `type ${from}`, `type ${to}`);
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
  const follow = (type: string): string => (type === before || type === `${before}[]` ? type.replace(before, () => after) : type);
  for (const [key, view] of step.draft.routines)
    if (view.types?.some((type) => follow(type) !== type)) step.draft.routines.set(key, { ...view, types: view.types.map(follow) });
  for (const [name, own] of domains) if (own.type === before) domains.set(name, { ...own, type: after });
};

const typeName = (step: PgStep, value: unknown): string =>
  nameOf(step, nameParts(value), (candidate) => step.draft.enums.has(candidate) || step.draft.otherTypes.has(candidate));

const renameType = (step: PgStep, body: Body, to: string): void => {
  const from = typeName(step, body['object']);
  moveType(step, from, sibling(from, to));
};

const moveFunction = (step: PgStep, from: string, to: string): void => {
  const has = (name: string): boolean => step.draft.routines.has(`function ${name}`);
  if (!has(from) && refuse(step, `function ${from} does not exist`, step.draft.dropped.has(`function ${from}`) && !isDoubtful(step, from)))
    return;
  if (has(from) && has(to) && refuse(step, `function ${to} already exists`, false)) return;
  renameNeed(step.draft, `function ${from}`, `function ${to}`);
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
  (kind: 'trigger' | 'policy' | 'rule') =>
  (step: PgStep, body: Body, to: string): void => {
    const range = childOf(body, 'relation');
    const from = textOf(body, 'subname');
    if (!range || from === null) return;
    const table = relationOf(step, range);
    const isSure = !isDoubtful(step, table);
    if (refuseMissing(step, table)) return;
    if (!step.draft.routines.has(`${kind} ${table}.${from}`) && step.draft.tables.has(table)) {
      if (refuse(step, `${kind} "${from}" for table "${unqualify(table).bare}" does not exist`, isSure && !isDoubtful(step, from))) return;
    }
    const own = step.draft.routines.get(`${kind} ${table}.${from}`);
    if (own && isCloned(step, table, own) && refuse(step, `cannot rename trigger "${from}" on table "${unqualify(table).bare}"`, isSure))
      return;
    if (
      from !== to &&
      step.draft.routines.has(`${kind} ${table}.${to}`) &&
      refuse(step, `${kind} "${to}" for table "${unqualify(table).bare}" already exists`, isSure)
    )
      return;
    for (const child of kind === 'trigger' ? below(step, table) : [])
      renameKey(step.draft.routines, `trigger ${child.name}.${from}`, `trigger ${child.name}.${to}`, (routine) => ({
        ...routine,
        name: to,
      }));
    renameKey(step.draft.routines, `${kind} ${table}.${from}`, `${kind} ${table}.${to}`, (routine) => ({ ...routine, name: to }));
    if (kind === 'trigger') record(step, { type: 'rename', object: { kind, table, name: from }, to });
  };

/** Every name in a renamed schema changes with it; one rename is recorded, for the schema. */
const renameSchema = (step: PgStep, body: Body, to: string): void => {
  const from = textOf(body, 'subname');
  if (from === null) return;
  const { schemas, sequences } = step.draft.catalogue;
  if (schemas.has(to) && refuse(step, `schema "${to}" already exists`, !isDoubtful(step, to))) return;
  record(step, { type: 'rename', object: { kind: 'schema', table: null, name: from }, to });
  if (schemas.delete(from)) schemas.add(to);
  const silent: PgStep = { ...step, isSilent: true };
  const moved = (name: string): string => qualify(to, unqualify(name).bare);
  for (const name of [...step.draft.tables.keys()]) if (unqualify(name).schema === from) moveRelation(silent, name, moved(name), 'table');
  for (const name of [...sequences.keys()]) if (unqualify(name).schema === from) moveSequence(step, name, moved(name));
  for (const name of [...step.draft.otherTypes]) if (unqualify(name).schema === from) moveType(silent, name, moved(name));
  for (const name of [...step.draft.enums.keys()]) if (unqualify(name).schema === from) moveType(silent, name, moved(name));
  for (const routine of [...step.draft.routines.values()]) {
    if (routine.table !== null || unqualify(routine.name).schema !== from) continue;
    if (routine.kind === 'function') moveFunction(silent, routine.name, moved(routine.name));
    else moveRelation(silent, routine.name, moved(routine.name), 'view');
  }
};

const renameAttribute = (step: PgStep, body: Body, to: string): void => {
  const range = childOf(body, 'relation');
  const from = textOf(body, 'subname');
  if (!range || from === null) return;
  const { composites } = step.draft.catalogue;
  const name = nameOf(
    step,
    [textOf(range, 'schemaname') ?? '', textOf(range, 'relname') ?? ''].filter((part) => part !== ''),
    (own) => composites.has(own),
  );
  const known = composites.get(name);
  if (!known) return void refuse(step, `relation "${name}" does not exist`, false);
  if (!known.has(from) && refuse(step, `column "${from}" does not exist`, true)) return;
  if (known.has(to) && refuse(step, `column "${to}" of relation "${name}" already exists`, true)) return;
  composites.set(name, new Map([...known].map(([own, type]) => [own === from ? to : own, type])));
};

const renameDomainConstraint = (step: PgStep, body: Body, to: string): void => {
  const from = textOf(body, 'subname');
  const { domains } = step.draft.catalogue;
  const name = nameOf(step, nameParts(body['object']), (own) => domains.has(own));
  const known = domains.get(name);
  if (!known || from === null) return;
  if (!known.constraints.has(from)) return void refuse(step, `constraint "${from}" for domain "${name}" does not exist`, false);
  if (known.constraints.has(to) && refuse(step, `constraint "${to}" for domain "${name}" already exists`, true)) return;
  domains.set(name, { ...known, constraints: new Map([...known.constraints].map(([own, value]) => [own === from ? to : own, value])) });
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
  ['OBJECT_RULE', renameOwned('rule')],
  ['OBJECT_SEQUENCE', renameTable('table')],
  ['OBJECT_ATTRIBUTE', renameAttribute],
  ['OBJECT_DOMCONSTRAINT', renameDomainConstraint],
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
    if (kind !== 'OBJECT_INDEX' && unqualify(from).schema !== schema)
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
  if (
    !step.draft.enums.has(name) &&
    refuse(step, `type "${name}" does not exist`, step.draft.dropped.has(`enum ${name}`) && !isType(step, name) && !isDoubtful(step, name))
  )
    return;
  const isKnown = step.draft.enums.has(name);
  const isSure = isKnown && !isDoubtful(step, name);
  if (old !== null) {
    if (isKnown && !values.includes(old) && refuse(step, `"${old}" is not an existing enum label`, isSure)) return;
    if (values.includes(value) && refuse(step, `enum label "${value}" already exists`, isSure)) return;
    step.draft.enums.set(
      name,
      values.map((known) => (known === old ? value : known)),
    );
    record(step, { type: 'rename', object: { kind: 'enum-value', table: name, name: old }, to: value });
    return;
  }
  if (values.includes(value) && isTrue(body, 'skipIfNewValExists')) return;
  if (values.includes(value) && refuse(step, `enum label "${value}" already exists`, isSure)) return;
  const beside = textOf(body, 'newValNeighbor');
  if (isKnown && beside !== null && !values.includes(beside) && refuse(step, `"${beside}" is not an existing enum label`, isSure)) return;
  if (step.session.inTransaction) step.session.added?.add(`enum-value ${name}.${value}`);
  const neighbour = values.indexOf(textOf(body, 'newValNeighbor') ?? '');
  const place = neighbour < 0 ? values.length : neighbour + (isTrue(body, 'newValIsAfter') ? 1 : 0);
  step.draft.enums.set(name, [...values.slice(0, place), value, ...values.slice(place)]);
  record(step, { type: 'create', object: { kind: 'enum-value', table: name, name: value } });
};
