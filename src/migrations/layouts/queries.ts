/**
 * Runners that hand a connection to `up` and nothing more: slonik, umzug with any client, home-made ones:
 * `up: async ({ context: pool, sql }) => pool.query(sql`…`)`. No transaction is known of.
 */

import type { Builder } from '../code/builder.ts';
import { queryHandle, sqlTag } from '../code/builders/queries.ts';
import type { Value } from '../code/value.ts';
import { codeLayout } from './code.ts';

/** The argument is the connection, or holds it under one of the usual names. */
const argumentOf = (builder: Builder): Value => {
  const connection = queryHandle(builder, 'connection');
  const names = /^(?:context|pool|client|connection|db|pg|tx|slonik|driver|database)$/;
  return queryHandle(builder, 'connection', (name) => (names.test(name) ? connection : name === 'sql' ? sqlTag() : null));
};

export const queries = codeLayout({
  name: 'queries',
  signature:
    /\bslonik\b|\b(?:context|pool|client|connection|db|pg|tx|sql)\b[\s\S]{0,40}?(?:\.(?:query|unsafe|execute|raw|any|none|exec|run)\s*[(<`]|`\s*(?:CREATE|ALTER|DROP|INSERT|UPDATE))/i,
  arguments: (builder) => [argumentOf(builder)],
  packageValue: (_, source, imported) =>
    imported === 'sql' && /^(?:slonik|@slonik\/migrator|sql-template-\w+)$/.test(source) ? sqlTag() : null,
  transaction: () => 'none',
});
