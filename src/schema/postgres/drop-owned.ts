/** DROP TRIGGER, RULE, POLICY and SCHEMA: what belongs to a table, and what holds tables. */
import { cascade, forgetTable, removeOwned } from '../cascade.ts';
import { unqualify } from '../names.ts';
import { isTemporary, nameOf, type PgStep, record, refuse, relationExists, tableObject } from '../step.ts';
import { objectKey, type Routine, type SchemaObject } from '../types.ts';
import { type Drop, isGone, refuseGone } from './drop-target.ts';
import { isDoubtful } from './known.ts';
import { quoteName } from './type-names.ts';

const forgetType = (step: PgStep, name: string): void => {
  step.draft.otherTypes.delete(name);
  step.draft.catalogue.domains.delete(name);
  step.draft.catalogue.composites.delete(name);
};

/** Triggers, rules and policies are named `[schema.]table.name`. */
export const dropOwned =
  (kind: 'trigger' | 'policy' | 'rule') =>
  (drop: Drop): void => {
    const { step } = drop;
    const own = drop.parts.at(-1) ?? '';
    const table = nameOf(step, drop.parts.slice(0, -1), (candidate) => relationExists(step, candidate));
    if (isTemporary(step, table)) return;
    const known = step.draft.routines.get(`${kind} ${table}.${own}`);
    if (!known && !drop.ifExists && relationExists(step, table)) {
      if (
        refuse(
          step,
          `${kind} "${own}" for ${kind === 'rule' ? 'relation' : 'table'} "${table}" does not exist`,
          kind !== 'rule' && !isDoubtful(step, table) && !isDoubtful(step, own),
        )
      )
        return;
    }
    if (
      known &&
      isCloned(step, table, known) &&
      refuse(
        step,
        `cannot drop trigger ${own} on table ${table} because a trigger of the parent table requires it`,
        !isDoubtful(step, table),
      )
    )
      return;
    step.draft.routines.delete(`${kind} ${table}.${own}`);
    if (known?.isRowTrigger) dropClones(step, table, own);
    if (kind !== 'trigger') return;
    const object: SchemaObject = { kind, table, name: own };
    if (isGone(drop, object, known !== undefined)) return;
    record(step, { type: 'drop', object, implied: false });
  };

/** A row trigger that a partition has from its parent. */
export const isCloned = (step: PgStep, table: string, routine: Routine): boolean =>
  step.draft.catalogue.partitions.has(table) &&
  routine.isRowTrigger === true &&
  [...step.draft.children].some(
    ([parent, children]) => children.has(table) && step.draft.routines.get(`trigger ${parent}.${routine.name}`)?.isRowTrigger === true,
  );

const dropClones = (step: PgStep, table: string, own: string): void => {
  for (const child of step.draft.children.get(table) ?? [])
    if (step.draft.routines.delete(`trigger ${child}.${own}`)) dropClones(step, child, own);
};

/** Everything in a schema that goes with it. */
const contents = (step: PgStep, schema: string): readonly SchemaObject[] => {
  const inside = (name: string): boolean => unqualify(name).schema === schema;
  const tables = [...step.draft.tables.keys()].filter(inside).map(tableObject);
  const enums = [...step.draft.enums.keys()].filter(inside).map((name): SchemaObject => ({ kind: 'enum', table: null, name }));
  const routines = [...step.draft.routines.values()].filter((routine) => routine.table === null && inside(routine.name));
  const named = routines.flatMap((routine): SchemaObject[] =>
    routine.kind === 'policy' || routine.kind === 'rule' ? [] : [{ kind: routine.kind, table: null, name: routine.name }],
  );
  return [...tables, ...enums, ...named];
};

const removeContents = (step: PgStep, schema: string, objects: readonly SchemaObject[]): void => {
  const { otherTypes, catalogue } = step.draft;
  for (const object of objects) record(step, { type: 'drop', object, implied: true });
  for (const object of objects) {
    if (object.kind === 'table') {
      cascade(step, { kind: 'relation', name: object.name });
      forgetTable(step, object.name);
      continue;
    }
    step.draft.enums.delete(object.name);
    step.draft.routines.delete(objectKey(object));
    if (object.kind === 'enum')
      cascade(step, { kind: 'need', key: `type ${object.name}`, spelled: object.name.split('.').map(quoteName).join('.') });
    else if (object.kind === 'function') cascade(step, { kind: 'need', key: `function ${object.name}` });
    else {
      removeOwned(step, object.name);
      cascade(step, { kind: 'relation', name: object.name });
    }
  }
  for (const name of [...otherTypes]) {
    if (unqualify(name).schema !== schema) continue;
    forgetType(step, name);
    cascade(step, { kind: 'need', key: `type ${name}`, spelled: name.split('.').map(quoteName).join('.') });
  }
  for (const name of [...catalogue.sequences.keys()]) {
    if (unqualify(name).schema !== schema || !catalogue.sequences.delete(name)) continue;
    cascade(step, { kind: 'need', key: `sequence ${name}` });
  }
};

export const dropSchema = (drop: Drop): void => {
  const { step } = drop;
  const name = drop.parts[0] ?? '';
  const object: SchemaObject = { kind: 'schema', table: null, name };
  const { schemas } = step.draft.catalogue;
  const inside = contents(step, name);
  const isKnown = inside.length > 0 || schemas.has(name);
  if (isGone(drop, object, isKnown) || refuseGone(drop, object, isKnown, 'schema')) return;
  if (
    inside.length > 0 &&
    !drop.isCascade &&
    refuse(step, `cannot drop schema ${name} because other objects depend on it`, !isDoubtful(step, name))
  )
    return;
  record(step, { type: 'drop', object, implied: false });
  schemas.delete(name);
  if (drop.isCascade) removeContents(step, name, inside);
};
