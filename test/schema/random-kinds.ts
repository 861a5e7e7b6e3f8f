/** The kinds of statements of the random stream, with their weights. */

import { spellName } from '../../src/schema/postgres/safe-sql.ts';
import type { Routine } from '../../src/schema/types.ts';
import type { Pick } from './random-ddl.ts';

type Make = (p: Pick) => string;

const constraintOf = (p: Pick, table: string): string => p.one([...(p.of(table)?.constraints.keys() ?? [])]) ?? 'nothing';
const indexes = (p: Pick): readonly string[] =>
  [...p.schema.tables.values()].flatMap((t) =>
    [...t.indexes.keys()].map((name) => (t.name.includes('.') ? `${t.name.split('.')[0]}.${name}` : name)),
  );
const routine = (p: Pick, kind: Routine['kind']): Routine | undefined =>
  p.one([...p.schema.routines.values()].filter((r) => r.kind === kind));
const enumOf = (p: Pick): string => p.one([...p.schema.enums.keys()]) ?? 'nothing';
const domainOf = (p: Pick): string => p.one([...(p.schema.memory?.catalogue?.domains.keys() ?? [])]) ?? 'nothing';
const compositeOf = (p: Pick): string => p.one([...(p.schema.memory?.catalogue?.composites.keys() ?? [])]) ?? 'nothing';
const sequenceOf = (p: Pick): string => p.one([...(p.schema.memory?.catalogue?.sequences.keys() ?? [])]) ?? 'nothing';
const schemaOf = (p: Pick): string => p.one([...(p.schema.memory?.catalogue?.schemas ?? [])]) ?? 'nothing';
const partitioned = (p: Pick): string => p.one([...(p.schema.memory?.catalogue?.partitioned.keys() ?? [])]) ?? 'nothing';
const labelOf = (p: Pick, type: string): string => p.one(p.schema.enums.get(type) ?? []) ?? 'x';

const bound = (p: Pick): string => {
  const from = p.random(200);
  return `FOR VALUES FROM (${from * 10}) TO (${from * 10 + 10})`;
};

const on =
  (make: (p: Pick, table: string) => string): Make =>
  (p) => {
    const table = p.table();
    return make(p, table);
  };

const onColumn = (make: (p: Pick, table: string, column: string) => string): Make => on((p, table) => make(p, table, p.column(table)));

const ends = ['', '', ' NOT NULL', ' UNIQUE', ' CHECK (true)', ' DEFAULT NULL', ' NOT NULL DEFAULT NULL'];

