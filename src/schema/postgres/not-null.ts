/** SET and DROP NOT NULL, and the scan that a validated CHECK saves. */
import type { DraftTable } from '../draft.ts';
import { unqualify } from '../names.ts';
import { act, columnObject, type PgStep, refuse } from '../step.ts';
import { alterColumn, type Clause, isIdentityColumn } from './alter-column.ts';
import { losingNotNull, ownNotNull, parentsForbid, spreadNotNull, takeNotNull } from './inherited.ts';
import { isDoubtful } from './known.ts';
import { checkedNotNull } from './safe-sql.ts';

/** A validated CHECK saves the scan. */
const isChecked = (table: DraftTable, column: string): boolean =>
  [...table.constraints.values()].some(
    (k) =>
      k.kind === 'check' &&
      k.validated &&
      k.columns.includes(column) &&
      new RegExp(`^\\(*"?${escaped(column)}"?\\)? is not null\\)*$`, 'i').test(k.expression ?? ''),
  );

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const set = alterColumn(({ step, table, name, isFromParent }, before) => {
  if (!before.nullable && isFromParent) return null;
  if (before.nullable && !isChecked(table, name))
    act(step, 'pg-set-not-null', table.name, { object: columnObject(table.name, name), instead: checkedNotNull(table.name, name) });
  if (isFromParent) step.draft.catalogue.inherited.add(`${table.name}.${name}`);
  else ownNotNull(step, table.name, name);
  return { ...before, nullable: false };
});

export const setNotNull = (clause: Clause): void => {
  set(clause);
  spreadNotNull(clause.step, clause.table.name, clause.name);
};

const isPrimary = (table: DraftTable, column: string): boolean =>
  [...table.constraints.values()].some((k) => k.kind === 'primary-key' && k.columns.includes(column));

/** Keys and identities are NOT NULL; so are those of the children that would follow. */
export const refuseNullable = (step: PgStep, table: DraftTable, column: string): boolean => {
  const isSure = !isDoubtful(step, table.name);
  if (isPrimary(table, column) && refuse(step, `column "${column}" is in a primary key`, isSure)) return true;
  const known = table.columns.get(column);
  const bare = unqualify(table.name).bare;
  if (known && isIdentityColumn(known) && refuse(step, `column "${column}" of relation "${bare}" is an identity column`, isSure))
    return true;
  return losingNotNull(step, table.name, column).some((child) => refuseNullable(step, child, column));
};

export const dropNotNull = (clause: Clause): void => {
  const { step, table, name } = clause;
  const before = table.columns.get(name);
  const isSure = !isDoubtful(step, table.name);
  if (refuseNullable(step, table, name)) return;
  if (before && !before.nullable && parentsForbid(step, table.name, name)) {
    if (refuse(step, `column "${name}" is marked NOT NULL in parent table`, isSure)) return;
  }
  for (const [key, k] of table.constraints) if (k.kind === 'not-null' && k.columns[0] === name) table.constraints.delete(key);
  drop({ ...clause, isAlone: true });
  takeNotNull(step, table.name, name);
};

const drop = alterColumn((_, before) => ({ ...before, nullable: true }));
