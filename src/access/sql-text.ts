/**
 * SQL as TypeScript writes it: templates, concatenations, fragments kept in constants → text PostgreSQL can parse.
 * Input: an expression. Output: the text with stand-ins for what is only known at run time, and a way back from offsets
 * in it to the source. Own placeholders (`?`, `:id`, `@id`, `{{id::uuid}}`) are replaced at equal length.
 */
import { keyName, unwrapAwait } from '../code/syntax.ts';
import type { Modules, Node } from '../code/types.ts';
import { resolveValue, stringOf } from '../code/values.ts';
import { elementsOf, entriesOf, type Source } from './values.ts';

interface Piece {
  /** null: a hole, known at run time only. */
  readonly text: string | null;
  /** Where it is written. */
  readonly source: Source;
  /** Offset of the text's first character in its module. */
  readonly offset: number;
  /** Offsets of all its characters from there, where escapes or line endings make them differ from their index. */
  readonly map?: readonly number[];
  /** Names that a helper writes out: `sql({ email })`, `sql(rows, 'id', 'email')`. */
  readonly names?: readonly Piece[];
}

export interface SqlText {
  readonly sql: string;
  /** Where the character at `offset` of `sql` is written. */
  at(offset: number): { readonly source: Source; readonly offset: number };
}

const MAX_DEPTH = 6;

/** The pieces of an SQL expression; `alternate` takes the other side of conditions. */
export function piecesOf(source: Source, modules: Modules, alternate = false, depth = 0): readonly Piece[] {
  const node = unwrapAwait(source.node);
  const { module } = source;
  const hole: Piece = { text: null, source, offset: source.node.start };
  if (depth > MAX_DEPTH) return [hole];
  const go = (next: Node): readonly Piece[] => piecesOf({ node: next, module }, modules, alternate, depth + 1);
  switch (node.type) {
    case 'TemplateLiteral':
      return templatePieces(node, source, go);
    case 'TaggedTemplateExpression':
      return go(node.quasi);
    case 'Literal':
      return typeof node.value === 'string' ? [writtenPiece(node.value, node.start + 1, node.end - 1, source)] : [hole];
    case 'BinaryExpression':
      return node.operator === '+' ? [...go(node.left), ...go(node.right)] : [hole];
    case 'ConditionalExpression':
      return go(alternate ? node.alternate : node.consequent);
    case 'LogicalExpression':
      return node.operator === '&&' ? (alternate ? [] : go(node.right)) : [hole];
    case 'CallExpression':
      return callPieces(node, source, modules, go) ?? [hole];
    case 'Identifier':
    case 'MemberExpression':
      return namedPieces(source, modules, alternate, depth) ?? [hole];
    default:
      return [hole];
  }
}

type Call = Extract<Node, { type: 'CallExpression' }>;

function callPieces(node: Call, source: Source, modules: Modules, go: (next: Node) => readonly Piece[]): readonly Piece[] | null {
  const [first, ...rest] = node.arguments;
  if (isRawText(node)) return first ? go(first) : null;
  if (node.callee.type === 'MemberExpression' && keyName(node.callee) === 'join') return joinedPieces(node.callee.object, first ?? null, source, modules, go);
  if (node.callee.type !== 'Identifier' || !first) return null;
  const { module } = source;
  const written = [first, ...rest].flatMap((a) => elementsOf({ node: a, module }, modules).elements);
  const names = written.flatMap((e): Piece[] => {
    const value = unwrapAwait(e.node);
    if (value.type === 'Literal') return typeof value.value === 'string' ? [{ text: value.value, source: e, offset: value.start + 1 }] : [];
    return value.type === 'ObjectExpression' ? entriesOf(e, modules).entries.map(({ key, at }) => ({ text: key, source: at, offset: at.node.start })) : [];
  });
  const isNames = names.length > 0 && names.every((n) => /^\w+$/.test(n.text ?? ''));
  return isNames ? [{ text: null, source, offset: node.start, names }] : null;
}

