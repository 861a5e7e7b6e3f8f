/**
 * Accesses through Knex's query builder: `db('t')`, `db.select(…).from('t')`, queries built in several places, row objects.
 * Input: a module. Output: Extraction.
 */
import { type CallNode, isFunction, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { type Chain, stepAround } from '../builder/chain.ts';
import type { BuilderSyntax } from '../builder/queries.ts';
import { type Library, readChains } from '../builder/read.ts';
import type { Recording } from '../builder/record.ts';
import { introducedBy, relationsGiven } from '../builder/relations.ts';
import { type Relation, relationsNamed } from '../builder/scope.ts';
import { textsOf } from '../builder/texts.ts';
import { type Certainty, knexOf } from '../knex/client.ts';
import { type Inherited, inheritedBy } from '../knex/inherited.ts';
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
    if (context.databases.length > 0) {
      const syntax = syntaxOf(context);
      readChains(module, { ...LIBRARY, syntax }, { context, recorder });
      readInherited(module, syntax, { context, recorder });
    }
    return { accesses: recorder.accesses, writes: recorder.writes, unresolved: [] };
  },
};

const LIBRARY: Omit<Library, 'syntax'> = { name: 'knex', steps: KNEX_STEPS, readsAll: true };

/** What the classes of a module do by the methods they inherit, on tables that only they name. */
function readInherited(module: Module, syntax: BuilderSyntax, recording: Recording): void {
  const { context } = recording;
  for (const node of module.nodes('ClassDeclaration', 'ClassExpression')) {
    const inherited = node.superClass ? inheritedBy({ node, module }, context.modules) : null;
    const bases = new Set(inherited?.bases.map((base) => base.module));
    for (const base of bases)
      if (inherited && /[\w)]\s*\(\s*this\s*\./.test(base.text))
        readChains(base, { ...LIBRARY, syntax: inheritedSyntax(syntax, inherited, context) }, recording);
  }
}

/** Only queries on a field of the class around them, as the subclass fills it: all others are read where they are written. */
function inheritedSyntax(syntax: BuilderSyntax, inherited: Inherited, context: AccessContext): BuilderSyntax {
  const tablesAt = (argument: Node | null, module: Module): readonly Relation[] | null => {
    const isField = argument?.type === 'MemberExpression' && argument.object.type === 'ThisExpression';
    const isOfBase = inherited.bases.some(
      ({ node, module: own }) => own === module && argument && node.start <= argument.start && node.end >= argument.end,
    );
    if (!argument || !isField || !isOfBase || !inherited.runs(argument)) return null;
    const text = inherited.textOf(keyName(argument) ?? '');
    return text === null ? null : relationsNamed(text, module, context, false);
  };
  const isOf = (chain: Chain): boolean => {
    const begun = unwrapAwait(chain.base);
    const first = begun.type === 'CallExpression' ? argumentOf(begun) : null;
    return tablesAt(first, chain.module) !== null;
  };
  return {
    ...syntax,
    begins: (call, module) => {
      const found = tablesAt(argumentOf(call), module);
      return found !== null && mayBegin(call, module) && knexOf({ node: call.callee, module }, context.modules) !== null ? found : null;
    },
    introduces: (step, chain) => {
      const [first] = step.args;
      const given = first && KNEX_STEPS.get(step.name)?.roles[0] === 'table' ? tablesAt(unwrapAwait(first), chain.module) : null;
      if (given !== null) return knexOf({ node: chain.base, module: chain.module }, context.modules) === null ? [] : given;
      return isOf(chain) ? syntax.introduces(step, chain) : [];
    },
  };
}

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
