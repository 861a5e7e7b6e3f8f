/**
 * Rows by annotated type: `user: User`, `Prisma.UserGetPayload<…>`, `Pick<User, 'a'>[]`, where the name comes from the
 * generated client. Input: a type annotation. Output: the row; null for every type that is not provably a model's.
 */
import type { Module, Node } from '../../code/types.ts';
import type { AccessContext } from '../types.ts';
import type { Source } from '../values.ts';
import type { Row } from './rows.ts';

const GENERATED = /@prisma|prisma|generated|database|(?:^|[/@-])db(?:$|[/-])/i;
const MAX_DEPTH = 8;
const WRAPPERS = new Set([
  'Promise',
  'Readonly',
  'Partial',
  'Required',
  'NonNullable',
  'Awaited',
  'Omit',
  'Pick',
  'Exclude',
  'Simplify',
  'Prettify',
  'Nullable',
  'Maybe',
]);
const LISTS = new Set(['Array', 'ReadonlyArray', 'Set']);

/** The row a type stands for. */
export function rowOfType(source: Source, context: AccessContext, depth = 0): Row | null {
  if (depth > MAX_DEPTH) return null;
  const { node, module } = source;
  const go = (next: Node | null | undefined): Row | null => (next ? rowOfType({ node: next, module }, context, depth + 1) : null);
  switch (node.type) {
    case 'TSTypeAnnotation':
      return go(node.typeAnnotation);
    case 'TSArrayType': {
      const row = go(node.elementType);
      return row ? { ...row, list: true } : null;
    }
    case 'TSUnionType':
    case 'TSIntersectionType':
      return node.types.reduce<Row | null>((found, t) => found ?? go(t), null);
    case 'TSTypeReference':
      return rowOfReference(node, module, context, depth);
    default:
      return null;
  }
}

function rowOfReference(
  node: Extract<Node, { type: 'TSTypeReference' }>,
  module: Module,
  context: AccessContext,
  depth: number,
): Row | null {
  const args = node.typeArguments?.params ?? [];
  const name = module.text.slice(node.typeName.start, node.typeName.end);
  const go = (next: Node | undefined): Row | null => (next ? rowOfType({ node: next, module }, context, depth + 1) : null);
  const payload = /^(?:Prisma\.)?(\w+)GetPayload$/.exec(name)?.[1];
  if (payload) return modelRow(payload, context);
  if (WRAPPERS.has(name)) return restrict(name, args[1], go(args[0]), module);
  if (LISTS.has(name)) {
    const row = go(args[0]);
    return row ? { ...row, list: true } : null;
  }
  return node.typeName.type === 'Identifier' ? rowOfNamedType(node.typeName, module, context, depth) : null;
}

/** `Omit<User, 'email'>` has no email any more; `Pick` has only what it names: then the row says nothing of the rest. */
function restrict(wrapper: string, keys: Node | undefined, row: Row | null, module: Module): Row | null {
  if (!row || !keys || (wrapper !== 'Omit' && wrapper !== 'Pick')) return row;
  const named = new Set([...module.text.slice(keys.start, keys.end).matchAll(/['"](\w+)['"]/g)].map((m) => m[1]));
  const fields = new Map([...row.model.fields].filter(([name]) => named.has(name) === (wrapper === 'Pick')));
  return { ...row, model: { ...row.model, fields } };
}

function rowOfNamedType(name: Extract<Node, { type: 'Identifier' }>, module: Module, context: AccessContext, depth: number): Row | null {
  const binding = module.binding(name);
  if (binding?.kind === 'type' && binding.node.type === 'TSTypeAliasDeclaration') {
    return rowOfType({ node: binding.node.typeAnnotation, module }, context, depth + 1);
  }
  if (binding?.kind !== 'import') return null;
  const file = context.modules.resolve(binding.source, module.path);
  const target = file ? context.modules.get(file) : null;
  const declared = target?.topLevel(binding.imported);
  if (target && declared?.kind === 'type') {
    return declared.node.type === 'TSTypeAliasDeclaration'
      ? rowOfType({ node: declared.node.typeAnnotation, module: target }, context, depth + 1)
      : null;
  }
  return GENERATED.test(binding.source) && !/zod|types?$/i.test(binding.source) ? modelRow(binding.imported, context) : null;
}

function modelRow(name: string, context: AccessContext): Row | null {
  for (const { id, prisma } of context.databases) {
    const model = prisma?.models.get(name);
    if (prisma && model) return { database: id, schema: prisma, model, list: false, selection: null, isTyped: true };
  }
  return null;
}
