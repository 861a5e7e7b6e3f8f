/**
 * What the argument of a Prisma query names: columns and tables, nested through relations.
 * Input: a query's argument and its model. Output: accesses in the recorder. Keys count only where the model maps them.
 */
import { unwrapAwait } from '../../code/syntax.ts';
import { delegateName, type PrismaField, type PrismaModel, type PrismaSchema, relationColumns, sentFields } from '../../parse/prisma.ts';
import type { Recorder } from '../recorder.ts';
import type { AccessContext, Confidence } from '../types.ts';
import { type Entry, elementsOf, entriesOf, type Source } from '../values.ts';
import { ARGUMENTS, type ArgumentShape, LOGICAL, type Method, NESTED_WRITES, RELATION_FILTERS } from './catalogue.ts';
import { constantsIn } from './constants.ts';

/** What stays the same on the way down through one query. */
export interface Visit {
  readonly context: AccessContext;
  readonly recorder: Recorder;
  readonly database: string;
  readonly schema: PrismaSchema;
  readonly operation: string;
  readonly confidence: Confidence;
  /** The query itself: its guards hold for everything in it. */
  readonly call: Source;
  readonly kind: 'read' | 'write';
  /** Fields the client leaves out of every answer, by delegate. */
  readonly omitted: ReadonlyMap<string, ReadonlySet<string>>;
}

export const NOTHING_OMITTED: Visit['omitted'] = new Map();

/** What `new PrismaClient({ omit })` says. */
export function clientWideOmit(options: Source | null, modules: AccessContext['modules']): Visit['omitted'] {
  const omit = options ? entriesOf(options, modules).entries.find((e) => e.key === 'omit') : undefined;
  if (!omit) return NOTHING_OMITTED;
  return new Map(
    entriesOf(omit.value, modules).entries.map((e) => [
      e.key,
      new Set(
        entriesOf(e.value, modules)
          .entries.filter((f) => isTrue(f.value))
          .map((f) => f.key),
      ),
    ]),
  );
}

const MAX_DEPTH = 24;

/** Records everything one query sends: its table, the columns it names and those the client adds. */
export function visitQuery(visit: Visit, model: PrismaModel, method: Method, args: Source | null, at: Source): void {
  addTable(visit, model, visit.kind, at);
  const top = args ? entriesOf(args, visit.context.modules) : { entries: [], complete: true };
  visitArguments(visit, model, top.entries, 0);
  if (method.returnsRow) visitReturnedRow(visit, model, top.entries, at);
  const isDynamic = args !== null && !top.complete && visit.kind === 'write' && !top.entries.some((e) => e.key === 'data');
  if (isDynamic) addWholeRow(visit, model, 'write', at);
}

function visitArguments(visit: Visit, model: PrismaModel, entries: readonly Entry[], depth: number): void {
  for (const { key, value } of entries) {
    const shape = ARGUMENTS.get(key);
    if (shape) visitShape(visit, model, shape, value, depth + 1);
  }
}

/** The columns that come back without being named. */
function visitReturnedRow(visit: Visit, model: PrismaModel, entries: readonly Entry[], at: Source): void {
  const select = entries.find((e) => e.key === 'select');
  if (select && !isUndefined(select.value)) {
    if (!entriesOf(select.value, visit.context.modules).complete) addWholeRow(visit, model, 'read', at);
    return;
  }
  const omit = entries.find((e) => e.key === 'omit');
  const omitted = new Set(visit.omitted.get(delegateName(model)));
  for (const { key, value } of omit ? entriesOf(omit.value, visit.context.modules).entries : []) {
    if (isTrue(value)) omitted.add(key);
    else omitted.delete(key);
  }
  const columns = sentFields(model)
    .filter((f) => !omitted.has(f.name))
    .map((f) => f.column);
  visit.recorder.add(
    { ...common(visit), kind: 'read', table: model.table, column: null, columns, how: 'implicit', confidence: visit.confidence },
    at,
    visit.call,
  );
}

type Visitor = (visit: Visit, model: PrismaModel, value: Source, depth: number) => void;

/** How each shape of argument is read. */
const VISITORS: Readonly<Record<ArgumentShape, Visitor>> = {
  where: (visit, model, value, depth) => visitWhere(visit, model, value, depth),
  select: (visit, model, value, depth) => visitSelection(visit, model, value, depth),
  include: (visit, model, value, depth) => visitSelection(visit, model, value, depth),
  data: (visit, model, value, depth) => visitData(visit, model, value, depth),
  order: (visit, model, value, depth) => visitOrder(visit, model, value, depth),
  fields: (visit, model, value) => visitFields(visit, model, value),
  names: (visit, model, value) => visitNames(visit, model, value),
  omit: () => undefined,
};

