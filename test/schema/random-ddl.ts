/**
 * A seeded stream of DDL: what the makers of statements choose from. Choices come from what the schema has at that moment and
 * mostly fit the statement, with a share of names that are wrong on purpose.
 */

import { spellName } from '../../src/schema/postgres/safe-sql.ts';
import { quoteName } from '../../src/schema/postgres/type-names.ts';
import type { Column, Constraint, Index, Routine, Schema, Table } from '../../src/schema/types.ts';

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
  /** One time in so many, a choice is made without regard to whether it fits. */
  readonly isWrong: () => boolean;
  readonly table: (fits?: (table: Table) => boolean) => Table | null;
  readonly column: (table: Table, fits?: (column: Column) => boolean) => string | null;
  readonly constraint: (table: Table, fits?: (constraint: Constraint) => boolean) => string | null;
  readonly index: (fits?: (index: Index, table: Table) => boolean) => string | null;
  readonly routine: (kind: Routine['kind'], fits?: (routine: Routine) => boolean) => Routine | null;
  /** A name of a map or set. */
  readonly name: (names: Iterable<string> | undefined) => string | null;
  /** A name that is mostly free. */
  readonly fresh: (stem: string) => string;
  readonly cascade: () => string;
  readonly type: () => string;
  /** Bounds that no partition has yet. */
  readonly bound: () => string;
}

const TYPES = ['int', 'bigint', 'text', 'varchar(20)', 'numeric(8,2)', 'timestamptz', 'boolean', 'int[]', 'uuid', 'jsonb'];
const MANY = 12;

export const spell = spellName;
export const quote = quoteName;

const relations = (schema: Schema): readonly string[] => [
  ...schema.tables.keys(),
  ...schema.enums.keys(),
  ...[...schema.routines.values()].map(({ name }) => name),
  ...(schema.memory?.otherTypes ?? []),
  ...(schema.memory?.catalogue?.sequences.keys() ?? []),
  ...(schema.memory?.catalogue?.schemas ?? []),
  ...[...schema.tables.values()].flatMap((table) => [...table.indexes.keys(), ...table.constraints.keys()]),
];

/** Choices that mostly exist. */
export const picker = (random: Random, schema: Schema, nextBound: () => number): Pick => {
  const one = <T>(items: readonly T[]): T | undefined => items[random(items.length)];
  const isWrong = (): boolean => random(25) === 0;
  const among = <T>(all: readonly T[], fits: ((item: T) => boolean) | undefined): T | null =>
    one(fits && !isWrong() ? all.filter(fits) : all) ?? null;
  const types = [
    ...schema.enums.keys(),
    ...(schema.memory?.catalogue?.domains.keys() ?? []),
    ...(schema.memory?.catalogue?.composites.keys() ?? []),
  ];
  return {
    random,
    schema,
    one,
    isWrong,
    table: (fits) =>
      random(40) === 0
        ? { name: 'gone', columns: new Map(), constraints: new Map(), indexes: new Map() }
        : among([...schema.tables.values()], fits),
    column: (table, fits) => {
      const found = random(40) === 0 ? null : among([...table.columns.values()], fits);
      return found ? quoteName(found.name) : random(20) === 0 || table.name === 'gone' ? (one(['a', 'b', '"E e"', 'id']) ?? 'a') : null;
    },
    constraint: (table, fits) => (isWrong() ? 'nothing' : (among([...table.constraints.values()], fits)?.name ?? null)),
    index: (fits) => {
      const all = [...schema.tables.values()].flatMap((table) => [...table.indexes.values()].map((index) => ({ index, table })));
      const found = among(all, fits ? ({ index, table }) => fits(index, table) : undefined);
      if (!found) return null;
      const [space = ''] = found.table.name.includes('.') ? found.table.name.split('.') : [];
      return spellName(space === '' ? found.index.name : `${space}.${found.index.name}`);
    },
    routine: (kind, fits) =>
      among(
        [...schema.routines.values()].filter((routine) => routine.kind === kind),
        fits,
      ),
    name: (names) => (random(30) === 0 ? 'nothing' : (one([...(names ?? [])]) ?? null)),
    fresh: (stem) => {
      const all = Array.from({ length: MANY }, (_, i) => `${stem}${i}`);
      const taken = new Set(relations(schema));
      return (isWrong() ? undefined : one(all.filter((name) => !taken.has(name)))) ?? one(all) ?? stem;
    },
    cascade: () => (random(3) === 0 ? ' CASCADE' : ''),
    type: () => (types.length > 0 && random(4) === 0 ? spellName(one(types) ?? 'int') : (one(TYPES) ?? 'int')),
    bound: () => {
      const from = nextBound() * 10;
      return `FOR VALUES FROM (${from}) TO (${from + 10})`;
    },
  };
};
