// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs under test contain templates
/**
 * Random programs through Supabase's client: the library itself makes the request, its URL is read as PostgREST reads it,
 * and what PostgreSQL needs of that and what Dropgate says the program names are the same columns.
 */
import { PostgrestClient } from '@supabase/postgrest-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOracle, type Oracle } from './oracle.ts';
import { type Key, type Sent, sqlOf } from './postgrest.ts';
import { type Random, randomFrom, written } from './random-queries.ts';

const PROGRAMS = 400;

const SCHEMA = `
CREATE TABLE teams (id text PRIMARY KEY, slug text NOT NULL, title text);
CREATE TABLE users (id text PRIMARY KEY, email text UNIQUE, nick text, meta jsonb, age integer, team_id text CONSTRAINT users_team_id_fkey REFERENCES teams (id), UNIQUE (nick, age));
CREATE TABLE posts (id text PRIMARY KEY, author_id text CONSTRAINT posts_author_id_fkey REFERENCES users (id), editor_id text CONSTRAINT posts_editor_id_fkey REFERENCES users (id), title text, body text, score integer);
CREATE TABLE tags (id text PRIMARY KEY, label text UNIQUE, title text);
CREATE TABLE post_tags (post_id text CONSTRAINT post_tags_post_id_fkey REFERENCES posts (id), tag_id text CONSTRAINT post_tags_tag_id_fkey REFERENCES tags (id), rank integer, PRIMARY KEY (post_id, tag_id));
`;

const KEYS: readonly Key[] = [
  { name: 'users_team_id_fkey', from: 'users', column: 'team_id', to: 'teams' },
  { name: 'posts_author_id_fkey', from: 'posts', column: 'author_id', to: 'users' },
  { name: 'posts_editor_id_fkey', from: 'posts', column: 'editor_id', to: 'users' },
  { name: 'post_tags_post_id_fkey', from: 'post_tags', column: 'post_id', to: 'posts' },
  { name: 'post_tags_tag_id_fkey', from: 'post_tags', column: 'tag_id', to: 'tags' },
];

const COLUMNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['teams', ['id', 'slug', 'title']],
  ['users', ['id', 'email', 'nick', 'meta', 'age', 'team_id']],
  ['posts', ['id', 'author_id', 'editor_id', 'title', 'body', 'score']],
  ['tags', ['id', 'label', 'title']],
  ['post_tags', ['post_id', 'tag_id', 'rank']],
]);
const NUMBERS = new Set(['age', 'score', 'rank']);

/** What can be embedded in a table's rows, as written, with the table it leads to. */
const EMBEDS: ReadonlyMap<string, readonly (readonly [written: string, table: string])[]> = new Map([
  [
    'users',
    [
      ['teams', 'teams'],
      ['teams!users_team_id_fkey', 'teams'],
      ['teams!team_id', 'teams'],
      ['team_id', 'teams'],
      ['posts!author_id', 'posts'],
      ['posts!posts_editor_id_fkey', 'posts'],
      ['posts_author_id_fkey', 'posts'],
    ],
  ],
  [
    'teams',
    [
      ['users', 'users'],
      ['users!team_id', 'users'],
    ],
  ],
  [
    'posts',
    [
      ['users!author_id', 'users'],
      ['users!posts_editor_id_fkey', 'users'],
      ['author_id', 'users'],
      ['post_tags', 'post_tags'],
      ['tags', 'tags'],
      ['tags!post_tags', 'tags'],
    ],
  ],
  [
    'tags',
    [
      ['posts', 'posts'],
      ['post_tags', 'post_tags'],
    ],
  ],
  [
    'post_tags',
    [
      ['posts', 'posts'],
      ['tags', 'tags'],
      ['tag_id', 'tags'],
    ],
  ],
]);

let oracle: Oracle;
beforeAll(async () => {
  oracle = await makeOracle(SCHEMA);
}, 60_000);
afterAll(() => oracle.close());

interface Embedded {
  readonly path: string;
  readonly table: string;
}

interface Writing {
  readonly random: Random;
  readonly before: string[];
  /** What the select text embeds. */
  readonly embedded: Embedded[];
}

const columnsOf = (table: string): readonly string[] => COLUMNS.get(table) ?? [];
const texts = (table: string): string[] => columnsOf(table).filter((c) => !NUMBERS.has(c) && c !== 'meta');

