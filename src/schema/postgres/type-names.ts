/** Type names of the tree → the spelling of PostgreSQL's own `format_type`. */
import { type Body, childOf, listOf, numberOf, stringsOf, untag } from '../../parse/sql/ast.ts';

const SPELLING: ReadonlyMap<string, string> = new Map([
  ['int2', 'smallint'],
  ['int4', 'integer'],
  ['int8', 'bigint'],
  ['int', 'integer'],
  ['bool', 'boolean'],
  ['float4', 'real'],
  ['float8', 'double precision'],
  ['varchar', 'character varying'],
  ['bpchar', 'character'],
  ['varbit', 'bit varying'],
  ['decimal', 'numeric'],
  ['serial2', 'smallint'],
  ['serial4', 'integer'],
  ['serial8', 'bigint'],
  ['smallserial', 'smallint'],
  ['serial', 'integer'],
  ['bigserial', 'bigint'],
]);

const ZONED: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['timestamp', ['timestamp', ' without time zone']],
  ['timestamptz', ['timestamp', ' with time zone']],
  ['time', ['time', ' without time zone']],
  ['timetz', ['time', ' with time zone']],
]);

const SERIAL: ReadonlySet<string> = new Set(['serial', 'serial2', 'serial4', 'serial8', 'smallserial', 'bigserial']);

const PLAIN = /^[a-z_][a-z0-9_$]*$/;

/** A name as it has to be written in SQL. Keywords are left bare, as in type names. */
export const quoteName = (name: string): string => (PLAIN.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** Parts of a type's name without `pg_catalog` and `public`. */
export const typeParts = (typeName: Body): readonly string[] => {
  const parts = stringsOf(listOf(typeName, 'names'));
  return parts.length > 1 && (parts[0] === 'pg_catalog' || parts[0] === 'public') ? parts.slice(1) : parts;
};

export const isSerial = (typeName: Body): boolean => SERIAL.has(typeParts(typeName).join('.'));

const modifiersOf = (typeName: Body): readonly string[] => {
  const texts: string[] = [];
  for (const item of listOf(typeName, 'typmods')) {
    const constant = untag(item);
    if (constant?.type !== 'A_Const') continue;
    const integer = childOf(constant.body, 'ival');
    if (integer) texts.push(String(numberOf(integer, 'ival')));
  }
  return texts;
};

/** `character varying(50)[]`. */
export const formatType = (typeName: Body): string => {
  const parts = typeParts(typeName);
  const name = parts.join('.');
  const isArray = listOf(typeName, 'arrayBounds').length > 0;
  const modifiers = name === 'interval' ? modifiersOf(typeName).slice(1) : modifiersOf(typeName);
  const suffix = modifiers.length > 0 ? `(${modifiers.join(',')})` : '';
  const zoned = ZONED.get(name);
  const base = zoned ? `${zoned[0]}${suffix}${zoned[1]}` : `${SPELLING.get(name) ?? parts.map(quoteName).join('.')}${suffix}`;
  return isArray ? `${base}[]` : base;
};