/** Name, weight, maker. */
export const KINDS: readonly (readonly [string, number, Make])[] = [
  [
    'create table',
    4,
    (p) =>
      `CREATE TABLE ${p.fresh('t')} (id int PRIMARY KEY, a ${p.type()}, b text${p.one(['', ' NOT NULL', ' UNIQUE', " DEFAULT 'x'"])}, c int CHECK (c > 0))`,
  ],
  [
    'create table serial',
    2,
    (p) =>
      `CREATE TABLE ${p.fresh('s')} (id serial PRIMARY KEY, a int GENERATED ${p.one(['ALWAYS', 'BY DEFAULT'])} AS IDENTITY, b int, d int GENERATED ALWAYS AS (b * 2) STORED)`,
  ],
  ['create table if not exists', 2, on((_, t) => `CREATE TABLE IF NOT EXISTS ${t} (id int)`)],
  [
    'create table like',
    2,
    on((p, t) => `CREATE TABLE ${p.fresh('l')} (LIKE ${t}${p.one(['', ' INCLUDING DEFAULTS', ' INCLUDING CONSTRAINTS'])})`),
  ],
  ['create table inherits', 2, on((p, t) => `CREATE TABLE ${p.fresh('h')} (${p.one(['', 'own int', 'a int'])}) INHERITS (${t})`)],
  [
    'create table partitioned',
    2,
    (p) =>
      `CREATE TABLE ${p.fresh('p')} (id int NOT NULL, a text, b int${p.one(['', ', PRIMARY KEY (id)', ', UNIQUE (id, a)', ', CHECK (b > 0)'])}) PARTITION BY RANGE (id)`,
  ],
  ['create partition', 3, (p) => `CREATE TABLE ${p.fresh('q')} PARTITION OF ${partitioned(p)} ${bound(p)}`],
  ['create table as', 2, on((p, t) => `CREATE TABLE ${p.fresh('k')} AS SELECT * FROM ${t}`)],
  ['select into', 2, onColumn((p, t, c) => `SELECT ${c} AS x INTO ${p.fresh('k')} FROM ${t}`)],
  ['drop table', 3, on((p, t) => `DROP TABLE ${p.one(['', 'IF EXISTS '])}${t}${p.cascade()}`)],
  ['rename table', 2, on((p, t) => `ALTER TABLE ${t} RENAME TO ${p.fresh('t')}`)],
  ['set schema', 2, on((p, t) => `ALTER TABLE ${t} SET SCHEMA ${p.one([schemaOf(p), 'public'])}`)],
  [
    'add column',
    5,
    on(
      (p, t) =>
        `ALTER TABLE ${t} ADD COLUMN ${p.one(['IF NOT EXISTS ', ''])}${p.one(['a', 'b', 'c', 'd', '"E e"', 'f', 'g'])} ${p.type()}${p.one(ends)}`,
    ),
  ],
  [
    'add column serial',
    2,
    on((p, t) => `ALTER TABLE ${t} ADD COLUMN ${p.fresh('n')} ${p.one(['serial', 'int GENERATED ALWAYS AS IDENTITY', 'bigserial'])}`),
  ],
  [
    'add generated',
    2,
    onColumn((p, t, c) => `ALTER TABLE ${t} ADD COLUMN ${p.fresh('g')} boolean GENERATED ALWAYS AS (${c} IS NULL) STORED`),
  ],
  ['drop column', 4, onColumn((p, t, c) => `ALTER TABLE ${t} DROP COLUMN ${p.one(['', 'IF EXISTS '])}${c}${p.cascade()}`)],
  ['rename column', 3, onColumn((p, t, c) => `ALTER TABLE ${t} RENAME COLUMN ${c} TO ${p.one(['a', 'b', 'c', 'r1', 'r2'])}`)],
  ['alter type', 3, onColumn((p, t, c) => `ALTER TABLE ${t} ALTER COLUMN ${c} TYPE ${p.one(['text', 'varchar(30)'])}`)],
  ['set default', 2, onColumn((_, t, c) => `ALTER TABLE ${t} ALTER COLUMN ${c} SET DEFAULT NULL`)],
  ['drop default', 2, onColumn((_, t, c) => `ALTER TABLE ${t} ALTER COLUMN ${c} DROP DEFAULT`)],
  ['set not null', 2, onColumn((_, t, c) => `ALTER TABLE ${t} ALTER COLUMN ${c} SET NOT NULL`)],
  ['drop not null', 2, onColumn((_, t, c) => `ALTER TABLE ${t} ALTER COLUMN ${c} DROP NOT NULL`)],
  [
    'identity',
    2,
    onColumn(
      (p, t, c) =>
        `ALTER TABLE ${t} ALTER COLUMN ${c} ${p.one(['DROP IDENTITY', 'DROP IDENTITY IF EXISTS', 'SET GENERATED ALWAYS', 'ADD GENERATED BY DEFAULT AS IDENTITY'])}`,
    ),
  ],
  ['drop expression', 2, onColumn((p, t, c) => `ALTER TABLE ${t} ALTER COLUMN ${c} DROP EXPRESSION${p.one(['', ' IF EXISTS'])}`)],
  [
    'add check',
    2,
    onColumn(
      (p, t, c) =>
        `ALTER TABLE ${t} ADD ${p.one(['', `CONSTRAINT ${p.fresh('ck')} `])}CHECK (${c} IS NOT NULL)${p.one(['', ' NOT VALID', ' NO INHERIT'])}`,
    ),
  ],
  ['add unique', 2, onColumn((p, t, c) => `ALTER TABLE ${t} ADD ${p.one(['', `CONSTRAINT ${p.fresh('uq')} `])}UNIQUE (${c})`)],
  ['add primary key', 2, onColumn((_, t, c) => `ALTER TABLE ${t} ADD PRIMARY KEY (${c})`)],
  [
    'add key using index',
    2,
    on(
      (p, t) =>
        `ALTER TABLE ${t} ADD CONSTRAINT ${p.fresh('uq')} UNIQUE USING INDEX ${p.one([...(p.of(t)?.indexes.keys() ?? [])]) ?? 'nothing'}`,
    ),
  ],
  [
    'add foreign key',
    3,
    on((p, t) => `ALTER TABLE ${t} ADD FOREIGN KEY (${p.column(t)}) REFERENCES ${p.table()} (id)${p.one(['', ' NOT VALID'])}`),
  ],
  ['add not null constraint', 2, onColumn((p, t, c) => `ALTER TABLE ${t} ADD CONSTRAINT ${p.fresh('nn')} NOT NULL ${c}`)],
  ['validate', 2, on((p, t) => `ALTER TABLE ${t} VALIDATE CONSTRAINT ${constraintOf(p, t)}`)],
  ['drop constraint', 3, on((p, t) => `ALTER TABLE ${t} DROP CONSTRAINT ${p.one(['', 'IF EXISTS '])}${constraintOf(p, t)}${p.cascade()}`)],
  ['rename constraint', 2, on((p, t) => `ALTER TABLE ${t} RENAME CONSTRAINT ${constraintOf(p, t)} TO ${p.fresh('rc')}`)],
  [
    'several clauses',
    3,
    on((p, t) => `ALTER TABLE ${t} ADD COLUMN ${p.fresh('m')} int, DROP COLUMN ${p.column(t)}, ALTER COLUMN ${p.column(t)} DROP DEFAULT`),
  ],
  [
    'create index',
    3,
    onColumn(
      (p, t, c) => `CREATE ${p.one(['', 'UNIQUE '])}INDEX ${p.one(['', p.fresh('i'), `IF NOT EXISTS ${p.fresh('i')}`])} ON ${t} (${c})`,
    ),
  ],
  ['create partial index', 2, onColumn((p, t, c) => `CREATE INDEX ON ${t} ((${c} IS NULL)) WHERE ${p.column(t)} IS NOT NULL`)],
  ['drop index', 2, (p) => `DROP INDEX ${p.one(['', 'IF EXISTS '])}${p.one(indexes(p)) ?? 'nothing'}${p.cascade()}`],
  ['rename index', 2, (p) => `ALTER INDEX ${p.one(indexes(p)) ?? 'nothing'} RENAME TO ${p.fresh('i')}`],
  ['attach partition', 2, on((p, t) => `ALTER TABLE ${partitioned(p)} ATTACH PARTITION ${t} ${bound(p)}`)],
  ['make to attach', 2, (p) => `CREATE TABLE ${p.fresh('w')} (LIKE ${partitioned(p)} INCLUDING CONSTRAINTS)`],
  [
    'detach partition',
    2,
    (p) =>
      `ALTER TABLE ${partitioned(p)} DETACH PARTITION ${p.one([...(p.schema.memory?.children.get(partitioned(p)) ?? [])]) ?? p.table()}`,
  ],
  ['inherit', 2, on((p, t) => `ALTER TABLE ${t} ${p.one(['INHERIT', 'NO INHERIT'])} ${p.table()}`)],
  [
    'create view',
    4,
    onColumn((p, t, c) => `CREATE VIEW ${p.fresh('v')} AS SELECT ${p.one(['*', c, `${c} AS x, 1 AS one`, 'count(*) AS n'])} FROM ${t}`),
  ],
  ['replace view', 2, on((p, t) => `CREATE OR REPLACE VIEW ${p.view()} AS SELECT * FROM ${t}`)],
  ['view of a view', 2, (p) => `CREATE VIEW ${p.fresh('v')} AS SELECT * FROM ${p.view()}`],
  ['drop view', 2, (p) => `DROP VIEW ${p.one(['', 'IF EXISTS '])}${p.view()}${p.cascade()}`],
  ['rename view', 2, (p) => `ALTER VIEW ${p.view()} RENAME TO ${p.fresh('v')}`],
  ['rename view column', 2, (p) => `ALTER VIEW ${p.view()} RENAME COLUMN ${p.one(['a', 'b', 'x', 'id'])} TO ${p.one(['a', 'y', 'z'])}`],
  ['create materialised view', 2, on((p, t) => `CREATE MATERIALIZED VIEW ${p.fresh('mv')} AS SELECT * FROM ${t}`)],
  ['drop materialised view', 2, (p) => `DROP MATERIALIZED VIEW ${routine(p, 'materialized-view')?.name ?? 'nothing'}${p.cascade()}`],
  ['create enum', 2, (p) => `CREATE TYPE ${p.fresh('e')} AS ENUM ('x', 'y', 'z')`],
  [
    'add enum value',
    2,
    (p) =>
      `ALTER TYPE ${enumOf(p)} ADD VALUE ${p.one(['', 'IF NOT EXISTS '])}'${p.fresh('w')}'${p.one(['', ` BEFORE '${labelOf(p, enumOf(p))}'`])}`,
  ],
  ['rename enum value', 2, (p) => `ALTER TYPE ${enumOf(p)} RENAME VALUE '${labelOf(p, enumOf(p))}' TO '${p.fresh('u')}'`],
  ['rename type', 2, (p) => `ALTER TYPE ${p.one([enumOf(p), compositeOf(p), domainOf(p)])} RENAME TO ${p.fresh('e')}`],
  ['drop type', 2, (p) => `DROP TYPE ${p.one(['', 'IF EXISTS '])}${p.one([enumOf(p), compositeOf(p), domainOf(p)])}${p.cascade()}`],
  [
    'create domain',
    2,
    (p) =>
      `CREATE DOMAIN ${p.fresh('dm')} AS ${p.one(['int', 'text'])}${p.one(['', ' NOT NULL', ' CHECK (VALUE IS NOT NULL)', ' DEFAULT NULL'])}`,
  ],
  [
    'alter domain',
    3,
    (p) =>
      `ALTER DOMAIN ${domainOf(p)} ${p.one(['SET NOT NULL', 'DROP NOT NULL', `ADD CONSTRAINT ${p.fresh('dk')} CHECK (VALUE IS NOT NULL) NOT VALID`, 'ADD CHECK (VALUE IS NOT NULL)', `DROP CONSTRAINT ${p.fresh('dk')}`, `VALIDATE CONSTRAINT ${p.fresh('dk')}`, 'DROP DEFAULT'])}`,
  ],
  ['drop domain', 2, (p) => `DROP DOMAIN ${domainOf(p)}${p.cascade()}`],
  ['create composite', 2, (p) => `CREATE TYPE ${p.fresh('co')} AS (x int, y text)`],
  [
    'alter composite',
    2,
    (p) =>
      `ALTER TYPE ${compositeOf(p)} ${p.one(['ADD ATTRIBUTE z int', 'DROP ATTRIBUTE y', 'RENAME ATTRIBUTE x TO xx', 'ALTER ATTRIBUTE x TYPE bigint'])}`,
  ],
  ['create sequence', 2, (p) => `CREATE SEQUENCE ${p.one(['', 'IF NOT EXISTS '])}${p.fresh('sq')}`],
  ['sequence default', 2, onColumn((p, t, c) => `ALTER TABLE ${t} ALTER COLUMN ${c} SET DEFAULT nextval('${sequenceOf(p)}')`)],
  ['own sequence', 2, onColumn((p, t, c) => `ALTER SEQUENCE ${sequenceOf(p)} OWNED BY ${p.one(['NONE', `${t}.${c}`])}`)],
  ['rename sequence', 2, (p) => `ALTER SEQUENCE ${sequenceOf(p)} RENAME TO ${p.fresh('sq')}`],
  ['drop sequence', 2, (p) => `DROP SEQUENCE ${sequenceOf(p)}${p.cascade()}`],
  [
    'create function',
    3,
    on(
      (p, t) =>
        `CREATE ${p.one(['', 'OR REPLACE '])}FUNCTION ${p.fresh('f')}(${p.one(['', 'int', 'text'])}) RETURNS int LANGUAGE sql ${p.one(["AS 'SELECT 1'", `BEGIN ATOMIC SELECT count(*)::int FROM ${t}; END`])}`,
    ),
  ],
  [
    'create trigger function',
    2,
    (p) => `CREATE OR REPLACE FUNCTION ${p.fresh('tf')}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
  ],
  [
    'drop function',
    3,
    (p) =>
      `DROP FUNCTION ${p.one(['', 'IF EXISTS '])}${routine(p, 'function')?.name ?? 'nothing'}${p.one(['', '()', '(int)'])}${p.cascade()}`,
  ],
  [
    'create trigger',
    3,
    on(
      (p, t) =>
        `CREATE TRIGGER ${p.fresh('tr')} BEFORE ${p.one(['INSERT', `UPDATE OF ${p.column(t)}`])} ON ${t} FOR EACH ${p.one(['ROW', 'STATEMENT'])} EXECUTE FUNCTION ${p.fresh('tf')}()`,
    ),
  ],
  ['drop trigger', 2, (p) => `DROP TRIGGER ${p.one(['', 'IF EXISTS '])}${spellOwned(p, 'trigger')}`],
  ['rename trigger', 2, (p) => `ALTER TRIGGER ${spellOwned(p, 'trigger')} RENAME TO ${p.fresh('tr')}`],
  ['create policy', 2, onColumn((p, t, c) => `CREATE POLICY ${p.fresh('po')} ON ${t} USING (${c} IS NOT NULL)`)],
  ['alter policy', 2, (p) => `ALTER POLICY ${spellOwned(p, 'policy')} ${p.one([`RENAME TO ${p.fresh('po')}`, 'USING (true)'])}`],
  ['drop policy', 2, (p) => `DROP POLICY ${p.one(['', 'IF EXISTS '])}${spellOwned(p, 'policy')}`],
  ['create rule', 2, on((p, t) => `CREATE ${p.one(['', 'OR REPLACE '])}RULE ${p.fresh('ru')} AS ON DELETE TO ${t} DO INSTEAD NOTHING`)],
  ['drop rule', 2, (p) => `DROP RULE ${spellOwned(p, 'rule')}`],
  ['create schema', 2, (p) => `CREATE SCHEMA ${p.one(['', 'IF NOT EXISTS '])}${p.fresh('sc')}`],
  ['drop schema', 2, (p) => `DROP SCHEMA ${schemaOf(p)}${p.cascade()}`],
  ['rename schema', 2, (p) => `ALTER SCHEMA ${schemaOf(p)} RENAME TO ${p.fresh('sc')}`],
  ['table in a schema', 2, (p) => `CREATE TABLE ${schemaOf(p)}.${p.fresh('t')} (id int PRIMARY KEY, a text)`],
  ['do block', 2, on((p, t) => `DO $$ BEGIN ALTER TABLE ${t} ADD COLUMN ${p.fresh('do')} int; END $$`)],
  ['temporary table', 2, (p) => `CREATE TEMP TABLE ${p.fresh('tmp')} (a int) ON COMMIT DROP`],
  ['transaction undone', 2, on((p, t) => `BEGIN; ALTER TABLE ${t} ADD COLUMN ${p.fresh('x')} int; ROLLBACK`)],
];

const spellOwned = (p: Pick, kind: Routine['kind']): string => {
  const found = routine(p, kind);
  return found ? `${spellName(found.name)} ON ${spellName(found.table ?? '')}` : 'nothing ON nowhere';
};
