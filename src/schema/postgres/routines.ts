/** CREATE VIEW, FUNCTION, TRIGGER, POLICY → routines with what their text uses, and DO blocks → what they do. */
import {
  type Body,
  childOf,
  isTrue,
  listOf,
  literalOf,
  nameParts,
  nodeOf,
  nodesOf,
  stringOf,
  stringsOf,
  textOf,
  untag,
} from '../../parse/sql/ast.ts';
import type { Reference } from '../reference-types.ts';
import { expressionReferences, outputColumns, references } from '../references.ts';
import { isTemporary, nameOf, newRelation, type PgStep, record, relationOf } from '../step.ts';
import { type Dependency, objectKey, type Routine, type SchemaObject } from '../types.ts';
import { bodyUses, inTrigger } from './function-uses.ts';
import { typeParts } from './type-names.ts';

const enforced = (found: readonly Reference[]): readonly Dependency[] => {
  const uses = new Map<string, Dependency>();
  for (const { table, column } of found) uses.set(`${table} ${column ?? ''}`, { table, column, enforced: true });
  return [...uses.values()];
};

const optionsOf = (step: PgStep) => ({ toUtf16: step.source.toUtf16, searchPath: step.session.path });

/** A view or materialised view. Replacing one is no new object. */
export const createView = (
  step: PgStep,
  kind: 'view' | 'materialized-view',
  range: Body,
  query: unknown,
  aliases: readonly string[],
  ifNotExists: boolean,
): void => {
  const name = newRelation(step, range);
  if (textOf(range, 'relpersistence') === 't') {
    step.session.temporary.add(name);
    return;
  }
  const object: SchemaObject = { kind, table: null, name };
  const exists = step.draft.routines.has(objectKey(object));
  if (exists && ifNotExists) return;
  const outputs = outputColumns(query, step.draft, optionsOf(step)) ?? [];
  const columns = [...aliases, ...outputs.slice(aliases.length)];
  const uses = enforced(references([query], step.draft, optionsOf(step)));
  step.draft.routines.set(objectKey(object), { kind, name, table: null, columns, uses, location: step.location });
  if (!exists) record(step, { type: 'create', object, members: columns });
};

export const createViewStatement = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'view');
  if (range) createView(step, 'view', range, body['query'], stringsOf(listOf(body, 'aliases')), false);
};

const option = (body: Body, name: string): unknown => {
  for (const { body: element } of nodesOf(body, 'options')) if (textOf(element, 'defname') === name) return element['arg'];
  return undefined;
};

const signatureOf = (body: Body): string =>
  nodesOf(body, 'parameters')
    .filter(({ body: parameter }) => !['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE'].includes(textOf(parameter, 'mode') ?? ''))
    .map(({ body: parameter }) => typeParts(childOf(parameter, 'argType') ?? {}).join('.'))
    .join(',');

/** The key of a function: its own name for the first, with argument types for overloads. */
const functionKey = (step: PgStep, name: string, signature: string): string => {
  const plain = `function ${name}`;
  const known = step.draft.routines.get(plain);
  if (!known?.definition) return plain;
  const parsed = step.postgres.parse(known.definition);
  const body = parsed.ok ? parsed.nodes[0]?.node.body : undefined;
  return body && signatureOf(body) !== signature ? `${plain}(${signature})` : plain;
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
  const key = functionKey(step, name, signatureOf(body));
  const exists = step.draft.routines.has(key);
  const definition = step.source.text.slice(step.start, step.end);
  const language = (stringOf(option(body, 'language')) ?? 'sql').toLowerCase();
  const text = stringsOf(listOf(untag(option(body, 'as'))?.body ?? {}, 'items'))[0] ?? null;
  const parameters = nodesOf(body, 'parameters').map(({ body: parameter }) => textOf(parameter, 'name') ?? '');
  const uses = bodyUses(step, { language, text, sqlBody: body['sql_body'], definition, parameters: new Set(parameters) });
  const routine: Routine = { kind: 'function', name, table: null, columns: [], uses, location: step.location, definition };
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
  if (isTemporary(step, table)) return;
  const calls = nameOf(step, nameParts(listOf(body, 'funcname')), (candidate) => step.draft.routines.has(`function ${candidate}`));
  const listed = stringsOf(listOf(body, 'columns')).map((column): Dependency => ({ table, column, enforced: true }));
  const condition = enforced(references([body['whenClause']], step.draft, { ...optionsOf(step), rows: rows(table) }));
  const runs = step.draft.routines.get(`function ${calls}`);
  const uses = [{ table, column: null, enforced: true }, ...listed, ...condition, ...(runs ? inTrigger(step, runs, table) : [])];
  const object: SchemaObject = { kind: 'trigger', table, name };
  const exists = step.draft.routines.has(objectKey(object));
  step.draft.routines.set(objectKey(object), { kind: 'trigger', name, table, columns: [], uses, location: step.location, calls });
  if (!exists) record(step, { type: 'create', object });
};

export const createPolicy = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'table');
  const name = textOf(body, 'policy_name');
  if (!range || name === null) return;
  const table = relationOf(step, range);
  const found = expressionReferences([body['qual'], body['with_check']], table, step.draft, optionsOf(step));
  const before = step.draft.routines.get(`policy ${table}.${name}`)?.uses ?? [];
  const uses = [...before, { table, column: null, enforced: true }, ...enforced(found)];
  step.draft.routines.set(`policy ${table}.${name}`, { kind: 'policy', name, table, columns: [], uses, location: step.location });
};

export const createEnum = (step: PgStep, body: Body): void => {
  const name = nameOf(step, nameParts(listOf(body, 'typeName')), () => false);
  const members = stringsOf(listOf(body, 'vals'));
  step.draft.enums.set(name, members);
  record(step, { type: 'create', object: { kind: 'enum', table: null, name }, members });
};

export const createSchema = (step: PgStep, body: Body): void => {
  const name = textOf(body, 'schemaname');
  if (name === null || (isTrue(body, 'if_not_exists') && name === 'public')) return;
  record(step, { type: 'create', object: { kind: 'schema', table: null, name } });
};

/** `SET search_path TO a, b`; anything else that is set does not matter. */
export const setVariable = (step: PgStep, body: Body): void => {
  if (textOf(body, 'name') !== 'search_path') return;
  const names = listOf(body, 'args')
    .map(literalOf)
    .filter((name): name is string => name !== null);
  setPath(step, names);
};

const setPath = (step: PgStep, names: readonly string[]): void => {
  const path = names
    .flatMap((name) => name.split(','))
    .map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
    .filter((name) => name !== '' && name !== '$user' && name !== 'pg_catalog');
  step.session.path = path.length > 0 ? path : ['public'];
};

/** `SELECT set_config('search_path', …)`, as pg_dump writes it. */
export const selectSetConfig = (step: PgStep, body: Body): void => {
  for (const { body: target } of nodesOf(body, 'targetList')) {
    const call = nodeOf(target, 'val');
    if (call?.type !== 'FuncCall' || nameParts(listOf(call.body, 'funcname')).at(-1) !== 'set_config') continue;
    const [name, value] = listOf(call.body, 'args').map(literalOf);
    if (name === 'search_path' && typeof value === 'string') setPath(step, [value]);
  }
};
