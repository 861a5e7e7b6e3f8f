/**
 * Names in SQL that no parser accepts (text assembled at run time): tables after FROM, JOIN, INTO and UPDATE, and the
 * columns those tables have in the schema. Input: text and schema. Output: references, none guessed between two tables.
 */
import type { Schema } from '../schema/types.ts';

export interface Scanned {
  readonly kind: 'read' | 'write';
  readonly table: string;
  readonly column: string | null;
  readonly location: number;
}

const TOKEN = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"]|"")+)"|([A-Za-z_][\w$]*)|(\.)|([^\s])/g;
const INTRODUCES_TABLE = new Set(['from', 'join', 'into', 'update', 'table']);
const NOT_AN_ALIAS = new Set(['on', 'where', 'set', 'join', 'left', 'right', 'inner', 'outer', 'cross', 'full', 'using', 'order', 'group', 'limit', 'values', 'select', 'returning', 'union', 'having', 'as', 'natural', 'lateral']);

interface Word {
  readonly name: string;
  readonly quoted: boolean;
  readonly start: number;
  readonly dotBefore: boolean;
  readonly dotAfter: boolean;
}

function wordsOf(sql: string): Word[] {
  const words: Word[] = [];
  let dot = false;
  for (const match of sql.matchAll(TOKEN)) {
    const [, quoted, plain, period] = match;
    if (period) {
      dot = true;
      const last = words.pop();
      if (last) words.push({ ...last, dotAfter: true });
      continue;
    }
    const name = quoted ?? plain?.toLowerCase();
    if (name !== undefined) words.push({ name, quoted: quoted !== undefined, start: match.index ?? 0, dotBefore: dot, dotAfter: false });
    dot = false;
  }
  return words;
}

/** Scans one statement's text. */
export function scanSql(sql: string, schema: Schema): Scanned[] {
  const words = wordsOf(sql);
  const aliases = new Map<string, string>();
  const found: Scanned[] = [];
  const verb = words[0]?.name ?? '';
  words.forEach((word, i) => {
    const before = words[i - 1];
    if (!before || before.quoted || !INTRODUCES_TABLE.has(before.name) || !schema.tables.has(word.name)) return;
    const isTarget = before.name === 'into' || before.name === 'update' || verb === 'delete';
    aliases.set(word.name, word.name);
    found.push({ kind: isTarget ? 'write' : 'read', table: word.name, column: null, location: word.start });
    const next = words[i + 1]?.name === 'as' ? words[i + 2] : words[i + 1];
    if (next && !NOT_AN_ALIAS.has(next.name)) aliases.set(next.name, word.name);
  });
  const tables = [...new Set(aliases.values())];
  words.forEach((word, i) => {
    if (word.dotAfter) return;
    const owner = word.dotBefore ? aliases.get(words[i - 1]?.name ?? '') : onlyOwner(word.name, tables, schema);
    if (owner && schema.tables.get(owner)?.columns.has(word.name)) found.push({ kind: verb === 'insert' || verb === 'update' ? 'write' : 'read', table: owner, column: word.name, location: word.start });
  });
  return found;
}

function onlyOwner(column: string, tables: readonly string[], schema: Schema): string | undefined {
  const owners = tables.filter((t) => schema.tables.get(t)?.columns.has(column));
  return owners.length === 1 ? owners[0] : undefined;
}
