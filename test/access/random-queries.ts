/**
 * Parts of random programs over one small schema, for oracles of query builders: tables with aliases, columns that are
 * unambiguous in them, and the ways code keeps names (constants, lists, spreads under a condition).
 */
import { seeded } from './oracle.ts';

export const SCHEMA = `
CREATE TABLE teams (id text PRIMARY KEY, slug text NOT NULL, owner_id text, name text);
CREATE TABLE users (id text PRIMARY KEY, name text, email text UNIQUE, team_id text, image_url text, age integer);
CREATE TABLE posts (id text PRIMARY KEY, author_id text, title text, body text, score integer);
`;

const TABLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['teams', ['id', 'slug', 'owner_id', 'name']],
  ['users', ['id', 'name', 'email', 'team_id', 'image_url', 'age']],
  ['posts', ['id', 'author_id', 'title', 'body', 'score']],
]);
const NUMBERS = new Set(['age', 'score']);

export interface Source {
  readonly table: string;
  readonly alias: string;
  readonly columns: readonly string[];
}

export interface Random {
  below(n: number): number;
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
  some<T>(list: readonly T[], most: number): T[];
}

export function randomFrom(seed: number): Random {
  const below = seeded(seed * 2654435761 + 12345);
  for (let i = 0; i < 8; i++) below(2);
  const pick = <T>(list: readonly T[]): T => {
    const item = list[below(list.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  };
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick,
    some: (list, most) => Array.from({ length: 1 + below(most) }, () => pick(list)).filter((x, i, all) => all.indexOf(x) === i),
  };
}

/** Some tables, each under its own name or an alias. */
export function sources(random: Random, most: number): Source[] {
  const names = random.some([...TABLES.keys()], most);
  return names.map((table) => ({ table, alias: random.chance(50) ? table : (table[0] ?? 't'), columns: TABLES.get(table) ?? [] }));
}

/** A column's name as a query can say it: with its table, or bare where only one has it. */
export function nameOf(random: Random, source: Source, column: string, all: readonly Source[], isBare = true): string {
  const isOnly = all.filter((one) => one.columns.includes(column)).length === 1;
  return isBare && isOnly && random.chance(50) ? column : `${source.alias}.${column}`;
}

export const texts = (source: Source): string[] => source.columns.filter((c) => !NUMBERS.has(c));
export const numbers = (source: Source): string[] => source.columns.filter((c) => NUMBERS.has(c));

/** A name written as code keeps it: a literal, a template, or a constant that `before` declares. */
export function written(random: Random, text: string, before: string[]): string {
  const how = random.below(4);
  if (how === 0) return `\`${text}\``;
  if (how > 1) return `'${text}'`;
  const name = `NAME_${before.length}`;
  before.push(`const ${name} = '${text}';`);
  return name;
}

/** A list of names: a literal, a constant, with parts spread or under a condition. */
export function listed(random: Random, names: readonly string[], before: string[]): string {
  const items = names.map((name) => written(random, name, before));
  const how = random.below(4);
  if (how === 0) {
    const list = `LIST_${before.length}`;
    before.push(`const ${list} = [${items.join(', ')}];`);
    return random.chance(50) ? list : `[...${list}]`;
  }
  if (how === 1 && items.length > 1) return `[${items.slice(1).join(', ')}, ...(on ? [${items[0]}] : [])]`;
  return `[${items.join(', ')}]`;
}
