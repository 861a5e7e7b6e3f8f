/**
 * CREATE TABLE … SELECT → the columns that the query gives the table.
 * Input: the query's tree, its output names. Output: a column each; one that is an expression has the type `unknown`.
 * Invariant: a column of a table keeps its type, and is nullable where an outer join may leave it out.
 */
import { type Body, childOf, isBody, listOf, nodeOf, stringOf, textOf, untag } from '../../parse/sql/ast.ts';
import { tableOf } from '../reference-context.ts';
import type { ReferenceOptions } from '../reference-types.ts';
import type { Column, Schema } from '../types.ts';

interface Source {
  readonly alias: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly isOuter: boolean;
}

/** The tables of FROM; null where something else stands there. */
const sourcesIn = (item: unknown, schema: Schema, options: ReferenceOptions, isOuter: boolean): readonly Source[] | null => {
  const node = untag(item);
  if (node?.type === 'RangeVar') {
    const table = schema.tables.get(tableOf({ schema, options }, node.body));
    const alias = childOf(node.body, 'alias');
    const name = (alias ? textOf(alias, 'aliasname') : null) ?? textOf(node.body, 'relname') ?? '';
    return table ? [{ alias: name, columns: table.columns, isOuter }] : null;
  }
  if (node?.type !== 'JoinExpr' || node.body['isNatural'] === true || listOf(node.body, 'usingClause').length > 0) return null;
  const side = textOf(node.body, 'jointype');
  const left = sourcesIn(node.body['larg'], schema, options, isOuter || side === 'JOIN_RIGHT');
  const right = sourcesIn(node.body['rarg'], schema, options, isOuter || side === 'JOIN_LEFT');
  return left && right ? [...left, ...right] : null;
};

/** A column as the new table gets it: counters become plain numbers, generated columns plain values. */
const copied = (name: string, { default: value, generated, isStored: _, ...rest }: Column, isOuter: boolean): Column => ({
  ...rest,
  name,
  generated: false,
  default: isOuter || generated ? null : value === 'auto_increment' ? '0' : value,
  nullable: rest.nullable || isOuter,
});

const inAnyCase = (columns: ReadonlyMap<string, Column>, name: string): Column | undefined =>
  columns.get(name) ?? [...columns.values()].find((column) => column.name.toLowerCase() === name.toLowerCase());

const unknown = (name: string): Column => ({ name, type: 'unknown', nullable: true, default: null, generated: false });

const columnOf = (target: Body, sources: readonly Source[], outputName: string): readonly Column[] => {
  const value = nodeOf(target, 'val');
  if (value?.type !== 'ColumnRef') return [unknown(outputName)];
  const fields = listOf(value.body, 'fields');
  const parts = fields.map(stringOf).filter((part): part is string => part !== null);
  const isStar = untag(fields.at(-1))?.type === 'A_Star';
  const qualifier = isStar ? parts.at(-1) : parts.at(-2);
  const own = sources.filter((source) => qualifier === undefined || source.alias === qualifier);
  if (isStar) return own.flatMap((source) => [...source.columns.values()].map((column) => copied(column.name, column, source.isOuter)));
  const found = own.flatMap((source) => {
    const column = inAnyCase(source.columns, parts.at(-1) ?? '');
    return column ? [{ column, isOuter: source.isOuter }] : [];
  });
  const [only] = found;
  const name = outputName === parts.at(-1) && only ? only.column.name : outputName;
  return found.length === 1 && only ? [copied(name, only.column, only.isOuter)] : [unknown(outputName)];
};

/** The columns of a query's result; `names` are those of its columns where the tables behind it do not tell. */
export const selectedColumns = (query: Body, names: readonly string[], schema: Schema, options: ReferenceOptions): readonly Column[] => {
  const select = childOf(query, 'SelectStmt') ?? query;
  const from = listOf(select, 'fromClause').map((item) => sourcesIn(item, schema, options, false));
  if (textOf(select, 'op') !== 'SETOP_NONE' || isBody(select['withClause']) || from.includes(null)) return names.map(unknown);
  const sources = from.flatMap((items) => items ?? []);
  return listOf(select, 'targetList').flatMap((item) => {
    const target = untag(item)?.body ?? {};
    return columnOf(target, sources, textOf(target, 'name') ?? '');
  });
};
