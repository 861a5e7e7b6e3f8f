/** Random queries through Knex: what PostgreSQL needs of them, and what Dropgate says they name, are the same columns. */
import makeKnex from 'knex';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOracle, type Oracle } from './oracle.ts';
import { listed, nameOf, numbers, type Random, randomFrom, SCHEMA, type Source, sources, texts, written } from './random-queries.ts';

const PROGRAMS = 300;
const knex = makeKnex({ client: 'pg' });

let oracle: Oracle;
beforeAll(async () => {
  oracle = await makeOracle(SCHEMA);
}, 60_000);
afterAll(() => oracle.close());

interface Program {
  /** Statements before the query. */
  readonly before: string[];
  readonly query: string;
}

const textOf = (source: Source): string => (source.alias === source.table ? source.table : `${source.table} as ${source.alias}`);

function begin(random: Random, source: Source, before: string[]): string {
  const name = written(random, textOf(source), before);
  switch (random.below(4)) {
    case 0:
      return `db.from(${name})`;
    case 1:
      return `db({ ${source.alias}: '${source.table}' })`;
    case 2: {
      const constant = `T_${before.length}`;
      before.push(`const ${constant} = { it: '${source.table}' };`);
      return source.alias === source.table ? `db(${constant}.it)` : `db(\`\${${constant}.it} as ${source.alias}\`)`;
    }
    default:
      return `db(${name})`;
  }
}

function join(random: Random, all: readonly Source[], at: number, before: string[]): string {
  const source = all[at] as Source;
  const left = random.pick(all.slice(0, at));
  const own = written(random, `${source.alias}.${random.pick(texts(source))}`, before);
  const other = written(random, `${left.alias}.${random.pick(texts(left))}`, before);
  const method = random.pick(['join', 'leftJoin', 'innerJoin', 'rightJoin']);
  const table = written(random, textOf(source), before);
  switch (random.below(4)) {
    case 0:
      return `.${method}(${table}, ${own}, '=', ${other})`;
    case 1:
      return `.${method}(${table}, function () { this.on(${own}, ${other}).orOn(${other}, '<>', ${own}); })`;
    case 2:
      return `.${method}(${table}, (j) => { j.on(${own}, ${other}).andOnNotNull(${other}); })`;
    default:
      return `.${method}(${table}, ${own}, ${other})`;
  }
}

/** `around`: the tables of outer queries, which a bare name would mean where the inner one has no such column. */
function condition(random: Random, own: readonly Source[], before: string[], depth = 0, around: readonly Source[] = []): string {
  const source = random.pick(own);
  const all = [...own, ...around];
  const column = random.pick(texts(source));
  const plain = nameOf(random, source, column, all);
  const name = written(random, plain, before);
  const or = random.chance(30) ? 'or' : '';
  const where = (rest: string): string => (or ? `orWhere${rest}` : `where${rest}`);
  switch (random.below(depth > 1 ? 8 : 12)) {
    case 0:
      return `.${where('')}({ '${plain}': 'x' })`;
    case 1:
      return `.${where('')}(${name}, 'like', 'x')`;
    case 2:
      return `.${where('Null')}(${name})`;
    case 3:
      return `.${where('In')}(${name}, ['a', 'b'])`;
    case 4:
      return `.${where('Raw')}('lower(${plain}) = ?', ['x'])`;
    case 5:
      return `.${where('Raw')}('?? = ?', [${name}, 'x'])`;
    case 6:
      return `.${where('')}(${name}, '=', db.ref(${written(random, nameOf(random, source, random.pick(texts(source)), all), before)}))`;
    case 7:
      return `.${where('Not')}(${name}, 'x')`;
    case 8:
      return `.${where('')}(function () { this${condition(random, own, before, depth + 1, around)}; })`;
    case 9:
      return `.${where('')}((qb) => { qb${condition(random, own, before, depth + 1, around)}${condition(random, own, before, depth + 1, around)}; })`;
    case 10: {
      const inner: Source = { ...random.pick(sources(random, 1)), alias: 'inner_one' };
      const value = random.pick(texts(inner));
      return `.${where('In')}(${name}, db('${inner.table} as inner_one').select('inner_one.${value}')${condition(random, [inner], before, 2, all)})`;
    }
    default: {
      const inner: Source = { ...random.pick(sources(random, 1)), alias: 'inner_two' };
      return `.${where('Exists')}(function () { this.select('inner_two.${random.pick(texts(inner))}').from('${inner.table} as inner_two').whereColumn?.('a', 'b'); })`.replace(
        /\.whereColumn\?\.\('a', 'b'\)/,
        `.whereRaw('inner_two.${random.pick(texts(inner))} = ${source.alias}.${column}')`,
      );
    }
  }
}

