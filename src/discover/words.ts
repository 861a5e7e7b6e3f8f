/** Whole-word search in bytes: the prefilter that decides which files are worth parsing. */

const isWordByte = (b: number | undefined): boolean =>
  b !== undefined && ((b >= 48 && b <= 57) || (b >= 65 && b <= 90) || b === 95 || (b >= 97 && b <= 122));

/** Whether `bytes` contains one of `words` delimited by anything but letters, digits and `_`. */
export function containsWord(bytes: Uint8Array, words: readonly string[], anyCase = false): boolean {
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const buffer = anyCase ? Buffer.from(given.toString('latin1').toLowerCase(), 'latin1') : given;
  return words.some((one) => {
    const word = anyCase ? one.toLowerCase() : one;
    const length = Buffer.byteLength(word);
    for (let at = buffer.indexOf(word); at >= 0; at = buffer.indexOf(word, at + 1)) {
      if (!isWordByte(buffer[at - 1]) && !isWordByte(buffer[at + length])) return true;
    }
    return false;
  });
}

/** Sources Dropgate reads as code. */
export const SOURCE = /\.(?:[cm]?tsx?|[cm]?jsx?)$/;
export const SOURCE_GLOBS = ['*.ts', '*.tsx', '*.mts', '*.cts', '*.js', '*.jsx', '*.mjs', '*.cjs'];

/** Path order of everything Dropgate prints: by code unit, the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
