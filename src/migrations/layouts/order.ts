/** The order in which runners apply numbered files: by the number, however long or padded, then by name. */
import { compare } from '../../schema/names.ts';

const PREFIX = /^\D{0,2}(\d[\d._-]*)/;

/** Groups of digits at the start of a name: `0002_x` → 2, `V1_2__x` → 1, 2, `2024-01-05_x` → 2024, 1, 5. */
const numbersOf = (name: string): readonly string[] => {
  const prefix = PREFIX.exec(name)?.[1] ?? '';
  return prefix
    .split(/[._-]+/)
    .filter((part) => part !== '')
    .map((part) => part.replace(/^0+(?=\d)/, ''));
};

const compareNumbers = (a: string, b: string): number => a.length - b.length || compare(a, b);

/** Compares by leading version; names without one come last. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  if (left.length === 0 || right.length === 0) return (left.length === 0 ? 1 : 0) - (right.length === 0 ? 1 : 0) || compare(a, b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = compareNumbers(left[i] ?? '0', right[i] ?? '0');
    if (difference !== 0) return difference;
  }
  return compare(a, b);
};
