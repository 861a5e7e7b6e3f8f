/**
 * Random queries of the Prisma client: the program that makes them knows which columns they name and which the client sends
 * unasked (measured with Prisma 4–6, see src/access/prisma/catalogue.ts), and Dropgate must say the same.
 */
import { expect, test } from 'vitest';
import { type Random, randomFrom } from './random-queries.ts';
import { accessesIn } from './repository.ts';

const PROGRAMS = 400;

interface Relation {
  readonly model: string;
  readonly list: boolean;
  /** The foreign key behind it, on whichever side. */
  readonly columns: readonly string[];
}

interface Model {
  readonly table: string;
  /** Field → column. */
  readonly fields: ReadonlyMap<string, string>;
  readonly relations: ReadonlyMap<string, Relation>;
}

/** What test/access/repository.ts has as schema.prisma. */
const MODELS: ReadonlyMap<string, Model> = new Map([
  [
    'team',
    {
      table: 'teams',
      fields: new Map([
        ['id', 'id'],
        ['slug', 'slug'],
        ['ownerId', 'owner_id'],
      ]),
      relations: new Map([['users', { model: 'user', list: true, columns: ['users.team_id'] }]]),
    },
  ],
  [
    'user',
    {
      table: 'users',
      fields: new Map([
        ['id', 'id'],
        ['name', 'name'],
        ['email', 'email'],
        ['imageUrl', 'image_url'],
        ['teamId', 'team_id'],
      ]),
      relations: new Map([
        ['team', { model: 'team', list: false, columns: ['users.team_id'] }],
        ['posts', { model: 'post', list: true, columns: ['posts.author_id'] }],
      ]),
    },
  ],
  [
    'post',
    {
      table: 'posts',
      fields: new Map([
        ['id', 'id'],
        ['authorId', 'author_id'],
        ['title', 'title'],
        ['body', 'body'],
      ]),
      relations: new Map([['author', { model: 'user', list: false, columns: ['posts.author_id'] }]]),
    },
  ],
]);

const modelOf = (name: string): Model => {
  const model = MODELS.get(name);
  if (!model) throw new RangeError(name);
  return model;
};

/** What a query is known to do, filled while it is written. */
interface Truth {
  readonly named: Set<string>;
  readonly unasked: Set<string>;
}

const name = (truth: Truth, model: Model, field: string): void => void truth.named.add(`${model.table}.${model.fields.get(field)}`);
const sendAll = (truth: Truth, model: Model, without: readonly string[] = []): void => {
  for (const [field, column] of model.fields) if (!without.includes(field)) truth.unasked.add(`${model.table}.${column}`);
};
const join = (truth: Truth, relation: Relation): void => {
  for (const column of relation.columns) truth.named.add(column);
};
const fieldsOf = (model: Model): string[] => [...model.fields.keys()];

function where(random: Random, model: Model, truth: Truth, depth = 0): string {
  const parts = random.some(fieldsOf(model), 2).map((field) => {
    name(truth, model, field);
    return random.pick([`${field}: 'x'`, `${field}: { in: ['x', 'y'] }`, `${field}: { not: null }`, `...(on ? { ${field}: 'x' } : {})`]);
  });
  if (depth < 2 && random.chance(35)) {
    const [key, relation] = random.pick([...model.relations]);
    join(truth, relation);
    const inner = where(random, modelOf(relation.model), truth, depth + 1);
    parts.push(
      relation.list
        ? `${key}: { ${random.pick(['some', 'every', 'none'])}: ${inner} }`
        : `${key}: ${random.chance(50) ? inner : `{ is: ${inner} }`}`,
    );
  }
  if (depth < 2 && random.chance(25)) parts.push(`${random.pick(['AND', 'OR', 'NOT'])}: [${where(random, model, truth, depth + 1)}]`);
  return `{ ${parts.join(', ')} }`;
}

