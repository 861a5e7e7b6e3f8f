/**
 * ALTER TABLE → one operation per clause.
 * Invariants: a table the history does not know is no error: its operations are recorded as far as the text tells them.
 */
import { type Body, childOf, isTrue, listOf, nodeOf, numberOf, stringOf, textOf, untag } from '../../parse/sql/ast.ts';
import { elementEnd, nextToken, skipTrivia, trimEnd } from '../../parse/sql/lexer.ts';
import { cascadeColumn } from '../cascade.ts';
import { type DraftTable, emptyTable, removeColumn } from '../draft.ts';
import { childrenOf, columnObject, isTemporary, type PgStep, record, relationOf } from '../step.ts';
import { type Column, objectKey } from '../types.ts';
import { columnFrom, constraintFrom, expressionText, inlineConstraints, putConstraint } from './definitions.ts';
import { formatType } from './type-names.ts';

interface Clause {
  readonly step: PgStep;
  readonly table: DraftTable;
  readonly body: Body;
  /** The column or constraint the clause names. */
  readonly name: string;
  /** The whole statement: what CASCADE takes along stands there too. */
  readonly isCascade: boolean;
}

const unknownColumn = (name: string): Column => ({ name, type: 'unknown', nullable: true, default: null, generated: false });

/** Applies the same clause to inheritance children, without a record: code names the parent. */
const toChildren = (clause: Clause, apply: (clause: Clause) => void): void => {
  for (const table of childrenOf(clause.step, clause.table.name)) apply({ ...clause, table, step: { ...clause.step, isSilent: true } });
};

const addColumn = (clause: Clause): void => {
  const { step, table, body } = clause;
  const definition = nodeOf(body, 'def')?.body;
  if (!definition) return;
  const column = columnFrom(step, table.name, definition);
  if (isTrue(body, 'missing_ok') && table.columns.has(column.name)) return;
  table.columns.set(column.name, column);
  record(step, { type: 'create', object: columnObject(table.name, column.name), column });
  for (const constraint of inlineConstraints(step, table, definition)) {
    record(step, { type: 'add-constraint', object: { kind: 'constraint', table: table.name, name: constraint.name }, constraint });
  }
  toChildren(clause, addColumn);
};

const dropColumn = (clause: Clause): void => {
  const { step, table, body, name } = clause;
  const object = columnObject(table.name, name);
  if (isTrue(body, 'missing_ok') && !table.columns.has(name) && step.draft.dropped.has(objectKey(object))) return;
  record(step, { type: 'drop', object, implied: false });
  if (clause.isCascade) cascadeColumn(step, table.name, name);
  removeColumn(table, name);
  toChildren(clause, dropColumn);
};

/** A clause that changes one attribute of a column. */
const alterColumn = (change: (clause: Clause, before: Column) => Column) => {
  const apply = (clause: Clause): void => {
    const { step, table, name } = clause;
    const before = table.columns.get(name) ?? null;
    const after = change(clause, before ?? unknownColumn(name));
    table.columns.set(name, after);
    record(step, { type: 'alter-column', object: columnObject(table.name, name), before, after });
    toChildren(clause, apply);
  };
  return apply;
};

const changeType = alterColumn(({ body }, before) => {
  const typeName = childOf(nodeOf(body, 'def')?.body ?? {}, 'typeName');
  return typeName ? { ...before, type: formatType(typeName) } : before;
});

/** `ALTER [COLUMN] x SET DEFAULT expression`: the expression starts after SET DEFAULT. */
const changeDefault = alterColumn(({ step, body, name }, before) => {
  if (!nodeOf(body, 'def')) return { ...before, default: null };
  const { text } = step.source;
  let token = nextToken(text, step.start, step.end);
  let skip = 1;
  for (; token && text.slice(token.start, token.end).toUpperCase() !== 'DEFAULT'; token = nextToken(text, token.end, step.end)) skip++;
  if (!token) return before;
  // A column that is itself called "default": its name is the first hit.
  const extra = name.toUpperCase() === 'DEFAULT' && token.end - token.start === 7 ? 2 : 0;
  const value = expressionText(step, step.start, skip + extra, step.end);
  return { ...before, default: value.toUpperCase() === 'NULL' ? null : value };
});

const addConstraint = ({ step, table, body }: Clause): void => {
  const definition = nodeOf(body, 'def')?.body;
  const constraint = definition ? constraintFrom(step, table, definition, null) : null;
  if (!definition || !constraint) return;
  putConstraint(table, constraint, textOf(definition, 'indexname'));
  record(step, { type: 'add-constraint', object: { kind: 'constraint', table: table.name, name: constraint.name }, constraint });
};

