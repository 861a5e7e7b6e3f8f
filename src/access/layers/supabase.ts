/**
 * Accesses through Supabase's client and PostgREST: `supabase.from('t').select('a, b(c)').eq('d', v)`, rows, `rpc('fn')`.
 * Input: a module. Output: Extraction.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { usedAs } from '../../schema/names.ts';
import type { Chain } from '../builder/chain.ts';
import type { BuilderSyntax } from '../builder/queries.ts';
import { relationsGiven } from '../builder/relations.ts';
import { relationsNamed } from '../builder/scope.ts';
import { textsOf } from '../builder/texts.ts';
import { isTyped } from '../builder/types.ts';
import { makeRecorder, type Recorder } from '../recorder.ts';
import { clientOf } from '../sql/client.ts';
import { readSupabase } from '../supabase/read.ts';
import { SUPABASE_STEPS } from '../supabase/steps.ts';
import type { AccessContext, AccessLayer } from '../types.ts';

const supabase: AccessLayer = {
  name: 'supabase',
  namesTables: true,
  packages: ['supabase', 'postgrest'],
  extract: (module, context) => {
    const recorder = makeRecorder('supabase', context);
    if (context.databases.length === 0 || !/\.\s*(?:from|rpc)\b/.test(module.text)) return { accesses: [], writes: [], unresolved: [] };
    const unresolved = readSupabase(module, syntaxOf(context), { context, recorder });
    addCalls(module, context, recorder);
    return { accesses: recorder.accesses, writes: recorder.writes, unresolved };
  },
};

type Certainty = 'sure' | 'likely' | null;

function syntaxOf(context: AccessContext): BuilderSyntax {
  const known = new Map<unknown, Certainty>();
  const certaintyOf = ({ base, module }: Chain): Certainty => {
    const node = unwrapAwait(base);
    const before = known.get(node);
    if (before !== undefined) return before;
    const source = { node, module };
    const packages = [...clientOf(source, context.modules).packages];
    const isSure = packages.some((name) => /supabase|postgrest/i.test(name)) || isTyped(source, /Supabase|Postgrest/, context.modules);
    const isOther = packages.some((name) => /knex|kysely|drizzle|typeorm|objection/i.test(name));
    const name = module.text.slice(node.start, Math.min(node.end, node.start + 80));
    const found: Certainty = isSure ? 'sure' : !isOther && /supabase|postgrest/i.test(name) ? 'likely' : null;
    known.set(node, found);
    return found;
  };
  return {
    isMethod: (name) => SUPABASE_STEPS.has(name),
    begins: () => null,
    introduces: (step, chain) => {
      const [first] = step.args;
      const certainty = step.name === 'from' && first && first.type !== 'SpreadElement' ? certaintyOf(chain) : null;
      if (certainty === null || !first) return [];
      const schema = chain.steps.find(({ name }) => name === 'schema')?.args[0];
      const named = schema ? stringOf(schema, chain.module, context.modules) : null;
      const source = { node: first, module: chain.module };
      if (named === null) return relationsGiven(source, context, certainty === 'sure');
      const { texts } = textsOf(source, context.modules);
      return texts.flatMap(({ text }) => relationsNamed(`${named}.${text}`, chain.module, context, certainty === 'sure', text));
    },
    hands: () => null,
  };
}

/** `rpc('name', { … })`: a call of a function of the database. */
function addCalls(module: Module, context: AccessContext, recorder: Recorder): void {
  for (const call of module.nodes('CallExpression')) {
    const callee = unwrapAwait(call.callee);
    const [first] = call.arguments;
    if (callee.type !== 'MemberExpression' || keyName(callee) !== 'rpc' || !first || first.type === 'SpreadElement') continue;
    const name = stringOf(first, module, context.modules);
    if (name === null) continue;
    const table = usedAs({ kind: 'function', name });
    for (const { id } of context.databases)
      if (context.interest?.has(id, table, null))
        recorder.add(
          { database: id, kind: 'read', table, column: null, how: 'named', confidence: 'high', operation: 'supabase.rpc' },
          { node: first, module },
          { node: call, module },
        );
  }
}

export default supabase;
