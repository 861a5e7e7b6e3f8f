/**
 * Columns and relations of TypeORM's `new EntitySchema({ columns, relations, embeddeds })`.
 * Input: the options. Output: drafts. Relations name their target by text or function.
 */
import type { Modules } from '../../code/types.ts';
import { propertyArgument, typeArgument } from '../orm/decorators.ts';
import { camelCase, candidates, snakeCase } from '../orm/names.ts';
import type { FieldDraft, RelationDraft } from '../types.ts';
import { entriesOf, type Source } from '../values.ts';
import { type Mapped, makeField, ROOT } from './columns.ts';
import { optionsOf, saysTrue, textIn } from './tables.ts';

type Options = ReadonlyMap<string, Source>;

const FLAGS: readonly (readonly [string, Partial<FieldDraft>, isReturned: boolean])[] = [
  ['primary', { isKey: true }, false],
  ['createDate', {}, true],
  ['updateDate', { isUpdated: true }, true],
  ['deleteDate', { isDeleteMark: true }, true],
  ['version', { isUpdated: true }, true],
];

/** What the options of an EntitySchema map. */
export function mappedBySchema(options: Options, modules: Modules): Mapped {
  const entriesUnder = (key: string) => {
    const value = options.get(key);
    return value ? entriesOf(value, modules).entries : [];
  };
  const columns = entriesUnder('columns').flatMap(({ key, value }) => {
    const column = optionsOf(value, modules);
    if (saysTrue(column.get('virtualProperty'))) return [];
    const said = FLAGS.filter(([flag]) => saysTrue(column.get(flag)));
    const base = Object.assign({}, ...said.map(([, field]) => field)) as Partial<FieldDraft>;
    const isReturned = column.has('generated') || said.some(([, , returned]) => returned);
    return [makeField(key, column, base, isReturned, modules, ROOT)];
  });
  const relations = entriesUnder('relations').flatMap(({ key, value }) => relationOf(key, optionsOf(value, modules), modules));
  return { fields: [...columns, ...relations.flatMap((r) => r.fields)], relations: relations.map((r) => r.relation) };
}

function relationOf(
  name: string,
  options: Options,
  modules: Modules,
): { readonly relation: RelationDraft; readonly fields: readonly FieldDraft[] }[] {
  const target = typeArgument(options.get('target'), modules);
  const type = textIn(options, 'type', modules);
  if (target === null || type === null) return [];
  const join = options.get('joinColumn');
  const isOwner = type === 'many-to-one' || (type === 'one-to-one' && join !== undefined);
  const stated = textIn(optionsOf(join, modules), 'name', modules);
  const key = stated === null ? candidates(camelCase(`${name}_id`), `${snakeCase(name)}_id`) : [stated];
  const inverse = propertyArgument(options.get('inverseSide'));
  const relation: RelationDraft = {
    name,
    target,
    list: type.endsWith('to-many'),
    isEager: saysTrue(options.get('eager')),
    own: isOwner ? [key] : [],
    foreign: [],
    through: type === 'many-to-many' && options.has('joinTable') ? throughOf(options.get('joinTable'), modules) : null,
    ...(inverse === null ? {} : { inverse }),
  };
  const fields = isOwner ? [{ name: `${name}.id`, columns: key, isSelected: true, isInserted: true }] : [];
  return [{ relation, fields }];
}

function throughOf(join: Source | undefined, modules: Modules): RelationDraft['through'] {
  const options = optionsOf(join, modules);
  const table = textIn(options, 'name', modules);
  if (table === null) return null;
  const keys = ['joinColumn', 'inverseJoinColumn'].flatMap((side) => {
    const name = textIn(optionsOf(options.get(side), modules), 'name', modules);
    return name === null ? [] : [[name]];
  });
  return { tables: [table], keys };
}
