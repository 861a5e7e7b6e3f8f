/**
 * A seeded stream of random MySQL DDL that knows the schema it meets: most statements name what is there and add what is not, the rest
 * name anything, so that refusals are met too.
 */

import type { DraftTable } from '../../src/schema/draft.ts';
import { indexesOf } from '../../src/schema/mysql/keys.ts';
import type { Constraint, Schema, Table } from '../../src/schema/types.ts';

/** Numbers from 0 below `n`. */
export type Pick = (n: number) => number;

export const seeded = (seed: number): Pick => {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
};

export interface World {
  readonly pick: Pick;
  readonly schema: Schema;
  /** Counts statements: for names that are new. */
  readonly n: number;
}

export interface Statement {
  readonly kind: string;
  readonly sql: string;
}

type Make = (world: World) => string;

const TABLES = ['users', 'posts', 'tags', 'Logs', 'notes'];
const COLUMNS = ['a', 'b', 'c', 'userName', 'e', 'f'];
const TYPES = [
  ...['int', 'int(11)', 'bigint unsigned', 'varchar(50)', 'varchar(255)', 'decimal(8,2)', 'datetime', 'datetime(3)', "enum('x','y')"],
  ...['tinyint(1)', 'boolean', 'char(36)', 'integer', 'smallint unsigned', 'double', 'date', 'text', 'int unsigned zerofill', 'json'],
];
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['int', 'DEFAULT 0'],
  ['varchar(50)', "DEFAULT 'x'"],
  ['datetime', 'DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP'],
  ['boolean', 'DEFAULT TRUE'],
  ['decimal(8,2)', 'DEFAULT 1.5'],
]);

const one = <T>(pick: Pick, items: readonly T[]): T => items[pick(items.length)] as T;
const quoted = (pick: Pick, name: string): string => (pick(4) === 0 ? `\`${name}\`` : pick(6) === 0 ? name.toUpperCase() : name);
/** One in twelve names anything. */
const isWild = (pick: Pick): boolean => pick(12) === 0;
const someOf = (pick: Pick, items: readonly string[], otherwise: readonly string[]): string =>
  one(pick, items.length > 0 && !isWild(pick) ? items : otherwise);

const freshTable = ({ pick, schema, n }: World): string => someOf(pick, [...TABLES.filter((t) => !schema.tables.has(t)), `t${n}`], TABLES);
const tableNamed = ({ pick, schema }: World): string => someOf(pick, [...schema.tables.keys()], TABLES);
const tableWhere = (world: World, test: (table: Table) => boolean): Table | undefined => {
  const found = [...world.schema.tables.values()].filter(test);
  return found.length > 0 && !isWild(world.pick) ? one(world.pick, found) : world.schema.tables.get(tableNamed(world));
};

interface Place {
  readonly name: string;
  readonly columns: readonly string[];
  readonly indexes: readonly string[];
  readonly constraints: readonly Constraint[];
}

const placeOf = (world: World, table: Table | undefined): Place => ({
  name: table?.name ?? tableNamed(world),
  columns: [...(table?.columns.keys() ?? [])],
  indexes: table ? indexesOf(table as DraftTable).map((index) => index.name) : [],
  constraints: [...(table?.constraints.values() ?? [])],
});

const anywhere = (world: World): Place => placeOf(world, world.schema.tables.get(tableNamed(world)));
const ofKind = (kind: Constraint['kind']) => (table: Table) => [...table.constraints.values()].some((c) => c.kind === kind);

const definition = ({ pick }: World): string => {
  const type = one(pick, TYPES);
  const value = pick(2) === 0 ? DEFAULTS.get(type) : undefined;
  return `${type}${one(pick, ['', '', ' NULL', ' NOT NULL'])}${value ? ` ${value}` : ''}${pick(8) === 0 ? " COMMENT 'it''s; a -- comment'" : ''}`;
};

