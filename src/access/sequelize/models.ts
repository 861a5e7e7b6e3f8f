/**
 * Which expressions are a Sequelize model: its class or constant, `models.User`, `User.scope('x')`, `this` in its static methods.
 * Input: an expression. Output: the model and how surely; null for everything else.
 */
import { enclosingClass, enclosingFunction } from '../../code/functions.ts';
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { originOf, stringOf } from '../../code/values.ts';
import { upperFirst } from '../orm/names.ts';
import type { AccessContext, Confidence, MappedField, MappedModel, Models } from '../types.ts';
import type { Source } from '../values.ts';

export const LAYER = 'sequelize';

export interface KnownModel {
  readonly model: MappedModel;
  readonly confidence: Confidence;
}

const SAME_MODEL = new Set(['scope', 'unscoped', 'schema', 'withScope', 'withoutScope']);
/** Objects under which code keeps its models. */
const REGISTRIES = /models?$|^db$|database|sequelize$|^M$/i;
const MAX_DEPTH = 6;

/** The model an expression is. */
export function modelOf(source: Source, context: AccessContext, depth = 0): KnownModel | null {
  if (depth > MAX_DEPTH) return null;
  const { module } = source;
  const node = unwrapAwait(source.node);
  switch (node.type) {
    case 'Identifier':
      return declared(node, module, context) ?? ofVariable(node, module, context, depth) ?? imported(node, module, context);
    case 'MemberExpression':
      return declared(node, module, context) ?? registered(node, context);
    case 'ThisExpression':
      return ofThis(node, module, context, depth);
    case 'CallExpression': {
      const callee = unwrapAwait(node.callee);
      const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
      if (callee.type !== 'MemberExpression' || name === null) return null;
      if (SAME_MODEL.has(name)) return modelOf({ node: callee.object, module }, context, depth + 1);
      const [first] = node.arguments;
      return name === 'model' && first ? named(stringOf(first, module, context.modules), context) : null;
    }
    default:
      return null;
  }
}

function declared(node: Node, module: Module, context: AccessContext): KnownModel | null {
  const model = context.models.of({ node, module }, context.modules);
  return model?.layer === LAYER ? { model, confidence: 'high' } : null;
}

/** `const users = User.scope('active')`. */
function ofVariable(node: Node, module: Module, context: AccessContext, depth: number): KnownModel | null {
  const binding = module.binding(node);
  const init = binding?.kind === 'variable' && binding.constant && binding.path.length === 0 ? binding.init : null;
  const inner = init ? unwrapAwait(init) : null;
  return inner && inner.type !== 'Identifier' ? modelOf({ node: inner, module }, context, depth + 1) : null;
}

/** `import { User } from '../models'` where the file fills its exports at run time. */
function imported(node: Extract<Node, { type: 'Identifier' }>, module: Module, context: AccessContext): KnownModel | null {
  const origin = originOf(node, module, context.modules);
  if (origin?.kind === 'local' && origin.node.type !== 'Identifier') return null;
  const binding = module.binding(node);
  if (binding?.kind === 'import')
    return /model|db|database|sequelize/i.test(binding.source)
      ? named(binding.imported === 'default' ? node.name : binding.imported, context)
      : null;
  if (binding?.kind !== 'variable' || binding.path.length !== 1 || !binding.init) return null;
  const text = module.text.slice(binding.init.start, binding.init.end);
  return /models?\b|\bdb\b|database|sequelize/i.test(text) ? named(binding.path[0] ?? null, context) : null;
}

/** `models.User`, `db.User`, `sequelize.models.user`. */
function registered(node: Extract<Node, { type: 'MemberExpression' }>, context: AccessContext): KnownModel | null {
  const { object } = node;
  const holder = object.type === 'Identifier' ? object.name : object.type === 'MemberExpression' ? keyName(object) : null;
  return holder !== null && REGISTRIES.test(holder) ? named(keyName(node), context) : null;
}

function named(name: string | null, { models }: AccessContext): KnownModel | null {
  if (name === null) return null;
  const found = [name, upperFirst(name)].map((one) => models.byName(one, LAYER)).find((some) => some.length === 1);
  const [model] = found ?? [];
  return model ? { model, confidence: 'medium' } : null;
}

