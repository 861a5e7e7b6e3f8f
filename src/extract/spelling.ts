/** How names of the schema are spelt in code: in patterns, in quoted SQL, in camel case. */
import { plainName } from '../schema/names.ts';

/** The name as a pattern that matches only it. */
export const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** One of the names, as a pattern; of none, one that matches nothing. */
export const anyOf = (names: readonly string[]): string => names.map(escaped).join('|') || '(?!)';

/** The word to search for: of a name that is none (`order-items`, `größen`), its longest part in ASCII. */
export const wordOf = (name: string): string =>
  /^\w+$/.test(name) ? name : ([...(name.match(/\w+/g) ?? [])].sort((a, b) => b.length - a.length)[0] ?? name);

/** A name as quoted SQL can hold it: a quote in it is doubled there. */
export const written = (name: string): string => escaped(name).replaceAll('"', '"{1,2}');

/** A table's name without its schema. */
export function bare(table: string): string {
  const name = plainName(table);
  return name.slice(name.indexOf('.') + 1);
}

/** `parking_fee` → `parkingFee`, as naming strategies and camel-case plug-ins spell it. */
export const camel = (name: string): string => name.replace(/(?<=[^_])_+([a-z0-9])/g, (_, first: string) => first.toUpperCase());

/** PostgreSQL folds unquoted names: one without capitals can be written with some. */
export const isFolded = (name: string): boolean => name === name.toLowerCase();
