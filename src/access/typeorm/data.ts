/**
 * Rows given to TypeORM's save, insert and update: columns by property, nested rows of relations.
 * Input: an expression that holds rows. Output: accesses and row writes in the recorder; a computed object is one whole-row write.
 */
import { addField, addRelation, addRow, addUnasked, addWholeRow, insertedColumns, keysOf, MAX_DEPTH, type Visit } from '../orm/visit.ts';
import type { MappedField, MappedModel } from '../types.ts';
import { type Entry, elementsOf, entriesOf, type Source } from '../values.ts';

/** `SAVE` inserts or updates: which, the key decides at run time. */
type Statement = 'INSERT' | 'UPDATE' | 'SAVE';

const isNothing = ({ node }: Source): boolean => node.type === 'Identifier' && node.name === 'undefined';

/** Reads the rows an argument holds. */
export function visitData(visit: Visit, model: MappedModel, value: Source, statement: Statement, depth = 0): void {
  if (depth > MAX_DEPTH) return;
  const { elements, complete } = elementsOf(value, visit.context.modules);
  let isWhole = complete;
  for (const element of elements) {
    const { entries, complete: known } = entriesOf(element, visit.context.modules);
    isWhole = known && (isWhole || elements.length > 0);
    for (const entry of entries) visitEntry(visit, model, entry, statement, depth, '');
    const isUpdate = statement === 'UPDATE' || (statement === 'SAVE' && hasKey(entries, model));
    if (entries.length > 0) addRow(visit, model, element, { statement: isUpdate ? 'UPDATE' : 'INSERT', conflict: null });
  }
  if (!isWhole) addWholeRow(visit, model, 'write', value);
}

const hasKey = (entries: readonly Entry[], model: MappedModel): boolean => {
  const keys = keysOf(model);
  return keys.length > 0 && keys.every((key) => entries.some((entry) => entry.key === key.name));
};

/** Whether a value that code gives the property reaches the database. */
const isSent = (field: MappedField, statement: Statement): boolean =>
  (statement !== 'UPDATE' && field.isInserted) || (statement !== 'INSERT' && field.isConstant !== true);

function visitEntry(visit: Visit, model: MappedModel, entry: Entry, statement: Statement, depth: number, prefix: string): void {
  const path = prefix + entry.key;
  if (isNothing(entry.value) || depth > MAX_DEPTH) return;
  const field = model.fields.get(path);
  if (field) {
    if (isSent(field, statement)) addField(visit, model, field, 'write', entry.at, entry.value);
    return;
  }
  const relation = model.relations.get(path);
  if (!relation) {
    if ([...model.fields.keys()].some((name) => name.startsWith(`${path}.`)))
      for (const inner of entriesOf(entry.value, visit.context.modules).entries)
        visitEntry(visit, model, inner, statement, depth + 1, `${path}.`);
    return;
  }
  const other = addRelation(visit, model, relation, 'write', entry.at);
  if (!other || statement === 'UPDATE') return;
  // `{ id }` alone points to a row; more is a row that cascades may write.
  const keys = new Set(keysOf(other).map((key) => key.name));
  for (const element of elementsOf(entry.value, visit.context.modules).elements) {
    const { entries } = entriesOf(element, visit.context.modules);
    if (entries.every((inner) => keys.has(inner.key))) continue;
    addUnasked(visit, other, 'write', insertedColumns(other), entry.at);
    visitData(visit, other, element, statement, depth + 1);
  }
}
