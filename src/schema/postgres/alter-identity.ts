/** Identity: ADD, SET and DROP. Partitions share their parent's; other children have none of it. */
import { isTrue } from '../../parse/sql/ast.ts';
import { unqualify } from '../names.ts';
import { childrenOf, refuse } from '../step.ts';
import type { Column } from '../types.ts';
import { alterColumn, type Change, type Clause, isIdentityColumn } from './alter-column.ts';
import { isDoubtful } from './known.ts';
import { columnSequence } from './sequences.ts';

const refuseState = ({ step, table, name }: Clause, state: string): null => {
  refuse(step, `column "${name}" of relation "${unqualify(table.name).bare}" ${state}`, !isDoubtful(step, table.name));
  return null;
};

const NUMBERS: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint', 'unknown']);

/** Partitions of partitions too. */
const onPartitions = ({ step, table, name }: Clause, change: (column: Column) => Column): void => {
  const { partitions } = step.draft.catalogue;
  const pending = childrenOf(step, table.name).filter((child) => partitions.has(child.name));
  for (let child = pending.pop(); child; child = pending.pop()) {
    const known = child.columns.get(name);
    if (known) child.columns.set(name, change(known));
    pending.push(...childrenOf(step, child.name).filter((below) => partitions.has(below.name)));
  }
};

/** Identity changes one table, and its partitions. */
const alterIdentity =
  (what: string, change: Change, follow: (column: Column) => Column) =>
  (clause: Clause): void => {
    const { step, table } = clause;
    const isPart = step.draft.catalogue.partitions.has(table.name);
    if (isPart && refuse(step, `cannot ${what} a column of a partition`, !isDoubtful(step, table.name))) return;
    const before = table.columns.get(clause.name);
    alterColumn(change)({ ...clause, isAlone: true });
    if (table.columns.get(clause.name) !== before) onPartitions(clause, follow);
  };

const without = ({ needs: _, ...column }: Column): Column => column;
const withIdentity = (column: Column): Column => ({ ...without(column), nullable: false, default: 'generated as identity' });
const withoutDefault = (column: Column): Column => ({ ...without(column), default: null });

const add: Change = (clause, before) => {
  const { step, table, name } = clause;
  if (before.nullable && step.draft.tables.has(table.name))
    return refuseState(clause, 'must be declared NOT NULL before identity can be added');
  if (isIdentityColumn(before)) return refuseState(clause, 'is already an identity column');
  if (before.default !== null) return refuseState(clause, 'already has a default value');
  if (!NUMBERS.has(before.type)) {
    const isDomain = step.draft.catalogue.domains.has(before.type);
    if (refuse(step, 'identity column type must be smallint, integer, or bigint', !isDomain && !isDoubtful(step, table.name))) return null;
  }
  columnSequence(step, table.name, name, true);
  return withIdentity(before);
};

const drop: Change = (clause, before) => {
  const { step, table, name, body } = clause;
  if (!isIdentityColumn(before) && before.type !== 'unknown')
    return isTrue(body, 'missing_ok') ? null : refuseState(clause, 'is not an identity column');
  const { sequences } = step.draft.catalogue;
  for (const [key, { owner, isIdentity }] of sequences)
    if (isIdentity && owner?.table === table.name && owner.column === name) sequences.delete(key);
  return withoutDefault(before);
};

const change: Change = (clause, before) =>
  !isIdentityColumn(before) && before.type !== 'unknown' ? refuseState(clause, 'is not an identity column') : null;

export const addIdentity = alterIdentity('add identity to', add, withIdentity);
export const setIdentity = alterIdentity('change identity of', change, (column) => column);
export const dropIdentity = alterIdentity('drop identity from', drop, withoutDefault);