/** Columns that no key of several columns, no check, no generated column and no foreign key holds on to: MariaDB and MySQL differ about those. */
const freeColumns = ({ columns, constraints }: Place, schema: Schema, name: string): readonly string[] => {
  const held = new Set(constraints.filter((c) => c.kind !== 'unique' || c.columns.length > 1).flatMap((c) => c.columns));
  for (const other of schema.tables.values())
    for (const { references } of other.constraints.values())
      if (references?.table === name) for (const c of references.columns) held.add(c);
  for (const { generated, default: text } of schema.tables.get(name)?.columns.values() ?? [])
    if (generated) for (const column of columns) if (text?.includes(column)) held.add(column);
  return columns.filter((column) => !held.has(column) && column !== 'id');
};

const own = (world: World, place: Place): string =>
  quoted(world.pick, someOf(world.pick, freeColumns(place, world.schema, place.name), COLUMNS));
/** MariaDB gives generated columns defaults; MySQL does not. */
const plain = (world: World, place: Place): string =>
  own(world, { ...place, columns: place.columns.filter((name) => !world.schema.tables.get(place.name)?.columns.get(name)?.generated) });
const fresh = ({ pick, n }: World, { columns }: Place): string =>
  someOf(pick, [...COLUMNS.filter((c) => !columns.some((o) => o.toLowerCase() === c.toLowerCase())), `c${n}`], COLUMNS);
const position = (world: World, place: Place): string =>
  world.pick(4) === 0 ? one(world.pick, [' FIRST', ` AFTER ${someOf(world.pick, place.columns, COLUMNS)}`]) : '';
const key = (world: World, place: Place): string => {
  const [a, b] = [own(world, place), own(world, place)];
  return a.toLowerCase() === b.toLowerCase() || world.pick(2) === 0 ? `(${a})` : `(${a}, ${b})`;
};

type Clause = (world: World, place: Place) => string;

const CLAUSES: Readonly<Record<string, Clause>> = {
  'add column': (w, p) => `ADD ${one(w.pick, ['COLUMN ', ''])}${fresh(w, p)} ${definition(w)}${position(w, p)}`,
  'add columns': (w, p) => `ADD (${fresh(w, p)} ${definition(w)}, y${w.n} ${definition(w)})`,
  'add generated': (w, p) =>
    `ADD g${w.n} int AS ${one(w.pick, [`(user_id + ${w.pick(9)})`, `(user_id * 2) VIRTUAL`, `(id + 1) STORED`])}${position(w, p)}`,
  'drop column': (w, p) => `DROP ${one(w.pick, ['COLUMN ', ''])}${own(w, p)}`,
  'rename column': (w, p) => `RENAME COLUMN ${own(w, p)} TO ${fresh(w, p)}`,
  'swap columns': (w, p) => {
    const [a, b] = [own(w, p), own(w, p)];
    return `RENAME COLUMN ${a} TO ${b}, RENAME COLUMN ${b} TO ${a}`;
  },
  'change column': (w, p) => `CHANGE ${one(w.pick, ['COLUMN ', ''])}${own(w, p)} ${fresh(w, p)} ${definition(w)}${position(w, p)}`,
  'modify column': (w, p) => `MODIFY ${one(w.pick, ['COLUMN ', ''])}${own(w, p)} ${definition(w)}${position(w, p)}`,
  'set default': (w, p) => `ALTER ${plain(w, p)} SET DEFAULT ${one(w.pick, ['NULL', '1'])}`,
  'drop default': (w, p) => `ALTER COLUMN ${plain(w, p)} DROP DEFAULT`,
  'add index': (w, p) => `ADD ${one(w.pick, ['INDEX', 'KEY'])} ${one(w.pick, ['', `i${w.n} `, 'i1 '])}${key(w, p)}`,
  'add unique': (w, p) => `ADD ${one(w.pick, ['UNIQUE', 'UNIQUE KEY', `CONSTRAINT u${w.n} UNIQUE`])} ${key(w, p)}`,
  'add check': (w) => `ADD CONSTRAINT ck${w.n} CHECK (id > ${w.pick(3) - 5})`,
  convert: (w) => one(w.pick, ['CONVERT TO CHARACTER SET utf8mb4', 'ENGINE=InnoDB', 'FORCE', "COMMENT = 'x'"]),
};

