/**
 * The schema while a replay is writing it: the mutable twin of `Schema`, and the bookkeeping PostgreSQL does on its own
 * (what a dropped column takes along, what a rename carries over).
 * Invariants: a draft is readable as a `Schema` at any moment; `copyDraft` shares no mutable part with its source.
 */
import { type Catalogue, copyCatalogue } from './catalogue.ts';
import { qualify, unqualify } from './names.ts';
import type { Column, Constraint, Index, Routine, Schema, Table } from './types.ts';

export interface DraftTable extends Table {
  readonly columns: Map<string, Column>;
  readonly constraints: Map<string, Constraint>;
  readonly indexes: Map<string, Index>;
}

export interface Draft extends Schema {
  readonly tables: Map<string, DraftTable>;
  readonly enums: Map<string, readonly string[]>;
  readonly routines: Map<string, Routine>;
  readonly children: Map<string, Set<string>>;
  readonly otherTypes: Set<string>;
  readonly dropped: Set<string>;
  readonly catalogue: Catalogue;
  /** Tables this replay has created. */
  readonly fresh: Set<string>;
  /** What the running statement has changed of `dropped` and `fresh`, which grow with the history and are not copied. */
  readonly journal: { readonly keys: Set<string>; readonly key: string; readonly wasThere: boolean }[];
}

const KEYS: ReadonlySet<Constraint['kind']> = new Set(['primary-key', 'unique', 'exclude']);

export const copyTable = (table: Table, name: string = table.name): DraftTable => ({
  name,
  columns: new Map(table.columns),
  constraints: new Map(table.constraints),
  indexes: new Map(table.indexes),
});

/** A draft that starts from a schema, or from nothing. */
export const createDraft = (start?: Schema): Draft => ({
  tables: new Map([...(start?.tables ?? [])].map(([name, table]) => [name, copyTable(table)])),
  enums: new Map(start?.enums ?? []),
  routines: new Map(start?.routines ?? []),
  children: new Map([...(start?.memory?.children ?? [])].map(([parent, children]) => [parent, new Set(children)])),
  otherTypes: new Set(start?.memory?.otherTypes),
  dropped: new Set(start?.memory?.dropped),
  catalogue: copyCatalogue(start?.memory?.catalogue),
  fresh: new Set(),
  journal: [],
});

/** The draft as a schema that no later replay can change. */
export const finishDraft = (draft: Draft): Schema => {
  const { children, otherTypes, dropped, catalogue } = draft;
  const copy = createDraft({
    tables: draft.tables,
    enums: draft.enums,
    routines: draft.routines,
    memory: { children, otherTypes, dropped, catalogue },
  });
  return {
    tables: copy.tables,
    enums: copy.enums,
    routines: copy.routines,
    memory: { children: copy.children, otherTypes: copy.otherTypes, dropped: copy.dropped, catalogue: copy.catalogue },
  };
};

const refill = <T>(into: { clear(): void }, from: Iterable<T>, put: (item: T) => void): void => {
  into.clear();
  for (const item of from) put(item);
};

const refillMap = <K, V>(into: Map<K, V>, from: ReadonlyMap<K, V>): void => refill(into, from, ([key, value]) => into.set(key, value));
const refillSet = <T>(into: Set<T>, from: ReadonlySet<T>): void => refill(into, from, (item) => into.add(item));

/** A copy to go back to. */
export const markDraft = (draft: Draft): Draft => {
  const { children, otherTypes, dropped, catalogue } = draft;
  const copy = createDraft({ ...draft, memory: { children, otherTypes, dropped, catalogue } });
  for (const name of draft.fresh) copy.fresh.add(name);
  return copy;
};

/** A copy for a statement that changes only the given tables; what it drops and creates is noted from here on. */
export const markTables = (draft: Draft, names: Iterable<string>): Draft => {
  const tables = new Map(draft.tables);
  for (const name of names) {
    const table = tables.get(name);
    if (table) tables.set(name, copyTable(table));
  }
  draft.journal.length = 0;
  return {
    tables,
    enums: new Map(draft.enums),
    routines: new Map(draft.routines),
    children: new Map([...draft.children].map(([parent, children]) => [parent, new Set(children)])),
    otherTypes: new Set(draft.otherTypes),
    dropped: draft.dropped,
    catalogue: copyCatalogue(draft.catalogue),
    fresh: draft.fresh,
    journal: [],
  };
};

/** Puts a draft back to what it was; the copy is used up. */
export const restoreDraft = (draft: Draft, copy: Draft): void => {
  refillMap(draft.tables, copy.tables);
  refillMap(draft.enums, copy.enums);
  refillMap(draft.routines, copy.routines);
  refillMap(draft.children, copy.children);
  refillSet(draft.otherTypes, copy.otherTypes);
  if (copy.dropped !== draft.dropped) refillSet(draft.dropped, copy.dropped);
  else for (const { keys, key, wasThere } of draft.journal.reverse()) keys[wasThere ? 'add' : 'delete'](key);
  draft.journal.length = 0;
  if (copy.fresh !== draft.fresh) refillSet(draft.fresh, copy.fresh);
  const [to, from] = [draft.catalogue, copy.catalogue];
  refillMap(to.sequences, from.sequences);
  refillMap(to.domains, from.domains);
  refillMap(to.composites, from.composites);
  refillMap(to.partitioned, from.partitioned);
  refillMap(to.indexParents, from.indexParents);
  refillSet(to.schemas, from.schemas);
  refillSet(to.partitions, from.partitions);
  refillSet(to.local, from.local);
  to.ages.next = from.ages.next;
  refillSet(to.inherited, from.inherited);
  refillSet(to.doubtful, from.doubtful);
};

