/**
 * Takes one column out of the column list of an INSERT, or out of the SET of an UPDATE, in the source text of a SQL literal.
 * Input: the raw text between the quotes, the offset of the column's name in it. Output: ranges that go, and the parameter that has
 * lost its place; or why it cannot be done, in plain words. Pure.
 * Invariant: values are only taken out where they are a constant, a parameter or one `${…}`: nothing that calls anything.
 */

export interface Cut {
  readonly start: number;
  readonly end: number;
}

/** A value that came from outside the text. */
export type Parameter =
  | { readonly kind: 'numbered'; readonly number: number }
  | { readonly kind: 'question'; readonly index: number }
  /** `${…}` of a template, at this offset. */
  | { readonly kind: 'expression'; readonly start: number; readonly end: number };

export type ListEdit =
  | { readonly ok: true; readonly cuts: readonly Cut[]; readonly parameters: readonly Parameter[] }
  | { readonly ok: false; readonly reason: string };

interface Token extends Cut {
  readonly kind: 'word' | 'text' | 'mark' | 'number' | 'numbered' | 'question' | 'named' | 'expression';
  readonly text: string;
}

const no = (reason: string): ListEdit => ({ ok: false, reason });

export function withoutColumn(raw: string, at: number): ListEdit {
  const tokens = tokensOf(raw);
  const index = tokens.findIndex(({ start, end }) => start <= at && at < end);
  const before = tokens[index - 1];
  if (index < 0 || before === undefined) return no('the name does not stand in a list of columns');
  const open = openOf(tokens, index);
  if (open >= 0) return fromInsert(tokens, open, index);
  return /^set$/i.test(before.text) || before.text === ',' ? fromSet(tokens, index) : no('the column is not set by itself');
}

/** Where each `$n` stands, so that those after a lost one can be counted anew. */
export const numberedIn = (raw: string): readonly { readonly number: number; readonly start: number; readonly end: number }[] =>
  tokensOf(raw).flatMap(({ kind, text, start, end }) => (kind === 'numbered' ? [{ number: Number(text.slice(1)), start, end }] : []));

const PATTERN =
  /(?<text>'(?:''|\\[\s\S]|[^'\\])*')|(?<quoted>"(?:""|[^"])*"|\\?`(?:[^`\\])*\\?`|\[[^\]]*\])|(?<space>\s+|\\[nrt]|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<numbered>\$\d+)|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<number>\d[\w.]*)|(?<question>\?)|(?<named>::\s*|:[A-Za-z_]\w*)|(?<mark>[\s\S])/y;

function tokensOf(raw: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < raw.length; ) {
    if (raw.startsWith('${', at)) {
      const end = endOfExpression(raw, at);
      tokens.push({ kind: 'expression', text: raw.slice(at, end), start: at, end });
      at = end;
      continue;
    }
    PATTERN.lastIndex = at;
    const match = PATTERN.exec(raw);
    const groups = match?.groups ?? {};
    const text = match?.[0] ?? raw.charAt(at);
    const end = at + text.length;
    const kind = (['text', 'numbered', 'word', 'number', 'question', 'named', 'mark'] as const).find((name) => groups[name] !== undefined);
    if (groups.quoted !== undefined) tokens.push({ kind: 'word', text, start: at, end });
    else if (kind === 'named' && text.startsWith('::')) tokens.push({ kind: 'mark', text: '::', start: at, end });
    else if (kind !== undefined) tokens.push({ kind, text, start: at, end });
    at = end;
  }
  return tokens;
}

/** The end of a `${…}`: braces are counted; a text inside that holds one makes it too long, and the list then does not fit. */
function endOfExpression(raw: string, start: number): number {
  let depth = 0;
  for (let at = start + 1; at < raw.length; at++) {
    if (raw[at] === '{') depth++;
    else if (raw[at] === '}' && --depth === 0) return at + 1;
  }
  return raw.length;
}

/** The bracket around a token that opens a plain list of names after a table; -1: none does. */
function openOf(tokens: readonly Token[], index: number): number {
  let at = index - 1;
  while (at >= 0 && (tokens[at]?.kind === 'word' || tokens[at]?.text === ',')) at--;
  const isList = tokens[at]?.text === '(' && tokens[at - 1]?.kind === 'word';
  return isList ? at : -1;
}

interface Item {
  readonly from: number;
  readonly to: number;
}

