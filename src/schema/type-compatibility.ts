/**
 * What a column's type change means for code that was written for the old type.
 * Input: both types as the database spells them. Output: what readers get, and whether what writers send still fits.
 * Facts are those of the usual drivers (pg, postgres, mysql2): what arrives as another JavaScript value is another value for the
 * reader. Pairs that no row names are incompatible.
 */

export interface TypeChange {
  /** `same`: readers get what they got; `changed`: another value or type arrives, or comparisons fail; `unknown`: one of the types is. */
  readonly readers: 'same' | 'changed' | 'unknown';
  /** `narrower`: some values that fitted do not any more; `changed`: what is sent is refused. */
  readonly writers: 'same' | 'narrower' | 'changed' | 'unknown';
}

const SAFE: TypeChange = { readers: 'same', writers: 'same' };
const NARROWER: TypeChange = { readers: 'same', writers: 'narrower' };
const READERS_CHANGE: TypeChange = { readers: 'changed', writers: 'same' };
const INCOMPATIBLE: TypeChange = { readers: 'changed', writers: 'changed' };
const UNKNOWN: TypeChange = { readers: 'unknown', writers: 'unknown' };

interface Type {
  readonly name: string;
  /** `varchar(50)` → [50]; of an enum its members. */
  readonly arguments: readonly string[];
  readonly rest: string;
}

const TYPE = /^(.+?)(?:\((.*)\))?((?: with(?:out)? time zone| unsigned| zerofill)*)$/;

const parseType = (text: string): Type => {
  const [, name = text, list, rest = ''] = TYPE.exec(text.trim().toLowerCase()) ?? [];
  return { name, arguments: list === undefined ? [] : list.split(',').map((part) => part.trim()), rest: rest.trim() };
};

type Judge = (before: Type, after: Type) => TypeChange | null;

const numbers = ({ arguments: list }: Type): readonly number[] => list.map(Number);

const growing = (from: number | undefined, to: number | undefined): TypeChange =>
  to === undefined || (from !== undefined && to >= from) ? SAFE : NARROWER;

/** Texts of any length, the longest last. MySQL's `text` family is ordered by what fits. */
const UNBOUNDED: Readonly<Record<string, number>> = { tinytext: 255, text: 65_535, mediumtext: 16_777_215, longtext: 4_294_967_295 };

const lengthOf = (type: Type, dialect: string): number | undefined => {
  if (type.name === 'character varying' || type.name === 'varchar')
    return type.arguments[0] === undefined ? Number.POSITIVE_INFINITY : Number(type.arguments[0]);
  if (type.name === 'text' && dialect === 'postgres') return Number.POSITIVE_INFINITY;
  return UNBOUNDED[type.name];
};

const texts =
  (dialect: string): Judge =>
  (before, after) => {
    const [from, to] = [lengthOf(before, dialect), lengthOf(after, dialect)];
    return from === undefined || to === undefined ? null : growing(from, to);
  };

/** MySQL's bytes of any length, ordered by what fits. */
const BLOBS: Readonly<Record<string, number>> = { tinyblob: 255, blob: 65_535, mediumblob: 16_777_215, longblob: 4_294_967_295 };

const bytes: Judge = (before, after) => {
  const size = ({ name, arguments: [length] }: Type): number | undefined => (name === 'varbinary' ? Number(length) : BLOBS[name]);
  const [from, to] = [size(before), size(after)];
  return from === undefined || to === undefined ? null : growing(from, to);
};

const decimals: Judge = (before, after) => {
  if (!/^(?:numeric|decimal)$/.test(before.name) || !/^(?:numeric|decimal)$/.test(after.name)) return null;
  const [[p, s = 0], [q, t = 0]] = [numbers(before), numbers(after)];
  if (q === undefined) return SAFE;
  if (p === undefined) return INCOMPATIBLE;
  if (s !== t) return { readers: 'changed', writers: q - t >= p - s ? 'same' : 'narrower' };
  return growing(p, q);
};

