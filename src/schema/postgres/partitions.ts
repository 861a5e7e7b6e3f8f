/** Partitions and inheritance: what a child gets from its parent when it comes and keeps when it goes. */
import { type Body, childOf, nodeOf, textOf } from '../../parse/sql/ast.ts';
import { chooseName, type DraftTable, isNameTaken } from '../draft.ts';
import { nextAge } from '../keys.ts';
import { act, childrenOf, type PgStep, refuse, relationOf } from '../step.ts';
import type { Column, Constraint, Index } from '../types.ts';
import type { Clause } from './alter-column.ts';
import { boundConditions, isProven } from './attach.ts';
import { familyOf } from './family.ts';
import { spreadNotNull } from './inherited.ts';
import { isDoubtful, refuseMissing } from './known.ts';
import { detachConcurrently, provenAttach } from './safe-sql.ts';

const sameColumns = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((c, i) => other[i] === c);

const isIndexed = (constraint: Constraint): boolean =>
  constraint.kind === 'primary-key' || constraint.kind === 'unique' || constraint.kind === 'exclude';

/** A parent's index on a partition: one that fits is adopted, else one is made. */
export const indexOnPartition = (step: PgStep, parent: DraftTable, child: DraftTable, index: Index): void => {
  const { indexParents } = step.draft.catalogue;
  const all = [...child.indexes.values(), ...(index.unique ? [...child.constraints.values()].filter(isIndexed) : [])];
  const fits = all
    .sort((one, other) => (one.age ?? 0) - (other.age ?? 0))
    .find(
      (own) =>
        ('kind' in own ? !index.isPartial : own.unique === index.unique && own.text === index.text) &&
        sameColumns(own.columns, index.columns) &&
        !indexParents.has(`${child.name}.${own.name}`),
    );
  const name = fits?.name ?? chooseName(child.name, index.parts ?? index.columns, 'idx', isNameTaken(step.draft, child, 'index'));
  if (!fits) child.indexes.set(name, { ...index, name, ...(index.unique ? { age: nextAge(step.draft) } : {}) });
  indexParents.set(`${child.name}.${name}`, `${parent.name}.${index.name}`);
  for (const below of childrenOf(step, child.name)) indexOnPartition(step, child, below, { ...index, name });
};

const keyName = (step: PgStep, child: DraftTable, constraint: Constraint): string => {
  const suffix = constraint.kind === 'primary-key' ? 'pkey' : constraint.kind === 'exclude' ? 'excl' : 'key';
  return chooseName(
    child.name,
    constraint.kind === 'primary-key' ? [] : (constraint.parts ?? constraint.columns),
    suffix,
    isNameTaken(step.draft, child, 'key'),
  );
};

const putKey = (step: PgStep, parent: DraftTable, child: DraftTable, constraint: Constraint): void => {
  const { indexParents } = step.draft.catalogue;
  const fits = [...child.constraints.values()].find(
    (own) => own.kind === constraint.kind && sameColumns(own.columns, constraint.columns) && !indexParents.has(`${child.name}.${own.name}`),
  );
  const name = fits?.name ?? keyName(step, child, constraint);
  if (!fits) child.constraints.set(name, { ...constraint, name, age: nextAge(step.draft) });
  indexParents.set(`${child.name}.${name}`, `${parent.name}.${constraint.name}`);
  for (const column of constraint.kind === 'primary-key' ? constraint.columns : []) {
    const known = child.columns.get(column);
    if (known?.nullable) {
      child.columns.set(column, { ...known, nullable: false });
      step.draft.catalogue.inherited.add(`${child.name}.${column}`);
    }
  }
  for (const below of childrenOf(step, child.name)) putKey(step, child, below, { ...constraint, name });
};

/** A parent's constraint on a partition. */
export const putOnPartition = (step: PgStep, parent: DraftTable, child: DraftTable, constraint: Constraint): void => {
  if (isIndexed(constraint)) {
    putKey(step, parent, child, constraint);
    return;
  }
  if (constraint.isLocal === true) return;
  if (constraint.kind === 'not-null') {
    for (const column of constraint.columns) spreadNotNull(step, parent.name, column);
    return;
  }
  const own = constraint.references ? sameKey(step, child, constraint) : undefined;
  if (own && own !== constraint.name) step.draft.catalogue.indexParents.set(`${child.name}.${own}`, `${parent.name}.${constraint.name}`);
  else if (!child.constraints.has(constraint.name)) child.constraints.set(constraint.name, constraint);
  for (const below of childrenOf(step, child.name)) putOnPartition(step, child, below, { ...constraint, name: own ?? constraint.name });
};

