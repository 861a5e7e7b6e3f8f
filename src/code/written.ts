/**
 * Texts as a file writes them: escapes and CRLF are longer there than in the value.
 */

const ESCAPE = /\\(?:u\{[\da-f]+\}|u[\da-f]{4}|x[\da-f]{2}|\r\n|[\s\S])|\r\n|[\s\S]/giy;
const LINE_CONTINUES = /^\\[\r\n\u2028\u2029]/;

/** Offsets in `written` of the characters of `text`, the value it stands for; null where they are the same. */
export function writtenOffsets(text: string, written: string): readonly number[] | null {
  if (written.startsWith(text)) return null;
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
  return map;
}
