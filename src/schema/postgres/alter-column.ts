/** Clauses of ALTER TABLE that change columns → the draft, an operation each, and what they lock, scan and rewrite. */
import { type Body, childOf, isTrue, nodeOf, nodesOf, textOf } from '../../parse/sql/ast.ts';
import { nextToken } from '../../parse/sql/lexer.ts';
import { forgetColumn } from '../cascade.ts';
import { dependentsOf } from '../dependents.ts';
import type { DraftTable } from '../draft.ts';
import { nextAge } from '../keys.ts';
import { unqualify } from '../names.ts';
import { act, childrenOf, columnObject, type PgStep, record, refuse } from '../step.ts';
import { type Column, type Constraint, objectKey } from '../types.ts';
import { refuseConstraint } from './constraint-checks.ts';
import { columnFrom, expressionText, inlineConstraints } from './definitions.ts';
import { below, familyOf, hasOtherParent } from './family.ts';
import { isDoubtful, isInherited, refuseColumnTaken, refuseNoColumn, takeOrRefuse } from './known.ts';
import { callsIn, needsField, needsOf, VOLATILE } from './needs.ts';
import { remakeOnPartitions, spread } from './partitions.ts';
import { adoptedKey, columnThen, columnThenDefault, notValid } from './safe-sql.ts';
import { addSequence } from './sequences.ts';
import { typeChange } from './type-changes.ts';
import { formatType, isSerial } from './type-names.ts';

export interface Clause {
  readonly step: PgStep;
  readonly table: DraftTable;
  readonly body: Body;
  /** The column or constraint the clause names. */
  readonly name: string;
  /** The whole statement: what CASCADE takes along stands there too. */
  readonly isCascade: boolean;
  /** Children do not follow. */
  readonly isAlone?: boolean;
  /** Carried over from a parent. */
  readonly isFromParent: boolean;
}

export const unknownColumn = (name: string): Column => ({ name, type: 'unknown', nullable: true, default: null, generated: false });

/** Applies the same clause to inheritance children, without a record: code names the parent. */
export const toChildren = (clause: Clause, apply: (clause: Clause) => void): void => {
  for (const table of childrenOf(clause.step, clause.table.name))
    apply({ ...clause, table, isFromParent: true, step: { ...clause.step, isSilent: true } });
};

const typeOf = (definition: Body): Body | null => childOf(definition, 'typeName');

const constraintIn = (definition: Body, type: string): Body | undefined =>
  nodesOf(definition, 'constraints').find(({ body }) => textOf(body, 'contype') === type)?.body;

/** What ADD COLUMN makes PostgreSQL do to the rows that are there. */
const addHazard = ({ step, table }: Clause, definition: Body, column: Column): void => {
  const object = columnObject(table.name, column.name);
  const plain = constraintIn(definition, 'CONSTR_DEFAULT');
  const generated = constraintIn(definition, 'CONSTR_GENERATED');
  const type = typeOf(definition);
  if (generated && textOf(generated, 'generated_kind') !== 'v') act(step, 'pg-add-generated', table.name, { object });
  else if (constraintIn(definition, 'CONSTR_IDENTITY') || (type && isSerial(type))) act(step, 'pg-add-identity', table.name, { object });
  else if (plain && isVolatile(step, plain['raw_expr']))
    act(step, 'pg-add-volatile', table.name, {
      object,
      instead: columnThenDefault(table.name, column.name, column.type, column.default ?? 'NULL'),
    });
  else if (type && domainOf(step, column.type)) act(step, 'pg-add-domain', table.name, { object });
};

const domainOf = (step: PgStep, type: string): boolean => {
  const domain = step.draft.catalogue.domains.get(type);
  return domain !== undefined && (domain.constraints.size > 0 || !domain.nullable);
};

/** A function of the user's is volatile unless it says otherwise. */
const isVolatile = (step: PgStep, expression: unknown): boolean =>
  callsIn(expression).some((name) => {
    const own = step.draft.routines.get(`function ${name}`);
    return own ? !/\b(?:immutable|stable)\b/i.test(own.definition ?? '') : VOLATILE.has(name);
  });

/** A column that a child has already is merged with the parent's. */
const merged = ({ step, table, isFromParent }: Clause, column: Column): boolean => {
  const known = isFromParent ? table.columns.get(column.name) : undefined;
  if (!known) return false;
  if (known.type !== column.type) refuse(step, `child table "${table.name}" has different type for column "${column.name}"`, true);
  else if (!column.nullable && known.nullable) {
    table.columns.set(column.name, { ...known, nullable: false });
    step.draft.catalogue.inherited.add(`${table.name}.${column.name}`);
  }
  return true;
};