/** A foreign key of the partition's own that says the same is taken for the parent's. */
const sameKey = (step: PgStep, child: DraftTable, { columns, references }: Constraint): string | undefined =>
  [...child.constraints.values()].find(
    (own) =>
      own.references?.table === references?.table &&
      sameColumns(own.columns, columns) &&
      sameColumns(own.references?.columns ?? [], references?.columns ?? []) &&
      !step.draft.catalogue.indexParents.has(`${child.name}.${own.name}`),
  )?.name;

/** CHECKs go to all children; keys and foreign keys to partitions only. */
export const spread = (step: PgStep, table: DraftTable, constraint: Constraint): void => {
  for (const child of childrenOf(step, table.name)) {
    if (step.draft.catalogue.partitions.has(child.name)) putOnPartition(step, table, child, constraint);
    else if (constraint.kind === 'check' && constraint.isLocal !== true && !child.constraints.has(constraint.name)) {
      child.constraints.set(constraint.name, constraint);
      spread(step, child, constraint);
    } else if (constraint.kind === 'not-null' || constraint.kind === 'primary-key')
      for (const column of constraint.columns) spreadNotNull(step, table.name, column);
  }
};

/** The parts of a parent's index or key on its partitions, made anew under the names that PostgreSQL chooses. */
export const remakeOnPartitions = (step: PgStep, parent: DraftTable, made: Index | Constraint): void => {
  const { indexParents, partitions } = step.draft.catalogue;
  for (const child of childrenOf(step, parent.name)) {
    if (!partitions.has(child.name)) continue;
    for (const [own, upper] of [...indexParents]) {
      if (upper !== `${parent.name}.${made.name}` || !own.startsWith(`${child.name}.`)) continue;
      const name = own.slice(child.name.length + 1);
      forgetParts(step, child, name);
    }
    if ('kind' in made) putKey(step, parent, child, made);
    else indexOnPartition(step, parent, child, made);
  }
};

const forgetParts = (step: PgStep, table: DraftTable, name: string): void => {
  const { indexParents } = step.draft.catalogue;
  indexParents.delete(`${table.name}.${name}`);
  table.indexes.delete(name);
  table.constraints.delete(name);
  for (const child of childrenOf(step, table.name))
    for (const [own, upper] of [...indexParents])
      if (upper === `${table.name}.${name}` && own.startsWith(`${child.name}.`)) forgetParts(step, child, own.slice(child.name.length + 1));
};

/** Everything a new partition gets: constraints, keys, indexes, row triggers. */
export const becomePartition = (step: PgStep, parent: DraftTable, child: DraftTable): void => {
  step.draft.catalogue.partitions.add(child.name);
  for (const constraint of parent.constraints.values()) putOnPartition(step, parent, child, constraint);
  for (const index of parent.indexes.values()) indexOnPartition(step, parent, child, index);
  for (const routine of [...step.draft.routines.values()]) {
    if (routine.kind !== 'trigger' || routine.table !== parent.name || routine.isRowTrigger !== true) continue;
    const uses = routine.uses.map((use) => (use.table === parent.name ? { ...use, table: child.name } : use));
    step.draft.routines.set(`trigger ${child.name}.${routine.name}`, { ...routine, table: child.name, uses });
  }
};

const join = (step: PgStep, parent: string, child: string): void => {
  const children = step.draft.children.get(parent) ?? new Set<string>();
  children.add(child);
  step.draft.children.set(parent, children);
};

/** Columns and NOT NULLs that a child must have before it can be one. */
const refuseShape = (step: PgStep, parent: DraftTable, child: DraftTable): boolean => {
  const isSure = !isDoubtful(step, parent.name) && !isDoubtful(step, child.name);
  for (const column of parent.columns.values()) {
    const own = child.columns.get(column.name);
    if (!own && refuse(step, `child table is missing column "${column.name}"`, isSure)) return true;
    const wanted = column.generated ? 'must' : 'must not';
    if (
      own &&
      own.generated !== column.generated &&
      refuse(step, `column "${column.name}" in child table ${wanted} be a generated column`, isSure)
    )
      return true;
    if (
      own &&
      own.type !== column.type &&
      refuse(step, `child table "${child.name}" has different type for column "${column.name}"`, isSure)
    )
      return true;
    if (
      own?.nullable &&
      !column.nullable &&
      refuse(step, `column "${column.name}" in child table "${child.name}" must be marked NOT NULL`, isSure)
    )
      return true;
  }
  for (const constraint of parent.constraints.values()) {
    if (constraint.kind !== 'check' || constraint.isLocal === true || child.constraints.has(constraint.name)) continue;
    if (refuse(step, `child table is missing constraint "${constraint.name}"`, isSure)) return true;
  }
  return false;
};

