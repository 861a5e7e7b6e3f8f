/**
 * What a drop takes along: with CASCADE, everything that depends on it, recursively, recorded as implied drops.
 * Dependents of a table that go without being asked (its triggers, policies, indexes) are removed without a record.
 */
import { removeColumn } from './draft.ts';
import { columnObject, record, type Step } from './step.ts';
import type { Routine } from './types.ts';

const usesTable = (routine: Routine, table: string): boolean => routine.uses.some((use) => use.enforced && use.table === table);
const usesColumn = (routine: Routine, table: string, column: string): boolean =>
  routine.uses.some((use) => use.enforced && use.table === table && use.column === column);

/** Drops a routine as a consequence; a view's own dependents go with it. */
const dropRoutine = (step: Step, key: string, routine: Routine): void => {
  if (!step.draft.routines.delete(key)) return;
  if (routine.kind === 'policy') return;
  record(step, {
    type: 'drop',
    object: { kind: routine.kind, table: routine.kind === 'trigger' ? routine.table : null, name: routine.name },
    implied: true,
  });
  if (routine.kind === 'view' || routine.kind === 'materialized-view') cascadeRelation(step, routine.name);
};

const dropMatching = (step: Step, matches: (routine: Routine) => boolean): void => {
  for (const [key, routine] of [...step.draft.routines]) if (matches(routine)) dropRoutine(step, key, routine);
};

const dropForeignKeys = (step: Step, table: string, column: string | null): void => {
  for (const other of step.draft.tables.values()) {
    if (other.name === table) continue;
    for (const [name, constraint] of [...other.constraints]) {
      if (constraint.references?.table !== table || (column !== null && !constraint.references.columns.includes(column))) continue;
      other.constraints.delete(name);
      record(step, { type: 'drop', object: { kind: 'constraint', table: other.name, name }, implied: true });
    }
  }
};

/** CASCADE of a table or view: views on it, foreign keys to it, partitions of it. */
export const cascadeRelation = (step: Step, name: string): void => {
  dropForeignKeys(step, name, null);
  dropMatching(step, (routine) => routine.table !== name && usesTable(routine, name));
  for (const child of step.draft.children.get(name) ?? []) {
    if (!step.draft.tables.delete(child)) continue;
    record(step, { type: 'drop', object: { kind: 'table', table: child, name: child }, implied: true });
    cascadeRelation(step, child);
  }
  step.draft.children.delete(name);
};

/** CASCADE of a column: views, policies and triggers that use it, foreign keys to it. */
export const cascadeColumn = (step: Step, table: string, column: string): void => {
  dropForeignKeys(step, table, column);
  dropMatching(step, (routine) => usesColumn(routine, table, column));
};

/** CASCADE of a type: the columns that have it. */
export const cascadeType = (step: Step, spelled: string): void => {
  for (const table of step.draft.tables.values()) {
    for (const column of [...table.columns.values()]) {
      if (column.type !== spelled && column.type !== `${spelled}[]`) continue;
      record(step, { type: 'drop', object: columnObject(table.name, column.name), implied: true });
      cascadeColumn(step, table.name, column.name);
      removeColumn(table, column.name);
    }
  }
};

/** CASCADE of a function: the triggers that run it. */
export const cascadeFunction = (step: Step, name: string): void => dropMatching(step, (routine) => routine.calls === name);

/** Triggers and policies of a table or view that is gone. */
export const removeOwned = (step: Step, relation: string): void => {
  for (const [key, routine] of [...step.draft.routines]) {
    if (routine.table === relation && (routine.kind === 'trigger' || routine.kind === 'policy')) step.draft.routines.delete(key);
  }
  for (const children of step.draft.children.values()) children.delete(relation);
};
