/**
 * Which expressions are a repository of an entity: injected, asked from a manager, a class of its own, or `this` inside one.
 * Input: an expression. Output: the entity's model; null for what is not known to be a repository.
 */
import { enclosingClass } from '../../code/functions.ts';
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { originOf, stringOf } from '../../code/values.ts';
import { type ClassSource, classOf, decoratorsOf, lineageOf } from '../orm/decorators.ts';
import { type FieldDeclaration, fieldDeclarations } from '../orm/members.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { functionOf, returnsOf, type Source } from '../values.ts';
import { PACKAGES } from './tables.ts';

export const LAYER = 'typeorm';

const REPOSITORIES = /^(?:Tree|Mongo|Abstract)?Repository$/;
/** Calls that give the repository of the entity (or repository class) they are given. */
const GETTERS = new Set(['getRepository', 'getTreeRepository', 'getMongoRepository', 'getCustomRepository', 'withRepository', 'get']);
const TOKENS = new Set(['InjectRepository', 'getRepositoryToken']);
const MAX_DEPTH = 8;

/** The model an expression names: its class, its schema's constant. */
export function entityOf(source: Source, context: AccessContext): MappedModel | null {
  const node = unwrapAwait(source.node);
  if (node.type !== 'Identifier' && node.type !== 'MemberExpression') return null;
  const model = context.models.of({ node, module: source.module }, context.modules);
  return model?.layer === LAYER ? model : null;
}

