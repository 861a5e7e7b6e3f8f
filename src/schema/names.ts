/**
 * Database names: `public` is left out, other schemas are kept, unqualified names are looked up in the search path.
 */
import { type Body, textOf } from '../parse/sql/ast.ts';

export const DEFAULT_PATH: readonly string[] = ['public'];

export const qualify = (schema: string | null, name: string): string =>
  schema === null || schema === 'public' ? name : `${schema}.${name}`;

/** Schema and bare name of a qualified one. A dot inside a quoted default-schema name is indistinguishable and harmless. */
export const unqualify = (name: string): { readonly schema: string; readonly bare: string } => {
  const dot = name.indexOf('.');
  return dot < 0 ? { schema: 'public', bare: name } : { schema: name.slice(0, dot), bare: name.slice(dot + 1) };
};

/** Name of a RangeVar or of dotted name parts: the first schema of the path that has it, else the first of the path. */
export const resolveName = (
  schema: string | null,
  name: string,
  path: readonly string[],
  exists: (qualified: string) => boolean,
): string => {
  if (schema !== null) return qualify(schema, name);
  for (const candidate of path) {
    const qualified = qualify(candidate, name);
    if (exists(qualified)) return qualified;
  }
  return qualify(path[0] ?? 'public', name);
};

/** What queries call an object that is no relation: functions end in `()`, types begin with `::`, so that no table can be meant. */
export const usedAs = ({ kind, name }: { readonly kind: string; readonly name: string }): string => {
  if (kind === 'function') return `${name}()`;
  return kind === 'enum' ? `::${name}` : name;
};

/** The name behind `usedAs`. */
export const plainName = (used: string): string => used.replace(/^::|\(\)$/g, '');

export const rangeSchema = (range: Body): string | null => textOf(range, 'schemaname');
export const rangeName = (range: Body): string => textOf(range, 'relname') ?? '';

export { compare } from '../discover/words.ts';
