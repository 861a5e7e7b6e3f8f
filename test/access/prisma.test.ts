// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs under test contain templates
import { describe, expect, test } from 'vitest';
import { accessesIn, said, saidAll } from './repository.ts';

const client = "import { PrismaClient } from '@prisma/client';\n\nexport const prisma = new PrismaClient();\n";
const imported = "import { prisma } from './prisma.js';\n";

/** What a file says it does, tables left out. */
async function columnsOf(source: string, more: Record<string, string> = {}): Promise<string[]> {
  const found = await accessesIn({ 'prisma.ts': client, ...more, 'a.ts': source });
  return saidAll(found.filter((a) => a.column !== null));
}

/** The columns that come along unasked, by table. */
async function unasked(source: string): Promise<string[]> {
  const found = await accessesIn({ 'prisma.ts': client, 'a.ts': imported + source });
  return [...new Set(found.filter((a) => a.how === 'implicit').map(said))].sort();
}

const query = (receiver: string): string => `${receiver}.user.findMany({ select: { imageUrl: true } })`;

describe('receivers that are a client', () => {
  test.each<[string, string, Record<string, string>?]>([
    ['the imported client', `${imported}export const q = () => ${query('prisma')};`],
    ['a transaction', `${imported}export const q = () => prisma.$transaction(async (tx) => ${query('tx')});`],
    [
      'a transaction by another name',
      `${imported}export const q = () => prisma.$transaction(async (everything) => ${query('everything')});`,
    ],
    [
      'a private field',
      `import type { PrismaClient } from '@prisma/client';\nexport class Users {\n  #prisma: PrismaClient;\n  constructor(prisma: PrismaClient) { this.#prisma = prisma; }\n  all() { return ${query('this.#prisma')}; }\n}`,
    ],
    [
      'a parameter property',
      `import { PrismaClient } from '@prisma/client';\nexport class Users {\n  constructor(private readonly store: PrismaClient) {}\n  all() { return ${query('this.store')}; }\n}`,
    ],
    ['one or the other', `${imported}export const q = (tx?: unknown) => ${query('(tx ?? prisma)')};`],
    [
      'a getter',
      `${imported}const getDbClient = (tx?: unknown) => tx ?? prisma;\nexport const q = (tx?: unknown) => ${query('getDbClient(tx)')};`,
    ],
    ['an extended client', `${imported}const extended = prisma.$extends({ model: {} });\nexport const q = () => ${query('extended')};`],
    ['a replica', `${imported}export const q = () => ${query('prisma.$replica()')};`],
    ['a client kept in an object', `${imported}const context = { db: prisma };\nexport const q = () => ${query('context.db')};`],
    [
      'the client of a service',
      `export class Users {\n  constructor(private readonly prisma: { client: unknown }) {}\n  all() { return ${query('this.prisma.client')}; }\n}`,
    ],
    ['a default of a parameter', `${imported}export const q = (client = prisma) => ${query('client')};`],
    [
      'a typed parameter',
      `import type { Prisma } from '@prisma/client';\nexport const q = (any: Prisma.TransactionClient) => ${query('any')};`,
    ],
    [
      'a client under another name, its code generated and not kept',
      `import { PrismaClient as PC } from '../generated/prisma';\nconst store = new PC();\nexport const q = () => ${query('store')};`,
    ],
    [
      'a parameter typed by the client',
      `${imported}export class Users {\n  constructor(private readonly store: typeof prisma) {}\n  all() { return ${query('this.store')}; }\n}`,
    ],
    [
      'a delegate in a field',
      `${imported}export class Users {\n  private readonly people = prisma.user;\n  all() { return this.people.findMany({ select: { imageUrl: true } }); }\n}`,
    ],
    [
      'a delegate named by a constant',
      `${imported}const model = 'user' as const;\nexport const q = () => prisma[model].findMany({ select: { imageUrl: true } });`,
    ],
    [
      'a client held by another file',
      `import { clients } from './clients.ts';\nexport const q = () => ${query('clients.write')};`,
      {
        'src/clients.ts': `import { PrismaClient } from '@prisma/client';\nconst make = () => ({ write: new PrismaClient() });\nexport const clients = make();`,
      },
    ],
    ['a non-null assertion', `${imported}export const q = () => ${query('prisma!')};`],
    ['an optional chain', `${imported}export const q = () => prisma?.user?.findMany({ select: { imageUrl: true } });`],
    [
      'a delegate in a constant',
      `${imported}const { user } = prisma;\nexport const q = () => user.findMany({ select: { imageUrl: true } });`,
    ],
    [
      'a delegate in a variable',
      `${imported}const people = prisma.user;\nexport const q = () => people.findMany({ select: { imageUrl: true } });`,
    ],
    ['a computed name', `${imported}export const q = () => prisma['user'].findMany({ select: { imageUrl: true } });`],
    [
      'a client from a file of re-exports',
      "import { db } from './index.js';\nexport const q = () => db.user.findMany({ select: { imageUrl: true } });",
      { 'index.ts': "export { prisma as db } from './prisma.js';" },
    ],
  ])('%s', async (_, source, more = {}) => {
    expect(await columnsOf(source, more)).toContain('read users.image_url');
  });
});