const alter =
  (clause: Clause, table: (world: World) => Table | undefined = (world) => world.schema.tables.get(tableNamed(world))): Make =>
  (world) => {
    const place = placeOf(world, table(world));
    return `ALTER TABLE ${place.name} ${clause(world, place)}`;
  };

const named = ({ constraints }: Place, kind: Constraint['kind']): readonly string[] =>
  constraints.filter((c) => c.kind === kind).map((c) => c.name);
const withKind = (kind: Constraint['kind'], clause: Clause): Make => alter(clause, (world) => tableWhere(world, ofKind(kind)));
const withIndex = (clause: Clause): Make => alter(clause, (world) => tableWhere(world, (t) => t.indexes.size > 0));
const someIndex = (w: World, p: Place): string =>
  someOf(
    w.pick,
    p.indexes.filter((name) => name !== 'PRIMARY'),
    ['i1', 'i2', 'u1'],
  );

const routines = (schema: Schema, kind: string): readonly string[] =>
  [...schema.routines.values()].filter((r) => r.kind === kind).map((r) => r.name);

const create: Make = (w) => {
  const name = freshTable(w);
  const other = someOf(
    w.pick,
    [...w.schema.tables.values()].filter(ofKind('primary-key')).map((t) => t.name),
    TABLES,
  );
  const extra = one(w.pick, [
    '',
    ', KEY i1 (user_id)',
    ', UNIQUE (user_id)',
    `, CONSTRAINT fk${w.n} FOREIGN KEY (user_id) REFERENCES ${other} (id)`,
  ]);
  return `CREATE TABLE ${one(w.pick, ['', 'IF NOT EXISTS '])}${name} (id int NOT NULL${one(w.pick, ['', ' AUTO_INCREMENT'])}, user_id int, other_id int, a ${definition(w)}, b ${definition(w)}, userName ${definition(w)}, PRIMARY KEY (id)${extra}) ENGINE=InnoDB`;
};

