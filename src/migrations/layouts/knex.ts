/**
 * Knex: `up(knex)` in the order of the files' names; all pending files run in one transaction, or each in its own where one of
 * them exports `config = { transaction: false }` (knex 3 `lib/migrations/migrate/Migrator.js`, `latest`); MySQL commits at each
 * DDL statement.
 */
import { knexHandle } from '../code/builders/knex.ts';
import { codeLayout } from './code.ts';

export const knex = codeLayout({
  name: 'knex',
  signature: /\bknex\b|\bKnex\b|\.schema\s*\.\s*(?:createTable|table|alterTable|dropTable|raw|hasTable|withSchema)\b/,
  arguments: (builder) => [knexHandle(builder)],
  transaction: (text, dialect) => (dialect !== 'postgres' || /\btransaction\s*:\s*false\b/.test(text) ? 'none' : 'file'),
});
