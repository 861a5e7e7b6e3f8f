/**
 * Which expressions are a repository of an entity: injected, asked from a manager, a class of its own, or `this` inside one.
 * Input: an expression. Output: the entity's model; null for what is not known to be a repository.
 */
import { enclosingClass } from '../../code/functions.ts';
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { originOf, stringOf } from '../../code/values.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { functionOf, returnsOf, type Source } from '../values.ts';
import { type ClassSource, classOf, decoratorsOf, lineageOf } from './decorators.ts';
import { type FieldDeclaration, fieldDeclarations } from './members.ts';

/** Calls that give the repository of the entity (or repository class) they are given. */
const GETTERS = new Set([
  'getRepository',
  'getTreeRepository',
  'getMongoRepository',
  'getCustomRepository',
  'withRepository',
  'get',
  'repo',
]);
const TOKENS = new Set(['InjectRepository', 'getRepositoryToken']);
const MAX_DEPTH = 8;

/** What tells the repositories of one ORM. */
export interface RepositoryForm {
  readonly layer: string;
  readonly packages: RegExp;
  /** Classes whose type argument is the entity. */
  readonly classes: RegExp;
}

/** The ORM asked about, in one extraction. */
export interface Orm {
  readonly form: RepositoryForm;
  readonly context: AccessContext;
}

/** The model an expression names: its class, its schema's constant. */
export function entityOf(source: Source, orm: Orm): MappedModel | null {
  const node = unwrapAwait(source.node);
  if (node.type !== 'Identifier' && node.type !== 'MemberExpression') return null;
  const model = orm.context.models.of({ node, module: source.module }, orm.context.modules);
  return model?.layer === orm.form.layer ? model : null;
}

