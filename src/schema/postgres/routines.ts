/** CREATE VIEW, FUNCTION, TRIGGER, POLICY → routines with what their text uses, and DO blocks → what they do. */
import { type Body, childOf, isTrue, listOf, nameParts, nodesOf, stringOf, stringsOf, textOf, untag } from '../../parse/sql/ast.ts';
import { unqualify } from '../names.ts';
import type { Reference } from '../reference-types.ts';
import { expressionReferences, outputColumns, references } from '../references.ts';
import { act, isTemporary, nameOf, newRelation, type PgStep, record, refuse, relationOf } from '../step.ts';
import { type Dependency, objectKey, type Routine, type SchemaObject } from '../types.ts';
import { isUpdatable } from '../updatable.ts';
import { UNKNOWN } from './expression-types.ts';
import { bodyUses, inTrigger } from './function-uses.ts';
import { isDoubtful, refuseMissing, refuseTaken, refuseUnknownColumns } from './known.ts';
import { isType, needsField, needsOf, typeNeed } from './needs.ts';
import { outputTypes } from './query-types.ts';
import { formatType } from './type-names.ts';

const enforced = (found: readonly Reference[]): readonly Dependency[] => {
  const uses = new Map<string, Dependency>();
  for (const { table, column } of found) uses.set(`${table} ${column ?? ''}`, { table, column, enforced: true });
  return [...uses.values()];
};

const optionsOf = (step: PgStep) => ({ toUtf16: step.source.toUtf16, searchPath: step.session.path });

/** A view's columns keep the types they had when it was made. */
const typesOf = (step: PgStep, found: readonly Reference[]): readonly string[] => {
  const types = new Set<string>();
  for (const { table, column } of found) {
    const type =
      column === null ? undefined : step.draft.tables.get(table)?.columns.get(column)?.type.replace(/\[\]$/, '').replaceAll('"', '');
    if (type !== undefined && isType(step, type)) types.add(`type ${type}`);
  }
  return [...types];
};

/** Replacing a view may add columns at its end, and nothing else. */
const refuseOtherColumns = (step: PgStep, name: string, before: readonly string[], after: readonly string[]): boolean => {
  if (before.length === 0 || after.length === 0) return false;
  if (after.length < before.length) return refuse(step, 'cannot drop columns from view', !isDoubtful(step, name));
  const at = before.findIndex((column, i) => after[i] !== column);
  return at >= 0 && refuse(step, `cannot change name of view column "${before[at]}" to "${after[at]}"`, !isDoubtful(step, name));
};

/** Tables, and views that can be written through. */
const isWritable = (step: PgStep, name: string): boolean =>
  !step.draft.routines.has(`materialized-view ${name}`) && (step.draft.routines.get(`view ${name}`)?.isUpdatable ?? true);

/** The columns of a replaced view keep their types. */
const refuseOtherTypes = (step: PgStep, view: Routine, after: readonly string[]): boolean => {
  const before = view.types ?? [];
  const at = before.findIndex((type, i) => after[i] !== type);
  if (at < 0 && before.length === view.columns.length && !before.includes(UNKNOWN)) return false;
  const isKnown = at >= 0 && before[at] !== UNKNOWN && after[at] !== undefined && after[at] !== UNKNOWN;
  const column = view.columns[Math.max(at, 0)];
  return refuse(step, `cannot change data type of view column "${column}"`, isKnown && !isDoubtful(step, view.name));
};

/** A view or materialised view. Replacing one is no new object. */
export const createView = (
  step: PgStep,
  kind: 'view' | 'materialized-view',
  range: Body,
  query: unknown,
  aliases: readonly string[],
  ifNotExists: boolean,
  replaces = false,
): void => {
  const name = newRelation(step, range);
  if (textOf(range, 'relpersistence') === 't') {
    step.session.temporary.add(name);
    return;
  }
  const object: SchemaObject = { kind, table: null, name };
  const known = step.draft.routines.get(objectKey(object));
  const exists = known !== undefined;
  if (exists && ifNotExists) return;
  const isReplaced = exists && replaces;
  if (!isReplaced && refuseTaken(step, name)) return;
  const found = references([query], step.draft, optionsOf(step));
  if (refuseUnknownColumns(step, found)) return;
  const outputs = outputColumns(query, step.draft, optionsOf(step)) ?? [];
  const columns = [...aliases, ...outputs.slice(aliases.length)];
  if (isReplaced && refuseOtherColumns(step, name, known.columns, columns)) return;
  const types = outputTypes(step, query);
  if (isReplaced && refuseOtherTypes(step, known, types)) return;
  const twice = columns.find((column, at) => column.includes('\0') || columns.indexOf(column) !== at)?.split('\0')[0];
  if (twice !== undefined && refuse(step, `column "${twice}" specified more than once`, false)) return;
  const uses = enforced(found);
  const needs = needsField([...new Set([...needsOf(step, [query]), ...typesOf(step, found)])]);
  const canWrite = kind === 'view' && isUpdatable(query, (source) => isWritable(step, relationOf(step, source)));
  step.draft.routines.set(objectKey(object), {
    kind,
    name,
    table: null,
    columns,
    types,
    uses,
    location: step.location,
    isUpdatable: canWrite,
    ...needs,
  });
  if (!exists) record(step, { type: 'create', object, members: columns });
};

