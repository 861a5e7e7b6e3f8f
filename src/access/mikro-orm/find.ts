/**
 * What the arguments of MikroORM's methods name: conditions, `fields`, `populate`, `orderBy`, rows.
 * Input: a query. Output: accesses in the recorder. Keys count only where the entity maps them.
 */
import { unwrapAwait } from '../../code/syntax.ts';
import { stringOf } from '../../code/values.ts';
import {
  addEager,
  addField,
  addKeys,
  addRelation,
  addRow,
  addTable,
  addUnasked,
  addWholeRow,
  insertedColumns,
  isFalse,
  keysOf,
  MAX_DEPTH,
  selectedColumns,
  updatedColumns,
  type Visit,
} from '../orm/visit.ts';
import type { MappedField, MappedModel } from '../types.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';
import { LOGICAL } from './catalogue.ts';
import type { Query } from './receivers.ts';

/** Records everything one query sends. */
export function visitQuery(visit: Visit, { model, method, args }: Query, at: Source): void {
  addTable(visit, model, method.kind, at);
  let chosen: Source | null = null;
  let left: ReadonlySet<string> = new Set();
  method.args.forEach((shape, index) => {
    const argument = args[index];
    if (!argument) return;
    if (shape === 'where') visitCriteria(visit, model, argument, at);
    else if (shape === 'options') ({ chosen, left } = visitOptions(visit, model, argument));
    else if (shape === 'insert') {
      addUnasked(visit, model, 'write', insertedColumns(model), at);
      visitData(visit, model, argument, 'INSERT', 0);
    } else if (shape === 'update') {
      addUnasked(visit, model, 'write', updatedColumns(model), at);
      visitData(visit, model, argument, 'UPDATE', 0);
    }
  });
  if (method.returnsRest) addUnasked(visit, model, 'write', selectedColumns(model), at);
  if (method.selects) addSelected(visit, model, chosen, left, at);
}

/** Whole rows, or the keys beside the chosen fields; relations that are always fetched along. */
function addSelected(visit: Visit, model: MappedModel, chosen: Source | null, left: ReadonlySet<string>, at: Source): void {
  // `*` as long as the entity keeps nothing back: the query still works when a column has gone.
  const isStar = left.size === 0 && [...model.fields.values()].every((field) => field.isSelected);
  if (chosen) addKeys(visit, model, at);
  else {
    const columns = selectedColumns(model).filter((column) => !left.has(column));
    addUnasked(isStar ? { ...visit, confidence: 'low' } : visit, model, 'read', columns, at);
  }
  if (chosen) return;
  for (const relation of model.relations.values()) {
    const other = relation.isEager ? addEager(visit, model, relation, at) : null;
    if (other) addUnasked(visit, other, 'read', selectedColumns(other), at);
  }
}

interface Chosen {
  readonly chosen: Source | null;
  /** Columns that `exclude` leaves out. */
  readonly left: ReadonlySet<string>;
}

function visitOptions(visit: Visit, model: MappedModel, options: Source): Chosen {
  const { modules } = visit.context;
  let chosen: Source | null = null;
  const left = new Set<string>();
  const { entries } = entriesOf(options, modules);
  const fields = entries.find((entry) => entry.key === 'fields')?.value ?? null;
  for (const { key, value } of entries) {
    if (key === 'where') visitWhere(visit, model, value, 0);
    else if (key === 'orderBy') for (const element of elementsOf(value, modules).elements) visitKeys(visit, model, element, 0);
    else if (key === 'groupBy' || key === 'onConflictFields' || key === 'onConflictMergeFields' || key === 'onConflictExcludeFields')
      visitPaths(visit, model, value, false);
    else if (key === 'fields') {
      chosen = value;
      visitPaths(visit, model, value, false);
    } else if (key === 'exclude') {
      for (const element of elementsOf(value, modules).elements) {
        const field = lookUp(model, stringOf(element.node, element.module, modules) ?? '');
        if (field) left.add(field.column);
      }
    } else if (key === 'populate') visitPaths(visit, model, value, fields === null);
    else if (key === 'populateWhere') visitWhere(visit, model, value, 0);
  }
  return { chosen, left };
}

/** A property, or the key column behind a to-one relation. */
const lookUp = (model: MappedModel, name: string): MappedField | undefined => model.fields.get(name) ?? model.fields.get(`${name}.`);

/** `['author.name', 'tags']`: columns and relations on the way; with `isWhole` the rows at the end come whole. */
function visitPaths(visit: Visit, model: MappedModel, value: Source, isWhole: boolean): void {
  const { elements } = elementsOf(value, visit.context.modules);
  for (const element of elements) {
    const path = stringOf(element.node, element.module, visit.context.modules);
    if (path === '*' || (path === null && unwrapAwait(element.node).type === 'Literal')) addEveryRelation(visit, model, element, isWhole);
    if (path !== null) visitPath(visit, model, path, isWhole, element);
  }
}

