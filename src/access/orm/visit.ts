/**
 * Records what a query of a mapped model uses: its table, columns by property, what is sent unasked, relations.
 * Input: a model and a place. Output: accesses in the recorder. A property that the model does not map is nothing.
 */
import type { Draft, Recorder, RowDraft } from '../recorder.ts';
import { literalOf } from '../sql/constants.ts';
import type { AccessContext, Confidence, MappedField, MappedModel, MappedRelation, SchemaAccess } from '../types.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';

type Kind = SchemaAccess['kind'];

/** What stays the same on the way through one query. */
export interface Visit {
  readonly context: AccessContext;
  readonly recorder: Recorder;
  readonly operation: string;
  readonly confidence: Confidence;
  /** The query itself: its guards hold for everything in it. */
  readonly call: Source;
  /** Relations that are otherwise always fetched along stay out. */
  readonly isLazy?: boolean;
}

export const MAX_DEPTH = 12;

const common = (visit: Visit, model: MappedModel, kind: Kind): Pick<Draft, 'database' | 'operation' | 'confidence' | 'kind' | 'table'> => ({
  database: model.database,
  operation: visit.operation,
  confidence: visit.confidence,
  kind,
  table: model.table,
});

export function addTable(visit: Visit, model: MappedModel, kind: Kind, at: Source): void {
  visit.recorder.add({ ...common(visit, model, kind), column: null, how: 'named' }, at, visit.call);
}

export function addField(visit: Visit, model: MappedModel, field: MappedField, kind: Kind, at: Source, value?: Source): void {
  const found = value ? constantsOf(value, visit) : [];
  const constants = found.length > 0 ? { constants: found } : {};
  visit.recorder.add({ ...common(visit, model, kind), column: field.column, how: 'named', ...constants }, at, visit.call);
}

/** A column by the database's name. */
export function addColumn(visit: Visit, model: MappedModel, column: string, kind: Kind, at: Source): void {
  visit.recorder.add({ ...common(visit, model, kind), column, how: 'named' }, at, visit.call);
}

/** What is sent without being named. */
export function addUnasked(visit: Visit, model: MappedModel, kind: Kind, columns: readonly string[], at: Source): void {
  if (columns.length === 0) return;
  visit.recorder.add({ ...common(visit, model, kind), column: null, columns: [...new Set(columns)], how: 'implicit' }, at, visit.call);
}

/** An object made at run time decides which columns. */
export function addWholeRow(visit: Visit, model: MappedModel, kind: Kind, at: Source): void {
  const columns = allColumns(model);
  visit.recorder.add({ ...common(visit, model, kind), column: null, columns, how: 'whole-row', confidence: 'low' }, at, visit.call);
}

/** A relation key uses the other table and the foreign keys behind it. Gives the other model. */
export function addRelation(visit: Visit, model: MappedModel, relation: MappedRelation, kind: Kind, at: Source): MappedModel | null {
  const other = visit.context.models.byKey(relation.target);
  if (!other) return null;
  for (const { table, column } of relation.columns) {
    const draft = { ...common(visit, model, kind), table, how: 'named' as const };
    visit.recorder.add({ ...draft, column }, at, visit.call);
    if (table !== model.table && table !== other.table) visit.recorder.add({ ...draft, column: null }, at, visit.call);
  }
  addTable(visit, other, kind, at);
  if (kind === 'read') addJoined(visit, model, other, relation, at);
  return other;
}

/** The primary key, which comes along with whatever is chosen. */
export const addKeys = (visit: Visit, model: MappedModel, at: Source): void =>
  addUnasked(
    visit,
    model,
    'read',
    keysOf(model).map((key) => key.column),
    at,
  );

/** What a join sends unasked: the keys that foreign keys point to, and the condition that leaves deleted rows out. */
function addJoined(visit: Visit, model: MappedModel, other: MappedModel, relation: MappedRelation, at: Source): void {
  const has = (table: string): boolean => relation.columns.some((column) => column.table === table);
  const isBetween = relation.columns.some(({ table }) => table !== model.table && table !== other.table);
  const columnsOfKeys = (of: MappedModel): string[] => keysOf(of).map((key) => key.column);
  if (isBetween || has(model.table)) addUnasked(visit, other, 'read', columnsOfKeys(other), at);
  if (isBetween || has(other.table)) addUnasked(visit, model, 'read', columnsOfKeys(model), at);
  addUnasked(visit, other, 'read', deleteMarks(other), at);
}

