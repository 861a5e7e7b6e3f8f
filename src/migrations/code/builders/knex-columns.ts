/** Knex's column types and what is chained to them. Source: knex 3 `lib/dialects/<name>/schema/<name>-columncompiler.js`. */
import type { Builder } from '../builder.ts';
import { unreadableCall, valueSql } from '../builder.ts';
import { isMysql, literal, quote, type TableName } from '../ddl.ts';
import { doubtIn } from '../doubt.ts';
import { type Call, entry, flag, handle, isUndefined, madeText, native, type Place, stringOf, stringsOf, type Value } from '../value.ts';

export interface KnexColumn {
  readonly name: string;
  readonly type: string;
  /** A native enum's CREATE TYPE. */
  readonly before: string | null;
  /** CHECK, AUTO_INCREMENT. */
  readonly extra: string;
  isUnsigned: boolean;
  /** FIRST or AFTER of MySQL. */
  position: string;
  readonly checks: Check[];
  /** Something of it could not be read, and has been said. */
  isDoubtful: boolean;
  place: Place;
  notNull: boolean;
  isNullableSaid: boolean;
  default: string | null;
  isAlter: boolean;
  primary: { readonly name: string | null } | null;
  readonly uniques: (string | null)[];
  readonly indexes: (string | null)[];
  reference: Reference | null;
  altersNull: boolean;
  altersType: boolean;
}

/** One `check*` of a column. */
export interface Check {
  readonly name: string | null;
  readonly sql: string;
}

export interface Reference {
  table: string | null;
  columns: readonly string[];
  onDelete: string | null;
  onUpdate: string | null;
  name: string | null;
}

const number = (value: Value | undefined, fallback: string): string => stringOf(value) ?? fallback;
const isFalse = (value: Value | undefined, option: string): boolean => flag(value) === true || flag(entry(value, option)) === false;

type Make = (args: readonly Value[], mysql: boolean) => string;

const fixed =
  (postgres: string, mysql = postgres): Make =>
  (_, isMy) =>
    isMy ? mysql : postgres;
const stamp: Make = (args, mysql) => (mysql ? 'timestamp' : isFalse(args[1], 'useTz') ? 'timestamp' : 'timestamptz');

/** `args` are those after the name. */
const TYPES: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['string', (args) => `varchar(${number(args[0], '255')})`],
  ['text', (args, mysql) => (mysql && /^(?:medium|long)/.test(stringOf(args[0]) ?? '') ? (stringOf(args[0]) ?? 'text') : 'text')],
  ['integer', fixed('integer', 'int')],
  ['int', fixed('integer', 'int')],
  ['tinyint', fixed('smallint', 'tinyint')],
  ['smallint', fixed('smallint')],
  ['mediumint', fixed('integer', 'mediumint')],
  ['bigint', fixed('bigint')],
  ['bigInteger', fixed('bigint')],
  ['float', (args, mysql) => (mysql ? `float(${number(args[0], '8')}, ${number(args[1], '2')})` : 'real')],
  [
    'double',
    (args, mysql) =>
      !mysql ? 'double precision' : stringOf(args[0]) === null ? 'double' : `double(${number(args[0], '8')}, ${number(args[1], '2')})`,
  ],
  [
    'decimal',
    (args, mysql) => (args[0] && isUndefined(args[0]) && !mysql ? 'decimal' : `decimal(${number(args[0], '8')}, ${number(args[1], '2')})`),
  ],
  ['boolean', fixed('boolean')],
  ['date', fixed('date')],
  ['datetime', (args, mysql) => (mysql ? 'datetime' : stamp([args[0] ?? args[0], args[0]] as Value[], false))],
  ['timestamp', (args, mysql) => (mysql ? 'timestamp' : isFalse(args[0], 'useTz') ? 'timestamp' : 'timestamptz')],
  ['time', fixed('time')],
  ['binary', fixed('bytea', 'blob')],
  ['json', fixed('json')],
  ['jsonb', fixed('jsonb', 'json')],
  ['uuid', fixed('uuid', 'char(36)')],
  ['point', fixed('point')],
  ['geometry', fixed('geometry')],
  ['geography', fixed('geography')],
  ['specificType', (args) => stringOf(args[0]) ?? ''],
]);

const SERIAL: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['increments', ['serial', 'int unsigned not null auto_increment']],
  ['bigIncrements', ['bigserial', 'bigint unsigned not null auto_increment']],
  ['bigincrements', ['bigserial', 'bigint unsigned not null auto_increment']],
  ['smallIncrements', ['smallserial', 'smallint unsigned not null auto_increment']],
]);

