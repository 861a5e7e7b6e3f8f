/**
 * What the arguments of TypeORM's repository methods name: columns by property, relations, and what is sent unasked.
 * Input: a query. Output: accesses in the recorder. Keys count only where the entity maps them.
 */
import { unwrap, unwrapAwait } from '../../code/syntax.ts';
import { stringOf } from '../../code/values.ts';
import {
  addEager,
  addField,
  addKeys,
  addRelation,
  addTable,
  addUnasked,
  addWholeRow,
  deleteMarks,
  insertedColumns,
  isFalse,
  isTrue,
  keysOf,
  MAX_DEPTH,
  selectedColumns,
  updatedColumns,
  type Visit,
} from '../orm/visit.ts';
import type { MappedModel } from '../types.ts';
import { type Entry, elementsOf, entriesOf, type Source } from '../values.ts';
import type { Query } from './calls.ts';
import { OPTION_KEYS, type Shape } from './catalogue.ts';
import { visitData } from './data.ts';

/** Records everything one query sends. */
export function visitQuery(visit: Visit, query: Query, at: Source): void {
  const { model, method, args } = query;
  addTable(visit, model, method.kind, at);
  const isFind = method.returnsRow !== undefined && method.kind === 'read';
  let [selects, fetches] = [isFind, isFind];
  method.args.forEach((shape, index) => {
    const argument = args[index];
    if (!argument) return;
    if (shape === 'options' && choosesColumns(argument, visit)) selects = false;
    if (shape === 'options' && leavesEagerOut(argument, visit)) fetches = false;
    visitShape(visit, model, shape, argument, at);
  });
  if (selects) addUnasked(visit, model, 'read', selectedColumns(model), at);
  if (fetches) addEagerRows(visit, model, at, new Set(), 0);
  if (!isFind && joins(args[0], model, visit)) addKeys(visit, model, at);
  if (method.kind === 'read') addUnasked(visit, model, 'read', deleteMarks(model), at);
  if (method.isSoft) addUnasked(visit, model, 'write', [...deleteMarks(model), ...updatedColumns(model)], at);
}

/** Whether conditions reach into relations: a count is of distinct keys then. */
function joins(argument: Source | undefined, model: MappedModel, visit: Visit): boolean {
  const { entries } = argument ? entriesOf(argument, visit.context.modules) : { entries: [] };
  return entries.some(({ key, value }) => model.relations.has(key) || (key === 'where' && joins(value, model, visit)));
}

/** What a whole row sends: its columns, and relations that are always fetched along. */
function addSelected(visit: Visit, model: MappedModel, at: Source, seen: ReadonlySet<string>, depth: number): void {
  addUnasked(visit, model, 'read', selectedColumns(model), at);
  addEagerRows(visit, model, at, seen, depth);
}

function addEagerRows(visit: Visit, model: MappedModel, at: Source, seen: ReadonlySet<string>, depth: number): void {
  if (visit.isLazy || depth > MAX_DEPTH || seen.has(model.key)) return;
  for (const relation of model.relations.values()) {
    const other = relation.isEager ? addEager(visit, model, relation, at) : null;
    if (other) addSelected(visit, other, at, new Set([...seen, model.key]), depth + 1);
  }
}

const leavesEagerOut = (value: Source, visit: Visit): boolean =>
  entriesOf(value, visit.context.modules).entries.some((entry) => entry.key === 'loadEagerRelations' && isFalse(entry.value));

const SHAPES: Readonly<Record<Shape, (visit: Visit, model: MappedModel, value: Source, at: Source) => void>> = {
  options: (visit, model, value) => visitOptions(leavesEagerOut(value, visit) ? { ...visit, isLazy: true } : visit, model, value),
  where: (visit, model, value) => visitWhere(visit, model, value, 0),
  criteria: (visit, model, value, at) => visitCriteria(visit, model, value, at),
  insert: (visit, model, value, at) => {
    addUnasked(visit, model, 'write', insertedColumns(model), at);
    visitData(visit, model, value, 'INSERT');
  },
  update: (visit, model, value, at) => {
    addUnasked(visit, model, 'write', updatedColumns(model), at);
    visitData(visit, model, value, 'UPDATE');
  },
  save: (visit, model, value, at) => {
    addUnasked(visit, model, 'write', insertedColumns(model), at);
    addUnasked(visit, model, 'read', selectedColumns(model), at);
    visitData(visit, model, value, 'SAVE');
  },
  row: (visit, model, _value, at) => addUnasked(visit, model, 'read', selectedColumns(model), at),
  'read name': (visit, model, value) => visitName(visit, model, value, 'read'),
  'write name': (visit, model, value, at) => {
    visitName(visit, model, value, 'write');
    addUnasked(visit, model, 'write', updatedColumns(model), at);
  },
  conflict: (visit, model, value) => {
    const paths = entriesOf(value, visit.context.modules).entries.find((e) => e.key === 'conflictPaths')?.value ?? value;
    for (const element of elementsOf(paths, visit.context.modules).elements) visitName(visit, model, element, 'read');
  },
};