const bothOf = ({ step, table, body }: Clause): { parent: string; child: string; range: Body; isPartition: boolean } | null => {
  const definition = nodeOf(body, 'def')?.body;
  const partition = definition ? childOf(definition, 'name') : null;
  const range = partition ?? (definition && textOf(definition, 'relname') !== null ? definition : null);
  if (!range) return null;
  const other = relationOf(step, range);
  return partition
    ? { parent: table.name, child: other, range, isPartition: true }
    : { parent: other, child: table.name, range, isPartition: false };
};

/** Nothing that a partition shares with its parent is its own. */
const takeOver = (step: PgStep, parent: DraftTable, child: DraftTable): void => {
  const { local, inherited } = step.draft.catalogue;
  for (const column of parent.columns.values()) {
    const own = child.columns.get(column.name);
    local.delete(`${child.name}.${column.name}`);
    if (!column.nullable) inherited.add(`${child.name}.${column.name}`);
    if (own && isIdentity(column)) child.columns.set(column.name, { ...own, default: column.default });
  }
  for (const name of parent.constraints.keys()) local.delete(`${child.name}#${name}`);
};

const primaryOf = (table: DraftTable | undefined): Constraint | undefined =>
  [...(table?.constraints.values() ?? [])].find((constraint) => constraint.kind === 'primary-key');

const isIdentity = (column: Column): boolean => column.default?.startsWith('generated ') === true && !column.generated;

export const attachPartition = (clause: Clause): void => {
  const both = bothOf(clause);
  if (!both) return;
  const { step } = clause;
  if (refuseMissing(step, both.child)) return;
  const [parent, child] = [step.draft.tables.get(both.parent), step.draft.tables.get(both.child)];
  const isPart = [...step.draft.children.values()].some((children) => children.has(both.child));
  if (isPart && refuse(step, `"${both.child}" is already a partition`, !isDoubtful(step, both.child))) return;
  if (
    parent &&
    !step.draft.catalogue.partitioned.has(both.parent) &&
    refuse(step, `ALTER action ATTACH PARTITION cannot be performed on relation "${both.parent}"`, !isDoubtful(step, both.parent))
  )
    return;
  if (isBelow(step, both.child, both.parent) && refuse(step, 'circular inheritance not allowed', true)) return;
  if (parent && child && refuseShape(step, parent, child)) return;
  const hasChildren = childrenOf(step, both.child).length > 0 && !step.draft.catalogue.partitioned.has(both.child);
  if (hasChildren && refuse(step, 'cannot attach inheritance parent as partition', !isDoubtful(step, both.child))) return;
  const [upper, lower] = [primaryOf(parent), primaryOf(child)];
  if (upper && lower && !sameColumns(upper.columns, lower.columns)) {
    if (refuse(step, `multiple primary keys for table "${both.child}" are not allowed`, !isDoubtful(step, both.child))) return;
  }
  const own = child && [...child.columns.values()].find(isIdentity);
  if (own && refuse(step, `table "${both.child}" being attached contains an identity column "${own.name}"`, !isDoubtful(step, both.child)))
    return;
  const extra = parent && child ? [...child.columns.keys()].find((column) => !parent.columns.has(column)) : undefined;
  if (
    extra !== undefined &&
    refuse(step, `table "${both.child}" contains column "${extra}" not found in parent "${both.parent}"`, !isDoubtful(step, both.parent))
  )
    return;
  const conditions = boundConditions(step, both.parent, clause.body);
  const safe = conditions
    ? { instead: provenAttach(both.child, conditions, step.source.text.slice(clause.step.start, clause.step.end), both.parent) }
    : {};
  if (!conditions || !child || !isProven(child, conditions))
    act(step, 'pg-attach-partition', both.child, { others: [both.parent], ...safe });
  join(step, both.parent, both.child);
  step.draft.catalogue.partitions.add(both.child);
  if (parent && child) {
    takeOver(step, parent, child);
    becomePartition(step, parent, child);
  }
};

/** An identity is the partitioned table's, not its parts'. */
const forgetIdentity = (step: PgStep, top: string, column: string): void => {
  for (const name of [top, ...familyOf(step, top)]) {
    const table = step.draft.tables.get(name);
    const known = table?.columns.get(column);
    if (known) table?.columns.set(column, { ...known, default: null });
  }
};

