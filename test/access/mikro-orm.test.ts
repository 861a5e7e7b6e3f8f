import { describe, expect, test } from 'vitest';
import { accessesIn, saidAll } from './repository.ts';

const decorated = `
import { Collection, Entity, ManyToOne, OneToMany, PrimaryKey, Property, Ref } from '@mikro-orm/core';
@Entity({ tableName: 'teams' })
export class Team {
  @PrimaryKey() id!: string;
  @Property() slug!: string;
  @OneToMany(() => User, (user) => user.team) users = new Collection<User>(this);
}
@Entity({ tableName: 'users' })
export class User {
  @PrimaryKey() id!: string;
  @Property() name!: string;
  @Property({ lazy: true }) email?: string;
  @Property() imageUrl?: string;
  @Property({ persist: false }) label?: string;
  @ManyToOne(() => Team) team!: Ref<Team>;
}
`;
const defined = `
import { defineEntity, p } from '@mikro-orm/core';
export const Team = defineEntity({ name: 'Team', tableName: 'teams', properties: { id: p.string().primary(), slug: p.string(), users: () => p.oneToMany(User).mappedBy('team') } });
export const User = defineEntity({ name: 'User', tableName: 'users', properties: {
  id: p.string().primary(), name: p.string(), email: p.string().lazy(), picture: p.string().fieldName('image_url'), team: () => p.manyToOne(Team),
} });
`;
const head = "import { EntityManager, EntityRepository } from '@mikro-orm/core';\nimport { Team, User } from './entities';\n";

async function said(call: string, entities = decorated): Promise<string[]> {
  const code = `${head}export const q = async (em: EntityManager, users: EntityRepository<User>) => { ${call} };`;
  const found = await accessesIn({ 'entities.ts': entities, 'a.ts': code }, { prisma: false });
  // Keys alone come along with every join and choice: the oracle judges them.
  return saidAll(found.filter((a) => a.location.file === 'a.ts' && a.columns?.join() !== 'id'));
}

const whole = 'read users[id name image_url team_id]';

describe('what a query names', () => {
  test.each<[string, string, readonly string[]]>([
    ['nothing', 'em.find(User, {});', ['read users', whole]],
    ['a repository', 'users.findAll();', ['read users', whole]],
    [
      'fields',
      "em.find(User, {}, { fields: ['name', 'team.slug'] });",
      ['read teams', 'read teams.slug', 'read users', 'read users.name', 'read users.team_id'],
    ],
    [
      'conditions',
      "em.count(User, { $or: [{ email: 'a' }, { team: { slug: 'b' } }] });",
      ['read teams', 'read teams.slug', 'read users', 'read users.email', 'read users.team_id'],
    ],
    [
      'populate',
      "em.find(Team, {}, { populate: ['users'] });",
      ['read teams', 'read teams[id slug]', 'read users', 'read users.team_id', whole],
    ],
    [
      'order',
      "em.find(User, { label: 1 }, { fields: ['id'], orderBy: { imageUrl: 'asc' } });",
      ['read users', 'read users.id', 'read users.image_url'],
    ],
    ['update', "em.nativeUpdate(User, { id: '1' }, { imageUrl: null });", ['read users.id', 'write users', 'write users.image_url']],
    ['create', "em.create(User, { name: 'a', team: '1' });", ['write teams', 'write users', 'write users.name', 'write users.team_id']],
    [
      'a query builder',
      "em.createQueryBuilder(User, 'u').select(['u.id', 't.slug']).leftJoin('u.team', 't').where({ imageUrl: 1 });",
      ['read teams', 'read teams.slug', 'read users', 'read users.id', 'read users.image_url', 'read users.team_id'],
    ],
    [
      'a field of a row',
      "const user = await em.findOneOrFail(User, '1', { fields: ['imageUrl'] }); return user.imageUrl;",
      ['read users', 'read users.id', 'read users.image_url'],
    ],
  ])('%s', async (_, call, expected) => {
    expect(await said(call)).toEqual([...expected].sort());
  });

  test('entities without decorators', async () => {
    expect(await said("em.find(User, { picture: 'a', team: { slug: 'b' } });", defined)).toEqual(
      ['read teams', 'read teams.slug', 'read users', 'read users.image_url', 'read users.team_id', whole].sort(),
    );
  });
});