function visitShape(visit: Visit, model: MappedModel, shape: Shape, value: Source, at: Source): void {
  SHAPES[shape](visit, model, value, at);
}

const isObject = (value: Source): boolean => {
  const node = unwrap(value.node);
  return node.type !== 'Literal' && node.type !== 'TemplateLiteral';
};

/** Whether a find's argument has a list of columns that is certainly there. */
function choosesColumns(value: Source, visit: Visit): boolean {
  const select = entriesOf(value, visit.context.modules).entries.find((entry) => entry.key === 'select');
  if (!select) return false;
  const node = unwrapAwait(select.value.node);
  return !(node.type === 'Identifier' && node.name === 'undefined');
}

/** Find options; conditions, as older versions take them, where no key is one of an option. */
function visitOptions(visit: Visit, model: MappedModel, value: Source): void {
  const { entries } = entriesOf(value, visit.context.modules);
  if (entries.length === 0) {
    if (!isObject(value)) for (const key of keysOf(model)) addField(visit, model, key, 'read', value);
    return;
  }
  if (!entries.some((entry) => OPTION_KEYS.has(entry.key))) {
    visitWhere(visit, model, value, 0);
    return;
  }
  const under = (key: string): readonly Source[] => entries.flatMap((entry) => (entry.key === key ? [entry.value] : []));
  for (const where of under('where')) visitWhere(visit, model, where, 0);
  for (const order of under('order')) visitOrder(visit, model, order, 0);
  const [selection] = under('select');
  if (selection) visitSelect(visit, model, selection, 0);
  for (const relations of under('relations')) visitRelations(visit, model, relations, selection ?? null, 0);
  for (const join of under('join')) visitJoin(visit, model, join);
  for (const ids of under('loadRelationIds')) visitRelationIds(visit, model, ids);
}

function visitCriteria(visit: Visit, model: MappedModel, value: Source, at: Source): void {
  const { entries } = entriesOf(value, visit.context.modules);
  if (entries.length > 0) {
    visitWhere(visit, model, value, 0);
    return;
  }
  for (const key of keysOf(model)) addField(visit, model, key, 'read', at);
}

function visitName(visit: Visit, model: MappedModel, value: Source, kind: 'read' | 'write'): void {
  const name = stringOf(value.node, value.module, visit.context.modules);
  const field = name === null ? undefined : model.fields.get(name);
  if (field) addField(visit, model, field, kind, value);
  const relation = name === null ? undefined : model.relations.get(name);
  if (relation) addRelation(visit, model, relation, kind, value);
}

/** A nested object under an embedded property: its keys are `address.street`. */
const isEmbedded = (model: MappedModel, path: string): boolean =>
  !model.relations.has(path) && [...model.fields.keys()].some((name) => name.startsWith(`${path}.`));

/** Conditions: an object, or a list of alternatives. */
export function visitWhere(visit: Visit, model: MappedModel, value: Source, depth: number, prefix = ''): void {
  if (depth > MAX_DEPTH) return;
  for (const element of elementsOf(value, visit.context.modules).elements) {
    for (const entry of entriesOf(element, visit.context.modules).entries) visitCondition(visit, model, entry, depth, prefix);
  }
}

function visitCondition(visit: Visit, model: MappedModel, entry: Entry, depth: number, prefix: string): void {
  const path = prefix + entry.key;
  const field = model.fields.get(path);
  if (field) {
    addField(visit, model, field, 'read', entry.at, entry.value);
    return;
  }
  if (isEmbedded(model, path)) {
    visitWhere(visit, model, entry.value, depth + 1, `${path}.`);
    return;
  }
  const relation = model.relations.get(path);
  const other = relation ? addRelation(visit, model, relation, 'read', entry.at) : null;
  if (other) visitWhere(visit, other, entry.value, depth + 1);
}

function visitOrder(visit: Visit, model: MappedModel, value: Source, depth: number, prefix = ''): void {
  if (depth > MAX_DEPTH) return;
  for (const entry of entriesOf(value, visit.context.modules).entries) visitPathEntry(visit, model, entry, depth, prefix, visitOrder);
}

type Inner = (visit: Visit, model: MappedModel, value: Source, depth: number, prefix?: string) => void;

function visitPathEntry(visit: Visit, model: MappedModel, entry: Entry, depth: number, prefix: string, inner: Inner): void {
  const path = prefix + entry.key;
  const field = model.fields.get(path);
  if (field) {
    addField(visit, model, field, 'read', entry.at);
    return;
  }
  if (isEmbedded(model, path)) {
    inner(visit, model, entry.value, depth + 1, `${path}.`);
    return;
  }
  const relation = model.relations.get(path);
  const other = relation ? addRelation(visit, model, relation, 'read', entry.at) : null;
  if (other) inner(visit, other, entry.value, depth + 1);
}

