/** Types as `information_schema.COLUMNS.COLUMN_TYPE` spells them in MySQL 8.0: no display widths, defaults filled in. */
import { unquote } from '../../parse/sql/mysql/lexer.ts';
import { kid, sourceOf, type Tree } from '../../parse/sql/mysql/tree.ts';

const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['integer', 'int'],
  ['int1', 'tinyint'],
  ['int2', 'smallint'],
  ['int3', 'mediumint'],
  ['middleint', 'mediumint'],
  ['int4', 'int'],
  ['int8', 'bigint'],
  ['dec', 'decimal'],
  ['numeric', 'decimal'],
  ['fixed', 'decimal'],
  ['real', 'double'],
  ['float8', 'double'],
  ['double precision', 'double'],
  ['float4', 'float'],
  ['character', 'char'],
  ['nchar', 'char'],
  ['national char', 'char'],
  ['national character', 'char'],
  ['character varying', 'varchar'],
  ['char varying', 'varchar'],
  ['nvarchar', 'varchar'],
  ['varcharacter', 'varchar'],
  ['national varchar', 'varchar'],
  ['national char varying', 'varchar'],
  ['national character varying', 'varchar'],
  ['nchar varchar', 'varchar'],
  ['nchar varying', 'varchar'],
  ['long', 'mediumtext'],
  ['long varchar', 'mediumtext'],
  ['long varbinary', 'mediumblob'],
  ['geometrycollection', 'geomcollection'],
]);

const INTEGERS: ReadonlySet<string> = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint']);
const ZEROFILL_WIDTHS: ReadonlyMap<string, string> = new Map([
  ['tinyint', '3'],
  ['smallint', '5'],
  ['mediumint', '8'],
  ['int', '10'],
  ['bigint', '20'],
]);
const DEFAULT_LENGTHS: ReadonlyMap<string, string> = new Map([
  ['char', '1'],
  ['binary', '1'],
  ['bit', '1'],
  ['decimal', '10,0'],
]);
const TEXT_SIZES: readonly (readonly [number, string])[] = [
  [255, 'tiny'],
  [65_535, ''],
  [16_777_215, 'medium'],
  [4_294_967_295, 'long'],
];

const textOfLength = (kind: string, length: string | null): string => {
  if (length === null) return kind;
  const size = TEXT_SIZES.find(([limit]) => Number(length) * (kind === 'text' ? 4 : 1) <= limit);
  return `${size?.[1] ?? 'long'}${kind}`;
};

const lengthOf = (name: string, given: string | null): string | null => {
  if (given === null) return DEFAULT_LENGTHS.get(name) ?? null;
  if (name === 'decimal' && !given.includes(',')) return `${given},0`;
  if ((name === 'datetime' || name === 'timestamp' || name === 'time') && given === '0') return null;
  return name === 'year' || (name === 'float' && !given.includes(',')) ? null : given;
};

/** `enum('a','b''c')` */
const listType = (name: string, options: Tree): string => {
  const values = options.kids.filter((child) => /^['"]/.test(sourceOf(child))).map((child) => unquote(sourceOf(child)));
  return `${name}(${values.map((value) => `'${value.replaceAll("'", "''")}'`).join(',')})`;
};

const integerType = (name: string, length: string | null, flags: string): string => {
  if (flags.includes('zerofill')) return `${name}(${length ?? ZEROFILL_WIDTHS.get(name) ?? ''})${flags}`;
  return `${name}${name === 'tinyint' && length === '1' && flags === '' ? '(1)' : ''}${flags}`;
};

/** A type's text; `isSerial` types say more than a type and are the caller's. */
export const formatType = (tree: Tree): string => {
  const options = kid(tree, 'collectionOptions');
  const plain = tree.kids.filter((child) => child.rule === '' && !/^[(),]$/.test(child.word)).map((child) => child.word.toLowerCase());
  const isFlag = (word: string): boolean => /^(?:unsigned|signed|zerofill|binary|ascii|unicode|byte|srid)$/.test(word);
  const first = plain.findIndex((word, i) => i > 0 && isFlag(word));
  const named = first < 0 ? plain : plain.slice(0, first);
  const set = named.findIndex(
    (word, i) => i > 0 && (word === 'collate' || word === 'charset' || (word === 'character' && named[i + 1] === 'set')),
  );
  const spelled = set < 0 ? named : named.slice(0, set);
  const written = spelled.join(' ');
  const name = SYNONYMS.get(written) ?? written;
  if (options) return listType(name, options);
  const dimension = tree.kids.find((child) => child.rule.startsWith('length'));
  const given = dimension ? sourceOf(dimension).replace(/[()\s]/g, '') : null;
  if (name === 'bool' || name === 'boolean') return 'tinyint(1)';
  if (name === 'serial') return 'bigint unsigned';
  if (name === 'text' || name === 'blob') return textOfLength(name, given);
  const isZerofill = plain.includes('zerofill');
  const flags = `${plain.includes('unsigned') || isZerofill ? ' unsigned' : ''}${isZerofill ? ' zerofill' : ''}`;
  if (INTEGERS.has(name)) return integerType(name, given, flags);
  if (name === 'float' && given !== null && !given.includes(',') && Number(given) > 24) return `double${flags}`;
  const length = lengthOf(name, given);
  const own = plain.includes('byte') && name === 'char' ? 'binary' : name;
  return `${own}${length === null ? '' : `(${length})`}${flags}`;
};

/** The members of an ENUM's or SET's type text. */
export const membersOf = (type: string): readonly string[] | null => {
  if (!/^(?:enum|set)\(/.test(type)) return null;
  return [...type.slice(type.indexOf('(') + 1, -1).matchAll(/'((?:[^']|'')*)'/g)].map(([, value]) => (value ?? '').replaceAll("''", "'"));
};
