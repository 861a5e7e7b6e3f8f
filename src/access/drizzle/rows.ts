/**
 * Rows of Drizzle: what its queries return whole, and the types it infers from tables.
 * Input: the context of an extraction. Output: Rows. A query that names its columns gives an object of its own: no row.
 */
import { unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { modelRows, typedRow } from '../orm/entity-rows.ts';
import { makeRows, type Row, type RowReader, type Rows } from '../rows.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { entriesOf, type Source } from '../values.ts';
import { tableOf } from './columns.ts';
import { type ChainStep, chainOf, relationalOf } from './queries.ts';
import { drizzleName } from './tables.ts';

const INFERRED = /^(?:\$inferSelect|_\.inferSelect)$/;

export const drizzleRows = (context: AccessContext): Rows<MappedModel> => makeRows(readerOf(context), context.modules);

function readerOf(context: AccessContext): RowReader<MappedModel> {
  const ofTable = (source: Source): Row<MappedModel> | null => {
    const model = tableOf(source, context);
    return model ? typedRow(model) : null;
  };
  return {
    ofCall: (node, module) => rowOfCall(node, module, context),
    ofTypeName: () => null,
    ofQuery: ({ exprName }, module) => {
      if (exprName.type !== 'TSQualifiedName') return null;
      const text = module.text.slice(exprName.start, exprName.end);
      const owner = exprName.left;
      return INFERRED.test(text.slice(text.indexOf('.') + 1)) && owner.type === 'Identifier'
        ? ofTable({ node: owner as Node, module })
        : null;
    },
    ofGeneric: (reference, _name, module) => {
      const [given] = reference.typeArguments?.params ?? [];
      const isInferred = /^(?:InferSelectModel|InferModel)$/.test(drizzleName(reference.typeName as Node, module, context.modules) ?? '');
      if (!isInferred || given?.type !== 'TSTypeQuery' || given.exprName.type !== 'Identifier') return null;
      return ofTable({ node: given.exprName as Node, module });
    },
    ...modelRows(context),
  };
}

function rowOfCall(node: Extract<Node, { type: 'CallExpression' }>, module: Module, context: AccessContext): Row<MappedModel> | null {
  const relational = relationalOf({ node, module }, context);
  if (relational) {
    const { model, name, args } = relational;
    return { model, list: name === 'findMany', selection: args, isTyped: false };
  }
  const steps = chainOf(node, module);
  const [first] = steps;
  if (!first || node !== steps.at(-1)?.node) return null;
  const isWhole = (step: ChainStep | undefined): boolean => step !== undefined && step.args.length === 0;
  const joins = steps.some((s) => /Join/.test(s.name));
  const from = steps.find((s) => s.name === 'from')?.args[0];
  if (/^select(?:Distinct)?$/.test(first.name)) return isWhole(first) && from && !joins ? listOf(from, context) : null;
  const [target] = first.args;
  const isReturned = isWhole(steps.find((s) => s.name === 'returning'));
  return /^(?:insert|update|delete)$/.test(first.name) && target && isReturned ? listOf(target, context) : null;
}

function listOf(table: Source, context: AccessContext): Row<MappedModel> | null {
  const model = tableOf(table, context);
  return model ? { model, list: true, selection: null, isTyped: false } : null;
}

/** Whether a relational query fetched the field. */
export function isFetched({ selection }: Row<MappedModel>, name: string, context: AccessContext): boolean {
  const columns = selection ? entriesOf(selection, context.modules).entries.find((e) => e.key === 'columns') : undefined;
  if (!columns) return true;
  const { entries, complete } = entriesOf(columns.value, context.modules);
  const isOff = (value: Source): boolean => {
    const node = unwrapAwait(value.node);
    return node.type === 'Literal' && node.value === false;
  };
  if (!complete) return true;
  const chosen = entries.find((e) => e.key === name);
  return chosen ? !isOff(chosen.value) : entries.every((e) => isOff(e.value));
}
