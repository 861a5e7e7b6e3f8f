/**
 * Classes of sequelize-typescript (and of @sequelize/core's decorators) as models.
 * Input: a class. Output: its draft; null for a class without such decorators.
 */
import type { Module, Modules, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { type ClassNode, type Decorator, decoratorsOf, lineageOf, membersOf, typeArgument } from '../orm/decorators.ts';
import type { FieldDraft, RelationDraft } from '../types.ts';
import type { Source } from '../values.ts';
import { associationOf } from './associations.ts';
import { columnField, isVirtual, type Options, optionsOf, saysFalse, saysTrue, tablesOf, textIn, withAddedFields } from './attributes.ts';
import type { Declared } from './mapping.ts';

const PACKAGES = /^sequelize-typescript$|^@sequelize\/core/;
const ASSOCIATIONS: ReadonlyMap<string, string> = new Map([
  ['BelongsTo', 'belongsTo'],
  ['HasOne', 'hasOne'],
  ['HasMany', 'hasMany'],
  ['BelongsToMany', 'belongsToMany'],
]);
const COLUMNS = new Set(['Column', 'Attribute', 'PrimaryKey', 'ForeignKey', 'CreatedAt', 'UpdatedAt', 'DeletedAt', 'AutoIncrement']);

interface Stamp {
  /** The option of `@Table` that renames it, or turns it off. */
  readonly option: string;
  readonly role: Partial<FieldDraft>;
}

const STAMPS: ReadonlyMap<string, Stamp> = new Map([
  ['CreatedAt', { option: 'createdAt', role: { isCreated: true } as Partial<FieldDraft> }],
  ['UpdatedAt', { option: 'updatedAt', role: { isUpdated: true } }],
  ['DeletedAt', { option: 'deletedAt', role: { isDeleteMark: true } }],
]);

/** The model a decorated class is. */
export function decoratedModel(node: ClassNode, module: Module, modules: Modules): Declared | null {
  const table = decoratorsOf(node, module, modules, PACKAGES).find((d) => d.name === 'Table');
  if (!table && !hasColumns(node, module, modules)) return null;
  const name = node.id?.name ?? 'default';
  const options = tableOptions(node, module, modules);
  const modelName = textIn(options, 'modelName', modules) ?? name;
  const members = membersOf({ node, module }, modules).map((member) => ({
    name: member.name,
    decorators: decoratorsOf(member.node, member.module, modules, PACKAGES),
  }));
  const fields = members.flatMap(({ name: property, decorators }) => fieldOf(property, decorators, options, modules) ?? []);
  const made = members.flatMap(({ name: property, decorators }) => relationOf(property, decorators, modelName, modules) ?? []);
  const known = new Set(fields.map((field) => field.name));
  const keys = made.flatMap((association) => association.fields).filter((field) => !known.has(field.name));
  const relations: readonly RelationDraft[] = made.map((association) => association.relation);
  const all = withAddedFields([...fields, ...keys], options, modules);
  return { modelName, draft: { node, module, name, tables: tablesOf(modelName, options, modules), fields: all, relations } };
}

const hasColumns = (node: ClassNode, module: Module, modules: Modules): boolean =>
  node.superClass !== null &&
  decoratorsOf(node, module, modules, PACKAGES).length > 0 &&
  node.body.body.some((member) => decoratorsOf(member as Node, module, modules, PACKAGES).some((d) => d.name === 'Column'));

/** Options of `@Table`, those of base classes beneath the class's own. */
function tableOptions(node: ClassNode, module: Module, modules: Modules): Options {
  const all = lineageOf({ node, module }, modules).toReversed();
  return new Map(
    all.flatMap((one) => {
      const table = decoratorsOf(one.node, one.module, modules, PACKAGES).find((d) => d.name === 'Table');
      return table ? [...optionsOf(table.args[0], modules)] : [];
    }),
  );
}

function fieldOf(name: string, decorators: readonly Decorator[], table: Options, modules: Modules): FieldDraft | null {
  if (!decorators.some((d) => COLUMNS.has(d.name))) return null;
  const column = decorators.find((d) => d.name === 'Column' || d.name === 'Attribute');
  const [argument] = column?.args ?? [];
  const options = argument?.node.type === 'ObjectExpression' ? optionsOf(argument, modules) : new Map<string, Source>();
  if (isVirtual(options.get('type') ?? argument)) return null;
  const stamp = decorators.map((d) => STAMPS.get(d.name)).find((found) => found !== undefined);
  // The decorator alone makes no attribute: it sets an option, over which the one of `@Table` goes.
  if (!column && stamp && (saysFalse(table.get(stamp.option)) || saysFalse(table.get('timestamps')))) return null;
  const isKey = decorators.some((d) => d.name === 'PrimaryKey') || saysTrue(options.get('primaryKey'));
  const stated = textIn(options, 'field', modules) ?? columnName(decorators, modules);
  const isFilled = decorators.some((d) => d.name === 'Default') || options.has('defaultValue');
  return columnField(name, stated, { ...stamp?.role, ...(isKey ? { isKey } : {}), ...(isFilled ? { isFilled } : {}) });
}

/** `@ColumnName('x')` of @sequelize/core. */
function columnName(decorators: readonly Decorator[], modules: Modules): string | null {
  const [argument] = decorators.find((d) => d.name === 'ColumnName')?.args ?? [];
  return argument ? stringOf(argument.node, argument.module, modules) : null;
}

function relationOf(
  property: string,
  decorators: readonly Decorator[],
  modelName: string,
  modules: Modules,
): ReturnType<typeof associationOf> {
  const decorator = decorators.find((d) => ASSOCIATIONS.has(d.name));
  const method = decorator ? ASSOCIATIONS.get(decorator.name) : undefined;
  const target = decorator ? typeArgument(decorator.args[0], modules) : null;
  if (!decorator || method === undefined || target === null) return null;
  return associationOf(method, { modelName }, target, associationOptions(decorator, modules), modules, property);
}

/** `@BelongsTo(() => Team, 'teamId')`, `@BelongsToMany(() => Tag, () => PostTag)`, or an object of options. */
function associationOptions({ name, args }: Decorator, modules: Modules): Options {
  const rest = args.slice(1);
  const last = rest.at(-1);
  if (name !== 'BelongsToMany') {
    const text = last ? stringOf(last.node, last.module, modules) : null;
    return text !== null && last ? new Map([['foreignKey', last]]) : optionsOf(last, modules);
  }
  const [through, key, other] = rest;
  const target = typeArgument(through, modules);
  const found = new Map<string, Source>(last?.node.type === 'ObjectExpression' ? optionsOf(last, modules) : []);
  if (through && target !== null && !found.has('through')) found.set('through', typeof target === 'string' ? through : target);
  if (key && stringOf(key.node, key.module, modules) !== null) found.set('foreignKey', key);
  if (other && stringOf(other.node, other.module, modules) !== null) found.set('otherKey', other);
  return found;
}
