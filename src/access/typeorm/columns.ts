/**
 * Columns and relations that TypeORM's decorators (and an EntitySchema) declare, as drafts.
 * Input: one property with its decorators. Output: field and relation drafts. Names that the code does not state are candidates:
 * as the default naming strategy writes them, and as the snake-case one does.
 */
import type { Modules } from '../../code/types.ts';
import {
  type ClassSource,
  classOf,
  type Decorator,
  decoratorsOf,
  type MemberSource,
  membersOf,
  propertyArgument,
  typeArgument,
} from '../orm/decorators.ts';
import { camelCase, candidates, snakeCase, upperFirst } from '../orm/names.ts';
import type { FieldDraft, RelationDraft } from '../types.ts';
import { elementsOf, type Source } from '../values.ts';
import { defaultTables, optionsOf, PACKAGES, saysFalse, saysTrue, tablesOf, textIn, withSchema } from './tables.ts';

export interface Mapped {
  readonly fields: readonly FieldDraft[];
  readonly relations: readonly RelationDraft[];
}

/** Where in an embedded object a property stands. */
interface Path {
  readonly properties: readonly string[];
  /** Prefixes of the columns; null: none asked for. */
  readonly prefixes: readonly string[];
}

interface Owner {
  /** The class a relation leads from. */
  readonly name: string;
  readonly tables: readonly string[];
  readonly modules: Modules;
  readonly depth: number;
}

export const ROOT: Path = { properties: [], prefixes: [] };

const COLUMNS: ReadonlyMap<string, Partial<FieldDraft>> = new Map([
  ['Column', {}],
  ['PrimaryColumn', { isKey: true }],
  ['PrimaryGeneratedColumn', { isKey: true }],
  ['CreateDateColumn', {}],
  ['UpdateDateColumn', { isUpdated: true }],
  ['DeleteDateColumn', { isDeleteMark: true }],
  ['VersionColumn', { isUpdated: true }],
  ['ViewColumn', {}],
  ['VirtualColumn', {}],
  ['TreeLevelColumn', {}],
]);
/** Columns that an INSERT asks back, whatever their options say. */
const RETURNED = new Set(['PrimaryGeneratedColumn', 'CreateDateColumn', 'UpdateDateColumn', 'DeleteDateColumn', 'VersionColumn']);
const TO_ONE = new Set(['ManyToOne', 'OneToOne', 'TreeParent']);
const TO_MANY = new Set(['OneToMany', 'ManyToMany', 'TreeChildren']);
const MAX_DEPTH = 4;

/** What the decorated members of a class map. */
export function mappedIn(declared: ClassSource, owner: Owner, path: Path): Mapped {
  const parts = membersOf(declared, owner.modules).map((member) => mappedBy(member, owner, path));
  return { fields: parts.flatMap((p) => p.fields), relations: parts.flatMap((p) => p.relations) };
}

function mappedBy(member: MemberSource, owner: Owner, path: Path): Mapped {
  const decorators = decoratorsOf(member.node, member.module, owner.modules, PACKAGES);
  const fields: FieldDraft[] = [];
  const relations: RelationDraft[] = [];
  for (const decorator of decorators) {
    const base = COLUMNS.get(decorator.name);
    if (decorator.name === 'VirtualColumn') continue;
    if (base) {
      const embedded = decorator.name === 'Column' ? embeddedIn(member.name, decorator, owner, path) : null;
      if (embedded) {
        fields.push(...embedded.fields);
        relations.push(...embedded.relations);
      } else fields.push({ ...columnField(member.name, decorator, base, owner.modules, path), ...initialized(member) });
    } else if (TO_ONE.has(decorator.name) || TO_MANY.has(decorator.name)) {
      const mapped = relationOf(member, decorator, decorators, owner, path);
      fields.push(...mapped.fields);
      relations.push(...mapped.relations);
    }
  }
  return { fields, relations };
}

