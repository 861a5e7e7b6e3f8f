/** Prisma migrate: `migrations/<id>/migration.sql`, beside a `migration_lock.toml`. Drizzle's newer `drizzle/<id>/migration.sql` has the same form. */
import type { Entry } from '../../discover/tree.ts';
import { compare } from '../../schema/names.ts';
import { dialectOf } from '../dialect.ts';
import { baseOf, folderOf, joinPath, type Layout, type Root } from './layout.ts';

const LOCK = 'migration_lock.toml';
const FOLDER = /^migrations?$/i;
const NUMBERED = /^\d{3,}/;
const PROVIDER = /^\s*provider\s*=\s*"([^"]+)"/m;

const lockDialect = (folder: string, texts: ReadonlyMap<string, string>): Root['dialect'] => {
  const provider = PROVIDER.exec(texts.get(joinPath(folder, LOCK)) ?? '')?.[1];
  return provider === undefined ? null : dialectOf(provider);
};

export const prisma: Layout = {
  name: 'prisma',
  reads: (path) => baseOf(path) === LOCK,
  up: (text) => text,
  /** Prisma's schema engine sends a file as one query (`raw_cmd` of its connectors; not verified in its source). */
  transaction: (_, dialect) => (dialect === 'postgres' ? 'batch' : 'none'),
  detect({ entries, texts, configured }) {
    const roots = new Map<string, Entry[]>();
    for (const entry of entries) {
      if (baseOf(entry.path) !== 'migration.sql') continue;
      const root = folderOf(folderOf(entry.path));
      const list = roots.get(root);
      if (list) list.push(entry);
      else roots.set(root, [entry]);
    }
    const found: Root[] = [];
    for (const [folder, files] of roots) {
      const ids = files.map((entry) => baseOf(folderOf(entry.path)));
      const isRoot =
        FOLDER.test(baseOf(folder)) ||
        texts.has(joinPath(folder, LOCK)) ||
        configured.includes(folder) ||
        ids.every((id) => NUMBERED.test(id));
      if (!isRoot) continue;
      const migrations = files.map((entry) => ({ id: baseOf(folderOf(entry.path)), entry })).sort((a, b) => compare(a.id, b.id));
      found.push({ folder, migrations, dialect: lockDialect(folder, texts) });
    }
    return found;
  },
};
