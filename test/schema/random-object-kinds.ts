/** The kinds of statements of the random stream that are about anything but tables, with their weights. */

import type { Routine } from '../../src/schema/types.ts';
import { type Pick, quote, spell } from './random-ddl.ts';
import { isPartitioned, type Kind, type Make, on, onColumn, TABLE_KINDS } from './random-kinds.ts';

const catalogueOf = (p: Pick) => p.schema.memory?.catalogue;
const isTriggerFunction = ({ returns }: Routine): boolean => returns === 'trigger';

/** With the name of something, where there is one. */
const of =
  (names: (p: Pick) => Iterable<string> | undefined, make: (p: Pick, name: string, own: string) => string | null): Make =>
  (p) => {
    const own = p.name(names(p));
    return own === null ? null : make(p, own === 'nothing' ? own : spell(own), own);
  };

const ofRoutine =
  (kind: Routine['kind'], make: (p: Pick, name: string, routine: Routine) => string | null): Make =>
  (p) => {
    const found = p.routine(kind);
    return found ? make(p, spell(found.name), found) : null;
  };

/** `name ON table`. */
const ofOwned =
  (kind: 'trigger' | 'policy' | 'rule', make: (p: Pick, spelled: string) => string): Make =>
  (p) => {
    const found = p.isWrong() ? null : p.routine(kind);
    if (found) return make(p, `${spell(found.name)} ON ${spell(found.table ?? '')}`);
    return p.random(10) === 0 ? make(p, 'nothing ON nowhere') : null;
  };

const enums = (p: Pick): Iterable<string> => p.schema.enums.keys();
const domains = (p: Pick): Iterable<string> | undefined => catalogueOf(p)?.domains.keys();
const composites = (p: Pick): Iterable<string> | undefined => catalogueOf(p)?.composites.keys();
const sequences = (p: Pick): Iterable<string> | undefined => catalogueOf(p)?.sequences.keys();
const freeSequences = (p: Pick): Iterable<string> =>
  [...(catalogueOf(p)?.sequences ?? [])].filter(([, own]) => !own.isIdentity).map(([name]) => name);
const schemas = (p: Pick): Iterable<string> | undefined => catalogueOf(p)?.schemas;
const allTypes = (p: Pick): Iterable<string> => [...enums(p), ...(domains(p) ?? []), ...(composites(p) ?? [])];
const labelOf = (p: Pick, type: string): string => p.one(p.schema.enums.get(type) ?? []) ?? 'x';

const domainChange = (p: Pick, own: string): string | undefined => {
  const check = p.one([...(catalogueOf(p)?.domains.get(own)?.constraints.keys() ?? [])]) ?? 'dk0';
  return p.one([
    'SET NOT NULL',
    'DROP NOT NULL',
    `ADD CONSTRAINT ${p.fresh('dk')} CHECK (VALUE IS NOT NULL) NOT VALID`,
    'ADD CHECK (VALUE IS NOT NULL)',
    `DROP CONSTRAINT ${check}`,
    `VALIDATE CONSTRAINT ${check}`,
    `RENAME CONSTRAINT ${check} TO ${p.fresh('dk')}`,
    'DROP DEFAULT',
  ]);
};

const sourceOf = (view: Routine): string | undefined => view.uses.find(({ column }) => column === null)?.table;

const VIEWS: readonly Kind[] = [
  [
    'create view',
    4,
    onColumn((p, t, c) => `CREATE VIEW ${p.fresh('v')} AS SELECT ${p.one(['*', c, `${c} AS x, 1 AS one`, 'count(*) AS n'])} FROM ${t}`),
  ],
  [
    'replace view',
    3,
    (p) => {
      const view = p.routine('view', (one) => {
        const columns = p.schema.tables.get(sourceOf(one) ?? '')?.columns;
        return columns !== undefined && one.columns.every((column) => columns.has(column));
      });
      const source = view && (sourceOf(view) ?? p.table()?.name);
      if (!view || !source) return null;
      return `CREATE OR REPLACE VIEW ${spell(view.name)} AS SELECT ${view.columns.map(quote).join(', ')}, 2 AS ${p.fresh('more')} FROM ${spell(source)}`;
    },
  ],
  ['view of a view', 2, ofRoutine('view', (p, v) => `CREATE VIEW ${p.fresh('v')} AS SELECT * FROM ${v}`)],
  ['drop view', 2, ofRoutine('view', (p, v) => `DROP VIEW ${p.one(['', 'IF EXISTS '])}${v}${p.cascade()}`)],
  ['rename view', 2, ofRoutine('view', (p, v) => `ALTER VIEW ${v} RENAME TO ${p.fresh('v')}`)],
  [
    'rename view column',
    2,
    ofRoutine(
      'view',
      (p, v, { columns }) => `ALTER VIEW ${v} RENAME COLUMN ${quote(p.one(columns) ?? 'a')} TO ${p.one(['a', 'y', 'z', 'zz'])}`,
    ),
  ],
  ['create materialised view', 2, on((p, t) => `CREATE MATERIALIZED VIEW ${p.fresh('mv')} AS SELECT * FROM ${t}`)],
  ['drop materialised view', 2, ofRoutine('materialized-view', (p, v) => `DROP MATERIALIZED VIEW ${v}${p.cascade()}`)],
];