/** Rows of constraints that are written on a new column. */
const INLINE: ReadonlyMap<Constraint['kind'], string> = new Map<Constraint['kind'], string>([
  ['check', 'pg-add-check'],
  ['unique', 'pg-add-key'],
  ['primary-key', 'pg-add-key'],
  ['foreign-key', 'pg-add-foreign-key'],
]);

/** A new column's constraint is checked for every row, but for a foreign key of a column that is NULL everywhere. */
const inlineHazard = ({ step, table }: Clause, column: Column, constraint: Constraint): void => {
  const row = INLINE.get(constraint.kind);
  const isOfNulls = constraint.kind === 'foreign-key' && column.default === null;
  if (row === undefined || isOfNulls) return;
  const { name, kind, expression, references } = constraint;
  const key = kind === 'unique' || kind === 'primary-key' ? adoptedKey(table.name, constraint) : null;
  const check = kind === 'check' ? notValid(table.name, name, `CHECK (${expression ?? ''})`) : null;
  const later = column.generated ? null : (key ?? check);
  act(step, row, table.name, {
    object: { kind: 'constraint', table: table.name, name },
    others: references && references.table !== table.name ? [references.table] : [],
    ...(later === null ? {} : { instead: columnThen(table.name, column, later) }),
  });
};

/** Constraints on the column; children get those that they share. */
const addConstraints = (clause: Clause, definition: Body, column: Column): void => {
  const { step, table } = clause;
  const isRefused = (own: Body, constraint: Constraint): boolean => refuseConstraint(step, table, own, constraint);
  for (const constraint of inlineConstraints(step, table, definition, isRefused)) {
    record(step, { type: 'add-constraint', object: { kind: 'constraint', table: table.name, name: constraint.name }, constraint });
    inlineHazard(clause, column, constraint);
    spread(step, table, constraint);
  }
};

/** Columns that a generated one is made from. */
const siblingsOf = ({ generated, needs = [] }: Column): readonly string[] =>
  generated ? needs.flatMap((need) => (need.startsWith('column ') ? [need.slice(7)] : [])) : [];

export const addColumn = (clause: Clause): void => {
  const { step, table, body, isFromParent } = clause;
  const definition = nodeOf(body, 'def')?.body;
  if (!definition) return;
  const column = columnFrom(step, table.name, definition);
  if (!isFromParent && isTrue(body, 'missing_ok') && table.columns.has(column.name)) return;
  if (merged(clause, column)) return;
  if (refuseColumnTaken(step, table, column.name)) return;
  const isPart = step.draft.catalogue.partitions.has(table.name) && !isFromParent;
  if (isPart && refuse(step, 'cannot add column to a partition', !isDoubtful(step, table.name))) return;
  const source = column.generated
    ? column.needs?.find((need) => need.startsWith('column ') && table.columns.get(need.slice(7))?.generated)
    : undefined;
  const unknown = siblingsOf(column).find((name) => name !== column.name && !table.columns.has(name));
  if (unknown !== undefined && step.draft.tables.has(table.name) && !isFromParent) {
    if (refuse(step, `column "${unknown}" does not exist`, false)) return;
  }
  if (source && refuse(step, `cannot use generated ${source} in column generation expression`, !isDoubtful(step, table.name))) return;
  const hasChildren = childrenOf(step, table.name).length > 0 && !step.draft.catalogue.partitioned.has(table.name);
  if (isIdentityColumn(column) && hasChildren) {
    if (refuse(step, 'cannot recursively add identity column to table that has child tables', !isDoubtful(step, table.name))) return;
  }
  if (!isFromParent) addHazard(clause, definition, column);
  else if (!column.nullable) step.draft.catalogue.inherited.add(`${table.name}.${column.name}`);
  table.columns.set(column.name, column);
  if (!isFromParent) addSequence(step, table.name, definition, column);
  record(step, { type: 'create', object: columnObject(table.name, column.name), column });
  toChildren(clause, addColumn);
  if (!isFromParent) addConstraints(clause, definition, column);
};

const isLocal = (step: PgStep, table: string, column: string): boolean => step.draft.catalogue.local.has(`${table}.${column}`);

/** A child keeps a column that it declares itself, or that another parent has. */
const isKept = ({ step, table, name, isFromParent }: Clause): boolean =>
  isFromParent && (isLocal(step, table.name, name) || isInherited(step, table.name, name));

