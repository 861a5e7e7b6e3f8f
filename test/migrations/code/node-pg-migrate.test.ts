/** Oracle: the SQL that node-pg-migrate's own builder makes of the same calls. */
import { MigrationBuilder } from 'node-pg-migrate';
import { expect, test } from 'vitest';
import { partsOf, replayParts, shownSchema, sqlParts } from './replayed.ts';

const BASE = "pgm.createTable('users', { id: 'id', email: { type: 'varchar(20)', notNull: true, unique: true, default: 'x' }, n: 'int' });";

test.each<[string, string]>([
  [
    'every kind of column',
    `pgm.createTable('t', { id: 'id', d: { type: 'timestamp', default: pgm.func('now()') }, r: { type: 'int', references: 'users', onDelete: 'CASCADE' },
      r2: { type: 'int', references: '"users"("id")' }, s: 'string', u: { type: 'uuid', primaryKey: false }, c: { type: 'int', check: 'c > 1' } },
      { ifNotExists: true, constraints: { unique: ['s', 'u'], foreignKeys: { columns: 'r', references: 'users(id)', onDelete: 'CASCADE' }, check: 'r > 1' } });`,
  ],
  [
    'two primary columns',
    "pgm.createTable({ schema: 's', name: 't' }, { a: { type: 'int', primaryKey: true }, b: { type: 'int', primaryKey: true } });",
  ],
  [
    'columns',
    "pgm.addColumns('users', { x: { type: 'text', references: 'users' }, y: 'int' }, { ifNotExists: true }); pgm.addColumn('users', { z: { type: 'bool', notNull: true } });",
  ],
  ['dropped columns', "pgm.dropColumns('users', ['email', 'n'], { ifExists: true });"],
  ['names', "pgm.renameColumn('users', 'email', 'mail'); pgm.renameTable('users', 'people');"],
  ['a dropped table', "pgm.dropTable('users', { ifExists: true, cascade: true });"],
  [
    'an altered column',
    "pgm.alterColumn('users', 'email', { type: 'text', default: null, notNull: true, using: 'email::text' }); pgm.alterColumn('users', 'n', { notNull: true, default: 5 });",
  ],
  [
    'indexes',
    "pgm.createIndex('users', ['email', 'n']); pgm.createIndex('users', 'n', { unique: true, where: 'n > 1', method: 'btree', concurrently: true, ifNotExists: true }); pgm.dropIndex('users', ['email', 'n']);",
  ],
  [
    'constraints',
    "pgm.addConstraint('users', 'a', 'CHECK (n > 1)'); pgm.addConstraint('users', 'b', { unique: ['email', 'n'] }); pgm.addConstraint('users', 'c', { foreignKeys: { columns: 'n', references: 'users(id)' } }); pgm.renameConstraint('users', 'b', 'd'); pgm.dropConstraint('users', 'a', { ifExists: true });",
  ],
  [
    'types',
    "pgm.createType('e', ['a', 'b']); pgm.addTypeValue('e', 'c', { ifNotExists: true }); pgm.createType('f', ['x']); pgm.dropType('f'); pgm.addColumn('users', { e: 'e' });",
  ],
  [
    'functions and triggers',
    `pgm.createFunction('f', ['integer', { name: 'b', type: 'text', default: 'x' }], { returns: 'integer', language: 'plpgsql', replace: true }, 'BEGIN RETURN 1; END');
      pgm.createTrigger('users', 'tr', { when: 'BEFORE', operation: ['INSERT', 'UPDATE'], level: 'ROW', language: 'plpgsql', function: 'tf' }, 'BEGIN RETURN NEW; END');
      pgm.createTrigger('users', 'tr2', { when: 'AFTER', operation: 'DELETE', function: 'tf' }); pgm.dropTrigger('users', 'tr2', { ifExists: true });
      pgm.dropFunction('f', ['integer', 'text'], { ifExists: true });`,
  ],
  [
    'domains and sequences',
    "pgm.createDomain('d', 'integer', { check: 'VALUE > 1' }); pgm.createSequence('s', { start: 5 }); pgm.addColumn('users', { q: { type: 'd' } }); pgm.dropSequence('s'); pgm.renameDomain('d', 'e');",
  ],
  ['views and raw SQL', "pgm.createView('v', {}, 'SELECT id FROM users'); pgm.sql('ALTER TABLE users DROP COLUMN n');"],
])('%s', async (_, body) => {
  const builder = new MigrationBuilder({} as never, undefined as never, false, {} as never);
  new Function('pgm', BASE + body)(builder);
  const ours = await replayParts(await partsOf('node-pg-migrate', `exports.up = (pgm) => { ${BASE} ${body} };`));
  expect(shownSchema(ours)).toEqual(
    shownSchema(await replayParts(sqlParts([builder.getSql().replaceAll(/\$pga\$([^$]*)\$pga\$/g, (_, text: string) => `'${text}'`)]))),
  );
});
