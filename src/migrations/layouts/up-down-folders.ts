/** Diesel and its like: `<root>/<number>_name/up.sql` beside `down.sql`. */
import type { Entry } from '../../discover/tree.ts';
import { baseOf, folderOf, type Layout } from './layout.ts';
import { compareVersions } from './order.ts';

export const upDownFolders: Layout = {
  name: 'up-down-folders',
  reads: () => false,
  up: (text) => text,
  /** diesel runs each file in a transaction, unless a `metadata.toml` beside says otherwise; its `batch_execute` is one query (not verified in its source). */
  transaction: (_, dialect) => (dialect === 'postgres' ? 'file' : 'none'),
  detect({ entries, configured }) {
    const roots = new Map<string, Entry[]>();
    for (const entry of entries) {
      const folder = folderOf(entry.path);
      const root = folderOf(folder);
      if (baseOf(entry.path) !== 'up.sql' || !(/^\d/.test(baseOf(folder)) || configured.includes(root))) continue;
      const list = roots.get(root);
      if (list) list.push(entry);
      else roots.set(root, [entry]);
    }
    return [...roots].map(([folder, files]) => ({
      folder,
      migrations: files.map((entry) => ({ id: baseOf(folderOf(entry.path)), entry })).sort((a, b) => compareVersions(a.id, b.id)),
      dialect: null,
    }));
  },
};
