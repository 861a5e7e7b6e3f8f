/**
 * PostgreSQL's side of a replay: a text's statements, parsed by PostgreSQL's own parser and applied one by one.
 * Invariant: a text that is sound costs one parse; in any other, a broken statement costs only itself.
 */
import type { Postgres } from '../../parse/sql/postgres.ts';
import { type StatementRange, splitStatements } from '../../parse/sql/split.ts';
import { applySafely, type Engine, type MakeStep, type SqlPart } from '../replay.ts';
import type { PgStep } from '../step.ts';
import { recordUnreadable } from '../unreadable.ts';
import { applyNode } from './apply.ts';
import { expectRollback, isRollback } from './transactions.ts';

/** psql commands that bring in statements from elsewhere; the others do not change the schema. */
const INCLUDES = /^\\(?:i|ir|include|include_relative|gexec)\b/;

type MakePgStep = (...range: Parameters<MakeStep>) => PgStep;

const applyRange = (postgres: Postgres, text: string, range: StatementRange, makeStep: MakePgStep): void => {
  const own = text.slice(range.start, range.end);
  const plain = (location: number): number => location;
  if (range.kind === 'meta') {
    if (INCLUDES.test(own)) recordUnreadable(makeStep(range.start, range.end, plain), own, 'a psql command that runs other SQL', false);
    return;
  }
  const parsed = postgres.parse(own);
  if (!parsed.ok) {
    recordUnreadable(makeStep(range.start, range.end, plain), own, parsed.reason, /^\s*(?:DO|EXECUTE)\b/i.test(own));
    return;
  }
  const toUtf16 = (location: number): number => range.start + parsed.toUtf16(location);
  for (const { node, start, end } of parsed.nodes) {
    const step = makeStep(range.start + start, range.start + end, toUtf16);
    applySafely(step, () => applyNode(step, node));
  }
};

/** The engine for PostgreSQL. */
export const postgresEngine = (postgres: Postgres): Engine => ({
  apply({ text }: SqlPart, make, transaction) {
    const makeStep: MakePgStep = (...range) => ({ ...make(...range), postgres });
    const parsed = postgres.parse(text);
    if (!parsed.ok) {
      const ranges = splitStatements(text);
      for (const range of ranges) applyRange(postgres, text, range, makeStep);
      return ranges.length;
    }
    const isUndoing = parsed.nodes.some(({ node }) => isRollback(node));
    for (const { node, start, end } of parsed.nodes) {
      const step = makeStep(start, end, parsed.toUtf16);
      if (isUndoing) expectRollback(step.session);
      if (transaction === 'batch') step.session.inTransaction = parsed.nodes.length > 1;
      applySafely(step, () => applyNode(step, node));
    }
    return parsed.nodes.length;
  },
});
