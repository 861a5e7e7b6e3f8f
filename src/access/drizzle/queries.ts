/**
 * Drizzle's queries: chains that begin with select, insert, update or delete of a table, and relational queries.
 * Input: a call. Output: accesses in the recorder: tables, rows written, what is sent unasked. Columns that are written as
 * `users.email` are found by columns.ts, wherever they stand.
 */
import { type CallNode, isFunction, keyName, unwrap, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { nearest } from '../nearest.ts';
import {
  addColumn,
  addField,
  addRow,
  addTable,
  addUnasked,
  addWholeRow,
  insertedColumns,
  isFalse,
  selectedColumns,
  updatedColumns,
  type Visit,
} from '../orm/visit.ts';
import type { AccessContext, MappedModel, MappedRelation } from '../types.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';
import { LAYER, tableOf } from './columns.ts';

export interface ChainStep {
  readonly name: string;
  readonly args: readonly Source[];
  readonly node: CallNode;
}

const MAX_DEPTH = 8;
const SELECTS = /^select(?:Distinct(?:On)?)?$/;
const JOINS = /^(?:left|right|inner|full|cross)Join(?:Lateral)?$/;

/** The chain that ends in this call, first step first. */
export function chainOf(call: CallNode, module: Module): ChainStep[] {
  const steps: ChainStep[] = [];
  let node: Node = call;
  while (node.type === 'CallExpression') {
    const callee = unwrap(node.callee);
    const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
    if (callee.type !== 'MemberExpression' || name === null) break;
    const args = node.arguments.flatMap((a): Source[] => (a.type === 'SpreadElement' ? [] : [{ node: a, module }]));
    steps.unshift({ name, args, node });
    node = unwrapAwait(callee.object);
  }
  const first = steps.findIndex((s) => SELECTS.test(s.name) || /^(?:insert|update|delete)$/.test(s.name));
  return first < 0 ? [] : steps.slice(first);
}

/** Whether the chain goes on after this call. */
function isContinued(call: CallNode, module: Module): boolean {
  const member = module.parent(call);
  return member?.type === 'MemberExpression' && member.object === call && module.parent(member)?.type === 'CallExpression';
}

/** Records what the chain uses that ends in this call. */
export function visitChain(call: CallNode, module: Module, visit: Visit): void {
  if (isContinued(call, module)) return;
  const steps = chainOf(call, module);
  const [first] = steps;
  if (!first) return;
  const whole = { ...visit, call: { node: call as Node, module }, operation: first.name };
  if (SELECTS.test(first.name)) visitSelect(first, steps, whole);
  else visitWrite(first, steps, whole);
}

function visitSelect(first: ChainStep, steps: readonly ChainStep[], visit: Visit): void {
  const sources = steps.filter((s) => s.name === 'from' || JOINS.test(s.name));
  const tables = sources.flatMap(({ args: [table] }) => {
    const model = table ? tableOf(table, visit.context) : null;
    return table && model ? [{ table, model }] : [];
  });
  for (const { table, model } of tables) addTable(visit, model, 'read', table);
  const chosen = first.name === 'selectDistinctOn' ? first.args[1] : first.args[0];
  if (!chosen) for (const { table, model } of tables) addUnasked(visit, model, 'read', selectedColumns(model), table);
  else addWholeTables(chosen, visit);
}

/** `select({ user: users })`: every column of the table. */
function addWholeTables(chosen: Source, visit: Visit): void {
  for (const { value } of entriesOf(chosen, visit.context.modules).entries) {
    const model = tableOf(value, visit.context);
    if (model) addUnasked(visit, model, 'read', selectedColumns(model), value);
  }
}

function visitWrite(first: ChainStep, steps: readonly ChainStep[], visit: Visit): void {
  const [table] = first.args;
  const model = table ? tableOf(table, visit.context) : null;
  if (!table || !model) return;
  addTable(visit, model, 'write', table);
  for (const { name, args } of steps.slice(1)) {
    const [given] = args;
    if (name === 'values' && given) addInsert(model, given, table, visit);
    else if (name === 'select' && given && first.name === 'insert') addUnasked(visit, model, 'write', insertedColumns(model), table);
    else if (name === 'set' && given) addSet(model, given, visit);
    else if (/^onConflictDoUpdate$|^onDuplicateKeyUpdate$/.test(name) && given) addConflictSet(model, given, visit);
    else if (name === 'returning' && !given) addUnasked(visit, model, 'read', selectedColumns(model), table);
    else if (name === 'from' || JOINS.test(name)) addJoined(given, visit);
  }
}

function addJoined(table: Source | undefined, visit: Visit): void {
  const model = table ? tableOf(table, visit.context) : null;
  if (table && model) addTable(visit, model, 'read', table);
}

/** Every insert lists every column, those without a value as DEFAULT. */
function addInsert(model: MappedModel, given: Source, table: Source, visit: Visit): void {
  addUnasked(visit, model, 'write', insertedColumns(model), table);
  for (const row of elementsOf(given, visit.context.modules).elements) {
    addKeys(model, row, visit);
    addRow(visit, model, row, { statement: 'INSERT', conflict: null });
  }
}

function addSet(model: MappedModel, given: Source, visit: Visit): void {
  addUnasked(visit, model, 'write', updatedColumns(model), given);
  addKeys(model, given, visit);
  addRow(visit, model, given, { statement: 'UPDATE', conflict: null });
}

function addConflictSet(model: MappedModel, given: Source, visit: Visit): void {
  const set = entriesOf(given, visit.context.modules).entries.find((e) => e.key === 'set');
  if (set) addKeys(model, set.value, visit);
}

function addKeys(model: MappedModel, row: Source, visit: Visit): void {
  const { entries, complete } = entriesOf(row, visit.context.modules);
  for (const { key, value, at } of entries) {
    const field = model.fields.get(key);
    if (field) addField(visit, model, field, 'write', at, value);
  }
  if (!complete) addWholeRow(visit, model, 'write', row);
}

export interface Relational {
  readonly model: MappedModel;
  readonly name: 'findMany' | 'findFirst';
  readonly args: Source | null;
  /** Where the table is named. */
  readonly at: Source;
}

/** `db.query.users.findMany({ … })`. */
export function relationalOf({ node, module }: Source, context: AccessContext): Relational | null {
  const callee = node.type === 'CallExpression' ? unwrap(node.callee) : null;
  const name = callee?.type === 'MemberExpression' ? keyName(callee) : null;
  if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression' || (name !== 'findMany' && name !== 'findFirst')) return null;
  const table = unwrapAwait(callee.object);
  if (table.type !== 'MemberExpression' || table.object.type !== 'MemberExpression' || keyName(table.object) !== 'query') return null;
  const known = context.models.byName(keyName(table) ?? '', LAYER);
  const [model] = nearest(known, (m) => m.key, module.path);
  const [first] = node.arguments;
  if (!model) return null;
  const args = first && first.type !== 'SpreadElement' ? { node: first, module } : null;
  return { model, name, args, at: { node: table.property, module } };
}

/** Records what a relational query uses. */
export function visitRelational({ model, name, args, at }: Relational, visit: Visit): void {
  const whole = { ...visit, operation: `query.${model.name}.${name}` };
  addTable(whole, model, 'read', at);
  visitSelection(model, args, at, whole, 0);
}

function visitSelection(model: MappedModel, args: Source | null, at: Source, visit: Visit, depth: number): void {
  const entries = args ? entriesOf(args, visit.context.modules).entries : [];
  const given = (name: string): Source | undefined => entries.find((e) => e.key === name)?.value;
  addChosen(model, given('columns'), at, visit);
  for (const name of ['where', 'orderBy', 'extras']) addCondition(model, given(name), visit, depth);
  const nested = given('with');
  if (!nested || depth > MAX_DEPTH) return;
  for (const { key, value, at: place } of entriesOf(nested, visit.context.modules).entries) {
    const relation = model.relations.get(key);
    const other = relation && !isFalse(value) ? addRelated(visit, relation, place) : null;
    const isObject = unwrapAwait(value.node).type !== 'Literal';
    if (other) visitSelection(other, isObject ? value : null, place, visit, depth + 1);
  }
}

/** Joins the other table by the columns that `relations` names on both sides. Gives the other model. */
function addRelated(visit: Visit, relation: MappedRelation, at: Source): MappedModel | null {
  const other = visit.context.models.byKey(relation.target);
  if (!other) return null;
  for (const { table, column } of relation.columns) addColumn(visit, { ...other, table }, column, 'read', at);
  addTable(visit, other, 'read', at);
  return other;
}

/** `columns: { email: true }` are all that is sent; `{ email: false }` is what is not. */
function addChosen(model: MappedModel, columns: Source | undefined, at: Source, visit: Visit): void {
  const { entries, complete } = columns ? entriesOf(columns, visit.context.modules) : { entries: [], complete: true };
  const kept = entries.filter((e) => !isFalse(e.value));
  for (const { key, value: _, at: place } of kept) {
    const field = model.fields.get(key);
    if (field) addField(visit, model, field, 'read', place);
  }
  if (kept.length > 0 && complete) return;
  const left = new Set(entries.filter((e) => isFalse(e.value)).map((e) => model.fields.get(e.key)?.column));
  addUnasked(
    visit,
    model,
    'read',
    selectedColumns(model).filter((column) => !left.has(column)),
    at,
  );
}

const OPERATORS = new Set(['AND', 'OR', 'NOT', 'RAW']);

/** A callback that is given the table, or an object by property. */
function addCondition(model: MappedModel, condition: Source | undefined, visit: Visit, depth: number): void {
  const node = condition ? unwrap(condition.node) : null;
  if (!condition || !node || depth > MAX_DEPTH) return;
  if (isFunction(node)) addParameterColumns(model, node, condition.module, visit);
  else if (node.type === 'ObjectExpression') {
    for (const { key, value, at } of entriesOf(condition, visit.context.modules).entries) {
      const field = model.fields.get(key);
      const relation = model.relations.get(key);
      const other = relation ? addRelated(visit, relation, at) : null;
      if (field) addField(visit, model, field, 'read', at, value);
      else if (other) addCondition(other, value, visit, depth + 1);
      else if (OPERATORS.has(key))
        for (const part of elementsOf(value, visit.context.modules).elements) addCondition(model, part, visit, depth + 1);
    }
  }
}

/** `(users, { eq }) => eq(users.email, email)`, `({ email }) => …`. */
function addParameterColumns(
  model: MappedModel,
  made: Extract<Node, { type: string }> & { params: readonly Node[] },
  module: Module,
  visit: Visit,
): void {
  const [parameter] = made.params;
  const add = (name: string | null, at: Node): void => {
    const field = name === null ? undefined : model.fields.get(name);
    if (field) addField(visit, model, field, 'read', { node: at, module });
  };
  if (parameter?.type === 'ObjectPattern')
    for (const property of parameter.properties) if (property.type === 'Property') add(keyName(property), property.key);
  if (parameter?.type !== 'Identifier') return;
  for (const reference of module.references(parameter)) {
    const member = module.parent(reference);
    if (member?.type === 'MemberExpression' && member.object === reference) add(keyName(member), member.property);
  }
}