/** Knex's second spellings of the same types. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['dateTime', 'datetime'],
  ['bool', 'boolean'],
  ['biginteger', 'bigInteger'],
  ['varchar', 'string'],
]);
const makeOf = (method: string): Make | undefined => TYPES.get(ALIASES.get(method) ?? method);

export const isColumnMethod = (name: string): boolean => makeOf(name) !== undefined || SERIAL.has(name) || /^enum?u?m?$/.test(name);

const enumColumn = (
  builder: Builder,
  name: string,
  args: readonly Value[],
): { type: string; before: string | null; extra: string } | null => {
  const values = stringsOf(args[1]);
  if (!values) return null;
  const labels = values.map((one) => literal(builder.dialect, one)).join(', ');
  if (isMysql(builder.dialect)) return { type: `enum(${labels})`, before: null, extra: '' };
  const enumName = stringOf(entry(args[2], 'enumName'));
  if (flag(entry(args[2], 'useNative')) !== true || enumName === null)
    return { type: 'text', before: null, extra: `check ("${name}" in (${labels}))` };
  const schema = stringOf(entry(args[2], 'schemaName'));
  const type = `${schema === null ? '' : `"${schema}".`}"${enumName}"`;
  return { type, before: flag(entry(args[2], 'existingType')) === true ? null : `create type ${type} as enum (${labels})`, extra: '' };
};

/** A column as its method describes it; null where its name or type is not known. */
export const columnOf = (builder: Builder, method: string, { args, place }: Call): KnexColumn | null => {
  const serial = SERIAL.get(method);
  const name = stringOf(args[0]) ?? (serial ? 'id' : null);
  if (name === null) return null;
  const mysql = isMysql(builder.dialect);
  const made = /^enum?u?m?$/.test(method) ? enumColumn(builder, name, args) : null;
  const type = made?.type ?? serial?.[mysql ? 1 : 0] ?? makeOf(method)?.(args.slice(1), mysql);
  if (!type || (/^enum/.test(method) && !made)) return null;
  const isPrimary = serial !== undefined && flag(entry(args[1] ?? args[0], 'primaryKey')) !== false;
  return {
    name,
    type,
    before: made?.before ?? null,
    extra: made?.extra ?? '',
    isUnsigned: false,
    position: '',
    checks: [],
    isDoubtful: false,
    place,
    notNull: false,
    isNullableSaid: false,
    default: null,
    isAlter: false,
    primary: isPrimary ? { name: null } : null,
    uniques: [],
    indexes: [],
    reference: null,
    altersNull: true,
    altersType: true,
  };
};

const referenceFor = (column: KnexColumn): Reference => {
  column.reference ??= { table: null, columns: [], onDelete: null, onUpdate: null, name: null };
  return column.reference;
};

/** `references('id')`, `references('users.id')`. */
export const setReference = (reference: Reference, value: Value | undefined): void => {
  const columns = stringsOf(value) ?? [];
  const [only] = columns;
  const dot = columns.length === 1 ? (only?.lastIndexOf('.') ?? -1) : -1;
  if (only !== undefined && dot > 0) {
    reference.table = only.slice(0, dot);
    reference.columns = [only.slice(dot + 1)];
  } else reference.columns = columns;
};

type Chain = (builder: Builder, column: KnexColumn, args: readonly Value[]) => void;

/** A check of a column; the name is what follows its own arguments. */
const checking =
  (count: number, make: (own: string, dialect: Builder['dialect'], args: readonly Value[]) => string): Chain =>
  ({ dialect }, column, args) =>
    void column.checks.push({ name: stringOf(args[count]), sql: make(quote(dialect, column.name), dialect, args) });

const inList = (word: string): Chain =>
  checking(
    1,
    (own, dialect, [values]) =>
      `${own} ${word} (${values?.kind === 'list' ? values.items.map((one) => valueSql(dialect, one)).join(',') : ''})`,
  );

const between = (own: string, dialect: Builder['dialect'], [given]: readonly Value[]): string => {
  const items = given?.kind === 'list' ? given.items : [];
  const pairs = items[0]?.kind === 'list' ? items : given ? [given] : [];
  const sql = (value: Value | undefined): string => (value ? valueSql(dialect, value) : 'NULL');
  return pairs.map((one) => (one.kind === 'list' ? `${own} between ${sql(one.items[0])} and ${sql(one.items[1])}` : '')).join(' or ');
};