const INTEGERS: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, mediumint: 3, integer: 4, int: 4 };

/** Integers up to four bytes arrive as numbers; PostgreSQL's bigint arrives as text, MySQL's as a number. */
const integers =
  (dialect: string): Judge =>
  (before, after) => {
    const size = (type: Type): number | undefined => (type.name === 'bigint' ? 8 : INTEGERS[type.name]);
    const [from, to] = [size(before), size(after)];
    if (from === undefined || to === undefined || before.rest !== after.rest) return null;
    if (dialect === 'postgres' && (from === 8) !== (to === 8)) return { readers: 'changed', writers: to >= from ? 'same' : 'narrower' };
    return to >= from ? SAFE : NARROWER;
  };

const members: Judge = (before, after) => {
  if (before.name !== 'enum' || after.name !== 'enum') return null;
  return before.arguments.every((member) => after.arguments.includes(member)) ? SAFE : NARROWER;
};

/** Pairs by name, whatever their arguments. */
const PAIRS: ReadonlyMap<string, TypeChange> = new Map([
  ['real double precision', SAFE],
  ['float double', SAFE],
  // Every integer of four bytes is a double, and arrives as the number it was.
  ['smallint double precision', SAFE],
  ['integer double precision', SAFE],
  ['smallint double', SAFE],
  ['mediumint double', SAFE],
  ['int double', SAFE],
  ['json jsonb', SAFE],
  ['cidr inet', SAFE],
  ['timestamp without time zone timestamp with time zone', READERS_CHANGE],
  ['integer numeric', READERS_CHANGE],
  ['smallint numeric', READERS_CHANGE],
  ['bigint numeric', SAFE],
]);

/** Times with fewer digits than before round what is written. */
const precisions: Judge = (before, after) => {
  if (before.name !== after.name || before.rest !== after.rest) return null;
  const [[from], [to]] = [numbers(before), numbers(after)];
  if (!/^(?:timestamp|time|datetime|interval|bit varying)$/.test(before.name)) return null;
  return to === undefined || (from !== undefined && to >= from) ? SAFE : { readers: 'changed', writers: 'same' };
};

const pairs: Judge = (before, after) => {
  const full = (type: Type): string => [type.name, type.rest].filter((part) => part !== '').join(' ');
  return PAIRS.get(`${full(before)} ${full(after)}`) ?? null;
};

/** What a change from one type to another means to code of the old type. */
export const compatibilityOf = (before: string, after: string, dialect: string): TypeChange => {
  if (before === after) return SAFE;
  if (before === 'unknown' || after === 'unknown') return UNKNOWN;
  if (before.endsWith('[]') !== after.endsWith('[]')) return INCOMPATIBLE;
  const [from, to] = [parseType(before.replace(/\[\]$/, '')), parseType(after.replace(/\[\]$/, ''))];
  for (const judge of [texts(dialect), bytes, decimals, integers(dialect), members, precisions, pairs]) {
    const found = judge(from, to);
    if (found) return found;
  }
  return INCOMPATIBLE;
};

/** Database types that Prisma reads into the same type of its own, whatever the schema file says. */
const PRISMA_FAMILIES: readonly RegExp[] = [
  /^(?:smallint|integer|int|bigint|mediumint)\b/,
  /^(?:text|tinytext|mediumtext|longtext|character varying|varchar|character|char|citext)\b/,
  /^(?:timestamp|datetime|date)\b/,
  /^(?:real|double precision|double|float)\b/,
  /^(?:numeric|decimal)\b/,
  /^jsonb?$/,
];

/** Whether Prisma gives its caller the same value for both types. Source: the column conversions of Prisma's query engine. */
export const isSameToPrisma = (before: string, after: string): boolean =>
  before.endsWith('[]') === after.endsWith('[]') &&
  PRISMA_FAMILIES.some((family) => family.test(before.toLowerCase()) && family.test(after.toLowerCase()));
