/**
 * SQL that reaches the same end as a hazardous statement without its lock. Assembled from the statement's own text and quoted
 * names: NOT VALID, VALIDATE CONSTRAINT, USING INDEX, INCLUDE, REINDEX, ATTACH and DETACH PARTITION are beyond what
 * pgsql-ast-parser can write; what it can (CREATE and DROP INDEX CONCURRENTLY, SET NOT NULL, ADD COLUMN) it writes with the
 * author's expressions respelled. test/schema/safe-sql.test.ts holds it to that, test/schema/hazards.test.ts re-reads and runs
 * every text.
 */
import { unqualify } from '../names.ts';
import type { Column, Constraint } from '../types.ts';
import { quoteName } from './type-names.ts';

/** `app."Users"`. */
export const spellName = (name: string): string => {
  const { schema, bare } = unqualify(name);
  return schema === 'public' ? quoteName(bare) : `${quoteName(schema)}.${quoteName(bare)}`;
};

/** A list of columns in parentheses. */
const spellColumns = (columns: readonly string[]): string => `(${columns.map(quoteName).join(', ')})`;

const lines = (...statements: readonly string[]): string => statements.map((statement) => `${statement};`).join('\n');

/** `CREATE INDEX` → `CREATE INDEX CONCURRENTLY`. */
export const concurrentIndex = (statement: string): string => lines(statement.replace(/\bINDEX\b/i, (word) => `${word} CONCURRENTLY`));

export const concurrentDrop = (name: string): string => lines(`DROP INDEX CONCURRENTLY ${spellName(name)}`);

/** The constraint without a check of old rows, then the check alone. */
export const notValid = (table: string, name: string, definition: string): string => {
  const own = /^constraint\b/i.test(definition) ? definition : `CONSTRAINT ${quoteName(name)} ${definition}`;
  const alter = `ALTER TABLE ${spellName(table)}`;
  return lines(`${alter} ADD ${own} NOT VALID`, `${alter} VALIDATE CONSTRAINT ${quoteName(name)}`);
};

/** A unique index built beside the writers, then adopted. */
export const adoptedKey = (table: string, constraint: Constraint): string => {
  const index = quoteName(constraint.name);
  const kind = constraint.kind === 'primary-key' ? 'PRIMARY KEY' : 'UNIQUE';
  return lines(
    `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${spellName(table)} ${spellColumns(constraint.columns)}`,
    `ALTER TABLE ${spellName(table)} ADD CONSTRAINT ${index} ${kind} USING INDEX ${index}`,
  );
};

/** NOT NULL by way of a CHECK that is validated without blocking. */
export const checkedNotNull = (table: string, column: string): string => {
  const alter = `ALTER TABLE ${spellName(table)}`;
  const name = 'proven_not_null';
  const own = quoteName(column);
  return lines(
    `${alter} ADD CONSTRAINT ${name} CHECK (${own} IS NOT NULL) NOT VALID`,
    `${alter} VALIDATE CONSTRAINT ${name}`,
    `${alter} ALTER COLUMN ${own} SET NOT NULL`,
    `${alter} DROP CONSTRAINT ${name}`,
  );
};

/** A nullable column first, its default for new rows afterwards. */
export const columnThenDefault = (table: string, column: string, type: string, value: string): string => {
  const alter = `ALTER TABLE ${spellName(table)}`;
  return lines(`${alter} ADD COLUMN ${quoteName(column)} ${type}`, `${alter} ALTER COLUMN ${quoteName(column)} SET DEFAULT ${value}`);
};

/** The same statement with CONCURRENTLY after one of its words. */
export const concurrently = (statement: string, word: RegExp): string => lines(statement.replace(word, (found) => `${found} CONCURRENTLY`));

/** A CHECK that says what a partition's bounds will ask, proven before the table is attached. */
export const provenAttach = (child: string, conditions: readonly string[], clause: string, parent: string): string => {
  const alter = `ALTER TABLE ${spellName(child)}`;
  const attach = clause.replace(/^[\s\S]*?(?=\battach\s+partition\b)/i, '').replace(/;\s*$/, '');
  return lines(
    `${alter} ADD CONSTRAINT proven_bounds CHECK (${conditions.join(' AND ')}) NOT VALID`,
    `${alter} VALIDATE CONSTRAINT proven_bounds`,
    `ALTER TABLE ${spellName(parent)} ${attach}`,
    `${alter} DROP CONSTRAINT proven_bounds`,
  );
};

/** A plain column first; what checks or indexes it follows. */
export const columnThen = (table: string, { name, type, default: value }: Column, later: string): string => {
  const filled = value === null ? '' : ` DEFAULT ${value}`;
  return `${lines(`ALTER TABLE ${spellName(table)} ADD COLUMN ${quoteName(name)} ${type}${filled}`)}\n${later}`;
};

/** Waits for queries on the parent instead of blocking them. */
export const detachConcurrently = (parent: string, child: string): string =>
  lines(`ALTER TABLE ${spellName(parent)} DETACH PARTITION ${spellName(child)} CONCURRENTLY`);
