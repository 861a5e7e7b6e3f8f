/**
 * RETURNING of MariaDB, which the grammar does not know. Input: one statement without comments. Output: the statement without the clause
 * and the clause as a SELECT, at the places they have in the statement.
 */
import { maskQuoted } from './lexer.ts';

export interface SplitStatement {
  readonly statement: string;
  readonly list: string;
}

const WRITES = /^\s*(?:INSERT|REPLACE|DELETE|WITH)\b/i;
const WORD = /[()]|\bRETURNING\b/gi;

/** null: the statement has no such clause outside of brackets. */
export const splitReturning = (sql: string): SplitStatement | null => {
  if (!/\bRETURNING\b/i.test(sql) || !WRITES.test(sql)) return null;
  let depth = 0;
  let at = -1;
  for (const { 0: word, index } of maskQuoted(sql).matchAll(WORD)) {
    if (word === '(') depth++;
    else if (word === ')') depth--;
    else if (depth === 0) at = index;
  }
  if (at < 0) return null;
  return {
    statement: sql.slice(0, at),
    list: `${' '.repeat(at)}${'SELECT'.padEnd('RETURNING'.length)}${sql.slice(at + 'RETURNING'.length)}`,
  };
};
