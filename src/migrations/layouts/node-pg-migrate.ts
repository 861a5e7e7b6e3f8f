/**
 * node-pg-migrate: `up(pgm)` in the order of the numbers in the files' names; each migration is a transaction of its own unless
 * it calls `pgm.noTransaction()` (node-pg-migrate 9 documentation, "transactions").
 */

import { rawSql } from '../code/builder.ts';
import { nodePgMigrate as builderOf } from '../code/builders/node-pg-migrate.ts';
import { native, stringOf } from '../code/value.ts';
import { codeLayout } from './code.ts';
import { compareVersions } from './order.ts';

export const nodePgMigrate = codeLayout({
  name: 'node-pg-migrate',
  dialect: 'postgres',
  signature: /\bpgm\b|\bMigrationBuilder\b|['"]node-pg-migrate['"]/,
  order: (a, b) => compareVersions(a.id, b.id),
  arguments: (builder) => [builderOf(builder)],
  packageValue: (_, source, imported) =>
    source === 'node-pg-migrate' && imported === 'PgLiteral' ? native(imported, ({ args }) => rawSql(stringOf(args[0]) ?? '')) : null,
  transaction: (text) => (/\bnoTransaction\b/.test(text) ? 'none' : 'file'),
});