export const emptyTable = (name: string): DraftTable => ({ name, columns: new Map(), constraints: new Map(), indexes: new Map() });

/** Replaces a map's key, keeping its place. */
export const renameKey = <V>(map: Map<string, V>, from: string, to: string, change: (value: V) => V): void => {
  const entries = [...map];
  map.clear();
  for (const [key, value] of entries) map.set(key === from ? to : key, key === from ? change(value) : value);
};

/** The table that has an index or a constraint of that name. Index names are unique per schema. */
export const ownerOf = (draft: Draft, part: 'indexes' | 'constraints', name: string): DraftTable | null => {
  const { schema, bare } = unqualify(name);
  let dotted: DraftTable | null = null;
  for (const table of draft.tables.values()) {
    const place = unqualify(table.name).schema;
    if (place === schema && table[part].has(bare)) return table;
    // "User.email_unique": a name that holds a dot itself, as Prisma 2 gave them.
    if (bare !== name && place === 'public' && table[part].has(name)) dotted ??= table;
  }
  return dotted;
};

const replaceIn = (names: readonly string[], from: string, to: string): readonly string[] =>
  names.includes(from) ? names.map((name) => (name === from ? to : name)) : names;

/** Enforced uses follow a rename, because PostgreSQL stores them by number; text bodies keep the old name and break. */
const renameUses = (
  draft: Draft,
  matches: (table: string, column: string | null) => { table: string; column: string | null } | null,
): void => {
  for (const [key, routine] of draft.routines) {
    if (!routine.uses.some((use) => use.enforced && matches(use.table, use.column))) continue;
    const uses = routine.uses.map((use) => (use.enforced ? { ...use, ...matches(use.table, use.column) } : use));
    draft.routines.set(key, { ...routine, uses });
  }
};

/** Carries a column's new name into constraints, indexes, foreign keys to it and the views on it. */
export const renameColumn = (draft: Draft, table: DraftTable, from: string, to: string): void => {
  renameKey(table.columns, from, to, (column) => ({ ...column, name: to }));
  for (const [name, index] of table.indexes)
    table.indexes.set(name, {
      ...index,
      columns: replaceIn(index.columns, from, to),
      ...(index.columns.includes(from) ? { parts: index.parts ?? index.columns } : {}),
    });
  for (const [name, constraint] of table.constraints)
    table.constraints.set(name, {
      ...constraint,
      columns: replaceIn(constraint.columns, from, to),
      ...(KEYS.has(constraint.kind) && constraint.columns.includes(from) ? { parts: constraint.parts ?? constraint.columns } : {}),
    });
  for (const other of draft.tables.values()) {
    for (const [name, constraint] of other.constraints) {
      if (constraint.references?.table !== table.name) continue;
      const references = { ...constraint.references, columns: replaceIn(constraint.references.columns, from, to) };
      other.constraints.set(name, { ...constraint, references });
    }
  }
  for (const [name, column] of table.columns) {
    if (column.needs?.includes(`column ${from}`))
      table.columns.set(name, { ...column, needs: replaceIn(column.needs, `column ${from}`, `column ${to}`) });
  }
  const { sequences, local, inherited, partitioned } = draft.catalogue;
  for (const [name, sequence] of sequences) {
    if (sequence.owner?.table === table.name && sequence.owner.column === from)
      sequences.set(name, { ...sequence, owner: { table: table.name, column: to } });
  }
  for (const keys of [local, inherited]) if (keys.delete(`${table.name}.${from}`)) keys.add(`${table.name}.${to}`);
  const key = partitioned.get(table.name);
  if (key) partitioned.set(table.name, replaceIn(key, from, to));
  renameUses(draft, (owner, column) => (owner === table.name && column === from ? { table: owner, column: to } : null));
};

/** A view's column under its new name, for what is made from the view. */
export const renameUse = (draft: Draft, relation: string, from: string, to: string): void =>
  renameUses(draft, (owner, column) => (owner === relation && column === from ? { table: owner, column: to } : null));

/** A key among the needs of everything. */
export const renameNeed = (draft: Draft, from: string, to: string): void => {
  const follow = <T extends { readonly needs?: readonly string[] }>(map: Map<string, T>): void => {
    for (const [key, value] of map) if (value.needs?.includes(from)) map.set(key, { ...value, needs: replaceIn(value.needs, from, to) });
  };
  follow(draft.routines);
  follow(draft.catalogue.domains);
  for (const table of draft.tables.values()) {
    follow(table.columns);
    follow(table.constraints);
    follow(table.indexes);
  }
};

