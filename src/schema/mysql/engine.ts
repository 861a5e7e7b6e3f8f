/**
 * MySQL's side of a replay: a text's statements, split by MySQL's own lexical rules, parsed and applied one by one.
 * Invariant: a broken statement costs only itself.
 */
import { blankComments } from '../../parse/sql/mysql/lexer.ts';
import type { Mysql } from '../../parse/sql/mysql/mysql.ts';
import { splitStatements } from '../../parse/sql/mysql/split.ts';
import { applySafely, type Engine, type SqlPart } from '../replay.ts';
import { recordUnreadable } from '../unreadable.ts';
import { applyTree, executeImmediate } from './apply.ts';
import { connectionOf, type MyStep } from './session.ts';

const same = (location: number): number => location;

/** Commands of the mysql client. */
const CLIENT = /^(?:SOURCE|\\[.\w])(?:\s|$)/i;

/** Backtick names as the scan of unread statements knows names. */
const plainNames = (text: string): string => text.replaceAll('`', '"');

/** The engine for MySQL. */
export const mysqlEngine = (mysql: Mysql): Engine => ({
  apply({ text }: SqlPart, makeStep) {
    const clean = blankComments(text);
    const ranges = splitStatements(clean);
    for (const { start, end } of ranges) {
      const made = makeStep(start, end, same);
      const step: MyStep = { ...made, mysql, base: start, connection: connectionOf(made.session) };
      const own = clean.slice(start, end);
      if (executeImmediate(step, own)) continue;
      const parsed = CLIENT.test(own) ? null : mysql.tree(own);
      if (parsed?.ok) applySafely(step, () => applyTree(step, parsed.tree));
      else recordUnreadable(step, plainNames(own), parsed ? parsed.reason : 'a command of the mysql client that runs other SQL', true);
    }
    return ranges.length;
  },
});
