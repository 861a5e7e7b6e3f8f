/**
 * Accesses of TypeORM: repositories, managers, active records, query builders, strings of builder paths, and fields of rows.
 * Input: a module and the entities of the code. Output: Extraction.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { addFieldUses } from '../orm/fields.ts';
import { callsOf, modelLayer } from '../orm/layer.ts';
import { visitPath } from '../orm/texts.ts';
import { addTable, addUnasked, insertedColumns, selectedColumns, type Visit } from '../orm/visit.ts';
import type { Recorder } from '../recorder.ts';
import type { Rows } from '../rows.ts';
import { type Alias, aliasesAt, aliasesIn, PATH } from '../typeorm/aliases.ts';
import { visitBuilder } from '../typeorm/builder.ts';
import { builderRoot } from '../typeorm/builder-root.ts';
import { looksLikeManager, queryOf } from '../typeorm/calls.ts';
import { METHODS, ROW_METHODS } from '../typeorm/catalogue.ts';
import { visitQuery } from '../typeorm/find.ts';
import { mapping } from '../typeorm/mapping.ts';
import { LAYER } from '../typeorm/repositories.ts';
import { hasField, typeormRows } from '../typeorm/rows.ts';
import type { AccessContext, MappedModel } from '../types.ts';

function addAll(module: Module, context: AccessContext, recorder: Recorder): void {
  const aliases = aliasesIn(module, context);
  const rows = typeormRows(context);
  for (const { node, common, at } of callsOf(module, context, recorder)) {
    visitBuilder(node, module, context, aliases, common);
    const query = queryOf(node, module, context);
    if (query) visitQuery({ ...common, operation: query.operation, confidence: query.confidence }, query, at);
    else addRowMethod(node, module, rows, common);
  }
  addPaths(module, context, recorder, aliases);
  addFieldUses(module, context, recorder, rows, {
    fieldOf: (model, name) => model.fields.get(name),
    isFetched: (row, name) => hasField(row, name, context),
  });
}

/** `user.save()`, `manager.save(user)`: a query of the row's entity. */
function addRowMethod(
  node: Extract<Node, { type: 'CallExpression' }>,
  module: Module,
  rows: Rows<MappedModel>,
  common: Omit<Visit, 'operation'>,
): void {
  const callee = unwrapAwait(node.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
  if (callee.type !== 'MemberExpression' || name === null || !ROW_METHODS.has(name)) return;
  const receiver = { node: callee.object as Node, module };
  const [first] = node.arguments;
  const given = first && looksLikeManager(receiver) ? { node: first as Node, module } : receiver;
  const row = rows.of(given);
  const kind = METHODS.get(name)?.kind ?? 'read';
  if (!row) return;
  const visit: Visit = { ...common, confidence: 'medium', operation: `${row.model.name}.${name}` };
  const at = { node: callee.property as Node, module };
  addTable(visit, row.model, kind, at);
  addUnasked(visit, row.model, 'read', selectedColumns(row.model), at);
  if (name === 'save') addUnasked(visit, row.model, 'write', insertedColumns(row.model), at);
}

/** `'listing.status'` in lists and tuples that builders are given. */
function addPaths(module: Module, context: AccessContext, recorder: Recorder, aliases: readonly Alias[]): void {
  if (aliases.length === 0) return;
  for (const literal of module.nodes('Literal')) {
    const [, name, path] = typeof literal.value === 'string' ? (PATH.exec(literal.value) ?? []) : [];
    if (name === undefined || path === undefined || isInChain(literal, module, context)) continue;
    const meant = aliasesAt(aliases, name, literal, module);
    const at = { node: literal as Node, module };
    for (const { model } of meant) {
      const visit: Visit = { context, recorder, confidence: 'medium', call: at, operation: `${model.name} query builder` };
      visitPath(visit, model, path, at);
      if (/AndSelect/.test(keyAbove(literal, module))) addSelectedRelation(visit, model, path, at);
    }
  }
}

/** An argument of a builder's step: read with the chain. */
function isInChain(literal: Node, module: Module, context: AccessContext): boolean {
  const parent = module.parent(literal);
  const list = parent?.type === 'ArrayExpression' ? module.parent(parent) : parent;
  const callee = list?.type === 'CallExpression' ? unwrapAwait(list.callee) : null;
  return callee?.type === 'MemberExpression' && builderRoot({ node: callee.object, module }, context, 0)?.alias != null;
}

/** The key under which a list of join tuples is kept: `leftJoinAndSelect: [['listing.units', 'units']]`. */
function keyAbove(node: Node, module: Module): string {
  let at = module.parent(node);
  for (let steps = 0; at && steps < 3; at = module.parent(at), steps++) if (at.type === 'Property') return keyName(at) ?? '';
  return '';
}

function addSelectedRelation(visit: Visit, model: MappedModel, path: string, at: { node: Node; module: Module }): void {
  const relation = model.relations.get(path);
  const other = relation ? visit.context.models.byKey(relation.target) : undefined;
  if (other) addUnasked(visit, other, 'read', selectedColumns(other), at);
}

export default modelLayer(LAYER, mapping, addAll);
