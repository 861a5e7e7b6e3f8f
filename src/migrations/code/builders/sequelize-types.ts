/** Sequelize's data types (`DataTypes`, `Sequelize.STRING(5)`) as each database spells them. Source: sequelize 6 `lib/dialects/<name>/data-types.js`. */
import type { Dialect } from '../../types.ts';
import { rawOf, rawSql } from '../builder.ts';
import { isMysql, literal, quote } from '../ddl.ts';
import { type Call, handle, list, madeText, native, type Place, stringOf, stringsOf, UNKNOWN, type Value } from '../value.ts';

export interface SequelizeType {
  readonly type: string;
  readonly args: readonly Value[];
  readonly isUnsigned: boolean;
}

/** Names of the types, by PostgreSQL and MySQL. `%` stands for the arguments. */
const TYPES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['STRING', ['VARCHAR', 'VARCHAR']],
  ['CHAR', ['CHAR', 'CHAR']],
  ['TEXT', ['TEXT', 'TEXT']],
  ['CITEXT', ['CITEXT', 'CITEXT']],
  ['TSVECTOR', ['TSVECTOR', 'TSVECTOR']],
  ['INTEGER', ['INTEGER', 'INTEGER']],
  ['TINYINT', ['SMALLINT', 'TINYINT']],
  ['SMALLINT', ['SMALLINT', 'SMALLINT']],
  ['MEDIUMINT', ['INTEGER', 'MEDIUMINT']],
  ['BIGINT', ['BIGINT', 'BIGINT']],
  ['NUMBER', ['NUMERIC', 'NUMERIC']],
  ['FLOAT', ['FLOAT', 'FLOAT']],
  ['REAL', ['REAL', 'REAL']],
  ['DOUBLE', ['DOUBLE PRECISION', 'DOUBLE PRECISION']],
  ['DECIMAL', ['DECIMAL', 'DECIMAL']],
  ['NUMERIC', ['DECIMAL', 'DECIMAL']],
  ['BOOLEAN', ['BOOLEAN', 'TINYINT(1)']],
  ['DATE', ['TIMESTAMP WITH TIME ZONE', 'DATETIME']],
  ['DATEONLY', ['DATE', 'DATE']],
  ['TIME', ['TIME', 'TIME']],
  ['UUID', ['UUID', 'CHAR(36) BINARY']],
  ['UUIDV1', ['UUID', 'CHAR(36) BINARY']],
  ['UUIDV4', ['UUID', 'CHAR(36) BINARY']],
  ['JSON', ['JSON', 'JSON']],
  ['JSONB', ['JSONB', 'JSON']],
  ['HSTORE', ['HSTORE', 'HSTORE']],
  ['BLOB', ['BYTEA', 'BLOB']],
  ['INET', ['INET', 'INET']],
  ['CIDR', ['CIDR', 'CIDR']],
  ['MACADDR', ['MACADDR', 'MACADDR']],
  ['GEOMETRY', ['GEOMETRY', 'GEOMETRY']],
  ['GEOGRAPHY', ['GEOGRAPHY', 'GEOGRAPHY']],
]);

const RANGES: ReadonlyMap<string, string> = new Map([
  ['INTEGER', 'int4range'],
  ['BIGINT', 'int8range'],
  ['DECIMAL', 'numrange'],
  ['DATE', 'tstzrange'],
  ['DATEONLY', 'daterange'],
]);

/** Names of operators stand nowhere in a file. */
const NOWHERE = { path: '', text: '' } as Place['module'];

const SPECIAL = new Set(['ENUM', 'ARRAY', 'RANGE', 'VIRTUAL', 'NOW']);

const typeValue = (type: string, args: readonly Value[], isUnsigned = false): Value =>
  handle({
    name: type,
    data: { type, args, isUnsigned } satisfies SequelizeType,
    call: (call: Call) => typeValue(type, call.args, isUnsigned),
    get: (name) => (/^(?:UNSIGNED|ZEROFILL|BINARY)$/.test(name) ? typeValue(type, args, isUnsigned || name === 'UNSIGNED') : null),
  });