export const dropColumn = (clause: Clause): void => {
  const { step, table, body, name, isFromParent } = clause;
  if (isKept(clause)) return;
  const object = columnObject(table.name, name);
  const isMissing = isTrue(body, 'missing_ok') && !table.columns.has(name);
  if (isMissing && (step.draft.dropped.has(objectKey(object)) || step.draft.tables.has(table.name))) {
    if (!step.draft.dropped.has(objectKey(object)) && isDoubtful(step, table.name)) record(step, { type: 'drop', object, implied: false });
    return;
  }
  if (!isFromParent && refuseDrop(clause)) return;
  record(step, { type: 'drop', object, implied: false });
  if (takeOrRefuse(step, { kind: 'column', table: table.name, name }, clause.isCascade)) return;
  forgetColumn(step, table.name, name);
  toChildren(clause, dropColumn);
};

const refuseDrop = ({ step, table, name }: Clause): boolean => {
  if (refuseNoColumn(step, table, name)) return true;
  if (!step.draft.tables.has(table.name)) return false;
  const isSure = !isDoubtful(step, table.name);
  if (isInherited(step, table.name, name)) return refuse(step, `cannot drop inherited column "${name}"`, isSure);
  const isKey = step.draft.catalogue.partitioned.get(table.name)?.includes(name) === true;
  return isKey && refuse(step, `cannot drop column "${name}" because it is part of the partition key of relation "${table.name}"`, isSure);
};

export type Change = (clause: Clause, before: Column) => Column | null;

/** A clause that changes one attribute of a column; null where it does nothing. */
export const alterColumn = (change: Change) => {
  const apply = (clause: Clause): void => {
    const { step, table, name } = clause;
    if (refuseNoColumn(step, table, name)) return;
    const before = table.columns.get(name) ?? null;
    const after = change(clause, before ?? unknownColumn(name));
    if (!after) return;
    table.columns.set(name, after);
    record(step, { type: 'alter-column', object: columnObject(table.name, name), before, after });
    if (!clause.isAlone) toChildren(clause, apply);
  };
  return apply;
};

/** Views, rules, policies and the like are written for the old type. */
const usedByType = ({ step, table, name }: Clause): boolean => {
  const found = dependentsOf(step.draft, { kind: 'column', table: table.name, name });
  for (const use of found) {
    const kind = use.kind === 'routine' ? use.routine.kind : use.kind === 'column' ? 'generated column' : null;
    const isSure = use.kind !== 'routine' || !isDoubtful(step, use.routine.name);
    if (kind !== null && refuse(step, `cannot alter type of a column used by a ${kind}`, isSure && !isDoubtful(step, table.name)))
      return true;
  }
  return false;
};

/** Whether a constraint, index or default is about the column: each is made anew for the new type. */
const isInExpression = (table: DraftTable, column: string): boolean =>
  [...table.constraints.values()].some((k) => k.columns.includes(column)) ||
  [...table.indexes.values()].some((index) => index.columns.includes(column)) ||
  table.columns.get(column)?.default != null;

/** Indexes of the column are made anew: their own columns go by today's names. */
const rebuildIndexes = ({ step, table, name }: Clause): void => {
  for (const [key, index] of table.indexes) {
    if (!index.columns.includes(name)) continue;
    const parts = index.parts?.map((part, i) => (part.startsWith('expr') || index.isPartial ? part : (index.columns[i] ?? part)));
    const made = { ...index, ...(parts ? { parts } : {}), ...(index.unique ? { age: nextAge(step.draft) } : {}) };
    table.indexes.set(key, made);
    remakeOnPartitions(step, table, made);
  }
  for (const [key, constraint] of table.constraints) {
    if (constraint.age === undefined || !constraint.columns.includes(name)) continue;
    const { parts: _, ...rest } = constraint;
    const made = { ...rest, age: nextAge(step.draft) };
    table.constraints.set(key, made);
    remakeOnPartitions(step, table, made);
  }
  for (const { kind, columns, validated, isLocal, name: key } of table.constraints.values())
    if (kind === 'check' && !validated && isLocal !== true && columns.includes(name)) doubtBelow(step, table.name, key);
};

/** A CHECK that is made anew is made anew on children, as unproven as it was. */
const doubtBelow = (step: PgStep, table: string, name: string): void => {
  for (const child of below(step, table)) {
    const own = child.constraints.get(name);
    if (own?.kind === 'check') child.constraints.set(name, { ...own, validated: false });
  }
};

