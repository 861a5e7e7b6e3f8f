/**
 * Rows of Sequelize models: what queries return, annotated values, `this` in instance methods, what hooks are given.
 * Input: the context of an extraction. Output: Rows; a field counts only where the query fetched it.
 */
import { isFunction, keyName, unwrap, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { modelRows } from '../orm/entity-rows.ts';
import { lowerFirst } from '../orm/names.ts';
import { makeRows, type Row, type RowReader, type Rows } from '../rows.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { elementsOf, entriesOf, functionOf } from '../values.ts';
import { ASSOCIATION_METHODS } from './catalogue.ts';
import { fieldOf, instanceModel, LAYER, modelOf } from './models.ts';
import { queryOf, relationNamed } from './queries.ts';

type ModelRow = Row<MappedModel>;
type CallNode = Extract<Node, { type: 'CallExpression' }>;

const typed = (model: MappedModel): ModelRow => ({ model, list: false, selection: null, isTyped: true });
const HOOK = /^(?:before|after)[A-Z]\w*$|^validationFailed$/;

/** The rows of Sequelize's queries in one module. */
export function sequelizeRows(module: Module, context: AccessContext): Rows<MappedModel> {
  const given = hookParameters(module, context);
  let rows: Rows<MappedModel> | null = null;
  const reader = readerOf(context, () => rows);
  rows = makeRows(reader, context.modules);
  const known = rows;
  return {
    ofPattern: known.ofPattern,
    of: (source) => known.of(source) ?? parameterRow(source.node, source.module, given, context),
  };
}

function readerOf(context: AccessContext, rows: () => Rows<MappedModel> | null): RowReader<MappedModel> {
  return {
    ofCall: (node, module) => {
      const query = queryOf(node, module, context);
      if (!query) return builtRow(node, module, context) ?? associatedRow(node, module, context, rows());
      const { method, args, model } = query;
      if (!method.returnsRow) return 'no rows';
      const options = args[method.args.indexOf('options')] ?? null;
      const common = { model, list: method.returnsRow !== 'one', selection: method.isWhole ? null : options, isTyped: false };
      return method.returnsRow === 'list and count' ? { ...common, heldAs: 'rows' } : common;
    },
    ofThis: (node, module) => {
      const model = instanceModel(node, module, context);
      return model && typed(model);
    },
    ofNew: (node, module) => {
      const known = modelOf({ node: node.callee, module }, context);
      return known && typed(known.model);
    },
    ofTypeName: (name, module) => {
      const model = context.models.of({ node: name, module }, context.modules);
      return model?.layer === LAYER ? typed(model) : null;
    },
    ...modelRows(context),
  };
}

/** `User.build({ … })`. */
function builtRow(node: CallNode, module: Module, context: AccessContext): ModelRow | null {
  const callee = unwrapAwait(node.callee);
  if (callee.type !== 'MemberExpression' || !/^(?:build|bulkBuild)$/.test(keyName(callee) ?? '')) return null;
  const known = modelOf({ node: callee.object, module }, context);
  return known && { ...typed(known.model), list: keyName(callee) === 'bulkBuild' };
}

/** `team.getUsers()`. */
function associatedRow(node: CallNode, module: Module, context: AccessContext, rows: Rows<MappedModel> | null): ModelRow | null {
  const callee = unwrapAwait(node.callee);
  const [, verb, name] = ASSOCIATION_METHODS.exec(callee.type === 'MemberExpression' ? (keyName(callee) ?? '') : '') ?? [];
  if (callee.type !== 'MemberExpression' || (verb !== 'get' && verb !== 'create') || name === undefined) return null;
  const receiver = unwrap(callee.object);
  if (receiver.type !== 'Identifier' && receiver.type !== 'ThisExpression') return null;
  const owner = rows?.of({ node: receiver, module });
  const relation = owner && !owner.list ? relationNamed(owner.model, name) : undefined;
  const model = relation ? context.models.byKey(relation.target) : undefined;
  return relation && model ? { ...typed(model), list: relation.list && verb === 'get' } : null;
}

/** Parameters of hooks, by declaration: `User.beforeSave(user => …)`, `hooks: { beforeSave: user => … }`. */
function hookParameters(module: Module, context: AccessContext): ReadonlyMap<Node, MappedModel> {
  const found = new Map<Node, MappedModel>();
  const add = (hook: Node, model: MappedModel): void => {
    const target = functionOf({ node: hook, module }, context.modules);
    const first = target?.module === module ? target.node.params[0] : undefined;
    if (first?.type === 'Identifier') found.set(first, model);
  };
  for (const call of module.nodes('CallExpression')) {
    const callee = unwrapAwait(call.callee);
    const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
    if (callee.type === 'MemberExpression' && name !== null && (HOOK.test(name) || name === 'addHook' || name === 'hook')) {
      const known = modelOf({ node: callee.object, module }, context);
      if (known) for (const argument of call.arguments) if (argument.type !== 'Literal') add(argument, known.model);
    }
    const model =
      context.models.byKey(`${module.path}\0${call.start}`) ??
      (name === 'init' && callee.type === 'MemberExpression' ? modelOf({ node: callee.object, module }, context)?.model : undefined);
    if (model?.layer === LAYER) for (const options of call.arguments) addHooks(options, module, context, (hook) => add(hook, model));
  }
  return found;
}

function addHooks(options: Node, module: Module, context: AccessContext, add: (hook: Node) => void): void {
  if (unwrap(options).type !== 'ObjectExpression') return;
  for (const { key, value } of entriesOf({ node: options, module }, context.modules).entries) {
    if (key !== 'hooks') continue;
    for (const hook of entriesOf(value, context.modules).entries)
      for (const element of elementsOf(hook.value, context.modules).elements) add(element.node);
  }
}

/** A hook's parameter; in JavaScript, where nothing is annotated, one named like a model that the file imports. */
function parameterRow(start: Node, module: Module, hooks: ReadonlyMap<Node, MappedModel>, context: AccessContext): ModelRow | null {
  const node = unwrap(start);
  const binding = node.type === 'Identifier' ? module.binding(node) : null;
  if (node.type !== 'Identifier' || binding?.kind !== 'parameter' || binding.path.length > 0 || !isFunction(binding.owner)) return null;
  const hooked = [...hooks].find(([parameter]) => parameter.start === binding.node.start)?.[1];
  if (hooked) return typed(hooked);
  if (!/\.[cm]?jsx?$/.test(module.path) || binding.annotation) return null;
  const model = namesakes(module, context).get(node.name);
  return model ? typed(model) : null;
}

const namesakesOf = new WeakMap<AccessContext, Map<Module, ReadonlyMap<string, MappedModel>>>();

/** Imported models by the name a variable of one would have. */
function namesakes(module: Module, context: AccessContext): ReadonlyMap<string, MappedModel> {
  const cache = namesakesOf.get(context) ?? new Map<Module, ReadonlyMap<string, MappedModel>>();
  namesakesOf.set(context, cache);
  const known = cache.get(module);
  if (known) return known;
  const found = new Map<string, MappedModel>();
  for (const specifier of module.nodes('ImportSpecifier', 'ImportDefaultSpecifier')) {
    const model = modelOf({ node: specifier.local, module }, context)?.model;
    if (model) found.set(lowerFirst(specifier.local.name), model);
  }
  cache.set(module, found);
  return found;
}

/** Whether the query that gave the row fetched this field. */
export function isFetched(row: ModelRow, name: string, context: AccessContext): boolean {
  if (!row.selection || !fieldOf(row.model, name, context)) return true;
  const attributes = entriesOf(row.selection, context.modules).entries.find((entry) => entry.key === 'attributes');
  if (!attributes) return true;
  const { entries } = entriesOf(attributes.value, context.modules);
  const excluded = entries.find((entry) => entry.key === 'exclude');
  const list = excluded ?? (entries.length === 0 ? attributes : null);
  if (!list) return true;
  const { elements, complete } = elementsOf(list.value, context.modules);
  const isNamed = elements.some((element) => stringOf(element.node, element.module, context.modules) === name);
  return excluded ? !isNamed : isNamed || !complete;
}
