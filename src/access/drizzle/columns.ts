/**
 * Which expressions are Drizzle's tables and columns: `users`, `schema.users`, `alias(users, 'u')`, `users.email`.
 * Input: an expression. Output: the model, the field; null for everything else.
 */
import { keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import type { AccessContext, MappedField, MappedModel } from '../types.ts';
import type { Source } from '../values.ts';
import { drizzleName, tablesOf } from './tables.ts';

export const LAYER = 'drizzle';

/** `const a = alias(a, 'a')` leads back to itself. */
const MAX_DEPTH = 4;
const ALIASES = new Set(['alias', 'aliasedTable']);

/** The table an expression is. */
export function tableOf({ node, module }: Source, context: AccessContext, depth = 0): MappedModel | null {
  if (depth > MAX_DEPTH) return null;
  const model = context.models.of({ node, module }, context.modules);
  if (model) return model.layer === LAYER ? model : null;
  const binding = node.type === 'Identifier' ? module.binding(node) : null;
  const made = binding?.kind === 'variable' && binding.init && binding.path.length === 0 ? unwrap(binding.init) : unwrap(node);
  const [first] = made.type === 'CallExpression' ? made.arguments : [];
  const isAlias = made.type === 'CallExpression' && ALIASES.has(drizzleName(made.callee, module, context.modules) ?? '');
  return isAlias && first && first.type !== 'SpreadElement' ? tableOf({ node: first, module }, context, depth + 1) : null;
}

export interface ColumnReference {
  readonly model: MappedModel;
  readonly field: MappedField;
  readonly at: Source;
}

/** Every `users.email` of a module that is part of a query, not of a definition. */
export function columnsIn(module: Module, context: AccessContext): ColumnReference[] {
  const names = context.interest?.fieldNames;
  return module.nodes('MemberExpression').flatMap((member) => {
    const name = keyName(member);
    if (name === null || (names && !names.has(name))) return [];
    const model = tableOf({ node: member.object, module }, context);
    const field = model?.fields.get(name);
    return model && field && !isDefinition(member, module, context) ? [{ model, field, at: { node: member.property, module } }] : [];
  });
}

/** Inside `pgTable(…)` or `relations(…)`: keys and indexes, no query. */
function isDefinition(node: Node, module: Module, context: AccessContext): boolean {
  for (let up = module.parent(node); up !== null; up = module.parent(up)) {
    if (up.type !== 'CallExpression') continue;
    if (drizzleName(up.callee, module, context.modules) === 'relations' || tablesOf(up, module, context.modules) !== null) return true;
  }
  return false;
}