export const changeType = alterColumn((clause, before) => {
  const { step, body, table, name, isFromParent } = clause;
  const definition = nodeOf(body, 'def')?.body ?? {};
  const typeName = typeOf(definition);
  if (!typeName) return before;
  const type = formatType(typeName);
  const isSure = !isDoubtful(step, table.name);
  if (!isFromParent && isInherited(step, table.name, name) && refuse(step, `cannot alter inherited column "${name}"`, isSure)) return null;
  const isKey = step.draft.catalogue.partitioned.get(table.name)?.includes(name) === true;
  if (isKey && refuse(step, `cannot alter column "${name}" because it is part of the partition key of relation "${table.name}"`, isSure))
    return null;
  const isSerialType = ['smallint', 'integer', 'bigint'].includes(type);
  if (isIdentityColumn(before) && !isSerialType && refuse(step, 'identity column type must be smallint, integer, or bigint', isSure))
    return null;
  if (usedByType(clause)) return null;
  const family = isFromParent ? [] : familyOf(step, table.name);
  const members = new Set([table.name, ...family]);
  const shared = family.find((child) => hasOtherParent(step, child, name, members));
  if (shared !== undefined && refuse(step, `cannot alter inherited column "${name}" of relation "${shared}"`, isSure)) return null;
  if (isInExpression(table, name)) refuse(step, `an expression on column "${name}" may not be defined for type ${type}`, false);
  const how = before.type === 'unknown' ? 'none' : typeChange(before.type, type);
  const isComputed = (how === 'kept' || how === 'session') && nodeOf(definition, 'raw_default') !== null;
  if (how === 'rewritten' || isComputed) act(step, 'pg-type-rewrite', table.name, { object: columnObject(table.name, name) });
  if (how === 'session' && !isComputed) act(step, 'pg-type-session', table.name, { object: columnObject(table.name, name) });
  if (!isFromParent || !step.draft.catalogue.partitions.has(table.name)) rebuildIndexes(clause);
  return { ...before, type };
});

/** `ALTER [COLUMN] x SET DEFAULT expression`: the expression starts after SET DEFAULT. */
const defaultText = (step: PgStep, name: string): string | null => {
  const { text } = step.source;
  let token = nextToken(text, step.start, step.end);
  let skip = 1;
  for (; token && text.slice(token.start, token.end).toUpperCase() !== 'DEFAULT'; token = nextToken(text, token.end, step.end)) skip++;
  if (!token) return null;
  // A column that is itself called "default": its name is the first hit.
  const extra = name.toUpperCase() === 'DEFAULT' && token.end - token.start === 7 ? 2 : 0;
  return expressionText(step, step.start, skip + extra, step.end);
};

/** Types that a sequence's number can be assigned to. */
const TAKES_NUMBERS = /^(?:smallint|integer|bigint|numeric|real|double precision|text|character)(?:\b|$)(?!.*\[\])/;

const without = ({ needs: _, ...column }: Column): Column => column;

export const changeDefault = alterColumn(({ step, body, name, table }, before) => {
  const isSure = !isDoubtful(step, table.name);
  const isIdentity = before.default?.startsWith('generated ') === true && !before.generated;
  const what = isIdentity ? 'an identity' : 'a generated';
  if (
    (isIdentity || before.generated) &&
    refuse(step, `column "${name}" of relation "${unqualify(table.name).bare}" is ${what} column`, isSure)
  )
    return null;
  const expression = nodeOf(body, 'def');
  if (!expression) return { ...without(before), default: null };
  const value = defaultText(step, name);
  if (value === null) return before;
  const needs = needsField(needsOf(step, [{ [expression.type]: expression.body }]));
  const isNumber = needs.needs?.some((need) => need.startsWith('sequence ')) === true;
  if (isNumber && !TAKES_NUMBERS.test(before.type))
    refuse(step, `column "${name}" is of type ${before.type} but default expression is of type bigint`, false);
  return { ...without(before), default: value.toUpperCase() === 'NULL' ? null : value, ...needs };
});

export const isIdentityColumn = (column: Column): boolean => column.default?.startsWith('generated ') === true && !column.generated;

const refuseState = ({ step, table, name }: Clause, state: string): null => {
  refuse(step, `column "${name}" of relation "${unqualify(table.name).bare}" ${state}`, !isDoubtful(step, table.name));
  return null;
};

export const dropExpression = alterColumn((clause, before) => {
  const { step, table, name, isFromParent } = clause;
  if (!isFromParent && isInherited(step, table.name, name)) {
    if (refuse(step, 'cannot drop generation expression from inherited column', !isDoubtful(step, table.name))) return null;
  }
  if (!before.generated && before.type !== 'unknown')
    return isTrue(clause.body, 'missing_ok') ? null : refuseState(clause, 'is not a stored generated column');
  return { ...without(before), generated: false, default: null };
});
