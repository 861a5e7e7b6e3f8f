/** Where a key still stands once the code is changed. Input: texts. Output: places, in order. Pure. */
import type { Location } from '../parse/span.ts';

export interface Mention {
  readonly key: string;
  readonly location: Location;
}

/** Places of the keys, as whole words, in the texts as they will be. */
export function mentionsIn(
  texts: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string | null>,
  keys: readonly string[],
): Mention[] {
  return [...texts].flatMap(([file, before]) => {
    const text = after.has(file) ? (after.get(file) ?? '') : before;
    return keys.flatMap((key) => placesOf(key, file, text));
  });
}

function placesOf(key: string, file: string, text: string): Mention[] {
  const found: Mention[] = [];
  let line = 1;
  let counted = 0;
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + key.length)) {
    for (let next = text.indexOf('\n', counted); next >= 0 && next < at; next = text.indexOf('\n', counted)) {
      line++;
      counted = next + 1;
    }
    if (isWhole(text, at, key.length)) {
      const column = at - counted + 1;
      found.push({ key, location: { file, line, column, endLine: line, endColumn: column + key.length } });
    }
  }
  return found;
}

const isWhole = (text: string, at: number, length: number): boolean =>
  !/[\w$]/.test(text[at - 1] ?? ' ') && !/[\w$]/.test(text[at + length] ?? ' ');
