/**
 * PostgreSQL's own parser (libpg-query, WASM) as values: trees or a reason, never a throw.
 * Input: decoded SQL text. Output: statements with UTF-16 ranges, and a converter for the locations inside their trees.
 * Invariants: the module is loaded once per process and only when asked for; text that could make the parser misread
 * (NUL) or run away (nesting) is refused before it gets there.
 */

import { fromBytes, fromCodePoints } from '../positions.ts';
import { isTooDeep } from '../text.ts';
import { type Body, isBody, listOf, untag } from './ast.ts';
import { skipTrivia, trimEnd } from './lexer.ts';
import type { ParsedSql, SqlParser, SqlStatement } from './parser.ts';

export type ParsedPlpgsql = { readonly ok: true; readonly functions: readonly Body[] } | { readonly ok: false; readonly reason: string };

export interface Postgres extends SqlParser {
  /** Parses the PL/pgSQL body of one CREATE FUNCTION or DO statement. */
  parsePlpgsql(statement: string): ParsedPlpgsql;
}

interface Library {
  parseSync(sql: string): unknown;
  parsePlPgSQLSync(sql: string): unknown;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const cursorOf = (error: unknown): number => {
  if (!isBody(error)) return 0;
  const details = error['sqlDetails'];
  const position = isBody(details) ? details['cursorPosition'] : 0;
  return typeof position === 'number' ? position : 0;
};

const refusal = (sql: string): string | null => {
  if (sql.includes('\0')) return 'the text contains a NUL character';
  return isTooDeep(sql) ? 'nesting too deep' : null;
};

const statementOf = (sql: string, raw: unknown, toUtf16: (location: number) => number): SqlStatement | null => {
  if (!isBody(raw)) return null;
  const node = untag(raw['stmt']);
  if (!node) return null;
  const from = typeof raw['stmt_location'] === 'number' ? raw['stmt_location'] : 0;
  const length = typeof raw['stmt_len'] === 'number' ? raw['stmt_len'] : 0;
  const limit = length > 0 ? toUtf16(from + length) : sql.length;
  const start = skipTrivia(sql, toUtf16(from), limit);
  return { node, start, end: trimEnd(sql, start, limit) };
};

const parseWith = (library: Library, sql: string): ParsedSql => {
  const toUtf16 = fromBytes(sql);
  if (skipTrivia(sql, 0) >= sql.length) return { ok: true, nodes: [], toUtf16 };
  const refused = refusal(sql);
  if (refused !== null) return { ok: false, reason: refused, offset: 0 };
  try {
    const result = library.parseSync(sql);
    const nodes: SqlStatement[] = [];
    for (const raw of isBody(result) ? listOf(result, 'stmts') : []) {
      const statement = statementOf(sql, raw, toUtf16);
      if (statement) nodes.push(statement);
    }
    return { ok: true, nodes, toUtf16 };
  } catch (error) {
    return { ok: false, reason: reasonOf(error), offset: fromCodePoints(sql)(cursorOf(error)) };
  }
};

const HAS_BODY = /(?:\bAS\b|\bDO\b)[\s\S]*['$]/i;

const parsePlpgsqlWith = (library: Library, statement: string): ParsedPlpgsql => {
  const refused = refusal(statement);
  if (refused !== null) return { ok: false, reason: refused };
  // The library ends the process's module on a function without a text.
  if (!HAS_BODY.test(statement)) return { ok: false, reason: 'no function body' };
  try {
    const result = library.parsePlPgSQLSync(statement);
    const functions = isBody(result) ? listOf(result, 'plpgsql_funcs').filter(isBody) : [];
    return { ok: true, functions };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
};

let loading: Promise<Postgres> | null = null;

const load = async (): Promise<Postgres> => {
  const library = await import('libpg-query');
  await library.loadModule();
  return { parse: (sql) => parseWith(library, sql), parsePlpgsql: (statement) => parsePlpgsqlWith(library, statement) };
};

/** The parser, loaded at the first call. */
export const loadPostgres = (): Promise<Postgres> => {
  loading ??= load();
  return loading;
};
