/**
 * MikroORM entities declared without decorators: `defineEntity({ name, properties })` with `p.string().fieldName('x')`, and
 * `new EntitySchema({ name, properties })`. Input: a module. Output: model drafts of the constant and of the class behind it.
 */
import { isFunction, keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { originOf } from '../../code/values.ts';
import { classOf, isClass, typeArgument } from '../orm/decorators.ts';
import type { ModelDraft } from '../types.ts';
import { entriesOf, returnsOf, type Source } from '../values.ts';
import { PACKAGES, tablesOf } from './mapping.ts';
import { fieldOf, type Mapped, NO_PREFIX, NOTHING, type Options, optionsOf, type RelationKind, relationOf, textIn } from './properties.ts';

const KINDS: ReadonlyMap<string, RelationKind> = new Map([
  ['m:1', 'm:1'],
  ['1:1', '1:1'],
  ['1:m', '1:m'],
  ['m:n', 'm:n'],
  ['manyToOne', 'm:1'],
  ['oneToOne', '1:1'],
  ['oneToMany', '1:m'],
  ['manyToMany', 'm:n'],
]);

/** Entities that a module declares by objects. */
export function schemaModels(module: Module, modules: Modules): ModelDraft[] {
  return module.nodes('NewExpression', 'CallExpression').flatMap((node) => {
    const origin = originOf(node.callee, module, modules);
    const isSchema =
      origin?.kind === 'package' &&
      PACKAGES.test(origin.source) &&
      /^(?:EntitySchema|defineEntity)$/.test(origin.path.at(-1) ?? origin.imported);
    const [argument] = node.arguments;
    return isSchema && argument ? modelsOf(node, { node: argument, module }, modules) : [];
  });
}

function modelsOf(node: Node, argument: Source, modules: Modules): ModelDraft[] {
  const { module } = argument;
  const options = optionsOf(argument, modules);
  const given = typeArgument(options.get('class'), modules);
  const declared = given !== null && typeof given !== 'string' ? classOf(given, modules) : null;
  const name = textIn(options, 'name', modules) ?? declared?.node.id?.name ?? '';
  const properties = options.get('properties');
  const parts = propertyEntries(properties, modules).map(({ key, value }) => propertyOf(key, value, name, modules));
  const mapped: Mapped = { fields: parts.flatMap((p) => p.fields), relations: parts.flatMap((p) => p.relations) };
  const draft = { module, name, tables: tablesOf(name, options, modules), ...mapped };
  const made = classesOf(node, module);
  return [{ ...draft, node }, ...(declared ? [{ ...draft, ...declared }] : []), ...made.map((one) => ({ ...draft, node: one }))];
}

function propertyEntries(properties: Source | undefined, modules: Modules): readonly { key: string; value: Source }[] {
  if (!properties) return [];
  const node = unwrap(properties.node);
  const given = isFunction(node) ? returnsOf({ node, module: properties.module }) : [properties];
  return given.flatMap((source) => entriesOf(source, modules).entries);
}

/** `class User extends UserSchema.class {}`. */
function classesOf(node: Node, module: Module): readonly Node[] {
  const holder = module.parent(node);
  const id = holder?.type === 'VariableDeclarator' ? holder.id : null;
  if (id?.type !== 'Identifier') return [];
  return module.nodes('ClassDeclaration', 'ClassExpression').filter((one) => {
    const base = isClass(one) ? one.superClass : null;
    return base?.type === 'MemberExpression' && base.object.type === 'Identifier' && base.object.name === id.name;
  });
}

function propertyOf(name: string, given: Source, owner: string, modules: Modules): Mapped {
  const written = unwrap(given.node);
  const value = isFunction(written) ? (returnsOf({ node: written, module: given.module })[0] ?? given) : given;
  const node = unwrap(value.node);
  const { options, type, target } =
    node.type === 'CallExpression' || node.type === 'MemberExpression'
      ? builtOptions(node, value.module, modules)
      : plainOptions(value, modules);
  const kind = KINDS.get(type);
  if (kind === undefined) return type === 'formula' ? NOTHING : fieldOf(name, options, options.has('primary'), NO_PREFIX, modules);
  return target === null ? NOTHING : relationOf(name, kind, target, options, { name: owner, modules });
}

interface Property {
  readonly options: Options;
  readonly type: string;
  readonly target: Source | string | null;
}

/** `{ kind: 'm:1', entity: () => User }`. */
function plainOptions(value: Source, modules: Modules): Property {
  const options = optionsOf(value, modules);
  const type = textIn(options, 'kind', modules) ?? textIn(options, 'reference', modules) ?? '';
  return { options, type, target: typeArgument(options.get('entity'), modules) };
}

/** `p.string().fieldName('x').primary()`, `() => p.manyToOne(User)`: each step is an option. */
function builtOptions(start: Node, module: Module, modules: Modules): Property {
  const options = new Map<string, Source>();
  let type = '';
  let target: Source | string | null = null;
  for (let node: Node = start, steps = 0; node.type === 'CallExpression' && steps < 40; steps++) {
    const callee = unwrap(node.callee);
    const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
    if (callee.type !== 'MemberExpression' || name === null) break;
    const [first] = node.arguments;
    options.set(name, first ? { node: first, module } : { node, module });
    if (callee.object.type !== 'CallExpression') {
      type = name;
      target = first ? typeArgument({ node: first, module }, modules) : null;
    }
    node = unwrap(callee.object);
  }
  return { options, type, target };
}
