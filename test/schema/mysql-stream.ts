/** A seeded stream of random MySQL DDL over few names, so that statements meet what others have made. */

/** Numbers from 0 below `n`. */
export type Pick = (n: number) => number;

export const seeded = (seed: number): Pick => {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
};

const one = <T>(pick: Pick, items: readonly T[]): T => items[pick(items.length)] as T;

const TABLES = ['users', 'posts', 'tags', 'Logs'];
const COLUMNS = ['a', 'b', 'c', 'userName', 'e', 'f'];
const TYPES = [
  'int',
  'int(11)',
  'bigint unsigned',
  'varchar(50)',
  'varchar(255)',
  'decimal(8,2)',
  'datetime',
  'datetime(3)',
  "enum('x','y')",
  'tinyint(1)',
  'boolean',
  'char(36)',
  'integer',
  'smallint unsigned',
  'double',
  'date',
  'text',
];

const table = (pick: Pick): string => one(pick, TABLES);
const column = (pick: Pick): string => {
  const name = one(pick, COLUMNS);
  return pick(5) === 0 ? name.toUpperCase() : pick(4) === 0 ? `\`${name}\`` : name;
};

const DEFAULTS: Readonly<Record<string, string>> = {
  int: 'DEFAULT 0',
  'varchar(50)': "DEFAULT 'x'",
  datetime: 'DEFAULT CURRENT_TIMESTAMP',
  boolean: 'DEFAULT TRUE',
  'decimal(8,2)': 'DEFAULT 1.5',
};

const definition = (pick: Pick): string => {
  const type = one(pick, TYPES);
  const nulls = one(pick, ['', '', ' NULL', ' NOT NULL']);
  const value = DEFAULTS[type] !== undefined && pick(2) === 0 ? ` ${DEFAULTS[type]}` : '';
  return `${type}${nulls}${value}${pick(8) === 0 ? " COMMENT 'it''s; a -- comment'" : ''}`;
};
const place = (pick: Pick): string => (pick(4) === 0 ? one(pick, [' FIRST', ` AFTER ${column(pick)}`]) : '');
/** Indexed columns need a length where they are TEXT: the stream indexes what rarely is. */
const key = (pick: Pick): string => `(${one(pick, [column(pick), `${one(pick, ['a', 'b'])}, ${one(pick, ['c', 'e'])}`])})`;

type Make = (pick: Pick, n: number) => string;

const alter =
  (clause: Make): Make =>
  (pick, n) =>
    `ALTER TABLE ${table(pick)} ${clause(pick, n)}`;

const CLAUSES: Readonly<Record<string, Make>> = {
  'add column': (pick) => `ADD ${one(pick, ['COLUMN ', ''])}${column(pick)} ${definition(pick)}${place(pick)}`,
  'add columns': (pick) => `ADD (x${pick(3)} ${definition(pick)}, y${pick(3)} ${definition(pick)})`,
  'drop column': (pick) => `DROP ${one(pick, ['COLUMN ', ''])}${one(pick, [column(pick), `x${pick(3)}`])}`,
  'rename column': (pick) => `RENAME COLUMN ${column(pick)} TO ${column(pick)}`,
  'change column': (pick) => `CHANGE ${one(pick, ['COLUMN ', ''])}${column(pick)} ${column(pick)} ${definition(pick)}${place(pick)}`,
  'modify column': (pick) => `MODIFY ${one(pick, ['COLUMN ', ''])}${column(pick)} ${definition(pick)}${place(pick)}`,
  'set default': (pick) => `ALTER ${column(pick)} SET DEFAULT ${one(pick, ['NULL', '1'])}`,
  'drop default': (pick) => `ALTER COLUMN ${column(pick)} DROP DEFAULT`,
  'add index': (pick) => `ADD ${one(pick, ['INDEX', 'KEY'])} ${one(pick, ['', 'i1 ', 'i2 '])}${key(pick)}`,
  'add unique': (pick) => `ADD ${one(pick, ['UNIQUE', 'UNIQUE KEY', 'CONSTRAINT u1 UNIQUE'])} ${key(pick)}`,
  'add primary key': (pick) => `ADD PRIMARY KEY (${one(pick, ['a', 'b', 'id'])})`,
  'drop primary key': () => 'DROP PRIMARY KEY',
  'drop index': (pick) => `DROP ${one(pick, ['INDEX', 'KEY'])} ${one(pick, ['i1', 'i2', 'u1', 'a', 'b', 'c', 'userName', 'fk1'])}`,
  'rename index': (pick) => `RENAME INDEX ${one(pick, ['i1', 'i2', 'a', 'b'])} TO ${one(pick, ['i1', 'i2', 'i3'])}`,
  'add foreign key': (pick, n) =>
    `ADD ${one(pick, ['', `CONSTRAINT fk${n} `])}FOREIGN KEY (${one(pick, ['user_id', 'other_id'])}) REFERENCES ${table(pick)} (id)`,
  'add check': (pick, n) => `ADD CONSTRAINT ck${n} CHECK (id > ${pick(3) - 5})`,
  'rename to': (pick) => `RENAME ${one(pick, ['TO ', '', 'AS '])}${table(pick)}`,
  convert: () => 'CONVERT TO CHARACTER SET utf8mb4',
};

