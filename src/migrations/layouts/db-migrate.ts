/**
 * db-migrate: files in the order of their numbers; `exports.up = function (db, callback)`. Each statement is sent as it is;
 * a text of several is one query (`pg`'s simple protocol), and no transaction is opened around a file (db-migrate's
 * `lib/walker.js` begins one only with `notransactions` unset on drivers that support it; db-migrate-pg sends `BEGIN` by `startMigration`).
 */
import { dbMigrate as dbMigrateBuilder } from '../code/builders/db-migrate.ts';
import { UNKNOWN } from '../code/value.ts';
import { codeLayout } from './code.ts';
import { compareVersions } from './order.ts';

export const dbMigrate = codeLayout({
  name: 'db-migrate',
  signature:
    /\bdb\.(?:runSql|createTable|dropTable|addColumn|removeColumn|renameColumn|renameTable|changeColumn|addIndex|removeIndex|addForeignKey|removeForeignKey|insert|all)\b|\bdbm\b/,
  order: (a, b) => compareVersions(a.id, b.id),
  arguments: (builder) => [dbMigrateBuilder(builder), UNKNOWN],
  transaction: (_, dialect) => (dialect === 'postgres' ? 'file' : 'none'),
});
