/**
 * How a NOT NULL goes down to children. A child's own outlives its parent's; one that it has only from its parents goes with
 * theirs, as in PostgreSQL 18 (older ones drop it everywhere).
 */
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

/** Takes a parent's NOT NULL from the children that have it from nowhere else. */
export const takeNotNull = (step: PgStep, table: string, column: string): void => {
  for (const child of childrenOf(step, table)) {
    const known = child.columns.get(column);
    const isOwn = !step.draft.catalogue.inherited.has(`${child.name}.${column}`);
    if (!known || isOwn || parentsForbid(step, child.name, column)) continue;
    step.draft.catalogue.inherited.delete(`${child.name}.${column}`);
    child.columns.set(column, { ...known, nullable: true });
    takeNotNull(step, child.name, column);
  }
};
