/**
 * What keeps the grammar from running away: rows of constants that say nothing are blanked, chains it takes minutes for are found.
 * Invariants: linear time; the text keeps its length.
 */
import { maskQuoted } from './lexer.ts';

/** Rows of one INSERT that are read. */
const ROWS = 20;
/** Texts shorter than this are read as they stand. */
const LONG = 4000;

const INSERT = /^\s*(?:INSERT|REPLACE)\b[^;]*?\bVALUES?\s*(?=\()/i;
/** A row of nothing but constants, and the comma before it. */
const ROW = /\s*,\s*\((?:'[^']*'|"[^"]*"|[\w.+\-,\s])*\)/y;

/** The statement with all but the first rows of constants blanked. */
export const withoutRows = (sql: string): string => {
  if (sql.length < LONG) return sql;
  const mask = maskQuoted(sql);
  const head = INSERT.exec(mask);
  if (!head) return sql;
  const first = mask.indexOf(')', head[0].length);
  let [from, to] = [-1, -1];
  ROW.lastIndex = first + 1;
  for (let row = 1, at = first + 1; first > 0 && ROW.test(mask); row++, at = ROW.lastIndex) {
    if (row === ROWS) from = at;
    to = ROW.lastIndex;
  }
  if (from < 0 || to - from < 4) return sql;
  const rest = sql.slice(to);
  // A comment, not spaces: patterns look back over spaces.
  return rest.trim() === '' ? sql.slice(0, from) : `${sql.slice(0, from)}/*${'.'.repeat(to - from - 4)}*/${rest}`;
};

const MAX_CASES = 40;
const MAX_UNIONS = 200;
const CHAIN = /(?:\bNOT\s+){40}|(?:[-+~!]\s*){40}|(?:\bBINARY\s+){40}/i;

/** Whether operators before operands, CASEs in each other or UNIONs are more than any statement has. */
export const isRunaway = (sql: string): boolean => {
  const mask = maskQuoted(sql);
  if (/\s{20000}/.test(mask) || CHAIN.test(mask) || (mask.match(/\bUNION\b/gi)?.length ?? 0) > MAX_UNIONS) return true;
  let open = 0;
  for (const [word] of mask.matchAll(/\b(?:CASE|END)\b/gi)) {
    open = Math.max(0, open + (word.length === 4 ? 1 : -1));
    if (open > MAX_CASES) return true;
  }
  return false;
};
