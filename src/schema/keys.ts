/**
 * Unique keys and indexes, and the foreign keys that stand on them. PostgreSQL chooses the oldest that fits when the foreign
 * key is made, and holds on to that one.
 */
import type { Draft } from './draft.ts';
import type { Constraint, Index, Table } from './types.ts';

const sameColumns = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((column) => other.includes(column));

/** The next number of a key, by age. */
export const nextAge = (draft: Draft): number => draft.catalogue.ages.next++;

const isUnique = (constraint: Constraint): boolean => constraint.kind === 'primary-key' || constraint.kind === 'unique';

/** Unique keys and whole unique indexes of exactly these columns, the oldest first. */
export const keysOf = (table: Table, columns: readonly string[]): readonly (Constraint | Index)[] => {
  const keys = [...table.constraints.values()].filter((key) => isUnique(key) && sameColumns(key.columns, columns));
  const indexes = [...table.indexes.values()].filter((index) => index.unique && !index.isPartial && sameColumns(index.columns, columns));
  return [...keys, ...indexes].sort((one, other) => (one.age ?? 0) - (other.age ?? 0));
};

/** Foreign keys to a key that has another name now. */
export const renameKeyUses = (draft: Draft, table: string, from: string, to: string): void => {
  for (const other of draft.tables.values()) {
    for (const [name, constraint] of other.constraints) {
      const { references } = constraint;
      if (references?.table === table && references.key === from)
        other.constraints.set(name, { ...constraint, references: { ...references, key: to } });
    }
  }
};
