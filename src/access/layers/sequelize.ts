/**
 * Accesses of Sequelize: queries of models, methods of rows, scopes, and fields of rows.
 * Input: a module and the models of the code. Output: Extraction.
 */
import { isFunction, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { decoratorsOf } from '../orm/decorators.ts';
import { addFieldUses } from '../orm/fields.ts';
import { callsOf, modelLayer } from '../orm/layer.ts';
import type { Visit } from '../orm/visit.ts';
import type { Recorder } from '../recorder.ts';
import { mapping } from '../sequelize/mapping.ts';
import { fieldOf, LAYER, modelOf } from '../sequelize/models.ts';
import { visitOptions } from '../sequelize/options.ts';
import { addRowMethod, queryOf, visitQuery } from '../sequelize/queries.ts';
import { isFetched, sequelizeRows } from '../sequelize/rows.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { entriesOf, returnsOf, type Source } from '../values.ts';

function addAll(module: Module, context: AccessContext, recorder: Recorder): void {
  const rows = sequelizeRows(module, context);
  for (const { node, common, at } of callsOf(module, context, recorder)) {
    const query = queryOf(node, module, context);
    if (query) visitQuery({ ...common, operation: `${query.model.name}.${query.name}`, confidence: query.confidence }, query, at);
    else addRowMethod(node, module, rows, common);
    addScopesOfCall(node, module, common);
  }
  addScopesOfClasses(module, context, recorder);
  addFieldUses(module, context, recorder, rows, {
    fieldOf: (model, name) => fieldOf(model, name, context),
    isFetched: (row, name) => isFetched(row, name, context),
  });
}

/** `User.addScope('active', { … })`, and the scopes among the options of `define` and `init`. */
function addScopesOfCall(node: Extract<Node, { type: 'CallExpression' }>, module: Module, common: Omit<Visit, 'operation'>): void {
  const { context } = common;
  const callee = unwrapAwait(node.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
  if (callee.type !== 'MemberExpression' || (name !== 'addScope' && name !== 'define' && name !== 'init')) return;
  const defined = context.models.byKey(`${module.path}\0${node.start}`);
  const model = defined ?? modelOf({ node: callee.object, module }, context)?.model;
  const last = node.arguments[name === 'addScope' ? 1 : node.arguments.length - 1];
  if (model?.layer !== LAYER || !last) return;
  const options = { node: last as Node, module };
  if (name === 'addScope') addScope(model, options, common);
  else for (const { key, value } of entriesOf(options, context.modules).entries) addScopesUnder(key, value, model, common);
}

function addScopesUnder(key: string, value: Source, model: MappedModel, common: Omit<Visit, 'operation'>): void {
  if (key === 'defaultScope') addScope(model, value, common);
  if (key === 'scopes') for (const scope of entriesOf(value, common.context.modules).entries) addScope(model, scope.value, common);
}

/** What a scope names is part of every query that takes it. */
function addScope(model: MappedModel, scope: Source, common: Omit<Visit, 'operation'>): void {
  const visit: Visit = { ...common, operation: `scope of ${model.name}` };
  const node = unwrapAwait(scope.node);
  const given = isFunction(node) ? returnsOf({ node, module: scope.module }) : [scope];
  for (const options of given) visitOptions(visit, model, options);
}

/** `@Scopes(() => ({ … }))` and `@DefaultScope(() => ({ … }))` of sequelize-typescript. */
function addScopesOfClasses(module: Module, context: AccessContext, recorder: Recorder): void {
  for (const node of module.nodes('ClassDeclaration', 'ClassExpression')) {
    const model = context.models.byKey(`${module.path}\0${node.start}`);
    if (model?.layer !== LAYER) continue;
    const common = { context, recorder, confidence: 'high' as const, call: { node: node as Node, module } };
    for (const { name, args } of decoratorsOf(node, module, context.modules, /sequelize/)) {
      const [first] = args;
      if (!first || (name !== 'Scopes' && name !== 'DefaultScope')) continue;
      const inner = unwrapAwait(first.node);
      const given = isFunction(inner) ? returnsOf({ node: inner, module }) : [first];
      for (const options of given) {
        if (name === 'DefaultScope') addScope(model, options, { ...common, call: options });
        else addScopesUnder('scopes', options, model, { ...common, call: options });
      }
    }
  }
}

export default modelLayer(LAYER, mapping, addAll);
