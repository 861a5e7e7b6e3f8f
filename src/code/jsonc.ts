/**
 * JSON with comments and trailing commas, as tsconfig files are written, to a value that is safe to look into.
 * Never throws: text that is no JSON gives null.
 */

/** The parsed value; null where the text is malformed. */
export function parseJsonc(text: string): unknown {
  return parseJson(text) ?? parseJson(withoutComments(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A field of a parsed JSON object by its own key; undefined for everything else. */
export function field(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** The own entries of a parsed JSON object; none for everything else. */
export function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

// Open strings and comments run to their end at once, which keeps the scan linear on malformed text.
const tokens = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|,(?=(?:\s|\/\/[^\n]*\n|\/\*[^*]*\*\/)*[}\]])/g;

function withoutComments(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(tokens, (token) => (token.startsWith('"') ? token : ' '));
}
