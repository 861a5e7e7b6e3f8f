/**
 * sql-migrate: `-- +migrate Up` and `-- +migrate Down` in one file; each is a transaction unless it says `notransaction`
 * (rubenv/sql-migrate README; not verified in its source).
 */
import { hasMark, sqlLayout } from './sql.ts';

export const sqlMigrate = sqlLayout({
  name: 'sql-migrate',
  isOwn: hasMark(/^--\s*\+migrate\s+up\b/im),
  transaction: (text, dialect) => (dialect !== 'postgres' || /^--\s*\+migrate\s+up\b.*\bnotransaction\b/im.test(text) ? 'none' : 'file'),
});
