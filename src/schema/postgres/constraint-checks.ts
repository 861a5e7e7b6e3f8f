/** What PostgreSQL checks of a new constraint: its name, its columns, the key a foreign key stands on. */
import { type Body, childOf, textOf } from '../../parse/sql/ast.ts';
import { type DraftTable, isNameTaken, isRelationName, sibling } from '../draft.ts';
import { keysOf } from '../keys.ts';
import { unqualify } from '../names.ts';
import { expressionReferences } from '../references.ts';
import { type PgStep, refuse } from '../step.ts';
import type { Constraint } from '../types.ts';
import { below, familyOf } from './family.ts';
import { isDoubtful, refuseMissing, refuseUnknownColumns } from './known.ts';

const KEYS: ReadonlySet<Constraint['kind']> = new Set(['primary-key', 'unique', 'exclude']);

/** Types that compare with each other, roughly: what is beyond that is left to the database. */
const typeFamily = (type: string): string => {
  if (/^(?:smallint|integer|bigint|numeric|real|double precision)/.test(type)) return 'number';
  if (/^(?:text|character)/.test(type)) return 'text';
  if (/^(?:timestamp|date)/.test(type)) return 'time';
  return type;
};

const refuseName = (step: PgStep, table: DraftTable, definition: Body, { kind, name }: Constraint, isSure: boolean): boolean => {
  const bare = unqualify(table.name).bare;
  if (table.constraints.has(name)) {
    if (refuse(step, `constraint "${name}" for relation "${bare}" already exists`, isSure)) return true;
  }
  if (!KEYS.has(kind) || textOf(definition, 'indexname') === name) return false;
  const isTaken = isRelationName(step.draft, sibling(table.name, name)) || isNameTaken(step.draft, table, 'index')(name);
  return isTaken && refuse(step, `relation "${name}" already exists`, isSure);
};

const refuseColumns = (step: PgStep, table: DraftTable, definition: Body, constraint: Constraint, isSure: boolean): boolean => {
  const { kind, columns } = constraint;
  if (kind === 'check') {
    const options = { toUtf16: step.source.toUtf16, searchPath: step.session.path };
    return refuseUnknownColumns(step, expressionReferences([definition['raw_expr']], table.name, step.draft, options), isSure);
  }
  const missing = columns.find((column) => !table.columns.has(column));
  const isTwice = kind === 'not-null' && columns.some((column) => table.columns.get(column)?.nullable === false);
  // PostgreSQL 18 has a constraint for each NOT NULL already, under another name.
  if (isTwice) return refuse(step, `cannot create not-null constraint "${constraint.name}" on column "${columns[0]}"`, false);
  if (missing === undefined) return false;
  const reason =
    kind === 'foreign-key'
      ? `column "${missing}" referenced in foreign key constraint does not exist`
      : `column "${missing}" ${kind === 'not-null' ? `of relation "${table.name}" does not exist` : 'named in key does not exist'}`;
  return refuse(step, reason, isSure);
};

const refuseReference = (step: PgStep, table: DraftTable, constraint: Constraint): boolean => {
  const { references } = constraint;
  if (!references) return false;
  const target = references.table === table.name ? table : step.draft.tables.get(references.table);
  if (!target) {
    const isView = step.draft.routines.has(`view ${references.table}`) || step.draft.routines.has(`materialized-view ${references.table}`);
    return isView ? refuse(step, `referenced relation "${references.table}" is not a table`, true) : refuseMissing(step, references.table);
  }
  const isSure = !isDoubtful(step, references.table);
  const isBelow = step.draft.catalogue.partitions.has(target.name) && familyOf(step, table.name).includes(target.name);
  if (isBelow && refuse(step, `cannot ALTER TABLE "${target.name}" because it is being used by active queries in this session`, isSure))
    return true;
  const missing = references.columns.find((column) => !target.columns.has(column));
  if (missing !== undefined) return refuse(step, `column "${missing}" referenced in foreign key constraint does not exist`, isSure);
  if (references.columns.length === 0) return refuse(step, `there is no primary key for referenced table "${references.table}"`, isSure);
  return refuseKey(step, table, target, constraint, isSure);
};

const refuseKey = (
  step: PgStep,
  table: DraftTable,
  target: DraftTable,
  { columns, references, name }: Constraint,
  isSure: boolean,
): boolean => {
  const wanted = references?.columns ?? [];
  if (columns.length !== wanted.length)
    return refuse(step, 'number of referencing and referenced columns for foreign key disagree', isSure);
  if (keysOf(target, wanted).length === 0)
    return refuse(step, `there is no unique constraint matching given keys for referenced table "${target.name}"`, isSure);
  const types = columns.map((column, i) => [table.columns.get(column)?.type ?? '', target.columns.get(wanted[i] ?? '')?.type ?? '']);
  const differs = types.some(([own = '', other = '']) => own !== '' && other !== '' && typeFamily(own) !== typeFamily(other));
  return differs && refuse(step, `foreign key constraint "${name}" cannot be implemented`, false);
};

const refuseAdopted = (step: PgStep, table: DraftTable, index: string, isSure: boolean): boolean => {
  const known = table.indexes.get(index);
  if (!known) return refuse(step, `index "${index}" does not exist`, step.draft.dropped.has(`index ${table.name}.${index}`) && isSure);
  if (!known.unique) return refuse(step, `"${index}" is not a unique index`, isSure);
  return known.isPartial === true && refuse(step, `"${index}" is a partial index`, false);
};

/** Whether a new constraint is certainly refused. A table that the history does not know refuses nothing. */
export const refuseConstraint = (
  step: PgStep,
  table: DraftTable,
  definition: Body,
  constraint: Constraint,
  isNewTable = false,
): boolean => {
  if (!isNewTable && !step.draft.tables.has(table.name)) return false;
  const isSure = isNewTable || !isDoubtful(step, table.name);
  const index = textOf(definition, 'indexname');
  const isParted = step.draft.catalogue.partitioned.has(table.name);
  if (index !== null && isParted && refuse(step, 'ADD CONSTRAINT USING INDEX is not supported on partitioned tables', isSure)) return true;
  if (index !== null && refuseAdopted(step, table, index, isSure)) return true;
  if (constraint.kind === 'primary-key' && [...table.constraints.values()].some((k) => k.kind === 'primary-key')) {
    if (refuse(step, `multiple primary keys for table "${unqualify(table.name).bare}" are not allowed`, isSure)) return true;
  }
  if (constraint.kind === 'primary-key' && !isNewTable) {
    const { partitions } = step.draft.catalogue;
    const other = below(step, table.name).find(
      (child) =>
        partitions.has(child.name) &&
        [...child.constraints.values()].some((k) => k.kind === 'primary-key' && k.columns.join() !== constraint.columns.join()),
    );
    if (other && refuse(step, `multiple primary keys for table "${other.name}" are not allowed`, isSure)) return true;
  }
  if (refuseName(step, table, definition, constraint, isSure)) return true;
  if (refuseColumns(step, table, definition, constraint, isSure)) return true;
  const key = step.draft.catalogue.partitioned.get(table.name);
  if (key && constraint.isLocal && refuse(step, `cannot add NO INHERIT constraint to partitioned table "${table.name}"`, isSure))
    return true;
  const isShort =
    key !== undefined &&
    (constraint.kind === 'primary-key' || constraint.kind === 'unique') &&
    key.some((column) => !constraint.columns.includes(column));
  if (isShort && refuse(step, 'unique constraint on partitioned table must include all partitioning columns', isSure)) return true;
  return childOf(definition, 'pktable') !== null && refuseReference(step, table, constraint);
};