describe('receivers that are something else', () => {
  test.each([
    [
      'an HTTP client',
      'const api = { client: new ApiClient() };\nexport const q = () => api.client.user.findMany({ select: { imageUrl: true } });',
    ],
    [
      'an object of functions',
      'const client = { user: { findMany: (x: unknown) => x } };\nexport const q = () => client.user.findMany({ select: { imageUrl: true } });',
    ],
    ['a typed SDK', 'export const q = (client: HttpSdk) => client.user.findMany({ select: { imageUrl: true } });'],
    ['another ORM', "import { mongo } from 'mongodb';\nexport const q = () => mongo.user.findMany({ select: { imageUrl: true } });"],
  ])('%s', async (_, source) => {
    expect(await columnsOf(source)).toEqual([]);
  });
});

describe('what a query names', () => {
  const named = (call: string): Promise<string[]> => columnsOf(`${imported}export const q = () => ${call};`);

  test.each<[string, string, readonly string[]]>([
    [
      'where',
      "prisma.user.count({ where: { email: 'a', OR: [{ name: 'b' }, { NOT: { imageUrl: null } }] } })",
      ['read users.email', 'read users.image_url', 'read users.name'],
    ],
    [
      'a relation in where',
      "prisma.post.count({ where: { author: { is: { email: 'a' } } } })",
      ['read posts.author_id', 'read users.email'],
    ],
    [
      'a list relation in where',
      "prisma.team.count({ where: { users: { some: { name: 'a' } } } })",
      ['read users.name', 'read users.team_id'],
    ],
    [
      'a compound key',
      "prisma.user.findUnique({ where: { teamId_email: { teamId: 't', email: 'e' } }, select: { id: true } })",
      ['read users.email', 'read users.id', 'read users.team_id'],
    ],
    [
      'order',
      "prisma.user.findMany({ select: { id: true }, orderBy: [{ name: 'asc' }, { team: { slug: 'desc' } }] })",
      ['read teams.slug', 'read users.id', 'read users.name', 'read users.team_id'],
    ],
    [
      'group',
      "prisma.user.groupBy({ by: ['name', 'teamId'], _max: { email: true } })",
      ['read users.email', 'read users.name', 'read users.team_id'],
    ],
    ['distinct', "prisma.user.findMany({ select: { id: true }, distinct: ['email'] })", ['read users.email', 'read users.id']],
    [
      'data',
      "prisma.user.updateMany({ where: { id: '1' }, data: { imageUrl: null, email: { set: 'a' } } })",
      ['read users.id', 'write users.email', 'write users.image_url'],
    ],
    ['nested data', "prisma.post.updateMany({ data: { title: 'a' } })", ['write posts.title']],
    [
      'a nested create',
      "prisma.team.create({ data: { id: 't', slug: 's', users: { create: [{ id: 'u', name: 'n', imageUrl: 'i' }] } }, select: { id: true } })",
      [
        'read teams.id',
        'write teams.id',
        'write teams.slug',
        'write users.id',
        'write users.image_url',
        'write users.name',
        'write users.team_id',
      ],
    ],
    [
      'connect',
      "prisma.user.update({ where: { id: 'u' }, data: { team: { connect: { slug: 's' } } }, select: { id: true } })",
      ['read teams.slug', 'read users.id', 'write users.team_id'],
    ],
    [
      'upsert',
      "prisma.user.upsert({ where: { id: 'u' }, create: { id: 'u', name: 'n' }, update: { email: 'e' }, select: { id: true } })",
      ['read users.id', 'write users.email', 'write users.id', 'write users.name'],
    ],
    ['what is switched off', 'prisma.user.findMany({ select: { id: true, imageUrl: false } })', ['read users.id']],
    [
      'a count of relations',
      'prisma.team.findMany({ select: { id: true, _count: { select: { users: true } } } })',
      ['read teams.id', 'read users.team_id'],
    ],
    [
      'keys that the model has not',
      "prisma.user.findMany({ select: { id: true, nothing: true }, where: { image_url: 'a' } })",
      ['read users.id'],
    ],
  ])('%s', async (_, call, expected) => {
    expect(await named(call)).toEqual([...expected].sort());
  });
});

