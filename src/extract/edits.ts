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

/** Lines that one text has and the other has not, as often as it has them. */
function linesOnlyIn(text: string, other: string): string {
  const left = new Map<string, number>();
  for (const line of other.split('\n')) left.set(line.trim(), (left.get(line.trim()) ?? 0) + 1);
  return text
    .split('\n')
    .filter((line) => {
      const count = left.get(line.trim()) ?? 0;
      left.set(line.trim(), count - 1);
      return count <= 0;
    })
    .join('\n');
}

/**
 * Of the names given, those an edit can have moved a read between: once a name comes, every name in the lines that the
 * edit touches. With `guards`, an edit that takes words away can have taken a guard off any read that stays.
 */
export function editedNames(before: string, after: string, names: ReadonlySet<string>, guards: boolean): ReadonlySet<string> {
  const [gone, come] = [counts(linesOnlyIn(before, after)), counts(linesOnlyIn(after, before))];
  const comes = [...come].some(([word, count]) => names.has(word) && (gone.get(word) ?? 0) < count);
  const goes = guards && [...gone].some(([word, count]) => (come.get(word) ?? 0) < count);
  const touched = goes ? [...counts(before).keys(), ...counts(after).keys()] : comes ? [...gone.keys(), ...come.keys()] : [];
  return new Set(touched.filter((word) => names.has(word)));
}

/** Whether an edit touches a line that has one of the names. */
export function touchesNames(before: string, after: string, names: ReadonlySet<string>): boolean {
  return [linesOnlyIn(before, after), linesOnlyIn(after, before)].some((text) => [...counts(text).keys()].some((word) => names.has(word)));
}

/** Of the names given, those that an edit takes away from somewhere. */
export function goneNames(before: string, after: string, names: ReadonlySet<string>): ReadonlySet<string> {
  const [gone, come] = [counts(linesOnlyIn(before, after)), counts(linesOnlyIn(after, before))];
  return new Set([...gone].flatMap(([word, count]) => (names.has(word) && (come.get(word) ?? 0) < count ? [word] : [])));
}
