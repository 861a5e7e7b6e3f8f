/**
 * The texts that arguments of a Supabase client can be: literals, constants, templates, lists that are joined.
 * Input: an argument. Output: each text with the way back to where its parts are written. A part known only at run time
 * stands in the text as `HOLE`, which no name contains.
 */
import { unwrapAwait } from '../../code/syntax.ts';
import type { Modules, Node } from '../../code/types.ts';
import { writtenOffsets } from '../../code/written.ts';
import { type Text, textsOf } from '../builder/texts.ts';
import { type Piece, variantsOf } from '../sql/pieces.ts';
import type { Source } from '../values.ts';

export const HOLE = '\u0000';

export interface Given {
  readonly text: string;
  /** Where the part at an offset is written. */
  at(offset: number, part: string): Source;
}

/** Every text an argument can be; none where nothing of it is known. */
export function textsGiven(source: Source, modules: Modules): readonly Given[] {
  const { texts, unknown } = textsOf(source, modules);
  const whole = texts.map(({ text, at }: Text): Given => ({ text, at: (offset, part) => within(at, text, offset, part) }));
  const built = unknown.flatMap((one) => variantsOf(one, modules).map(joined));
  return [...whole, ...built.filter(({ text }) => text !== HOLE || whole.length === 0)];
}

function joined(pieces: readonly Piece[]): Given {
  const starts: number[] = [];
  let text = '';
  for (const piece of pieces) {
    starts.push(text.length);
    text += piece.text ?? HOLE;
  }
  return {
    text,
    at: (offset, part) => {
      const index = starts.findLastIndex((start) => start <= offset);
      const piece = pieces[index];
      if (!piece) throw new RangeError('a text has at least one piece');
      const into = offset - (starts[index] ?? 0);
      return placeIn(piece.source, piece.offset + (piece.map?.[into] ?? into), part);
    },
  };
}

/** The place of a part of a text, where the text is written as it is. */
function within(at: Source, text: string, offset: number, part: string): Source {
  const { node, module } = at;
  if (node.type !== 'Literal' && node.type !== 'TemplateLiteral') return at;
  const written = writtenOffsets(text, module.text.slice(node.start + 1, node.end));
  return placeIn(at, node.start + 1 + (written?.[offset] ?? offset), part);
}

function placeIn({ node, module }: Source, start: number, part: string): Source {
  const isVerbatim = part.length > 0 && start >= node.start && module.text.startsWith(part, start);
  return isVerbatim
    ? { module, node: { ...node, start, end: start + part.length, parent: node } as Node }
    : { node: unwrapAwait(node), module };
}
