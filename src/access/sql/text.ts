/**
 * Pieces of SQL → text PostgreSQL can parse. Input: pieces. Output: the text with stand-ins for what is only known at run
 * time, and a way back from offsets in it to the source. Own placeholders (`?`, `:id`, `@id`, `{{id::uuid}}`) are replaced
 * at equal length.
 */

import type { Source } from '../values.ts';
import type { Piece } from './pieces.ts';

export interface SqlText {
  readonly sql: string;
  /** Whether it may write more columns than it names. */
  readonly isOpen: boolean;
  /** Where the character at `offset` of `sql` is written. */
  at(offset: number): { readonly source: Source; readonly offset: number };
}

export type HoleStyle = 'guess' | 'value' | 'nothing';

/** Joins pieces; holes become what their neighbourhood asks for. */
export function joinPieces(pieces: readonly Piece[], style: HoleStyle): SqlText {
  const segments: { from: number; piece: Piece }[] = [];
  let sql = '';
  for (const piece of pieces) {
    const parts = piece.names && style !== 'nothing' ? namesText(sql, piece, piece.names) : [piece];
    for (const part of parts) {
      segments.push({ from: sql.length, piece: part });
      sql += part.text === null ? holeText(sql, style) : blankOwnPlaceholders(part.text);
    }
  }
  return { sql, isOpen: pieces.some((piece) => piece.isOpen), at: (offset) => locate(segments, offset) };
}

/** Names as their place wants them: assignments after SET, columns and values after INTO, else a list. */
function namesText(before: string, { source, offset }: Piece, names: readonly Piece[]): readonly Piece[] {
  const word = (text: string): Piece => ({ text, source, offset });
  const isSet = /\bset\s*$/i.test(before);
  const isInsert = /\binto\s+[\w."]+\s*$/i.test(before);
  const quoted = names.map((n): Piece => ({ ...n, text: `"${n.text}"`, map: Array.from(`"${n.text}"`, () => 0) }));
  const listed = quoted.flatMap((n, i) => [...(i > 0 ? [word(', ')] : []), n, ...(isSet ? [word(' = $1')] : [])]);
  return isInsert ? [word('('), ...listed, word(`) VALUES (${names.map(() => '$1').join(', ')})`)] : listed;
}

function locate(segments: readonly { from: number; piece: Piece }[], offset: number): { source: Source; offset: number } {
  const segment = segments.findLast((s) => s.from <= offset) ?? segments[0];
  if (!segment) throw new RangeError('an SQL text has at least one piece');
  const { piece, from } = segment;
  const mapped = piece.map?.[offset - from];
  if (mapped !== undefined) return { source: piece.source, offset: piece.offset + mapped };
  const isVerbatim = piece.text !== null && piece.source.module.text.startsWith(piece.text.slice(0, 8), piece.offset);
  return { source: piece.source, offset: isVerbatim ? piece.offset + (offset - from) : piece.offset };
}

const WANTS_VALUE =
  /(?:[=<>+\-*/|&,(@]|\b(?:where|and|or|not|select|distinct|all|values|in|limit|offset|set|by|then|else|when|case|like|ilike|between|on|having|returning|any|is|interval))\s*$/i;
const WANTS_NAME = /\b(?:from|join|into|update|table|only)\s*["'.]?$/i;

/** What stands in for a value known at run time: a parameter, a name, or nothing where text is complete without it. */
function holeText(before: string, style: HoleStyle): string {
  if (style === 'nothing') return ' ';
  if (WANTS_NAME.test(before)) return 'dropgate_hole';
  if (/["'][\w%]*$/.test(before) && (before.match(/'/g) ?? []).length % 2 === 1) return 'x';
  if (/"[\w]*$/.test(before) && (before.match(/"/g) ?? []).length % 2 === 1) return 'x';
  if (/\w\.$/.test(before)) return 'dropgate_hole';
  return style === 'value' || WANTS_VALUE.test(before) ? '$1' : ' ';
}

const padded = (stand: string, length: number): string => stand.padEnd(length, ' ').slice(0, Math.max(length, stand.length));

/** `{{id::uuid}}` and ClickHouse-style `{id:UUID}` can never be SQL; `@id` could only be the absolute value of a column. */
const OWN = /\{\{[^{}]*\}\}|\{\w+:\w+\}|(?<![\w@<>~#&|!])@[A-Za-z_]\w*/g;
/** pg-promise's `$<name>`, `$(name)`, `$1:csv`; with `~`, `:name` or `:alias` it stands for names. */
const PG_PROMISE =
  /\$(?:<[^<>]{1,80}>|\([\w.:~^#\s]{1,80}\)|\[[\w.:~^#\s]{1,80}\]|\{[\w.:~^#\s]{1,80}\}|\/[\w.:~^#\s]{1,80}\/|\d+(?::(?:name|alias|raw|csv|list|json|value)\b|[~^#](?=\s|[,);]|$)))/g;
/** pgtyped's `:id!`, `$id!`. */
const REQUIRED = /(?<![\w:$])[:$][A-Za-z_]\w*!/g;

const blankOwnPlaceholders = (text: string): string =>
  text
    .replace(OWN, (m) => padded('$1', m.length))
    .replace(PG_PROMISE, (m) => padded(/(?:~|:name|:alias)\s*[>)\]}/]?$/.test(m) ? 'xx' : '$1', m.length))
    .replace(REQUIRED, (m) => padded('$1', m.length));

/** `?`, `:id`, `@id`, `%s`: used when the text does not parse as it is. Strings and casts are left alone. */
export const replacePlaceholders = (sql: string): string =>
  sql.replace(/'(?:[^']|'')*'|"[^"]*"|::\w+|\?\?|\?|(?<![\w:]):[A-Za-z_]\w*|(?<!\w)@\w+|%[sLI]\b/g, (m) => {
    if (m.startsWith("'") || m.startsWith('"') || m.startsWith('::')) return m;
    if (m === '?') return '1';
    return m === '??' || m === '%I' ? 'xx' : m.startsWith('%') ? ' 1' : padded('$1', m.length);
  });
