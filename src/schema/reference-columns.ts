/** Column names and stars in expressions → uses of columns. */
import { type Body, listOf, stringOf, untag } from '../parse/sql/ast.ts';
import { qualify } from './names.ts';
import { type Context, type Environment, emit, locationOf } from './reference-context.ts';
import { columnOf, findSource, findTable, meaningOf, type Origin, type Scope, type Source } from './scope.ts';

const read = (context: Context, origin: Origin | null, how: 'named' | 'implicit', body: Body, environment: Environment): void => {
  if (origin) emit(context, { kind: 'read', table: origin.table, column: origin.column, how }, locationOf(body), environment.verb);
};

/** Every column of a source read as a whole. A subquery's columns were read inside it. */
export const readRow = (context: Context, source: Source, body: Body, environment: Environment): void => {
  if (source.table === null || environment.isExists) return;
  for (const origin of source.columns.values()) read(context, origin, 'implicit', body, environment);
  if (source.open.length > 0)
    emit(context, { kind: 'read', table: source.table, column: null, how: 'implicit' }, locationOf(body), environment.verb);
};

const sourceOf = (scope: Scope | null, qualifier: readonly string[]): Source | null => {
  const last = qualifier.at(-1);
  if (last === undefined) return null;
  if (qualifier.length === 1) return findSource(scope, last);
  return findTable(scope, qualify(qualifier.at(-2) ?? null, last));
};

const qualified = (context: Context, parts: readonly string[], body: Body, scope: Scope | null, environment: Environment): void => {
  const source = sourceOf(scope, parts.slice(0, -1));
  if (source) {
    const origin = columnOf(source, parts.at(-1) ?? '');
    // EXCLUDED is the row about to be written, not the one that is there.
    if (origin && source.qualifiedOnly && source.alias === 'excluded')
      emit(context, { kind: 'write', ...origin, how: 'named' }, locationOf(body), environment.verb);
    else read(context, origin, 'named', body, environment);
    return;
  }
  // `column.field` of a composite column, unless the qualifier is simply unknown.
  const first = parts[0];
  if (first === undefined) return;
  const meaning = meaningOf(scope, first, context.options.variables);
  if (meaning.kind === 'column' && knows(scope, first)) read(context, meaning.origin, 'named', body, environment);
};

const knows = (scope: Scope | null, name: string): boolean => {
  for (let s = scope; s; s = s.parent) if (s.sources.some((source) => source.columns.has(name))) return true;
  return false;
};

/** One ColumnRef: `x`, `t.x`, `s.t.x`, `t.*` or `*`. */
export const columnRef = (context: Context, body: Body, scope: Scope | null, environment: Environment): void => {
  const fields = listOf(body, 'fields');
  const parts = fields.map(stringOf).filter((part): part is string => part !== null);
  if (untag(fields.at(-1))?.type === 'A_Star') {
    const sources = parts.length === 0 ? (scope?.sources ?? []) : [sourceOf(scope, parts)];
    for (const source of sources) if (source) readRow(context, source, body, environment);
    return;
  }
  const [name] = parts;
  if (name === undefined) return;
  if (parts.length > 1) {
    qualified(context, parts, body, scope, environment);
    return;
  }
  const meaning = meaningOf(scope, name, context.options.variables);
  if (meaning.kind === 'column') read(context, meaning.origin, 'named', body, environment);
  else if (meaning.kind === 'row') readRow(context, meaning.source, body, environment);
};

/** Sources that a star in a select list expands to. */
export const starSources = (fields: readonly unknown[], scope: Scope): readonly Source[] => {
  const parts = fields.map(stringOf).filter((part): part is string => part !== null);
  if (parts.length === 0) return scope.sources.filter((source) => !source.qualifiedOnly);
  const source = sourceOf(scope, parts);
  return source ? [source] : [];
};