/** A relation that is fetched along unasked: its keys are sent as the other columns are. Gives the other model. */
export function addEager(visit: Visit, model: MappedModel, relation: MappedRelation, at: Source): MappedModel | null {
  for (const { table, column } of relation.columns) addUnasked(visit, { ...model, table }, 'read', [column], at);
  const other = visit.context.models.byKey(relation.target) ?? null;
  if (other) addJoined(visit, model, other, relation, at);
  return other;
}

export const fieldsOf = (model: MappedModel): readonly MappedField[] => [...model.fields.values()];
export const allColumns = (model: MappedModel): string[] => [...new Set(fieldsOf(model).map((f) => f.column))];
export const keysOf = (model: MappedModel): readonly MappedField[] => fieldsOf(model).filter((f) => f.isKey);

/** Columns sent unasked; a column that one of its properties keeps back is not. */
export function sentColumns(model: MappedModel, isSent: (field: MappedField) => boolean): string[] {
  const kept = new Set(fieldsOf(model).flatMap((f) => (isSent(f) ? [] : [f.column])));
  return allColumns(model).filter((column) => !kept.has(column));
}

export const selectedColumns = (model: MappedModel): string[] => sentColumns(model, (f) => f.isSelected);
export const insertedColumns = (model: MappedModel): string[] => sentColumns(model, (f) => f.isInserted);
export const updatedColumns = (model: MappedModel): string[] => fieldsOf(model).flatMap((f) => (f.isUpdated ? [f.column] : []));
export const deleteMarks = (model: MappedModel): string[] => fieldsOf(model).flatMap((f) => (f.isDeleteMark ? [f.column] : []));

/** The constants that a condition or an assignment writes down. */
export function constantsOf(value: Source, visit: Visit): (string | null)[] {
  const { elements } = elementsOf(value, visit.context.modules);
  return elements.flatMap((element) => {
    const found = literalOf(element, visit.context.modules);
    return found === undefined ? [] : [found];
  });
}

const isNothing = ({ node }: Source): boolean => node.type === 'Identifier' && node.name === 'undefined';

/** The row an object fills. `filled`: columns the client fills by itself. */
export function addRow(
  visit: Visit,
  model: MappedModel,
  data: Source,
  row: Pick<RowDraft, 'statement' | 'conflict'> & { readonly filled?: readonly string[] },
): void {
  const { entries, complete } = entriesOf(data, visit.context.modules);
  const filled = row.statement === 'INSERT' ? fieldsOf(model).flatMap((field) => (field.isFilled ? [field.column] : [])) : [];
  const columns = new Set([...filled, ...(row.filled ?? [])]);
  const constants: RowDraft['constants'][number][] = [];
  for (const { key, value } of entries) {
    if (isNothing(value)) continue;
    const field = model.fields.get(key);
    const relation = model.relations.get(key);
    for (const { table, column } of relation?.columns ?? []) if (table === model.table) columns.add(column);
    if (!field) continue;
    columns.add(field.column);
    for (const constant of constantsOf(value, visit)) constants.push({ column: field.column, value: constant });
  }
  visit.recorder.addRows(
    {
      database: model.database,
      table: model.table,
      statement: row.statement,
      conflict: row.conflict,
      columns: [...columns],
      isComplete: complete,
      isPositional: false,
      constants,
      confidence: visit.confidence,
      operation: visit.operation,
    },
    data,
    visit.call,
  );
}

const literal = ({ node }: Source): unknown => (node.type === 'Literal' ? node.value : isNothing({ node } as Source) ? undefined : node);
export const isFalse = (source: Source): boolean => literal(source) === false || literal(source) === undefined;
export const isTrue = (source: Source): boolean => literal(source) === true;
