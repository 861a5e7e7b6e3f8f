/**
 * What a drop takes along: with CASCADE, everything that depends on it, recursively, recorded as implied drops.
 * Dependents of a table that go without being asked (its triggers, policies, indexes) are removed without a record.
 */
import { type Dependent, dependentsOf, isOwned, type Target } from './dependents.ts';
import { removeColumn } from './draft.ts';
import { columnObject, record, type Step, tableObject } from './step.ts';
import type { Routine } from './types.ts';

/** The first overload that is left goes by the plain key. */
export const keepFirstKey = (step: Step, name: string): void => {
  const left = [...step.draft.routines].find(([, routine]) => routine.kind === 'function' && routine.name === name);
  if (!left || left[0] === `function ${name}`) return;
  if (step.draft.routines.has(`function ${name}`)) return;
  step.draft.routines.delete(left[0]);
  step.draft.routines.set(`function ${name}`, left[1]);
};

/** Drops a routine as a consequence; a view's own dependents go with it. */
const dropRoutine = (step: Step, key: string, routine: Routine): void => {
  if (!step.draft.routines.delete(key)) return;
  const { kind } = routine;
  if (kind === 'policy' || kind === 'rule') return;
  record(step, { type: 'drop', object: { kind, table: kind === 'trigger' ? routine.table : null, name: routine.name }, implied: true });
  if (kind === 'view' || kind === 'materialized-view') {
    removeOwned(step, routine.name);
    cascade(step, { kind: 'relation', name: routine.name });
  } else if (kind === 'function') {
    if (key === `function ${routine.name}`) cascade(step, { kind: 'need', key });
    keepFirstKey(step, routine.name);
  }
};

const dropPart = (step: Step, found: Extract<Dependent, { table: string }>): void => {
  const table = step.draft.tables.get(found.table);
  const { kind, name } = found;
  if (!table) return;
  if (kind === 'column') takeColumn(step, table.name, name);
  else if (kind === 'default') {
    const before = table.columns.get(name);
    if (!before || before.default === null) return;
    const { needs: _, ...rest } = before;
    const after = { ...rest, default: null };
    table.columns.set(name, after);
    record(step, { type: 'alter-column', object: columnObject(table.name, name), before, after });
  } else if (kind === 'constraint' ? table.constraints.delete(name) : table.indexes.delete(name)) {
    record(step, { type: 'drop', object: { kind, table: table.name, name }, implied: true });
  }
};

const dropDependent = (step: Step, found: Dependent): void => {
  if (found.kind === 'routine') dropRoutine(step, found.key, found.routine);
  else if (found.kind === 'domain') {
    step.draft.catalogue.domains.delete(found.name);
    step.draft.otherTypes.delete(found.name);
    cascade(step, { kind: 'need', key: `type ${found.name}`, spelled: found.name });
  } else if ('table' in found) dropPart(step, found);
  else takeTable(step, found.name);
};

/** CASCADE of one object: its dependents, and theirs. */
export const cascade = (step: Step, target: Target): void => {
  for (const found of dependentsOf(step.draft, target)) dropDependent(step, found);
};

/** Drops a column as a consequence. */
const takeColumn = (step: Step, name: string, column: string): void => {
  const table = step.draft.tables.get(name);
  if (!table?.columns.has(column)) return;
  record(step, { type: 'drop', object: columnObject(name, column), implied: true });
  cascade(step, { kind: 'column', table: name, name: column });
  forgetColumn(step, name, column);
  for (const child of step.draft.children.get(name) ?? []) {
    if (!step.draft.catalogue.local.has(`${child}.${column}`)) takeColumn({ ...step, isSilent: true }, child, column);
  }
};

/** Removes a column with its indexes, constraints and sequences. */
export const forgetColumn = (step: Step, name: string, column: string): void => {
  const table = step.draft.tables.get(name);
  if (table) removeColumn(table, column);
  const { sequences, local, inherited } = step.draft.catalogue;
  for (const [key, { owner }] of sequences) if (owner?.table === name && owner.column === column) sequences.delete(key);
  local.delete(`${name}.${column}`);
  inherited.delete(`${name}.${column}`);
};

/** Drops a table as a consequence, with its children. */
const takeTable = (step: Step, name: string): void => {
  if (!step.draft.tables.has(name)) return;
  record(step, { type: 'drop', object: tableObject(name), implied: true });
  cascade(step, { kind: 'relation', name });
  forgetTable(step, name);
};

/** Removes a table and what belongs to it; its partitions go with it. */
export const forgetTable = (step: Step, name: string): void => {
  const { draft } = step;
  const { sequences, local, inherited, partitions, partitioned, indexParents } = draft.catalogue;
  const children = [...(draft.children.get(name) ?? [])];
  draft.tables.delete(name);
  draft.children.delete(name);
  for (const [key, { owner }] of [...sequences]) if (owner?.table === name) sequences.delete(key);
  for (const keys of [local, inherited])
    for (const key of [...keys]) if (key.startsWith(`${name}.`) || key.startsWith(`${name}#`)) keys.delete(key);
  for (const key of [...indexParents.keys()]) if (key.startsWith(`${name}.`)) indexParents.delete(key);
  partitioned.delete(name);
  removeOwned(step, name);
  for (const child of children) {
    if (!partitions.has(child)) continue;
    record(step, { type: 'drop', object: tableObject(child), implied: true });
    forgetTable(step, child);
  }
  partitions.delete(name);
};

/** Triggers, rules and policies of a table or view that is gone. */
export const removeOwned = (step: Step, relation: string): void => {
  for (const [key, routine] of [...step.draft.routines])
    if (routine.table === relation && isOwned(routine)) step.draft.routines.delete(key);
  for (const children of step.draft.children.values()) children.delete(relation);
};
