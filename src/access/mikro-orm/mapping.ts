/**
 * Entities of MikroORM: decorated classes, `defineEntity({ … })` and `new EntitySchema({ … })`.
 * Input: a module. Output: model drafts.
 */
import type { Module, Modules, Node } from '../../code/types.ts';
import { classOf, type Decorator, decoratorsOf, lineageOf, type MemberSource, membersOf, typeArgument } from '../orm/decorators.ts';
import { candidates, snakeCase } from '../orm/names.ts';
import type { Mapping, ModelDraft } from '../types.ts';
import type { Source } from '../values.ts';
import {
  fieldOf,
  type Mapped,
  NO_PREFIX,
  NOTHING,
  type Options,
  optionsOf,
  type Prefix,
  type RelationKind,
  relationOf,
  textIn,
} from './properties.ts';
import { schemaModels } from './schemas.ts';

export const PACKAGES = /^@mikro-orm\/|^mikro-orm$/;

const FIELDS = new Set(['Property', 'PrimaryKey', 'Enum', 'Version']);
const RELATIONS: ReadonlyMap<string, RelationKind> = new Map([
  ['ManyToOne', 'm:1'],
  ['OneToOne', '1:1'],
  ['OneToMany', '1:m'],
  ['ManyToMany', 'm:n'],
]);
const MAX_DEPTH = 4;

export const mapping: Mapping = {
  packages: ['@mikro-orm/core', '@mikro-orm/postgresql', '@mikro-orm/mysql', '@mikro-orm/mariadb', '@mikro-orm/nestjs', 'mikro-orm'],
  clues: [{ words: ['Entity', 'EntitySchema', 'defineEntity'], beside: [/mikro-orm/] }],
  read: (module, modules) => [...entitiesIn(module, modules), ...schemaModels(module, modules)],
};

interface Owner {
  readonly name: string;
  readonly modules: Modules;
  readonly depth: number;
}

function entitiesIn(module: Module, modules: Modules): ModelDraft[] {
  return module.nodes('ClassDeclaration', 'ClassExpression').flatMap((node) => {
    const entity = decoratorsOf(node, module, modules, PACKAGES).find((d) => d.name === 'Entity');
    if (!entity) return [];
    const options = optionsOf(entity.args[0], modules);
    const isAbstract = options.get('abstract')?.node;
    if (isAbstract?.type === 'Literal' && isAbstract.value === true) return [];
    const name = node.id?.name ?? 'default';
    const mapped = mappedIn(membersOf({ node, module }, modules), { name, modules, depth: 0 }, NO_PREFIX);
    return [
      {
        node,
        module,
        name,
        tables: tablesOf(rootName({ node, module }, modules) ?? name, inherited({ node, module }, options, modules), modules),
        ...mapped,
      },
    ];
  });
}

type Declared = { readonly node: Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>; readonly module: Module };

/** Entities above this one in single-table inheritance. */
const rootsOf = (declared: Declared, modules: Modules): { readonly name: string | undefined; readonly options: Options }[] =>
  lineageOf(declared, modules).flatMap(({ node, module }) => {
    const options = optionsOf(decoratorsOf(node, module, modules, PACKAGES).find((d) => d.name === 'Entity')?.args[0], modules);
    return options.has('discriminatorColumn') || options.has('discriminatorMap') ? [{ name: node.id?.name, options }] : [];
  });

const rootName = (declared: Declared, modules: Modules): string | undefined => rootsOf(declared, modules).at(-1)?.name;
const inherited = (declared: Declared, own: Options, modules: Modules): Options => rootsOf(declared, modules).at(-1)?.options ?? own;

/** Candidates for the table of an entity. */
export function tablesOf(name: string, options: Options, modules: Modules): readonly string[] {
  const stated = textIn(options, 'tableName', modules) ?? textIn(options, 'collection', modules);
  const schema = textIn(options, 'schema', modules);
  return (stated === null ? candidates(snakeCase(name), name) : [stated]).map((table) => (schema === null ? table : `${schema}.${table}`));
}

