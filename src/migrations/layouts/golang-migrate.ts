/**
 * golang-migrate: `1_name.up.sql` beside `1_name.down.sql`. Its PostgreSQL driver sends a file as one query, which is a transaction
 * where it holds several statements (golang-migrate/migrate `database/postgres/README.md`, "Multi-statement mode").
 */
import { baseOf } from './layout.ts';
import { sqlLayout } from './sql.ts';

const NAMED = /^\d+_.*\.(?:up|down)\.sql$/;

export const golangMigrate = sqlLayout({
  name: 'golang-migrate',
  isOwn: ({ files }) => files.every(({ path }) => NAMED.test(baseOf(path))) && files.some(({ path }) => path.endsWith('.up.sql')),
  transaction: (_, dialect) => (dialect === 'postgres' ? 'batch' : 'none'),
});
