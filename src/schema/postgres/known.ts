/**
 * What PostgreSQL checks before it does anything: whether names exist, are free, and may go. Each check records a refusal
 * and says whether the statement is certainly refused, so that it is not to be applied.
 * Invariant: certain is only what follows from objects that the history itself created or dropped.
 */
import { cascade } from '../cascade.ts';
import { type Dependent, dependentsOf, isAmong, type Target } from '../dependents.ts';
import { type DraftTable, emptyTable, isNameTaken, isRelationName } from '../draft.ts';
import { unqualify } from '../names.ts';
import type { Reference } from '../reference-types.ts';
import { type PgStep, refuse, relationExists } from '../step.ts';
import { objectKey } from '../types.ts';

/** Whether what the history says about a name may not be all. */
export const isDoubtful = (step: PgStep, name: string): boolean => {
  const { doubtful } = step.draft.catalogue;
  return doubtful.has('*') || doubtful.has(unqualify(name).bare);
};

const LIKE_TABLE = ['table', 'view', 'materialized-view', 'sequence'];

/** A relation that has to be there. */
export const refuseMissing = (step: PgStep, name: string): boolean => {
  if (relationExists(step, name) || step.draft.catalogue.sequences.has(name)) return false;
  const wasThere = LIKE_TABLE.some((kind) => step.draft.dropped.has(`${kind} ${name}`));
  return refuse(step, `relation "${name}" does not exist`, wasThere && !isDoubtful(step, name));
};

/** A relation's name that has to be free. */
export const refuseTaken = (step: PgStep, name: string): boolean => {
  const isTaken = isRelationName(step.draft, name) || isNameTaken(step.draft, emptyTable(name), 'index')(unqualify(name).bare);
  return isTaken && refuse(step, `relation "${unqualify(name).bare}" already exists`, !isDoubtful(step, name));
};

/** A type's name that has to be free: tables and views are types too. */
export const refuseTypeTaken = (step: PgStep, name: string): boolean => {
  const { enums, otherTypes, tables, routines } = step.draft;
  const isTaken =
    enums.has(name) ||
    otherTypes.has(name) ||
    tables.has(name) ||
    routines.has(`view ${name}`) ||
    routines.has(`materialized-view ${name}`);
  return isTaken && refuse(step, `type "${unqualify(name).bare}" already exists`, !isDoubtful(step, name));
};

export const refuseNoColumn = (step: PgStep, table: DraftTable, column: string): boolean => {
  if (table.columns.has(column) || !step.draft.tables.has(table.name)) return false;
  return refuse(step, `column "${column}" of relation "${unqualify(table.name).bare}" does not exist`, !isDoubtful(step, table.name));
};

export const refuseColumnTaken = (step: PgStep, table: DraftTable, column: string): boolean =>
  table.columns.has(column) &&
  refuse(step, `column "${column}" of relation "${unqualify(table.name).bare}" already exists`, !isDoubtful(step, table.name));

/** A column that came from a parent and cannot be changed on its own. */
export const isInherited = (step: PgStep, table: string, column: string): boolean =>
  [...step.draft.children].some(([parent, children]) => children.has(table) && step.draft.tables.get(parent)?.columns.has(column) === true);

const viewColumns = (step: PgStep, name: string): { readonly columns: ReadonlySet<string> } | undefined => {
  const view = step.draft.routines.get(`view ${name}`) ?? step.draft.routines.get(`materialized-view ${name}`);
  return view && view.columns.length > 0 ? { columns: new Set(view.columns) } : undefined;
};

/** Columns that an expression or query names and that are not there. */
export const refuseUnknownColumns = (step: PgStep, used: readonly Reference[], isCertain = false): boolean => {
  for (const { table, column } of used) {
    const known = step.draft.tables.get(table) ?? viewColumns(step, table);
    if (!known && column === null && refuseMissing(step, table)) return true;
    if (column === null || !known || known.columns.has(column)) continue;
    if (refuse(step, `column "${column}" does not exist`, isCertain && !isDoubtful(step, table))) return true;
  }
  return false;
};

const labelOf = (target: Target): string => {
  if (target.kind === 'column') return `column ${target.name} of table ${target.table}`;
  if (target.kind === 'key') return `constraint ${target.name} on table ${target.table}`;
  return target.kind === 'need' ? target.key : `table ${target.name}`;
};

const isSure = (step: PgStep, found: Dependent): boolean => {
  if ('table' in found) return !isDoubtful(step, found.table);
  return (
    found.kind !== 'routine' ||
    (!isDoubtful(step, found.routine.name) && (found.routine.table === null || !isDoubtful(step, found.routine.table)))
  );
};

/** Without CASCADE, dependents refuse the drop; with it, they go along. */
export const takeOrRefuse = (step: PgStep, target: Target, isCascade: boolean, among: ReadonlySet<string> = new Set()): boolean => {
  if (isCascade) {
    cascade(step, target);
    return false;
  }
  const found = dependentsOf(step.draft, target).filter((dependent) => !isAmong(dependent, among));
  const sure = found.filter((dependent) => isSure(step, dependent));
  return found.length > 0 && refuse(step, `cannot drop ${labelOf(target)} because other objects depend on it`, sure.length > 0);
};

/** Whether the history dropped an object and did not make it again. */
export const wasDropped = (step: PgStep, object: Parameters<typeof objectKey>[0]): boolean => step.draft.dropped.has(objectKey(object));
