/** Tables below a table, by inheritance and partitions. */
import type { DraftTable } from '../draft.ts';
import { childrenOf, type PgStep } from '../step.ts';

/** Children, and theirs, each once. */
export const below = (step: PgStep, owner: string): readonly DraftTable[] => {
  const found = new Map<string, DraftTable>();
  const pending = [...childrenOf(step, owner)].reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (found.has(next.name) || next.name === owner) continue;
    found.set(next.name, next);
    pending.push(...childrenOf(step, next.name));
  }
  return [...found.values()];
};

export const familyOf = (step: PgStep, owner: string): readonly string[] => below(step, owner).map(({ name }) => name);

/** A column that comes from outside the family too keeps its name. */
export const hasOtherParent = (step: PgStep, child: string, column: string, family: ReadonlySet<string>): boolean =>
  [...step.draft.children].some(
    ([parent, children]) => children.has(child) && !family.has(parent) && step.draft.tables.get(parent)?.columns.has(column) === true,
  );
