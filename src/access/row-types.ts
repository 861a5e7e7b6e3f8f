/**
 * Rows by annotated type: `user: User`, `Pick<User, 'a'>[]`, `Promise<User>`, through aliases of any file.
 * Input: a type annotation, and what one layer knows of the names at the end. Output: the row; null for every type that is
 * not provably a model's.
 */
import type { Module, Modules, Node } from '../code/types.ts';
import type { Row } from './rows.ts';
import type { Source } from './values.ts';

type TypeReference = Extract<Node, { type: 'TSTypeReference' }>;

/** What a layer knows of types. */
export interface TypeReader<Model> {
  /** A generic of the layer: `Prisma.UserGetPayload<…>`, `InferSelectModel<typeof users>`. */
  ofGeneric?(reference: TypeReference, name: string, module: Module): Row<Model> | null;
  /** `typeof users.$inferSelect`. */
  ofQuery?(node: Extract<Node, { type: 'TSTypeQuery' }>, module: Module): Row<Model> | null;
  /** A name that is no alias of the repository: a class, or a name from a package or generated file. */
  ofTypeName(name: Extract<Node, { type: 'Identifier' }>, module: Module): Row<Model> | null;
  /** The row without the properties `Omit` names, or with only those `Pick` names. */
  restrict(row: Row<Model>, names: ReadonlySet<string>, isKept: boolean): Row<Model>;
}

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
const MAX_DEPTH = 8;

/** The row a type stands for. */
export function rowOfType<M>(source: Source, reader: TypeReader<M>, modules: Modules, depth = 0): Row<M> | null {
  if (depth > MAX_DEPTH) return null;
  const { node, module } = source;
  const go = (next: Node | null | undefined, within: Module = module): Row<M> | null =>
    next ? rowOfType({ node: next, module: within }, reader, modules, depth + 1) : null;
  switch (node.type) {
    case 'TSTypeAnnotation':
      return go(node.typeAnnotation);
    case 'TSArrayType': {
      const row = go(node.elementType);
      return row ? { ...row, list: true } : null;
    }
    case 'TSUnionType':
    case 'TSIntersectionType':
      return node.types.reduce<Row<M> | null>((found, type) => found ?? go(type), null);
    case 'TSTypeQuery':
      return reader.ofQuery?.(node, module) ?? null;
    case 'TSTypeReference':
      return rowOfReference(node, module, reader, modules, go);
    default:
      return null;
  }
}

type Go<M> = (next: Node | null | undefined, within?: Module) => Row<M> | null;

function rowOfReference<M>(node: TypeReference, module: Module, reader: TypeReader<M>, modules: Modules, go: Go<M>): Row<M> | null {
  const args = node.typeArguments?.params ?? [];
  const name = module.text.slice(node.typeName.start, node.typeName.end);
  const generic = reader.ofGeneric?.(node, name, module);
  if (generic) return generic;
  if (WRAPPERS.has(name)) {
    const row = go(args[0]);
    return row && args[1] && (name === 'Omit' || name === 'Pick') ? reader.restrict(row, namesIn(args[1], module), name === 'Pick') : row;
  }
  if (LISTS.has(name)) {
    const row = go(args[0]);
    return row ? { ...row, list: true } : null;
  }
  return node.typeName.type === 'Identifier' ? rowOfName(node.typeName, module, reader, modules, go) : null;
}

const namesIn = (keys: Node, module: Module): ReadonlySet<string> =>
  new Set([...module.text.slice(keys.start, keys.end).matchAll(/['"](\w+)['"]/g)].map((m) => m[1] ?? ''));

function rowOfName<M>(
  name: Extract<Node, { type: 'Identifier' }>,
  module: Module,
  reader: TypeReader<M>,
  modules: Modules,
  go: Go<M>,
): Row<M> | null {
  const binding = module.binding(name);
  if (binding?.kind === 'type' && binding.node.type === 'TSTypeAliasDeclaration') return go(binding.node.typeAnnotation);
  const file = binding?.kind === 'import' ? modules.resolve(binding.source, module.path) : null;
  const target = file === null ? null : modules.get(file);
  const declared = binding?.kind === 'import' ? target?.topLevel(binding.imported) : undefined;
  if (target && declared?.kind === 'type')
    return declared.node.type === 'TSTypeAliasDeclaration' ? go(declared.node.typeAnnotation, target) : null;
  return reader.ofTypeName(name, module);
}
