/** INSERT, UPDATE, DELETE and TRUNCATE in a migration → `write` operations: the backfill. */
import type { TaggedNode } from '../../parse/sql/ast.ts';
import { maskQuoted } from '../../parse/sql/mysql/lexer.ts';
import { references } from '../references.ts';
import { act, record, tableObject } from '../step.ts';
import type { MyStep } from './session.ts';

type Write = 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE';

const isWrite = (verb: string): verb is Write => /^(?:INSERT|UPDATE|DELETE|TRUNCATE)$/.test(verb);

/** The text outside of brackets and quotes. */
const outermost = (text: string): string => {
  const mask = maskQuoted(text);
  const parts: string[] = [];
  for (let i = 0, from = 0, depth = 0; i <= mask.length; i++) {
    const c = mask[i];
    if (c === '(' && depth++ === 0) parts.push(mask.slice(from, i));
    if (c === ')' && depth > 0 && --depth === 0) from = i + 1;
    if (i === mask.length && depth === 0) parts.push(mask.slice(from));
  }
  return parts.join(' ');
};

/** UPDATE or DELETE without a WHERE or LIMIT of its own: every row in one statement. */
const isUnbounded = (node: TaggedNode, text: string): boolean =>
  /^(?:Update|Delete)(?:Join)?Stmt$/.test(node.type) && !/\b(?:WHERE|LIMIT)\b/i.test(outermost(text));

/** Records one operation per written table. */
export const applyWrite = (step: MyStep, node: TaggedNode, text: string): void => {
  const found = references([node], step.draft, { toUtf16: (location) => location, anyCase: true });
  const reads = [...new Set(found.flatMap((use) => (use.kind === 'read' && use.column !== null ? [`${use.table}.${use.column}`] : [])))];
  const seen = new Set<string>();
  for (const { kind, table, column, statement } of found) {
    if (kind !== 'write' || column !== null || seen.has(table) || step.session.temporary.has(table) || !isWrite(statement)) continue;
    seen.add(table);
    const written = found.filter((use) => use.kind === 'write' && use.table === table && use.column !== null);
    const columns = [...new Set(written.map((use) => use.column ?? ''))];
    record(step, { type: 'write', object: tableObject(table), statement, columns, reads });
    if (isUnbounded(node, text)) act(step, 'write-all-rows', table);
  }
};