describe('objects built elsewhere', () => {
  const find = (select: string): string => `export const q = (flag: boolean) => prisma.user.findMany({ select: ${select} });`;
  test.each<[string, string, Record<string, string>?]>([
    ['a constant', `${imported}const select = { imageUrl: true };\n${find('select')}`],
    [
      'a constant of another file',
      `${imported}import { select } from './select.js';\n${find('select')}`,
      { 'select.ts': 'export const select = { imageUrl: true } as const;' },
    ],
    [
      'a default export',
      `${imported}import select from './select.js';\n${find('select')}`,
      { 'select.ts': 'export default { imageUrl: true };' },
    ],
    ['a spread', `${imported}const base = { imageUrl: true };\n${find('{ ...base, id: true }')}`],
    ['a spread of a condition', `${imported}${find('{ id: true, ...(flag ? { imageUrl: true } : {}) }')}`],
    ['a spread behind a condition', `${imported}${find('{ id: true, ...(flag && { imageUrl: true }) }')}`],
    ['one of two', `${imported}${find('flag ? { id: true } : { imageUrl: true }')}`],
    [
      'satisfies',
      `${imported}import type { Prisma } from '@prisma/client';\nconst select = { imageUrl: true } satisfies Prisma.UserSelect;\n${find('select')}`,
    ],
    ['as const', `${imported}${find('{ imageUrl: true } as const')}`],
    [
      'Prisma.validator',
      `${imported}import { Prisma } from '@prisma/client';\nconst select = Prisma.validator<Prisma.UserSelect>()({ imageUrl: true });\n${find('select')}`,
    ],
    ['a function', `${imported}const select = () => ({ imageUrl: true });\n${find('select()')}`],
    ['a member of an object', `${imported}const selects = { user: { imageUrl: true } };\n${find('selects.user')}`],
    ['the whole argument', `${imported}const args = { select: { imageUrl: true } };\nexport const q = () => prisma.user.findMany(args);`],
    [
      'keys set afterwards',
      `${imported}export function q() {\n  const where: Record<string, unknown> = {};\n  where.imageUrl = null;\n  return prisma.user.count({ where });\n}`,
    ],
    [
      'an annotated object that nothing here sends',
      "import type { Prisma } from '@prisma/client';\nexport const select: Prisma.UserSelect = { imageUrl: true };",
    ],
  ])('%s', async (_, source, more = {}) => {
    expect(await columnsOf(source, more)).toContain('read users.image_url');
  });

  test('rows made by map', async () => {
    const found = await columnsOf(
      `${imported}export const q = (people: { id: string }[]) =>\n  prisma.user.createMany({ data: people.map((p) => ({ id: p.id, name: '', imageUrl: null })) });`,
    );
    expect(found).toEqual(['write users.id', 'write users.image_url', 'write users.name']);
  });

  test('an object known at run time only is one low-confidence write of the whole row', async () => {
    const found = await accessesIn({
      'prisma.ts': client,
      'a.ts': `${imported}export const q = (body: object) => prisma.user.updateMany({ data: body });`,
    });
    expect(found.filter((a) => a.how === 'whole-row').map((a) => [said(a), a.confidence])).toEqual([['write users{…}', 'low']]);
  });
});

