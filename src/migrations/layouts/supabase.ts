/**
 * Supabase: `supabase/migrations`, PostgreSQL. A file's statements and the note that it was applied are one batch, which is one
 * transaction (supabase/cli `pkg/migration/file.go`, `ExecBatch`: "implicitly transactional").
 */
import { sqlLayout } from './sql.ts';

export const supabase = sqlLayout({
  name: 'supabase',
  dialect: 'postgres',
  isOwn: ({ folder }) => /(?:^|\/)supabase\/migrations$/.test(folder),
  transaction: () => 'file',
});
