import { expect, test } from 'vitest';
import { compareMigrations } from '../../src/migrations/change.ts';
import type { Database } from '../../src/migrations/types.ts';

/** `id=content` or `id=content@path`. */
const database = (id: string, ...migrations: readonly string[]): Database => ({
  id,
  layout: 'prisma',
  dialect: 'postgres',
  roots: [id],
  prismaFiles: [],
  migrations: migrations.map((text) => {
    const [, own = '', content = '', path] = /^([^=]+)=([^@]+)(?:@(.*))?$/.exec(text) ?? [];
    return { id: own, content, path: path ?? `${id}/${own}.sql` };
  }),
});

const compare = (base: readonly Database[], head: readonly Database[]): readonly string[] =>
  compareMigrations(base, head).map((change) =>
    [
      `${change.base?.id ?? '-'} > ${change.head.id}`,
      `+${change.added.map((m) => m.id)}`,
      `~${change.edited.map((p) => `${p.base.id}:${p.head.id}`)}`,
      `>${change.moved.map((p) => `${p.base.id}:${p.head.id}`)}`,
      `-${change.removed.map((m) => m.id)}`,
    ].join(' '),
  );

test.each<[string, readonly Database[], readonly Database[], readonly string[]]>([
  ['a new migration', [database('a', '1=x')], [database('a', '1=x', '2=y')], ['a > a +2 ~ > -']],
  ['a new database', [], [database('a', '1=x')], ['- > a +1 ~ > -']],
  ['an edited migration', [database('a', '1=x')], [database('a', '1=y')], ['a > a + ~1:1 > -']],
  ['a moved folder', [database('old', '1=x', '2=y')], [database('new', '1=x', '2=y', '3=z')], ['old > new +3 ~ >1:1,2:2 -']],
  ['a file renamed', [database('a', '1_add=x')], [database('a', '2_add=x')], ['a > a + ~ >1_add:2_add -']],
  ['a file renumbered and edited', [database('a', '1_add=x')], [database('a', '2_add=y')], ['a > a + ~1_add:2_add > -']],
  ['a copy is new', [database('a', '1=x')], [database('a', '1=x', '2=x')], ['a > a +2 ~ > -']],
  ['a squash', [database('a', '1=x', '2=y')], [database('a', '0_init=z')], ['a > a +0_init ~ > -1,2']],
  [
    'databases that trade places',
    [database('a', '1=x', '2=y'), database('b', '1=p', '2=q')],
    [database('a', '1=p', '2=q'), database('c', '1=x', '2=y')],
    ['b > a + ~ >1:1,2:2 -', 'a > c + ~ >1:1,2:2 -'],
  ],
])('%s', (_, base, head, expected) => {
  expect(compare(base, head)).toEqual(expected);
});
