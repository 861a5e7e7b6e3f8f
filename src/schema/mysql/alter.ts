/**
 * ALTER TABLE → one operation per clause.
 * Invariants: all clauses or none; what MySQL does first (drops, then changes, then additions) is done first here, whatever the order
 * of the clauses; a table the history does not know is no error: its operations are recorded as far as the text tells them.
 */
import { partitionClause } from '../../parse/sql/mysql/patches.ts';
import { has, kid, kids, nameOf, sourceOf, type Tree } from '../../parse/sql/mysql/tree.ts';
import { MYSQL_HAZARDS } from '../hazards/mysql.ts';
import { act, type Operation, record, refuse, tableObject } from '../step.ts';
import type { SchemaObject } from '../types.ts';
import { addColumns, changeColumn, changeDefault, dropColumn, placeColumns, renameColumns } from './alter-column.ts';
import { type ColumnDefinition, type KeyDefinition, keyFrom } from './definitions.ts';
import { copyTable, type DraftTable, emptyTable, restoreInto } from './draft-table.ts';
import { contradiction, keyHazard, partitionHazard } from './hazard-of.ts';
import { addKey, dropIndex, findConstraint, neededBy, renameIndex } from './keys.ts';
import { renameRelations } from './rename.ts';
import { at, columnIn, type MyStep, nameIn } from './session.ts';
import { problemOf } from './table.ts';

export interface Clause {
  readonly tree: Tree;
  readonly step: MyStep;
  /** IF EXISTS or IF NOT EXISTS. */
  readonly isConditional: boolean;
  has(word: string): boolean;
}

export interface Alteration {
  readonly step: MyStep;
  readonly table: DraftTable;
  readonly isKnown: boolean;
  readonly made: ColumnDefinition[];
  /** Columns that a clause adds or redefines, to be put where it says. */
  readonly places: { readonly clause: Clause; readonly name: string }[];
  /** Done once the statement is certain to be. */
  readonly after: (() => void)[];
  /** Indexes that went. */
  readonly unindexed: { readonly clause: Clause; readonly name: string }[];
  problem(clause: Clause, reason: string): void;
  record(clause: Clause, operation: Operation): void;
  act(clause: Clause, hazard: string, object: SchemaObject): void;
  /** Adds a key when all columns are there. */
  later(clause: Clause, key: KeyDefinition): void;
}

type Apply = (change: Alteration, clause: Clause) => void;

const constraintObject = (table: string, name: string): SchemaObject => ({ kind: 'constraint', table, name });
const indexObject = (table: string, name: string): SchemaObject => ({ kind: 'index', table, name });

const addOneKey = (change: Alteration, clause: Clause, key: KeyDefinition): void => {
  const { table, step } = change;
  if (clause.isConditional && key.name !== null && (table.indexes.has(key.name) || table.constraints.has(key.name))) return;
  const { problem, constraint, index } = addKey(step, table, key, change.isKnown);
  if (problem !== null) change.problem(clause, problem);
  if (constraint) change.record(clause, { type: 'add-constraint', object: constraintObject(table.name, constraint.name), constraint });
  if (index) change.record(clause, { type: 'create', object: indexObject(table.name, index.name), index });
  change.act(clause, keyHazard(key, step.connection.checksForeignKeys), tableObject(table.name));
};

const addKeys: Apply = (change, clause) => {
  const key = keyFrom(clause.tree);
  if (key) change.later(clause, key);
};

const dropKey = (change: Alteration, clause: Clause, name: string): void => {
  const { table } = change;
  const { problem, constraint } = dropIndex(table, name);
  change.unindexed.push({ clause, name });
  if (problem !== null && (clause.isConditional || !change.isKnown) && problem.startsWith("Can't DROP")) {
    if (clause.isConditional) return;
  } else if (problem !== null) change.problem(clause, problem);
  const object = constraint ? constraintObject(table.name, name) : indexObject(table.name, name);
  change.record(clause, { type: 'drop', object, implied: false });
  change.act(clause, name === 'PRIMARY' ? 'drop-primary-key' : 'drop-index', tableObject(table.name));
};

/** A foreign key that had an index before the statement needs one after it. */
const checkIndexes = (change: Alteration, hadAll: boolean): void => {
  const [first] = change.unindexed;
  if (!first || !hadAll || !change.step.connection.checksForeignKeys || neededBy(change.step, change.table) === null) return;
  const reason = `Cannot drop index '${first.name}': needed in a foreign key constraint`;
  // Whether the other end of a foreign key holds on to a primary key depends on how the table is rebuilt.
  if (first.name === 'PRIMARY') refuse(first.clause.step, reason, false);
  else change.problem(first.clause, reason);
};

