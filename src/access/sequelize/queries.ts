/**
 * Queries of Sequelize: static methods of models, methods of rows, and methods that associations add to rows.
 * Input: a call. Output: accesses and row writes in the recorder.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import type { ModelQuery } from '../orm/layer.ts';
import { upperFirst } from '../orm/names.ts';
import { pluralOf } from '../orm/plural.ts';
import {
  addField,
  addRelation,
  addRow,
  addTable,
  addUnasked,
  addWholeRow,
  deleteMarks,
  keysOf,
  updatedColumns,
  type Visit,
} from '../orm/visit.ts';
import type { Rows } from '../rows.ts';
import type { AccessContext, MappedModel, MappedRelation } from '../types.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';
import { ASSOCIATION_METHODS, METHODS, type Method, ROW_METHODS, type Shape, VALUE_METHODS } from './catalogue.ts';
import { columnsOf, fieldOf, modelOf } from './models.ts';
import { visitNames, visitOptions } from './options.ts';

type CallNode = Extract<Node, { type: 'CallExpression' }>;

export type Query = ModelQuery<Method>;

const argumentsOf = (node: CallNode, module: Module): readonly Source[] =>
  node.arguments.flatMap((argument) => (argument.type === 'SpreadElement' ? [] : [{ node: argument as Node, module }]));

/** The query of a model that a call is. */
export function queryOf(node: CallNode, module: Module, context: AccessContext): Query | null {
  const callee = unwrapAwait(node.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
  const method = name === null ? undefined : METHODS.get(name);
  if (callee.type !== 'MemberExpression' || !method || name === null) return null;
  const known = modelOf({ node: callee.object, module }, context);
  return known && { ...known, method, name, args: argumentsOf(node, module) };
}

/** Records everything one query sends. */
export function visitQuery(visit: Visit, { model, method, args }: Query, at: Source): void {
  addTable(visit, model, method.kind, at);
  const all = columnsOf(model, visit.context);
  const sent = visitArguments(visit, model, method, args, at);
  if (method.isWhole) addUnasked(visit, model, 'write', all, at);
  else if (method.selects) addUnasked(visit, model, 'read', sent, at);
  if (method.touches) addUnasked(visit, model, 'write', updatedColumns(model), at);
  const marks = deleteMarks(model);
  if (method.isDelete) addUnasked(visit, model, 'write', marks, at);
  if (method.args.length > 0) addUnasked(visit, model, 'read', marks, at);
}

function visitArguments(visit: Visit, model: MappedModel, method: Method, args: readonly Source[], at: Source): readonly string[] {
  let sent: readonly string[] = columnsOf(model, visit.context);
  method.args.forEach((shape, index) => {
    const argument = args[index];
    if (!argument && shape !== 'key') return;
    if (shape === 'options' && argument) sent = visitOptions(visit, model, argument);
    else visitShape(visit, model, shape, argument ?? at, at);
  });
  return sent;
}

function visitShape(visit: Visit, model: MappedModel, shape: Exclude<Shape, 'options'> | Shape, value: Source, at: Source): void {
  switch (shape) {
    case 'key':
      for (const key of keysOf(model)) addField(visit, model, key, 'read', at);
      return;
    case 'read names':
      visitNames(visit, model, value, 'read');
      return;
    case 'write names':
      visitNames(visit, model, value, 'write');
      return;
    case 'insert':
    case 'upsert':
      visitData(visit, model, value, 'INSERT', 0);
      return;
    case 'update':
      visitData(visit, model, value, 'UPDATE', 0);
      return;
    default:
  }
}

/** Rows given to create, bulkCreate, update: attributes by key; nested rows of included associations. */
function visitData(visit: Visit, model: MappedModel, value: Source, statement: 'INSERT' | 'UPDATE', depth: number): void {
  const { elements, complete } = elementsOf(value, visit.context.modules);
  let isWhole = complete;
  for (const element of elements) {
    const { entries, complete: known } = entriesOf(element, visit.context.modules);
    isWhole = known && (isWhole || elements.length > 0);
    for (const entry of entries) {
      const field = fieldOf(model, entry.key, visit.context);
      if (field) addField(visit, model, field, 'write', entry.at, entry.value);
      const relation = model.relations.get(entry.key);
      const other = relation && depth < 4 ? addRelation(visit, model, relation, 'write', entry.at) : null;
      if (other) visitData(visit, other, entry.value, statement, depth + 1);
    }
    const filled = statement === 'INSERT' ? stampsOf(model) : updatedColumns(model);
    if (entries.length > 0) addRow(visit, model, element, { statement, conflict: null, filled });
  }
  if (!isWhole) addWholeRow(visit, model, 'write', value);
}

/** Times that Sequelize fills by itself. */
const stampsOf = (model: MappedModel): string[] => [
  ...updatedColumns(model),
  ...[...model.fields.values()].flatMap((field) => (field.name === 'createdAt' || field.name === 'created_at' ? [field.column] : [])),
];

/** `user.save()`, `user.update({ … })`, `user.get('x')`, `team.getUsers({ where })`. */
export function addRowMethod(node: CallNode, module: Module, rows: Rows<MappedModel>, common: Omit<Visit, 'operation'>): void {
  const callee = unwrapAwait(node.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
  if (callee.type !== 'MemberExpression' || name === null) return;
  const method = ROW_METHODS.get(name);
  const kind = VALUE_METHODS.get(name);
  const association = ASSOCIATION_METHODS.exec(name);
  if (!method && kind === undefined && !association) return;
  const row = rows.of({ node: callee.object, module });
  if (!row || row.list) return;
  const at = { node: callee.property as Node, module };
  const args = argumentsOf(node, module);
  const visit: Visit = { ...common, confidence: 'medium', operation: `${row.model.name}.${name}` };
  if (method) visitQuery(visit, { model: row.model, method, name, args, confidence: 'medium' }, at);
  else if (kind !== undefined && args[0]) visitValue(visit, row.model, kind, args[0]);
  else if (association) addAssociationMethod(visit, row.model, association, args, at);
}

function visitValue(visit: Visit, model: MappedModel, kind: 'read' | 'write', value: Source): void {
  visitNames(visit, model, value, kind);
}

function addAssociationMethod(
  visit: Visit,
  model: MappedModel,
  [, verb = '', name = '']: readonly string[],
  args: readonly Source[],
  at: Source,
): void {
  const relation = relationNamed(model, name);
  const isWrite = verb === 'set' || verb === 'add' || verb === 'remove' || verb === 'create';
  const other = relation ? addRelation(visit, model, relation, isWrite ? 'write' : 'read', at) : null;
  const [first] = args;
  if (!other) return;
  if (verb === 'create') {
    addUnasked(visit, other, 'write', columnsOf(other, visit.context), at);
    if (first) visitData(visit, other, first, 'INSERT', 0);
    return;
  }
  if (verb !== 'get' && verb !== 'count' && verb !== 'has') return;
  const sent = first && verb !== 'has' ? visitOptions(visit, other, first) : columnsOf(other, visit.context);
  if (verb === 'get') addUnasked(visit, other, 'read', sent, at);
  addUnasked(visit, other, 'read', deleteMarks(other), at);
}

/** The association whose methods carry this name, in the singular or plural. */
export const relationNamed = (model: MappedModel, name: string): MappedRelation | undefined =>
  [...model.relations.values()].find((relation) => {
    const own = upperFirst(relation.name);
    return own === name || pluralOf(own) === name || pluralOf(name) === own;
  });
