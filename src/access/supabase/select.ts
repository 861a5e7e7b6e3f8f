/**
 * The text PostgREST selects by: `id, name:full_name, team:teams!owner(slug), ...author(name), total.sum()`.
 * Input: the text. Output: its items with their offsets; pure, linear, never throws: what it does not understand is left out.
 */

export type Item =
  | { readonly kind: 'column'; readonly name: string; readonly alias: string | null; readonly offset: number }
  | { readonly kind: 'all'; readonly offset: number }
  | {
      readonly kind: 'embed';
      readonly name: string;
      /** What the rows and filters call it. */
      readonly alias: string;
      /** A foreign key, a column of one, or the table between. */
      readonly hint: string | null;
      readonly items: readonly Item[];
      readonly offset: number;
    };

interface Cursor {
  readonly text: string;
  at: number;
}

const MAX_DEPTH = 20;
const JOINS = new Set(['inner', 'left', 'right', 'full']);

/** The items of a select text. */
export const parseSelect = (text: string): readonly Item[] => itemsAt({ text, at: 0 }, 0);

function itemsAt(cursor: Cursor, depth: number): readonly Item[] {
  const items: Item[] = [];
  let start = cursor.at;
  for (; cursor.at <= cursor.text.length; cursor.at++) {
    const character = cursor.text[cursor.at];
    if (character === '"') {
      const end = cursor.text.indexOf('"', cursor.at + 1);
      cursor.at = end < 0 ? cursor.text.length : end;
      continue;
    }
    if (character === '(') {
      const head = cursor.text.slice(start, cursor.at);
      cursor.at++;
      const inner = depth < MAX_DEPTH ? itemsAt(cursor, depth + 1) : [];
      // `total.sum()` and `count()` are aggregates.
      if (inner.length > 0 || !/(?:^|\.)(?:sum|avg|min|max|count)\s*$/.test(head)) items.push(...embedOf(head, start, inner));
      else items.push(...columnOf(head.replace(/\.?(?:sum|avg|min|max|count)\s*$/, ''), start));
      start = Number.NaN;
      continue;
    }
    if (character !== undefined && character !== ',' && character !== ')') continue;
    if (!Number.isNaN(start)) items.push(...columnOf(cursor.text.slice(start, cursor.at), start));
    start = cursor.at + 1;
    if (character === ')') return items;
  }
  return items;
}

const unquoted = (name: string): string => name.replace(/^"(.*)"$/s, '$1');
const indentOf = (text: string): number => text.length - text.trimStart().length;

/** `alias:name`, where `::` begins a cast. */
function named(text: string): { readonly name: string; readonly alias: string | null; readonly offset: number } {
  const found = /^\s*("[^"]*"|[^:"]*?)\s*:(?!:)/.exec(text);
  const rest = found ? text.slice(found[0].length) : text;
  return { name: rest.trim(), alias: found ? unquoted((found[1] ?? '').trim()) : null, offset: (found?.[0].length ?? 0) + indentOf(rest) };
}

function columnOf(text: string, start: number): Item[] {
  const { name, alias, offset } = named(text);
  if (name === '*') return [{ kind: 'all', offset: start + offset }];
  const plain = unquoted(name.replace(/(?:::|->).*$/s, '').trim());
  return plain === '' ? [] : [{ kind: 'column', name: plain, alias, offset: start + offset }];
}

function embedOf(head: string, start: number, items: readonly Item[]): Item[] {
  const { name, alias, offset } = named(head.replace(/^(\s*)\.\.\./, '$1   '));
  const [table = '', ...hints] = name.split('!').map((part) => unquoted(part.trim()));
  const hint = hints.find((one) => !JOINS.has(one)) ?? null;
  return table === '' ? [] : [{ kind: 'embed', name: table, alias: alias ?? table, hint, items, offset: start + offset }];
}

export interface Condition {
  readonly column: string;
  readonly offset: number;
}

/** The columns of an `or` text: `a.eq.1,and(b.gt.2,not.c.is.null)`. */
export function parseConditions(text: string): readonly Condition[] {
  const plain = text
    .replace(/"[^"]*"/g, (quoted) => '"'.repeat(quoted.length))
    .replace(/\.(?:in|cs|cd|ov)\.[({][^)}]*[)}]/g, (list) => '.'.repeat(list.length));
  const found: Condition[] = [];
  for (const match of plain.matchAll(/(?:^|[(,])\s*(?:not\.)?([A-Za-z_][\w]*(?:(?:->>?\w+)+)?)\.+(?=not\.|[a-z]{2,5}[.(]|\.|$)/g)) {
    const column = (match[1] ?? '').replace(/->.*$/s, '');
    if (!/^(?:and|or|not)$/.test(column)) found.push({ column, offset: (match.index ?? 0) + match[0].indexOf(match[1] ?? '') });
  }
  return found;
}