/** The items of a bracket, by token index; null where it does not end. */
function itemsOf(tokens: readonly Token[], open: number): { readonly items: readonly Item[]; readonly close: number } | null {
  const items: Item[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < tokens.length; at++) {
    const text = tokens[at]?.kind === 'mark' ? tokens[at]?.text : '';
    if (text === '(') depth++;
    if (text === ')') depth--;
    if (depth === 0 || (depth === 1 && text === ',')) {
      items.push({ from, to: at });
      from = at + 1;
    }
    if (depth === 0) return { items, close: at };
  }
  return null;
}

function fromInsert(tokens: readonly Token[], open: number, index: number): ListEdit {
  const columns = itemsOf(tokens, open);
  const place = columns?.items.findIndex(({ from, to }) => from <= index && index < to) ?? -1;
  if (columns === null || place < 0) return no('the list of columns does not end');
  if (columns.items.length === 1) return no('the row would hold nothing else');
  let at = columns.close + 1;
  if (!/^values?$/i.test(tokens[at]?.text ?? '')) return no('the rows do not come from VALUES');
  const cuts = [cutOf(tokens, columns.items, place)];
  const parameters: Parameter[] = [];
  for (at++; ; at++) {
    const row = tokens[at]?.text === '(' ? itemsOf(tokens, at) : null;
    const value = row?.items[place];
    if (row === null || value === undefined || row.items.length !== columns.items.length) return no('its value in VALUES cannot be told');
    const found = outsideOf(tokens, value);
    if (!found.ok) return found;
    cuts.push(cutOf(tokens, row.items, place));
    parameters.push(...found.parameters);
    at = row.close + 1;
    if (tokens[at]?.text !== ',') return { ok: true, cuts, parameters };
  }
}

const SET_ENDS = /^(?:where|from|returning|order|limit|on|output)$/i;

function fromSet(tokens: readonly Token[], index: number): ListEdit {
  const items: Item[] = [];
  let depth = 0;
  let start = index;
  while (start > 0 && !(depth === 0 && tokens[start]?.kind === 'word' && /^set$/i.test(tokens[start]?.text ?? ''))) {
    start--;
    if (tokens[start]?.text === ')') depth++;
    if (tokens[start]?.text === '(') depth--;
    if (depth < 0) return no('the column is not set by itself');
  }
  let from = start + 1;
  depth = 0;
  for (let at = from; at <= tokens.length; at++) {
    const token = tokens[at];
    if (token?.text === '(') depth++;
    if (token?.text === ')') depth--;
    const isEnd =
      token === undefined || depth < 0 || (depth === 0 && ((token.kind === 'word' && SET_ENDS.test(token.text)) || token.text === ';'));
    if (!isEnd && !(depth === 0 && token?.text === ',')) continue;
    items.push({ from, to: at });
    from = at + 1;
    if (isEnd) break;
  }
  const place = items.findIndex((item) => item.from <= index && index < item.to);
  const item = items[place];
  if (item === undefined) return no('the list of SET cannot be told');
  if (items.length === 1) return no('nothing else would be set');
  if (tokens[index + 1]?.text !== '=') return no('the column is not set by itself');
  const found = outsideOf(tokens, { from: index + 2, to: item.to });
  return found.ok ? { ok: true, cuts: [cutOf(tokens, items, place)], parameters: found.parameters } : found;
}

/** An item with the comma that goes with it. */
function cutOf(tokens: readonly Token[], items: readonly Item[], place: number): Cut {
  const at = (index: number): Token => tokens[index] ?? { kind: 'mark', text: '', start: 0, end: 0 };
  const item = items[place] ?? { from: 0, to: 0 };
  const next = items[place + 1];
  if (next !== undefined) return { start: at(item.from).start, end: at(next.from).start };
  return { start: at(item.from - 2).end, end: at(item.to - 1).end };
}

/** A value that is nothing but a constant or what is handed in; casts are looked through. */
function outsideOf(tokens: readonly Token[], { from, to }: Item): { ok: true; parameters: Parameter[] } | { ok: false; reason: string } {
  const value = tokens.slice(from, to);
  if (value.length === 0) return { ok: false, reason: 'its value cannot be told' };
  if (value.some(({ text, kind }) => kind === 'mark' && text !== '::' && text !== '.' && text !== '-'))
    return { ok: false, reason: 'its value is computed in the statement' };
  if (value.some(({ kind }) => kind === 'named')) return { ok: false, reason: 'its value is a named parameter' };
  const parameters = value.flatMap(({ kind, text, start, end }): Parameter[] => {
    if (kind === 'numbered') return [{ kind, number: Number(text.slice(1)) }];
    if (kind === 'question') return [{ kind, index: tokens.filter((t) => t.kind === 'question' && t.start < start).length }];
    return kind === 'expression' ? [{ kind, start, end }] : [];
  });
  return { ok: true, parameters };
}
