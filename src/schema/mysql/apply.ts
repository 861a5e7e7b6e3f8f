/** One statement's tree → the draft and its operations, by a table of the grammar's rules. */
import { unquote } from '../../parse/sql/mysql/lexer.ts';
import { nodeOf } from '../../parse/sql/mysql/mysql.ts';
import { find, kid, nameOf, nameParts, sourceOf, type Tree } from '../../parse/sql/mysql/tree.ts';
import { recordUnreadable } from '../unreadable.ts';
import { alterTable, createIndex, dropIndexOn } from './alter.ts';
import { dropDatabase, dropRoutine, dropTables, dropTrigger, dropViews } from './drop.ts';
import { renameTables } from './rename.ts';
import { createRoutine, createTrigger, createView } from './routines.ts';
import { type MyStep, useDatabase } from './session.ts';
import { createTable } from './table.ts';
import { applyWrite } from './write.ts';

type Apply = (step: MyStep, tree: Tree) => void;

const literal = (text: string): string | null => (/^'[\s\S]*'$|^"[\s\S]*"$/.test(text) ? unquote(text) : null);

/** SET foreign_key_checks, and user variables that hold a text. */
const setVariables: Apply = (step, tree) => {
  const { connection } = step;
  if (/\b(?:NO_BACKSLASH_ESCAPES|ANSI_QUOTES)\b/i.test(sourceOf(tree)))
    recordUnreadable(
      step,
      sourceOf(tree),
      'from here on strings and names are written by other rules, and statements may begin elsewhere',
      false,
    );
  const assignment =
    /(?:^SET|,)\s*(?:@@)?(?:(?:SESSION|GLOBAL|LOCAL)[\s.]+)?(@?[\w$]+)\s*:?=\s*('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|[@\w$.]+)(?=\s*(?:,|$))/gi;
  for (const [, name = '', value = ''] of sourceOf(tree).matchAll(assignment)) {
    if (/^foreign_key_checks$/i.test(name)) connection.checksForeignKeys = !/^(?:0|off|false)$/i.test(value);
    if (!name.startsWith('@')) continue;
    const text = literal(value);
    if (text === null) connection.variables.delete(name.toLowerCase());
    else connection.variables.set(name.toLowerCase(), text);
  }
};

const prepare: Apply = (step, tree) => {
  const name = nameOf(kid(tree, 'uid')).toLowerCase();
  const source = sourceOf(tree)
    .replace(/^[\s\S]*?\bFROM\s+/i, '')
    .trim();
  const text = literal(source) ?? step.connection.variables.get(source.toLowerCase()) ?? null;
  if (text === null) step.connection.prepared.delete(name);
  else step.connection.prepared.set(name, text);
};

const execute: Apply = (step, tree) => {
  const text = step.connection.prepared.get(nameOf(kid(tree, 'uid')).toLowerCase());
  executeText(step, text ?? null, sourceOf(tree));
};

/** Runs a text that another statement holds; null: it is not known. */
const executeText = (step: MyStep, text: string | null, source: string): void => {
  if (text === null) {
    recordUnreadable(step, source, 'dynamic SQL: what EXECUTE runs is only known at run time', true);
    return;
  }
  const parsed = step.mysql.tree(text);
  if (!parsed.ok) {
    recordUnreadable(step, text, parsed.reason, false);
    return;
  }
  // All of it stands where EXECUTE stands.
  applyTree({ ...step, source: { ...step.source, locate: () => step.location } }, parsed.tree);
};

/** MariaDB's EXECUTE IMMEDIATE, which the grammar does not know; false where the statement is another. */
export const executeImmediate = (step: MyStep, text: string): boolean => {
  const [, source] = /^EXECUTE\s+IMMEDIATE\s+([\s\S]*)$/i.exec(text) ?? [];
  if (source === undefined) return false;
  executeText(step, literal(source.trim()) ?? step.connection.variables.get(source.trim().toLowerCase()) ?? null, text);
  return true;
};

const CHANGES_SCHEMA = /\b(?:DROP|ALTER|RENAME|TRUNCATE)\b/i;

/** What a procedure does to the schema depends on its conditions and loops: that it is called is said. */
const call: Apply = (step, tree) => {
  const name = nameParts(kid(tree, 'procedureName') ?? kid(tree, 'fullId') ?? tree).at(-1) ?? '';
  const { definition = '' } =
    [...step.draft.routines.values()].find((routine) => routine.kind === 'function' && routine.name === name) ?? {};
  if (CHANGES_SCHEMA.test(definition))
    recordUnreadable(step, definition, `the procedure ${name} changes the schema when it is called`, true);
};

const createEvent: Apply = (step, tree) => {
  createRoutine(step, tree);
  if (CHANGES_SCHEMA.test(sourceOf(tree))) recordUnreadable(step, sourceOf(tree), 'an event changes the schema when its time comes', true);
};

const use: Apply = (step, tree) => useDatabase(step, nameParts(kid(tree, 'databaseName') ?? tree).at(-1) ?? '');

const STATEMENTS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['createTable', createTable],
  ['alterTable', alterTable],
  ['createIndex', createIndex],
  ['dropIndex', dropIndexOn],
  ['renameTable', renameTables],
  ['dropTable', dropTables],
  ['dropView', dropViews],
  ['createView', createView],
  ['alterView', createView],
  ['createTrigger', createTrigger],
  ['dropTrigger', dropTrigger],
  ['createProcedure', createRoutine],
  ['createFunction', createRoutine],
  ['createEvent', createEvent],
  ['callStatement', call],
  ['dropProcedure', dropRoutine],
  ['dropFunction', dropRoutine],
  ['dropEvent', dropRoutine],
  ['dropDatabase', dropDatabase],
  ['useStatement', use],
  ['setStatement', setVariables],
  ['prepareStatement', prepare],
  ['executeStatement', execute],
]);

const WRITES = /^(?:insert|replace|update|delete)Statement$|^truncateTable$/;

/** Applies one statement. */
export const applyTree = (step: MyStep, tree: Tree): void => {
  let own: Tree = tree;
  while (
    /^(?:program|singleStatement|sqlStatement|ddlStatement|dmlStatement|utilityStatement|administrationStatement|preparedStatement)$/.test(
      own.rule,
    )
  ) {
    const next = own.kids.find((child) => child.rule !== '');
    if (!next) return;
    own = next;
  }
  const apply = STATEMENTS.get(own.rule);
  if (apply) apply(step, own);
  else if (WRITES.test(own.rule) || find(tree, 'withStatement')) applyWrite(step, nodeOf(tree, step.base), tree.text);
};
