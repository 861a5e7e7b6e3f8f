/**
 * Views, triggers, procedures and functions: what their text uses. MySQL keeps none of it from being dropped: uses are not enforced.
 */
import type { TaggedNode } from '../../parse/sql/ast.ts';
import { conversionAt, selectOf, statementOf, withClause } from '../../parse/sql/mysql/query.ts';
import { find, has, kid, kids, nameOf, sourceOf, type Tree, words } from '../../parse/sql/mysql/tree.ts';
import type { Reference } from '../reference-types.ts';
import { outputColumns, references } from '../references.ts';
import { record, refuse, relationExists } from '../step.ts';
import { type Dependency, objectKey, type Routine, type SchemaObject } from '../types.ts';
import { isUpdatable } from '../updatable.ts';
import { type MyStep, nameIn } from './session.ts';

const same = (location: number): number => location;

const dependencies = (found: readonly Reference[]): readonly Dependency[] => {
  const byKey = new Map<string, Dependency>();
  for (const { table, column } of found) byKey.set(`${table}.${column ?? ''}`, { table, column, enforced: false });
  return [...byKey.values()];
};

const put = (step: MyStep, object: SchemaObject, routine: Omit<Routine, 'location'>, members?: readonly string[]): void => {
  const exists = step.draft.routines.has(objectKey(object));
  step.draft.routines.set(objectKey(object), { ...routine, location: step.location });
  if (!exists || members) record(step, { type: 'create', object, ...(members ? { members } : {}) });
};

/** A query of a table that is not there, or of a column that its table does not have, is refused; whether that is certain. */
export const refuseUnknown = (step: MyStep, uses: readonly Dependency[]): boolean => {
  const missing = uses.find(({ table }) => !relationExists(step, table));
  if (missing) return refuse(step, `Table '${missing.table}' doesn't exist`, step.draft.dropped.has(`table ${missing.table}`));
  for (const { table, column } of uses) {
    const columns = step.draft.tables.get(table)?.columns;
    if (column === null || !columns || columns.size === 0 || columns.has(column)) continue;
    return refuse(step, `Unknown column '${column}' in 'field list'`, true);
  }
  return false;
};

export const createView = (step: MyStep, tree: Tree): void => {
  const target = kid(tree, 'viewNameCreate') ?? kid(tree, 'viewName');
  const name = nameIn(step, target);
  const object: SchemaObject = { kind: 'view', table: null, name };
  const isKnown = step.draft.routines.has(objectKey(object));
  const isReplacing = kid(tree, 'orReplace') !== null || has(tree, 'ALTER') || words(tree)[0] === 'ALTER';
  if (relationExists(step, name) && !(isReplacing && isKnown)) {
    if (!kid(tree, 'ifNotExists')) refuse(step, `Table '${name}' already exists`, true);
    return;
  }
  if (words(tree)[0] === 'ALTER' && !isKnown) refuse(step, `Table '${name}' doesn't exist`, step.draft.dropped.has(objectKey(object)));
  const query = tree.kids.find((child) => child.rule === 'selectStatement' || child.rule === 'setOperations');
  if (!query) return;
  const conversion = conversionAt(step.base);
  const select = selectOf(query, conversion, withClause(kid(tree, 'withClause'), conversion));
  const options = { toUtf16: same, anyCase: true };
  const listed = [...kids(tree, 'columnNameCreate'), ...kids(kid(tree, 'columnNames'), 'columnName')].map(nameOf);
  const columns = listed.length > 0 ? listed : (outputColumns(select, step.draft, options) ?? []);
  const uses = dependencies(references([select], step.draft, options));
  if (refuseUnknown(step, uses)) return;
  put(step, object, { kind: 'view', name, table: null, columns, uses, isUpdatable: isUpdatable(select, () => true) }, columns);
};

/** The statements of a body, and the expressions between them. */
const bodyNodes = (tree: Tree, base: number): readonly TaggedNode[] => {
  const found: TaggedNode[] = [];
  const stack: Tree[] = [tree];
  const isWhole = /^(?:selectStatement|dmlStatement|ddlStatement|expression|setOperations)$/;
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (isWhole.test(node.rule)) found.push(statementOf(node, conversionAt(base)));
    else for (let i = node.kids.length - 1; i >= 0; i--) stack.push(node.kids[i] as Tree);
  }
  return found;
};

const declared = (tree: Tree): ReadonlySet<string> => {
  const names = new Set<string>();
  const stack: Tree[] = [tree];
  for (let node = stack.pop(); node; node = stack.pop()) {
    const isDeclaration = /^(?:procedureParameter|functionParameter|declareVariable)$/.test(node.rule);
    if (isDeclaration) for (const uid of [...kids(node, 'uid'), ...kids(kid(node, 'uidList'), 'uid')]) names.add(nameOf(uid).toLowerCase());
    else stack.push(...node.kids);
  }
  return names;
};

const bodyUses = (step: MyStep, tree: Tree, table: string | null): readonly Dependency[] => {
  const rows = new Map(table === null ? [] : [['new', table] as const, ['old', table] as const]);
  const parts = tree.kids.filter((child) => /^(?:routineBody|returnStatement|compoundStatement|sqlStatement)$/.test(child.rule));
  const nodes = parts.flatMap((part) => bodyNodes(part, step.base));
  return dependencies(references(nodes, step.draft, { toUtf16: same, anyCase: true, rows, variables: declared(tree) }));
};

/** Whether the statement ends at a routine of the same name. */
const isTaken = (step: MyStep, tree: Tree, object: SchemaObject, message: string): boolean => {
  if (!step.draft.routines.has(objectKey(object)) || /^CREATE\s+OR\s+REPLACE\b/i.test(sourceOf(tree))) return false;
  if (!find(tree, 'ifNotExists')) refuse(step, message, true);
  return true;
};

export const createRoutine = (step: MyStep, tree: Tree): void => {
  const name = nameIn(step, find(tree, 'fullId'));
  const object: SchemaObject = { kind: 'function', table: null, name };
  if (isTaken(step, tree, object, `${name} already exists`)) return;
  put(step, object, { kind: 'function', name, table: null, columns: [], uses: bodyUses(step, tree, null), definition: sourceOf(tree) });
};

export const createTrigger = (step: MyStep, tree: Tree): void => {
  const name = nameOf(kid(tree, 'fullId'));
  const table = nameIn(step, kid(tree, 'tableName'));
  if (step.session.temporary.has(table) || isTaken(step, tree, { kind: 'trigger', table, name }, `Trigger '${name}' already exists`))
    return;
  if (!step.draft.tables.has(table)) refuse(step, `Table '${table}' doesn't exist`, false);
  const uses = [{ table, column: null, enforced: false }, ...bodyUses(step, tree, table)];
  put(step, { kind: 'trigger', table, name }, { kind: 'trigger', name, table, columns: [], uses });
};