function item({ random }: Writing, table: string, at: number): string {
  const column = random.pick(columnsOf(table));
  if (column === 'meta') return random.pick(['meta', 'meta->first', 'm:meta->>first', 'meta->a->>b']);
  const numbers = columnsOf(table).filter((c) => NUMBERS.has(c));
  switch (random.below(8)) {
    case 0:
      return `c${at}:${column}`;
    case 1:
      return `${column}::text`;
    case 2:
      return `c${at}:${column}::text`;
    case 3:
      return numbers.length > 0 ? `${random.pick(numbers)}.${random.pick(['sum', 'avg', 'max'])}()` : column;
    case 4:
      return `n${at}:${column}.count()`;
    case 5:
      return `"${column}"`;
    default:
      return column;
  }
}

function items(writing: Writing, table: string, path: string, depth = 0): string {
  const { random, embedded } = writing;
  const listed = Array.from({ length: random.below(4) }, (_, i) => item(writing, table, i));
  if (random.chance(10)) listed.push('*');
  if (depth > 0 && random.chance(10)) return 'count';
  const names = new Set<string>();
  for (let i = depth > 2 ? 0 : random.below(3 - Math.min(depth, 1)); i > 0; i--) {
    const [text, to] = random.pick(EMBEDS.get(table) ?? []) as readonly [string, string];
    const alias = random.chance(50) ? `e${depth}${i}` : null;
    const name = alias ?? text.split('!')[0] ?? '';
    if (names.has(name)) continue;
    names.add(name);
    const join = random.pick(['', '', '!inner', '!left']);
    const own = path === '' ? name : `${path}.${name}`;
    embedded.push({ path: own, table: to });
    const spread = random.chance(15) ? '...' : '';
    listed.push(`${spread}${alias ? `${alias}:` : ''}${text}${join}(${items(writing, to, own, depth + 1)})`);
  }
  const gap = random.pick([',', ', ', ',\n    ', ' , ']);
  return listed.length > 0 ? listed.join(gap) : (texts(table)[0] ?? '*');
}

function selected(writing: Writing, table: string): string {
  const text = items(writing, table, '');
  const { random, before } = writing;
  if (text.includes('\n')) return `\`${text}\``;
  if (random.chance(15)) {
    before.push(`const FIELDS_${before.length} = ['${text}'].join(', ');`);
    return `FIELDS_${before.length - 1}`;
  }
  return written(random, text, before);
}

const operators = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'like', 'ilike'];

function conditionText(random: Random, table: string, depth = 0): string {
  const one = (): string => {
    const column = random.pick(columnsOf(table));
    const field = column === 'meta' ? 'meta->>first' : column;
    return random.pick([
      `${field}.${random.pick(operators)}.x`,
      `${field}.not.is.null`,
      `not.${field}.eq.x`,
      `${field}.in.(a,b,${random.pick(texts(table))}.eq.c)`,
      `${field}.eq."x,${random.pick(texts(table))}.eq.y"`,
      `${field}.ilike.%a b%`,
      `${field}.is.null`,
      `${field}.eq.\${value}`,
      `${field}.fts(english).cat`,
    ]);
  };
  return Array.from({ length: 1 + random.below(3) }, () =>
    depth < 2 && random.chance(25)
      ? `${random.pick(['', 'not.'])}${random.pick(['and', 'or'])}(${conditionText(random, table, depth + 1)})`
      : one(),
  ).join(',');
}

function filter({ random, before, embedded }: Writing, table: string): string {
  const inner = random.chance(40) && embedded.length > 0 ? random.pick(embedded) : null;
  const column = random.pick(columnsOf(inner?.table ?? table));
  const path = `${inner ? `${inner.path}.` : ''}${column === 'meta' ? 'meta->>first' : column}`;
  const name = written(random, path, before);
  const option = inner ? `, { ${random.pick(['referencedTable', 'foreignTable'])}: ${written(random, inner.path, before)} }` : '';
  switch (random.below(13)) {
    case 0:
      return `.in(${name}, ['a', 'b'])`;
    case 1:
      return `.is(${name}, null)`;
    case 2:
      return `.not(${name}, 'is', null)`;
    case 3:
      return `.filter(${name}, 'in', '("a","b")')`;
    case 4:
      return `.match({ '${path}': 'x' })`;
    case 5:
      return `.or(\`${conditionText(random, inner?.table ?? table)}\`${option})`;
    case 6:
      return `.order(${written(random, column === 'meta' ? 'meta->first' : column, before)}${option || random.pick(['', ', { ascending: false }'])})`;
    case 7:
      return `.textSearch(${name}, 'cat')`;
    case 8:
      return `.contains(${name}, { a: 1 })`;
    case 9:
      return `.likeAnyOf(${name}, ['a%', 'b%'])`;
    case 10:
      return inner && !inner.path.includes('.') ? `.order('${inner.path}(${random.pick(texts(inner.table))})')` : `.eq(${name}, value)`;
    case 11:
      return inner ? `.not(${written(random, inner.path, before)}, 'is', null)` : `.ilike(${name}, '%x%')`;
    default:
      return `.${random.pick(operators)}(${name}, 'x')`;
  }
}