function addEveryRelation(visit: Visit, model: MappedModel, at: Source, isWhole: boolean): void {
  for (const relation of model.relations.values()) {
    const other = isWhole ? addRelation(visit, model, relation, 'read', at) : null;
    if (other) addUnasked(visit, other, 'read', selectedColumns(other), at);
  }
  if (!isWhole) addUnasked(visit, model, 'read', selectedColumns(model), at);
}

function visitPath(visit: Visit, model: MappedModel, path: string, isWhole: boolean, at: Source): void {
  const field = model.fields.get(path);
  if (field) {
    addField(visit, model, field, 'read', at);
    return;
  }
  let from: MappedModel | null = model;
  const parts = path.split('.');
  for (const [index, part] of parts.entries()) {
    const relation = from?.relations.get(part);
    if (from && !relation) {
      const last = from.fields.get(parts.slice(index).join('.'));
      if (last) addField(visit, from, last, 'read', at);
      if (part === '*') addUnasked(visit, from, 'read', selectedColumns(from), at);
      return;
    }
    if (!from || !relation) return;
    from = addRelation(visit, from, relation, 'read', at);
    if (from && isWhole) addUnasked(visit, from, 'read', selectedColumns(from), at);
    else if (from)
      addUnasked(
        visit,
        from,
        'read',
        keysOf(from).map((key) => key.column),
        at,
      );
  }
}

/** Conditions, or values of the primary key. */
function visitCriteria(visit: Visit, model: MappedModel, value: Source, at: Source): void {
  const { entries } = entriesOf(value, visit.context.modules);
  const node = unwrapAwait(value.node);
  if (entries.length > 0 || node.type === 'ObjectExpression') visitWhere(visit, model, value, 0);
  else for (const key of keysOf(model)) addField(visit, model, key, 'read', at);
}

/** Conditions, nested through relations and operators. */
export function visitWhere(visit: Visit, model: MappedModel, value: Source, depth: number, prefix = '', alias: string | null = null): void {
  if (depth > MAX_DEPTH) return;
  for (const element of elementsOf(value, visit.context.modules).elements) {
    for (const entry of entriesOf(element, visit.context.modules).entries) {
      const key = alias !== null && entry.key.startsWith(`${alias}.`) ? entry.key.slice(alias.length + 1) : entry.key;
      const path = prefix + key;
      const field = model.fields.get(path);
      const relation = model.relations.get(path);
      if (LOGICAL.has(key)) visitWhere(visit, model, entry.value, depth + 1, prefix, alias);
      else if (field) addField(visit, model, field, 'read', entry.at, entry.value);
      else if (relation) {
        const other = addRelation(visit, model, relation, 'read', entry.at);
        if (other) visitWhere(visit, other, entry.value, depth + 1);
      } else if ([...model.fields.keys()].some((name) => name.startsWith(`${path}.`)))
        visitWhere(visit, model, entry.value, depth + 1, `${path}.`);
    }
  }
}

/** `{ name: 'asc', author: { name: 'asc' } }`. */
export function visitKeys(visit: Visit, model: MappedModel, value: Source, depth: number): void {
  visitWhere(visit, model, value, depth);
}

/** Rows given to create, insert, update. */
export function visitData(visit: Visit, model: MappedModel, value: Source, statement: 'INSERT' | 'UPDATE', depth: number): void {
  const { elements, complete } = elementsOf(value, visit.context.modules);
  let isWhole = complete;
  for (const element of elements) {
    const { entries, complete: known } = entriesOf(element, visit.context.modules);
    isWhole = known && (isWhole || elements.length > 0);
    for (const entry of entries) {
      if (isFalse(entry.value) && entry.value.node.type === 'Identifier') continue;
      const field = model.fields.get(entry.key);
      if (field) addField(visit, model, field, 'write', entry.at, entry.value);
      const relation = model.relations.get(entry.key);
      const other = relation ? addRelation(visit, model, relation, 'write', entry.at) : null;
      if (other && depth < MAX_DEPTH && unwrapAwait(entry.value.node).type !== 'Identifier')
        visitData(visit, other, entry.value, statement, depth + 1);
      if (!field && !relation) visitEmbedded(visit, model, entry.value, `${entry.key}.`);
    }
    if (entries.length > 0) addRow(visit, model, element, { statement, conflict: null });
  }
  if (!isWhole && depth === 0) addWholeRow(visit, model, 'write', value);
}

function visitEmbedded(visit: Visit, model: MappedModel, value: Source, prefix: string): void {
  if (![...model.fields.keys()].some((name) => name.startsWith(prefix))) return;
  for (const entry of entriesOf(value, visit.context.modules).entries) {
    const field = model.fields.get(prefix + entry.key);
    if (field) addField(visit, model, field, 'write', entry.at, entry.value);
  }
}
