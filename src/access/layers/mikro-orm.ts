/**
 * Accesses of MikroORM: entity managers, repositories, query builders, and fields of entities.
 * Input: a module and the entities of the code. Output: Extraction.
 */

import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { visitBuilder } from '../mikro-orm/builder.ts';
import { ROW_METHODS } from '../mikro-orm/catalogue.ts';
import { visitData, visitQuery } from '../mikro-orm/find.ts';
import { mapping } from '../mikro-orm/mapping.ts';
import { LAYER, queryOf } from '../mikro-orm/receivers.ts';
import { isFetched, mikroRows } from '../mikro-orm/rows.ts';
import { addFieldUses } from '../orm/fields.ts';
import { callsOf, modelLayer } from '../orm/layer.ts';
import { addTable, addUnasked, insertedColumns, updatedColumns, type Visit } from '../orm/visit.ts';
import type { Recorder } from '../recorder.ts';
import type { Rows } from '../rows.ts';
import type { AccessContext, MappedModel } from '../types.ts';

function addAll(module: Module, context: AccessContext, recorder: Recorder): void {
  const rows = mikroRows(context);
  for (const { node, common, at } of callsOf(module, context, recorder)) {
    visitBuilder(node, module, context, common);
    const query = queryOf(node, module, context);
    if (query) visitQuery({ ...common, operation: `${query.model.name}.${query.name}`, confidence: query.confidence }, query, at);
    else addRowMethod(node, module, rows, common);
  }
  addFieldUses(module, context, recorder, rows, {
    fieldOf: (model, name) => model.fields.get(name) ?? model.fields.get(`${name}.`),
    isFetched: (row, name) => isFetched(row, name, context),
  });
}

/** `em.assign(user, { … })`, `em.persist(new User())`. */
function addRowMethod(
  node: Extract<Node, { type: 'CallExpression' }>,
  module: Module,
  rows: Rows<MappedModel>,
  common: Omit<Visit, 'operation'>,
): void {
  const callee = unwrapAwait(node.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
  const [first, second] = node.arguments;
  if (callee.type !== 'MemberExpression' || name === null || !ROW_METHODS.has(name) || !first) return;
  const row = rows.of({ node: first, module });
  if (!row) return;
  const visit: Visit = { ...common, confidence: 'medium', operation: `${row.model.name}.${name}` };
  const at = { node: callee.property as Node, module };
  addTable(visit, row.model, 'write', at);
  if (name === 'persist') addUnasked(visit, row.model, 'write', insertedColumns(row.model), at);
  if (name !== 'assign' || !second) return;
  addUnasked(visit, row.model, 'write', updatedColumns(row.model), at);
  visitData(visit, row.model, { node: second, module }, 'UPDATE', 0);
}

export default modelLayer(LAYER, mapping, addAll);