export const createViewStatement = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'view');
  if (range) createView(step, 'view', range, body['query'], stringsOf(listOf(body, 'aliases')), false, isTrue(body, 'replace'));
};

const option = (body: Body, name: string): unknown => {
  for (const { body: element } of nodesOf(body, 'options')) if (textOf(element, 'defname') === name) return element['arg'];
  return undefined;
};

const signatureOf = (body: Body): string =>
  nodesOf(body, 'parameters')
    .filter(({ body: parameter }) => !['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE'].includes(textOf(parameter, 'mode') ?? ''))
    .map(({ body: parameter }) => formatType(childOf(parameter, 'argType') ?? {}))
    .join(',');

/** The key of a function: its own name for the first, with argument types for overloads. */
const functionKey = (step: PgStep, name: string, signature: string): string => {
  const plain = `function ${name}`;
  const all = [...step.draft.routines].filter(([, own]) => own.kind === 'function' && own.name === name);
  const same = all.find(([, own]) => own.signature === signature || own.signature === undefined)?.[0];
  if (same === undefined && all.length === 0) return plain;
  return same ?? `${plain}(${signature})`;
};

/** Types of arguments and of the result. */
const typesNeeded = (step: PgStep, body: Body): readonly string[] => {
  const types = [...nodesOf(body, 'parameters').map(({ body: parameter }) => childOf(parameter, 'argType')), childOf(body, 'returnType')];
  return types.flatMap((type) => (type ? (typeNeed(step, type) ?? []) : []));
};

const refuseFunction = (step: PgStep, body: Body, name: string, known: Routine | undefined, returns: string): boolean => {
  if (!known) return false;
  const isSure = !isDoubtful(step, name);
  if (!isTrue(body, 'replace')) return refuse(step, `function "${name}" already exists with same argument types`, isSure);
  return known.returns !== undefined && known.returns !== returns && refuse(step, 'cannot change return type of existing function', isSure);
};

/** Triggers that run a replaced function use what the new text uses. */
const refreshTriggers = (step: PgStep, definition: Routine): void => {
  for (const [key, routine] of step.draft.routines) {
    if (routine.calls !== definition.name || routine.table === null) continue;
    const own = routine.uses.filter((use) => use.enforced);
    step.draft.routines.set(key, { ...routine, uses: [...own, ...inTrigger(step, definition, routine.table)] });
  }
};

export const createFunction = (step: PgStep, body: Body): void => {
  const name = nameOf(step, nameParts(listOf(body, 'funcname')), () => false);
  const signature = signatureOf(body);
  const key = functionKey(step, name, signature);
  const exists = step.draft.routines.has(key);
  const result = childOf(body, 'returnType');
  const returns = result ? `${result['setof'] === true ? 'setof ' : ''}${formatType(result)}` : '';
  if (refuseFunction(step, body, name, step.draft.routines.get(key), returns)) return;
  const definition = step.source.text.slice(step.start, step.end);
  const language = (stringOf(option(body, 'language')) ?? 'sql').toLowerCase();
  const text = stringsOf(listOf(untag(option(body, 'as'))?.body ?? {}, 'items'))[0] ?? null;
  const parameters = nodesOf(body, 'parameters').map(({ body: parameter }) => textOf(parameter, 'name') ?? '');
  const uses = bodyUses(step, { language, text, sqlBody: body['sql_body'], definition, parameters: new Set(parameters) });
  const needs = [...new Set([...typesNeeded(step, body), ...needsOf(step, [body['sql_body']])])];
  const routine: Routine = {
    kind: 'function',
    name,
    table: null,
    columns: [],
    uses,
    location: step.location,
    definition,
    signature,
    returns,
    ...needsField(needs),
  };
  step.draft.routines.set(key, routine);
  refreshTriggers(step, routine);
  if (!exists) record(step, { type: 'create', object: { kind: 'function', table: null, name } });
};

const rows = (table: string): ReadonlyMap<string, string> =>
  new Map([
    ['new', table],
    ['old', table],
  ]);

