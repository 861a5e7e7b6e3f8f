/**
 * Statements as PostgreSQL runs them: all or nothing, and undone by ROLLBACK.
 * Invariant: the draft is copied only where a statement could be refused half-way, or where the text really has a ROLLBACK.
 */
import { type Body, childOf, listOf, type TaggedNode, textOf, untag } from '../../parse/sql/ast.ts';
import { type Draft, markDraft, markTables, restoreDraft } from '../draft.ts';
import { act, type PgStep, relationOf, type Session } from '../step.ts';
import { familyOf } from './family.ts';

interface Mark {
  readonly name: string | null;
  readonly draft: Draft;
  readonly changes: number;
  readonly actions: number;
}

const MARKS = new WeakMap<Session, Mark[]>();
const ROLLING_BACK = new WeakSet<Session>();

/** Says that the session's text has a ROLLBACK. */
export const expectRollback = (session: Session): void => {
  ROLLING_BACK.add(session);
};

export const isRollback = ({ type, body }: TaggedNode): boolean =>
  type === 'TransactionStmt' && ['TRANS_STMT_ROLLBACK', 'TRANS_STMT_ROLLBACK_TO'].includes(textOf(body, 'kind') ?? '');

const SEVERAL: ReadonlyMap<string, string> = new Map([
  ['AlterTableStmt', 'cmds'],
  ['DropStmt', 'objects'],
]);

/** A copy for statements that change more than one thing, so that a refusal can come half-way; only what they can change. */
const markFor = (step: PgStep, { type, body }: TaggedNode): Draft | null => {
  if (type === 'CreateStmt' || type === 'CreateTableAsStmt') return markTables(step.draft, []);
  if (type === 'CreateSchemaStmt') return markDraft(step.draft);
  const list = SEVERAL.get(type);
  if (list === undefined) return null;
  const commands = listOf(body, list);
  const isCascade =
    textOf(body, 'behavior') === 'DROP_CASCADE' || commands.some((item) => textOf(untag(item)?.body ?? {}, 'behavior') === 'DROP_CASCADE');
  if (isCascade || (commands.length > 1 && type === 'DropStmt')) return markDraft(step.draft);
  const range = childOf(body, 'relation');
  if (commands.length < 2 || !range) return null;
  const name = relationOf(step, range);
  return markTables(step.draft, [name, ...familyOf(step, name)]);
};

/** A value that this transaction has added to an enum cannot be used in it. */
const useOfNewValues = (step: PgStep, added: ReadonlySet<string>): void => {
  const text = step.source.text.slice(step.start, step.end);
  for (const key of added) {
    const [, type = '', value = ''] = /^enum-value ((?:[^.]*\.)?[^.]+)\.(.*)$/s.exec(key) ?? [];
    if (type === '' || added.has(`enum ${type}`) || !text.includes(`'${value.replaceAll("'", "''")}'`)) continue;
    act(step, 'pg-enum-value-in-transaction', type, { object: { kind: 'enum-value', table: type, name: value } });
  }
};

const DEPENDED_ON = 'because other objects depend on it';

/** Runs a statement; what it did before it was certainly refused is undone. */
export const guarded = (step: PgStep, node: TaggedNode, run: () => void): void => {
  if (!step.session.inTransaction) {
    step.session.locked?.clear();
    step.session.added?.clear();
  }
  const before = { changes: step.changes.length, actions: step.actions.length, refusals: step.refusals.length };
  if (step.session.added && step.session.added.size > 0 && node.type !== 'AlterEnumStmt') useOfNewValues(step, step.session.added);
  step.draft.journal.length = 0;
  const copy = markFor(step, node);
  run();
  const found = step.refusals.slice(before.refusals);
  const certain = found.find((refusal) => refusal.isCertain);
  if (!certain) return;
  step.refusals.splice(before.refusals, found.length, certain);
  // What others still use stays; that somebody wants to drop it is for the rules to judge.
  if (!certain.reason.endsWith(DEPENDED_ON)) step.changes.length = before.changes;
  step.actions.length = before.actions;
  if (copy) restoreDraft(step.draft, copy);
};

const push = (step: PgStep, name: string | null): void => {
  if (!ROLLING_BACK.has(step.session)) return;
  const marks = MARKS.get(step.session) ?? [];
  marks.push({ name, draft: markDraft(step.draft), changes: step.changes.length, actions: step.actions.length });
  MARKS.set(step.session, marks);
};

const restore = (step: PgStep, mark: Mark): void => {
  restoreDraft(step.draft, mark.draft);
  step.changes.length = mark.changes;
  step.actions.length = mark.actions;
};

const begin = (step: PgStep): void => {
  step.session.inTransaction = true;
  MARKS.delete(step.session);
  push(step, null);
};

const end = (step: PgStep, isUndone: boolean): void => {
  const first = MARKS.get(step.session)?.[0];
  if (isUndone && first?.name === null) restore(step, first);
  MARKS.delete(step.session);
  step.session.inTransaction = false;
  step.session.locked?.clear();
  step.session.added?.clear();
};

const rollbackTo = (step: PgStep, name: string): void => {
  const marks = MARKS.get(step.session) ?? [];
  const at = marks.findLastIndex((mark) => mark.name === name);
  const mark = marks[at];
  if (!mark) return;
  restore(step, mark);
  marks.splice(at);
  push(step, name);
};

const KINDS: ReadonlyMap<string, (step: PgStep, name: string) => void> = new Map<string, (step: PgStep, name: string) => void>([
  ['TRANS_STMT_BEGIN', begin],
  ['TRANS_STMT_START', begin],
  ['TRANS_STMT_COMMIT', (step) => end(step, false)],
  ['TRANS_STMT_ROLLBACK', (step) => end(step, true)],
  ['TRANS_STMT_SAVEPOINT', push],
  ['TRANS_STMT_ROLLBACK_TO', rollbackTo],
]);

export const transaction = (step: PgStep, body: Body): void =>
  KINDS.get(textOf(body, 'kind') ?? '')?.(step, textOf(body, 'savepoint_name') ?? '');