/** `select: ['id', 'name']`, `select: { id: true, author: { name: true } }`. */
function visitSelect(visit: Visit, model: MappedModel, value: Source, depth: number, prefix = ''): void {
  if (depth > MAX_DEPTH) return;
  addKeys(visit, model, value);
  const { entries, complete } = entriesOf(value, visit.context.modules);
  const { elements, complete: isWhole } = elementsOf(value, visit.context.modules);
  const isList = entries.length === 0 && !isObjectLiteral(value);
  if (isList) {
    for (const element of elements) visitName(visit, model, element, 'read');
    if (!isWhole) addWholeRow(visit, model, 'read', value);
    return;
  }
  for (const entry of entries) {
    if (isFalse(entry.value)) continue;
    const relation = model.relations.get(prefix + entry.key);
    const other = relation && isTrue(entry.value) ? visit.context.models.byKey(relation.target) : undefined;
    if (other) addUnasked(visit, other, 'read', selectedColumns(other), entry.at);
    visitPathEntry(visit, model, entry, depth, prefix, visitSelect);
    if (isEmbedded(model, prefix + entry.key) && isTrue(entry.value)) addEmbedded(visit, model, `${prefix}${entry.key}.`, entry.at);
  }
  if (!complete) addWholeRow(visit, model, 'read', value);
}

const isObjectLiteral = (value: Source): boolean => unwrapAwait(value.node).type === 'ObjectExpression';

function addEmbedded(visit: Visit, model: MappedModel, prefix: string, at: Source): void {
  const columns = [...model.fields.values()].flatMap((f) => (f.name.startsWith(prefix) && f.isSelected ? [f.column] : []));
  addUnasked(visit, model, 'read', columns, at);
}

/** `relations: ['author.team']`, `relations: { author: { team: true } }`: whole rows, unless `select` chooses of them. */
function visitRelations(visit: Visit, model: MappedModel, value: Source, selection: Source | null, depth: number, prefix = ''): void {
  if (depth > MAX_DEPTH) return;
  const { entries } = entriesOf(value, visit.context.modules);
  if (entries.length === 0) {
    visitRelationPaths(visit, model, value);
    return;
  }
  const chosen = selection ? entriesOf(selection, visit.context.modules).entries : [];
  for (const entry of entries) {
    if (isFalse(entry.value)) continue;
    const path = prefix + entry.key;
    const nested = chosen.find((e) => e.key === entry.key)?.value ?? null;
    const relation = model.relations.get(path);
    const other = relation ? addRelation(visit, model, relation, 'read', entry.at) : null;
    if (!relation && [...model.relations.keys()].some((name) => name.startsWith(`${path}.`)))
      visitRelations(visit, model, entry.value, nested, depth + 1, `${path}.`);
    if (!other) continue;
    const isChosen = nested !== null && isObjectLiteral(nested);
    if (!isChosen) addSelected(visit, other, entry.at, new Set([model.key]), depth);
    if (isObjectLiteral(entry.value)) visitRelations(visit, other, entry.value, isChosen ? nested : null, depth + 1);
  }
}

function visitRelationPaths(visit: Visit, model: MappedModel, value: Source): void {
  for (const element of elementsOf(value, visit.context.modules).elements) {
    const path = stringOf(element.node, element.module, visit.context.modules);
    if (path !== null) visitRelationPath(visit, model, path, element);
  }
}

/** `author.team`: every relation on the way. */
export function visitRelationPath(visit: Visit, model: MappedModel, path: string, at: Source): void {
  let from: MappedModel | null = model;
  let prefix = '';
  for (const part of path.split('.')) {
    const relation = from?.relations.get(prefix + part);
    prefix = relation ? '' : `${prefix}${part}.`;
    if (!from || !relation) continue;
    from = addRelation(visit, from, relation, 'read', at);
    if (from) addSelected(visit, from, at, new Set([model.key]), 0);
  }
}

/** `join: { alias: 'user', leftJoinAndSelect: { team: 'user.team' } }`. */
function visitJoin(visit: Visit, model: MappedModel, value: Source): void {
  const { modules } = visit.context;
  const aliases = new Map<string, MappedModel>();
  for (const { key, value: inner } of entriesOf(value, modules).entries) {
    const alias = key === 'alias' ? stringOf(inner.node, inner.module, modules) : null;
    if (alias !== null) aliases.set(alias, model);
  }
  for (const { key, value: joins } of entriesOf(value, modules).entries) {
    if (!/Join/.test(key)) continue;
    for (const { key: alias, value: written } of entriesOf(joins, modules).entries) {
      const [owner = '', name = ''] = (stringOf(written.node, written.module, modules) ?? '').split('.');
      const from = aliases.get(owner);
      const relation = from?.relations.get(name);
      const other = from && relation ? addRelation(visit, from, relation, 'read', written) : null;
      if (!other) continue;
      aliases.set(alias, other);
      if (key.endsWith('AndSelect')) addUnasked(visit, other, 'read', selectedColumns(other), written);
    }
  }
}

function visitRelationIds(visit: Visit, model: MappedModel, value: Source): void {
  if (isFalse(value)) return;
  const relations = entriesOf(value, visit.context.modules).entries.find((e) => e.key === 'relations');
  if (relations) {
    for (const element of elementsOf(relations.value, visit.context.modules).elements) visitName(visit, model, element, 'read');
    return;
  }
  for (const relation of model.relations.values()) addRelation(visit, model, relation, 'read', value);
}
