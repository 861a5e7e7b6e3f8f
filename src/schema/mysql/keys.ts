/**
 * Keys of a table: adding them with the names and indexes MySQL makes on its own, and dropping them with what stands in the way.
 * Invariants: what cannot be done is returned as MySQL's message and changes nothing.
 */
import { type DraftTable, renameKey } from '../draft.ts';
import type { Constraint, Index } from '../types.ts';
import type { KeyDefinition } from './definitions.ts';
import { columnIn, type MyStep, nameIn, sameName } from './session.ts';

/** MySQL's message; null: done. */
export type Problem = string | null;

const isIndexed = (constraint: Constraint): boolean => constraint.kind === 'primary-key' || constraint.kind === 'unique';

/** Everything that is an index: keys and plain indexes, with their columns in order. */
export const indexesOf = (table: DraftTable): readonly (Index & { readonly key: string; readonly constraint: boolean })[] => [
  ...[...table.constraints]
    .filter(([, constraint]) => isIndexed(constraint))
    .map(([key, { name, columns }]) => ({ key, name, columns, unique: true, constraint: true, isImplied: false })),
  ...[...table.indexes].map(([key, index]) => ({ ...index, key, constraint: false })),
];

const findIndex = (table: DraftTable, name: string) => indexesOf(table).find((index) => sameName(index.name, name));

export const findConstraint = (table: DraftTable, name: string, kinds: readonly Constraint['kind'][]): string | null => {
  for (const [key, constraint] of table.constraints) {
    if (sameName(constraint.name, name) && kinds.includes(constraint.kind)) return key;
  }
  return null;
};

/** The first column's name, then `name_2`, `name_3`, …. */
const indexName = (table: DraftTable, first: string): string => {
  const isTaken = (name: string): boolean => findIndex(table, name) !== undefined;
  if (!isTaken(first) && !sameName(first, 'PRIMARY')) return first;
  for (let n = 2; ; n++) if (!isTaken(`${first}_${n}`)) return `${first}_${n}`;
};

/** `table_ibfk_1`: one more than the highest the table has. */
const numberedName = (table: DraftTable, label: 'ibfk' | 'chk', kind: Constraint['kind']): string => {
  const bare = table.name.slice(table.name.indexOf('.') + 1);
  let highest = 0;
  for (const constraint of table.constraints.values()) {
    if (constraint.kind !== kind || !constraint.name.startsWith(`${bare}_${label}_`)) continue;
    highest = Math.max(highest, Number(constraint.name.slice(bare.length + label.length + 2)) || 0);
  }
  return `${bare}_${label}_${highest + 1}`;
};

/** Unique keys share their names with indexes, foreign keys and checks do not: the map keeps both. */
const putConstraint = (table: DraftTable, constraint: Constraint): void => {
  const key = table.constraints.has(constraint.name) ? `${constraint.name}\0${constraint.kind}` : constraint.name;
  table.constraints.set(key, constraint);
};

const startsWith = (columns: readonly string[], first: readonly string[]): boolean =>
  first.length <= columns.length && first.every((name, i) => sameName(name, columns[i] ?? ''));

/** An index made for a foreign key goes when another one serves. */
const dropImplied = (table: DraftTable, columns: readonly string[], except: string): void => {
  for (const [key, index] of table.indexes) {
    if (index.isImplied && key !== except && startsWith(columns, index.columns)) table.indexes.delete(key);
  }
};

interface Added {
  readonly problem: Problem;
  readonly constraint?: Constraint;
  readonly index?: Index;
}

const addIndex = (table: DraftTable, key: KeyDefinition, columns: readonly string[]): Added => {
  const unique = key.kind === 'unique' || key.kind === 'primary-key';
  if (key.kind === 'primary-key' && findConstraint(table, 'PRIMARY', ['primary-key']) !== null)
    return { problem: 'Multiple primary key defined' };
  const name = key.name ?? indexName(table, key.isFunctional ? 'functional_index' : (columns[0] ?? ''));
  if (findIndex(table, name)) return { problem: `Duplicate key name '${name}'` };
  if (!key.isFunctional && key.kind !== 'fulltext' && key.kind !== 'spatial') dropImplied(table, columns, name);
  if (!unique) {
    const index: Index = { name, unique: false, columns, ...(key.isFunctional ? { isPartial: true } : {}) };
    table.indexes.set(name, index);
    return { problem: null, index };
  }
  const constraint: Constraint = { name, kind: key.kind, columns, references: null, validated: true } as Constraint;
  putConstraint(table, constraint);
  if (key.kind === 'primary-key') {
    for (const column of columns) {
      const own = table.columns.get(column);
      if (own?.nullable) table.columns.set(column, { ...own, nullable: false });
    }
  }
  return { problem: null, constraint };
};

