/** Words of a text: what an identifier, a key or a setting may be named. */

/** Every run of letters, digits, `_`, `$`. */
export function wordsIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/[\p{L}\p{N}_$]+/gu) ?? []);
}
