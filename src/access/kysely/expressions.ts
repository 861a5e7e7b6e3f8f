/**
 * Kysely's expressions that are no chain: `eb('c', '=', v)`, `({ ref }) => ref('c')`, sql`lower(c)`, references made at run time.
 * Input: the reading of a module's chains. Output: accesses in the recorder, and what could not be read.
 */
import { type CallNode, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Node } from '../../code/types.ts';
import { chosenAtRunTime } from '../builder/dynamic.ts';
import { addFragment } from '../builder/fragments.ts';
import type { Shape } from '../builder/queries.ts';
import { type Reading, shapeAround } from '../builder/read.ts';
import { addKeys, addNamed, constantOf, type Usage } from '../builder/record.ts';
import { textsOf } from '../builder/texts.ts';
import { isStatement } from '../sql/find.ts';
import type { Unresolved } from '../types.ts';

/** Reads them all. */
export function readExpressions(reading: Reading): readonly Unresolved[] {
  const { module } = reading;
  const unresolved = module.nodes('CallExpression').flatMap((call) => readCall(call, reading));
  for (const { tag, quasi } of module.nodes('TaggedTemplateExpression')) {
    const name = unwrapAwait(tag);
    if (name.type !== 'Identifier' || name.name !== 'sql' || isStatement(quasi.quasis[0]?.value.raw ?? '')) continue;
    const around = shapeAround(quasi, reading);
    if (around) addFragment(reading, usageOf(around.shape, quasi, 'sql', reading), { node: quasi, module }, 'select');
  }
  return unresolved;
}

const usageOf = (scope: Shape, node: Node, name: string, { module, library }: Reading): Usage => ({
  scope,
  call: { node, module },
  operation: `${library.name}.${name}`,
  kind: 'read',
});

/** Calls of the builder itself, and of what is taken out of it. */
function readCall(call: CallNode, reading: Reading): readonly Unresolved[] {
  const { module, queries, context } = reading;
  const [first] = call.arguments;
  if (!first || first.type === 'SpreadElement') return [];
  const callee = unwrapAwait(call.callee);
  if (callee.type === 'MemberExpression' && keyName(callee) === 'ref') return dynamic(call, first, reading);
  const binding = callee.type === 'Identifier' ? module.binding(callee) : null;
  if (callee.type !== 'Identifier' || binding?.kind !== 'parameter') return [];
  const shape = queries.of({ node: callee, module });
  if (shape.relations.length + shape.outer.length === 0) return [];
  const usage = usageOf(shape, call, callee.name, reading);
  const { texts, objects } = textsOf({ node: first, module }, context.modules);
  const value = call.arguments.length > 2 ? call.arguments.at(-1) : undefined;
  const constants = value && value.type !== 'SpreadElement' ? constantOf({ node: value, module }, reading) : [];
  if (!['val', 'lit', 'selectFrom'].includes(binding.path.at(-1) ?? '')) addNamed(reading, usage, texts, constants);
  for (const object of objects) addKeys(reading, usage, object);
  return binding.path.at(-1) === 'ref' ? dynamic(call, first, reading) : [];
}

/** `db.dynamic.ref(name)`, `eb.ref(name)` of a name known at run time only. */
function dynamic(call: CallNode, name: Node, reading: Reading): readonly Unresolved[] {
  const { module, context } = reading;
  if (textsOf({ node: name, module }, context.modules).unknown.length === 0) return [];
  const around = shapeAround(call, reading);
  return chosenAtRunTime({ node: call, module }, around?.shape.relations ?? [], context);
}
