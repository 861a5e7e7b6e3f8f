/**
 * Rows of TypeORM entities: what queries return, values annotated with the class, `new User()`, `this` in its methods.
 * Input: the context of an extraction. Output: Rows; a field counts only where the query fetched it.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { thisClass } from '../orm/members.ts';
import { makeRows, type Row, type RowReader, type Rows } from '../rows.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';
import { builtRow } from './builder-rows.ts';
import { queryOf } from './calls.ts';
import { entityOf, LAYER, repositoryOf } from './repositories.ts';

type Row1 = Row<MappedModel>;

/** The rows of TypeORM's queries in one extraction. */
export const typeormRows = (context: AccessContext): Rows<MappedModel> => makeRows(readerOf(context), context.modules);

const typed = (model: MappedModel): Row1 => ({ model, list: false, selection: null, isTyped: true });

function readerOf(context: AccessContext): RowReader<MappedModel> {
  return {
    ofCall: (node, module) => rowOfCall(node, module, context),
    ofThis: (node, module) => {
      const owner = thisClass(node, module);
      const model = owner ? context.models.byKey(`${module.path}\0${owner.start}`) : undefined;
      return model?.layer === LAYER ? typed(model) : null;
    },
    ofNew: (node, module) => {
      const model = entityOf({ node: node.callee, module }, context);
      return model && typed(model);
    },
    ofTypeName: (name, module) => {
      const model = entityOf({ node: name, module }, context);
      return model && typed(model);
    },
    restrict: (row, names, isKept) => {
      const fields = new Map([...row.model.fields].filter(([name]) => names.has(name) === isKept));
      return { ...row, model: { ...row.model, fields } };
    },
    related: (row, key) => {
      const relation = row.model.relations.get(key);
      const model = relation ? context.models.byKey(relation.target) : undefined;
      return relation && model ? { model, list: relation.list, selection: null, isTyped: row.isTyped } : null;
    },
  };
}

function rowOfCall(node: Extract<Node, { type: 'CallExpression' }>, module: Module, context: AccessContext): Row1 | 'no rows' | null {
  const query = queryOf(node, module, context);
  if (query) {
    const { method, args, model, name } = query;
    if (name === 'save') return args[0] ? savedRow(args[0], model) : null;
    if (!method.returnsRow) return 'no rows';
    const options = method.args.indexOf('options');
    return { model, list: method.returnsRow !== 'one', selection: args[options] ?? null, isTyped: false };
  }
  return createdRow(node, module, context) ?? builtRow(node, module, context);
}

const savedRow = ({ node }: Source, model: MappedModel): Row1 => ({ ...typed(model), list: node.type === 'ArrayExpression' });

/** `repository.create({ … })`, `manager.create(User, { … })`: a row that is not stored yet. */
function createdRow(node: Extract<Node, { type: 'CallExpression' }>, module: Module, context: AccessContext): Row1 | null {
  const callee = unwrapAwait(node.callee);
  if (callee.type !== 'MemberExpression' || !/^(?:create|merge)$/.test(keyName(callee) ?? '')) return null;
  const receiver = { node: callee.object as Node, module };
  const [first, second] = node.arguments;
  const own = repositoryOf(receiver, context) ?? entityOf(receiver, context);
  const model = own ?? (first ? entityOf({ node: first, module }, context) : null);
  const data = own ? first : second;
  return model && { ...typed(model), list: data?.type === 'ArrayExpression' };
}

/** Whether the query that gave the row fetched this field. */
export function hasField(row: Row1, name: string, context: AccessContext): boolean {
  const field = row.model.fields.get(name);
  if (!row.selection) return row.isTyped || field?.isSelected !== false;
  const select = entriesOf(row.selection, context.modules).entries.find((entry) => entry.key === 'select');
  if (!select) return field?.isSelected !== false;
  const chosen = entriesOf(select.value, context.modules);
  if (chosen.entries.length > 0) return !chosen.complete || chosen.entries.some((entry) => entry.key === name);
  const { elements, complete } = elementsOf(select.value, context.modules);
  return !complete || elements.some((element) => stringOf(element.node, element.module, context.modules) === name);
}
