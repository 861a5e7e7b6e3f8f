/**
 * Names in SQL that no parser accepts (text assembled at run time): tables after FROM, JOIN, INTO and UPDATE, and the
 * columns those tables have. Input: text and what the schema knows. Output: references, none guessed between two tables.
 */

export interface Scanned {
  readonly kind: 'read' | 'write';
  readonly table: string;
  readonly column: string | null;
  readonly location: number;
}

export interface ScanOptions {
  isTable(name: string): boolean;
  hasColumn(table: string, column: string): boolean;
  /** Part of a statement: what stands before and after it is not known, so that only qualified columns count. */
  readonly isFragment: boolean;
}

const TOKEN = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"]|"")+)"|([A-Za-z_][\w$]*)|(\.)|(,)|([^\s])/g;
const INTRODUCES_TABLE = new Set(['from', 'join', 'into', 'update', 'table']);
const NOT_AN_ALIAS = new Set([
  'on',
  'where',
  'set',
  'join',
  'left',
  'right',
  'inner',
  'outer',
  'cross',
  'full',
  'using',
  'order',
  'group',
  'limit',
  'values',
  'select',
  'returning',
  'union',
  'having',
  'as',
  'natural',
  'lateral',
]);

interface Word {
  readonly name: string;
  readonly quoted: boolean;
  readonly start: number;
  /** What stands directly before it: a dot, a comma, something else that is no word, or the word before. */
  readonly after: 'dot' | 'comma' | 'sign' | 'word';
}

function wordsOf(sql: string): Word[] {
  const words: Word[] = [];
  let after: Word['after'] = 'sign';
  for (const match of sql.matchAll(TOKEN)) {
    const [whole, quoted, plain, period, comma] = match;
    if (/^(?:--|\/\*)/.test(whole)) continue;
    const name = quoted ?? plain?.toLowerCase();
    if (name !== undefined) words.push({ name, quoted: quoted !== undefined, start: match.index ?? 0, after });
    after = name !== undefined ? 'word' : period ? 'dot' : comma ? 'comma' : 'sign';
  }
  return words;
}

interface TableUse {
  readonly table: string;
  readonly alias: string;
  readonly word: Word;
  /** The word that introduces it; a list goes on with its first one's. */
  readonly verb: string;
  /** Index of the last word that belongs to it. */
  readonly last: number;
}

/** Scans one statement's text, or a part of one. */
export function scanSql(sql: string, options: ScanOptions): Scanned[] {
  const words = wordsOf(sql);
  const verb = words[0]?.name ?? '';
  const uses = tablesOf(words, options);
  const aliases = new Map(
    uses.flatMap((use) => [[use.table.slice(use.table.indexOf('.') + 1), use.table] as const, [use.alias, use.table] as const]),
  );
  const found = uses.map(({ table, word, verb: introduced }): Scanned => {
    const isTarget = introduced === 'into' || introduced === 'update' || verb === 'delete';
    return { kind: isTarget ? 'write' : 'read', table, column: null, location: word.start };
  });
  const kind = verb === 'insert' || verb === 'update' ? 'write' : 'read';
  const tables = [...new Set(aliases.values())];
  words.forEach((word, i) => {
    if (words[i + 1]?.after === 'dot' || uses.some((use) => use.word === word)) return;
    const owner = ownerOf(word, words[i - 1], aliases, tables, options);
    if (owner !== undefined && options.hasColumn(owner, word.name))
      found.push({ kind, table: owner, column: word.name, location: word.start });
  });
  return found;
}

function ownerOf(
  word: Word,
  before: Word | undefined,
  aliases: ReadonlyMap<string, string>,
  tables: readonly string[],
  options: ScanOptions,
): string | undefined {
  if (word.after === 'dot')
    return before
      ? (aliases.get(before.name) ?? (options.isFragment && options.isTable(before.name) ? before.name : undefined))
      : undefined;
  if (options.isFragment) return undefined;
  const owners = tables.filter((table) => options.hasColumn(table, word.name));
  return owners.length === 1 ? owners[0] : undefined;
}

/** Tables with their aliases: after a word that introduces one, and after commas behind it. */
function tablesOf(words: readonly Word[], options: ScanOptions): TableUse[] {
  const uses: TableUse[] = [];
  words.forEach((word, i) => {
    const before = words[i - 1];
    const isIntroduced = before !== undefined && !before.quoted && word.after === 'word' && INTRODUCES_TABLE.has(before.name);
    const last = uses.at(-1);
    const isNext = word.after === 'comma' && last !== undefined && last.last === i - 1 && last.verb === 'from';
    const use = isIntroduced || isNext ? tableAt(words, i, isNext ? 'from' : (before?.name ?? ''), options) : null;
    if (use) uses.push(use);
  });
  return uses;
}

function tableAt(words: readonly Word[], at: number, verb: string, options: ScanOptions): TableUse | null {
  const first = words[at];
  const second = words[at + 1]?.after === 'dot' ? words[at + 1] : undefined;
  const word = second ?? first;
  if (!first || !word) return null;
  const table = [second ? `${first.name}.${second.name}` : first.name, ...(second && first.name === 'public' ? [second.name] : [])].find(
    options.isTable,
  );
  if (table === undefined) return null;
  const end = second ? at + 1 : at;
  const isNamed = words[end + 1]?.after === 'word' && words[end + 1]?.name === 'as';
  const alias = words[end + (isNamed ? 2 : 1)];
  const isAlias = alias !== undefined && alias.after === 'word' && (alias.quoted || !NOT_AN_ALIAS.has(alias.name));
  return { table, alias: isAlias ? alias.name : table, word, verb, last: isAlias ? end + (isNamed ? 2 : 1) : end };
}