const addForeignKey = (step: MyStep, table: DraftTable, key: KeyDefinition, columns: readonly string[], known: boolean): Added => {
  if (!key.references) return { problem: null };
  const target = nameIn(step, key.references.table);
  const name = key.name ?? numberedName(table, 'ibfk', 'foreign-key');
  const database = table.name.slice(0, table.name.indexOf('.') + 1);
  const siblings = [table, ...step.draft.tables.values()].filter((other) => other.name.slice(0, other.name.indexOf('.') + 1) === database);
  if (siblings.some((other) => findConstraint(other, name, ['foreign-key']) !== null))
    return { problem: `Duplicate foreign key constraint name '${name}'` };
  const parent = target === table.name ? table : step.draft.tables.get(target);
  const wanted = key.references.columns.map((column) => (parent ? (columnIn(parent, column) ?? column) : column));
  if (parent && known && step.connection.checksForeignKeys) {
    const missing = wanted.find((column) => columnIn(parent, column) === null);
    if (missing !== undefined)
      return {
        problem: `Failed to add the foreign key constraint. Missing column '${missing}' for constraint '${name}' in the referenced table '${target}'`,
      };
    if (!indexesOf(parent).some((index) => startsWith(index.columns, wanted)))
      return {
        problem: `Failed to add the foreign key constraint. Missing index for constraint '${name}' in the referenced table '${target}'`,
      };
    const differs = columns.find(
      (column, i) =>
        table.columns.get(column)?.type.replace(/\(.*\)/, '') !== parent.columns.get(wanted[i] ?? '')?.type.replace(/\(.*\)/, ''),
    );
    if (differs !== undefined)
      return { problem: `Referencing column '${differs}' and referenced column in foreign key constraint '${name}' are incompatible.` };
  }
  // An index that was made for another foreign key on the same columns gives way to this one's.
  const serving = indexesOf(table).filter((index) => startsWith(index.columns, columns));
  if (serving.every((index) => index.isImplied && index.columns.length === columns.length)) {
    for (const index of serving) table.indexes.delete(index.key);
    const own = key.name ?? key.indexName ?? indexName(table, columns[0] ?? '');
    const free = findIndex(table, own) ? indexName(table, own) : own;
    table.indexes.set(free, { name: free, unique: false, columns, isImplied: true });
  }
  const constraint: Constraint = {
    name,
    kind: 'foreign-key',
    columns,
    references: { table: target, columns: wanted },
    validated: step.connection.checksForeignKeys,
  };
  putConstraint(table, constraint);
  return { problem: null, constraint };
};

const addCheck = (table: DraftTable, key: KeyDefinition, columns: readonly string[]): Added => {
  const name = key.name ?? numberedName(table, 'chk', 'check');
  if (findConstraint(table, name, ['check']) !== null) return { problem: `Duplicate check constraint name '${name}'.` };
  const { expression, allowed } = key;
  const constraint: Constraint = {
    name,
    kind: 'check',
    columns,
    references: null,
    validated: key.isEnforced,
    ...(expression === undefined ? {} : { expression }),
    ...(allowed === undefined ? {} : { allowed: { ...allowed, column: columns[0] ?? allowed.column } }),
  };
  putConstraint(table, constraint);
  return { problem: null, constraint };
};

/** Adds a key to a table; `known`: the table's columns are. */
export const addKey = (step: MyStep, table: DraftTable, key: KeyDefinition, known: boolean): Added => {
  const missing = known ? key.columns.find((column) => columnIn(table, column) === null) : undefined;
  if (missing !== undefined) {
    return { problem: key.kind === 'check' ? `Unknown column '${missing}' in 'CHECK'` : `Key column '${missing}' doesn't exist in table` };
  }
  const columns = key.columns.map((column) => columnIn(table, column) ?? column);
  if (key.kind === 'check') return addCheck(table, key, columns);
  if (new Set(columns).size < columns.length && !key.isFunctional) return { problem: `Duplicate column name '${columns[0]}'` };
  return key.kind === 'foreign-key' ? addForeignKey(step, table, key, columns, known) : addIndex(table, key, columns);
};

/** Foreign keys of this table, and those of others that lead to it, need an index each: the first that has none. */
export const neededBy = (step: MyStep, table: DraftTable): string | null => {
  const rest = indexesOf(table);
  const serves = (columns: readonly string[]): boolean => rest.some((index) => startsWith(index.columns, columns));
  for (const other of [...step.draft.tables.values()].filter((one) => one.name !== table.name).concat(table)) {
    for (const { kind, columns, references, name } of other.constraints.values()) {
      if (kind !== 'foreign-key') continue;
      if (other === table && !serves(columns)) return name;
      if (references?.table === table.name && !serves(references.columns)) return name;
    }
  }
  return null;
};

/** Drops an index or key by name; what it was, or MySQL's message. */
export const dropIndex = (table: DraftTable, name: string): { readonly problem: Problem; readonly constraint: boolean } => {
  const index = findIndex(table, name);
  if (!index) return { problem: `Can't DROP '${name}'; check that column/key exists`, constraint: false };
  if (index.constraint) table.constraints.delete(index.key);
  else table.indexes.delete(index.key);
  return { problem: null, constraint: index.constraint };
};

/** RENAME INDEX; a unique key is a constraint of that name. */
export const renameIndex = (table: DraftTable, from: string, to: string): { readonly problem: Problem; readonly constraint: boolean } => {
  const index = findIndex(table, from);
  if (!index) return { problem: `Key '${from}' doesn't exist in table '${table.name}'`, constraint: false };
  if (findIndex(table, to) && !sameName(from, to)) return { problem: `Duplicate key name '${to}'`, constraint: false };
  if (index.constraint) renameKey(table.constraints, index.key, to, (old) => ({ ...old, name: to }));
  else renameKey(table.indexes, index.key, to, ({ isImplied: _, ...old }) => ({ ...old, name: to }));
  return { problem: null, constraint: index.constraint };
};