/** Reads the value under an argument key as `shape` says. */
export function visitShape(visit: Visit, model: PrismaModel, shape: ArgumentShape, value: Source, depth: number): void {
  if (depth <= MAX_DEPTH) VISITORS[shape](visit, model, value, depth);
}

const common = (visit: Visit): { database: string; operation: string } => ({ database: visit.database, operation: visit.operation });

function addTable(visit: Visit, model: PrismaModel, kind: 'read' | 'write', at: Source): void {
  visit.recorder.add(
    { ...common(visit), kind, table: model.table, column: null, how: 'named', confidence: visit.confidence },
    at,
    visit.call,
  );
}

function addField(visit: Visit, model: PrismaModel, field: PrismaField, kind: 'read' | 'write', at: Source, value?: Source): void {
  if (field.ignored) return;
  const found = value ? constantsIn(value, field, visit.schema, visit.context.modules) : [];
  const constants = found.length > 0 ? { constants: found } : {};
  visit.recorder.add(
    { ...common(visit), kind, table: model.table, column: field.column, how: 'named', confidence: visit.confidence, ...constants },
    at,
    visit.call,
  );
}

function addWholeRow(visit: Visit, model: PrismaModel, kind: 'read' | 'write', at: Source): void {
  const columns = sentFields(model).map((f) => f.column);
  visit.recorder.add(
    { ...common(visit), kind, table: model.table, column: null, columns, how: 'whole-row', confidence: 'low' },
    at,
    visit.call,
  );
}

/** A relation key uses the related table and the foreign key behind it. Gives the related model. */
function addRelation(visit: Visit, model: PrismaModel, field: PrismaField, kind: 'read' | 'write', at: Source): PrismaModel | null {
  const other = visit.schema.models.get(field.type);
  if (!other) return null;
  for (const { table, column } of relationColumns(visit.schema, model, field)) {
    visit.recorder.add({ ...common(visit), kind, table, column, how: 'named', confidence: visit.confidence }, at, visit.call);
    if (table !== model.table && table !== other.table)
      visit.recorder.add({ ...common(visit), kind, table, column: null, how: 'named', confidence: visit.confidence }, at, visit.call);
  }
  addTable(visit, other, kind, at);
  return other;
}

function visitWhere(visit: Visit, model: PrismaModel, value: Source, depth: number): void {
  if (depth > MAX_DEPTH) return;
  for (const element of elementsOf(value, visit.context.modules).elements) {
    for (const entry of entriesOf(element, visit.context.modules).entries) {
      if (LOGICAL.has(entry.key)) visitWhere(visit, model, entry.value, depth + 1);
      else visitCondition(visit, model, entry, depth);
    }
  }
}

function visitCondition(visit: Visit, model: PrismaModel, entry: Entry, depth: number): void {
  const field = model.fields.get(entry.key);
  if (!field) {
    for (const member of model.compounds.get(entry.key) ?? []) {
      const part = model.fields.get(member);
      if (part) addField(visit, model, part, 'read', entry.at);
    }
    return;
  }
  if (field.kind !== 'relation') {
    addField(visit, model, field, 'read', entry.at, entry.value);
    return;
  }
  const other = addRelation(visit, model, field, 'read', entry.at);
  if (!other) return;
  for (const inner of entriesOf(entry.value, visit.context.modules).entries) {
    if (RELATION_FILTERS.has(inner.key) || LOGICAL.has(inner.key)) visitWhere(visit, other, inner.value, depth + 1);
    else visitCondition(visit, other, inner, depth + 1);
  }
}

/** `select` and `include`: scalar keys read their column, relation keys are queries of their own. */
function visitSelection(visit: Visit, model: PrismaModel, value: Source, depth: number): void {
  for (const entry of entriesOf(value, visit.context.modules).entries) {
    if (isFalse(entry.value)) continue;
    if (entry.key === '_count') visitCount(visit, model, entry.value, depth);
    const field = model.fields.get(entry.key);
    if (!field) continue;
    if (field.kind !== 'relation') addField(visit, model, field, 'read', entry.at);
    else visitRelationSelection(visit, model, field, entry, depth);
  }
}

function visitRelationSelection(visit: Visit, model: PrismaModel, field: PrismaField, entry: Entry, depth: number): void {
  const other = addRelation(visit, model, field, 'read', entry.at);
  if (!other || depth > MAX_DEPTH) return;
  const inner = isTrue(entry.value) ? [] : entriesOf(entry.value, visit.context.modules).entries;
  visitArguments(visit, other, inner, depth + 1);
  visitReturnedRow(visit, other, inner, entry.at);
}

