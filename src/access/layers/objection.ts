/**
 * Accesses through Objection: `User.query().select('name')`, `patch`, `insertGraph`, `withGraphFetched('team')`.
 * Input: a module and the models that code declares. Output: Extraction.
 */
import { enclosingClass } from '../../code/functions.ts';
import { type CallNode, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import type { Chain, Step } from '../builder/chain.ts';
import type { BuilderSyntax } from '../builder/queries.ts';
import { readChains } from '../builder/read.ts';
import { addNamed, type Usage } from '../builder/record.ts';
import { introducedBy } from '../builder/relations.ts';
import { type Relation, relationsNamed } from '../builder/scope.ts';
import { textsOf } from '../builder/texts.ts';
import { annotationOf } from '../builder/types.ts';
import { objectionModels } from '../objection/models.ts';
import { queriedRows, typedRows } from '../objection/rows.ts';
import { OBJECTION_STEPS } from '../objection/steps.ts';
import { addFieldUses } from '../orm/fields.ts';
import { makeRecorder, type Recorder } from '../recorder.ts';
import type { AccessContext, AccessLayer, MappedModel } from '../types.ts';

const NAME = 'objection';
const GRAPH = /^(?:withGraph|eager|join\w*Rel|joinEager|\w+JoinRelat|\$?relatedQuery)/;

const objection: AccessLayer = {
  name: NAME,
  mapping: {
    packages: ['objection'],
    clues: [{ words: ['tableName', 'relationMappings'], beside: [/\bclass\b/] }],
    read: objectionModels,
  },
  extract: (module, context) => {
    const recorder = makeRecorder(NAME, context);
    if (!context.models.all.some(({ layer }) => layer === NAME)) return { accesses: [], writes: [], unresolved: [] };
    const syntax = syntaxOf(context);
    const { queries } = readChains(module, { name: NAME, steps: OBJECTION_STEPS, syntax, readsAll: true }, { context, recorder });
    for (const chain of queries.chains) readGraphs(chain, context, recorder);
    const reader = { fieldOf: (model: MappedModel, name: string) => model.fields.get(name), isFetched: () => true };
    addFieldUses(module, context, recorder, typedRows(context), reader);
    return { accesses: recorder.accesses, writes: recorder.writes, unresolved: [] };
  },
};

const relationOf = (model: MappedModel, module: Module, context: AccessContext): readonly Relation[] =>
  relationsNamed(model.table, module, context, true);

/** The model of `User`, of `this` and of a variable typed as one. */
function modelOf(start: Node, module: Module, { models, modules }: AccessContext): MappedModel | null {
  const node = unwrapAwait(start);
  const owner = node.type === 'ThisExpression' ? enclosingClass(node, module) : null;
  const found = models.of({ node: owner ?? node, module }, modules) ?? typedModel(node, module, models, modules);
  return found?.layer === NAME ? found : null;
}

function typedModel(node: Node, module: Module, models: AccessContext['models'], modules: Modules): MappedModel | null {
  const annotation = annotationOf(node, module);
  if (!annotation) return null;
  const inside = module.nodes('TSTypeReference').filter(({ start, end }) => start >= annotation.start && end <= annotation.end);
  return inside.map(({ typeName }) => models.of({ node: typeName, module }, modules)).find((model) => model !== null) ?? null;
}

/** The model of a row: `const user = await User.query().findById(1)`. */
function modelOfRow(node: Node, module: Module, context: AccessContext): MappedModel | null {
  // Rows that are asked for again by themselves are not followed: `user = await user.$query()`.
  const rows = queriedRows(context, (call, own) => asked(call, own, context, () => null));
  return rows.of({ node, module })?.model ?? null;
}

/** The model that `User.query()`, `user.$query()` or `user.$relatedQuery('team')` asks. */
function asked(call: CallNode, module: Module, context: AccessContext, ofRow = modelOfRow): MappedModel | null {
  const callee = unwrapAwait(call.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
  if (callee.type !== 'MemberExpression' || name === null || !/^\$?(?:query|relatedQuery)$/.test(name)) return null;
  const model = modelOf(callee.object, module, context) ?? (name.startsWith('$') ? ofRow(callee.object, module, context) : null);
  const [first] = call.arguments;
  if (!/elatedQuery$/.test(name) || !model) return model;
  const relation = first && first.type !== 'SpreadElement' ? textsOf({ node: first, module }, context.modules).texts[0]?.text : undefined;
  return context.models.byKey(model.relations.get(relation ?? '')?.target ?? '') ?? null;
}

function syntaxOf(context: AccessContext): BuilderSyntax {
  return {
    isMethod: (name) => OBJECTION_STEPS.has(name) && !/^\$?(?:query|relatedQuery)$/.test(name),
    begins: (call, module) => {
      const model = asked(call, module, context);
      return model && relationOf(model, module, context);
    },
    introduces: (step, chain) => introduced(step, chain, context),
    hands: (step, argument) =>
      /^(?:where|and|or|having|on|modify)/.test(step.name) &&
      !/Exists$|In$/.test(step.name) &&
      step.args.indexOf(argument as Step['args'][number]) === 0
        ? 'same'
        : 'inner',
  };
}

const modelOfChain = (chain: Chain, context: AccessContext): MappedModel | null =>
  chain.base.type === 'CallExpression' ? asked(chain.base, chain.module, context) : null;

function introduced(step: Step, chain: Chain, context: AccessContext): readonly Relation[] {
  const model = modelOfChain(chain, context);
  const [first] = step.args;
  if (!first || first.type === 'SpreadElement') return [];
  const texts = textsOf({ node: first, module: chain.module }, context.modules).texts;
  if (step.name === 'alias' && model) return texts.flatMap(({ text }) => relationsNamed(model.table, chain.module, context, true, text));
  if (GRAPH.test(step.name) && /oin/.test(step.name) && model)
    return texts.flatMap(({ text }) =>
      related(text, model, context).flatMap(({ name, target }) => relationsNamed(target.table, chain.module, context, true, name)),
    );
  return model ? introducedBy(step, chain, OBJECTION_STEPS, context, true) : [];
}

interface Related {
  readonly name: string;
  readonly target: MappedModel;
  readonly columns: readonly { readonly table: string; readonly column: string }[];
}

/** The relations a graph expression names: `[team.owner, posts(onlyTitle)]`. */
function related(expression: string, model: MappedModel, { models }: AccessContext): readonly Related[] {
  const reached: MappedModel[] = [model];
  const plain = expression.replace(/\([^()]*\)/g, '');
  return [...plain.matchAll(/\w+/g)].flatMap(([name]) => {
    for (const owner of reached.toReversed()) {
      const relation = owner.relations.get(name);
      const target = relation && models.byKey(relation.target);
      if (!relation || !target) continue;
      reached.push(target);
      return [{ name, target, columns: relation.columns }];
    }
    return [];
  });
}

/** The foreign keys that a graph is fetched by. */
function readGraphs(chain: Chain, context: AccessContext, recorder: Recorder): void {
  const model = modelOfChain(chain, context);
  if (!model) return;
  for (const step of chain.steps) {
    const [first] = step.args;
    if (!GRAPH.test(step.name) || !first || first.type === 'SpreadElement') continue;
    for (const { text, at } of textsOf({ node: first, module: chain.module }, context.modules).texts)
      for (const { columns } of related(text, model, context))
        for (const { table, column } of columns) {
          const scope = { relations: relationsNamed(table, chain.module, context, true), outer: [] };
          const usage: Usage = { scope, call: { node: chain.node, module: chain.module }, operation: `${NAME}.${step.name}`, kind: 'read' };
          addNamed({ context, recorder }, usage, [{ text: column, at }]);
        }
  }
}

export default objection;