/** DROP FOREIGN KEY, CHECK, CONSTRAINT. */
const dropConstraint = (change: Alteration, clause: Clause, name: string): void => {
  const { table } = change;
  const isForeign = clause.has('FOREIGN');
  const isCheck = clause.has('CHECK');
  const key = findConstraint(
    table,
    name,
    isForeign ? ['foreign-key'] : isCheck ? ['check'] : ['foreign-key', 'check', 'unique', 'primary-key'],
  );
  if (key === null && clause.isConditional) return;
  if (key === null && change.isKnown) change.problem(clause, `Can't DROP '${name}'; check that column/key exists`);
  if (key !== null) table.constraints.delete(key);
  change.record(clause, { type: 'drop', object: constraintObject(table.name, name), implied: false });
  if (isForeign) change.act(clause, 'drop-foreign-key', tableObject(table.name));
};

const drop: Apply = (change, clause) => {
  const index = kid(clause.tree, 'indexName');
  const uid = kid(clause.tree, 'uid');
  if (clause.has('PRIMARY')) dropKey(change, clause, 'PRIMARY');
  else if (index) dropKey(change, clause, nameOf(index));
  else if (uid) dropConstraint(change, clause, nameOf(uid));
};

const renameKeys: Apply = (change, clause) => {
  const from = nameOf(kid(clause.tree, 'indexName'));
  const to = nameOf(kid(clause.tree, 'indexNameCreate'));
  const { problem, constraint } = renameIndex(change.table, from, to);
  if (problem !== null && change.isKnown) change.problem(clause, problem);
  const object = constraint ? constraintObject(change.table.name, from) : indexObject(change.table.name, from);
  change.record(clause, { type: 'rename', object, to });
  change.act(clause, 'rename-index', tableObject(change.table.name));
};

const enforceCheck: Apply = (change, clause) => {
  const key = findConstraint(change.table, nameOf(kid(clause.tree, 'uid')), ['check']);
  const constraint = key === null ? undefined : change.table.constraints.get(key);
  if (key !== null && constraint) change.table.constraints.set(key, { ...constraint, validated: !clause.has('NOT') });
};

const rebuild =
  (hazard: string): Apply =>
  (change, clause) =>
    change.act(clause, hazard, tableObject(change.table.name));

const tableOption: Apply = (change, clause) => {
  const option = kid(clause.tree, 'tableOption');
  if (option && has(option, 'ENCRYPTION')) change.act(clause, 'encrypt-table', tableObject(change.table.name));
  if (option && has(option, 'ENGINE')) change.act(clause, 'rebuild-table', tableObject(change.table.name));
};

type Phase = 'drop-key' | 'drop-column' | 'rename-column' | 'change' | 'add-column' | 'add-key' | 'other';

const PHASES: readonly Phase[] = ['drop-key', 'drop-column', 'rename-column', 'change', 'add-column', 'add-key', 'other'];

/** What a clause is, by its first words and parts. */
const kindOf = (tree: Tree): readonly [Phase, Apply] => {
  const first = tree.kids[0]?.word ?? '';
  if (first === 'ADD') return kid(tree, 'columnDefinition') ? ['add-column', addColumns] : ['add-key', addKeys];
  if (first === 'DROP') return kid(tree, 'columnName') ? ['drop-column', dropColumn] : ['drop-key', drop];
  if (first === 'MODIFY' || first === 'CHANGE') return ['change', changeColumn];
  if (first === 'RENAME' && kid(tree, 'columnNameCreate')) return ['rename-column', () => {}];
  if (first === 'RENAME' && kid(tree, 'indexNameCreate')) return ['other', renameKeys];
  if (first === 'ALTER')
    return kid(tree, 'columnName') ? ['change', changeDefault] : ['other', has(tree, 'CHECK') ? enforceCheck : () => {}];
  if (first === 'CONVERT') return ['other', rebuild('convert-charset')];
  if (first === 'FORCE' || first === 'ORDER') return ['other', rebuild('rebuild-table')];
  return ['other', tableOption];
};

/** RENAME COLUMN, and CHANGE, which may swap names likewise. */
const isRename = ({ tree }: Clause): boolean => kid(tree, 'columnName') !== null && kid(tree, 'columnNameCreate') !== null;