const TYPES: readonly Kind[] = [
  ['create enum', 2, (p) => `CREATE TYPE ${p.fresh('e')} AS ENUM ('x', 'y', 'z')`],
  [
    'add enum value',
    2,
    of(
      enums,
      (p, e, own) =>
        `ALTER TYPE ${e} ADD VALUE ${p.one(['', 'IF NOT EXISTS '])}'${p.fresh('w')}'${p.one(['', ` BEFORE '${labelOf(p, own)}'`])}`,
    ),
  ],
  ['rename enum value', 2, of(enums, (p, e, own) => `ALTER TYPE ${e} RENAME VALUE '${labelOf(p, own)}' TO '${p.fresh('u')}'`)],
  ['rename type', 2, of(allTypes, (p, e) => `ALTER TYPE ${e} RENAME TO ${p.fresh('e')}`)],
  ['drop type', 2, of(allTypes, (p, e) => `DROP TYPE ${p.one(['', 'IF EXISTS '])}${e}${p.cascade()}`)],
  [
    'create domain',
    2,
    (p) =>
      `CREATE DOMAIN ${p.fresh('dm')} AS ${p.one(['int', 'text'])}${p.one(['', ' NOT NULL', ' CHECK (VALUE IS NOT NULL)', ' DEFAULT NULL'])}`,
  ],
  ['alter domain', 4, of(domains, (p, d, own) => `ALTER DOMAIN ${d} ${domainChange(p, own)}`)],
  ['drop domain', 3, of(domains, (p, d) => `DROP DOMAIN ${d}${p.cascade()}`)],
  ['create composite', 2, (p) => `CREATE TYPE ${p.fresh('co')} AS (x int, y text)`],
  [
    'alter composite',
    3,
    of(composites, (p, c, own) => {
      const known = p.one([...(catalogueOf(p)?.composites.get(own)?.keys() ?? [])]) ?? 'x';
      return `ALTER TYPE ${c} ${p.one([`ADD ATTRIBUTE ${p.fresh('z')} int`, `DROP ATTRIBUTE ${known}`, `RENAME ATTRIBUTE ${known} TO ${p.fresh('xx')}`, `ALTER ATTRIBUTE ${known} TYPE bigint`])}`;
    }),
  ],
];

const SEQUENCES: readonly Kind[] = [
  ['create sequence', 2, (p) => `CREATE SEQUENCE ${p.one(['', 'IF NOT EXISTS '])}${p.fresh('sq')}`],
  [
    'sequence default',
    2,
    (p) => {
      const s = p.name(freeSequences(p));
      return s === null
        ? null
        : onColumn(
            (_, t, c) => `ALTER TABLE ${t} ALTER COLUMN ${c} SET DEFAULT nextval('${spell(s)}')`,
            (column) => /^(?:integer|bigint|text)$/.test(column.type) && !column.generated && !column.default?.startsWith('generated '),
          )(p);
    },
  ],
  [
    'own sequence',
    2,
    (p) => {
      const s = p.name(freeSequences(p));
      return s === null ? null : onColumn((_, t, c) => `ALTER SEQUENCE ${spell(s)} OWNED BY ${p.one(['NONE', `${t}.${c}`])}`)(p);
    },
  ],
  ['rename sequence', 2, of(sequences, (p, s) => `ALTER SEQUENCE ${s} RENAME TO ${p.fresh('sq')}`)],
  ['drop sequence', 4, of(freeSequences, (p, s) => `DROP SEQUENCE ${s}${p.cascade()}`)],
];

