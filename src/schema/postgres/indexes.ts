/** CREATE INDEX → the draft, on partitions too, and what it locks. */
import { type Body, childOf, isTrue, listOf, nodeOf, nodesOf, stringOf, textOf } from '../../parse/sql/ast.ts';
import { chooseName, type DraftTable, emptyTable, isNameTaken, isRelationName, sibling } from '../draft.ts';
import { nextAge } from '../keys.ts';
import type { Reference } from '../reference-types.ts';
import { expressionReferences } from '../references.ts';
import { act, childrenOf, isTemporary, type PgStep, record, refuse, relationOf } from '../step.ts';
import type { Index } from '../types.ts';
import { isDoubtful, refuseMissing, refuseUnknownColumns } from './known.ts';
import { needsField, needsOf } from './needs.ts';
import { indexOnPartition } from './partitions.ts';
import { concurrentIndex } from './safe-sql.ts';

interface Read {
  readonly columns: readonly string[];
  readonly used: readonly Reference[];
  readonly expressions: readonly unknown[];
}

const readColumns = (step: PgStep, table: string, body: Body): Read => {
  const columns: string[] = [];
  const expressions: unknown[] = [body['whereClause']];
  for (const list of ['indexParams', 'indexIncludingParams']) {
    for (const { body: element } of nodesOf(body, list)) {
      const name = textOf(element, 'name');
      if (name !== null) columns.push(name);
      else expressions.push(element['expr']);
    }
  }
  const used = expressionReferences(expressions, table, step.draft, { toUtf16: step.source.toUtf16, searchPath: step.session.path });
  for (const use of used) if (use.column !== null) columns.push(use.column);
  return { columns: [...new Set(columns)], used, expressions: expressions.filter((part) => part !== undefined) };
};

/** Index column names as PostgreSQL makes them: a function's name or `expr` for expressions, numbered where they repeat. */
const indexNameParts = (body: Body): readonly string[] => {
  const parts: string[] = [];
  for (const { body: element } of nodesOf(body, 'indexParams')) {
    const expression = nodeOf(element, 'expr');
    const call = expression?.type === 'FuncCall' ? stringOf(listOf(expression.body, 'funcname').at(-1)) : null;
    const plain = textOf(element, 'name') ?? call ?? 'expr';
    let part = plain;
    for (let i = 1; parts.includes(part); i++) part = `${plain}${i}`;
    parts.push(part);
  }
  return parts;
};

/** From the list of columns on. */
const partText = (step: PgStep): string => {
  const own = step.source.text.slice(step.start, step.end);
  return own.slice(own.indexOf('(')).replace(/\s+/g, ' ');
};

const refuseIndex = (step: PgStep, table: DraftTable, body: Body, { columns, used }: Read): boolean => {
  const isSure = !isDoubtful(step, table.name);
  const given = textOf(body, 'idxname');
  if (given !== null && (isNameTaken(step.draft, table, 'index')(given) || isRelationName(step.draft, sibling(table.name, given)))) {
    if (refuse(step, `relation "${given}" already exists`, isSure)) return true;
  }
  const missing = columns.find((column) => !table.columns.has(column));
  if (missing !== undefined && refuse(step, `column "${missing}" does not exist`, isSure)) return true;
  const key = step.draft.catalogue.partitioned.get(table.name);
  if (isTrue(body, 'unique') && key?.some((column) => !columns.includes(column))) {
    if (refuse(step, 'unique constraint on partitioned table must include all partitioning columns', isSure)) return true;
  }
  return refuseUnknownColumns(step, used);
};

const report = (step: PgStep, body: Body, table: string, name: string): void => {
  const object = { kind: 'index', table, name } as const;
  if (isTrue(body, 'concurrent')) {
    if (step.session.inTransaction) act(step, 'pg-concurrently-in-transaction', table, { object });
    return;
  }
  const own = step.source.text.slice(step.start, step.end);
  act(step, 'pg-create-index', table, { object, instead: concurrentIndex(own) });
};

export const createIndex = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'relation');
  if (!range) return;
  const owner = relationOf(step, range);
  if (isTemporary(step, owner)) return;
  if (refuseMissing(step, owner)) return;
  if (step.draft.routines.has(`view ${owner}`) && refuse(step, `cannot create index on relation "${owner}"`, !isDoubtful(step, owner)))
    return;
  const table = step.draft.tables.get(owner);
  const given = textOf(body, 'idxname');
  const isTaken = isNameTaken(step.draft, table ?? emptyTable(owner), 'index');
  if (given !== null && isTrue(body, 'if_not_exists') && (isTaken(given) || isRelationName(step.draft, sibling(owner, given)))) return;
  const read = readColumns(step, owner, body);
  if (table && refuseIndex(step, table, body, read)) return;
  const parts = indexNameParts(body);
  const name = given ?? chooseName(owner, parts, 'idx', isTaken);
  const isPartial = read.expressions.length > 0;
  const index: Index = {
    name,
    unique: isTrue(body, 'unique'),
    ...(isTrue(body, 'unique') ? { age: nextAge(step.draft) } : {}),
    columns: read.columns,
    ...(isPartial ? { isPartial, text: partText(step) } : {}),
    ...(parts.some((part, i) => part !== read.columns[i]) || parts.length !== read.columns.length ? { parts } : {}),
    ...needsField(needsOf(step, read.expressions)),
  };
  report(step, body, owner, name);
  table?.indexes.set(name, index);
  record(step, { type: 'create', object: { kind: 'index', table: owner, name }, index });
  const isOnly = range['inh'] !== true;
  if (table && !isOnly)
    for (const child of childrenOf(step, owner))
      if (step.draft.catalogue.partitions.has(child.name)) indexOnPartition(step, table, child, index);
};