export const detachPartition = (clause: Clause): void => {
  const both = bothOf(clause);
  if (!both) return;
  const { step, table } = clause;
  const { partitions, indexParents, local, inherited } = step.draft.catalogue;
  const isPart = step.draft.children.get(both.parent)?.has(both.child) === true;
  const isOther = step.draft.tables.has(both.parent) && !step.draft.catalogue.partitioned.has(both.parent);
  const wrong = `ALTER action DETACH PARTITION cannot be performed on relation "${both.parent}"`;
  if (isOther && refuse(step, wrong, !isDoubtful(step, both.parent))) return;
  if (!isPart && step.draft.tables.has(both.child)) {
    if (refuse(step, `relation "${both.child}" is not a partition of relation "${both.parent}"`, !isDoubtful(step, both.child))) return;
  }
  const isConcurrent = nodeOf(clause.body, 'def')?.body.concurrent === true;
  if (!isConcurrent)
    act(step, 'pg-detach-partition', table.name, { others: [both.child], instead: detachConcurrently(both.parent, both.child) });
  else if (step.session.inTransaction) act(step, 'pg-concurrently-in-transaction', table.name);
  step.draft.children.get(both.parent)?.delete(both.child);
  partitions.delete(both.child);
  const child = step.draft.tables.get(both.child);
  for (const column of child?.columns.values() ?? []) {
    local.add(`${both.child}.${column.name}`);
    inherited.delete(`${both.child}.${column.name}`);
    if (isIdentity(column)) forgetIdentity(step, both.child, column.name);
  }
  for (const key of [...indexParents.keys()]) if (key.startsWith(`${both.child}.`)) indexParents.delete(key);
  const parts = [both.child, ...familyOf(step, both.child)];
  for (const routine of [...step.draft.routines.values()]) {
    if (routine.kind !== 'trigger' || routine.table !== both.parent || routine.isRowTrigger !== true) continue;
    for (const part of parts) step.draft.routines.delete(`trigger ${part}.${routine.name}`);
  }
};

const parentsOf = (step: PgStep, child: string): readonly DraftTable[] =>
  [...step.draft.children].flatMap(([name, children]) => (children.has(child) ? (step.draft.tables.get(name) ?? []) : []));

/** What the child shares with a parent and no other parent has is the child's own. */
const ownUp = (step: PgStep, parent: DraftTable | undefined, child: string): void => {
  const { local } = step.draft.catalogue;
  const others = parentsOf(step, child);
  for (const column of parent?.columns.keys() ?? [])
    if (!others.some((other) => other.columns.has(column))) local.add(`${child}.${column}`);
  for (const name of parent?.constraints.keys() ?? [])
    if (!others.some((other) => other.constraints.has(name))) local.add(`${child}#${name}`);
};

const leave = (step: PgStep, parent: DraftTable | undefined, child: string): void => {
  ownUp(step, parent, child);
  const others = parentsOf(step, child);
  for (const column of parent?.columns.keys() ?? [])
    if (!others.some((other) => other.columns.get(column)?.nullable === false)) step.draft.catalogue.inherited.delete(`${child}.${column}`);
};

/** INHERIT and NO INHERIT. */
export const changeParent =
  (isJoining: boolean) =>
  (clause: Clause): void => {
    const both = bothOf(clause);
    if (!both) return;
    const { step } = clause;
    const isSure = !isDoubtful(step, both.parent);
    if (refuseMissing(step, both.parent)) return;
    const [parent, child] = [step.draft.tables.get(both.parent), step.draft.tables.get(both.child)];
    const isChild = step.draft.children.get(both.parent)?.has(both.child) === true;
    const isParted = step.draft.catalogue.partitioned.has(both.child) || step.draft.catalogue.partitions.has(both.child);
    if (isParted && refuse(step, 'cannot change inheritance of a partitioned table or partition', isSure)) return;
    if (!isJoining) {
      if (!isChild && parent && child && refuse(step, `relation "${both.parent}" is not a parent of relation "${both.child}"`, isSure))
        return;
      step.draft.children.get(both.parent)?.delete(both.child);
      leave(step, parent, both.child);
      return;
    }
    if (isChild && refuse(step, `relation "${both.parent}" would be inherited from more than once`, isSure)) return;
    if (step.draft.catalogue.partitioned.has(both.parent) && refuse(step, 'cannot inherit from partitioned table', isSure)) return;
    if (step.draft.catalogue.partitions.has(both.parent) && refuse(step, 'cannot inherit from a partition', isSure)) return;
    if (isBelow(step, both.child, both.parent) && refuse(step, 'circular inheritance not allowed', true)) return;
    if (parent && child && refuseShape(step, parent, child)) return;
    ownUp(step, parent, both.child);
    join(step, both.parent, both.child);
  };

const isBelow = (step: PgStep, top: string, name: string): boolean => name === top || familyOf(step, top).includes(name);
