/**
 * What every SQL parser gives: statements as trees in PostgreSQL's vocabulary (`SelectStmt`, `RangeVar`, `ColumnRef`, …), so that
 * one reader of queries serves all dialects.
 */
import type { TaggedNode } from './ast.ts';

/** One statement's tree and its own text: comments before it and the semicolon left out. */
export interface SqlStatement {
  readonly node: TaggedNode;
  readonly start: number;
  readonly end: number;
}

export type ParsedSql =
  | {
      readonly ok: true;
      readonly nodes: readonly SqlStatement[] /** location in a tree → UTF-16 offset in the text */;
      readonly toUtf16: (location: number) => number;
    }
  | { readonly ok: false; readonly reason: string /** UTF-16 offset of the error */; readonly offset: number };

export interface SqlParser {
  /** Whether column names mean the same in any case: trees then have them in lower case. */
  readonly anyCase?: boolean;
  /** Parses a text of any number of statements; one syntax error fails all of them. Never throws. */
  parse(sql: string): ParsedSql;
}
