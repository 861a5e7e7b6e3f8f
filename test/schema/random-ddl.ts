/**
 * A seeded stream of DDL: a table of statement kinds with weights, each made from what the schema has at that moment,
 * with a share of names that are wrong on purpose.
 */

import { spellName } from '../../src/schema/postgres/safe-sql.ts';
import type { Schema, Table } from '../../src/schema/types.ts';

/** A number in [0, n). */
export type Random = (n: number) => number;

/** Small and repeatable (mulberry32). */
export const seeded = (seed: number): Random => {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
  };
};

export interface Pick {
  readonly random: Random;
  readonly schema: Schema;
  readonly one: <T>(items: readonly T[]) => T | undefined;
  readonly table: () => string;
  readonly column: (table: string) => string;
  readonly view: () => string;
  readonly fresh: (stem: string) => string;
  readonly cascade: () => string;
  readonly type: () => string;
  readonly of: (table: string) => Table | undefined;
}

const TYPES = ['int', 'bigint', 'text', 'varchar(20)', 'numeric(8,2)', 'timestamptz', 'boolean', 'int[]', 'uuid', 'jsonb'];
const COLUMNS = ['a', 'b', 'c', 'd', '"E e"', 'id'];

/** Choices that mostly exist. */
export const picker = (random: Random, schema: Schema): Pick => {
  const one = <T>(items: readonly T[]): T | undefined => items[random(items.length)];
  const isWrong = (): boolean => random(12) === 0;
  const tables = [...schema.tables.keys()];
  const views = [...schema.routines.values()].filter(({ kind }) => kind === 'view');
  const types = [
    ...schema.enums.keys(),
    ...(schema.memory?.catalogue?.domains.keys() ?? []),
    ...(schema.memory?.catalogue?.composites.keys() ?? []),
  ];
  const quote = (name: string | undefined): string => (name === undefined ? 'gone' : spellName(name));
  const own = (table: string): Table | undefined => schema.tables.get(table.replaceAll('"', '')) ?? schema.tables.get(table);
  return {
    random,
    schema,
    one,
    of: own,
    table: () => (isWrong() ? 'gone' : quote(one(tables))),
    column: (table) => {
      const columns = [...(own(table)?.columns.keys() ?? [])];
      return isWrong() || columns.length === 0 ? (one(COLUMNS) ?? 'a') : quote(one(columns));
    },
    view: () => quote(one(views)?.name),
    fresh: (stem) => `${stem}${random(6)}`,
    cascade: () => (random(3) === 0 ? ' CASCADE' : ''),
    type: () => (types.length > 0 && random(4) === 0 ? quote(one(types)) : (one(TYPES) ?? 'int')),
  };
};
