import { describe, expect, test } from 'vitest';
import { accessesIn, saidAll } from './repository.ts';

const entities = `
import { BaseEntity, Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryColumn } from 'typeorm';
@Entity('teams')
export class Team {
  @PrimaryColumn() id: string;
  @Column() slug: string;
  @OneToMany(() => User, (user) => user.team) users: User[];
}
@Entity({ name: 'users' })
export class User extends BaseEntity {
  @PrimaryColumn() id: string;
  @Column() name: string;
  @Column({ select: false }) email: string;
  @Column({ name: 'image_url' }) imageUrl: string;
  @ManyToOne(() => Team, (team) => team.users) @JoinColumn({ name: 'team_id' }) team: Team;
  label() { return this.imageUrl; }
}
`;
const head =
  "import { Repository, DataSource, SelectQueryBuilder } from 'typeorm';\nimport { InjectRepository } from '@nestjs/typeorm';\nimport { Team, User } from './entities';\n";

async function said(code: string): Promise<string[]> {
  const found = await accessesIn({ 'entities.ts': entities, 'a.ts': head + code }, { prisma: false });
  // Keys alone come along with every join and choice: the oracle judges them.
  return saidAll(found.filter((a) => a.location.file === 'a.ts' && a.columns?.join() !== 'id'));
}

describe('receivers that are a repository', () => {
  const named = 'read users.image_url';
  test.each([
    [
      'injected',
      'class S { constructor(@InjectRepository(User) private readonly repo: Repository<User>) {} q() { return this.repo.find({ select: ["imageUrl"] }); } }',
    ],
    ['declared field', 'class S { private repo: Repository<User>; q() { return this.repo.find({ select: ["imageUrl"] }); } }'],
    ['of a data source', 'export const q = (source: DataSource) => source.getRepository(User).find({ select: { imageUrl: true } });'],
    [
      'kept in a constant',
      'export const q = (source: DataSource) => { const users = source.getRepository(User); return users.findBy({ imageUrl: "a" }); };',
    ],
    ['a manager', 'export const q = (anything: unknown) => anything.find(User, { where: [{ imageUrl: "a" }] });'],
    ['an active record', 'export const q = () => User.findOne({ where: { imageUrl: "a" } });'],
    ['a custom class', 'class Users extends Repository<User> { q() { return this.find({ order: { imageUrl: "ASC" } }); } }'],
    [
      'typed by a custom class',
      'class Users extends Repository<User> {}\nexport const q = (users: Users) => users.find({ order: { imageUrl: "ASC" } });',
    ],
    [
      'a generic base class',
      'class Base<T> { constructor(protected repo: Repository<T>) {} }\nclass S extends Base<User> { q() { return this.repo.find({ where: { imageUrl: "a" } }); } }',
    ],
  ])('%s', async (_, code) => {
    expect(await said(code)).toContain(named);
  });
});

test('documents of MongoDB are no rows of a table of the same name', async () => {
  const code = `
import { Column, Entity, MongoRepository, ObjectIdColumn } from 'typeorm';
@Entity({ name: 'users' })
export class MongoUser { @ObjectIdColumn() _id: string; @Column() name: string; @Column() email: string; }
class S { constructor(private mongo: MongoRepository<MongoUser>) {} q() { return this.mongo.find({ where: { email: 'a' } }); } }
`;
  expect(saidAll(await accessesIn({ 'a.ts': code }, { prisma: false }))).toEqual([]);
  const sql = code.replaceAll('ObjectIdColumn', 'PrimaryColumn').replaceAll('MongoRepository', 'Repository');
  expect(saidAll(await accessesIn({ 'a.ts': sql }, { prisma: false }))).toContain('read users.email');
});

describe('what a query names', () => {
  const repo = (call: string): Promise<string[]> => said(`export const q = (users: Repository<User>, teams: Repository<Team>) => ${call};`);
  const whole = 'read users[id name image_url team_id]';
  test.each<[string, string, readonly string[]]>([
    ['nothing', 'users.find()', [whole, 'read users']],
    ['a list', 'users.find({ select: ["id", "name"] })', ['read users', 'read users.id', 'read users.name']],
    [
      'a relation in where',
      'teams.countBy({ users: { name: "a" } })',
      ['read teams', 'read users', 'read users.name', 'read users.team_id'],
    ],
    [
      'relations',
      'teams.find({ select: { id: true }, relations: ["users"] })',
      ['read teams', 'read teams.id', 'read users', 'read users.team_id', whole],
    ],
    ['insert', 'users.insert({ name: "a" })', ['write users', 'write users.name', 'write users[id name email image_url team_id]']],
    ['update', 'users.update({ id: "1" }, { name: "b" })', ['read users.id', 'write users', 'write users.name']],
    ['keys that are not mapped', 'users.findBy({ image_url: "a", nothing: 1 })', ['read users', whole]],
    [
      'a query builder',
      'users.createQueryBuilder("u").leftJoin("u.team", "t").select(["u.id", "t.slug"]).where("u.imageUrl = :a").getMany()',
      ['read teams', 'read teams.slug', 'read users', 'read users.id', 'read users.image_url', 'read users.team_id'],
    ],
    ['a query builder without select', 'users.createQueryBuilder("u").getMany()', ['read users', whole]],
    ['a count', 'users.createQueryBuilder("u").where("u.team_id = :a").getCount()', ['read users', 'read users.team_id']],
  ])('%s', async (_, call, expected) => {
    expect(await repo(call)).toEqual([...expected].sort());
  });
});

describe('rows that come with a count', () => {
  test.each([
    ['taken apart', 'const [rows, total] = await User.findAndCount(); return rows.map((row) => row.imageUrl);'],
    ['by position', 'const found = await User.findAndCount(); return found[0][0].imageUrl;'],
    ['of a builder', 'const [rows] = await source.getRepository(User).createQueryBuilder("u").getManyAndCount(); return rows[0].imageUrl;'],
  ])('%s', async (_, code) => {
    const found = await said(`export async function q(source: DataSource) { ${code} }`);
    expect(found).toContain('read users.image_url');
  });
  test('the count is no row', async () => {
    const found = await said('export async function q() { const [, total] = await User.findAndCount(); return total.imageUrl; }');
    expect(found).not.toContain('read users.image_url');
  });
});