/** `select`, `include`, `omit` or nothing: what comes back. */
function shape(random: Random, model: Model, truth: Truth, depth = 0): string[] {
  const related = (key: string, relation: Relation): string => {
    join(truth, relation);
    const other = modelOf(relation.model);
    if (depth > 1 || random.chance(40)) {
      sendAll(truth, other);
      return `${key}: true`;
    }
    const inner = shape(random, other, truth, depth + 1);
    if (relation.list && random.chance(30)) inner.push(`where: ${where(random, other, truth, 2)}`);
    return `${key}: { ${inner.join(', ')} }`;
  };
  const some = random.chance(50) ? random.some([...model.relations], 1) : [];
  switch (random.below(4)) {
    case 0: {
      const fields = random.some(fieldsOf(model), 2);
      for (const field of fields) name(truth, model, field);
      const chosen = fields.map((field) => (random.chance(20) ? `...(on ? { ${field}: true } : {})` : `${field}: true`));
      return [`select: { ${[...chosen, ...some.map(([key, relation]) => related(key, relation))].join(', ')} }`];
    }
    case 1: {
      sendAll(truth, model);
      return some.length === 0 ? [] : [`include: { ${some.map(([key, relation]) => related(key, relation)).join(', ')} }`];
    }
    case 2: {
      const [left] = random.some(fieldsOf(model), 1);
      sendAll(truth, model, [left ?? '']);
      return [`omit: { ${left}: true }`];
    }
    default:
      sendAll(truth, model);
      return [];
  }
}

function data(random: Random, model: Model, truth: Truth): string {
  const fields = random.some(fieldsOf(model), 3);
  for (const field of fields) name(truth, model, field);
  return `{ ${fields.map((field) => `${field}: 'x'`).join(', ')} }`;
}

function order(random: Random, model: Model, truth: Truth): string[] {
  if (!random.chance(30)) return [];
  const [field] = random.some(fieldsOf(model), 1);
  name(truth, model, field ?? '');
  return [`orderBy: ${random.pick([`{ ${field}: 'asc' }`, `[{ ${field}: { sort: 'desc', nulls: 'last' } }]`])}`];
}

function program(random: Random, truth: Truth): string {
  const key = random.pick([...MODELS.keys()]);
  const model = modelOf(key);
  const call = (method: string, parts: readonly string[]): string => `prisma.${key}.${method}({ ${parts.join(', ')} })`;
  const condition = (): string => `where: ${where(random, model, truth)}`;
  switch (random.below(9)) {
    case 0:
      return call('create', [`data: ${data(random, model, truth)}`, ...shape(random, model, truth)]);
    case 1:
      return call('createMany', [`data: [${data(random, model, truth)}, ${data(random, model, truth)}]`]);
    case 2:
      return call('update', [condition(), `data: ${data(random, model, truth)}`, ...shape(random, model, truth)]);
    case 3:
      return call('updateMany', [condition(), `data: ${data(random, model, truth)}`]);
    case 4:
      return call(random.pick(['deleteMany', 'count']), [condition()]);
    case 5: {
      const [by] = random.some(fieldsOf(model), 1);
      name(truth, model, by ?? '');
      return call('groupBy', [`by: ['${by}']`, condition()]);
    }
    case 6:
      return call('upsert', [
        condition(),
        `create: ${data(random, model, truth)}`,
        `update: ${data(random, model, truth)}`,
        ...shape(random, model, truth),
      ]);
    default:
      return call(random.pick(['findMany', 'findFirst', 'findUniqueOrThrow']), [
        condition(),
        ...shape(random, model, truth),
        ...order(random, model, truth),
      ]);
  }
}

test(`${PROGRAMS} random programs name and send what their maker says`, async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const random = randomFrom(seed);
    const truth: Truth = { named: new Set(), unasked: new Set() };
    const query = program(random, truth);
    const body = random.chance(30)
      ? `const q = ${query};\nreturn q;`
      : random.chance(30)
        ? `return prisma.$transaction(async (tx) => ${query.replace('prisma.', 'tx.')});`
        : `return ${query};`;
    const found = await accessesIn({
      'src/prisma.ts': "import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient();",
      'src/a.ts': `import { prisma } from './prisma';\nexport async function run(on: boolean) {\n${body}\n}`,
    });
    const said = (how: 'named' | 'implicit'): string =>
      [
        ...new Set(
          found
            .filter((a) => a.how === how)
            .flatMap((a) => (a.columns ?? (a.column === null ? [] : [a.column])).map((c) => `${a.table}.${c}`)),
        ),
      ]
        .sort()
        .join(' ');
    const [named, unasked] = [[...truth.named].sort().join(' '), [...truth.unasked].sort().join(' ')];
    if (said('named') !== named) wrong.push(`${body}\nnames ${named}\nsaid  ${said('named')}`);
    if (said('implicit') !== unasked) wrong.push(`${body}\nsends ${unasked}\nsaid  ${said('implicit')}`);
  }
  expect(wrong.slice(0, 4).join('\n\n')).toBe('');
});