const dropConstraint = ({ step, table, body, name }: Clause): void => {
  const object = { kind: 'constraint', table: table.name, name } as const;
  if (isTrue(body, 'missing_ok') && !table.constraints.has(name) && step.draft.dropped.has(objectKey(object))) return;
  table.constraints.delete(name);
  record(step, { type: 'drop', object, implied: false });
};

const validate = ({ table, name }: Clause): void => {
  const constraint = table.constraints.get(name);
  if (constraint) table.constraints.set(name, { ...constraint, validated: true });
};

const changeParent =
  (join: boolean) =>
  ({ step, table, body }: Clause): void => {
    const definition = nodeOf(body, 'def')?.body;
    const range = definition ? (childOf(definition, 'name') ?? (textOf(definition, 'relname') === null ? null : definition)) : null;
    if (!range) return;
    const other = relationOf(step, range);
    const isPartition = definition !== undefined && childOf(definition, 'name') !== null;
    const [parent, child] = isPartition ? [table.name, other] : [other, table.name];
    const children = step.draft.children.get(parent) ?? new Set<string>();
    if (join) children.add(child);
    else children.delete(child);
    step.draft.children.set(parent, children);
  };

/** By clause; clauses not listed (owner, storage, triggers on and off, row security) change nothing that code can see. */
const CLAUSES: ReadonlyMap<string, (clause: Clause) => void> = new Map([
  ['AT_AddColumn', addColumn],
  ['AT_DropColumn', dropColumn],
  ['AT_AlterColumnType', changeType],
  ['AT_ColumnDefault', changeDefault],
  ['AT_SetNotNull', alterColumn((_, before) => ({ ...before, nullable: false }))],
  ['AT_DropNotNull', alterColumn((_, before) => ({ ...before, nullable: true }))],
  ['AT_AddIdentity', alterColumn((_, before) => ({ ...before, nullable: false, default: 'generated as identity' }))],
  ['AT_DropIdentity', alterColumn((_, before) => ({ ...before, default: null }))],
  ['AT_DropExpression', alterColumn((_, before) => ({ ...before, generated: false, default: null }))],
  ['AT_AddConstraint', addConstraint],
  ['AT_DropConstraint', dropConstraint],
  ['AT_ValidateConstraint', validate],
  ['AT_AttachPartition', changeParent(true)],
  ['AT_DetachPartition', changeParent(false)],
  ['AT_AddInherit', changeParent(true)],
  ['AT_DropInherit', changeParent(false)],
]);

/** Start of the first clause: after the table's name. */
const afterName = (step: PgStep, range: Body): number => {
  const { text, toUtf16 } = step.source;
  let token = nextToken(text, toUtf16(numberOf(range, 'location')), step.end);
  for (;;) {
    const dot = token ? nextToken(text, token.end, step.end) : null;
    if (!token || !dot) return token?.end ?? step.start;
    const sign = text.slice(dot.start, dot.end);
    if (sign === '*') return dot.end;
    if (sign !== '.') return token.end;
    token = nextToken(text, dot.end, step.end);
  }
};

/** The step of each clause: its own text where there are several, the statement's where there is one. */
const clauseSteps = (step: PgStep, range: Body, count: number): readonly PgStep[] => {
  const { text, locate } = step.source;
  const steps: PgStep[] = [];
  let from = afterName(step, range);
  for (let i = 0; i < count; i++) {
    const start = skipTrivia(text, from, step.end);
    const limit = elementEnd(text, start, step.end);
    const end = trimEnd(text, start, limit);
    steps.push({ ...step, start, end, location: count > 1 ? locate(start, end) : step.location });
    from = limit + 1;
  }
  return steps;
};

const ALTERED: ReadonlySet<string> = new Set(['OBJECT_TABLE', 'OBJECT_FOREIGN_TABLE']);

export const alterTable = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'relation');
  if (!range || !ALTERED.has(textOf(body, 'objtype') ?? '')) return;
  const name = relationOf(step, range);
  if (isTemporary(step, name)) return;
  const commands = listOf(body, 'cmds');
  const steps = clauseSteps(step, range, commands.length);
  // A table that came from elsewhere: operations on it count, but what it looks like stays unknown.
  const table = step.draft.tables.get(name) ?? emptyTable(name);
  commands.forEach((item, i) => {
    const command = untag(item)?.body;
    const apply = command ? CLAUSES.get(textOf(command, 'subtype') ?? '') : undefined;
    if (!command || !apply) return;
    const own = textOf(command, 'name') ?? stringOf(command['name']) ?? '';
    apply({ step: steps[i] ?? step, table, body: command, name: own, isCascade: textOf(command, 'behavior') === 'DROP_CASCADE' });
  });
};
