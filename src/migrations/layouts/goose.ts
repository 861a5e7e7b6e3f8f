/**
 * goose: `-- +goose Up` and `-- +goose Down` in one file, which is a transaction unless it says `-- +goose NO TRANSACTION`
 * (pressly/goose documentation, "annotations"; not verified in its source). Migrations in Go are not read.
 */
import { hasMark, sqlLayout } from './sql.ts';

export const goose = sqlLayout({
  name: 'goose',
  isOwn: hasMark(/^--\s*\+goose\s+up\b/im),
  transaction: (text, dialect) => (dialect !== 'postgres' || /^--\s*\+goose\s+no\s+transaction\b/im.test(text) ? 'none' : 'file'),
});
