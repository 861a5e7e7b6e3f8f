/**
 * Accesses of Drizzle: columns of its table objects, query chains, relational queries, and fields of whole rows.
 * Input: a module and the table definitions of the code. Output: Extraction.
 */
import { keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { columnsIn, LAYER, tableOf } from '../drizzle/columns.ts';
import { relationalOf, visitChain, visitRelational } from '../drizzle/queries.ts';
import { drizzleRows, isFetched } from '../drizzle/rows.ts';
import { drizzleName, mapping } from '../drizzle/tables.ts';
import { addFieldUses } from '../orm/fields.ts';
import { modelLayer } from '../orm/layer.ts';
import { addField, addTable, addUnasked, selectedColumns, type Visit } from '../orm/visit.ts';
import type { Recorder } from '../recorder.ts';
import type { AccessContext } from '../types.ts';

function addAll(module: Module, context: AccessContext, recorder: Recorder): void {
  for (const { model, field, at } of columnsIn(module, context))
    addField({ context, recorder, operation: `column of ${model.name}`, confidence: 'high', call: at }, model, field, 'read', at);
  for (const call of module.nodes('CallExpression')) {
    const visit: Visit = { context, recorder, operation: '', confidence: 'high', call: { node: call as Node, module } };
    const relational = relationalOf(visit.call, context);
    if (relational) visitRelational(relational, visit);
    else visitChain(call, module, visit);
    addColumnLists(call, module, visit);
  }
  addFieldUses(module, context, recorder, drizzleRows(context), {
    fieldOf: (model, name) => model.fields.get(name),
    isFetched: (row, name) => isFetched(row, name, context),
  });
}

/** `getTableColumns(users)`, `db.$count(users)`. */
function addColumnLists(call: Extract<Node, { type: 'CallExpression' }>, module: Module, visit: Visit): void {
  const [first] = call.arguments;
  const callee = unwrap(call.callee);
  if (!first || first.type === 'SpreadElement') return;
  const table = { node: first as Node, module };
  const isCount = callee.type === 'MemberExpression' && keyName(callee) === '$count';
  const name = isCount ? '$count' : drizzleName(callee, module, visit.context.modules);
  if (name !== 'getTableColumns' && name !== 'getColumns' && name !== '$count') return;
  const model = tableOf(table, visit.context);
  if (!model) return;
  if (name === '$count') addTable({ ...visit, operation: name }, model, 'read', table);
  else
    addUnasked(
      { ...visit, operation: name },
      model,
      'read',
      keptColumns(call, module, selectedColumns(model), (key) => model.fields.get(key)?.column),
      table,
    );
}

/** Without those that `const { password, ...rest } = getTableColumns(users)` takes out. */
function keptColumns(call: Node, module: Module, all: readonly string[], columnOf: (key: string) => string | undefined): string[] {
  const holder = module.parent(call);
  const pattern = holder?.type === 'VariableDeclarator' && holder.id.type === 'ObjectPattern' ? holder.id : null;
  const hasRest = pattern?.properties.some((p) => p.type === 'RestElement') ?? false;
  const taken = hasRest ? (pattern?.properties ?? []).map((p) => columnOf(keyName(p) ?? '')) : [];
  return all.filter((column) => !taken.includes(column));
}

export default modelLayer(LAYER, mapping, addAll);
