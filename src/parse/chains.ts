/**
 * How deep the tree of JavaScript-like text can be, without parsing it.
 * Input: text. Output: an upper estimate, in tokens, of the longest path from a statement to a leaf.
 * `1+1+…`, `a.b().b()…`, `a?b:a?b:…` and `if…else if…` nest the tree without nesting brackets, and parsers overflow on
 * them; this linear scan runs before any parser. It over-counts (text in strings and comments counts too), never throws.
 */

const space = 0;
const word = 1;
const open = 2;
const close = 3;
const end = 4;
const newline = 5;
const operator = 6;

const kinds: readonly number[] = Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)));

/** The most tokens since the boundary of a statement or list item, summed over the brackets that are open there. */
export function chainDepth(text: string): number {
  const outer: number[] = [];
  let sum = 0;
  let count = 0;
  let longest = 0;
  let previous = operator;
  let isNewLine = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (kinds[code] ?? word) : word;
    if (kind === space || kind === newline) {
      isNewLine ||= kind === newline;
      if (previous === word) previous = space;
      continue;
    }
    if (kind === word) {
      if (previous === word) continue;
      if (isNewLine && previous !== operator && !text.startsWith('else', at)) count = 0;
      count += 1;
    } else if (kind === open) {
      outer.push(count + 1);
      sum += count + 1;
      count = 0;
    } else if (kind === close) {
      count = outer.pop() ?? 0;
      sum -= count;
    } else count = kind === end ? 0 : count + 1;
    isNewLine = false;
    previous = kind;
    if (sum + count > longest) longest = sum + count;
  }
  return longest;
}

function kindOf(character: string): number {
  if ('([{'.includes(character)) return open;
  if (')]}'.includes(character)) return close;
  if (';,'.includes(character)) return end;
  if ('\n\r'.includes(character)) return newline;
  if (' \t\v\f'.includes(character)) return space;
  return /[\w$@#"'\\`]/.test(character) ? word : operator;
}
