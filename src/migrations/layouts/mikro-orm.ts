/**
 * MikroORM: classes that extend `Migration`, `up()` with `this.addSql(…)` and `this.execute(…)`, in the order of their names; all
 * pending migrations run in one transaction (mikro-orm/mikro-orm `packages/migrations/src/Migrator.ts`, `runMigrations`, `allOrNothing`).
 */
import { queryHandle } from '../code/builders/queries.ts';
import { codeLayout } from './code.ts';

export const mikroOrm = codeLayout({
  name: 'mikro-orm',
  signature: /@mikro-orm\/migrations|\bthis\.addSql\(/,
  arguments: () => [],
  base: (builder) => queryHandle(builder, 'this'),
  transaction: (_, dialect) => (dialect === 'postgres' ? 'file' : 'none'),
});