function mappedIn(members: readonly MemberSource[], owner: Owner, prefix: Prefix): Mapped {
  const parts = members.flatMap((member) =>
    decoratorsOf(member.node, member.module, owner.modules, PACKAGES).map((decorator) => mappedBy(member, decorator, owner, prefix)),
  );
  return { fields: parts.flatMap((p) => p.fields), relations: parts.flatMap((p) => p.relations) };
}

function mappedBy(member: MemberSource, decorator: Decorator, owner: Owner, prefix: Prefix): Mapped {
  const { modules } = owner;
  const { name, args } = decorator;
  if (FIELDS.has(name)) return fieldOf(member.name, optionsOf(args[0], modules), name === 'PrimaryKey', prefix, modules);
  if (name === 'Embedded') return embeddedIn(member, decorator, owner, prefix);
  const kind = RELATIONS.get(name);
  if (kind === undefined) return NOTHING;
  const { options, target } = relationArguments(member, decorator, modules);
  return target === null ? NOTHING : relationOf(member.name, kind, target, options, owner);
}

/** `@OneToMany(() => Post, post => post.author, options)`, `@ManyToOne({ entity: () => User })`, or by the property's type. */
function relationArguments(
  member: MemberSource,
  { args }: Decorator,
  modules: Modules,
): { readonly options: Options; readonly target: Source | string | null } {
  const options = new Map(args.flatMap((argument) => (argument.node.type === 'ObjectExpression' ? [...optionsOf(argument, modules)] : [])));
  const [first, second] = args;
  if (second && second.node.type !== 'ObjectExpression' && !options.has('mappedBy')) options.set('mappedBy', second);
  const given = first && first.node.type !== 'ObjectExpression' ? first : options.get('entity');
  return { options, target: typeArgument(given, modules) ?? typeOf(member) };
}

/** `author!: Ref<User>`: the entity its type names. */
function typeOf({ node, module }: MemberSource): Source | null {
  const annotation = node.type === 'PropertyDefinition' ? node.typeAnnotation?.typeAnnotation : null;
  let type: Node | null | undefined = annotation;
  for (let depth = 0; depth < 3 && type?.type === 'TSTypeReference'; depth++) {
    const inner: Node | undefined = type.typeArguments?.params[0];
    if (!inner) return type.typeName.type === 'Identifier' ? { node: type.typeName, module } : null;
    type = inner;
  }
  return null;
}

function embeddedIn(member: MemberSource, { args }: Decorator, owner: Owner, prefix: Prefix): Mapped {
  const { modules } = owner;
  const options = new Map(args.flatMap((argument) => (argument.node.type === 'ObjectExpression' ? [...optionsOf(argument, modules)] : [])));
  const isObject = options.get('object')?.node;
  const isJson = isObject?.type === 'Literal' && isObject.value === true;
  const array = options.get('array')?.node;
  if (isJson || (array?.type === 'Literal' && array.value === true)) return fieldOf(member.name, options, false, prefix, modules);
  const [first] = args;
  const given = first && first.node.type !== 'ObjectExpression' ? first : options.get('entity');
  const target = typeArgument(given, modules) ?? typeOf(member);
  const declared = target !== null && typeof target !== 'string' ? classOf(target, modules) : null;
  if (!declared || owner.depth > MAX_DEPTH) return NOTHING;
  const said = options.get('prefix');
  const isBare = said?.node.type === 'Literal' && said.node.value === false;
  const columns = isBare ? '' : (textIn(options, 'prefix', modules) ?? `${snakeCase(member.name)}_`);
  const inner = { path: `${prefix.path}${member.name}.`, columns: prefix.columns + columns };
  return mappedIn(membersOf(declared, modules), { ...owner, depth: owner.depth + 1 }, inner);
}
