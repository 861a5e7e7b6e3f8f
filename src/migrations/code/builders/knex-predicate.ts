/** Conditions of partial indexes, which knex takes as a query: `knex.whereNotNull('a')`, `knex.whereRaw('a > 1')`. */
import { type Builder, rawOf, valueSql } from '../builder.ts';
import { quote } from '../ddl.ts';
import { stringOf, type Value } from '../value.ts';

/** One call chained to a query. */
export interface Link {
  readonly name: string;
  readonly args: readonly Value[];
}

/** What a query keeps: its calls. */
export interface QueryLinks {
  readonly links: readonly Link[];
}

export const MAX_LINKS = 64;

const linkSql = ({ dialect }: Builder, { name, args }: Link): string | null => {
  const [column, second] = [stringOf(args[0]), args[1]];
  if (name === 'whereRaw') return args.length === 1 ? (column ?? rawOf(args[0])) : null;
  if (column === null) return null;
  const own = quote(dialect, column);
  if (name === 'whereNull' || name === 'whereNotNull') return `${own} is ${name === 'whereNull' ? '' : 'not '}null`;
  if (!/^(?:where|andWhere)$/.test(name) || !second || second.kind === 'unknown') return null;
  if (args.length === 2)
    return second.kind === 'plain' && second.value == null ? `${own} is null` : `${own} = ${valueSql(dialect, second)}`;
  const word = stringOf(second);
  return args.length === 3 && args[2] && word !== null && /^(?:[<>]=?|=|<>|!=)$/.test(word)
    ? `${own} ${word} ${valueSql(dialect, args[2])}`
    : null;
};

/** The condition's SQL; null where it cannot be read. */
export const predicateSql = (builder: Builder, value: Value): string | null => {
  const raw = rawOf(value);
  if (raw !== null) return raw.replace(/^\s*where\b/i, '');
  const links = value.kind === 'handle' ? (value.handle.data as Partial<QueryLinks> | undefined)?.links : undefined;
  const parts = links?.map((link) => linkSql(builder, link)) ?? [];
  return parts.length > 0 && parts.length < MAX_LINKS && parts.every((part) => part !== null) ? parts.join(' and ') : null;
};
