/** Random queries through Objection: what PostgreSQL needs of them, and what Dropgate says they name, are the same columns. */
import makeKnex from 'knex';
import { Model } from 'objection';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOracle, type Oracle } from './oracle.ts';
import { listed, nameOf, type Random, randomFrom, SCHEMA, type Source, sources, texts, written } from './random-queries.ts';

const PROGRAMS = 200;
const knex = makeKnex({ client: 'pg' });
const modelOf = (table: string): typeof Model => {
  const made = class extends Model {
    static override tableName = table;
  };
  made.knex(knex);
  return made;
};
const models = { Team: modelOf('teams'), User: modelOf('users'), Post: modelOf('posts') };
const NAMES: Readonly<Record<string, string>> = { teams: 'Team', users: 'User', posts: 'Post' };
const declared = `import { Model } from 'objection';
export class Team extends Model { static tableName = 'teams'; }
export class User extends Model { static get tableName() { return 'users'; } }
export class Post extends Model { static tableName = 'posts'; }
`;

let oracle: Oracle;
beforeAll(async () => {
  oracle = await makeOracle(SCHEMA);
}, 60_000);
afterAll(() => oracle.close());

function condition(random: Random, all: readonly Source[], before: string[]): string {
  const source = random.pick(all);
  const name = (): string => written(random, nameOf(random, source, random.pick(texts(source)), all), before);
  switch (random.below(5)) {
    case 0:
      return `.findOne({ '${nameOf(random, source, random.pick(texts(source)), all)}': 'x' })`;
    case 1:
      return `.where(${name()}, 'like', 'x')`;
    case 2:
      return `.whereColumn(${name()}, ${name()})`;
    case 3:
      return `.where((b) => { b.where(${name()}, 'x').orWhereNull(${name()}); })`;
    default:
      return `.whereNotNull(${name()})`;
  }
}

function query(random: Random, before: string[]): string {
  const all = sources(random, 2);
  const [first] = all as [Source];
  const model = NAMES[first.table] ?? '';
  const own: Source = { ...first, alias: first.table };
  const column = random.pick(texts(own).filter((c) => c !== 'id'));
  if (random.chance(15)) return `${model}.query().patch({ ${column}: 'x' }).where('id', 'a')`;
  if (random.chance(15)) return `${model}.query().insert({ ${column}: 'x', id: 'a' })`;
  const alias = first.alias === first.table ? '' : `.alias('${first.alias}')`;
  const joins = all.slice(1).map(({ table, alias: other, columns }) => {
    const text = other === table ? table : `${table} as ${other}`;
    return `.leftJoin('${text}', '${other}.${columns[0]}', '${first.alias}.${random.pick(texts(first))}')`;
  });
  const names = Array.from({ length: 1 + random.below(3) }, () => {
    const source = random.pick(all);
    return nameOf(random, source, random.pick(source.columns), all);
  });
  return `${model}.query()${alias}${joins.join('')}.select(${listed(random, names, before)})${condition(random, all, before)}`;
}

test(`${PROGRAMS} random programs name what PostgreSQL needs`, { timeout: 240_000 }, async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const random = randomFrom(seed);
    const before: string[] = [];
    const last = query(random, before);
    const body = [...before, `return ${last};`].join('\n');
    const made = new Function('Team', 'User', 'Post', 'on', body)(models.Team, models.User, models.Post, true);
    const sql = (made as { toKnexQuery(): { toSQL(): { toNative(): { sql: string } } } })
      .toKnexQuery()
      .toSQL()
      .toNative()
      .sql.replace(/ returning "id"$/, '');
    const code = `import { Post, Team, User } from './models.js';\nexport function run(on: boolean) {\n${body}\n}\n`;
    const named = await oracle.columnsNamedIn({ 'src/run.ts': code, 'src/models.ts': declared }, 'objection');
    const needed = await oracle.columnsUsedByDatabase(sql);
    if (needed.join() !== named.join()) wrong.push(`${body}\n${sql}\nneeded ${needed.join(' ')}\nnamed  ${named.join(' ')}`);
  }
  expect(wrong.join('\n\n')).toBe('');
});
