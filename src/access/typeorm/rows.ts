/**
 * Rows of TypeORM entities: what queries return, values annotated with the class, `new User()`, `this` in its methods.
 * Input: the context of an extraction. Output: Rows; a field counts only where the query fetched it.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { entityRows, typedRow } from '../orm/entity-rows.ts';
import { makeRows, type Row, type RowReader, type Rows } from '../rows.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';
import { builtRow } from './builder-rows.ts';
import { queryOf } from './calls.ts';
import { entityOf, LAYER, repositoryOf } from './repositories.ts';

type EntityRow = Row<MappedModel>;

/** The rows of TypeORM's queries in one extraction. */
export const typeormRows = (context: AccessContext): Rows<MappedModel> => makeRows(readerOf(context), context.modules);

const readerOf = (context: AccessContext): RowReader<MappedModel> => ({
  ...entityRows(LAYER, context),
  ofCall: (node, module) => rowOfCall(node, module, context),
});

function rowOfCall(node: Extract<Node, { type: 'CallExpression' }>, module: Module, context: AccessContext): EntityRow | 'no rows' | null {
  const query = queryOf(node, module, context);
  if (query) {
    const { method, args, model, name } = query;
    if (name === 'save') return args[0] ? savedRow(args[0], model) : null;
    if (!method.returnsRow) return 'no rows';
    const options = method.args.indexOf('options');
    const common = { model, list: method.returnsRow !== 'one', selection: args[options] ?? null, isTyped: false };
    return method.returnsRow === 'list and count' ? { ...common, heldAs: '0' } : common;
  }
  return createdRow(node, module, context) ?? builtRow(node, module, context);
}

const savedRow = ({ node }: Source, model: MappedModel): EntityRow => ({ ...typedRow(model), list: node.type === 'ArrayExpression' });

/** `repository.create({ … })`, `manager.create(User, { … })`: a row that is not stored yet. */
function createdRow(node: Extract<Node, { type: 'CallExpression' }>, module: Module, context: AccessContext): EntityRow | null {
  const callee = unwrapAwait(node.callee);
  if (callee.type !== 'MemberExpression' || !/^(?:create|merge)$/.test(keyName(callee) ?? '')) return null;
  const receiver = { node: callee.object as Node, module };
  const [first, second] = node.arguments;
  const own = repositoryOf(receiver, context) ?? entityOf(receiver, context);
  const model = own ?? (first ? entityOf({ node: first, module }, context) : null);
  const data = own ? first : second;
  return model && { ...typedRow(model), list: data?.type === 'ArrayExpression' };
}

/** Whether the query that gave the row fetched this field. */
export function hasField(row: EntityRow, name: string, context: AccessContext): boolean {
  const field = row.model.fields.get(name);
  if (!row.selection) return row.isTyped || field?.isSelected !== false;
  const select = entriesOf(row.selection, context.modules).entries.find((entry) => entry.key === 'select');
  if (!select) return field?.isSelected !== false;
  const chosen = entriesOf(select.value, context.modules);
  if (chosen.entries.length > 0) return !chosen.complete || chosen.entries.some((entry) => entry.key === name);
  const { elements, complete } = elementsOf(select.value, context.modules);
  return !complete || elements.some((element) => stringOf(element.node, element.module, context.modules) === name);
}
