/**
 * Constants in Prisma arguments: `role: 'ADMIN'`, `role: Role.ADMIN`, `{ in: [Role.ADMIN] }`, `{ set: 'x' }`.
 * Input: the value under a field's key. Output: what the database would be given, as text; what is computed is left out.
 */
import { unwrapAwait } from '../../code/syntax.ts';
import type { Modules } from '../../code/types.ts';
import { originOf } from '../../code/values.ts';
import type { PrismaField, PrismaSchema } from '../../parse/prisma.ts';
import { literalOf } from '../sql/constants.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';

/** Operators of a filter or an update under which the field's own value stands. */
const VALUE_OPERATORS: ReadonlySet<string> = new Set(['equals', 'not', 'in', 'notIn', 'set', 'has', 'hasSome', 'hasEvery', 'push']);

/** `Role.ADMIN` of the generated client: the member's name. */
function memberName({ node, module }: Source, modules: Modules): string | undefined {
  const origin = node.type === 'MemberExpression' ? originOf(node, module, modules) : null;
  return origin?.kind === 'package' && origin.path.length > 0 ? origin.path.at(-1) : undefined;
}

function constantOf(source: Source, field: PrismaField, schema: PrismaSchema, modules: Modules): string | null | undefined {
  const node = unwrapAwait(source.node);
  const value = literalOf(source, modules) ?? memberName({ node, module: source.module }, modules);
  if (value === undefined || literalOf(source, modules) === null) return literalOf(source, modules);
  const values = field.kind === 'enum' ? schema.enums.get(field.type)?.values : undefined;
  return values ? (values.get(value) ?? value) : value;
}

/** The constants that a filter or an assignment gives a field. */
export function constantsIn(source: Source, field: PrismaField, schema: PrismaSchema, modules: Modules, depth = 0): (string | null)[] {
  if (depth > 3) return [];
  const node = unwrapAwait(source.node);
  if (node.type === 'ArrayExpression')
    return elementsOf(source, modules).elements.flatMap((element) => constantsIn(element, field, schema, modules, depth + 1));
  if (node.type === 'ObjectExpression')
    return entriesOf(source, modules)
      .entries.filter((entry) => VALUE_OPERATORS.has(entry.key))
      .flatMap((entry) => constantsIn(entry.value, field, schema, modules, depth + 1));
  if (node.type === 'ConditionalExpression')
    return [node.consequent, node.alternate].flatMap((side) =>
      constantsIn({ node: side, module: source.module }, field, schema, modules, depth + 1),
    );
  const value = constantOf(source, field, schema, modules);
  return value === undefined ? [] : [value];
}
