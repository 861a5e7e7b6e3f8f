/**
 * dbmate: `-- migrate:up` and `-- migrate:down` in one file, which is a transaction unless its up block says
 * `transaction:false` (amacneil/dbmate README, "Migration Options"; not verified in its source).
 */
import { hasMark, sqlLayout } from './sql.ts';

export const dbmate = sqlLayout({
  name: 'dbmate',
  isOwn: hasMark(/^--\s*migrate:up\b/m),
  transaction: (text, dialect) => (dialect !== 'postgres' || /^--\s*migrate:up\b.*\btransaction:\s*false/im.test(text) ? 'none' : 'file'),
});