const clauseOf = (step: MyStep, tree: Tree, isOnly: boolean): Clause => ({
  tree,
  step: isOnly ? step : at(step, tree),
  isConditional: /^\w+\s+(?:(?:COLUMN|INDEX|KEY|CONSTRAINT|FOREIGN\s+KEY|UNIQUE(?:\s+(?:INDEX|KEY))?)\s+)?IF\s+(?:NOT\s+)?EXISTS\b/i.test(
    sourceOf(tree),
  ),
  has: (word) => has(tree, word),
});

interface Pending {
  readonly records: (() => void)[];
  readonly actions: { readonly clause: Clause; readonly hazard: string; readonly object: SchemaObject }[];
  readonly problems: { readonly clause: Clause; readonly reason: string }[];
  readonly keys: { readonly clause: Clause; readonly key: KeyDefinition }[];
}

const alterationOf = (step: MyStep, table: DraftTable, isKnown: boolean, pending: Pending): Alteration => ({
  step,
  table,
  isKnown,
  made: [],
  places: [],
  after: [],
  unindexed: [],
  problem: (clause, reason) => void pending.problems.push({ clause, reason }),
  record: (clause, operation) => void pending.records.push(() => record(clause.step, operation)),
  act: (clause, hazard, object) => void pending.actions.push({ clause, hazard, object }),
  later: (clause, key) => void pending.keys.push({ clause, key }),
});

const askedFor = (tree: Tree, word: 'ALGORITHM' | 'LOCK'): string | null => {
  for (const option of [...kids(tree, 'alterOption'), tree]) {
    const i = option.kids.findIndex((child) => child.word === word);
    const value = i < 0 ? undefined : option.kids.slice(i + 1).find((child) => child.word !== '=');
    if (value) return sourceOf(value).toUpperCase();
  }
  return null;
};

/** DROP and ADD PRIMARY KEY in one statement copy nothing. */
const hazardsOf = ({ actions }: Pending): Pending['actions'] => {
  const isReplaced = actions.some((action) => action.hazard === 'add-primary-key');
  return isReplaced ? actions.filter((action) => action.hazard !== 'drop-primary-key') : actions;
};

const actAll = (change: Alteration, tree: Tree, pending: Pending): void => {
  const { step, table } = change;
  const [algorithm, lock] = [askedFor(tree, 'ALGORITHM'), askedFor(tree, 'LOCK')];
  const actions = hazardsOf(pending);
  for (const { clause, hazard, object } of actions) act(clause.step, hazard, table.name, { object });
  const isCopied = actions.some(({ hazard }) => MYSQL_HAZARDS.get(hazard)?.algorithm === 'COPY');
  if (algorithm === 'COPY' && !isCopied) act(step, 'ask-copy', table.name);
  if (lock === 'SHARED' && !isCopied) act(step, 'ask-lock-shared', table.name);
  if (lock === 'EXCLUSIVE') act(step, 'ask-lock-exclusive', table.name);
};

const isGenerated = ({ table }: Alteration, { tree }: Clause): boolean =>
  table.columns.get(columnIn(table, nameOf(kid(tree, 'columnName'))) ?? '')?.generated === true;

const applyClauses = (change: Alteration, clauses: readonly Clause[], pending: Pending): void => {
  for (const phase of PHASES) {
    const own = clauses.filter((clause) => kindOf(clause.tree)[0] === phase);
    // What is computed from a column goes before it.
    if (phase === 'drop-column') own.sort((a, b) => Number(isGenerated(change, b)) - Number(isGenerated(change, a)));
    if (phase === 'rename-column') renameColumns(change, clauses.filter(isRename));
    else for (const clause of own) kindOf(clause.tree)[1](change, clause);
    if (phase === 'add-column') placeColumns(change);
    if (phase === 'add-key') {
      const isForeign = ({ key }: { readonly key: KeyDefinition }): number => (key.kind === 'foreign-key' ? 1 : 0);
      for (const { clause, key } of [...pending.keys].sort((a, b) => isForeign(a) - isForeign(b))) addOneKey(change, clause, key);
    }
  }
};

