/**
 * Accesses through Kysely: `db.selectFrom('t as x').select(['x.c as y'])`, expression builders, sql fragments in queries.
 * Input: a module. Output: Extraction.
 */
import { unwrapAwait } from '../../code/syntax.ts';
import type { Chain } from '../builder/chain.ts';
import type { BuilderSyntax } from '../builder/queries.ts';
import { readChains } from '../builder/read.ts';
import { introducedBy, relationsGiven } from '../builder/relations.ts';
import { isTyped } from '../builder/types.ts';
import { readExpressions } from '../kysely/expressions.ts';
import { KYSELY_STEPS } from '../kysely/steps.ts';
import { makeRecorder } from '../recorder.ts';
import { clientOf } from '../sql/client.ts';
import type { AccessContext, AccessLayer } from '../types.ts';

const BEGINS = /\b(?:selectFrom|insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\b/;

const kysely: AccessLayer = {
  name: 'kysely',
  namesTables: true,
  packages: ['kysely'],
  extract: (module, context) => {
    const recorder = makeRecorder('kysely', context);
    if (context.databases.length === 0 || !BEGINS.test(module.text)) return { accesses: [], writes: [], unresolved: [] };
    const reading = readChains(
      module,
      { name: 'kysely', steps: KYSELY_STEPS, syntax: syntaxOf(context), readsAll: false },
      { context, recorder },
    );
    const unresolved = readExpressions(reading);
    return { accesses: recorder.accesses, writes: recorder.writes, unresolved };
  },
};

function syntaxOf(context: AccessContext): BuilderSyntax {
  const known = new Map<unknown, boolean>();
  const isCertain = (chain: Chain): boolean => {
    const base = unwrapAwait(chain.base);
    const before = known.get(base);
    if (before !== undefined) return before;
    const source = { node: base, module: chain.module };
    const packages = clientOf(source, context.modules).packages;
    const found =
      [...packages].some((name) => /kysely/i.test(name)) || isTyped(source, /\b(?:Kysely|Transaction<|QueryCreator)/, context.modules);
    known.set(base, found);
    return found;
  };
  return {
    isMethod: (name) => KYSELY_STEPS.has(name),
    begins: (call, module) => {
      const callee = unwrapAwait(call.callee);
      const [first] = call.arguments;
      if (callee.type !== 'Identifier' || callee.name !== 'selectFrom' || !first || first.type === 'SpreadElement') return null;
      return relationsGiven({ node: first, module }, context, true);
    },
    introduces: (step, chain) => introducedBy(step, chain, KYSELY_STEPS, context, isCertain(chain)),
    restarts: (step) => KYSELY_STEPS.get(step.name)?.restarts ?? false,
    isPartOf: (member) => /^(?:eb|fn|ref|selectFrom|and|or|not|exists|between|case|cast|unary|val|lit|parens|tuple|refTuple)$/.test(member),
    hands: (step) => (/^(?:with|withRecursive|selectFrom|union\w*|intersect|except)$/.test(step.name) ? 'inner' : 'same'),
  };
}

export default kysely;
