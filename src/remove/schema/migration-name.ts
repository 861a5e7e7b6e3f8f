/**
 * What the next migration of a folder is called: the newest one is the model for prefix, number, separators, wording and ending.
 * Input: the names in the order in which the runner applies them, the words of the new one, the date. Output: a name; null where
 * the names have no number to go on from. Pure.
 * Invariant: a runner that sorts by number takes the new name after the newest.
 */

export interface MigrationName {
  /** The whole name, with its ending. */
  readonly name: string;
  /** Its number as it is written. */
  readonly number: string;
  /** Its words as they are written; empty where the folder's names have none. */
  readonly slug: string;
}

interface Parsed {
  readonly lead: string;
  readonly number: string;
  readonly separator: string;
  readonly slug: string;
  readonly ending: string;
}

/** `.up.sql`, `.ts`; the folder of a Prisma migration has none. */
const ENDING = /(?:[._-]up)?\.(?:sql|[cm]?[jt]s)$/i;
const NAME = /^([A-Za-z]{0,10}?)(\d+(?:[-_.T]\d+(?=T\d|Z?(?:[^0-9A-Za-z]|$)))*Z?)(__|[-_.]?)(.*)$/;

export function nextName(names: readonly string[], words: readonly string[], now: Date): MigrationName | null {
  const parsed = names.flatMap((name) => parse(name) ?? []);
  const newest = parsed.at(-1);
  if (newest === undefined) return null;
  const number = nextNumber(newest.number, now);
  const withWords = parsed.findLast(({ slug }) => slug !== '');
  const hasWords = newest.slug !== '';
  const slug = hasWords ? spelled(words, styleOf(newest, withWords)) : '';
  const separator = hasWords ? newest.separator : '';
  return { name: `${newest.lead}${number}${separator}${slug}${newest.ending}`, number, slug };
}

function parse(name: string): Parsed | null {
  const ending = ENDING.exec(name)?.[0] ?? '';
  const [, lead, digits, separator, slug] = NAME.exec(name.slice(0, name.length - ending.length)) ?? [];
  if (lead === undefined || digits === undefined || separator === undefined || slug === undefined) return null;
  const number = ownNumber(digits, lead);
  const rest = digits.slice(number.length) + separator + slug;
  const [, between = '', words = ''] = /^(__|[-_.]?)(.*)$/.exec(rest) ?? [];
  return { lead, number, separator: between, slug: words, ending };
}

const STAMP = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/;

/** How many of the groups of digits are the number: what follows may be words that begin with digits. */
function ownNumber(digits: string, lead: string): string {
  const groups = digits.split(/[-_.T]/);
  const [first = '', second = ''] = groups;
  const upTo = (count: number): string => digits.slice(0, groups.slice(0, count).join(' ').length);
  const year = /^(?:19|20)\d{2}$/.test(first) && /^(?:0[1-9]|1[0-2])$/.test(second);
  if (year) return digits;
  if (STAMP.test(first)) return first.length === 8 && second !== '' && /^\d{1,6}$/.test(second) ? upTo(2) : first;
  const isVersion = digits.charAt(first.length) === '.' || /^v$/i.test(lead);
  return isVersion && first.length < 10 ? digits : first;
}

/** The number after `last`: the date in the same form, the next count, or one more where the newest is ahead of the clock. */
function nextNumber(last: string, now: Date): string {
  const plain = last.replace(/\D/g, '');
  if (STAMP.test(plain) && plain.length >= 8 && !isCounted(last)) return laterStamp(last, plain, now);
  if (plain === last && plain.length === 13) return String(Math.max(now.getTime(), Number(plain) + 1));
  if (plain === last && plain.length === 10) return String(Math.max(Math.floor(now.getTime() / 1000), Number(plain) + 1));
  if (isCounted(last)) return countedStamp(last, now);
  return last.replace(/\d+(?=\D*$)/, (digits) => (BigInt(digits) + 1n).toString().padStart(digits.length, '0'));
}

/** `20260105_02`: a date and a count within the day. */
const isCounted = (number: string): boolean => /^\d{8}\D\d{1,3}$/.test(number);

function countedStamp(last: string, now: Date): string {
  const [date = '', count = ''] = last.split(/\D/);
  const today = stamp(now).slice(0, 8);
  const isNewDay = today > date;
  const next = isNewDay ? '1' : String(Number(count) + 1);
  return `${isNewDay ? today : date}${last.charAt(8)}${next.padStart(count.length, '0')}`;
}

/** `YYYYMMDDHHMMSSmmm` in UTC. */
const stamp = (date: Date): string => date.toISOString().replace(/\D/g, '').slice(0, 17);

function laterStamp(last: string, plain: string, now: Date): string {
  const own = stamp(now).slice(0, plain.length).padEnd(plain.length, '0');
  return intoForm(last, own > plain ? own : stamp(oneLater(plain)).slice(0, plain.length));
}

/** One unit of the last part after a stamp: a day, an hour, a minute, a second. */
function oneLater(plain: string): Date {
  const at = (from: number, length: number, otherwise: number): number => {
    const part = plain.slice(from, from + length);
    return part === '' ? otherwise : Number(part);
  };
  const date = Date.UTC(at(0, 4, 0), at(4, 2, 1) - 1, at(6, 2, 1), at(8, 2, 0), at(10, 2, 0), at(12, 2, 0), at(14, 3, 0));
  const unit =
    plain.length <= 8 ? 86_400_000 : plain.length <= 10 ? 3_600_000 : plain.length <= 12 ? 60_000 : plain.length <= 14 ? 1000 : 1;
  return new Date(date + unit);
}

/** Digits put where the model has its own. */
function intoForm(form: string, digits: string): string {
  let at = 0;
  return form.replace(/\d/g, () => digits.charAt(at++));
}

type Style = 'snake' | 'kebab' | 'pascal' | 'camel';

function styleOf({ slug, separator }: Parsed, other: Parsed | undefined): Style {
  const text = /[-_]|[a-z][A-Z]/.test(slug) ? slug : (other?.slug ?? slug);
  if (text.includes('_')) return 'snake';
  if (text.includes('-')) return 'kebab';
  if (/^[A-Z]/.test(text)) return 'pascal';
  if (/[a-z][A-Z]/.test(text)) return 'camel';
  return separator === '-' ? 'kebab' : 'snake';
}

const MAX_WORDS = 60;

function spelled(words: readonly string[], style: Style): string {
  const plain = words.flatMap((word) => word.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/)).filter((word) => word !== '');
  const lower = plain.map((word) => word.toLowerCase());
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const text: Readonly<Record<Style, string>> = {
    snake: lower.join('_'),
    kebab: lower.join('-'),
    pascal: lower.map(capital).join(''),
    camel: lower.map((word, i) => (i === 0 ? word : capital(word))).join(''),
  };
  return text[style].slice(0, MAX_WORDS).replace(/[-_]+$/, '');
}
