/** drizzle-kit: `<folder>/0001_name.sql` in the order of `<folder>/meta/_journal.json`. */
import type { Entry } from '../../discover/tree.ts';
import { dialectOf } from '../dialect.ts';
import { baseOf, byFolder, folderOf, isSql, joinPath, type Layout, type Root } from './layout.ts';
import { compareVersions } from './order.ts';

const JOURNAL = 'meta/_journal.json';

interface Journal {
  readonly tags: readonly string[];
  readonly dialect: Root['dialect'];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** A journal that cannot be read leaves the files in the order of their numbers. */
const readJournal = (text: string): Journal => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { tags: [], dialect: null };
  }
  if (!isRecord(value)) return { tags: [], dialect: null };
  const entries = Array.isArray(value.entries) ? value.entries.filter(isRecord) : [];
  const ordered = [...entries].sort((a, b) => Number(a.idx ?? 0) - Number(b.idx ?? 0));
  const tags = ordered.map((entry) => entry.tag).filter((tag): tag is string => typeof tag === 'string');
  return { tags, dialect: typeof value.dialect === 'string' ? dialectOf(value.dialect) : null };
};

const orderFiles = (files: readonly Entry[], tags: readonly string[]): readonly Entry[] => {
  if (tags.length === 0) return [...files].sort((a, b) => compareVersions(baseOf(a.path), baseOf(b.path)));
  const byTag = new Map(files.map((entry) => [baseOf(entry.path).slice(0, -4), entry]));
  return tags.map((tag) => byTag.get(tag)).filter((entry): entry is Entry => entry !== undefined);
};

export const drizzle: Layout = {
  name: 'drizzle',
  reads: (path) => path === JOURNAL || path.endsWith(`/${JOURNAL}`),
  up: (text) => text,
  /** drizzle-orm's migrators run all pending files in one transaction (`PgDialect.migrate`; not verified in its source); MySQL commits at each DDL statement. */
  transaction: (_, dialect) => (dialect === 'postgres' ? 'file' : 'none'),
  detect({ entries, texts }) {
    const folders = byFolder(entries.filter((entry) => isSql(entry.path)));
    const roots: Root[] = [];
    for (const [path, text] of texts) {
      if (!drizzle.reads(path)) continue;
      const folder = folderOf(folderOf(path));
      const journal = readJournal(text);
      const files = orderFiles(folders.get(folder) ?? [], journal.tags);
      const migrations = files.map((entry) => ({ id: baseOf(entry.path).slice(0, -4), entry }));
      if (migrations.length > 0 && texts.has(joinPath(folder, JOURNAL))) roots.push({ folder, migrations, dialect: journal.dialect });
    }
    return roots;
  },
};
