/** RENAME TABLE, of several tables one after the other, so that names can be swapped. */
import { kid, kids, type Tree } from '../../parse/sql/mysql/tree.ts';
import { renameKey, renameRelation } from '../draft.ts';
import { act, record, refuse, relationExists, tableObject } from '../step.ts';
import type { Constraint } from '../types.ts';
import { type MyStep, nameIn } from './session.ts';
import { respellUses } from './spelling.ts';

/** Names MySQL made from the table's follow it. */
const followNames = (step: MyStep, from: string, to: string): void => {
  const table = step.draft.tables.get(to);
  if (!table) return;
  const rename = (constraint: Constraint): Constraint => {
    for (const label of ['_ibfk_', '_chk_']) {
      if (constraint.name.startsWith(`${from}${label}`)) return { ...constraint, name: to + constraint.name.slice(from.length) };
    }
    return constraint;
  };
  const constraints = [...table.constraints].map(([key, constraint]) => [key, constraint, rename(constraint)] as const);
  table.constraints.clear();
  for (const [key, old, fresh] of constraints) table.constraints.set(key === old.name ? fresh.name : key, fresh);
};

const renameOne = (step: MyStep, from: string, to: string): void => {
  const isView = step.draft.routines.has(`view ${from}`);
  record(step, { type: 'rename', object: isView ? { kind: 'view', table: null, name: from } : tableObject(from), to });
  renameRelation(step.draft, from, to);
  followNames(step, from, to);
  respellUses(step.draft, to);
  if (isView) renameKey(step.draft.routines, `view ${from}`, `view ${to}`, (view) => ({ ...view, name: to }));
};

/** Renames tables and views in order; a target that is taken refuses all of it. */
export const renameRelations = (step: MyStep, pairs: readonly (readonly [string, string])[]): void => {
  const names = new Map<string, boolean>();
  const exists = (name: string): boolean => names.get(name) ?? relationExists(step, name);
  for (const [from, to] of pairs) {
    if (exists(to)) {
      refuse(step, `Table '${to}' already exists`, true);
      return;
    }
    if (!exists(from)) {
      const isGone = step.draft.dropped.has(`table ${from}`) || names.has(from);
      refuse(step, `Table '${from}' doesn't exist`, isGone);
      if (isGone) return;
    }
    names.set(from, false);
    names.set(to, true);
  }
  for (const [from, to] of pairs) {
    act(step, 'rename-table', from);
    renameOne(step, from, to);
  }
};

export const renameTables = (step: MyStep, tree: Tree): void => {
  const pairs = kids(tree, 'renameTableClause').map(
    (clause) => [nameIn(step, kid(clause, 'tableName')), nameIn(step, kid(clause, 'tableNameCreate'))] as const,
  );
  const own = pairs.filter(([from, to]) => {
    if (!step.session.temporary.delete(from)) return true;
    step.session.temporary.add(to);
    return false;
  });
  renameRelations(step, own);
};
