/**
 * Accesses through Knex's query builder: `db('t')`, `db.select(…).from('t')`, queries built in several places, row objects.
 * Input: a module. Output: Extraction.
 */
import { type CallNode, isFunction, unwrapAwait } from '../../code/syntax.ts';
import type { Module } from '../../code/types.ts';
import { type Chain, stepAround } from '../builder/chain.ts';
import type { BuilderSyntax } from '../builder/queries.ts';
import { readChains } from '../builder/read.ts';
import { introducedBy, relationsGiven } from '../builder/relations.ts';
import { textsOf } from '../builder/texts.ts';
import { type Certainty, knexOf } from '../knex/client.ts';
import { KNEX_STEPS } from '../knex/steps.ts';
import { makeRecorder } from '../recorder.ts';
import type { AccessContext, AccessLayer } from '../types.ts';
import type { Source } from '../values.ts';

const knex: AccessLayer = {
  name: 'knex',
  namesTables: true,
  packages: ['knex', 'objection'],
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
  return {
    isMethod: (name) => KNEX_STEPS.has(name),
    begins: (call, module) => {
      const first = argumentOf(call);
      if (first === null || isFunction(first)) return null;
      const certainty = mayBegin(call, module) ? certaintyOf({ node: call.callee, module }) : null;
      if (certainty === null) return null;
      const found = relationsGiven({ node: first, module }, context, certainty === 'sure');
      // `knex({ client: 'pg' })` makes a client; a text is a table even where no schema has it.
      const isTable =
        certainty === 'sure' && first.type !== 'ObjectExpression' && textsOf({ node: first, module }, context.modules).texts.length > 0;
      return isTable || found.some(({ table }) => table !== null) ? found : null;
    },
    introduces: (step, chain) => {
      const certainty = certaintyOfChain(chain, certaintyOf);
      return certainty === null ? [] : introducedBy(step, chain, KNEX_STEPS, context, certainty === 'sure');
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

export default knex;