function columns(random: Random, all: readonly Source[], before: string[]): string {
  const names = Array.from({ length: 1 + random.below(3) }, () => {
    const source = random.pick(all);
    return nameOf(random, source, random.pick(source.columns), all);
  });
  const named = names.map((name, i) => (random.chance(30) ? `${name} as c${i}` : name));
  switch (random.below(5)) {
    case 0:
      return `.select(${listed(random, named, before)})`;
    case 1:
      return `.select(...${listed(random, named, before)})`;
    case 2:
      return `.select({ ${names.map((name, i) => `c${i}: '${name}'`).join(', ')} })`;
    case 3:
      return `.select(db.raw('coalesce(${names[0]}::text, ?) as r', ['x']), ${named.map((n) => written(random, n, before)).join(', ')})`;
    default:
      return `.select(${named.map((n) => written(random, n, before)).join(', ')})`;
  }
}

function rest(random: Random, all: readonly Source[], before: string[]): string {
  const parts: string[] = [];
  for (let i = random.below(3); i > 0; i--) parts.push(condition(random, all, before));
  const source = random.pick(all);
  const name = nameOf(random, source, random.pick(source.columns), all);
  if (random.chance(25)) parts.push(`.orderBy(${written(random, name, before)}, 'desc')`);
  if (random.chance(10)) parts.push(`.orderBy([{ column: '${name}', order: 'asc' }])`);
  if (random.chance(10)) parts.push(`.orderByRaw('${name} desc nulls last')`);
  return parts.join('');
}

function selecting(random: Random): Program {
  const before: string[] = [];
  const all = sources(random, 3);
  const joins = all.slice(1).map((_, i) => join(random, all, i + 1, before));
  const [first] = all as [Source];
  const start = begin(random, first, before);
  const aggregated = all.flatMap((s) => numbers(s).map((c) => `${s.alias}.${c}`));
  if (random.chance(15) && aggregated.length > 0) {
    const column = random.pick(aggregated);
    const by = `${first.alias}.${random.pick(texts(first))}`;
    const more = `${first.alias}.${random.pick(texts(first))}`;
    const group = random.pick([`'${by}', '${more}'`, `['${by}', '${more}']`]);
    const where = condition(random, all, before);
    return {
      before,
      query: `${start}${joins.join('')}${where}.select('${by}').${random.pick(['sum', 'max', 'countDistinct'])}('${column} as n').groupBy(${group}).having('${by}', '>', 'a')`,
    };
  }
  const parts = [joins.join(''), columns(random, all, before), rest(random, all, before)];
  if (random.chance(30)) {
    before.push(`let query = ${start}${parts[0]};`, `if (on) query = query${parts[1]};`);
    return { before, query: `query${parts[2]}` };
  }
  return { before, query: start + parts.join('') };
}

function writing(random: Random): Program {
  const before: string[] = [];
  const source: Source = { ...random.pick(sources(random, 1)) };
  const own: Source = { ...source, alias: source.table };
  const table = written(random, source.table, before);
  const filled = random.some(texts(own), 3);
  const row = (): string => `{ ${filled.map((c) => `${c}: 'x'`).join(', ')} }`;
  const back = random.chance(40) ? `.returning(${listed(random, random.some(own.columns, 2), before)})` : '';
  const key = own.table === 'users' ? 'email' : 'id';
  const filler = texts(own).filter((c) => c !== 'id' && c !== 'email')[0] ?? 'id';
  switch (random.below(6)) {
    case 0:
      return { before, query: `db(${table}).insert(${row()})${back}` };
    case 1:
      return { before, query: `db(${table}).insert([${row()}, ${row()}])${back}` };
    case 2:
      before.push(`const toRow = (x) => (${row()});`);
      return { before, query: `db.insert(['a', 'b'].map(toRow)).into(${table})${back}` };
    case 3:
      return {
        before,
        query: `db(${table}).insert({ ${filler}: 'x', ${filled
          .filter((c) => c !== key && c !== filler)
          .map((c) => `${c}: 'y'`)
          .join(', ')} }).onConflict(${random.pick([`'${key}'`, `['${key}']`])}).merge(['${filled[0]}'])${back}`,
      };
    case 4:
      return { before, query: `db(${table}).update(${row()})${condition(random, [own], before)}${back}` };
    default:
      return { before, query: `db(${table})${condition(random, [own], before)}.del()` };
  }
}

test(`${PROGRAMS} random programs name what PostgreSQL needs`, { timeout: 240_000 }, async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const random = randomFrom(seed);
    const { before, query } = random.chance(75) ? selecting(random) : writing(random);
    const body = [...before, `return ${query};`].join('\n');
    const sql = (new Function('db', 'on', body)(knex, true) as { toSQL(): { toNative(): { sql: string } } }).toSQL().toNative().sql;
    const code = `import type { Knex } from 'knex';\nexport function run(db: Knex, on: boolean) {\n${body}\n}\n`;
    const [needed, named] = [await oracle.columnsUsedByDatabase(sql), await oracle.columnsNamedIn({ 'src/run.ts': code }, 'knex')];
    if (needed.join() !== named.join()) wrong.push(`${body}\n${sql}\nneeded ${needed.join(' ')}\nnamed  ${named.join(' ')}`);
  }
  expect(wrong.join('\n\n')).toBe('');
});
