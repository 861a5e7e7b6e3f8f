// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs under test contain templates
/** Random statements as code puts them together: what PostgreSQL needs of them, and what Dropgate says they name, are the same columns. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOracle, type Oracle } from './oracle.ts';
import { nameOf, numbers, type Random, randomFrom, SCHEMA, type Source, sources, texts } from './random-queries.ts';

const PROGRAMS = 300;

let oracle: Oracle;
beforeAll(async () => {
  oracle = await makeOracle(SCHEMA);
}, 60_000);
afterAll(() => oracle.close());

const textOf = ({ table, alias }: Source): string => (alias === table ? table : `${table} ${alias}`);
const nameIn = (random: Random, all: readonly Source[]): string => {
  const source = random.pick(all);
  return nameOf(random, source, random.pick(texts(source)), all);
};

function condition(random: Random, all: readonly Source[]): string {
  const inner: Source = { ...random.pick(sources(random, 1)), alias: 'x' };
  const column = (): string => `x.${random.pick(texts(inner))}`;
  switch (random.below(6)) {
    case 0:
      return `${nameIn(random, all)} = 'a'`;
    case 1:
      return `${nameIn(random, all)} IS NOT NULL`;
    case 2:
      return `lower(${nameIn(random, all)}) LIKE ${nameIn(random, all)}`;
    case 3: {
      const source = random.pick(all);
      return `EXISTS (SELECT 1 FROM ${inner.table} x WHERE ${column()} = ${source.alias}.${random.pick(texts(source))})`;
    }
    case 4: {
      const source = random.pick(all);
      return `${source.alias}.${random.pick(texts(source))} IN (SELECT ${column()} FROM ${inner.table} x)`;
    }
    default:
      return `(${nameIn(random, all)} = 'b' OR ${nameIn(random, all)} IS NULL)`;
  }
}

/** A statement as its parts. */
function statement(random: Random): string[] {
  const all = sources(random, 3);
  const own = random.pick(sources(random, 1));
  const target: Source = { ...own, alias: own.table };
  const filled = random.some(texts(target), 3);
  const where = (some: readonly Source[]): string => `WHERE ${condition(random, some)}`;
  switch (random.below(9)) {
    case 0:
      return [
        `INSERT INTO ${target.table} (${filled.join(', ')})`,
        `VALUES (${filled.map(() => "'v'").join(', ')})`,
        `RETURNING ${random.pick(target.columns)}`,
      ];
    case 1:
      return [
        `INSERT INTO ${target.table} (id, ${filled.filter((c) => c !== 'id').join(', ') || 'name'})`.replace(
          'posts (id, name)',
          'posts (id, title)',
        ),
        "VALUES ('a', 'b'",
        `${", 'c'".repeat(Math.max(0, filled.filter((c) => c !== 'id').length - 1))})`,
        `ON CONFLICT (id) DO UPDATE SET ${filled[0]} = excluded.${random.pick(texts(target))}`,
      ];
    case 2:
      return [`UPDATE ${target.table}`, `SET ${filled.map((c) => `${c} = 'v'`).join(', ')}`, where([target])];
    case 3:
      return [`DELETE FROM ${target.table}`, where([target])];
    case 4: {
      const [number] = numbers(target);
      return [
        `SELECT ${target.alias}.${filled[0]},`,
        number ? `sum(${number}) AS n` : 'count(*) AS n',
        `FROM ${target.table}`,
        `GROUP BY ${filled[0]}`,
        `HAVING max(${filled[0]}) > 'a'`,
      ];
    }
    case 5:
      return [
        `WITH c AS (SELECT ${filled.map((c, i) => `${c} AS k${i}`).join(', ')} FROM ${target.table})`,
        'SELECT k0 FROM c',
        "WHERE k0 > 'a'",
      ];
    case 6: {
      const [column, parent] = [random.pick(texts(target)), random.pick(texts(target))];
      return [
        `WITH RECURSIVE tree(k) AS (SELECT ${column} FROM ${target.table} UNION`,
        `SELECT child.${parent} FROM ${target.table} child JOIN tree ON tree.k = child.${filled[0]})`,
        'SELECT k FROM tree',
        `JOIN ${target.table} own ON own.id = tree.k`,
      ];
    }
    default: {
      const joins = all.slice(1).map((source, i) => {
        const left = random.pick(all.slice(0, i + 1));
        return `LEFT JOIN ${textOf(source)} ON ${source.alias}.${random.pick(texts(source))} = ${left.alias}.${random.pick(texts(left))}`;
      });
      return [
        `SELECT ${nameIn(random, all)} AS r, ${nameIn(random, all)} AS s`,
        `FROM ${textOf(all[0] as Source)}`,
        ...joins,
        where(all),
        random.chance(30) ? `ORDER BY ${nameIn(random, all)}` : '',
      ];
    }
  }
}

/** The statement as code writes it: in one text, over lines, in constants, joined, grown, appended, under a tag. */
function program(random: Random, parts: readonly string[]): string {
  const sql = parts.join(' ');
  const [first = '', ...more] = parts;
  const last = parts.at(-1) ?? '';
  switch (random.below(10)) {
    case 0:
      return `pool.query(${JSON.stringify(sql)});`;
    case 1:
      return `pool.query(\`\n  ${parts.join('\n  ')}\n\`);`;
    case 2:
      return `const START = ${JSON.stringify(first)};\npool.query(\`\${START} ${more.join(' ')}\`);`;
    case 3:
      return `pool.query([${parts.map((p) => JSON.stringify(p)).join(', ')}].join(' '));`;
    case 4:
      return `let text = ${JSON.stringify(first)};\n${more.map((p) => `text += ${JSON.stringify(` ${p}`)};`).join('\n')}\npool.query(text);`;
    case 5:
      return `const query = SQL\`${first}\`;\n${more.map((p) => `query.append(SQL\` ${p}\`);`).join('\n')}\npool.query(query);`;
    case 6:
      return `pool.query(${parts.map((p) => JSON.stringify(`${p} `)).join(' + ')});`;
    case 7:
      return `pool.query(${JSON.stringify(first)}.concat(${JSON.stringify(` ${more.join(' ')}`)}));`;
    case 8:
      return `pool.query(\`${parts.slice(0, -1).join(' ')} \${isShort ? '' : ${JSON.stringify(last)}}\`);`;
    default:
      return `sql\`${sql.replaceAll("'v'", '${value}')}\`;`;
  }
}

test(`${PROGRAMS} random statements name what PostgreSQL needs`, { timeout: 240_000 }, async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const random = randomFrom(seed);
    const parts = statement(random);
    const code = program(random, parts);
    const sql = parts.join(' ');
    const [needed, named] = [await oracle.columnsUsedByDatabase(sql), await oracle.columnsNamedIn({ 'src/run.ts': code }, 'sql')];
    if (needed.join() !== named.join()) wrong.push(`${code}\nneeded ${needed.join(' ')}\nnamed  ${named.join(' ')}`);
  }
  expect(wrong.join('\n\n')).toBe('');
});
