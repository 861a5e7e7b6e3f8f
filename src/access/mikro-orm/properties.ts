/**
 * Properties of MikroORM entities as columns and relations, whichever way they are declared.
 * Input: what kind of property it is, with its options. Output: drafts. Names that the code does not state are candidates: as the
 * underscore naming strategy writes them, and as the code does.
 */
import type { Modules } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { propertyArgument } from '../orm/decorators.ts';
import { camelCase, candidates, snakeCase } from '../orm/names.ts';
import type { FieldDraft, RelationDraft } from '../types.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';

export interface Mapped {
  readonly fields: readonly FieldDraft[];
  readonly relations: readonly RelationDraft[];
}

export type Options = ReadonlyMap<string, Source>;

export const NOTHING: Mapped = { fields: [], relations: [] };

export const optionsOf = (source: Source | undefined, modules: Modules): Options =>
  new Map(source ? entriesOf(source, modules).entries.map((entry) => [entry.key, entry.value]) : []);

export const textIn = (options: Options, key: string, modules: Modules): string | null => {
  const value = options.get(key);
  return value ? stringOf(value.node, value.module, modules) : null;
};

/** `lazy: true`, and the step `.lazy()` of a built property. */
const says = (options: Options, key: string, expected: boolean): boolean => {
  const node = options.get(key)?.node;
  if (node?.type === 'CallExpression') return expected && node.arguments.length === 0;
  return node?.type === 'Literal' && node.value === expected;
};

/** Options whose column an INSERT asks back or fills by itself. */
const FILLED = ['default', 'defaultRaw', 'onCreate', 'autoincrement', 'version', 'generated'];

/** A plain property. `prefix`: of the embedded object it stands in. */
export function fieldOf(name: string, options: Options, isKey: boolean, prefix: Prefix, modules: Modules): Mapped {
  if (says(options, 'persist', false) || options.has('formula')) return NOTHING;
  const stated = textIn(options, 'fieldName', modules) ?? textIn(options, 'name', modules) ?? listed(options.get('fieldNames'), modules)[0];
  const field: FieldDraft = {
    name: prefix.path + name,
    columns: stated === undefined || stated === null ? withPrefix(name, prefix) : [prefix.columns + stated],
    isSelected: !says(options, 'lazy', true),
    isInserted: isKey || FILLED.some((key) => options.has(key)),
    ...(isKey || says(options, 'primary', true) ? { isKey: true } : {}),
    ...(options.has('onCreate') ? { isFilled: true } : {}),
    ...(options.has('onUpdate') || says(options, 'version', true) ? { isUpdated: true } : {}),
  };
  return { fields: [field], relations: [] };
}

/** Where in embedded objects a property stands. */
export interface Prefix {
  /** `address.` */
  readonly path: string;
  /** `address_` */
  readonly columns: string;
}

export const NO_PREFIX: Prefix = { path: '', columns: '' };

const withPrefix = (name: string, { columns }: Prefix): readonly string[] => candidates(columns + snakeCase(name), columns + name);

const listed = (value: Source | undefined, modules: Modules): readonly string[] =>
  value ? elementsOf(value, modules).elements.flatMap((element) => stringOf(element.node, element.module, modules) ?? []) : [];

export type RelationKind = 'm:1' | '1:1' | '1:m' | 'm:n';

/** A property that leads to another entity. */
export function relationOf(
  name: string,
  kind: RelationKind,
  target: Source | string,
  options: Options,
  owner: { readonly name: string; readonly modules: Modules },
): Mapped {
  const { modules } = owner;
  const mappedBy = propertyArgument(options.get('mappedBy'));
  const isOwner = kind === 'm:1' || (kind === '1:1' && mappedBy === null);
  const stated =
    ['joinColumn', 'fieldName', 'name'].map((key) => textIn(options, key, modules)).find((text) => text !== null) ??
    listed(options.get('joinColumns'), modules)[0];
  const columns = stated === undefined || stated === null ? candidates(`${snakeCase(name)}_id`, name, camelCase(`${name}_id`)) : [stated];
  const relation: RelationDraft = {
    name,
    target,
    list: kind === '1:m' || kind === 'm:n',
    isEager: says(options, 'eager', true),
    own: isOwner ? [columns] : [],
    foreign: [],
    through: kind === 'm:n' && mappedBy === null ? pivotOf(name, target, options, owner) : null,
    ...(mappedBy === null ? {} : { inverse: mappedBy }),
  };
  const isKey = says(options, 'primary', true);
  const field: FieldDraft = {
    name: `${name}.`,
    columns,
    isSelected: !says(options, 'lazy', true),
    isInserted: false,
    ...(isKey ? { isKey } : {}),
  };
  return { fields: isOwner ? [field] : [], relations: [relation] };
}

/** The table between, as the underscore naming strategy names it where the code does not. */
function pivotOf(
  name: string,
  target: Source | string,
  options: Options,
  owner: { readonly name: string; readonly modules: Modules },
): RelationDraft['through'] {
  const { modules } = owner;
  const stated = textIn(options, 'pivotTable', modules);
  const other = typeof target === 'string' ? target : target.node.type === 'Identifier' ? target.node.name : '';
  const key = (option: string, entity: string): readonly string[] => {
    const column = textIn(options, option, modules);
    return column === null ? candidates(`${snakeCase(entity)}_id`, camelCase(`${entity}_id`), entity) : [column];
  };
  return {
    tables: stated === null ? candidates(`${snakeCase(owner.name)}_${snakeCase(name)}`, `${owner.name}_${name}`) : [stated],
    keys: [key('joinColumn', owner.name), key('inverseJoinColumn', other)],
  };
}