/** Runs clauses against a table: ALTER TABLE, CREATE INDEX and DROP INDEX are the same statement to MySQL. */
const alter = (step: MyStep, tree: Tree, name: string, options: readonly Tree[]): void => {
  const known = step.draft.tables.get(name);
  const table = known ?? emptyTable(name);
  const isKnown = table.columns.size > 0;
  if (!known) refuse(step, `Table '${name}' doesn't exist`, false);
  const before = copyTable(table);
  const pending: Pending = { records: [], actions: [], problems: [], keys: [] };
  const change = alterationOf(step, table, isKnown, pending);
  const clauses = options.map((option) => clauseOf(step, option, options.length === 1));
  const hadAll = neededBy(step, table) === null;
  applyClauses(change, clauses, pending);
  checkIndexes(change, hadAll);
  const [first] = clauses;
  const whole = isKnown ? problemOf(table, change.made) : null;
  if (whole !== null && first) pending.problems.push({ clause: first, reason: whole });
  if (isKnown && table.columns.size === 0 && first)
    pending.problems.push({ clause: first, reason: "You can't delete all columns with ALTER TABLE; use DROP TABLE instead" });
  const asked = contradiction(
    hazardsOf(pending).map(({ hazard }) => hazard),
    askedFor(tree, 'ALGORITHM'),
    askedFor(tree, 'LOCK'),
  );
  if (asked !== null && first) pending.problems.push({ clause: { ...first, step }, reason: asked });
  const [problem] = pending.problems;
  if (problem) {
    restoreInto(table, before);
    refuse(problem.clause.step, problem.reason, true);
    return;
  }
  actAll(change, tree, pending);
  for (const write of pending.records) write();
  for (const run of change.after) run();
};

export const alterTable = (step: MyStep, tree: Tree): void => {
  const target = kid(tree, 'tableName');
  const name = nameIn(step, target);
  const isOptional = /^ALTER\s+(?:\w+\s+)*?TABLE\s+IF\s+EXISTS\b/i.test(sourceOf(tree));
  if (!target || step.session.temporary.has(name) || (isOptional && !step.draft.tables.has(name))) return;
  const options = kids(tree, 'alterOption');
  const partitioning = partitionClause(tree.text);
  const hazard = partitioning === null ? null : partitionHazard(partitioning);
  if (hazard !== null && step.draft.tables.has(name)) act(step, hazard, name);
  const renamed = options.map((option) => kid(option, 'tableNameCreate')).find((to) => to !== null);
  const before = step.refusals.length;
  alter(step, tree, name, options);
  const isRefused = step.refusals.slice(before).some((refusal) => refusal.isCertain);
  const to = renamed ? nameIn(step, renamed) : name;
  if (to !== name && !isRefused) renameRelations(step, [[name, to]]);
};

export const createIndex = (step: MyStep, tree: Tree): void => {
  const name = nameIn(step, kid(tree, 'tableName'));
  if (step.session.temporary.has(name)) return;
  alterWith(step, tree, name, (change, clause) => {
    const key = keyFrom(tree);
    const isReplaced = /^CREATE\s+OR\s+REPLACE\b/i.test(sourceOf(tree));
    if (key?.name && isReplaced) dropIndex(change.table, key.name);
    if (key) addOneKey(change, { ...clause, isConditional: /\bINDEX\s+IF\s+NOT\s+EXISTS\b/i.test(sourceOf(tree)) }, key);
  });
};

export const dropIndexOn = (step: MyStep, tree: Tree): void => {
  const name = nameIn(step, kid(tree, 'tableName'));
  if (step.session.temporary.has(name)) return;
  const isConditional = /\bINDEX\s+IF\s+EXISTS\b/i.test(sourceOf(tree));
  alterWith(step, tree, name, (change, clause) => dropKey(change, { ...clause, isConditional }, nameOf(kid(tree, 'indexName'))));
};

const alterWith = (step: MyStep, tree: Tree, name: string, run: (change: Alteration, clause: Clause) => void): void => {
  const table = step.draft.tables.get(name) ?? emptyTable(name);
  if (!step.draft.tables.has(name)) refuse(step, `Table '${name}' doesn't exist`, false);
  const before = copyTable(table);
  const pending: Pending = { records: [], actions: [], problems: [], keys: [] };
  const change = alterationOf(step, table, table.columns.size > 0, pending);
  const hadAll = neededBy(step, table) === null;
  run(change, clauseOf(step, tree, true));
  checkIndexes(change, hadAll);
  const whole = change.isKnown ? problemOf(table, []) : null;
  const asked = contradiction(
    pending.actions.map(({ hazard }) => hazard),
    askedFor(tree, 'ALGORITHM'),
    askedFor(tree, 'LOCK'),
  );
  const reason = pending.problems[0]?.reason ?? whole ?? asked;
  if (reason !== null) {
    restoreInto(table, before);
    refuse(step, reason, true);
    return;
  }
  actAll(change, tree, pending);
  for (const write of pending.records) write();
};
