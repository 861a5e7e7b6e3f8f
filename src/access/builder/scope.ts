/**
 * The tables a text-named query works on, under the aliases it gives them, and the columns that a name means among them.
 * Input: names as a builder takes them (`t`, `t as x`, `x.c as y`, `c`). Output: columns of known tables.
 * Invariants: a qualified name means the table of that alias alone; a bare one every table in scope that has such a column,
 * at medium confidence where that is more than one; what nothing in scope has is left out.
 */
import type { Module } from '../../code/types.ts';
import type { AccessContext, Confidence } from '../types.ts';
import { columnNamed, type KnownTable, tablesNamed } from './tables.ts';

/** One source of rows in a query. */
export interface Relation {
  readonly alias: string;
  /** null: a subquery, a CTE, or a name that is computed. */
  readonly table: KnownTable | null;
  /** Whether the builder is known for one by import or type, not by its name alone. */
  readonly isCertain: boolean;
}

export interface Scope {
  readonly relations: readonly Relation[];
  /** Those of the queries around it, innermost first. */
  readonly outer: readonly Relation[];
}

export interface ColumnUse {
  readonly table: KnownTable;
  readonly column: string;
  readonly confidence: Confidence;
}

const AS = /^(.*?)\s+as\s+(["`]?)([\w$ ]+)\2\s*$/is;

/** `schema.t as x` taken apart. */
export function aliased(text: string): { readonly name: string; readonly alias: string | null } {
  const found = AS.exec(text.trim());
  return found ? { name: (found[1] ?? '').trim(), alias: found[3] ?? null } : { name: text.trim(), alias: null };
}

/** The relations a text in a table's place introduces; a name no schema has hides what stands under it. */
export function relationsNamed(text: string, module: Module, context: AccessContext, isCertain: boolean, alias?: string): Relation[] {
  const { name, alias: own } = aliased(text);
  const called = alias ?? own ?? name.slice(name.lastIndexOf('.') + 1);
  const tables = tablesNamed(name, module, context);
  return tables.length === 0 ? [{ alias: called, table: null, isCertain }] : tables.map((table) => ({ alias: called, table, isCertain }));
}

const lower = (certain: boolean): Confidence => (certain ? 'high' : 'medium');

/** The columns that a name in a column's place can mean. */
export function columnsMeant(text: string, scope: Scope, module: Module, context: AccessContext): readonly ColumnUse[] {
  const path = aliased(text).name.replaceAll(/["`]/g, '').split('.');
  const column = (path.at(-1) ?? '').replace(/(?:->|#>|:).*$/s, '').trim();
  if (column === '' || column === '*' || path.some((part) => /[^\p{L}\p{N}_$ -]/u.test(part) && part !== path.at(-1))) return [];
  if (path.length > 1) return qualified(path.slice(0, -1).join('.'), column, scope, module, context);
  const own = bare(column, scope.relations, context);
  return own.length > 0 ? own : bare(column, scope.outer, context);
}

function qualified(owner: string, column: string, scope: Scope, module: Module, context: AccessContext): readonly ColumnUse[] {
  // The row an upsert was refused for.
  const target = owner === 'excluded' ? scope.relations[0]?.alias : undefined;
  const isOwner = ({ alias, table }: Relation): boolean => alias === (target ?? owner) || (owner.includes('.') && table?.table === owner);
  const meant = [scope.relations, scope.outer].map((some) => some.filter(isOwner)).find((some) => some.length > 0);
  if (meant)
    return meant.flatMap(({ table, isCertain }) => {
      const name = table && columnNamed(column, table, context);
      return table && name ? [{ table, column: name, confidence: lower(isCertain) }] : [];
    });
  if (scope.relations.some(({ alias, table }) => table?.table === owner && alias !== owner)) return [];
  // A table joined in another function, by its own name.
  return tablesNamed(owner, module, context).flatMap((table) => {
    const name = columnNamed(column, table, context);
    return name ? [{ table, column: name, confidence: 'medium' as const }] : [];
  });
}

function bare(column: string, relations: readonly Relation[], context: AccessContext): readonly ColumnUse[] {
  const having = new Map<string, ColumnUse>();
  for (const { table, isCertain } of relations) {
    const name = table && columnNamed(column, table, context);
    if (table && name) having.set(`${table.view.id}\0${table.table}`, { table, column: name, confidence: lower(isCertain) });
  }
  const isAlone = having.size === 1 && relations.every((relation) => relation.table !== null);
  return [...having.values()].map((use) => (isAlone ? use : { ...use, confidence: 'medium' }));
}

/** The tables of a scope, each once. */
export function tablesIn(relations: readonly Relation[]): readonly KnownTable[] {
  const known = new Map(relations.flatMap(({ table }) => (table ? [[`${table.view.id}\0${table.table}`, table] as const] : [])));
  return [...known.values()];
}
