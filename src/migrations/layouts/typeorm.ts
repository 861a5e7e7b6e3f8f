/**
 * TypeORM: classes with `up(queryRunner)`, in the order of the number at the end of the class's name (`MigrationExecutor`), else of
 * the file's. All pending migrations run in one transaction (typeorm `migration/MigrationExecutor.js`, `transaction = 'all'`);
 * a class that says `transaction = false` runs without one where the mode is `each`. MySQL commits at each DDL statement.
 */
import { typeormRunner } from '../code/builders/typeorm.ts';
import { typeormPackage } from '../code/builders/typeorm-parts.ts';
import { codeLayout } from './code.ts';
import type { FoundMigration } from './layout.ts';

const IN_CLASS = /\bclass\s+\w*?(\d{13})\b/;

const timestampOf = ({ id, entry }: FoundMigration, texts: ReadonlyMap<string, string>): number =>
  Number(IN_CLASS.exec(texts.get(entry.path) ?? '')?.[1] ?? /\d{8,}/.exec(id)?.[0] ?? 0);

export const typeorm = codeLayout({
  name: 'typeorm',
  signature: /\bMigrationInterface\b|\bQueryRunner\b|\bqueryRunner\.\w+\(/,
  order: (a, b, texts) => timestampOf(a, texts) - timestampOf(b, texts),
  arguments: (builder) => [typeormRunner(builder)],
  packageValue: (_, source, imported) => typeormPackage(source, imported),
  transaction: (text, dialect) => (dialect !== 'postgres' || /\btransaction\s*=\s*false\b/.test(text) ? 'none' : 'file'),
});
