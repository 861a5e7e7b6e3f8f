/** ADD, DROP and VALIDATE CONSTRAINT → the draft, an operation each, and what they lock and scan. */
import { isTrue, nodeOf, textOf } from '../../parse/sql/ast.ts';
import type { DraftTable } from '../draft.ts';
import { unqualify } from '../names.ts';
import { act, childrenOf, type PgStep, record, refuse } from '../step.ts';
import { type Constraint, objectKey, type SchemaObject } from '../types.ts';
import type { Clause } from './alter-column.ts';
import { refuseConstraint } from './constraint-checks.ts';
import { constraintFrom, putConstraint } from './definitions.ts';
import { below } from './family.ts';
import { ownNotNull, takeNotNull } from './inherited.ts';
import { isDoubtful, takeOrRefuse } from './known.ts';
import { refuseNullable } from './not-null.ts';
import { spread } from './partitions.ts';
import { adoptedKey, notValid } from './safe-sql.ts';

const objectOf = (table: string, name: string): SchemaObject => ({ kind: 'constraint', table, name });

/** Hazard rows of an added constraint that checks or indexes the rows that are there. */
const ADDED: ReadonlyMap<Constraint['kind'], string> = new Map<Constraint['kind'], string>([
  ['check', 'pg-add-check'],
  ['foreign-key', 'pg-add-foreign-key'],
  ['primary-key', 'pg-add-key'],
  ['unique', 'pg-add-key'],
  ['exclude', 'pg-add-exclusion'],
  ['not-null', 'pg-set-not-null'],
]);

/** The constraint's own text: the clause without ADD. */
const definitionText = ({ step }: Clause): string => {
  const clause = step.source.text.slice(step.start, step.end);
  const [, own = clause] = /^(?:alter\s[\s\S]*?\s)?add\s+([\s\S]*?);?\s*$/i.exec(clause) ?? [];
  return own;
};

const safeForm = (clause: Clause, constraint: Constraint): { instead?: string } => {
  const { kind, name } = constraint;
  if (kind === 'primary-key' || kind === 'unique') return { instead: adoptedKey(clause.table.name, constraint) };
  return kind === 'check' || kind === 'foreign-key' ? { instead: notValid(clause.table.name, name, definitionText(clause)) } : {};
};

const report = (clause: Clause, constraint: Constraint, adopts: boolean): void => {
  const { step, table } = clause;
  const row = ADDED.get(constraint.kind);
  if (row === undefined || adopts) return;
  if (!constraint.validated) {
    step.session.added?.add(objectKey(objectOf(table.name, constraint.name)));
    return;
  }
  const others = constraint.references && constraint.references.table !== table.name ? [constraint.references.table] : [];
  act(step, row, table.name, { others, object: objectOf(table.name, constraint.name), ...safeForm(clause, constraint) });
};

/** An adopted index that is part of a partitioned one stays so under the constraint's name. */
const moveParent = (step: PgStep, from: string, to: string): void => {
  const { indexParents } = step.draft.catalogue;
  const parent = indexParents.get(from);
  if (parent === undefined || from === to) return;
  indexParents.delete(from);
  indexParents.set(to, parent);
};

export const addConstraint = (clause: Clause): void => {
  const { step, table, body } = clause;
  const definition = nodeOf(body, 'def')?.body;
  const constraint = definition ? constraintFrom(step, table, definition, null) : null;
  if (!definition || !constraint) return;
  if (refuseConstraint(step, table, definition, constraint)) return;
  const index = textOf(definition, 'indexname');
  report(clause, constraint, index !== null);
  putConstraint(table, constraint, index);
  if (index !== null) moveParent(step, `${table.name}.${index}`, `${table.name}.${constraint.name}`);
  if (constraint.kind === 'primary-key' || constraint.kind === 'not-null')
    for (const column of constraint.columns) ownNotNull(step, table.name, column);
  record(step, { type: 'add-constraint', object: objectOf(table.name, constraint.name), constraint });
  spread(step, table, constraint);
};

/** PostgreSQL 18 names every NOT NULL; the older ones know none. */
const notNullColumn = (table: DraftTable, name: string): string | null => {
  const bare = unqualify(table.name).bare;
  for (const column of table.columns.values()) if (!column.nullable && name === `${bare}_${column.name}_not_null`) return column.name;
  return null;
};

