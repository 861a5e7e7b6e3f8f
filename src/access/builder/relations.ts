/**
 * The relations that the steps of a chain introduce: tables after `from` and joins, names of CTEs and of subqueries.
 * Input: a step and its chain. Output: relations; a name that a CTE of the chain has is no table.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import type { AccessContext } from '../types.ts';
import { entriesOf, type Source } from '../values.ts';
import type { Chain, Step } from './chain.ts';
import { roleAt, type StepRule } from './rules.ts';
import { type Relation, relationsNamed } from './scope.ts';
import { textsOf } from './texts.ts';

/** The relations an expression names: `'t as x'`, a constant, `{ x: 't' }`, a list of them. */
export function relationsGiven(source: Source, context: AccessContext, isCertain: boolean): readonly Relation[] {
  const { texts, objects } = textsOf(source, context.modules);
  const aliased = objects.flatMap((object) => entriesOf(object, context.modules).entries);
  return [
    ...texts.flatMap(({ text }) => relationsNamed(text, source.module, context, isCertain)),
    ...aliased.flatMap(({ key, value }) =>
      textsOf(value, context.modules).texts.flatMap(({ text }) => relationsNamed(text, source.module, context, isCertain, key)),
    ),
  ];
}

/** The relations a step adds to its query. */
export function introducedBy(
  step: Step,
  chain: Chain,
  steps: ReadonlyMap<string, StepRule>,
  context: AccessContext,
  isCertain: boolean,
): readonly Relation[] {
  const rule = steps.get(step.name);
  const [first] = step.args;
  if (!rule || !first || first.type === 'SpreadElement') return [];
  const source: Source = { node: first, module: chain.module };
  const role = roleAt(rule, 0);
  if (role === 'cte') return cteNames(step, chain.module, context).map((alias) => ({ alias, table: null, isCertain: true }));
  if (role !== 'table') return [];
  const hidden = new Set(chain.steps.flatMap((s) => (steps.get(s.name)?.roles[0] === 'cte' ? cteNames(s, chain.module, context) : [])));
  const found = relationsGiven(source, context, isCertain).map((r) => (hidden.has(r.table?.table ?? '') ? { ...r, table: null } : r));
  if (found.length > 0) return found;
  const alias = aliasOf(first, chain.module, context);
  return alias === null ? [] : [{ alias, table: null, isCertain: true }];
}

/** `with('x', …)`, `with('x(a, b)', …)`. */
const cteNames = (step: Step, module: Module, context: AccessContext): readonly string[] => {
  const [first] = step.args;
  if (!first || first.type === 'SpreadElement') return [];
  return textsOf({ node: first, module }, context.modules).texts.map(({ text }) => text.replace(/\(.*$/s, '').trim());
};

/** `db('t').select('a').as('x')`: the subquery's name; the empty one where it has none or is not a query. */
function aliasOf(node: Node, module: Module, context: AccessContext): string | null {
  const call = unwrapAwait(node);
  if (call.type === 'ArrowFunctionExpression' && call.body.type !== 'BlockStatement') return aliasOf(call.body, module, context);
  const isAs = call.type === 'CallExpression' && call.callee.type === 'MemberExpression' && keyName(call.callee) === 'as';
  const [name] = isAs ? call.arguments : [];
  return name && name.type !== 'SpreadElement' ? (textsOf({ node: name, module }, context.modules).texts[0]?.text ?? null) : '';
}