/** `role = 'user'`: what a new object has. */
const initialized = ({ node }: MemberSource): Partial<FieldDraft> =>
  node.type === 'PropertyDefinition' && node.value ? { isFilled: true } : {};

const optionsArgument = ({ args }: Decorator): Source | undefined =>
  args.findLast(({ node }) => node.type === 'ObjectExpression' || node.type === 'Identifier' || node.type === 'MemberExpression');

function columnField(name: string, decorator: Decorator, base: Partial<FieldDraft>, modules: Modules, path: Path): FieldDraft {
  return makeField(name, optionsOf(optionsArgument(decorator), modules), base, RETURNED.has(decorator.name), modules, path);
}

/** The field that a property with these column options is. */
export function makeField(
  name: string,
  options: ReadonlyMap<string, Source>,
  base: Partial<FieldDraft>,
  isReturned: boolean,
  modules: Modules,
  path: Path,
): FieldDraft {
  const stated = textIn(options, 'name', modules);
  return {
    ...base,
    name: [...path.properties, name].join('.'),
    columns: columnNames(name, stated, path.prefixes),
    isSelected: !saysFalse(options.get('select')),
    isInserted: !saysFalse(options.get('insert')) || isReturned || options.has('default'),
    ...(saysFalse(options.get('update')) ? { isConstant: true } : {}),
    ...(saysTrue(options.get('primary')) ? { isKey: true } : {}),
  };
}

function columnNames(property: string, stated: string | null, prefixes: readonly string[]): readonly string[] {
  if (prefixes.length === 0) return stated === null ? candidates(property, snakeCase(property)) : [stated];
  const name = stated ?? property;
  return candidates(
    camelCase(prefixes.join('_')) + upperFirst(name),
    `${snakeCase(prefixes.join('_'))}_${stated ?? snakeCase(property)}`,
    `${prefixes.join('')}${name}`,
  );
}

/** `@Column(() => Address, { prefix: 'home' })`: the columns of another class, in this table. */
function embeddedIn(name: string, { args }: Decorator, owner: Owner, path: Path): Mapped | null {
  const [first] = args;
  if (first?.node.type !== 'ArrowFunctionExpression' || owner.depth > MAX_DEPTH) return null;
  const target = typeArgument(first, owner.modules);
  const declared = target !== null && typeof target !== 'string' ? classOf(target, owner.modules) : null;
  if (!declared) return { fields: [], relations: [] };
  const options = optionsOf(args[1], owner.modules);
  const prefix = saysFalse(options.get('prefix')) ? '' : (textIn(options, 'prefix', owner.modules) ?? name);
  const inner = { properties: [...path.properties, name], prefixes: prefix === '' ? path.prefixes : [...path.prefixes, prefix] };
  return mappedIn(declared, { ...owner, depth: owner.depth + 1 }, inner);
}

/** Properties of a class that are its primary key. */
function keysOf(target: Source | string | null, modules: Modules): readonly string[] {
  const declared = target !== null && typeof target !== 'string' ? classOf(target, modules) : null;
  const members = declared ? membersOf(declared, modules) : [];
  const keys = members.filter((m) =>
    decoratorsOf(m.node, m.module, modules, PACKAGES).some(
      (d) => COLUMNS.get(d.name)?.isKey || saysTrue(optionsOf(optionsArgument(d), modules).get('primary')),
    ),
  );
  return keys.length > 0 ? keys.map((m) => m.name) : ['id'];
}

interface JoinColumn {
  readonly name: string | null;
  readonly referenced: string | null;
}

const joinColumnsIn = (source: Source | undefined, modules: Modules): readonly JoinColumn[] =>
  source
    ? elementsOf(source, modules).elements.map((element) => {
        const options = optionsOf(element, modules);
        return { name: textIn(options, 'name', modules), referenced: textIn(options, 'referencedColumnName', modules) };
      })
    : [];