describe('what the client sends unasked', () => {
  const whole = 'read users[id name email image_url team_id]';
  test.each<[string, readonly string[]]>([
    ['prisma.user.findMany()', [whole]],
    ["prisma.user.findUnique({ where: { id: '1' } })", [whole]],
    ["prisma.user.create({ data: { id: '1', name: 'a' } })", [whole]],
    ["prisma.user.createManyAndReturn({ data: [{ id: '1', name: 'a' }] })", [whole]],
    ["prisma.user.update({ where: { id: '1' }, data: {} })", [whole]],
    ["prisma.user.upsert({ where: { id: '1' }, create: { id: '1', name: 'a' }, update: {} })", [whole]],
    ["prisma.user.delete({ where: { id: '1' } })", [whole]],
    ['prisma.user.findMany({ omit: { imageUrl: true } })', ['read users[id name email team_id]']],
    ['prisma.user.findMany({ select: { id: true } })', []],
    ['prisma.team.findMany({ select: { users: true } })', [whole]],
    ['prisma.team.findMany({ include: { users: true } })', ['read teams[id slug owner_id]', whole]],
    ['prisma.team.findMany({ include: { users: false } })', ['read teams[id slug owner_id]']],
    ['prisma.team.findMany({ include: { users: { select: { id: true } } } })', ['read teams[id slug owner_id]']],
    [
      'prisma.team.findMany({ include: { users: { omit: { email: true } } } })',
      ['read teams[id slug owner_id]', 'read users[id name image_url team_id]'],
    ],
    ['prisma.user.count()', []],
    ['prisma.user.aggregate({ _count: true })', []],
    ["prisma.user.groupBy({ by: ['name'] })", []],
    ["prisma.user.createMany({ data: [{ id: '1', name: 'a' }] })", []],
    ['prisma.user.updateMany({ data: {} })', []],
    ['prisma.user.deleteMany()', []],
    ["prisma.team.count({ where: { users: { some: { name: 'a' } } } })", []],
  ])('%s', async (call, expected) => {
    expect(await unasked(`export const q = () => ${call};`)).toEqual([...expected].sort());
  });
});

describe('fields read from rows', () => {
  const fields = async (source: string, more: Record<string, string> = {}): Promise<string[]> => {
    const found = await accessesIn({ 'prisma.ts': client, ...more, 'a.ts': source });
    return saidAll(found.filter((a) => a.how === 'field'));
  };
  test.each<[string, string, Record<string, string>?]>([
    ['a variable', `${imported}export async function f() {\n  const user = await prisma.user.findFirst();\n  return user?.imageUrl;\n}`],
    [
      'destructuring',
      `${imported}export async function f() {\n  const { imageUrl } = await prisma.user.findFirstOrThrow();\n  return imageUrl;\n}`,
    ],
    [
      'destructuring later',
      `${imported}export async function f() {\n  const user = await prisma.user.findFirstOrThrow();\n  const { imageUrl: image } = user;\n  return image;\n}`,
    ],
    ['directly', `${imported}export const f = async () => (await prisma.user.findFirst())?.imageUrl;`],
    ['a loop', `${imported}export async function f() {\n  for (const user of await prisma.user.findMany()) send(user.imageUrl);\n}`],
    [
      'a list callback',
      `${imported}export async function f() {\n  const users = await prisma.user.findMany();\n  return users.filter((u) => u.id).map((u) => u.imageUrl);\n}`,
    ],
    [
      'an element',
      `${imported}export async function f() {\n  const users = await prisma.user.findMany();\n  return users[0]?.imageUrl;\n}`,
    ],
    [
      'the first of a list',
      `${imported}export async function f() {\n  const [user] = await prisma.user.findMany();\n  return user?.imageUrl;\n}`,
    ],
    [
      'Promise.all',
      `${imported}export async function f() {\n  const [team, user] = await Promise.all([prisma.team.findFirst(), prisma.user.findFirst()]);\n  return [team, user?.imageUrl];\n}`,
    ],
    [
      'a function that returns rows',
      `${imported}const load = async (id: string) => {\n  return prisma.user.findUnique({ where: { id } });\n};\nexport async function f() {\n  const user = await load('1');\n  return user?.imageUrl;\n}`,
    ],
    [
      'a function of another file',
      "import { load } from './load.js';\nexport async function f() {\n  const user = await load('1');\n  return user?.imageUrl;\n}",
      { 'load.ts': `${imported}export const load = (id: string) => prisma.user.findUnique({ where: { id } });` },
    ],
    [
      'an included relation',
      `${imported}export async function f() {\n  const team = await prisma.team.findFirst({ include: { users: true } });\n  return team?.users.map((u) => u.imageUrl);\n}`,
    ],
    ['an annotated parameter', "import type { User } from '@prisma/client';\nexport const f = (user: User) => user.imageUrl;"],
    [
      'an annotated list',
      "import type { User } from '@prisma/client';\nexport const f = (users: User[]) => users.map((user) => user.imageUrl);",
    ],
    [
      'a payload type',
      "import type { Prisma } from '@prisma/client';\nexport const f = (user: Prisma.UserGetPayload<{ include: { team: true } }>) => user.imageUrl;",
    ],
    ['a destructured parameter', "import type { User } from '@prisma/client';\nexport const f = ({ imageUrl }: User) => imageUrl;"],
    ['Pick', "import type { User } from '@prisma/client';\nexport const f = (user: Pick<User, 'imageUrl'>) => user.imageUrl;"],
    [
      'an alias of a type',
      "import type { User } from '@prisma/client';\ntype Person = User & { age: number };\nexport const f = (user: Person) => user.imageUrl;",
    ],
    ['a destructured callback', `${imported}export const f = async () => (await prisma.user.findMany()).map(({ imageUrl }) => imageUrl);`],
    [
      'a destructured loop',
      `${imported}export async function f() {\n  for (const { imageUrl } of await prisma.user.findMany()) send(imageUrl);\n}`,
    ],
    [
      'a pattern in a pattern',
      `${imported}export async function f() {\n  const [{ imageUrl }] = await prisma.user.findMany();\n  return imageUrl;\n}`,
    ],
    [
      'a pattern of a relation',
      `${imported}export async function f() {\n  const { author: { imageUrl } } = await prisma.post.findFirstOrThrow({ include: { author: true } });\n  return imageUrl;\n}`,
    ],
    [
      'a pattern in Promise.all',
      `${imported}export async function f() {\n  const [{ imageUrl }] = await Promise.all([prisma.user.findFirstOrThrow()]);\n  return imageUrl;\n}`,
    ],
    ['then', `${imported}export const f = () => prisma.user.findFirst().then((user) => user?.imageUrl);`],
  ])('%s', async (_, source, more = {}) => {
    expect(await fields(source, more)).toContain('read users.image_url');
  });

  test.each([
    [
      'a row that was never asked for the field',
      `${imported}export async function f() {\n  const user = await prisma.user.findFirst({ select: { id: true } });\n  return user.imageUrl;\n}`,
    ],
    [
      'a row of another model',
      `${imported}export async function f() {\n  const team = await prisma.team.findFirst();\n  return team.imageUrl;\n}`,
    ],
    ['an object of its own', 'export const f = (user: { imageUrl: string }) => user.imageUrl;'],
    [
      'a type of its own that has the name of the model',
      'interface User {\n  imageUrl: string;\n}\nexport const f = (user: User) => user.imageUrl;',
    ],
    ['Omit', "import type { User } from '@prisma/client';\nexport const f = (user: Omit<User, 'imageUrl'>) => user.imageUrl;"],
    [
      'a field taken out of the answer',
      `${imported}export async function f() {\n  const user = await prisma.user.findFirst();\n  user.imageUrl = null;\n  return user;\n}`,
    ],
  ])('but not %s', async (_, source) => {
    expect(await fields(source)).toEqual([]);
  });
});

