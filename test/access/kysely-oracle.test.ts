/** Random queries through Kysely: what PostgreSQL needs of them, and what Dropgate says they name, are the same columns. */
import { CamelCasePlugin, DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOracle, type Oracle } from './oracle.ts';
import { listed, nameOf, type Random, randomFrom, SCHEMA, type Source, sources, texts, written } from './random-queries.ts';

const PROGRAMS = 300;
const dialect = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};
const plain = new Kysely<unknown>({ dialect });
const camel = new Kysely<unknown>({ dialect, plugins: [new CamelCasePlugin()] });

let oracle: Oracle;
beforeAll(async () => {
  oracle = await makeOracle(SCHEMA);
}, 60_000);
afterAll(() => oracle.close());

interface Program {
  readonly before: string[];
  readonly query: string;
}

const textOf = (source: Source): string => (source.alias === source.table ? source.table : `${source.table} as ${source.alias}`);

const join = (random: Random, all: readonly Source[], at: number, before: string[]): string => {
  const source = all[at] as Source;
  const left = random.pick(all.slice(0, at));
  const own = written(random, `${source.alias}.${random.pick(texts(source))}`, before);
  const other = written(random, `${left.alias}.${random.pick(texts(left))}`, before);
  const method = random.pick(['innerJoin', 'leftJoin', 'rightJoin', 'fullJoin']);
  const table = written(random, textOf(source), before);
  return random.chance(40)
    ? `.${method}(${table}, (j) => j.onRef(${own}, '=', ${other}).on(${own}, '=', 'x'))`
    : `.${method}(${table}, ${own}, ${other})`;
};

function expression(
  random: Random,
  own: readonly Source[],
  before: string[],
  eb: string,
  depth: number,
  around: readonly Source[],
): string {
  const source = random.pick(own);
  const all = [...own, ...around];
  const name = (): string => written(random, nameOf(random, source, random.pick(texts(source)), all), before);
  const inner = (): string => expression(random, own, before, eb, depth + 1, around);
  switch (random.below(depth > 1 ? 4 : 9)) {
    case 0:
      return `${eb}(${name()}, '=', 'x')`;
    case 1:
      return `${eb}(${name()}, 'is', null)`;
    case 2:
      return `${eb}(${name()}, '=', ${eb}.ref(${name()}))`;
    case 3:
      return `${eb}.between(${name()}, 'a', 'b')`;
    case 4:
      return `${eb}.or([${inner()}, ${inner()}])`;
    case 5:
      return `${eb}.not(${inner()})`;
    case 6: {
      const other: Source = { ...random.pick(sources(random, 1)), alias: `i${depth}` };
      const ref = `${source.alias}.${random.pick(texts(source))}`;
      return `${eb}.exists(${eb}.selectFrom('${other.table} as i${depth}').select('i${depth}.${random.pick(texts(other))}').whereRef('i${depth}.${random.pick(texts(other))}', '=', '${ref}'))`;
    }
    case 7: {
      const column = random.pick(texts(source));
      return `${eb}.and({ '${nameOf(random, source, column, all)}': 'x' })`;
    }
    default:
      return `${eb}(${eb}.fn.coalesce(${name()}, ${eb}.val('x')), '=', 'y')`;
  }
}

function condition(random: Random, all: readonly Source[], before: string[]): string {
  const source = random.pick(all);
  const name = (): string => written(random, nameOf(random, source, random.pick(texts(source)), all), before);
  switch (random.below(6)) {
    case 0:
      return `.where(${name()}, 'like', 'x')`;
    case 1:
      return `.whereRef(${name()}, '<>', ${name()})`;
    case 2:
      return `.where((eb) => ${expression(random, all, before, 'eb', 0, [])})`;
    case 3:
      return `.where(({ eb, fn, ref }) => eb(fn.coalesce(${name()}, ref(${name()})), '=', 'x'))`;
    case 4:
      return `.where(sql\`lower(\${sql.ref(${name()})})\`, '=', 'x')`;
    default:
      return `.where(${name()}, 'in', ['x', 'y'])`;
  }
}

function columns(random: Random, all: readonly Source[], before: string[]): string {
  const named = Array.from({ length: 1 + random.below(3) }, (_, i) => {
    const source = random.pick(all);
    return `${nameOf(random, source, random.pick(source.columns), all)} as c${i}`;
  });
  const source = random.pick(all);
  const one = nameOf(random, source, random.pick(texts(source)), all);
  switch (random.below(4)) {
    case 0:
      return `.select((eb) => [eb.ref(${written(random, one, before)}).as('r'), eb.fn.coalesce(${written(random, one, before)}, eb.val('x')).as('m'), ${named.map((n) => `'${n}'`).join(', ')}])`;
    case 1:
      return `.select(sql\`coalesce(${one}, 'x')\`.as('s')).select(${listed(random, named, before)})`;
    case 2:
      return `.select(${written(random, named[0] ?? one, before)})`;
    default:
      return `.select(${listed(random, named, before)})`;
  }
}

