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
 * Of the names given, those an edit can have moved a read between: with a name that comes, every name in the file is in
 * question, because the one it replaces may go on elsewhere. With `guards`, an edit that takes words away can have taken
 * a guard off any read that stays.
 */
export function editedNames(before: string, after: string, names: ReadonlySet<string>, guards: boolean): ReadonlySet<string> {
  const [old, fresh] = [counts(before), counts(after)];
  const comes = [...fresh].some(([word, count]) => names.has(word) && (old.get(word) ?? 0) < count);
  const goes = guards && [...old].some(([word, count]) => (fresh.get(word) ?? 0) < count);
  return comes || goes ? new Set([...old.keys(), ...fresh.keys()].filter((word) => names.has(word))) : new Set();
}