/** A member of `Sequelize` or `DataTypes`: a type, or a way to write SQL. */
export const sequelizeMember = (name: string): Value | null => {
  if (TYPES.has(name) || SPECIAL.has(name)) return typeValue(name, []);
  if (/^(?:Sequelize|DataTypes|default)$/.test(name)) return SEQUELIZE;
  if (name === 'Op')
    return handle({ name, get: (op) => (/^\w+$/.test(op) ? madeText(`$${op}`, { module: NOWHERE, start: 0, end: 0 }) : null) });
  if (name === 'literal') return native(name, ({ args }) => knownSql([stringOf(args[0])], ([text]) => text ?? ''));
  if (name === 'col') return native(name, ({ args }) => knownSql([stringOf(args[0])], ([column]) => quote('postgres', column ?? '')));
  if (name === 'fn') {
    return native(name, ({ args: [fn, ...args] }) => {
      const given = args.map((one) => rawOf(one) ?? (stringOf(one) === null ? null : literal('postgres', stringOf(one) ?? '')));
      return knownSql([stringOf(fn), ...given], ([own, ...rest]) => `${own}(${rest.join(', ')})`);
    });
  }
  return null;
};

/** SQL of parts that are all known. */
const knownSql = (parts: readonly (string | null)[], make: (known: readonly string[]) => string): Value =>
  parts.every((part) => part !== null) ? rawSql(make(parts)) : UNKNOWN;

export const SEQUELIZE: Value = handle({ name: 'Sequelize', get: sequelizeMember });

export const typeOf = (value: Value | undefined): SequelizeType | null => {
  const data = value?.kind === 'handle' ? (value.handle.data as Partial<SequelizeType> | undefined) : undefined;
  return typeof data?.type === 'string' ? (data as SequelizeType) : null;
};

/** The values of an enum type: `ENUM('a', 'b')`, `ENUM(['a', 'b'])`, `ENUM({ values: ['a'] })`. */
export const enumValues = ({ args }: SequelizeType): readonly string[] | null => {
  const [first] = args;
  if (first?.kind === 'record') return stringsOf(first.entries.get('values'));
  return stringsOf(first?.kind === 'list' ? first : list(args));
};

/** A type's SQL; null where it is not known. `enumName` is the type that an enum of PostgreSQL becomes. */
export const typeSql = (dialect: Dialect, value: Value | undefined, enumName: string): string | null => {
  const written = stringOf(value);
  if (written !== null) return written;
  const made = typeOf(value);
  if (!made) return null;
  const args = made.args.map((one) => stringOf(one));
  switch (made.type) {
    case 'ENUM': {
      if (!isMysql(dialect)) return enumName;
      const values = enumValues(made);
      return values && `ENUM(${values.map((one) => literal(dialect, one)).join(', ')})`;
    }
    case 'ARRAY': {
      const inner = typeSql(dialect, made.args[0], enumName);
      return inner && `${inner}[]`;
    }
    case 'RANGE':
      return RANGES.get(typeOf(made.args[0])?.type ?? 'INTEGER') ?? null;
    case 'STRING':
      return `VARCHAR(${args[0] ?? 255})`;
    case 'CHAR':
      return `CHAR(${args[0] ?? 255})`;
    case 'TEXT':
    case 'BLOB': {
      const size = isMysql(dialect) && /^(?:tiny|medium|long)$/i.test(args[0] ?? '') ? (args[0] ?? '').toUpperCase() : '';
      return `${size}${TYPES.get(made.type)?.[isMysql(dialect) ? 1 : 0]}`;
    }
    case 'VIRTUAL':
      return null;
  }
  const name = TYPES.get(made.type)?.[isMysql(dialect) ? 1 : 0];
  if (name === undefined) return null;
  const hasArguments = /^(?:DECIMAL|NUMERIC|FLOAT|DATE)$/.test(made.type)
    ? args.every((one) => /^\d+$/.test(one ?? '')) && args.length > 0
    : false;
  const isSized = isMysql(dialect) && /INT(?:EGER)?$/.test(made.type) && /^\d+$/.test(args[0] ?? '');
  const full =
    made.type === 'DATE' && hasArguments
      ? `${isMysql(dialect) ? 'DATETIME' : 'TIMESTAMP'}(${args[0]})${isMysql(dialect) ? '' : ' WITH TIME ZONE'}`
      : null;
  return full ?? `${name}${hasArguments || isSized ? `(${args.join(',')})` : ''}${made.isUnsigned && isMysql(dialect) ? ' UNSIGNED' : ''}`;
};