const filters = (writing: Writing, table: string, least = 0): string =>
  Array.from({ length: least + writing.random.below(3) }, () => filter(writing, table)).join('');

function row({ random }: Writing, table: string): string {
  const keys = random.some(columnsOf(table), 3).map((c) => `${random.chance(20) ? `'${c}'` : c}: 'x'`);
  const [first, ...others] = keys;
  return random.chance(30) && others.length > 0 ? `{ ${others.join(', ')}, ...(on ? { ${first} } : {}) }` : `{ ${keys.join(', ')} }`;
}

function changing(writing: Writing, table: string, start: string): string {
  const { random, before } = writing;
  const unique = new Map([
    ['users', ['email', 'nick,age', 'id']],
    ['tags', ['label']],
    ['post_tags', ['post_id, tag_id']],
  ]).get(table) ?? ['id'];
  const given = (text: string): string => {
    if (!random.chance(30)) return text;
    before.push(`const row_${before.length} = ${text};`);
    return `row_${before.length - 1}`;
  };
  const back = random.chance(40) ? `.select(${selected(writing, table)})` : '';
  switch (random.below(6)) {
    case 0:
      return `${start}.insert(${given(row(writing, table))})${back}`;
    case 1:
      return `${start}.insert([${row(writing, table)}, ${row(writing, table)}])${back}`;
    case 2:
      return `${start}.insert(['a', 'b'].map((value) => (${row(writing, table)})))${back}`;
    case 3:
      return `${start}.upsert(${given(row(writing, table))}, { onConflict: ${written(random, random.pick(unique), before)} })${back}`;
    case 4:
      return `${start}.update(${given(row(writing, table))})${back}${filters(writing, table, 1)}`;
    default:
      return `${start}.delete()${back}${filters(writing, table, 1)}`;
  }
}

function program(random: Random): string {
  const writing: Writing = { random, before: [], embedded: [] };
  const { before } = writing;
  const table = random.pick([...COLUMNS.keys()]);
  const start = `${random.pick(['supabase', 'supabase', "supabase.schema('public')"])}.from(${written(random, table, before)})`;
  if (random.chance(30)) {
    const change = changing(writing, table, start);
    return [...before, `return ${change};`].join('\n');
  }
  const query = `${start}.select(${selected(writing, table)})`;
  const end = random.pick(['', '.limit(10)', '.single()', '.range(0, 9)', '.maybeSingle()']);
  if (random.chance(30)) {
    const more = filter(writing, table);
    const rest = filters(writing, table);
    return [...before, `let query = ${query};`, `if (on) query = query${more};`, `return query${rest}${end};`].join('\n');
  }
  const rest = filters(writing, table);
  return [...before, `return ${query}${rest}${end};`].join('\n');
}

/** The request that the library makes of a program. */
async function requestOf(body: string): Promise<Sent> {
  const sent: Sent[] = [];
  const fetch = async (input: unknown, init?: { method?: string; body?: string | null }): Promise<Response> => {
    sent.push({ method: init?.method ?? 'GET', url: new URL(String(input)), body: init?.body ? JSON.parse(init.body) : null });
    return new Response('[]', { headers: { 'content-type': 'application/json' } });
  };
  const client = new PostgrestClient('http://localhost/rest', { fetch: fetch as typeof globalThis.fetch });
  await (new Function('supabase', 'on', 'value', body)(client, true, 'v') as PromiseLike<unknown>);
  const [first] = sent;
  if (!first || sent.length !== 1) throw new Error(`${sent.length} requests by\n${body}`);
  return first;
}

test(`${PROGRAMS} random programs name what PostgreSQL needs of their requests`, { timeout: 300_000 }, async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const body = program(randomFrom(seed));
    const sent = await requestOf(body);
    const sql = sqlOf(sent, KEYS);
    const code = `import { createClient } from '@supabase/supabase-js';\nconst supabase = createClient(address, key);\nexport async function run(on: boolean, value: string) {\n${body}\n}\n`;
    const [needed, named] = [await oracle.columnsUsedByDatabase(sql), await oracle.columnsNamedIn({ 'src/run.ts': code }, 'supabase')];
    if (needed.join() !== named.join())
      wrong.push(
        `${seed}: ${body}\n${sent.method} ${decodeURIComponent(sent.url.search)}\n${sql}\nneeded ${needed.join(' ')}\nnamed  ${named.join(' ')}`,
      );
  }
  expect(`${wrong.length}\n${wrong.slice(0, 6).join('\n\n')}`).toBe('0\n');
});
