/**
 * Rows of Prisma models: what its queries return, and its generated types.
 * Input: the context of an extraction. Output: Rows; a field counts only where the query fetched it.
 */
import { unwrapAwait } from '../../code/syntax.ts';
import type { PrismaModel, PrismaSchema } from '../../parse/prisma.ts';
import { makeRows, type Row, type RowReader, type Rows } from '../rows.ts';
import type { AccessContext } from '../types.ts';
import { entriesOf, type Source } from '../values.ts';
import { prismaCallOf } from './calls.ts';

export interface PrismaRow {
  readonly database: string;
  readonly schema: PrismaSchema;
  readonly model: PrismaModel;
}

const GENERATED = /@prisma|prisma|generated|database|(?:^|[/@-])db(?:$|[/-])/i;

/** The rows of Prisma's queries in one extraction. */
export const prismaRows = (context: AccessContext): Rows<PrismaRow> => makeRows(readerOf(context), context.modules);

function readerOf(context: AccessContext): RowReader<PrismaRow> {
  return {
    ofCall: (node, module) => {
      const [call] = prismaCallOf(node, module, context);
      if (!call) return null;
      const { database, schema, model, method, args } = call;
      if (!method.returnsRow) return 'no rows';
      return { model: { database, schema, model }, list: method.returnsRow === 'list', selection: args, isTyped: false };
    },
    ofGeneric: (_reference, name) => {
      const payload = /^(?:Prisma\.)?(\w+)GetPayload$/.exec(name)?.[1];
      return payload ? modelRow(payload, context) : null;
    },
    ofTypeName: (name, module) => {
      const binding = module.binding(name);
      const isGenerated = binding?.kind === 'import' && GENERATED.test(binding.source) && !/zod|types?$/i.test(binding.source);
      return isGenerated ? modelRow(binding.imported, context) : null;
    },
    restrict: (row, names, isKept) => {
      const fields = new Map([...row.model.model.fields].filter(([name]) => names.has(name) === isKept));
      return { ...row, model: { ...row.model, model: { ...row.model.model, fields } } };
    },
    related: (row, key) => relatedRow(row, key, context),
  };
}

function modelRow(name: string, context: AccessContext): Row<PrismaRow> | null {
  for (const { id, prisma } of context.databases) {
    const model = prisma?.models.get(name);
    if (prisma && model) return { model: { database: id, schema: prisma, model }, list: false, selection: null, isTyped: true };
  }
  return null;
}

function relatedRow(row: Row<PrismaRow>, key: string, context: AccessContext): Row<PrismaRow> | null {
  const { schema, model } = row.model;
  const field = model.fields.get(key);
  const other = field?.kind === 'relation' ? schema.models.get(field.type) : undefined;
  if (!field || !other) return null;
  const nested = row.selection ? selectionOf(row.selection, context).find((e) => e.key === key)?.value : undefined;
  const selection = nested && unwrapAwait(nested.node).type === 'ObjectExpression' ? nested : null;
  return { ...row, model: { ...row.model, model: other }, list: field.list, selection };
}

function selectionOf(args: Source, context: AccessContext): readonly { key: string; value: Source }[] {
  return entriesOf(args, context.modules).entries.flatMap((e) =>
    e.key === 'select' || e.key === 'include' ? entriesOf(e.value, context.modules).entries : [],
  );
}

/** Whether the query that gave the row fetched this field. */
export function hasField(row: Row<PrismaRow>, field: string, context: AccessContext): boolean {
  if (!row.selection) return true;
  const top = entriesOf(row.selection, context.modules);
  const select = top.entries.find((e) => e.key === 'select');
  if (!select) return true;
  const chosen = entriesOf(select.value, context.modules);
  return !chosen.complete || chosen.entries.some((e) => e.key === field);
}