const keyNames = (stated: string | null, property: string, referenced: string): readonly string[] =>
  stated === null ? candidates(camelCase(`${property}_${referenced}`), `${snakeCase(property)}_${snakeCase(referenced)}`) : [stated];

function relationOf(member: MemberSource, decorator: Decorator, all: readonly Decorator[], owner: Owner, path: Path): Mapped {
  const { modules } = owner;
  const isTree = decorator.name.startsWith('Tree');
  const target = isTree ? owner.name : typeArgument(decorator.args[0], modules);
  if (target === null) return { fields: [], relations: [] };
  const inverse = isTree ? null : propertyArgument(decorator.args[1]);
  const options = optionsOf(
    decorator.args.slice(1).findLast(({ node }) => node.type === 'ObjectExpression'),
    modules,
  );
  const join = all.find((d) => d.name === 'JoinColumn');
  const table = all.find((d) => d.name === 'JoinTable');
  const isOwner = decorator.name === 'ManyToOne' || decorator.name === 'TreeParent' || join !== undefined;
  const keys =
    isOwner && TO_ONE.has(decorator.name) ? foreignKeys(member.name, joinColumnsIn(join?.args[0], modules), target, modules) : [];
  const relation: RelationDraft = {
    name: [...path.properties, member.name].join('.'),
    target,
    list: TO_MANY.has(decorator.name),
    isEager: saysTrue(options.get('eager')),
    own: keys.map((key) => key.columns),
    foreign: [],
    through: table ? joinTable(member.name, table, target, owner) : null,
    ...(inverse === null ? {} : { inverse }),
  };
  const isKey = saysTrue(options.get('primary'));
  const fields = keys.map(({ referenced, columns }): FieldDraft => {
    const name = `${relation.name}.${referenced}`;
    return { name, columns, isSelected: true, isInserted: true, ...(isKey ? { isKey } : {}) };
  });
  return { fields, relations: [relation] };
}

interface ForeignKey {
  readonly referenced: string;
  readonly columns: readonly string[];
}

function foreignKeys(property: string, joins: readonly JoinColumn[], target: Source | string, modules: Modules): readonly ForeignKey[] {
  const stated = joins.length > 0 ? joins : [{ name: null, referenced: null }];
  return stated.flatMap(({ name, referenced }) =>
    (referenced === null ? keysOf(target, modules) : [referenced]).map((key) => ({
      referenced: key,
      columns: keyNames(name, property, key),
    })),
  );
}

function joinTable(property: string, decorator: Decorator, target: Source | string, owner: Owner): RelationDraft['through'] {
  const { modules } = owner;
  const options = optionsOf(decorator.args[0], modules);
  const stated = textIn(options, 'name', modules);
  const schema = textIn(options, 'schema', modules);
  const others = tablesOfTarget(target, modules);
  const defaults = owner.tables.flatMap((own) => others.map((other) => snakeCase(`${own}_${property}_${other}`)));
  const side = (keys: readonly string[], tables: readonly string[]): readonly (readonly string[])[] => {
    const joins = joinColumnsIn(
      keys.map((key) => options.get(key)).find((value) => value !== undefined),
      modules,
    );
    return (joins.length > 0 ? joins : [{ name: null, referenced: null }]).map(({ name, referenced }) =>
      name === null ? candidates(...tables.flatMap((table) => keyNames(null, table, referenced ?? 'id'))) : [name],
    );
  };
  return {
    tables: (stated === null ? defaults : [stated]).map((name) => withSchema(name, schema)),
    keys: [...side(['joinColumn', 'joinColumns'], owner.tables), ...side(['inverseJoinColumn', 'inverseJoinColumns'], others)],
  };
}

function tablesOfTarget(target: Source | string, modules: Modules): readonly string[] {
  const declared = typeof target === 'string' ? null : classOf(target, modules);
  return (declared && tablesOf(declared, modules)) ?? defaultTables(typeof target === 'string' ? target : (declared?.node.id?.name ?? ''));
}
