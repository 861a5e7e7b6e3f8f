/**
 * Kysely: `up(db)` in the order of the files' names; all pending migrations run in one transaction where the database has
 * transactional DDL (kysely `migration/migrator.js`).
 */
import { kyselyHandle } from '../code/builders/kysely.ts';
import { kyselySql } from '../code/builders/kysely-sql.ts';
import { codeLayout } from './code.ts';

export const kysely = codeLayout({
  name: 'kysely',
  signature: /['"]kysely['"]|\bKysely\b|\bdb\.schema\b/,
  arguments: (builder) => [kyselyHandle(builder)],
  packageValue: (builder, source, imported) => (source === 'kysely' && imported === 'sql' ? kyselySql(builder) : null),
  transaction: (_, dialect) => (dialect === 'postgres' ? 'file' : 'none'),
});
