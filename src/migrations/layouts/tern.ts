/**
 * tern: up and down parted by `---- create above / drop below ----`; each file is a transaction unless it says
 * `---- tern: disable-tx ----` (jackc/tern README; not verified in its source).
 */
import { hasMark, sqlLayout } from './sql.ts';

export const tern = sqlLayout({
  name: 'tern',
  dialect: 'postgres',
  isOwn: hasMark(/^-{4}\s*(?:create above\s*\/\s*drop below|tern:\s*disable-tx)\s*-{4}/m),
  transaction: (text) => (/^-{4}\s*tern:\s*disable-tx\s*-{4}/m.test(text) ? 'none' : 'file'),
});