/** `prisma.post.findUnique(…).author(args)`: the related rows, in a query of their own. */
export function visitFluent(visit: Visit, model: PrismaModel, relation: string, args: Source | null, at: Source): void {
  const field = model.fields.get(relation);
  if (field?.kind === 'relation') visitRelationSelection(visit, model, field, { key: relation, value: args ?? at, at }, 0);
}

function visitCount(visit: Visit, model: PrismaModel, value: Source, depth: number): void {
  if (isTrue(value))
    for (const field of model.fields.values()) if (field.kind === 'relation' && field.list) addRelation(visit, model, field, 'read', value);
  const select = entriesOf(value, visit.context.modules).entries.find((e) => e.key === 'select');
  if (!select) return;
  for (const entry of entriesOf(select.value, visit.context.modules).entries) {
    const field = model.fields.get(entry.key);
    const other = field?.kind === 'relation' && !isFalse(entry.value) ? addRelation(visit, model, field, 'read', entry.at) : null;
    const where = other ? entriesOf(entry.value, visit.context.modules).entries.find((e) => e.key === 'where') : undefined;
    if (other && where) visitWhere(visit, other, where.value, depth + 1);
  }
}

function visitData(visit: Visit, model: PrismaModel, value: Source, depth: number): void {
  if (depth > MAX_DEPTH) return;
  const list = elementsOf(value, visit.context.modules);
  let complete = list.complete;
  for (const element of list.elements) {
    const { entries, complete: known } = entriesOf(element, visit.context.modules);
    complete = known && (complete || list.elements.length > 0);
    for (const entry of entries) visitDataEntry(visit, model, entry, depth);
  }
  if (!complete) addWholeRow(visit, model, 'write', value);
}

function visitDataEntry(visit: Visit, model: PrismaModel, entry: Entry, depth: number): void {
  const field = model.fields.get(entry.key);
  if (!field || isUndefined(entry.value)) return;
  if (field.kind !== 'relation') {
    addField(visit, model, field, 'write', entry.at, entry.value);
    return;
  }
  const other = addRelation(visit, model, field, 'write', entry.at);
  if (!other) return;
  for (const nested of entriesOf(entry.value, visit.context.modules).entries) {
    for (const [key, shape] of NESTED_WRITES.get(nested.key) ?? []) {
      if (key === null) visitShape(visit, other, shape, nested.value, depth + 1);
      else visitKeyOfEach(visit, other, key, shape, nested.value, depth + 1);
    }
  }
}

function visitKeyOfEach(visit: Visit, model: PrismaModel, key: string, shape: 'where' | 'data', value: Source, depth: number): void {
  for (const element of elementsOf(value, visit.context.modules).elements) {
    for (const entry of entriesOf(element, visit.context.modules).entries)
      if (entry.key === key) visitShape(visit, model, shape, entry.value, depth);
  }
}

function visitOrder(visit: Visit, model: PrismaModel, value: Source, depth: number): void {
  if (depth > MAX_DEPTH) return;
  for (const element of elementsOf(value, visit.context.modules).elements) {
    for (const entry of entriesOf(element, visit.context.modules).entries) {
      const field = model.fields.get(entry.key);
      if (field && field.kind !== 'relation') addField(visit, model, field, 'read', entry.at);
      const other = field?.kind === 'relation' ? addRelation(visit, model, field, 'read', entry.at) : null;
      if (other) visitOrder(visit, other, entry.value, depth + 1);
    }
  }
}

/** `_sum: { amount: true }`. */
function visitFields(visit: Visit, model: PrismaModel, value: Source): void {
  for (const entry of entriesOf(value, visit.context.modules).entries) {
    const field = model.fields.get(entry.key);
    if (field && field.kind !== 'relation' && !isFalse(entry.value)) addField(visit, model, field, 'read', entry.at);
  }
}

/** `by: ['status']`, `distinct: 'userId'`. */
function visitNames(visit: Visit, model: PrismaModel, value: Source): void {
  for (const element of elementsOf(value, visit.context.modules).elements) {
    const node = unwrapAwait(element.node);
    const field = node.type === 'Literal' && typeof node.value === 'string' ? model.fields.get(node.value) : undefined;
    if (field && field.kind !== 'relation') addField(visit, model, field, 'read', element);
  }
}

const literal = ({ node }: Source): unknown => {
  const value = unwrapAwait(node);
  return value.type === 'Literal' ? value.value : value.type === 'Identifier' && value.name === 'undefined' ? undefined : value;
};
const isTrue = (source: Source): boolean => literal(source) === true;
const isFalse = (source: Source): boolean => literal(source) === false || literal(source) === undefined;
const isUndefined = (source: Source): boolean => literal(source) === undefined;