const KINDS: Readonly<Record<string, Make>> = {
  'create table': create,
  'create like': (w) => `CREATE TABLE ${freshTable(w)} LIKE ${tableNamed(w)}`,
  'create select': (w) =>
    `CREATE TABLE ${freshTable(w)} AS SELECT id, ${own(w, anywhere(w)).replace(/.*/, 'user_id')} AS u FROM ${tableNamed(w)}`,
  'drop table': (w) => `DROP TABLE ${one(w.pick, ['', 'IF EXISTS '])}${tableNamed(w)}`,
  'rename table': (w) => {
    const [a, b, c] = [tableNamed(w), tableNamed(w), freshTable(w)];
    return one(w.pick, [`RENAME TABLE ${a} TO ${c}`, `RENAME TABLE ${a} TO swap, ${b} TO ${a}, swap TO ${b}`]);
  },
  'create index': (w) => {
    const p = anywhere(w);
    return `CREATE ${one(w.pick, ['', 'UNIQUE '])}INDEX ${one(w.pick, ['i1', `i${w.n}`])} ON ${p.name} ${key(w, p)}`;
  },
  'drop index on': (w) => {
    const p = placeOf(
      w,
      tableWhere(w, (t) => t.indexes.size > 0),
    );
    return `DROP INDEX ${someIndex(w, p)} ON ${p.name}`;
  },
  'create view': (w) =>
    `CREATE ${one(w.pick, ['', 'OR REPLACE '])}VIEW v${w.pick(4)} AS SELECT id, ${one(w.pick, ['user_id AS u', '*'])} FROM ${tableNamed(w)}`.replace(
      'id, *',
      '*',
    ),
  'alter view': (w) => `ALTER VIEW ${someOf(w.pick, routines(w.schema, 'view'), ['v0'])} (x) AS SELECT id FROM ${tableNamed(w)}`,
  'drop view': (w) => `DROP VIEW ${one(w.pick, ['', 'IF EXISTS '])}${someOf(w.pick, routines(w.schema, 'view'), ['v0', 'v1'])}`,
  'create trigger': (w) => `CREATE TRIGGER tr${w.n} BEFORE INSERT ON ${tableNamed(w)} FOR EACH ROW SET NEW.id = NEW.id + 1`,
  'drop trigger': (w) => `DROP TRIGGER ${one(w.pick, ['', 'IF EXISTS '])}${someOf(w.pick, routines(w.schema, 'trigger'), ['tr0'])}`,
  ...Object.fromEntries(Object.entries(CLAUSES).map(([name, clause]) => [name, alter(clause)])),
  'drop index': withIndex((w, p) => `DROP ${one(w.pick, ['INDEX', 'KEY'])} ${someIndex(w, p)}`),
  'rename index': withIndex((w, p) => `RENAME INDEX ${someIndex(w, p)} TO ${one(w.pick, [`i${w.n}`, 'i1'])}`),
  'add foreign key': alter((w) => {
    const other = someOf(
      w.pick,
      [...w.schema.tables.values()].filter(ofKind('primary-key')).map((t) => t.name),
      TABLES,
    );
    return `ADD ${one(w.pick, ['', `CONSTRAINT fk${w.n} `])}FOREIGN KEY (${one(w.pick, ['user_id', 'other_id'])}) REFERENCES ${other} (id)`;
  }),
  'drop foreign key': withKind('foreign-key', (w, p) => `DROP FOREIGN KEY ${someOf(w.pick, named(p, 'foreign-key'), ['fk1'])}`),
  'drop check': withKind('check', (w, p) => `DROP CONSTRAINT ${someOf(w.pick, named(p, 'check'), ['ck1'])}`),
  'add primary key': alter(
    (w) => `ADD PRIMARY KEY (id)${w.pick(9) === 0 ? ', ADD KEY (id)' : ''}`,
    (w) => tableWhere(w, (t) => !ofKind('primary-key')(t)),
  ),
  'drop primary key': alter(
    (w) => one(w.pick, ['DROP PRIMARY KEY', 'DROP PRIMARY KEY, ADD PRIMARY KEY (id)', 'MODIFY id int NOT NULL, DROP PRIMARY KEY']),
    (w) => tableWhere(w, (t) => ofKind('primary-key')(t)),
  ),
  'rename to': alter((w) => `RENAME ${one(w.pick, ['TO ', '', 'AS '])}${freshTable(w)}`),
  'several clauses': alter((w, p) => {
    const names = ['drop column', 'modify column', 'add index', 'add check', 'change column', 'add generated'];
    return [`ADD COLUMN z${w.n} ${definition(w)}${position(w, p)}`, ...[1, 2].map(() => CLAUSES[one(w.pick, names)]?.(w, p) ?? '')]
      .sort(() => w.pick(3) - 1)
      .join(', ');
  }),
};

export const KIND_NAMES: readonly string[] = Object.keys(KINDS);

/** The kinds of one round, in random order: tables are made more often than they are dropped. */
export const roundOf = (pick: Pick): readonly string[] => {
  const kinds = [...KIND_NAMES, 'create table', 'create table', 'add foreign key', 'add check'];
  const order: string[] = [];
  while (kinds.length > 0) order.push(...kinds.splice(pick(kinds.length), 1));
  return order;
};

export const statementOf = (kind: string, world: World): Statement => ({ kind, sql: KINDS[kind]?.(world) ?? 'SELECT 1' });
