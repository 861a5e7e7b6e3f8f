/**
 * Accesses through Knex's query builder: `db('t')`, `db.select(…).from('t')`, queries built in several places, row objects.
 * Input: a module. Output: Extraction.
 */
import { type CallNode, isFunction, unwrapAwait } from '../../code/syntax.ts';
import type { Module } from '../../code/types.ts';
import { type Chain, type Step, stepAround } from '../builder/chain.ts';
import type { BuilderSyntax } from '../builder/queries.ts';
import { readChains } from '../builder/read.ts';
import { roleAt } from '../builder/rules.ts';
import { type Relation, relationsNamed } from '../builder/scope.ts';
import { textsOf } from '../builder/texts.ts';
import { type Certainty, knexOf } from '../knex/client.ts';
import { KNEX_STEPS } from '../knex/steps.ts';
import { makeRecorder } from '../recorder.ts';
import type { AccessContext, AccessLayer } from '../types.ts';
import { entriesOf, type Source } from '../values.ts';

const knex: AccessLayer = {
  name: 'knex',
  extract: (module, context) => {
    const recorder = makeRecorder('knex', context);
    if (context.databases.length > 0)
      readChains(module, { name: 'knex', steps: KNEX_STEPS, syntax: syntaxOf(context), readsAll: true }, { context, recorder });
    return { accesses: recorder.accesses, writes: recorder.writes, unresolved: [] };
  },
};

function syntaxOf(context: AccessContext): BuilderSyntax {
  const certainties = new Map<unknown, Certainty | null>();
  const certaintyOf = (source: Source): Certainty | null => {
    const known = certainties.get(source.node);
    if (known !== undefined) return known;
    const found = knexOf(source, context.modules);
    certainties.set(source.node, found);
    return found;
  };
  const relations = (source: Source, certainty: Certainty): readonly Relation[] => {
    const { texts, objects } = textsOf(source, context.modules);
    const aliased = objects.flatMap((object) => entriesOf(object, context.modules).entries);
    return [
      ...texts.flatMap(({ text }) => relationsNamed(text, source.module, context, certainty === 'sure')),
      ...aliased.flatMap(({ key, value }) =>
        textsOf(value, context.modules).texts.flatMap(({ text }) =>
          relationsNamed(text, source.module, context, certainty === 'sure', key),
        ),
      ),
    ];
  };
  return {
    isMethod: (name) => KNEX_STEPS.has(name),
    begins: (call, module) => {
      const first = argumentOf(call);
      if (first === null || isFunction(first)) return null;
      const certainty = mayBegin(call, module) ? certaintyOf({ node: call.callee, module }) : null;
      if (certainty === null) return null;
      const found = relations({ node: first, module }, certainty);
      // `knex({ client: 'pg' })` makes a client; a text is a table even where no schema has it.
      const isTable =
        certainty === 'sure' && first.type !== 'ObjectExpression' && textsOf({ node: first, module }, context.modules).texts.length > 0;
      return isTable || found.some(({ table }) => table !== null) ? found : null;
    },
    introduces: (step, chain) => {
      const certainty = certaintyOfChain(chain, certaintyOf);
      return certainty === null ? [] : introduced(step, chain, (source) => relations(source, certainty), context);
    },
    hands: (step, argument) => {
      const rule = KNEX_STEPS.get(step.name);
      const index = step.args.indexOf(argument as (typeof step.args)[number]);
      if (!rule || index < 0) return null;
      if (/^(?:where|and|or|having|on|modify)/.test(step.name) && !/Exists$|In$/.test(step.name) && index === 0) return 'same';
      return /oin$/.test(step.name) && index === 1 ? 'same' : 'inner';
    },
  };
}

/** A call that can be `db('t')`: on a name or a member, with a text or an object. */
function mayBegin(call: CallNode, module: Module): boolean {
  const callee = unwrapAwait(call.callee);
  if (callee.type !== 'Identifier' && callee.type !== 'MemberExpression') return false;
  return call.arguments.length <= 2 && module.parent(call)?.type !== 'NewExpression';
}

function argumentOf(call: CallNode) {
  const [first] = call.arguments;
  return first && first.type !== 'SpreadElement' ? unwrapAwait(first) : null;
}

/** How sure it is that a chain is Knex's: by what it begins with, or as a part of another query. */
const certaintyOfChain = (chain: Chain, certaintyOf: (source: Source) => Certainty | null): Certainty | null => {
  const base = unwrapAwait(chain.base);
  const receiver = base.type === 'CallExpression' ? unwrapAwait(base.callee) : base;
  const certainty = certaintyOf({ node: receiver, module: chain.module });
  if (certainty !== null) return certainty;
  const isHanded = receiver.type === 'ThisExpression' || chain.module.binding(receiver)?.kind === 'parameter';
  return isHanded && stepAround(chain.node, chain.module, (name) => KNEX_STEPS.has(name)) !== null ? 'likely' : null;
};

/** The relations of `from`, `into` and joins, and the names of CTEs and subqueries. */
function introduced(
  step: Step,
  chain: Chain,
  relations: (source: Source) => readonly Relation[],
  context: AccessContext,
): readonly Relation[] {
  const rule = KNEX_STEPS.get(step.name);
  const [first] = step.args;
  if (!rule || !first || first.type === 'SpreadElement') return [];
  const source: Source = { node: first, module: chain.module };
  const role = roleAt(rule, 0);
  const isCte = role === 'cte' || step.name === 'as';
  if (isCte)
    return step.name === 'as'
      ? []
      : textsOf(source, context.modules).texts.map(({ text }) => ({ alias: text, table: null, isCertain: true }));
  if (role !== 'table') return [];
  const found = relations(source);
  if (found.length > 0) return found;
  const alias = aliasOf(first, context, chain.module);
  return alias === null ? [] : [{ alias, table: null, isCertain: true }];
}

/** `db('t').select('a').as('x')`: the subquery's name. */
function aliasOf(node: Source['node'], context: AccessContext, module: Module): string | null {
  const call = unwrapAwait(node);
  const isAs =
    call.type === 'CallExpression' &&
    call.callee.type === 'MemberExpression' &&
    call.callee.property.type === 'Identifier' &&
    call.callee.property.name === 'as';
  const [name] = isAs ? call.arguments : [];
  return name && name.type !== 'SpreadElement' ? (textsOf({ node: name, module }, context.modules).texts[0]?.text ?? null) : '';
}

export default knex;
