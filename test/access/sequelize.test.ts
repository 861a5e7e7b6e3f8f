import { describe, expect, test } from 'vitest';
import { accessesIn, saidAll } from './repository.ts';

const models = `
import Sequelize, { DataTypes, Model, Op } from 'sequelize';
export const sequelize = new Sequelize('postgres://');
export const Team = sequelize.define('team', { id: { type: DataTypes.TEXT, primaryKey: true }, slug: DataTypes.STRING }, { timestamps: false });
export const User = sequelize.define('user', {
  id: { type: DataTypes.TEXT, primaryKey: true },
  name: DataTypes.STRING,
  email: DataTypes.STRING,
  imageUrl: { type: DataTypes.STRING, field: 'image_url' },
  password: DataTypes.VIRTUAL,
}, { timestamps: false, hooks: { beforeSave: (model) => { model.email = null; } }, getterMethods: { label() { return this.name; } } });
User.belongsTo(Team, { as: 'team', foreignKey: { name: 'teamId', field: 'team_id' } });
Team.hasMany(User, { as: 'users', foreignKey: 'team_id' });
User.prototype.avatar = function () { return this.imageUrl; };
User.addScope('named', { where: { name: 'a' } });
`;
const head = "import { Op, Sequelize } from 'sequelize';\nimport { Team, User } from './models';\n";

async function said(code: string, file = 'a.js'): Promise<string[]> {
  const found = await accessesIn({ 'models.js': models, 'a.js': head + code }, { prisma: false });
  // Keys alone come along with every join and choice: the oracle judges them.
  return saidAll(found.filter((a) => a.location.file === file && a.columns?.join() !== 'id'));
}

const whole = 'read users[id name email image_url team_id]';

describe('what a query names', () => {
  test.each<[string, string, readonly string[]]>([
    ['nothing', 'User.findAll()', ['read users', whole]],
    ['a list', "User.findAll({ attributes: ['id', ['name', 'label']] })", ['read users', 'read users.id', 'read users.name']],
    ['all but one', "User.findOne({ attributes: { exclude: ['email'] } })", ['read users', 'read users[id name image_url team_id]']],
    [
      'conditions',
      "User.count({ where: { [Op.or]: [{ email: 'a' }, { imageUrl: { [Op.ne]: null } }] } })",
      ['read users', 'read users.email', 'read users.image_url'],
    ],
    [
      'an include',
      "Team.findAll({ attributes: ['id'], include: [{ model: User, as: 'users', attributes: ['name'] }] })",
      ['read teams', 'read teams.id', 'read users', 'read users.name', 'read users.team_id'],
    ],
    [
      'order',
      "User.findAll({ attributes: ['id'], order: [['email', 'DESC'], [{ model: Team, as: 'team' }, 'slug']] })",
      ['read teams.slug', 'read users', 'read users.email', 'read users.id'],
    ],
    [
      'create',
      "User.create({ name: 'a', password: 'b' })",
      ['write users', 'write users.name', 'write users[id name email image_url team_id]'],
    ],
    ['update', "User.update({ name: 'a' }, { where: { email: 'b' } })", ['read users.email', 'write users', 'write users.name']],
    ['a scope', "User.scope('named').count({ where: { teamId: 1 } })", ['read users', 'read users.team_id']],
    ['a path', "User.count({ where: { '$team.slug$': 'a' } })", ['read teams', 'read teams.slug', 'read users', 'read users.team_id']],
    ['keys that are no attribute', 'User.count({ where: { image_url: 1, password: 2 } })', ['read users']],
  ])('%s', async (_, call, expected) => {
    expect(await said(`export const q = () => ${call};`)).toEqual([...expected].sort());
  });
});

describe('fields of rows', () => {
  test.each<[string, string, string]>([
    ['a row', 'export const q = async () => { const user = await User.findByPk(1); return user.imageUrl; };', 'read users.image_url'],
    [
      'set and saved',
      'export const q = async () => { const user = await User.findOne(); user.imageUrl = null; await user.save(); };',
      'write users.image_url',
    ],
    [
      'update of a row',
      'export const q = async () => { const user = await User.findOne(); await user.update({ imageUrl: null }); };',
      'write users.image_url',
    ],
    ['get', "export const q = async () => { const user = await User.findOne(); return user.get('imageUrl'); };", 'read users.image_url'],
    ['a parameter named like the model', 'export const present = (user) => user.imageUrl;', 'read users.image_url'],
  ])('%s', async (_, code, expected) => {
    expect(await said(code)).toContain(expected);
  });

  test('inside the model', async () => {
    const found = await said('', 'models.js');
    expect(found).toEqual(expect.arrayContaining(['read users.image_url', 'write users.email', 'read users.name']));
  });
});
