/**
 * Attributes of Sequelize models as columns: `{ name: DataTypes.STRING, imageUrl: { type, field } }`, keys, timestamps.
 * Input: attributes and options. Output: field drafts. A VIRTUAL attribute is no column.
 */
import { keyName, unwrap } from '../../code/syntax.ts';
import type { Modules, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { candidates, snakeCase } from '../orm/names.ts';
import { pluralOf } from '../orm/plural.ts';
import type { FieldDraft } from '../types.ts';
import { entriesOf, type Source } from '../values.ts';

export type Options = ReadonlyMap<string, Source>;

export const optionsOf = (source: Source | undefined, modules: Modules): Options =>
  new Map(source ? entriesOf(source, modules).entries.map((entry) => [entry.key, entry.value]) : []);

export const textIn = (options: Options, key: string, modules: Modules): string | null => {
  const value = options.get(key);
  return value ? stringOf(value.node, value.module, modules) : null;
};

const isLiteral = (value: Source | undefined, expected: boolean): boolean => {
  const node = value ? unwrap(value.node) : null;
  return node?.type === 'Literal' && node.value === expected;
};
export const saysTrue = (value: Source | undefined): boolean => isLiteral(value, true);
export const saysFalse = (value: Source | undefined): boolean => isLiteral(value, false);

export const columnField = (name: string, stated: string | null, more: Partial<FieldDraft> = {}): FieldDraft => ({
  name,
  columns: stated === null ? candidates(name, snakeCase(name)) : [stated],
  isSelected: true,
  isInserted: true,
  ...more,
});

/** `DataTypes.VIRTUAL`, `DataType.VIRTUAL(…)`, and the open side of an encrypted field. */
export function isVirtual(type: Source | undefined): boolean {
  if (!type) return false;
  const node = unwrap(type.node);
  const named: Node = node.type === 'CallExpression' || node.type === 'NewExpression' ? unwrap(node.callee) : node;
  const name = named.type === 'MemberExpression' ? keyName(named) : named.type === 'Identifier' ? named.name : null;
  return name === 'VIRTUAL' || (node.type === 'CallExpression' && name === 'field');
}

/** The columns of an object of attributes. */
export function attributeFields(attributes: Source, modules: Modules): readonly FieldDraft[] {
  return entriesOf(attributes, modules).entries.flatMap(({ key, value }) => {
    const options = unwrap(value.node).type === 'ObjectExpression' ? optionsOf(value, modules) : new Map<string, Source>();
    if (isVirtual(options.size > 0 ? options.get('type') : value)) return [];
    const isFilled = options.has('defaultValue') ? { isFilled: true } : {};
    const isKey = saysTrue(options.get('primaryKey')) ? { isKey: true } : {};
    return [columnField(key, textIn(options, 'field', modules), { ...isFilled, ...isKey })];
  });
}

const TIMESTAMPS: readonly (readonly [string, Partial<FieldDraft>])[] = [
  ['createdAt', {}],
  ['updatedAt', { isUpdated: true }],
  ['deletedAt', { isDeleteMark: true }],
];

/** The attributes with those that Sequelize adds: a key, and the times of creation, update and deletion. */
export function withAddedFields(fields: readonly FieldDraft[], options: Options, modules: Modules): readonly FieldDraft[] {
  const known = new Map(fields.map((field) => [field.name, field]));
  const all = fields.some((f) => f.isKey) ? [] : [known.get('id') ?? columnField('id', null)].map((f) => ({ ...f, isKey: true }));
  const isParanoid = saysTrue(options.get('paranoid')) || fields.some((f) => f.isDeleteMark);
  const stamps = saysFalse(options.get('timestamps')) ? [] : TIMESTAMPS.filter(([name]) => name !== 'deletedAt' || isParanoid);
  const added = stamps.flatMap(([standard, role]): FieldDraft[] => {
    if (saysFalse(options.get(standard)) || fields.some((f) => isSameRole(f, role, standard))) return [];
    const name = textIn(options, standard, modules) ?? standard;
    return [{ ...(known.get(name) ?? columnField(name, null)), ...role }];
  });
  const extra = new Map([...all, ...added].map((field) => [field.name, field]));
  return [...fields.filter((f) => !extra.has(f.name)), ...extra.values()];
}

const isSameRole = (field: FieldDraft, role: Partial<FieldDraft>, standard: string): boolean =>
  (role.isUpdated === true && field.isUpdated === true) ||
  (role.isDeleteMark === true && field.isDeleteMark === true) ||
  (standard === 'createdAt' && field.name !== 'createdAt' && 'isCreated' in field);

/** The table of a model: as its options state, or as Sequelize makes it from the model's name. */
export function tablesOf(modelName: string, options: Options, modules: Modules): readonly string[] {
  const schema = textIn(options, 'schema', modules);
  const stated = textIn(options, 'tableName', modules);
  const plural = pluralOf(modelName);
  const frozen = saysTrue(options.get('freezeTableName'));
  const guesses = frozen
    ? candidates(modelName, snakeCase(modelName))
    : candidates(plural, snakeCase(plural), modelName, snakeCase(modelName), plural.toLowerCase());
  return (stated === null ? guesses : [stated]).map((name) => (schema === null ? name : `${schema}.${name}`));
}