test('places are those of the keys', async () => {
  const source = `${imported}\nexport const q = () =>\n  prisma.user.findMany({\n    select: { id: true, imageUrl: true },\n  });\n`;
  const found = await accessesIn({ 'prisma.ts': client, 'a.ts': source });
  const at = found.find((a) => a.column === 'image_url')?.location;
  expect([at?.file, at?.line, at?.column, at?.endColumn]).toEqual(['a.ts', 5, 25, 33]);
});

describe('a delegate that is chosen at run time', () => {
  test.each([
    ['in a loop', "for (const model of ['user', 'post'] as const) await prisma[model].deleteMany({ where: { id } });"],
    ['in a callback', "['user', 'post'].forEach((model) => prisma[model].deleteMany({ where: { id } }));"],
    ['by a parameter of a union', "const clear = (model: 'user' | 'post') => prisma[model].deleteMany({ where: { id } });"],
    ['by a condition', "await prisma[on ? 'user' : 'post'].deleteMany({ where: { id } });"],
  ])('%s is each of them', async (_, code) => {
    const found = await accessesIn({ 'src/a.ts': `import { prisma } from './prisma';\nexport async function f(on, id) { ${code} }` });
    expect(saidAll(found)).toEqual(['read posts.id', 'read users.id', 'write posts', 'write users']);
  });
  test('a loop over itself is none of them', async () => {
    const code = "import { prisma } from './prisma';\nfor (const model of model) await prisma[model].deleteMany({ where: { id } });";
    expect(await accessesIn({ 'src/a.ts': code })).toEqual([]);
  });
});
