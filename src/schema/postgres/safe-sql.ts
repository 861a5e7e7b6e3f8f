/**
 * SQL that reaches the same end as a hazardous statement without its lock. Statements of names alone (DROP INDEX and CREATE UNIQUE
 * INDEX CONCURRENTLY, SET NOT NULL, DROP CONSTRAINT) are built as trees and written by pgsql-ast-parser, and so are all names; NOT VALID, VALIDATE, USING
 * INDEX, INCLUDE, REINDEX, ATTACH and DETACH PARTITION, which it has no tree for, and whatever holds the author's own expressions,
 * types or options (it respells them) are assembled from the statement's text and quoted names.
 * test/schema/safe-sql.test.ts holds it to that, test/schema/hazards.test.ts re-reads and runs every text.
 */
import type { AlterTableStatement, Name, QName, Statement } from 'pgsql-ast-parser';
import { unqualify } from '../names.ts';
import type { Column, Constraint } from '../types.ts';

/** Loaded with the engine, which is itself loaded with the first database of its kind. */
const { toSql } = await import('pgsql-ast-parser');

/** The writer quotes what needs it, but does not double the quotes inside. */
const nameNode = (name: string): Name => ({ name: name.replaceAll('"', '""') });

/** A name as the writer quotes it: reserved words too. */
const quoteName = (name: string): string => toSql.expr({ type: 'ref', ...nameNode(name) }).trim();

/** `app."Users"`. */
export const spellName = (name: string): string => {
  const { schema, bare } = unqualify(name);
  return schema === 'public' ? quoteName(bare) : `${quoteName(schema)}.${quoteName(bare)}`;
};

const lines = (...statements: readonly string[]): string => statements.map((statement) => `${statement};`).join('\n');

/** The writer leaves spaces and a lower-case clause behind; what stands inside quotes are names. */
const written = (statement: Statement): string =>
  toSql
    .statement(statement)
    .split(/("(?:[^"]|"")*")/)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part
            .replace(/\s+/g, ' ')
            .replace(/ (?=[,)])/g, '')
            .replace('set not null', 'SET NOT NULL'),
    )
    .join('')
    .trim();

const tableNode = (name: string): QName => {
  const { schema, bare } = unqualify(name);
  return schema === 'public' ? nameNode(bare) : { schema: nameNode(schema).name, ...nameNode(bare) };
};

const altered = (table: string, change: AlterTableStatement['changes'][number]): string =>
  written({ type: 'alter table', table: tableNode(table), changes: [change] });

/** `CREATE INDEX` → `CREATE INDEX CONCURRENTLY`. */
export const concurrentIndex = (statement: string): string => lines(statement.replace(/\bINDEX\b/i, (word) => `${word} CONCURRENTLY`));

export const concurrentDrop = (name: string): string =>
  lines(written({ type: 'drop index', concurrently: true, names: [tableNode(name)] }));

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
    written({
      type: 'create index',
      unique: true,
      concurrently: true,
      indexName: nameNode(constraint.name),
      table: tableNode(table),
      expressions: constraint.columns.map((column) => ({ expression: { type: 'ref', ...nameNode(column) } })),
    }),
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
    altered(table, { type: 'alter column', column: nameNode(column), alter: { type: 'set not null' } }),
    altered(table, { type: 'drop constraint', constraint: { name } }),
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
    altered(child, { type: 'drop constraint', constraint: { name: 'proven_bounds' } }),
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
