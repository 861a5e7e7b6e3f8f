/**
 * Associations of Sequelize models: `User.belongsTo(models.Team, { as, foreignKey })`, `hasMany`, `belongsToMany`.
 * Input: a call. Output: a relation draft with the foreign-key attribute it adds; null for every other call.
 */
import { keyName, unwrap } from '../../code/syntax.ts';
import type { Modules } from '../../code/types.ts';
import { originOf, stringOf } from '../../code/values.ts';
import { camelCase, candidates, lowerFirst, snakeCase, upperFirst } from '../orm/names.ts';
import { pluralOf } from '../orm/plural.ts';
import type { FieldDraft, RelationDraft } from '../types.ts';
import type { Source } from '../values.ts';
import { columnField, type Options, optionsOf, textIn } from './attributes.ts';

export interface Association {
  readonly relation: RelationDraft;
  readonly fields: readonly FieldDraft[];
}

/** What the model on the left is called, for default foreign keys. */
export interface Side {
  readonly modelName: string;
}

/** The model an association leads to: an expression of this repository, or the name under `models`. */
export function targetOf(source: Source, modules: Modules): Source | string | null {
  const node = unwrap(source.node);
  const text = stringOf(node, source.module, modules);
  if (text !== null) return upperFirst(text);
  const origin = originOf(node, source.module, modules);
  if (origin?.kind === 'local' && origin.node.type !== 'Identifier') return { node, module: source.module };
  if (node.type === 'MemberExpression') return keyName(node);
  return node.type === 'Identifier' ? node.name : null;
}

/** The name an association's target is known by. */
export function targetName(target: Source | string): string {
  if (typeof target === 'string') return target;
  const node = unwrap(target.node);
  return node.type === 'Identifier' ? node.name : node.type === 'MemberExpression' ? (keyName(node) ?? '') : '';
}

const keyColumns = (stated: string | null, ...defaults: readonly string[]): readonly string[] =>
  stated === null ? candidates(...defaults.flatMap((name) => [name, snakeCase(name)])) : candidates(stated, snakeCase(stated));

/** `foreignKey: 'teamId'`, `foreignKey: { name: 'teamId', field: 'team_id' }`. */
function foreignKeyIn(options: Options, key: string, modules: Modules): { readonly name: string | null; readonly field: string | null } {
  const direct = textIn(options, key, modules);
  if (direct !== null) return { name: direct, field: null };
  const inner = optionsOf(options.get(key), modules);
  return { name: textIn(inner, 'name', modules) ?? textIn(inner, 'fieldName', modules), field: textIn(inner, 'field', modules) };
}

/** The relation that `method(target, options)` makes; `property` is its name where a decorated member gives it. */
export function associationOf(
  method: string,
  side: Side,
  target: Source | string,
  options: Options,
  modules: Modules,
  property: string | null = null,
): Association | null {
  const other = lowerFirst(targetName(target));
  const as = property ?? textIn(options, 'as', modules);
  const { name: key, field } = foreignKeyIn(options, 'foreignKey', modules);
  const own = camelCase(side.modelName);
  const base = { target, own: [], foreign: [], through: null };
  switch (method) {
    case 'belongsTo': {
      const name = as ?? other;
      const attribute = key ?? `${name}Id`;
      const columns = field === null ? keyColumns(key, attribute) : [field];
      const fields = [{ ...columnField(attribute, field), columns }];
      return { relation: { ...base, name, list: false, own: [columns] }, fields };
    }
    case 'hasOne':
    case 'hasMany': {
      const list = method === 'hasMany';
      const foreign = field === null ? keyColumns(key, `${own}Id`) : [field];
      return { relation: { ...base, name: as ?? (list ? pluralOf(other) : other), list, foreign: [foreign] }, fields: [] };
    }
    case 'belongsToMany': {
      const otherKey = foreignKeyIn(options, 'otherKey', modules).name;
      const keys = [keyColumns(key, `${own}Id`), keyColumns(otherKey, `${other}Id`)];
      const tables = throughTables(options.get('through'), modules);
      return { relation: { ...base, name: as ?? pluralOf(other), list: true, through: { tables, keys } }, fields: [] };
    }
    default:
      return null;
  }
}

/** `through: 'user_teams'`, `through: models.UserTeam`, `through: { model: UserTeam }`. */
function throughTables(through: Source | undefined, modules: Modules): readonly string[] {
  if (!through) return [];
  const text = stringOf(through.node, through.module, modules);
  if (text !== null) return candidates(text, snakeCase(text), pluralOf(text), snakeCase(pluralOf(text)));
  const inner = optionsOf(through, modules).get('model');
  if (inner) return throughTables(inner, modules);
  const target = targetOf(through, modules);
  if (target === null) return [];
  const name = pluralOf(targetName(target));
  return candidates(lowerFirst(name), name, snakeCase(name));
}