/** `this` in a static method of the class, or in `User.findByEmail = function () { … }`. */
function ofThis(node: Node, module: Module, context: AccessContext, depth: number): KnownModel | null {
  let around = enclosingFunction(node, module);
  while (around?.type === 'ArrowFunctionExpression') around = enclosingFunction(around, module);
  const holder = around ? module.parent(around) : null;
  if (holder?.type === 'MethodDefinition' && holder.static) {
    const owner = enclosingClass(node, module);
    const model = owner ? context.models.byKey(`${module.path}\0${owner.start}`) : undefined;
    return model?.layer === LAYER ? { model, confidence: 'high' } : null;
  }
  if (holder?.type !== 'AssignmentExpression' || holder.left.type !== 'MemberExpression') return null;
  return keyName(holder.left) === 'prototype' ? null : modelOf({ node: holder.left.object, module }, context, depth + 1);
}

/** The model whose instance `this` is: a method of the class, `User.prototype.x = function`, `instanceMethods`. */
export function instanceModel(node: Node, module: Module, context: AccessContext): MappedModel | null {
  let around = enclosingFunction(node, module);
  while (around?.type === 'ArrowFunctionExpression') around = enclosingFunction(around, module);
  const holder = around ? module.parent(around) : null;
  if (holder?.type === 'MethodDefinition') {
    const owner = holder.static ? null : enclosingClass(node, module);
    const model = owner ? context.models.byKey(`${module.path}\0${owner.start}`) : undefined;
    return model?.layer === LAYER ? model : null;
  }
  if (holder?.type === 'AssignmentExpression' && holder.left.type === 'MemberExpression') {
    const owner = holder.left.object;
    const isPrototype = owner.type === 'MemberExpression' && keyName(owner) === 'prototype';
    return isPrototype ? (modelOf({ node: owner.object, module }, context)?.model ?? null) : null;
  }
  return holder?.type === 'Property' ? definedAround(holder, module, context) : null;
}

const METHOD_HOLDERS = new Set(['getterMethods', 'setterMethods', 'instanceMethods', 'get', 'set']);

/** `sequelize.define('user', { … }, { getterMethods: { … } })` around one of its functions. */
function definedAround(property: Node, module: Module, context: AccessContext): MappedModel | null {
  let isMethod = false;
  for (let at: Node | null = property, steps = 0; at && steps < 12; at = module.parent(at), steps++) {
    if (at.type === 'Property' && METHOD_HOLDERS.has(keyName(at) ?? '')) isMethod = true;
    if (at.type !== 'CallExpression') continue;
    const callee = unwrapAwait(at.callee);
    if (callee.type === 'MemberExpression' && keyName(callee) === 'init')
      return isMethod ? (modelOf({ node: callee.object, module }, context)?.model ?? null) : null;
    const model = context.models.byKey(`${module.path}\0${at.start}`);
    if (model) return isMethod && model.layer === LAYER ? model : null;
  }
  return null;
}

/** Attributes that other models' associations give a model: `User.hasMany(ApiKey)` makes `userId` one of ApiKey. */
const addedByOthers = new WeakMap<Models, ReadonlyMap<string, ReadonlyMap<string, MappedField>>>();

function addedTo(model: MappedModel, models: Models): ReadonlyMap<string, MappedField> {
  const known = addedByOthers.get(models) ?? collectAdded(models);
  addedByOthers.set(models, known);
  return known.get(model.key) ?? new Map();
}

function collectAdded(models: Models): ReadonlyMap<string, ReadonlyMap<string, MappedField>> {
  const found = new Map<string, Map<string, MappedField>>();
  for (const from of models.all) {
    if (from.layer !== LAYER) continue;
    for (const { columns } of from.relations.values())
      for (const { table, column } of columns) for (const target of models.byTable(from.database, table)) addKey(found, target, column);
  }
  return found;
}

function addKey(found: Map<string, Map<string, MappedField>>, { key, fields }: MappedModel, column: string): void {
  if ([...fields.values()].some((field) => field.column === column)) return;
  const name = column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const added = found.get(key) ?? new Map<string, MappedField>();
  added.set(name, { name, column, isSelected: true, isInserted: true });
  found.set(key, added);
}

/** The model with the attributes of its own and of others' associations. */
export const fieldOf = (model: MappedModel, name: string, { models }: AccessContext): MappedField | undefined =>
  model.fields.get(name) ?? addedTo(model, models).get(name);

/** Every column that a query of whole rows sends. */
export const columnsOf = (model: MappedModel, { models }: AccessContext): string[] => [
  ...new Set([...model.fields.values(), ...addedTo(model, models).values()].map((field) => field.column)),
];
