/**
 * What the options of a Sequelize query name: `where`, `attributes`, `include`, `order`, `group`, and texts inside them.
 * Input: options and their model. Output: accesses in the recorder; whether the columns are chosen.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { textsUnder, visitBare, visitDotted } from '../orm/texts.ts';
import { addField, addRelation, addTable, addUnasked, deleteMarks, isFalse, isTrue, MAX_DEPTH, type Visit } from '../orm/visit.ts';
import type { MappedModel, MappedRelation } from '../types.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';
import { columnsOf, fieldOf, modelOf } from './models.ts';
import { conditionsOf } from './objects.ts';

/** Records everything the options of a query name; gives the columns that come back unasked. */
export function visitOptions(visit: Visit, model: MappedModel, options: Source, depth = 0): readonly string[] {
  let sent: readonly string[] = columnsOf(model, visit.context);
  if (depth > MAX_DEPTH) return sent;
  for (const { key, value } of conditionsOf(options, visit.context.modules).entries) {
    if (key === 'where' || key === 'having') visitWhere(visit, model, value, depth);
    else if (key === 'attributes') sent = visitAttributes(visit, model, value);
    else if (key === 'include') for (const part of partsOf(value, visit)) visitInclude(visit, model, part, depth);
    else if (key === 'order' || key === 'group') visitOrder(visit, model, value);
    else if (key === 'defaults') visitNamesIn(visit, model, value, 'write');
    else if (NAMES.has(key)) visitNames(visit, model, value, key === 'fields' || key === 'updateOnDuplicate' ? 'write' : 'read');
  }
  return sent;
}

const NAMES = new Set(['fields', 'returning', 'updateOnDuplicate', 'conflictFields', 'conflictAttributes', 'col']);

const partsOf = (value: Source, visit: Visit): readonly Source[] => elementsOf(value, visit.context.modules).elements;

const textOf = (source: Source, visit: Visit): string | null => stringOf(source.node, source.module, visit.context.modules);

/** An attribute, by its name or by its column's. */
function visitName(visit: Visit, model: MappedModel, name: string, kind: 'read' | 'write', at: Source): boolean {
  const field = fieldOf(model, name, visit.context);
  if (field) addField(visit, model, field, kind, at);
  return field !== undefined;
}

export function visitNames(visit: Visit, model: MappedModel, value: Source, kind: 'read' | 'write'): void {
  for (const element of partsOf(value, visit)) {
    const name = textOf(element, visit);
    if (name !== null) visitName(visit, model, name, kind, element);
    else visitNamesIn(visit, model, element, kind);
  }
}

function visitNamesIn(visit: Visit, model: MappedModel, value: Source, kind: 'read' | 'write'): void {
  for (const entry of entriesOf(value, visit.context.modules).entries) {
    const field = fieldOf(model, entry.key, visit.context);
    if (field) addField(visit, model, field, kind, entry.at, kind === 'write' ? entry.value : undefined);
  }
}

/** Conditions on a model, nested to any depth. */
export function visitWhere(visit: Visit, model: MappedModel, value: Source, depth: number): void {
  if (depth > MAX_DEPTH) return;
  const { entries, nested, others } = conditionsOf(value, visit.context.modules);
  for (const { key, value: inner, at } of entries) {
    const path = /^\$(.+)\$$/.exec(key)?.[1];
    if (path !== undefined) visitPath(visit, model, path, at);
    else if (LOGICAL.test(key)) visitWhere(visit, model, inner, depth + 1);
    else {
      const field = fieldOf(model, key, visit.context) ?? fieldOf(model, key.split('.')[0] ?? key, visit.context);
      if (field) addField(visit, model, field, 'read', at, inner);
      visitTexts(visit, model, inner);
    }
  }
  for (const inner of nested) visitWhere(visit, model, inner, depth + 1);
  for (const other of others) visitTexts(visit, model, other);
}

const LOGICAL = /^\$?(?:and|or|not)$/;

