/** What is left when code spans are taken out, as CommonMark finds them. */
export function withoutCode(text: string): string {
  let rest = '';
  for (let index = 0; index < text.length; ) {
    const run = /^`+/.exec(text.slice(index))?.[0] ?? '';
    const isEscaped = text[index - 1] === '\\' && run !== '';
    const close = run === '' || isEscaped ? -1 : closing(text, index + run.length, run.length);
    if (close < 0) {
      rest += text[index];
      index++;
    } else index = close;
  }
  return rest;
}

function closing(text: string, from: number, length: number): number {
  for (const match of text.slice(from).matchAll(/`+/g)) if (match[0].length === length) return from + match.index + length;
  return -1;
}