function selecting(random: Random): Program {
  const before: string[] = [];
  const all = sources(random, 3);
  const start = `db.selectFrom(${written(random, textOf(all[0] as Source), before)})`;
  const joins = all.slice(1).map((_, i) => join(random, all, i + 1, before));
  const source = random.pick(all);
  const order = nameOf(random, source, random.pick(source.columns), all);
  const tail = random.chance(30) ? `.orderBy('${order}', 'desc')` : '';
  const conditions = Array.from({ length: random.below(3) }, () => condition(random, all, before)).join('');
  const query = `${joins.join('')}${columns(random, all, before)}`;
  if (random.chance(10)) {
    const [by, more, having] = [1, 2, 3].map(() => `${source.alias}.${random.pick(texts(source))}`);
    const group = `.groupBy(['${by}', '${more}'${random.chance(50) ? '' : `, '${having}'`}])`;
    return {
      before,
      query: `${start}${joins.join('')}.select('${by}')${group}${group.includes(`'${having}'`) ? `.having('${having}', '>', 'a')` : ''}`,
    };
  }
  if (random.chance(25)) {
    before.push(`let query = ${start}${query};`, `if (on) query = query${conditions};`);
    return { before, query: `query${tail}` };
  }
  return { before, query: `${start}${query}${random.chance(20) ? `.$if(on, (qb) => qb${conditions || '.limit(1)'})` : conditions}${tail}` };
}

function writing(random: Random): Program {
  const before: string[] = [];
  const source = random.pick(sources(random, 1));
  const own: Source = { ...source, alias: source.table };
  const table = written(random, own.table, before);
  const filled = random.some(texts(own), 3);
  const row = (): string => `{ ${filled.map((c) => `${c}: 'x'`).join(', ')} }`;
  const back = random.chance(40) ? `.returning(${listed(random, random.some(own.columns, 2), before)})` : '';
  const other = random.pick(texts(own));
  const key = own.table === 'users' ? 'email' : 'id';
  const filler = texts(own).filter((c) => c !== 'id' && c !== 'email')[0] ?? 'id';
  switch (random.below(5)) {
    case 0:
      return { before, query: `db.insertInto(${table}).values(${row()})${back}` };
    case 1:
      return { before, query: `db.insertInto(${table}).values(['a', 'b'].map(() => (${row()})))${back}` };
    case 2:
      return {
        before,
        query: `db.insertInto(${table}).values({ ${filler}: 'x' }).onConflict((oc) => oc.${random.pick([`column('${key}')`, `columns(['${key}'])`])}.doUpdateSet((eb) => ({ ${filled[0]}: eb.ref('excluded.${other}') })))${back}`,
      };
    case 3:
      return {
        before,
        query: `db.updateTable(${table}).set((eb) => ({ ${filled[0]}: eb.ref('${other}') }))${condition(random, [own], before)}${back}`,
      };
    default:
      return { before, query: `db.deleteFrom(${table})${condition(random, [own], before)}` };
  }
}

/** The program with names in camel case, as code with the plugin has them. */
const camelCased = (body: string): string =>
  body.replace(/\b[a-z]+_[a-z]+\b/g, (name) => name.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase()));

test(`${PROGRAMS} random programs name what PostgreSQL needs`, { timeout: 240_000 }, async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const random = randomFrom(seed);
    const { before, query } = random.chance(75) ? selecting(random) : writing(random);
    const snake = [...before, `return ${query};`].join('\n');
    // Text of fragments is never renamed.
    const isCamel = random.chance(30) && !/coalesce\(\w/.test(snake);
    const body = isCamel ? camelCased(snake) : snake;
    const compiled = (new Function('db', 'sql', 'on', body)(isCamel ? camel : plain, sql, true) as { compile(): { sql: string } }).compile()
      .sql;
    const code = `import { type Kysely, sql } from 'kysely';\nexport function run(db: Kysely<DB>, on: boolean) {\n${body}\n}\n`;
    const [needed, named] = [await oracle.columnsUsedByDatabase(compiled), await oracle.columnsNamedIn({ 'src/run.ts': code }, 'kysely')];
    if (needed.join() !== named.join()) wrong.push(`${body}\n${compiled}\nneeded ${needed.join(' ')}\nnamed  ${named.join(' ')}`);
  }
  expect(wrong.join('\n\n')).toBe('');
});
