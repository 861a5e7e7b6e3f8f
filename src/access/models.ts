/**
 * Models that code declares for an ORM, joined with the schema: a class is a table of one database, a property a column.
 * Input: drafts of all files, the databases. Output: Models.
 * Invariants: a name the code states is kept even where the schema lacks it (it dangles); of names that a naming strategy
 * could give, the schema's is taken, and where it has none, the strategy that fits the other properties.
 */
import type { Modules } from '../code/types.ts';
import { originOf } from '../code/values.ts';
import { nearest } from './nearest.ts';
import type { DatabaseView, FieldDraft, MappedField, MappedModel, MappedRelation, ModelDraft, Models, RelationDraft } from './types.ts';
import type { Source } from './values.ts';

export interface LayerDrafts {
  readonly layer: string;
  readonly drafts: readonly ModelDraft[];
}

interface Placed {
  readonly layer: string;
  readonly draft: ModelDraft;
  readonly key: string;
  readonly view: DatabaseView;
  readonly table: string;
}

export const NO_MODELS: Models = { all: [], byKey: () => undefined, byName: () => [], byTable: () => [], of: () => null };

const keyOf = ({ node, module }: Source): string => `${module.path}\0${node.start}`;

function grouped<T>(items: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item]);
  return groups;
}

/** Joins the drafts of all layers with the schema of their databases. */
export function linkModels(found: readonly LayerDrafts[], databases: readonly DatabaseView[], modules: Modules): Models {
  const placed = found.flatMap(({ layer, drafts }) => merged(drafts).flatMap((draft) => place(layer, draft, databases)));
  const byKey = new Map(placed.map((p) => [p.key, p]));
  const byName = grouped(placed, (p) => `${p.layer}\0${p.draft.name}`);
  const strategies = strategiesOf(placed);
  const targetOf = (from: Placed, { target }: RelationDraft): Placed | undefined =>
    typeof target === 'string'
      ? nearest(byName.get(`${from.layer}\0${target}`) ?? [], (p) => p.draft.module.path, from.draft.module.path)[0]
      : byKey.get(declarationKey(target, modules) ?? '');
  return indexOf(placed.map((p) => modelOf(p, targetOf, strategies.get(p.layer) ?? 0)));
}

/** One draft per declaration: what other files add to it (associations) is put to it. */
function merged(drafts: readonly ModelDraft[]): readonly ModelDraft[] {
  return [...grouped(drafts, keyOf).values()].flatMap((same) => {
    const [first] = same;
    if (!first || same.length === 1) return same;
    const fields = new Map(same.flatMap((draft) => draft.fields).map((field) => [field.name, field]));
    const relations = new Map(same.flatMap((draft) => draft.relations).map((relation) => [relation.name, relation]));
    return [{ ...first, fields: [...fields.values()], relations: [...relations.values()] }];
  });
}

function indexOf(all: readonly MappedModel[]): Models {
  const keys = new Map(all.map((m) => [m.key, m]));
  const names = grouped(all, (m) => `${m.layer}\0${m.name}`);
  const tables = grouped(all, (m) => `${m.database}\0${m.table}`);
  return {
    all,
    byKey: (key) => keys.get(key),
    byName: (name, layer) => names.get(`${layer}\0${name}`) ?? [],
    byTable: (database, table) => tables.get(`${database}\0${table}`) ?? [],
    of: (source, modules) => keys.get(declarationKey(source, modules) ?? '') ?? null,
  };
}

function declarationKey({ node, module }: Source, modules: Modules): string | null {
  const origin = originOf(node, module, modules);
  return origin?.kind === 'local' ? keyOf(origin) : null;
}

/** The table a draft means: in the nearest database that has one of its names, else its likeliest name in the nearest database. */
function place(layer: string, draft: ModelDraft, databases: readonly DatabaseView[]): Placed[] {
  const having = databases.flatMap((view) => {
    const table = draft.tables.map((name) => tableNamed(name, view)).find((name) => name !== null);
    return table == null ? [] : [{ view, table }];
  });
  const [first] = draft.tables;
  const likely = having.length > 0 || first === undefined ? having : databases.map((view) => ({ view, table: first }));
  const [meant] = nearest(likely, ({ view }) => view.id, draft.module.path);
  return meant ? [{ layer, draft, key: keyOf(draft), ...meant }] : [];
}