export const createTrigger = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'relation');
  const name = textOf(body, 'trigname');
  if (!range || name === null) return;
  const table = relationOf(step, range);
  if (isTemporary(step, table) || refuseMissing(step, table)) return;
  const calls = nameOf(step, nameParts(listOf(body, 'funcname')), (candidate) => step.draft.routines.has(`function ${candidate}`));
  const listed = stringsOf(listOf(body, 'columns')).map((column): Dependency => ({ table, column, enforced: true }));
  const condition = enforced(references([body['whenClause']], step.draft, { ...optionsOf(step), rows: rows(table) }));
  const runs = step.draft.routines.get(`function ${calls}`);
  const uses = [{ table, column: null, enforced: true }, ...listed, ...condition, ...(runs ? inTrigger(step, runs, table) : [])];
  const object: SchemaObject = { kind: 'trigger', table, name };
  const exists = step.draft.routines.has(objectKey(object));
  const isSure = !isDoubtful(step, table);
  if (
    exists &&
    !isTrue(body, 'replace') &&
    refuse(step, `trigger "${name}" for relation "${unqualify(table).bare}" already exists`, isSure)
  )
    return;
  const known = step.draft.tables.get(table);
  const missing = known && listed.find(({ column }) => column !== null && !known.columns.has(column))?.column;
  if (missing && refuse(step, `column "${missing}" of relation "${table}" does not exist`, isSure)) return;
  const isOther = runs?.returns !== undefined && runs.returns !== 'trigger';
  if (isOther && refuse(step, `function ${calls} must return type trigger`, !isDoubtful(step, calls))) return;
  if (runs?.signature && refuse(step, `function ${calls}() does not exist`, !isDoubtful(step, calls))) return;
  if (!runs && refuse(step, `function ${calls}() does not exist`, step.draft.dropped.has(`function ${calls}`) && !isDoubtful(step, calls)))
    return;
  act(step, 'pg-create-trigger', table, { object });
  const routine: Routine = {
    kind: 'trigger',
    name,
    table,
    columns: [],
    uses,
    location: step.location,
    calls,
    ...(isTrue(body, 'row') ? { isRowTrigger: true } : {}),
  };
  step.draft.routines.set(objectKey(object), routine);
  if (!exists) record(step, { type: 'create', object });
  if (routine.isRowTrigger) cloneTrigger(step, routine, table);
};

/** Row triggers of a partitioned table stand on its partitions too. */
const cloneTrigger = (step: PgStep, routine: Routine, table: string): void => {
  for (const child of step.draft.children.get(table) ?? []) {
    if (!step.draft.catalogue.partitions.has(child)) continue;
    const uses = routine.uses.map((use) => (use.table === table ? { ...use, table: child } : use));
    step.draft.routines.set(`trigger ${child}.${routine.name}`, { ...routine, table: child, uses });
    cloneTrigger(step, { ...routine, uses }, child);
  }
};

const policyOf =
  (isNew: boolean) =>
  (step: PgStep, body: Body): void => {
    const range = childOf(body, 'table');
    const name = textOf(body, 'policy_name');
    if (!range || name === null) return;
    const table = relationOf(step, range);
    if (refuseMissing(step, table)) return;
    const key = `policy ${table}.${name}`;
    const known = step.draft.routines.get(key);
    const isSure = !isDoubtful(step, table);
    if (isNew && known && refuse(step, `policy "${name}" for table "${unqualify(table).bare}" already exists`, isSure)) return;
    if (!isNew && !known && step.draft.tables.has(table)) {
      if (refuse(step, `policy "${name}" for table "${unqualify(table).bare}" does not exist`, isSure && !isDoubtful(step, name))) return;
    }
    const found = expressionReferences([body['qual'], body['with_check']], table, step.draft, optionsOf(step));
    if (refuseUnknownColumns(step, found)) return;
    // A new USING replaces the old one; a new WITH CHECK alone comes beside it.
    const before = body['qual'] === undefined ? (known?.uses ?? []) : [];
    const uses = [...before, { table, column: null, enforced: true }, ...enforced(found)];
    const needs = needsField([...new Set([...(known?.needs ?? []), ...needsOf(step, [body['qual'], body['with_check']])])]);
    step.draft.routines.set(key, { kind: 'policy', name, table, columns: [], uses, location: step.location, ...needs });
  };

export const createPolicy = policyOf(true);
export const alterPolicy = policyOf(false);

/** CREATE RULE: its condition and actions use tables as a view's query does. */
export const createRule = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'relation');
  const name = textOf(body, 'rulename');
  if (!range || name === null) return;
  const table = relationOf(step, range);
  if (refuseMissing(step, table)) return;
  const key = `rule ${table}.${name}`;
  const isTaken = step.draft.routines.has(key) && !isTrue(body, 'replace');
  if (isTaken && refuse(step, `rule "${name}" for relation "${unqualify(table).bare}" already exists`, !isDoubtful(step, table))) return;
  const parts = [body['whereClause'], ...listOf(body, 'actions')];
  const found = references(parts, step.draft, { ...optionsOf(step), rows: rows(table) });
  if (refuseUnknownColumns(step, found)) return;
  const uses = [{ table, column: null, enforced: true }, ...enforced(found)];
  step.draft.routines.set(key, {
    kind: 'rule',
    name,
    table,
    columns: [],
    uses,
    location: step.location,
    ...needsField(needsOf(step, parts)),
  });
};

export const createSchema = (step: PgStep, body: Body): void => {
  const name = textOf(body, 'schemaname');
  if (name === null) return;
  const { schemas } = step.draft.catalogue;
  const exists = name === 'public' || schemas.has(name);
  if (exists && isTrue(body, 'if_not_exists')) {
    if (name === 'public') return;
  } else if (schemas.has(name) && refuse(step, `schema "${name}" already exists`, !isDoubtful(step, name))) return;
  schemas.add(name);
  record(step, { type: 'create', object: { kind: 'schema', table: null, name } });
};