const ROUTINES: readonly Kind[] = [
  [
    'create function',
    3,
    on(
      (p, t) =>
        `CREATE ${p.one(['', 'OR REPLACE '])}FUNCTION ${p.fresh('f')}(${p.one(['', 'int', 'text'])}) RETURNS int LANGUAGE sql ${p.one(["AS 'SELECT 1'", `BEGIN ATOMIC SELECT count(*)::int FROM ${t}; END`])}`,
    ),
  ],
  [
    'overload function',
    3,
    ofRoutine('function', (p, f, { returns }) =>
      returns === 'trigger'
        ? null
        : `CREATE FUNCTION ${f}(${p.one(['', 'int', 'text', 'int, text'])}) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
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
    ofRoutine(
      'function',
      (p, f, { signature }) => `DROP FUNCTION ${p.one(['', 'IF EXISTS '])}${f}${p.one(['', `(${signature})`])}${p.cascade()}`,
    ),
  ],
  [
    'create trigger',
    3,
    onColumn((p, t, c) => {
      const f = p.routine('function', isTriggerFunction);
      return (
        f &&
        `CREATE TRIGGER ${p.fresh('tr')} BEFORE ${p.one(['INSERT', `UPDATE OF ${c}`])} ON ${t} FOR EACH ${p.one(['ROW', 'STATEMENT'])} EXECUTE FUNCTION ${spell(f.name)}()`
      );
    }),
  ],
  ['drop trigger', 3, ofOwned('trigger', (p, own) => `DROP TRIGGER ${p.one(['', 'IF EXISTS '])}${own}`)],
  ['rename trigger', 4, ofOwned('trigger', (p, own) => `ALTER TRIGGER ${own} RENAME TO ${p.fresh('tr')}`)],
  ['create policy', 2, onColumn((p, t, c) => `CREATE POLICY ${p.fresh('po')} ON ${t} USING (${c} IS NOT NULL)`)],
  ['alter policy', 4, ofOwned('policy', (p, own) => `ALTER POLICY ${own} ${p.one([`RENAME TO ${p.fresh('po')}`, 'USING (true)'])}`)],
  ['drop policy', 3, ofOwned('policy', (p, own) => `DROP POLICY ${p.one(['', 'IF EXISTS '])}${own}`)],
  ['create rule', 2, on((p, t) => `CREATE ${p.one(['', 'OR REPLACE '])}RULE ${p.fresh('ru')} AS ON DELETE TO ${t} DO INSTEAD NOTHING`)],
  ['drop rule', 3, ofOwned('rule', (_, own) => `DROP RULE ${own}`)],
];

const OTHERS: readonly Kind[] = [
  ['create schema', 3, (p) => `CREATE SCHEMA ${p.one(['', 'IF NOT EXISTS '])}${p.fresh('sc')}`],
  ['drop schema', 3, of(schemas, (p, s) => `DROP SCHEMA ${s}${p.cascade()}`)],
  ['rename schema', 3, of(schemas, (p, s) => `ALTER SCHEMA ${s} RENAME TO ${p.fresh('sc')}`)],
  ['table in a schema', 4, of(schemas, (p, s) => `CREATE TABLE ${s}.${p.fresh('t')} (id int PRIMARY KEY, a text)`)],
  [
    'do block',
    2,
    on(
      (p, t) => `DO $$ BEGIN ALTER TABLE ${t} ADD COLUMN ${p.fresh('do')} int; END $$`,
      (p, table) => catalogueOf(p)?.partitions.has(table.name) !== true,
    ),
  ],
  ['temporary table', 2, (p) => `CREATE TEMP TABLE ${p.fresh('tmp')} (a int) ON COMMIT DROP`],
  [
    'transaction undone',
    2,
    on(
      (p, t) => `BEGIN; ALTER TABLE ${t} ADD COLUMN ${p.fresh('x')} int; ROLLBACK`,
      (p, table) => catalogueOf(p)?.partitions.has(table.name) !== true || isPartitioned(p, table),
    ),
  ],
];

export const KINDS: readonly Kind[] = [...TABLE_KINDS, ...VIEWS, ...TYPES, ...SEQUENCES, ...ROUTINES, ...OTHERS];