/** `team.name`: an attribute of a related model. */
function visitPath(visit: Visit, model: MappedModel, path: string, at: Source): void {
  const parts = path.split('.');
  const name = parts.pop() ?? '';
  let from: MappedModel | null = model;
  for (const part of parts) {
    const relation: MappedRelation | undefined = from?.relations.get(part);
    from = from && relation ? addRelation(visit, from, relation, 'read', at) : null;
  }
  if (from) visitName(visit, from, name, 'read', at);
}

/** `Sequelize.col('user.name')`, `literal('"userId" = 1')` under a value. */
function visitTexts(visit: Visit, model: MappedModel, value: Source): void {
  const { node, module } = value;
  if (!CALLS.has(unwrapAwait(node).type)) return;
  for (const call of module.nodes('CallExpression')) {
    if (call.start < node.start || call.end > node.end) continue;
    const callee = unwrapAwait(call.callee);
    const name = callee.type === 'MemberExpression' ? keyName(callee) : callee.type === 'Identifier' ? callee.name : null;
    if (name === 'col' || name === 'literal' || name === 'where' || name === 'json') visitFragment(visit, model, call, name, value);
  }
}

const CALLS = new Set(['CallExpression', 'ArrayExpression', 'ObjectExpression', 'ConditionalExpression', 'LogicalExpression']);

function visitFragment(
  visit: Visit,
  model: MappedModel,
  call: Extract<Node, { type: 'CallExpression' }>,
  name: string,
  { module }: Source,
): void {
  const [first] = call.arguments;
  if (!first) return;
  if (name === 'col') {
    const text = stringOf(first, module, visit.context.modules);
    if (text !== null) visitPath(visit, model, text.replace(/^\$|\$$/g, ''), { node: first, module });
    return;
  }
  if (name !== 'literal') return;
  const modelsOf = (alias: string): readonly MappedModel[] => aliased(visit, model, alias);
  for (const { text, node } of textsUnder(first, [...module.nodes('Literal', 'TemplateLiteral')])) {
    visitDotted(visit, text, modelsOf, { node, module });
    if (!/\bselect\b/i.test(text)) visitBare(visit, text, model, { node, module });
  }
}

/** The model an alias of a generated query stands for: the model's own name, its table, or an association. */
function aliased(visit: Visit, model: MappedModel, alias: string): readonly MappedModel[] {
  if (alias === model.table || alias.toLowerCase() === model.name.toLowerCase()) return [model];
  const relation = model.relations.get(alias);
  const other = relation ? visit.context.models.byKey(relation.target) : undefined;
  return other ? [other] : [];
}

/** `['id', ['name', 'label'], [fn('max', col('x')), 'y']]`, `{ exclude: ['x'] }`. */
function visitAttributes(visit: Visit, model: MappedModel, value: Source): readonly string[] {
  const all = columnsOf(model, visit.context);
  const node = unwrapAwait(value.node);
  if (node.type === 'Identifier' && node.name === 'undefined') return all;
  const { entries } = entriesOf(value, visit.context.modules);
  if (entries.some((entry) => entry.key === 'exclude' || entry.key === 'include')) {
    const excluded = new Set<string>();
    for (const entry of entries) {
      if (entry.key === 'include') visitAttributeList(visit, model, entry.value);
      if (entry.key !== 'exclude') continue;
      for (const element of partsOf(entry.value, visit)) {
        const field = fieldOf(model, textOf(element, visit) ?? '', visit.context);
        if (field) excluded.add(field.column);
      }
    }
    return all.filter((column) => !excluded.has(column));
  }
  const { complete } = elementsOf(value, visit.context.modules);
  visitAttributeList(visit, model, value);
  return complete || node.type === 'ArrayExpression' ? [] : all;
}