/** The part of a renamed table in what the catalogue remembers of it. */
const renameInCatalogue = (draft: Draft, from: string, to: string): void => {
  const { sequences, local, inherited, partitioned, partitions, indexParents } = draft.catalogue;
  for (const [name, sequence] of sequences) {
    if (sequence.owner?.table === from) sequences.set(name, { ...sequence, owner: { ...sequence.owner, table: to } });
  }
  const moved = (key: string): string => (key.startsWith(`${from}.`) || key.startsWith(`${from}#`) ? to + key.slice(from.length) : key);
  for (const keys of [local, inherited]) for (const key of [...keys]) if (moved(key) !== key && keys.delete(key)) keys.add(moved(key));
  for (const [child, parent] of [...indexParents]) {
    if (moved(child) === child && moved(parent) === parent) continue;
    indexParents.delete(child);
    indexParents.set(moved(child), moved(parent));
  }
  const columns = partitioned.get(from);
  if (columns && partitioned.delete(from)) partitioned.set(to, columns);
  if (partitions.delete(from)) partitions.add(to);
  renameNeed(draft, `type ${from}`, `type ${to}`);
};

/** Carries a table's (or view's) new name into foreign keys, views, triggers and policies on it. */
export const renameRelation = (draft: Draft, from: string, to: string): void => {
  const table = draft.tables.get(from);
  if (table) renameKey(draft.tables, from, to, (old) => ({ ...old, name: to }));
  if (draft.fresh.delete(from)) draft.fresh.add(to);
  renameInCatalogue(draft, from, to);
  for (const other of draft.tables.values()) {
    for (const [name, constraint] of other.constraints) {
      if (constraint.references?.table === from)
        other.constraints.set(name, { ...constraint, references: { ...constraint.references, table: to } });
    }
  }
  renameUses(draft, (owner, column) => (owner === from ? { table: to, column } : null));
  for (const [key, routine] of [...draft.routines]) {
    if (routine.table === from && routine.name !== from)
      renameKey(draft.routines, key, `${routine.kind} ${to}.${routine.name}`, (old) => ({ ...old, table: to }));
  }
  for (const [parent, children] of [...draft.children]) {
    if (children.delete(from)) children.add(to);
    if (parent === from) renameKey(draft.children, from, to, (old) => old);
  }
};

/** Removes a column with the indexes and constraints that contain it, as PostgreSQL does without asking. */
export const removeColumn = (table: DraftTable, name: string): void => {
  table.columns.delete(name);
  for (const [key, index] of table.indexes) if (index.columns.includes(name)) table.indexes.delete(key);
  for (const [key, constraint] of table.constraints) if (constraint.columns.includes(name)) table.constraints.delete(key);
};

/** A name for an object that the statement left unnamed, as PostgreSQL makes it: `table_columns_suffix`, at most 63 bytes. */
export const chooseName = (table: string, middle: readonly string[], suffix: string, isTaken: (name: string) => boolean): string => {
  const bare = unqualify(table).bare;
  const parts = middle.join('_');
  for (let pass = 0; ; pass++) {
    const label = pass === 0 ? suffix : `${suffix}${pass}`;
    const name = cutToLimit(bare, parts, label);
    if (!isTaken(name)) return name;
  }
};

/** Whether a table, view, sequence or composite type has the name. */
export const isRelationName = (draft: Draft, name: string): boolean =>
  draft.tables.has(name) ||
  draft.routines.has(`view ${name}`) ||
  draft.routines.has(`materialized-view ${name}`) ||
  draft.catalogue.sequences.has(name) ||
  draft.catalogue.composites.has(name);

/** Names that are taken in a table's schema: constraints share one list, tables, views and indexes (of keys too) the other. */
export const isNameTaken =
  (draft: Draft, table: DraftTable, scope: 'constraint' | 'index' | 'key') =>
  (name: string): boolean => {
    const isRelation = scope !== 'constraint';
    const qualified = sibling(table.name, name);
    if (isRelation && isRelationName(draft, qualified)) return true;
    const { schema } = unqualify(table.name);
    for (const other of [...draft.tables.values(), table]) {
      if (other !== table && unqualify(other.name).schema !== schema) continue;
      if (isRelation && other.indexes.has(name)) return true;
      const constraint = other.constraints.get(name);
      if (constraint && (scope !== 'index' || KEYS.has(constraint.kind))) return true;
    }
    return false;
  };

const NAME_LIMIT = 63;

const cutToLimit = (first: string, second: string, label: string): string => {
  let a = first.length;
  let b = second.length;
  const overhead = label.length + 1 + (second.length > 0 ? 1 : 0);
  while (a + b > NAME_LIMIT - overhead) {
    if (a > b) a--;
    else b--;
  }
  return [first.slice(0, a), ...(second.length > 0 ? [second.slice(0, b)] : []), label].join('_');
};

/** The schema-qualified name of a sibling: same schema, other bare name. */
export const sibling = (name: string, bare: string): string => qualify(unqualify(name).schema, bare);
