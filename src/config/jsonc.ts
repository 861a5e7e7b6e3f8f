/**
 * JSON with comments and trailing commas. Comments and the commas become spaces, so that every position in an error of
 * the JSON parser is a position in the file. Linear in the length of the text.
 */
export type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

export function parseJsonc(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(withoutExtras(text)) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

const token = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+|[\s\S]/g;

function withoutExtras(text: string): string {
  const parts: string[] = [];
  /** Index in `parts` of a comma that only space has followed. */
  let comma = -1;
  for (const [part] of text.replace(/^\uFEFF/, ' ').matchAll(token)) {
    const isSpace = /^\s/.test(part) || part.startsWith('//') || part.startsWith('/*');
    if (isSpace) {
      parts.push(part.replace(/\S/g, ' '));
      continue;
    }
    if ((part === '}' || part === ']') && comma >= 0) parts[comma] = ' ';
    comma = part === ',' ? parts.length : -1;
    parts.push(part);
  }
  return parts.join('');
}