const isInherited = (step: PgStep, table: string, name: string): boolean =>
  [...step.draft.children].some(([parent, children]) => {
    const constraint = children.has(table) ? step.draft.tables.get(parent)?.constraints.get(name) : undefined;
    return constraint !== undefined && (constraint.kind === 'check' || constraint.kind === 'foreign-key') && constraint.isLocal !== true;
  });

const refuseDrop = ({ step, table, name, body, isCascade }: Clause, known: Constraint | undefined): boolean => {
  const isSure = !isDoubtful(step, table.name);
  if (!known) {
    if (!step.draft.tables.has(table.name) || isTrue(body, 'missing_ok')) return false;
    return refuse(step, `constraint "${name}" of relation "${unqualify(table.name).bare}" does not exist`, isSure);
  }
  const isFromParent = isInherited(step, table.name, name) || step.draft.catalogue.indexParents.has(`${table.name}.${name}`);
  if (isFromParent && refuse(step, `cannot drop inherited constraint "${name}" of relation "${unqualify(table.name).bare}"`, isSure))
    return true;
  if (known.kind !== 'primary-key' && known.kind !== 'unique') return false;
  return takeOrRefuse(step, { kind: 'key', table: table.name, columns: known.columns, name }, isCascade);
};

const dropNotNullByName = (clause: Clause, column: string): boolean => {
  const { step, table } = clause;
  const known = table.columns.get(column);
  if (refuseNullable(step, table, column)) return true;
  if (known) table.columns.set(column, { ...known, nullable: true });
  takeNotNull(step, table.name, column);
  return false;
};

/** The parts of children that follow the constraint. */
const dropFromChildren = (step: PgStep, parent: string, constraint: Constraint): void => {
  const { indexParents, local } = step.draft.catalogue;
  for (const child of childrenOf(step, parent)) {
    const key = [...indexParents].find(([own, other]) => own.startsWith(`${child.name}.`) && other === `${parent}.${constraint.name}`)?.[0];
    const name =
      key?.slice(child.name.length + 1) ?? (constraint.kind === 'check' || constraint.kind === 'foreign-key' ? constraint.name : null);
    if (name === null || constraint.isLocal === true || (key === undefined && local.has(`${child.name}#${name}`))) continue;
    child.constraints.delete(name);
    if (key !== undefined) indexParents.delete(key);
    dropFromChildren(step, child.name, { ...constraint, name });
  }
};

export const dropConstraint = (clause: Clause): void => {
  const { step, table, body, name } = clause;
  const object = objectOf(table.name, name);
  const known = table.constraints.get(name);
  const column = known ? null : notNullColumn(table, name);
  if (isTrue(body, 'missing_ok') && !known && column === null && step.draft.dropped.has(objectKey(object))) return;
  if (column === null ? refuseDrop(clause, known) : dropNotNullByName(clause, column)) return;
  if (known?.kind === 'not-null' && known.columns[0] !== undefined && dropNotNullByName(clause, known.columns[0])) return;
  if (known?.references) act(step, 'pg-drop-foreign-key', table.name, { others: [known.references.table], object });
  table.constraints.delete(name);
  record(step, { type: 'drop', object, implied: false });
  if (known) dropFromChildren(step, table.name, known);
};

const VALIDATED: ReadonlyMap<string, string> = new Map([
  ['check', 'pg-validate-in-transaction'],
  ['foreign-key', 'pg-validate-key-in-transaction'],
]);

export const validate = (clause: Clause): void => {
  const { step, table, name } = clause;
  const constraint = table.constraints.get(name);
  const object = objectOf(table.name, name);
  if (!constraint) {
    if (step.draft.tables.has(table.name))
      refuse(step, `constraint "${name}" of relation "${unqualify(table.name).bare}" does not exist`, !isDoubtful(step, table.name));
    return;
  }
  if (constraint.kind !== 'check' && constraint.kind !== 'foreign-key') {
    refuse(step, `constraint "${name}" of relation "${unqualify(table.name).bare}" is not a foreign key or check constraint`, false);
    return;
  }
  if (step.session.added?.has(objectKey(object))) act(step, VALIDATED.get(constraint.kind) ?? '', table.name, { object });
  table.constraints.set(name, { ...constraint, validated: true });
  for (const child of below(step, table.name)) {
    const inherited = child.constraints.get(name);
    if (inherited?.kind === constraint.kind) child.constraints.set(name, { ...inherited, validated: true });
  }
};
