/**
 * What a file must mention to be parsed, for the objects a check asks about.
 * Input: objects, and what maps them. Output: clues: those of SQL and query builders, of Prisma, of models in code.
 */
import type { Clue } from '../../access/types.ts';
import { plainName } from '../../schema/names.ts';
import { type Asked, type Mappings, NOT_MAPPED } from '../interest.ts';
import { anyOf, bare, camel, escaped, isFolded, wordOf, written } from '../spelling.ts';
import { modelColumnClues, modelTableClues, QUERY } from './models.ts';
import { joinTableClues, prismaColumnClues, prismaRowClues, prismaTableClues } from './prisma.ts';

/** SQL that means all columns without naming one. */
const EVERY_COLUMN = '\\b(?:select|returning)\\s+(?:["\\w]+\\.)?\\*|,\\s*["\\w]+\\.\\*(?!\\s*\\d)';
const NAMES_TABLE = /\b(?:from|join|into|update|table|truncate)\b/i;
/** Functions and types stand in any part of a query. */
const NAMES_OTHER = /\b(?:select|call|insert|update|delete|values)\b/i;
const QUERY_OR_SQL = new RegExp(`${QUERY.source}|\\b(?:select|insert|update|delete)\\b`, 'i');
const WRITES_ROWS = /\b(?:insert|update|merge|replace|upsert|values|patch)/i;

/** The clues of all objects. */
export function cluesFor(asked: readonly Asked[], mappings: Mappings): readonly Clue[] {
  return asked.flatMap((one) => {
    const mapped = mappings.get(one.database) ?? NOT_MAPPED;
    const { table, column, isNew, only } = one;
    const kept = (name: string): readonly string[] => mapped.aliases?.get(name) ?? [];
    if (only === 'rows') return [tableWord(table, WRITES_ROWS), ...prismaRowClues(table, mapped), ...modelTableClues(table, mapped)];
    if (only === 'unnamed') return [unnamedClue(table)];
    return column === null
      ? [
          ...tableClues(table),
          ...keptClues(kept(table), []),
          ...prismaTableClues(table, mapped),
          ...joinTableClues(table, mapped),
          ...modelTableClues(table, mapped),
        ]
      : [
          ...columnClues(table, column, kept(table)),
          ...keptClues(kept(column), [table, ...kept(table)]),
          ...(mapped.hasTextQueries && !isNew ? textClues(table) : []),
          ...prismaColumnClues(table, column, mapped, isNew),
          ...modelColumnClues(table, column, mapped, isNew),
        ];
  });
}

const tableWord = (table: string, beside: RegExp): Clue => ({
  words: [wordOf(bare(table))],
  anyCase: isFolded(bare(table)),
  beside: [beside],
});

/** The table's name in SQL, or as the whole text of a literal, as query builders take it. */
function tableClues(table: string): Clue[] {
  const name = bare(table);
  const inSql = tableWord(table, plainName(table) === table ? NAMES_TABLE : NAMES_OTHER);
  return [inSql, ...[...new Set([name, camel(name)])].map((one): Clue => ({ words: [wordOf(one)], beside: [asText(one)] }))];
}

/** `'users'`, `'users as u'`, `'auth.users'`; in a list of embedded tables `'id, users(name)'`. */
const asText = (name: string): RegExp =>
  new RegExp(`["'\`](?:\\w+\\.)?${written(name)}(?:\\s+as\\s+\\w+)?["'\`]|\\b${written(name)}\\b\\s*[!(]`);

/** A class gives the methods it inherits the table they query: `super('users', db)`. */
const QUERY_OR_BASE = new RegExp(`${QUERY.source}|\\bextends\\b`);

/** Queries that take all columns of a table whose name they are given as text. */
const textClues = (table: string): Clue[] =>
  [...new Set([bare(table), camel(bare(table))])].map((one) => ({ words: [wordOf(one)], beside: [asText(one), QUERY_OR_BASE] }));

/** The column beside its table, in the database's spelling or in the camel case of naming strategies. */
function columnClues(table: string, column: string, kept: readonly string[]): Clue[] {
  const name = bare(table);
  const beside = new RegExp([written(name), ...(camel(name) === name ? [] : [written(camel(name))]), ...kept.map(escaped)].join('|'), 'i');
  const clues: Clue[] = [{ words: [column], anyCase: true, beside: [beside] }, unnamedClue(table)];
  return camel(column) === column ? clues : [...clues, { words: [camel(column)], beside: [beside] }];
}

/** Queries with a constant of another file in the place of the name. */
const keptClues = (kept: readonly string[], beside: readonly string[]): Clue[] =>
  kept.length === 0
    ? []
    : [{ words: kept, beside: [QUERY_OR_SQL, ...(beside.length > 0 ? [new RegExp(anyOf(beside.map(bare)), 'i')] : [])] }];

/** SQL that takes all columns of a table, or fills them by position. */
const unnamedClue = (table: string): Clue =>
  tableWord(
    table,
    new RegExp(`${EVERY_COLUMN}|\\binto\\s+["\x60\\w.]*${written(bare(table))}["\x60]?\\s+(?:values|select|default|as)\\b`, 'i'),
  );