const CHECKS: ReadonlyMap<string, Chain> = new Map<string, Chain>([
  ['checkPositive', checking(0, (own) => `${own} > 0`)],
  ['checkNegative', checking(0, (own) => `${own} < 0`)],
  ['checkIn', inList('in')],
  ['checkNotIn', inList('not in')],
  ['checkBetween', checking(1, between)],
  ['checkLength', checking(2, (own, _, [operator, length]) => `length(${own}) ${stringOf(operator)} ${stringOf(length)}`)],
  [
    'checkRegex',
    checking(1, (own, dialect, [pattern]) => `${own} ${isMysql(dialect) ? 'REGEXP' : '~'} ${pattern ? valueSql(dialect, pattern) : "''"}`),
  ],
]);

const nameIn = (value: Value | undefined): string | null =>
  stringOf(value) ?? stringOf(entry(value, 'indexName') ?? entry(value, 'constraintName'));

const referring =
  (key: 'table' | 'onDelete' | 'onUpdate' | 'name'): Chain =>
  (_, column, args) => {
    referenceFor(column)[key] = stringOf(args[0]);
  };

const CHAINED: ReadonlyMap<string, Chain> = new Map<string, Chain>([
  [
    'unsigned',
    (_, column) => {
      column.isUnsigned = true;
    },
  ],
  [
    'first',
    (_, column) => {
      column.position = ' first';
    },
  ],
  [
    'after',
    ({ dialect }, column, args) => {
      column.position = ` after ${quote(dialect, stringOf(args[0]) ?? '')}`;
    },
  ],
  [
    'notNullable',
    (_, column) => {
      column.notNull = true;
      column.isNullableSaid = true;
    },
  ],
  [
    'nullable',
    (_, column, args) => {
      column.notNull = flag(args[0]) === false;
      column.isNullableSaid = true;
    },
  ],
  [
    'defaultTo',
    ({ dialect }, column, [value]) => {
      const truth = flag(value);
      if (value === undefined || isUndefined(value)) column.default = 'NULL';
      else column.default = truth !== null && isMysql(dialect) ? `'${Number(truth)}'` : valueSql(dialect, value);
    },
  ],
  [
    'primary',
    (_, column, args) => {
      column.primary = { name: nameIn(args[0]) };
    },
  ],
  ['unique', (_, column, args) => void column.uniques.push(nameIn(args[0]))],
  ['index', (_, column, args) => void column.indexes.push(nameIn(args[0]))],
  ['references', (_, column, args) => setReference(referenceFor(column), args[0])],
  ['inTable', referring('table')],
  ['on', referring('table')],
  ['onDelete', referring('onDelete')],
  ['onUpdate', referring('onUpdate')],
  ['withKeyName', referring('name')],
  [
    'alter',
    (_, column, args) => {
      column.isAlter = true;
      column.altersNull = flag(entry(args[0], 'alterNullable')) !== false;
      column.altersType = flag(entry(args[0], 'alterType')) !== false;
    },
  ],
]);

const HARMLESS = /^(?:comment|collate|charset|queryContext|then|catch)$/;

/** What is chained to a column changes it; what cannot be read is said, and the column is not made. */
export const columnHandle = (builder: Builder, column: KnexColumn, table: TableName): Value => {
  const outer = builder.recorder.conditions.length;
  const reasonOf = (name: string, args: readonly Value[], chained: Chain | undefined): string | null => {
    if (HARMLESS.test(name)) return null;
    const condition = builder.recorder.conditions.length > outer ? builder.recorder.conditions.at(-1) : undefined;
    if (condition) return `it happens only under a condition that is known at run time: \`${condition.text}\``;
    const isKnown = chained !== undefined && doubtIn(name === 'defaultTo' && args[0]?.kind === 'text' ? [] : args) === null;
    if (isKnown) return null;
    return chained
      ? `what \`${name}\` of \`${table.name}.${column.name}\` is given is only known at run time`
      : `\`column.${name}\` is not known`;
  };
  const self: Value = handle({
    name: 'column',
    get: (name) =>
      native(name, (call) => {
        const { args, place } = call;
        const chained = CHAINED.get(name) ?? CHECKS.get(name);
        const reason = reasonOf(name, args, chained);
        if (reason === null) chained?.(builder, column, args);
        else {
          column.isDoubtful = true;
          const about = [madeText(`${table.name} ${column.name}`, place), ...args];
          unreadableCall(builder, `alter.${name}`, { ...call, args: about }, reason);
        }
        if (place.module === column.place.module && place.end > column.place.end) column.place = { ...column.place, end: place.end };
        return self;
      }),
  });
  return self;
};

/** `t_a_b_unique`, as knex names it. */
export const keyName = ({ schema, name }: TableName, columns: readonly string[], suffix: string): string =>
  `${schema !== null ? name : name}_${columns.join('_')}_${suffix}`.replace(/[.\-\s]/g, '_').toLowerCase();
