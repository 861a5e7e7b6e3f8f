/** The clauses of ALTER TABLE that are about columns. */
import { has, kid, kids, nameOf, sourceOf, type Tree } from '../../parse/sql/mysql/tree.ts';
import { renameKey } from '../draft.ts';
import { columnObject } from '../step.ts';
import type { Column, Constraint } from '../types.ts';
import type { Alteration, Clause } from './alter.ts';
import { type ColumnDefinition, columnFrom } from './definitions.ts';
import { type DraftTable, moveColumn } from './draft-table.ts';
import { addedColumnHazard, changedColumnHazard, droppedColumnHazard } from './hazard-of.ts';
import { columnIn, sameName } from './session.ts';
import { respellUses } from './spelling.ts';

/** FIRST and AFTER, in the order of the clauses, once all columns are there. */
export const placeColumns = (change: Alteration): void => {
  for (const { clause, name } of [...change.places].sort((a, b) => a.clause.tree.start - b.clause.tree.start)) {
    if (clause.has('FIRST')) moveColumn(change.table, name, null);
    if (!clause.has('AFTER')) continue;
    const after = nameOf(kids(clause.tree, 'columnName').at(-1) ?? null);
    const known = columnIn(change.table, after);
    if (known !== null && known !== name) moveColumn(change.table, name, known);
    else if (change.isKnown) change.problem(clause, `Unknown column '${after}' in '${change.table.name}'`);
  }
};

const addOne = (change: Alteration, clause: Clause, name: string, tree: Tree): void => {
  const definition = columnFrom(name, tree);
  if (columnIn(change.table, name) !== null) {
    if (!clause.isConditional) change.problem(clause, `Duplicate column name '${name}'`);
    return;
  }
  change.table.columns.set(name, definition.column);
  change.made.push(definition);
  change.record(clause, { type: 'create', object: columnObject(change.table.name, name), column: definition.column });
  change.act(clause, addedColumnHazard(definition), columnObject(change.table.name, name));
  for (const key of definition.keys) change.later(clause, key);
  change.places.push({ clause, name });
  change.after.push(() => respellUses(change.step.draft, change.table.name));
};

/** ADD a …, ADD (a …, b …). */
export const addColumns = (change: Alteration, clause: Clause): void => {
  const definitions = kids(clause.tree, 'columnDefinition');
  const names = kids(clause.tree, 'columnName');
  definitions.forEach((definition, i) => {
    addOne(change, clause, nameOf(names[i] ?? null), definition);
  });
};

/** Foreign keys at either end, checks and generated columns that hold on to a column. */
const holderOf = (change: Alteration, name: string): string | null => {
  for (const { kind, columns, name: constraint } of change.table.constraints.values()) {
    if (kind === 'foreign-key' && columns.includes(name))
      return `Cannot drop column '${name}': needed in a foreign key constraint '${constraint}'`;
    if (kind === 'check' && columns.includes(name) && columns.length > 1)
      return `Check constraint '${constraint}' uses column '${name}', hence column cannot be dropped or renamed.`;
  }
  for (const other of change.step.draft.tables.values()) {
    for (const { references, name: constraint } of other.constraints.values()) {
      if (references?.table === change.table.name && references.columns.includes(name))
        return `Cannot drop column '${name}': needed in a foreign key constraint '${constraint}' of table '${other.name}'`;
    }
  }
  return generatedFrom(change, name);
};

