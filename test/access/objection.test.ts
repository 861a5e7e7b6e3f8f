import { describe, expect, test } from 'vitest';
import { accessesIn, writesIn } from './repository.ts';

const models = {
  'src/user.ts': `import { Model } from 'objection';
import { Team } from './team.js';
export class BaseModel extends Model {}
export class User extends BaseModel {
  static tableName = 'users';
  id!: string;
  imageUrl?: string;
  static relationMappings = () => ({
    team: { relation: Model.BelongsToOneRelation, modelClass: Team, join: { from: 'users.teamId', to: 'teams.id' } },
    posts: { relation: Model.HasManyRelation, modelClass: () => Post, join: { from: 'users.id', to: 'posts.authorId' } },
  });
  named() { return this.$query().patch({ name: 1 }); }
  get picture() { return this.imageUrl; }
}
export class Post extends BaseModel { static get tableName() { return 'posts'; } }
`,
  'src/team.ts': `import { Model } from 'objection';
export class Team extends Model { static get tableName() { return 'teams'; } }
`,
};
const start = "import { User } from './user.js';\n";

async function columnsIn(code: string): Promise<string[]> {
  const found = (await accessesIn({ ...models, 'src/a.ts': start + code }, { prisma: false })).filter(
    (a) => a.location.file === 'src/a.ts',
  );
  return [...new Set(found.flatMap((a) => (a.column === null ? [] : [`${a.table}.${a.column}${a.kind === 'write' ? '!' : ''}`])))].sort();
}

describe('what names columns', () => {
  test.each<[string, string, string]>([
    ['select and where', "User.query().select('name').where('email', x);", 'users.email users.name'],
    ['findOne', "User.query().findOne({ email: x }).select('id');", 'users.email users.id'],
    ['findOne with a pair', "User.query().findOne('email', x).select('id');", 'users.email users.id'],
    ['insert', 'User.query().insert({ email: x });', 'users.email!'],
    ['patch', "User.query().patch({ email: x }).where('users.id', 1);", 'users.email! users.id'],
    ['patchAndFetchById', 'User.query().patchAndFetchById(1, { imageUrl: x });', 'users.image_url!'],
    ['insertGraph', 'User.query().insertGraph({ email: x });', 'users.email!'],
    ['names of properties', "User.query().select('imageUrl').where('teamId', 1);", 'users.image_url users.team_id'],
    ['an alias', "User.query().alias('u').select('u.email');", 'users.email'],
    [
      'graphs',
      "User.query().select('name').withGraphFetched('[team, posts]');",
      'posts.author_id teams.id users.id users.name users.team_id',
    ],
    [
      'joined relations',
      "User.query().select('users.name').joinRelated('team').where('team.slug', x);",
      'teams.id teams.slug users.name users.team_id',
    ],
    ['joins', "User.query().select('slug').join('teams', 'teams.id', 'users.team_id');", 'teams.id teams.slug users.team_id'],
    ['related queries', "User.relatedQuery('team').for(1).select('slug');", 'teams.slug'],
    ['a row by its type', 'const f = (user: User) => user.$query().patch({ email: 1 });', 'users.email!'],
    [
      'a row of a query',
      'async function f() { const user = await User.query().insertAndFetch(x); await user.$query().patch({ email: 1 }); }',
      'users.email!',
    ],
    [
      'rows of a query',
      'async function f() { for (const user of await User.query().where({ name })) await user.$query().patch({ email: 1 }); }',
      'users.email! users.name',
    ],
    [
      'a row that is asked for again',
      'async function f() { let user = await User.query().findById(1); user = await user.$query().patchAndFetch({ email: 1 }); }',
      'users.email!',
    ],
    ['a field by the type of the row', 'const f = (user: User) => user.imageUrl;', 'users.image_url'],
    ['callbacks', "User.query().select('id').where((b) => b.where('email', 1).orWhereNull('name'));", 'users.email users.id users.name'],
    ['a field of rows', 'async function f() { const users = await User.query(); return users.map((u) => u.email); }', 'users.email'],
  ])('%s', async (_, code, expected) => {
    expect((await columnsIn(code)).join(' ')).toBe(expected);
  });

  test("a model's own methods", async () => {
    const found = await accessesIn(models, { prisma: false });
    expect(found.filter((a) => a.column !== null).map((a) => `${a.kind} ${a.table}.${a.column}`)).toEqual([
      'write users.name',
      'read users.image_url',
    ]);
  });
});

test('classes that are no models', async () => {
  const found = await accessesIn(
    {
      'a.ts':
        "import { Model } from './other.js';\nclass User extends Model { static tableName = 'users'; }\nUser.query().select('email');",
      'other.ts': 'export class Model {}',
    },
    { prisma: false },
  );
  expect(found).toEqual([]);
});

test('rows that are written', async () => {
  const rows = await writesIn({ ...models, 'src/a.ts': `${start}User.query().insert([{ id: 1, email: 'x' }]);` }, { prisma: false });
  expect(
    rows.filter((r) => r.location.file === 'src/a.ts').map(({ statement, columns, isComplete }) => ({ statement, columns, isComplete })),
  ).toEqual([{ statement: 'INSERT', columns: ['id', 'email'], isComplete: true }]);
});
