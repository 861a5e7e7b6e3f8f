/**
 * The prefilter at work: which texts have the names a check asks about, decided without parsing them.
 * Input: clues. Output: the words to search for, and a test of texts. One pass over a text, whatever the number of clues.
 */
import type { Clue } from '../access/types.ts';
import { escaped } from './spelling.ts';

/** All words of the clues that are searched in one way, each once. */
export const wordsOf = (clues: readonly Clue[], anyCase = false): string[] =>
  [...new Set(clues.filter((c) => (c.anyCase ?? false) === anyCase).flatMap((c) => c.words))].sort();

/** A test of texts: whether one can matter, decided without parsing it. */
export function clueMatcher(clues: readonly Clue[]): (text: string) => boolean {
  const exact = wordFinder(
    clues.filter((c) => !c.anyCase),
    'g',
  );
  const folded = wordFinder(
    clues.filter((c) => c.anyCase),
    'gi',
  );
  return (text) => {
    const tested = new Map<RegExp, boolean>();
    const holds = (form: RegExp): boolean => {
      const known = tested.get(form) ?? form.test(text);
      tested.set(form, known);
      return known;
    };
    return [...exact(text), ...folded(text)].some((clue) => clue.beside.every(holds));
  };
}

/** The clues one of whose words a text has. */
function wordFinder(clues: readonly Clue[], flags: 'g' | 'gi'): (text: string) => ReadonlySet<Clue> {
  const fold = (word: string): string => (flags === 'gi' ? word.toLowerCase() : word);
  const byWord = new Map<string, Clue[]>();
  for (const clue of clues) for (const word of clue.words) byWord.set(fold(word), [...(byWord.get(fold(word)) ?? []), clue]);
  if (byWord.size === 0) return () => new Set();
  const words = new RegExp(
    `(?<![\\w$])(?:${[...byWord.keys()]
      .sort((a, b) => b.length - a.length)
      .map(escaped)
      .join('|')})(?![\\w$])`,
    flags,
  );
  return (text) => new Set([...new Set(text.match(words)?.map(fold))].flatMap((word) => byWord.get(word) ?? []));
}
