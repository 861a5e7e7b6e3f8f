/** INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY in a migration → `write` operations: the backfill. */
import type { Body, TaggedNode } from '../../parse/sql/ast.ts';
import type { Reference } from '../reference-types.ts';
import { references } from '../references.ts';
import { act, isTemporary, type PgStep, record, tableObject } from '../step.ts';

type Write = 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE' | 'MERGE' | 'COPY';

const WRITES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'MERGE', 'COPY']);
const isWrite = (verb: string): verb is Write => WRITES.has(verb);

const columnsOf = (found: readonly Reference[], table: string): readonly string[] => {
  const written = found.filter((use) => use.kind === 'write' && use.table === table && use.column !== null);
  return [...new Set(written.map((use) => use.column ?? ''))];
};

/** Whether an UPDATE or DELETE has no condition of its own: it writes every row. */
const isOfAllRows = (verb: Write, body: Body): boolean =>
  (verb === 'UPDATE' || verb === 'DELETE') &&
  body['whereClause'] === undefined &&
  body['usingClause'] === undefined &&
  body['fromClause'] === undefined;

const report = (step: PgStep, verb: Write, table: string, body: Body): void => {
  const isLocked = step.session.inTransaction && step.session.locked?.has(table) === true;
  if (verb === 'TRUNCATE') act(step, 'pg-truncate', table);
  else if (isLocked && (verb === 'UPDATE' || verb === 'DELETE')) act(step, 'pg-write-under-lock', table);
  else if (isOfAllRows(verb, body)) act(step, 'pg-write-all', table);
};

/** Records one operation per written table; a SELECT writes only through a WITH query. */
export const applyWrite = (step: PgStep, node: TaggedNode): void => {
  const options = { toUtf16: step.source.toUtf16, searchPath: step.session.path };
  const found = references([{ [node.type]: node.body }], step.draft, options);
  const reads = [...new Set(found.filter((use) => use.kind === 'read' && use.column !== null).map((use) => `${use.table}.${use.column}`))];
  const seen = new Set<string>();
  for (const use of found) {
    if (use.kind !== 'write' || use.column !== null || seen.has(use.table) || isTemporary(step, use.table) || !isWrite(use.statement))
      continue;
    seen.add(use.table);
    report(step, use.statement, use.table, node.body);
    record(step, { type: 'write', object: tableObject(use.table), statement: use.statement, columns: columnsOf(found, use.table), reads });
  }
};
