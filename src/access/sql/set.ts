/**
 * `INSERT INTO t SET ?` and `UPDATE t SET ? WHERE …` of mysql and mysql2: the columns are those of the object that is sent with the text.
 * Input: the pieces of a text and the expression it is. Output: the pieces with assignments in place of the placeholder, as far as the
 * object is known.
 */
import { unwrapAwait } from '../../code/syntax.ts';
import type { Modules } from '../../code/types.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';
import type { Piece } from './pieces.ts';

const SET = /\bset\s+\?(?=\s*(?:$|;|where\b|on\s+duplicate\b|order\b|limit\b))/i;

/** What is sent for the placeholder of that number: of a list, or the one value that stands there alone. */
const sentWith = ({ node, module }: Source, index: number, modules: Modules): Source | null => {
  const parent = module.parent(node);
  if (parent?.type !== 'CallExpression') return null;
  const next = parent.arguments[parent.arguments.findIndex((argument) => argument === node) + 1];
  if (!next || next.type === 'SpreadElement') return null;
  const value = { node: next, module };
  if (unwrapAwait(next).type !== 'ArrayExpression') return index === 0 ? value : null;
  const { elements, complete } = elementsOf(value, modules);
  return complete || elements.length > index ? (elements[index] ?? null) : null;
};

const placeholders = (text: string): number => (text.replace(/'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"/g, '').match(/\?/g) ?? []).length;

const slice = (piece: Piece, from: number, to: number): Piece => ({
  ...piece,
  text: piece.text?.slice(from, to) ?? null,
  offset: piece.map ? piece.offset : piece.offset + from,
  ...(piece.map ? { map: piece.map.slice(from, to) } : {}),
});

/** The object's columns as assignments; null where it has none that are known. */
const assignments = (value: Source, modules: Modules, at: Piece): readonly Piece[] | null => {
  const { entries, complete } = entriesOf(value, modules);
  if (entries.length === 0 || entries.some(({ key }) => !/^\w+$/.test(key))) return null;
  const word = (text: string): Piece => ({ text, source: at.source, offset: at.offset });
  return entries.flatMap(({ key, at: place }, i): readonly Piece[] => {
    const name: Piece = { text: `\`${key}\``, source: place, offset: place.node.start, map: Array.from(`\`${key}\``, () => 0) };
    return [...(i > 0 ? [word(', ')] : []), complete ? name : { ...name, isOpen: true }, word(' = ?')];
  });
};

/** The pieces with the columns of the object that `SET ?` is given. */
export const withSetObject = (pieces: readonly Piece[], call: Source, modules: Modules): readonly Piece[] => {
  let before = 0;
  for (const [i, piece] of pieces.entries()) {
    const found = SET.exec(piece.text ?? '');
    if (piece.text === null || !found) {
      before += placeholders(piece.text ?? '');
      continue;
    }
    const place = found.index + found[0].length - 1;
    const value = sentWith(call, before + placeholders(piece.text.slice(0, place)), modules);
    const columns = value && assignments(value, modules, piece);
    if (!columns) return pieces;
    const rest = slice(piece, place + 1, piece.text.length);
    return [...pieces.slice(0, i), slice(piece, 0, place), ...columns, rest, ...pieces.slice(i + 1)];
  }
  return pieces;
};