/** The model a text names, of the file's own package where several have the name. */
export function entityNamed(source: Source, orm: Orm): MappedModel | null {
  const name = stringOf(source.node, source.module, orm.context.modules);
  const named = name === null ? [] : orm.context.models.byName(name, orm.form.layer);
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** The entity whose repository an expression is. */
export function repositoryOf(source: Source, orm: Orm, depth = 0): MappedModel | null {
  if (depth > MAX_DEPTH) return null;
  const { module } = source;
  const node = unwrapAwait(source.node);
  const go = (next: Node, within: Module = module): MappedModel | null => repositoryOf({ node: next, module: within }, orm, depth + 1);
  switch (node.type) {
    case 'CallExpression':
      return repositoryOfCall(node, module, orm, depth);
    case 'ThisExpression':
    case 'Super':
      return repositoryOfThis(node, module, orm, depth);
    case 'Identifier':
      return repositoryOfName(node, module, orm, depth);
    case 'MemberExpression':
      return repositoryOfMember(node, module, orm, depth);
    case 'ConditionalExpression':
      return go(node.consequent) ?? go(node.alternate);
    case 'LogicalExpression':
      return go(node.left) ?? go(node.right);
    case 'AssignmentExpression':
      return go(node.right);
    case 'NewExpression': {
      const made = classOf({ node: node.callee, module }, orm.context.modules);
      const [first] = node.arguments;
      return (
        (made ? repositoryClass(made, orm) : null) ??
        (first && isRepositoryName(node.callee, module, orm) ? entityOf({ node: first, module }, orm) : null)
      );
    }
    default:
      return null;
  }
}

function repositoryOfCall(node: Extract<Node, { type: 'CallExpression' }>, module: Module, orm: Orm, depth: number): MappedModel | null {
  const callee = unwrapAwait(node.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : callee.type === 'Identifier' ? callee.name : null;
  const typed = node.typeArguments?.params[0] ? repositoryType({ node: node.typeArguments.params[0], module }, orm) : null;
  if (typed) return typed;
  const [first] = node.arguments;
  if (name === 'extend' && callee.type === 'MemberExpression') return repositoryOf({ node: callee.object, module }, orm, depth + 1);
  if (name === 'getRepository' && !first && callee.type === 'MemberExpression') return entityOf({ node: callee.object, module }, orm);
  if (name !== null && GETTERS.has(name) && first) {
    const argument = { node: first as Node, module };
    const found = entityOf(argument, orm) ?? tokenOf(argument, orm) ?? repositoryOf(argument, orm, depth + 1);
    if (found || name === 'get') return found;
    const made = classOf(argument, orm.context.modules);
    return (made && repositoryClass(made, orm)) ?? entityNamed(argument, orm);
  }
  const target = functionOf({ node: callee, module }, orm.context.modules);
  for (const returned of target ? returnsOf(target) : []) {
    const found = repositoryOf(returned, orm, depth + 2);
    if (found) return found;
  }
  return null;
}

/** `getRepositoryToken(User)`. */
function tokenOf(source: Source, orm: Orm): MappedModel | null {
  const node = unwrapAwait(source.node);
  const callee = node.type === 'CallExpression' ? node.callee : null;
  const isToken = callee?.type === 'Identifier' && TOKENS.has(callee.name);
  const first = isToken && node.type === 'CallExpression' ? node.arguments[0] : undefined;
  return first ? entityOf({ node: first, module: source.module }, orm) : null;
}

function repositoryOfName(node: Extract<Node, { type: 'Identifier' }>, module: Module, orm: Orm, depth: number): MappedModel | null {
  const binding = module.binding(node);
  if (!binding) return null;
  const annotation = binding.kind === 'parameter' || binding.kind === 'variable' ? binding.annotation : null;
  if (annotation && 'path' in binding && binding.path.length === 0) return repositoryType({ node: annotation, module }, orm);
  if (binding.kind === 'variable' && binding.init && binding.path.length === 0)
    return repositoryOf({ node: binding.init, module }, orm, depth + 1);
  if (binding.kind === 'parameter') return injected(binding.node, module, orm);
  const origin = originOf(node, module, orm.context.modules);
  if (origin?.kind !== 'local' || origin.node === node || origin.node.type === 'Identifier') return null;
  return repositoryOf(origin, orm, depth + 1);
}

/** `@InjectRepository(User)` on a parameter or field. */
function injected(holder: Node, module: Module, orm: Orm): MappedModel | null {
  const decorators = decoratorsOf(holder, module, orm.context.modules, orm.form.packages);
  const [argument] = decorators.find((d) => TOKENS.has(d.name))?.args ?? [];
  if (!argument) return null;
  const made = classOf(argument, orm.context.modules);
  return entityOf(argument, orm) ?? (made && repositoryClass(made, orm));
}

/** `this.users`, `repositories.users`. */
function repositoryOfMember(
  node: Extract<Node, { type: 'MemberExpression' }>,
  module: Module,
  orm: Orm,
  depth: number,
): MappedModel | null {
  const name = keyName(node);
  if (name === null) return null;
  if (node.object.type !== 'ThisExpression') {
    const origin = originOf(node, module, orm.context.modules);
    return origin?.kind === 'local' && origin.node !== node && origin.node.type !== 'Identifier'
      ? repositoryOf(origin, orm, depth + 1)
      : null;
  }
  for (const declaration of fieldDeclarations(node, name, module, orm.context.modules)) {
    const found = declaredRepository(declaration, node, module, orm, depth);
    if (found) return found;
  }
  return null;
}

function declaredRepository(declaration: FieldDeclaration, at: Node, module: Module, orm: Orm, depth: number): MappedModel | null {
  const { holder, annotation, value, owner } = declaration;
  return (
    injected(holder, owner.module, orm) ??
    (annotation
      ? (repositoryType({ node: annotation, module: owner.module }, orm) ?? generic(annotation, owner, at, module, orm))
      : null) ??
    (value ? repositoryOf({ node: value, module: owner.module }, orm, depth + 1) : null)
  );
}

/** `Repository<T>` of a generic base class, seen from `class Users extends Base<User>`. */
function generic(annotation: Node, base: ClassSource, at: Node, module: Module, orm: Orm): MappedModel | null {
  const written = annotation.type === 'TSTypeReference' ? annotation.typeArguments?.params[0] : undefined;
  const name = written ? base.module.text.slice(written.start, written.end) : null;
  const index = base.node.typeParameters?.params.findIndex((p) => base.module.text.slice(p.start, p.end).split(/\s/)[0] === name) ?? -1;
  const node = enclosingClass(at, module);
  if (index < 0 || !node) return null;
  for (const child of lineageOf({ node, module }, orm.context.modules)) {
    const parent = child.node.superClass ? classOf({ node: child.node.superClass, module: child.module }, orm.context.modules) : null;
    const argument = parent?.node === base.node ? child.node.superTypeArguments?.params[index] : undefined;
    if (argument?.type === 'TSTypeReference') return entityOf({ node: argument.typeName as Node, module: child.module }, orm);
  }
  return null;
}

function isRepositoryName(node: Node, module: Module, orm: Orm): boolean {
  const origin = originOf(node, module, orm.context.modules);
  return (
    origin?.kind === 'package' && orm.form.packages.test(origin.source) && orm.form.classes.test(origin.path.at(-1) ?? origin.imported)
  );
}

/** The entity of `Repository<User>`, or of a class that extends it. */
export function repositoryType({ node, module }: Source, orm: Orm): MappedModel | null {
  if (node.type === 'TSUnionType')
    return node.types.reduce<MappedModel | null>((found, type) => found ?? repositoryType({ node: type, module }, orm), null);
  if (node.type !== 'TSTypeReference' || node.typeName.type !== 'Identifier') return null;
  const name: Source = { node: node.typeName, module };
  const [argument] = node.typeArguments?.params ?? [];
  if (isRepositoryName(name.node, module, orm))
    return argument?.type === 'TSTypeReference' ? entityOf({ node: argument.typeName as Node, module }, orm) : null;
  const made = classOf(name, orm.context.modules);
  return made && repositoryClass(made, orm);
}

/** The entity of `@EntityRepository(User) class Users extends Repository<User>`. */
export function repositoryClass(start: ClassSource, orm: Orm): MappedModel | null {
  for (const { node, module } of lineageOf(start, orm.context.modules)) {
    const decorators = decoratorsOf(node, module, orm.context.modules, orm.form.packages);
    const [argument] = decorators.find((d) => d.name === 'EntityRepository' || d.name === 'CustomRepository')?.args ?? [];
    const decorated = argument ? entityOf(argument, orm) : null;
    if (decorated) return decorated;
    if (!node.superClass || !isRepositoryName(node.superClass, module, orm)) continue;
    const type = node.superTypeArguments?.params[0];
    return type?.type === 'TSTypeReference' ? entityOf({ node: type.typeName as Node, module }, orm) : null;
  }
  return null;
}

/** `this` in a repository class, and in the methods that `.extend({ … })` adds. */
function repositoryOfThis(node: Node, module: Module, orm: Orm, depth: number): MappedModel | null {
  for (let at = module.parent(node); at !== null; at = module.parent(at)) {
    if (at.type === 'ClassDeclaration' || at.type === 'ClassExpression') return repositoryClass({ node: at, module }, orm);
    if (at.type !== 'ObjectExpression') continue;
    const call = module.parent(at);
    const callee = call?.type === 'CallExpression' ? unwrapAwait(call.callee) : null;
    if (callee?.type === 'MemberExpression' && keyName(callee) === 'extend')
      return repositoryOf({ node: callee.object, module }, orm, depth + 1);
  }
  return null;
}
