/** Flyway: `V1_2__name.sql` in version order, then repeatable `R__name.sql`; undo (`U`) and baseline (`B`) scripts are not applied on top. */
import { compare } from '../../schema/names.ts';
import { baseOf, byFolder, isSql, type Layout, type Root } from './layout.ts';
import { compareVersions } from './order.ts';

const VERSIONED = /^V\d[\d._]*__.*\.sql$/i;
const REPEATABLE = /^R__.*\.sql$/;

const rank = (name: string): number => (VERSIONED.test(name) ? 0 : 1);

export const flyway: Layout = {
  name: 'flyway',
  reads: () => false,
  up: (text) => text,
  /** Flyway runs each file in a transaction of its own where the database can (Flyway documentation, "Transactions"; not verified in its source). */
  transaction: (_, dialect) => (dialect === 'postgres' ? 'file' : 'none'),
  detect({ entries }) {
    const roots: Root[] = [];
    for (const [folder, files] of byFolder(entries.filter((entry) => isSql(entry.path)))) {
      if (!files.some((entry) => VERSIONED.test(baseOf(entry.path)))) continue;
      const migrations = files
        .filter((entry) => VERSIONED.test(baseOf(entry.path)) || REPEATABLE.test(baseOf(entry.path)))
        .map((entry) => ({ id: baseOf(entry.path).slice(0, -4), entry }))
        .sort(
          (a, b) =>
            rank(`${a.id}.sql`) - rank(`${b.id}.sql`) || (rank(`${a.id}.sql`) === 0 ? compareVersions(a.id, b.id) : compare(a.id, b.id)),
        );
      roots.push({ folder, migrations, dialect: null });
    }
    return roots;
  },
};