function visitAttributeList(visit: Visit, model: MappedModel, value: Source): void {
  for (const element of partsOf(value, visit)) {
    const name = textOf(element, visit);
    const node = unwrapAwait(element.node);
    if (name !== null) visitName(visit, model, name, 'read', element);
    else if (node.type === 'ArrayExpression' && node.elements[0]) {
      const first = { node: node.elements[0] as Node, module: element.module };
      const renamed = textOf(first, visit);
      if (renamed !== null) visitName(visit, model, renamed, 'read', first);
      else visitTexts(visit, model, first);
    } else visitTexts(visit, model, element);
  }
}

/** `[['createdAt', 'DESC'], [Team, 'name', 'ASC'], ['team', 'name']]`. */
function visitOrder(visit: Visit, model: MappedModel, value: Source): void {
  for (const element of partsOf(value, visit)) {
    const node = unwrapAwait(element.node);
    const items = node.type === 'ArrayExpression' ? node.elements.flatMap((item) => (item ? [item as Node] : [])) : [node];
    let current = model;
    for (const item of items) {
      const source = { node: item, module: element.module };
      const name = textOf(source, visit);
      if (name !== null) {
        if (visitName(visit, current, name, 'read', source)) continue;
        const other = relationTo(current, name, null);
        current = (other && visit.context.models.byKey(other.target)) ?? current;
      } else current = orderModel(source, visit) ?? current;
      if (name === null) visitTexts(visit, current, source);
    }
  }
}

const orderModel = (source: Source, visit: Visit): MappedModel | null => {
  const inner = entriesOf(source, visit.context.modules).entries.find((entry) => entry.key === 'model');
  return modelOf(inner?.value ?? source, visit.context)?.model ?? null;
};

const relationTo = (model: MappedModel, as: string | null, target: MappedModel | null): MappedRelation | undefined =>
  as !== null ? model.relations.get(as) : [...model.relations.values()].find((relation) => relation.target === target?.key);

/** One association fetched along: a model, a name, or an object with options of its own. */
function visitInclude(visit: Visit, model: MappedModel, part: Source, depth: number): void {
  if (depth > MAX_DEPTH || isFalse(part)) return;
  const { entries } = conditionsOf(part, visit.context.modules);
  const under = (key: string): Source | undefined => entries.find((entry) => entry.key === key)?.value;
  const all = under('all');
  if (all && isTrue(all)) for (const relation of model.relations.values()) addIncluded(visit, model, relation, null, part, depth);
  const named = under('as') ?? (entries.length === 0 ? part : under('association'));
  const as = named ? textOf(named, visit) : null;
  const target = modelOf(under('model') ?? part, visit.context)?.model ?? null;
  const relation = relationTo(model, as, target) ?? relationTo(model, null, target);
  if (relation) addIncluded(visit, model, relation, entries.length > 0 ? part : null, part, depth);
  else if (target) addOptions(visit, target, entries.length > 0 ? part : null, part, depth);
}

function addIncluded(visit: Visit, model: MappedModel, relation: MappedRelation, options: Source | null, at: Source, depth: number): void {
  const other = addRelation(visit, model, relation, 'read', at);
  if (!other) return;
  addOptions(visit, other, options, at, depth);
  const between = relation.columns.filter(({ table }) => table !== model.table && table !== other.table).map(({ table }) => table);
  for (const table of new Set(between))
    for (const through of visit.context.models.byTable(model.database, table)) addThrough(visit, through, options, at);
}

function addOptions(visit: Visit, model: MappedModel, options: Source | null, at: Source, depth: number): void {
  addTable(visit, model, 'read', at);
  addUnasked(visit, model, 'read', deleteMarks(model), at);
  const sent = options ? visitOptions(visit, model, options, depth + 1) : columnsOf(model, visit.context);
  addUnasked(visit, model, 'read', sent, at);
}

/** The model between two others: whole rows of it come along unless `through: { attributes: [] }`. */
function addThrough(visit: Visit, through: MappedModel, options: Source | null, at: Source): void {
  const given = options ? entriesOf(options, visit.context.modules).entries.find((entry) => entry.key === 'through') : undefined;
  addUnasked(visit, through, 'read', given ? visitOptions(visit, through, given.value) : columnsOf(through, visit.context), at);
}
