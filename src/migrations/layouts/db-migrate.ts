/**
 * db-migrate: files in the order of their numbers; `exports.up = function (db, callback)`. On PostgreSQL each migration is in a
 * transaction (db-migrate-pg's `startMigration` sends BEGIN unless `--non-transactional` is given); MySQL commits at each DDL statement.
 */
import { dbMigrate as dbMigrateBuilder } from '../code/builders/db-migrate.ts';
import { NOTHING } from '../code/builtins.ts';
import { codeLayout } from './code.ts';
import { compareVersions } from './order.ts';

export const dbMigrate = codeLayout({
  name: 'db-migrate',
  signature:
    /\bdb\.(?:runSql|createTable|dropTable|addColumn|removeColumn|renameColumn|renameTable|changeColumn|addIndex|removeIndex|addForeignKey|removeForeignKey|insert|all)\b|\bdbm\b/,
  order: (a, b) => compareVersions(a.id, b.id),
  arguments: (builder) => [dbMigrateBuilder(builder), NOTHING],
  transaction: (_, dialect) => (dialect === 'postgres' ? 'file' : 'none'),
});