/** `[…].join(', ')`, where every part can be seen. */
function joinedPieces(list: Node, separator: Node | null, source: Source, modules: Modules, go: (next: Node) => readonly Piece[]): readonly Piece[] | null {
  const { elements, complete } = elementsOf({ node: list, module: source.module }, modules);
  if (!complete || elements.length === 0 || elements.some((e) => unwrapAwait(e.node).type === 'ObjectExpression')) return null;
  const between: readonly Piece[] = separator ? go(separator) : [{ text: ',', source, offset: source.node.start }];
  return elements.flatMap((e, i) => [...(i > 0 ? between : []), ...(e.module === source.module ? go(e.node) : piecesOf(e, modules, false, MAX_DEPTH))]);
}

/** `Prisma.raw('…')`, `sql.unsafe('…')`: text put in as it is. */
const isRawText = (node: Extract<Node, { type: 'CallExpression' }>): boolean =>
  node.callee.type === 'MemberExpression' && /^(?:raw|unsafe|literal)$/.test(keyName(node.callee) ?? '');

function templatePieces(node: Extract<Node, { type: 'TemplateLiteral' }>, source: Source, go: (next: Node) => readonly Piece[]): readonly Piece[] {
  const { module } = source;
  return node.quasis.flatMap((quasi, i) => {
    const start = /[`}]/.test(module.text[quasi.start] ?? '') ? quasi.start + 1 : quasi.start;
    const text = writtenPiece(quasi.value.cooked ?? quasi.value.raw, start, node.end, source);
    const expression = node.expressions[i];
    return expression ? [text, ...go(expression)] : [text];
  });
}

const ESCAPE = /\\(?:u\{[\da-f]+\}|u[\da-f]{4}|x[\da-f]{2}|\r\n|[\s\S])|\r\n|[\s\S]/giy;
const LINE_CONTINUES = /^\\[\r\n\u2028\u2029]/;

/** Text as the language reads it, with the way back to what is written between `start` and `end`: escapes and CRLF are longer there. */
function writtenPiece(text: string, start: number, end: number, source: Source): Piece {
  const written = source.module.text.slice(start, end);
  if (written.startsWith(text)) return { text, source, offset: start };
  const map: number[] = [];
  ESCAPE.lastIndex = 0;
  while (map.length < text.length) {
    const at = ESCAPE.lastIndex;
    const unit = ESCAPE.exec(written)?.[0];
    if (unit === undefined) break;
    if (LINE_CONTINUES.test(unit)) continue;
    const isPair = /^\\u\{/.test(unit) && Number.parseInt(unit.slice(3, -1), 16) > 0xffff;
    map.push(...(isPair ? [at, at] : [at]));
  }
  return { text, source, offset: start, map };
}

/** A constant with text, or a fragment built elsewhere. */
function namedPieces(source: Source, modules: Modules, alternate: boolean, depth: number): readonly Piece[] | null {
  const text = stringOf(source.node, source.module, modules);
  if (text !== null) return [{ text, source, offset: source.node.start }];
  const value = resolveValue(source.node, source.module, modules);
  if (!value || value.node === source.node) return null;
  const isText = ['TemplateLiteral', 'TaggedTemplateExpression', 'BinaryExpression'].includes(unwrapAwait(value.node).type);
  return isText ? piecesOf(value, modules, alternate, depth + 1) : null;
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
  return { sql, at: (offset) => locate(segments, offset) };
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

const WANTS_VALUE = /(?:[=<>+\-*/|&,(@]|\b(?:where|and|or|not|select|distinct|all|values|in|limit|offset|set|by|then|else|when|case|like|ilike|between|on|having|returning|any|is|interval))\s*$/i;
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
const blankOwnPlaceholders = (text: string): string => text.replace(/\{\{[^{}]*\}\}|\{\w+:\w+\}|(?<![\w@<>~#&|!])@[A-Za-z_]\w*/g, (m) => padded('$1', m.length));

/** `?`, `:id`, `@id`, `%s`: used when the text does not parse as it is. Strings and casts are left alone. */
export const replacePlaceholders = (sql: string): string =>
  sql.replace(/'(?:[^']|'')*'|"[^"]*"|::\w+|\?\?|\?|(?<![\w:]):[A-Za-z_]\w*|(?<!\w)@\w+|%[sLI]\b/g, (m) => {
    if (m.startsWith("'") || m.startsWith('"') || m.startsWith('::')) return m;
    if (m === '?') return '1';
    return m === '??' || m === '%I' ? 'xx' : m.startsWith('%') ? ' 1' : padded('$1', m.length);
  });
