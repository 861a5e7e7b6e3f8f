/**
 * Fields of rows that mapped models give: `user.imageUrl`, `const { imageUrl } = user`, `this.imageUrl` inside the model.
 * Input: the rows of a layer. Output: accesses in the recorder, at medium confidence.
 */
import type { Module } from '../../code/types.ts';
import type { Recorder } from '../recorder.ts';
import { fieldUses, type Row, type Rows } from '../rows.ts';
import type { AccessContext, MappedField, MappedModel } from '../types.ts';
import type { Source } from '../values.ts';

/** What a layer knows of the fields of its rows. */
export interface FieldReader {
  fieldOf(model: MappedModel, name: string): MappedField | undefined;
  /** Whether the query that gave the row fetched the field. */
  isFetched(row: Row<MappedModel>, name: string): boolean;
}

/** Records the fields that the module reads from rows and writes to them. */
export function addFieldUses(
  module: Module,
  context: AccessContext,
  recorder: Recorder,
  rows: Rows<MappedModel>,
  reader: FieldReader,
): void {
  const names = context.interest?.fieldNames;
  for (const { row, name, at, isWritten } of fieldUses(rows, module, (key) => !names || names.has(key))) {
    const field = reader.fieldOf(row.model, name);
    if (field && (isWritten || reader.isFetched(row, name))) addFieldUse(recorder, row.model, field, isWritten ? 'write' : 'read', at);
  }
}

export function addFieldUse(recorder: Recorder, model: MappedModel, field: MappedField, kind: 'read' | 'write', at: Source): void {
  const { database, table, name } = model;
  recorder.add({ database, kind, table, column: field.column, how: 'field', confidence: 'medium', operation: `field of ${name}` }, at, at);
}