/** The model a text names, of the file's own package where several have the name. */
export function entityNamed(source: Source, context: AccessContext): MappedModel | null {
  const name = stringOf(source.node, source.module, context.modules);
  const named = name === null ? [] : context.models.byName(name, LAYER);
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** The entity whose repository an expression is. */
export function repositoryOf(source: Source, context: AccessContext, depth = 0): MappedModel | null {
  if (depth > MAX_DEPTH) return null;
  const { module } = source;
  const node = unwrapAwait(source.node);
  const go = (next: Node, within: Module = module): MappedModel | null => repositoryOf({ node: next, module: within }, context, depth + 1);
  switch (node.type) {
    case 'CallExpression':
      return repositoryOfCall(node, module, context, depth);
    case 'ThisExpression':
    case 'Super':
      return repositoryOfThis(node, module, context, depth);
    case 'Identifier':
      return repositoryOfName(node, module, context, depth);
    case 'MemberExpression':
      return repositoryOfMember(node, module, context, depth);
    case 'ConditionalExpression':
      return go(node.consequent) ?? go(node.alternate);
    case 'LogicalExpression':
      return go(node.left) ?? go(node.right);
    case 'AssignmentExpression':
      return go(node.right);
    case 'NewExpression': {
      const made = classOf({ node: node.callee, module }, context.modules);
      const [first] = node.arguments;
      return (
        (made ? repositoryClass(made, context) : null) ??
        (first && isRepositoryName(node.callee, module, context) ? entityOf({ node: first, module }, context) : null)
      );
    }
    default:
      return null;
  }
}

function repositoryOfCall(
  node: Extract<Node, { type: 'CallExpression' }>,
  module: Module,
  context: AccessContext,
  depth: number,
): MappedModel | null {
  const callee = unwrapAwait(node.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : callee.type === 'Identifier' ? callee.name : null;
  const typed = node.typeArguments?.params[0] ? repositoryType({ node: node.typeArguments.params[0], module }, context) : null;
  if (typed) return typed;
  const [first] = node.arguments;
  if (name === 'extend' && callee.type === 'MemberExpression') return repositoryOf({ node: callee.object, module }, context, depth + 1);
  if (name === 'getRepository' && !first && callee.type === 'MemberExpression') return entityOf({ node: callee.object, module }, context);
  if (name !== null && GETTERS.has(name) && first) {
    const argument = { node: first as Node, module };
    const found = entityOf(argument, context) ?? tokenOf(argument, context) ?? repositoryOf(argument, context, depth + 1);
    if (found || name === 'get') return found;
    const made = classOf(argument, context.modules);
    return (made && repositoryClass(made, context)) ?? entityNamed(argument, context);
  }
  const target = functionOf({ node: callee, module }, context.modules);
  for (const returned of target ? returnsOf(target) : []) {
    const found = repositoryOf(returned, context, depth + 2);
    if (found) return found;
  }
  return null;
}

/** `getRepositoryToken(User)`. */
function tokenOf(source: Source, context: AccessContext): MappedModel | null {
  const node = unwrapAwait(source.node);
  const callee = node.type === 'CallExpression' ? node.callee : null;
  const isToken = callee?.type === 'Identifier' && TOKENS.has(callee.name);
  const first = isToken && node.type === 'CallExpression' ? node.arguments[0] : undefined;
  return first ? entityOf({ node: first, module: source.module }, context) : null;
}

function repositoryOfName(
  node: Extract<Node, { type: 'Identifier' }>,
  module: Module,
  context: AccessContext,
  depth: number,
): MappedModel | null {
  const binding = module.binding(node);
  if (!binding) return null;
  const annotation = binding.kind === 'parameter' || binding.kind === 'variable' ? binding.annotation : null;
  if (annotation && 'path' in binding && binding.path.length === 0) return repositoryType({ node: annotation, module }, context);
  if (binding.kind === 'variable' && binding.init && binding.path.length === 0)
    return repositoryOf({ node: binding.init, module }, context, depth + 1);
  if (binding.kind === 'parameter') return injected(binding.node, module, context);
  const origin = originOf(node, module, context.modules);
  if (origin?.kind !== 'local' || origin.node === node || origin.node.type === 'Identifier') return null;
  return repositoryOf(origin, context, depth + 1);
}

/** `@InjectRepository(User)` on a parameter or field. */
function injected(holder: Node, module: Module, context: AccessContext): MappedModel | null {
  const decorators = decoratorsOf(holder, module, context.modules, PACKAGES);
  const [argument] = decorators.find((d) => TOKENS.has(d.name))?.args ?? [];
  if (!argument) return null;
  const made = classOf(argument, context.modules);
  return entityOf(argument, context) ?? (made && repositoryClass(made, context));
}

/** `this.users`, `repositories.users`. */
function repositoryOfMember(
  node: Extract<Node, { type: 'MemberExpression' }>,
  module: Module,
  context: AccessContext,
  depth: number,
): MappedModel | null {
  const name = keyName(node);
  if (name === null) return null;
  if (node.object.type !== 'ThisExpression') {
    const origin = originOf(node, module, context.modules);
    return origin?.kind === 'local' && origin.node !== node && origin.node.type !== 'Identifier'
      ? repositoryOf(origin, context, depth + 1)
      : null;
  }
  for (const declaration of fieldDeclarations(node, name, module, context.modules)) {
    const found = declaredRepository(declaration, node, module, context, depth);
    if (found) return found;
  }
  return null;
}

function declaredRepository(
  declaration: FieldDeclaration,
  at: Node,
  module: Module,
  context: AccessContext,
  depth: number,
): MappedModel | null {
  const { holder, annotation, value, owner } = declaration;
  return (
    injected(holder, owner.module, context) ??
    (annotation
      ? (repositoryType({ node: annotation, module: owner.module }, context) ?? generic(annotation, owner, at, module, context))
      : null) ??
    (value ? repositoryOf({ node: value, module: owner.module }, context, depth + 1) : null)
  );
}

/** `Repository<T>` of a generic base class, seen from `class Users extends Base<User>`. */
function generic(annotation: Node, base: ClassSource, at: Node, module: Module, context: AccessContext): MappedModel | null {
  const written = annotation.type === 'TSTypeReference' ? annotation.typeArguments?.params[0] : undefined;
  const name = written ? base.module.text.slice(written.start, written.end) : null;
  const index = base.node.typeParameters?.params.findIndex((p) => base.module.text.slice(p.start, p.end).split(/\s/)[0] === name) ?? -1;
  const node = enclosingClass(at, module);
  if (index < 0 || !node) return null;
  for (const child of lineageOf({ node, module }, context.modules)) {
    const parent = child.node.superClass ? classOf({ node: child.node.superClass, module: child.module }, context.modules) : null;
    const argument = parent?.node === base.node ? child.node.superTypeArguments?.params[index] : undefined;
    if (argument?.type === 'TSTypeReference') return entityOf({ node: argument.typeName as Node, module: child.module }, context);
  }
  return null;
}

function isRepositoryName(node: Node, module: Module, context: AccessContext): boolean {
  const origin = originOf(node, module, context.modules);
  return origin?.kind === 'package' && PACKAGES.test(origin.source) && REPOSITORIES.test(origin.path.at(-1) ?? origin.imported);
}

/** The entity of `Repository<User>`, or of a class that extends it. */
export function repositoryType({ node, module }: Source, context: AccessContext): MappedModel | null {
  if (node.type === 'TSUnionType')
    return node.types.reduce<MappedModel | null>((found, type) => found ?? repositoryType({ node: type, module }, context), null);
  if (node.type !== 'TSTypeReference' || node.typeName.type !== 'Identifier') return null;
  const name: Source = { node: node.typeName, module };
  const [argument] = node.typeArguments?.params ?? [];
  if (isRepositoryName(name.node, module, context))
    return argument?.type === 'TSTypeReference' ? entityOf({ node: argument.typeName as Node, module }, context) : null;
  const made = classOf(name, context.modules);
  return made && repositoryClass(made, context);
}

/** The entity of `@EntityRepository(User) class Users extends Repository<User>`. */
export function repositoryClass(start: ClassSource, context: AccessContext): MappedModel | null {
  for (const { node, module } of lineageOf(start, context.modules)) {
    const decorators = decoratorsOf(node, module, context.modules, /typeorm/);
    const [argument] = decorators.find((d) => d.name === 'EntityRepository' || d.name === 'CustomRepository')?.args ?? [];
    const decorated = argument ? entityOf(argument, context) : null;
    if (decorated) return decorated;
    if (!node.superClass || !isRepositoryName(node.superClass, module, context)) continue;
    const type = node.superTypeArguments?.params[0];
    return type?.type === 'TSTypeReference' ? entityOf({ node: type.typeName as Node, module }, context) : null;
  }
  return null;
}

/** `this` in a repository class, and in the methods that `.extend({ … })` adds. */
function repositoryOfThis(node: Node, module: Module, context: AccessContext, depth: number): MappedModel | null {
  for (let at = module.parent(node); at !== null; at = module.parent(at)) {
    if (at.type === 'ClassDeclaration' || at.type === 'ClassExpression') return repositoryClass({ node: at, module }, context);
    if (at.type !== 'ObjectExpression') continue;
    const call = module.parent(at);
    const callee = call?.type === 'CallExpression' ? unwrapAwait(call.callee) : null;
    if (callee?.type === 'MemberExpression' && keyName(callee) === 'extend')
      return repositoryOf({ node: callee.object, module }, context, depth + 1);
  }
  return null;
}
