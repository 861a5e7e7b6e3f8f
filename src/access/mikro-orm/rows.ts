/**
 * Rows of MikroORM entities. Input: the context of an extraction. Output: Rows; a field counts only where the query fetched it.
 */
import { stringOf } from '../../code/values.ts';
import { entityRows } from '../orm/entity-rows.ts';
import { makeRows, type Row, type Rows } from '../rows.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { elementsOf, entriesOf } from '../values.ts';
import { LAYER, queryOf } from './receivers.ts';

/** The rows of MikroORM's queries in one extraction. */
export const mikroRows = (context: AccessContext): Rows<MappedModel> =>
  makeRows(
    {
      ...entityRows(LAYER, context),
      ofCall: (node, module) => {
        const query = queryOf(node, module, context);
        if (!query) return null;
        const { method, args, model } = query;
        if (!method.returnsRow) return 'no rows';
        const selection = args[method.args.indexOf('options')] ?? null;
        const common = { model, list: method.returnsRow !== 'one', selection, isTyped: method.kind === 'write' };
        return method.returnsRow === 'list and count' ? { ...common, heldAs: '0' } : common;
      },
    },
    context.modules,
  );

/** Whether the query that gave the row fetched this field. */
export function isFetched(row: Row<MappedModel>, name: string, context: AccessContext): boolean {
  if (!row.selection) return true;
  const fields = entriesOf(row.selection, context.modules).entries.find((entry) => entry.key === 'fields');
  if (!fields) return true;
  const { elements, complete } = elementsOf(fields.value, context.modules);
  return !complete || elements.some((element) => stringOf(element.node, element.module, context.modules) === name);
}
