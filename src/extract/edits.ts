/**
 * Which words an edit is about, without parsing: those that occur more or less often than before.
 * A read that moves from one column to another, or loses its guard, changes the count of some word.
 */
const WORD = /[A-Za-z_$][\w$]*/g;

function counts(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [word] of text.matchAll(WORD)) found.set(word, (found.get(word) ?? 0) + 1);
  return found;
}

/**
 * Of the names given, those an edit can have moved a read between: some come, some go. With `guards`, an edit that takes
 * words away can have taken a guard off any read that stays, so every name in the file is in question.
 */
export function editedNames(before: string, after: string, names: ReadonlySet<string>, guards: boolean): ReadonlySet<string> {
  const [old, fresh] = [counts(before), counts(after)];
  const came = [...fresh].filter(([word, count]) => (old.get(word) ?? 0) < count).map(([word]) => word);
  const went = [...old].filter(([word, count]) => (fresh.get(word) ?? 0) < count).map(([word]) => word);
  const isNamed = (word: string): boolean => names.has(word);
  if (guards && went.length > 0) return new Set([...old.keys(), ...fresh.keys()].filter(isNamed));
  return came.some(isNamed) && went.some(isNamed) ? new Set([...came, ...went].filter(isNamed)) : new Set();
}
