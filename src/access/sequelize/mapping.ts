/**
 * Models of Sequelize: `sequelize.define`, `Model.init`, and decorated classes of sequelize-typescript.
 * Input: a module. Output: model drafts; associations that are made in another file are drafts of the same model again.
 */
import { enclosingClass } from '../../code/functions.ts';
import { keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { originOf, stringOf } from '../../code/values.ts';
import { classOf } from '../orm/decorators.ts';
import { withHooks } from '../orm/hooks.ts';
import { upperFirst } from '../orm/names.ts';
import type { FieldDraft, Mapping, ModelDraft, RelationDraft } from '../types.ts';
import { type Association, associationOf, targetOf } from './associations.ts';
import { attributeFields, type Options, optionsOf, tablesOf, textIn, withAddedFields } from './attributes.ts';
import { decoratedModel } from './decorated.ts';

type CallNode = Extract<Node, { type: 'CallExpression' }>;

const ASSOCIATIONS = /^(?:belongsTo|hasOne|hasMany|belongsToMany)$/;

export const mapping: Mapping = {
  packages: ['sequelize', 'sequelize-typescript', '@sequelize/core'],
  clues: [
    { words: ['define', 'init', 'Table', 'belongsTo', 'hasMany', 'hasOne', 'belongsToMany'], beside: [/sequelize/i] },
    { words: ['Column', 'Attribute'], beside: [/sequelize-typescript|@sequelize\/core/] },
  ],
  read: (module, modules) => {
    const own = declaredIn(module, modules);
    return [...own.map((model) => withHooks(model.draft)), ...associationsIn(module, modules, own).map(withHooks)];
  },
};

export interface Declared {
  readonly draft: ModelDraft;
  readonly modelName: string;
}

/** Models a module declares, with the names Sequelize knows them by. */
export function declaredIn(module: Module, modules: Modules): readonly Declared[] {
  const classes = module.nodes('ClassDeclaration', 'ClassExpression').flatMap((node) => decoratedModel(node, module, modules) ?? []);
  const calls = module
    .nodes('CallExpression')
    .flatMap((call) => defined(call, module, modules) ?? initialized(call, module, modules) ?? []);
  return [...classes, ...calls];
}

/** `sequelize.define('user', { … }, { … })`. */
function defined(call: CallNode, module: Module, modules: Modules): Declared | null {
  const callee = unwrap(call.callee);
  const [name, attributes, options] = call.arguments;
  if (callee.type !== 'MemberExpression' || keyName(callee) !== 'define' || !name || !attributes) return null;
  const modelName = stringOf(name, module, modules);
  const isObject = unwrap(attributes).type === 'ObjectExpression' || unwrap(attributes).type === 'Identifier';
  if (modelName === null || !isObject || !/sequelize/i.test(module.text)) return null;
  const holder = module.parent(call);
  const variable = holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : null;
  return modelOf(call, module, modelName, variable ?? upperFirst(modelName), attributes, options, modules);
}

/** `User.init({ … }, { sequelize, modelName })`, `super.init` and `this.init` in the class itself. */
function initialized(call: CallNode, module: Module, modules: Modules): Declared | null {
  const callee = unwrap(call.callee);
  const [attributes, options] = call.arguments;
  if (callee.type !== 'MemberExpression' || keyName(callee) !== 'init' || !attributes || !options) return null;
  const node = classAt(callee.object, module, modules);
  if (!node) return null;
  const name = node.node.id?.name ?? 'default';
  const modelName = textIn(optionsOf({ node: options, module }, modules), 'modelName', modules) ?? name;
  const made = modelOf(node.node, node.module, modelName, name, attributes, options, modules, module);
  return made.draft.fields.length > 0 ? made : null;
}

function classAt(object: Node, module: Module, modules: Modules): ReturnType<typeof classOf> {
  const isOwn = object.type === 'ThisExpression' || object.type === 'Super';
  const own = isOwn ? enclosingClass(object, module) : null;
  return own ? { node: own, module } : isOwn ? null : classOf({ node: object, module }, modules);
}

function modelOf(
  node: Node,
  module: Module,
  modelName: string,
  name: string,
  attributes: Node,
  options: Node | undefined,
  modules: Modules,
  written: Module = module,
): Declared {
  const given: Options = optionsOf(options ? { node: options, module: written } : undefined, modules);
  const fields = withAddedFields(attributeFields({ node: attributes, module: written }, modules), given, modules);
  return { modelName, draft: { node, module, name, tables: tablesOf(modelName, given, modules), fields, relations: [] } };
}

/** Associations said in this module, each as a draft of the model on the left. */
function associationsIn(module: Module, modules: Modules, own: readonly Declared[]): ModelDraft[] {
  return module.nodes('CallExpression').flatMap((call) => {
    const callee = unwrap(call.callee);
    const method = callee.type === 'MemberExpression' ? keyName(callee) : null;
    const [first, second] = call.arguments;
    if (callee.type !== 'MemberExpression' || method === null || !ASSOCIATIONS.test(method) || !first) return [];
    const left = leftOf(callee.object, module, modules, own);
    const target = left ? targetOf({ node: first, module }, modules) : null;
    if (!left || target === null) return [];
    const options = optionsOf(second ? { node: second, module } : undefined, modules);
    const made = associationOf(method, left, target, options, modules);
    return made ? [withAssociation(left, made)] : [];
  });
}

function withAssociation({ draft }: Declared, { relation, fields }: Association): ModelDraft {
  const known = new Set(draft.fields.map((field) => field.name));
  const added: readonly FieldDraft[] = fields.filter((field) => !known.has(field.name));
  const relations: readonly RelationDraft[] = [relation];
  return { ...draft, fields: [...draft.fields, ...added], relations };
}

/** The model whose association a call makes: `User`, `this` in its static methods, an import. */
function leftOf(object: Node, module: Module, modules: Modules, own: readonly Declared[]): Declared | null {
  const around = object.type === 'ThisExpression' ? enclosingClass(object, module) : null;
  if (around) return own.find((model) => model.draft.node === around) ?? null;
  const origin = originOf(object, module, modules);
  if (origin?.kind !== 'local') return null;
  const local = own.find((model) => model.draft.node === origin.node);
  if (local || origin.module === module) return local ?? null;
  return declaredIn(origin.module, modules).find((model) => model.draft.node === origin.node) ?? null;
}
