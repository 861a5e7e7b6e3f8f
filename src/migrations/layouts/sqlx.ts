/**
 * sqlx: known by a `Cargo.toml` above that depends on it. Each file is a transaction unless it starts with `-- no-transaction`
 * (launchbadge/sqlx `sqlx-postgres/src/migrate.rs`, `apply`).
 */
import { sqlLayout } from './sql.ts';

const MANIFEST = 'Cargo.toml';
const DEPENDS = /^\s*sqlx\b|\[(?:workspace\.)?dependencies\.sqlx\]/m;

const homes = (folder: string): readonly string[] => {
  const parts = folder === '' ? [] : folder.split('/');
  return parts.map((_, i) => parts.slice(0, i).concat(MANIFEST).join('/')).concat(`${folder}/${MANIFEST}`);
};

export const sqlx = sqlLayout({
  name: 'sqlx',
  asks: /(?:^|\/)Cargo\.toml$/,
  isOwn: ({ folder, texts }) => homes(folder).some((path) => DEPENDS.test(texts.get(path) ?? '')),
  transaction: (text, dialect) => (dialect !== 'postgres' || /^--\s*no-transaction\b/.test(text) ? 'none' : 'file'),
});