const generatedFrom = (change: Alteration, name: string): string | null => {
  const pattern = new RegExp(`(?<![\\w$])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w$(])`, 'i');
  for (const column of change.table.columns.values()) {
    if (column.generated && column.default !== null && pattern.test(column.default.replace(/'(?:[^'\\]|\\.)*'/g, "''")))
      return `Column '${name}' has a generated column dependency.`;
  }
  return null;
};

/** The column leaves indexes and keys; those left without one go. */
const leaveKeys = (table: DraftTable, name: string): void => {
  const without = (columns: readonly string[]): readonly string[] => columns.filter((column) => column !== name);
  for (const [key, index] of [...table.indexes]) {
    if (!index.columns.includes(name)) continue;
    if (without(index.columns).length === 0) table.indexes.delete(key);
    else table.indexes.set(key, { ...index, columns: without(index.columns) });
  }
  for (const [key, constraint] of [...table.constraints]) {
    if (!constraint.columns.includes(name)) continue;
    if (constraint.kind === 'check' || without(constraint.columns).length === 0) table.constraints.delete(key);
    else table.constraints.set(key, { ...constraint, columns: without(constraint.columns) });
  }
};

export const dropColumn = (change: Alteration, clause: Clause): void => {
  const written = nameOf(kid(clause.tree, 'columnName'));
  const name = columnIn(change.table, written);
  if (name === null && clause.isConditional) return;
  if (name === null && change.isKnown) {
    change.problem(clause, `Can't DROP '${written}'; check that column/key exists`);
    return;
  }
  const own = name ?? written;
  const dropped = change.table.columns.get(own);
  change.table.columns.delete(own);
  const holder = holderOf(change, own);
  if (holder !== null && dropped) change.problem(clause, holder);
  leaveKeys(change.table, own);
  change.record(clause, { type: 'drop', object: columnObject(change.table.name, own), implied: false });
  change.act(clause, droppedColumnHazard(dropped), columnObject(change.table.name, own));
};

const replaceIn = (names: readonly string[], from: string, to: string): readonly string[] =>
  names.map((name) => (name === from ? to : name));

/** Carries a new name through the table; other tables' foreign keys follow when the statement is done. */
const renameIn = (change: Alteration, from: string, to: string): void => {
  const { table } = change;
  renameKey(table.columns, from, to, (column) => ({ ...column, name: to }));
  for (const [key, index] of table.indexes) table.indexes.set(key, { ...index, columns: replaceIn(index.columns, from, to) });
  const follow = (constraint: Constraint): Constraint => ({
    ...constraint,
    columns: replaceIn(constraint.columns, from, to),
    references:
      constraint.references?.table === table.name
        ? { ...constraint.references, columns: replaceIn(constraint.references.columns, from, to) }
        : constraint.references,
  });
  for (const [key, constraint] of table.constraints) table.constraints.set(key, follow(constraint));
  change.after.push(() => {
    for (const other of change.step.draft.tables.values()) {
      if (other === table) continue;
      for (const [key, constraint] of other.constraints) {
        if (constraint.references?.table !== table.name) continue;
        const references = { ...constraint.references, columns: replaceIn(constraint.references.columns, from, to) };
        other.constraints.set(key, { ...constraint, references });
      }
    }
  });
};

const renameProblem = (change: Alteration, from: string): string | null => {
  for (const { kind, columns, name } of change.table.constraints.values()) {
    if (kind === 'check' && columns.includes(from))
      return `Check constraint '${name}' uses column '${from}', hence column cannot be dropped or renamed.`;
  }
  return generatedFrom(change, from);
};

/** Records and carries out a new name; null where the column is not there. */
const rename = (change: Alteration, clause: Clause, written: string, to: string): string | null => {
  const from = columnIn(change.table, written);
  if (from === null && change.isKnown) {
    if (!clause.isConditional) change.problem(clause, `Unknown column '${written}' in '${change.table.name}'`);
    return null;
  }
  const own = from ?? written;
  // Names mean the same in any case: the first spelling stays, so that what uses it is found.
  if (sameName(own, to)) return own;
  const taken = columnIn(change.table, to);
  if (taken !== null) change.problem(clause, `Duplicate column name '${to}'`);
  const problem = renameProblem(change, own);
  if (problem !== null) change.problem(clause, problem);
  change.record(clause, { type: 'rename', object: columnObject(change.table.name, own), to });
  if (from !== null) renameIn(change, own, to);
  return to;
};

/** All RENAME COLUMN clauses at once: they may swap names. */
export const renameColumns = (change: Alteration, clauses: readonly Clause[]): void => {
  const pairs = clauses.map((clause, i) => ({
    clause,
    from: nameOf(kid(clause.tree, 'columnName')),
    to: nameOf(kid(clause.tree, 'columnNameCreate')),
    parked: `\0${i}`,
  }));
  const twice = pairs.find(({ from }, i) => pairs.slice(0, i).some((earlier) => sameName(earlier.from, from)));
  if (twice) change.problem(twice.clause, `Unknown column '${twice.from}' in '${change.table.name}'`);
  const isSwap = pairs.length > 1 && pairs.some(({ to }) => pairs.some((other) => sameName(other.from, to) && !sameName(other.to, to)));
  if (!isSwap) {
    for (const { clause, from, to } of pairs) {
      const done = rename(change, clause, from, to);
      if (done !== null && clause.tree.kids[0]?.word === 'RENAME') change.act(clause, 'rename-column', columnObject(change.table.name, to));
    }
    return;
  }
  for (const pair of pairs) {
    const from = columnIn(change.table, pair.from);
    if (from === null && change.isKnown) change.problem(pair.clause, `Unknown column '${pair.from}' in '${change.table.name}'`);
    const problem = from === null ? null : renameProblem(change, from);
    if (problem !== null) change.problem(pair.clause, problem);
    if (from !== null) renameIn(change, from, pair.parked);
  }
  for (const { clause, from, to, parked } of pairs) {
    if (!change.table.columns.has(parked)) continue;
    if (columnIn(change.table, to) !== null) change.problem(clause, `Duplicate column name '${to}'`);
    change.record(clause, { type: 'rename', object: columnObject(change.table.name, from), to });
    if (clause.tree.kids[0]?.word === 'RENAME') change.act(clause, 'rename-column', columnObject(change.table.name, to));
    renameIn(change, parked, to);
  }
};

/** The foreign key that forbids another type, at either end. */
const foreignUserOf = ({ step, table }: Alteration, before: Column, after: Column): string | null => {
  const hazard = changedColumnHazard(before, { ...after, nullable: before.nullable }, false);
  if (!step.connection.checksForeignKeys || !/^(?:change-type|extend-varchar-past-255)$/.test(hazard)) return null;
  for (const other of [table, ...step.draft.tables.values()]) {
    for (const { kind, columns, references, name } of other.constraints.values()) {
      if (kind !== 'foreign-key') continue;
      if (other === table && columns.includes(after.name)) return name;
      if (references?.table === table.name && references.columns.includes(after.name)) return name;
    }
  }
  return null;
};

const redefine = (change: Alteration, clause: Clause, name: string, definition: ColumnDefinition): void => {
  const before = change.table.columns.get(name) ?? null;
  if (change.places.some((place) => place.name === name && /^(?:MODIFY|CHANGE)$/.test(place.clause.tree.kids[0]?.word ?? '')))
    change.problem(clause, `Unknown column '${name}' in '${change.table.name}'`);
  const isKey = [...change.table.constraints.values()].some((key) => key.kind === 'primary-key' && key.columns.includes(name));
  if (isKey && definition.isExplicitlyNull)
    change.problem(clause, 'All parts of a PRIMARY KEY must be NOT NULL; if you need NULL in a key, use UNIQUE instead');
  const after: Column = { ...definition.column, name, nullable: definition.column.nullable && !isKey };
  const user = before ? foreignUserOf(change, before, after) : null;
  if (user !== null) change.problem(clause, `Cannot change column '${name}': used in a foreign key constraint '${user}'`);
  change.table.columns.set(name, after);
  change.made.push({ ...definition, column: after });
  const isSame = before !== null && JSON.stringify(before) === JSON.stringify(after);
  if (!isSame) change.record(clause, { type: 'alter-column', object: columnObject(change.table.name, name), before, after });
  const isMoved = clause.has('FIRST') || clause.has('AFTER');
  change.act(clause, changedColumnHazard(before, after, isMoved), columnObject(change.table.name, name));
  for (const key of definition.keys) change.later(clause, key);
  change.places.push({ clause, name });
};

/** MODIFY a …, CHANGE a b …: the whole definition is replaced, and what it leaves out is gone. */
export const changeColumn = (change: Alteration, clause: Clause): void => {
  const written = nameOf(kid(clause.tree, 'columnName'));
  const definition = kid(clause.tree, 'columnDefinition');
  const created = kid(clause.tree, 'columnNameCreate');
  if (!definition) return;
  const found = columnIn(change.table, written);
  const after = created ? nameOf(created) : written;
  const name = created ? columnIn(change.table, after) : found;
  if (name === null && !change.isKnown) redefine(change, clause, after, columnFrom(after, definition));
  if (name === null) {
    if (change.isKnown && !created && !clause.isConditional)
      change.problem(clause, `Unknown column '${written}' in '${change.table.name}'`);
    return;
  }
  redefine(change, clause, name, columnFrom(name, definition));
};

/** ALTER a SET DEFAULT, DROP DEFAULT. */
export const changeDefault = (change: Alteration, clause: Clause): void => {
  const written = nameOf(kid(clause.tree, 'columnName'));
  const name = columnIn(change.table, written);
  if (name === null && change.isKnown) {
    change.problem(clause, `Unknown column '${written}' in '${change.table.name}'`);
    return;
  }
  const value = kid(clause.tree, 'defaultValue');
  if (!value && !clause.has('DEFAULT')) return;
  const own = name ?? written;
  const before = change.table.columns.get(own) ?? null;
  const text = value && has(clause.tree, 'SET') ? sourceOf(value) : null;
  const isNull = text === null || text.toUpperCase() === 'NULL';
  const after: Column = { ...(before ?? { name: own, type: 'unknown', nullable: true, generated: false }), default: isNull ? null : text };
  change.table.columns.set(own, after);
  change.record(clause, { type: 'alter-column', object: columnObject(change.table.name, own), before, after });
  change.act(clause, 'set-default', columnObject(change.table.name, own));
};
