/**
 * How a NOT NULL goes down to children. A child's own outlives its parent's; one that it has only from its parents goes with
 * theirs, as in PostgreSQL 18 (older ones drop it everywhere).
 */
import type { DraftTable } from '../draft.ts';
import { childrenOf, type PgStep } from '../step.ts';

/** A parent's NOT NULL on its children, and theirs. */
export const spreadNotNull = (step: PgStep, table: string, column: string): void => {
  for (const child of childrenOf(step, table)) {
    const known = child.columns.get(column);
    if (!known) continue;
    if (known.nullable) {
      child.columns.set(column, { ...known, nullable: false });
      step.draft.catalogue.inherited.add(`${child.name}.${column}`);
    }
    spreadNotNull(step, child.name, column);
  }
};

/** The table says it itself from now on. */
export const ownNotNull = (step: PgStep, table: string, column: string): void => {
  step.draft.catalogue.inherited.delete(`${table}.${column}`);
};

export const parentsForbid = (step: PgStep, table: string, column: string): boolean =>
  [...step.draft.children].some(
    ([parent, children]) => children.has(table) && step.draft.tables.get(parent)?.columns.get(column)?.nullable === false,
  );

/** Children that have a parent's NOT NULL from nowhere else. */
export const losingNotNull = (step: PgStep, table: string, column: string): readonly DraftTable[] =>
  childrenOf(step, table).filter(
    (child) =>
      child.columns.has(column) &&
      step.draft.catalogue.inherited.has(`${child.name}.${column}`) &&
      !othersForbid(step, table, child.name, column),
  );

const othersForbid = (step: PgStep, table: string, child: string, column: string): boolean =>
  [...step.draft.children].some(
    ([parent, children]) =>
      parent !== table && children.has(child) && step.draft.tables.get(parent)?.columns.get(column)?.nullable === false,
  );

/** Takes a parent's NOT NULL from the children that have it from nowhere else. */
export const takeNotNull = (step: PgStep, table: string, column: string): void => {
  for (const child of losingNotNull(step, table, column)) {
    const known = child.columns.get(column);
    step.draft.catalogue.inherited.delete(`${child.name}.${column}`);
    if (known) child.columns.set(column, { ...known, nullable: true });
    takeNotNull(step, child.name, column);
  }
};
