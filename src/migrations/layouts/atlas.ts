/**
 * Atlas: an `atlas.sum` beside the files. Each file is a transaction unless it starts with `-- atlas:txmode none`
 * (Atlas documentation, "Transaction configuration"; not verified in its source).
 */
import { joinPath } from './layout.ts';
import { sqlLayout } from './sql.ts';

export const atlas = sqlLayout({
  name: 'atlas',
  asks: /(?:^|\/)atlas\.sum$/,
  isOwn: ({ folder, texts }) => texts.has(joinPath(folder, 'atlas.sum')),
  transaction: (text, dialect) => (dialect !== 'postgres' || /^--\s*atlas:txmode\s+none\b/m.test(text) ? 'none' : 'file'),
});