/** The schema's name of a table: as written, or the only one of that name in any schema. */
function tableNamed(name: string, { schema }: DatabaseView): string | null {
  if (schema.tables.has(name)) return name;
  const plain = name.replace(/^(?:public|dbo)\./, '');
  if (schema.tables.has(plain)) return plain;
  const elsewhere = name.includes('.') ? [] : [...schema.tables.keys()].filter((table) => table.endsWith(`.${name}`));
  return elsewhere.length === 1 ? (elsewhere[0] ?? null) : null;
}

/** Per layer, which of the names a strategy could give the schema has most often. */
function strategiesOf(placed: readonly Placed[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number[]>();
  for (const { layer, draft, view, table } of placed) {
    const columns = view.schema.tables.get(table)?.columns;
    const votes = counts.get(layer) ?? [];
    counts.set(layer, votes);
    for (const { columns: names } of draft.fields) {
      const at = names.length > 1 && columns ? names.findIndex((n) => columns.has(n)) : -1;
      if (at >= 0) votes[at] = (votes[at] ?? 0) + 1;
    }
  }
  return new Map([...counts].map(([layer, votes]) => [layer, Math.max(0, votes.indexOf(Math.max(0, ...votes.map((v) => v ?? 0))))]));
}

type TargetOf = (from: Placed, relation: RelationDraft) => Placed | undefined;
type Pick = (names: readonly string[], table: string, view: DatabaseView) => string;

const picker =
  (strategy: number): Pick =>
  (names, table, { schema }) => {
    const columns = schema.tables.get(table)?.columns;
    return names.find((name) => columns?.has(name)) ?? names[strategy] ?? names[0] ?? '';
  };

function modelOf(placed: Placed, targetOf: TargetOf, strategy: number): MappedModel {
  const { layer, draft, key, view, table } = placed;
  const pick = picker(strategy);
  const fields = draft.fields.map(({ columns, ...field }: FieldDraft): MappedField => ({ ...field, column: pick(columns, table, view) }));
  const relations = draft.relations.flatMap((relation): MappedRelation[] => {
    const target = targetOf(placed, relation);
    if (!target) return [];
    const { name, list, isEager = false } = relation;
    return [{ name, list, isEager, target: target.key, columns: relationColumns(placed, relation, target, targetOf, pick) }];
  });
  return {
    key,
    layer,
    name: draft.name,
    database: view.id,
    table,
    fields: new Map(fields.map((f) => [f.name, f])),
    relations: new Map(relations.map((r) => [r.name, r])),
    ...(draft.isOpen ? { isOpen: true } : {}),
  };
}

/** The same relation seen from the other model: named, or, of a list that says no keys, the only one with keys that leads back. */
function inverseOf(from: Placed, relation: RelationDraft, target: Placed, targetOf: TargetOf): RelationDraft | undefined {
  const { relations } = target.draft;
  const hasKeys = relation.own.length > 0 || relation.foreign.length > 0 || relation.through !== null;
  if (relation.inverse !== undefined || hasKeys || !relation.list) return relations.find((r) => r.name === relation.inverse);
  const back = relations.filter((r) => r.own.length > 0 && targetOf(target, r)?.key === from.key);
  return back.length === 1 ? back[0] : undefined;
}

function relationColumns(from: Placed, relation: RelationDraft, target: Placed, targetOf: TargetOf, pick: Pick): MappedRelation['columns'] {
  const columnsIn = (table: string, keys: readonly (readonly string[])[], view: DatabaseView) =>
    keys.map((names) => ({ table, column: pick(names, table, view) }));
  const between = (draft: RelationDraft) => {
    const names = draft.through?.tables ?? [];
    const table = names.map((name) => tableNamed(name, from.view)).find((name) => name !== null) ?? names[0];
    return table === undefined ? [] : columnsIn(table, draft.through?.keys ?? [], from.view);
  };
  const inverse = inverseOf(from, relation, target, targetOf);
  return [
    ...columnsIn(from.table, [...relation.own, ...(inverse?.foreign ?? [])], from.view),
    ...columnsIn(target.table, [...relation.foreign, ...(inverse?.own ?? [])], target.view),
    ...between(relation),
    ...(inverse && !relation.through ? between(inverse) : []),
  ];
}