const KINDS: Readonly<Record<string, Make>> = {
  'create table': (pick) =>
    `CREATE TABLE ${one(pick, ['', 'IF NOT EXISTS '])}${table(pick)} (id int NOT NULL${one(pick, ['', ' AUTO_INCREMENT'])}, user_id int, other_id int, a ${definition(pick)}, b ${definition(pick)}, userName ${definition(pick)}, PRIMARY KEY (id)${one(pick, ['', ', KEY i1 (user_id)', ', UNIQUE (user_id)', ', CONSTRAINT fk0 FOREIGN KEY (user_id) REFERENCES users (id)'])}) ENGINE=InnoDB`,
  'create like': (pick) => `CREATE TABLE ${table(pick)} LIKE ${table(pick)}`,
  'drop table': (pick) => `DROP TABLE ${one(pick, ['', 'IF EXISTS '])}${table(pick)}`,
  'rename table': (pick) => {
    const [a, b] = [table(pick), table(pick)];
    return one(pick, [`RENAME TABLE ${a} TO ${b}`, `RENAME TABLE ${a} TO swap, ${b} TO ${a}, swap TO ${b}`]);
  },
  'create index': (pick) => `CREATE ${one(pick, ['', 'UNIQUE '])}INDEX ${one(pick, ['i1', 'i2', 'i4'])} ON ${table(pick)} ${key(pick)}`,
  'drop index on': (pick) => `DROP INDEX ${one(pick, ['i1', 'i2', 'u1', 'i4'])} ON ${table(pick)}`,
  'create view': (pick) => `CREATE ${one(pick, ['', 'OR REPLACE '])}VIEW v${pick(2)} AS SELECT id, user_id AS u FROM ${table(pick)}`,
  'drop view': (pick) => `DROP VIEW ${one(pick, ['', 'IF EXISTS '])}v${pick(2)}`,
  ...Object.fromEntries(Object.entries(CLAUSES).map(([name, clause]) => [name, alter(clause)])),
  'two clauses': alter(
    (pick, n) =>
      `ADD COLUMN z${n % 3} ${definition(pick)}${place(pick)}, ${one(
        pick,
        ['drop column', 'modify column', 'add index'].map((name) => CLAUSES[name] as Make),
      )(pick, n)}`,
  ),
};

export const KIND_NAMES: readonly string[] = Object.keys(KINDS);

export interface Statement {
  readonly kind: string;
  readonly sql: string;
}

/** Statements of all kinds in turn, in random order within a round; tables are made more often than they are dropped. */
export const stream = (seed: number, rounds: number): readonly Statement[] => {
  const pick = seeded(seed);
  const made: Statement[] = [];
  for (let round = 0; round < rounds; round++) {
    const kinds = [...KIND_NAMES, 'create table', 'create table', 'add column', 'modify column'];
    while (kinds.length > 0) {
      const [kind = ''] = kinds.splice(pick(kinds.length), 1);
      const make = KINDS[kind];
      if (make) made.push({ kind, sql: make(pick, made.length) });
    }
  }
  return made;
};
