/**
 * What PostgreSQL has written down as depending on an object: what refuses a drop without CASCADE, and goes along with it.
 * Input: a draft and the object. Output: its direct dependents. What goes with the object unasked (a table's own indexes,
 * triggers, policies and foreign keys) is none.
 */
import type { Draft, DraftTable } from './draft.ts';
import { keysOf } from './keys.ts';
import { type Constraint, objectKey, type Routine } from './types.ts';

export type Target =
  | { readonly kind: 'relation'; readonly name: string }
  | { readonly kind: 'column'; readonly table: string; readonly name: string }
  /** A function, type or sequence by its key; `spelled` as columns spell a type. */
  | { readonly kind: 'need'; readonly key: string; readonly spelled?: string }
  /** A unique or primary key. */
  | { readonly kind: 'key'; readonly table: string; readonly columns: readonly string[]; readonly name: string };

export type Dependent =
  | { readonly kind: 'routine'; readonly key: string; readonly routine: Routine }
  | { readonly kind: 'column' | 'default' | 'constraint' | 'index'; readonly table: string; readonly name: string }
  | { readonly kind: 'table' | 'domain'; readonly name: string };

const OWNED: ReadonlySet<Routine['kind']> = new Set(['trigger', 'policy', 'rule']);

/** Policies, rules and triggers belong to their table and go with it. */
export const isOwned = (routine: Routine): boolean => OWNED.has(routine.kind);

const routines = (draft: Draft, matches: (routine: Routine) => boolean): Dependent[] =>
  [...draft.routines].filter(([, routine]) => matches(routine)).map(([key, routine]) => ({ kind: 'routine', key, routine }));

const foreignKeys = (draft: Draft, table: string, matches: (constraint: Constraint) => boolean): Dependent[] => {
  const found: Dependent[] = [];
  for (const other of draft.tables.values()) {
    for (const constraint of other.constraints.values()) {
      if (constraint.references?.table === table && matches(constraint))
        found.push({ kind: 'constraint', table: other.name, name: constraint.name });
    }
  }
  return found;
};

const partitionsOf = (draft: Draft, name: string): readonly string[] =>
  [...(draft.children.get(name) ?? [])].filter((child) => draft.catalogue.partitions.has(child));

/** The partitioned tables that a partition is a part of: a foreign key to one stands on each of its partitions. */
const above = (draft: Draft, name: string): readonly string[] => {
  const found = new Set<string>();
  for (let part: string | undefined = name; part !== undefined && draft.catalogue.partitions.has(part); ) {
    const own: string = part;
    const parent = [...draft.children].find(([, children]) => children.has(own))?.[0];
    if (parent === undefined || found.has(parent)) break;
    found.add(parent);
    part = parent;
  }
  return [...found];
};

const ofRelation = (draft: Draft, name: string): Dependent[] => {
  const parts = new Set([name, ...partitionsBelow(draft, name)]);
  const keys = above(draft, name).flatMap((parent) => foreignKeys(draft, parent, () => true));
  return [...[...parts].flatMap((part) => ofTable(draft, part)), ...keys].filter(
    (found) => found.kind !== 'constraint' || !parts.has(found.table),
  );
};

const partitionsBelow = (draft: Draft, name: string): readonly string[] =>
  partitionsOf(draft, name).flatMap((child) => [child, ...partitionsBelow(draft, child)]);

const ofTable = (draft: Draft, name: string): Dependent[] => {
  const children = [...(draft.children.get(name) ?? [])].filter(
    (child) => draft.tables.has(child) && !draft.catalogue.partitions.has(child),
  );
  return [
    ...children.map((child): Dependent => ({ kind: 'table', name: child })),
    ...foreignKeys(draft, name, () => true),
    ...routines(
      draft,
      (routine) => !(isOwned(routine) && routine.table === name) && routine.uses.some((use) => use.enforced && use.table === name),
    ),
    ...needing(draft, `type ${name}`, name),
    ...ownedSequences(draft, name, null).flatMap((key) =>
      needing(draft, key, undefined).filter((found) => !('table' in found) || found.table !== name),
    ),
  ];
};

const ownedSequences = (draft: Draft, table: string, column: string | null): readonly string[] =>
  [...draft.catalogue.sequences]
    .filter(([, { owner }]) => owner?.table === table && (column === null || owner.column === column))
    .map(([name]) => `sequence ${name}`);

const generatedFrom = (table: DraftTable | undefined, column: string): Dependent[] =>
  [...(table?.columns.values() ?? [])]
    .filter((other) => other.generated && other.name !== column && other.needs?.includes(`column ${column}`))
    .map((other) => ({ kind: 'column', table: table?.name ?? '', name: other.name }));

const ofColumn = (draft: Draft, table: string, column: string): Dependent[] => [
  ...generatedFrom(draft.tables.get(table), column),
  ...foreignKeys(draft, table, (constraint) => constraint.references?.columns.includes(column) === true).filter(
    (found) => !isOwnKey(draft, found, table, column),
  ),
  ...routines(draft, (routine) => routine.uses.some((use) => use.enforced && use.table === table && use.column === column)),
  ...ownedSequences(draft, table, column).flatMap((key) =>
    needing(draft, key, undefined).filter((found) => !('table' in found) || found.table !== table || found.name !== column),
  ),
];

/** A foreign key of the same column goes with it. */
const isOwnKey = (draft: Draft, found: Dependent, table: string, column: string): boolean =>
  found.kind === 'constraint' &&
  found.table === table &&
  draft.tables.get(table)?.constraints.get(found.name)?.columns.includes(column) === true;

/** Whatever has the key among its needs, or is of the type. */
const needing = (draft: Draft, key: string, spelled: string | undefined): Dependent[] => {
  const found: Dependent[] = routines(
    draft,
    (routine) => routine.needs?.includes(key) === true || (routine.calls !== undefined && key === `function ${routine.calls}`),
  );
  const isOfType = (type: string): boolean => spelled !== undefined && (type === spelled || type === `${spelled}[]`);
  for (const table of draft.tables.values()) {
    for (const column of table.columns.values()) {
      if (isOfType(column.type)) found.push({ kind: 'column', table: table.name, name: column.name });
      else if (column.needs?.includes(key))
        found.push({ kind: column.generated ? 'column' : 'default', table: table.name, name: column.name });
    }
    for (const constraint of table.constraints.values())
      if (constraint.needs?.includes(key)) found.push({ kind: 'constraint', table: table.name, name: constraint.name });
    for (const index of table.indexes.values())
      if (index.needs?.includes(key)) found.push({ kind: 'index', table: table.name, name: index.name });
  }
  for (const [name, domain] of draft.catalogue.domains) {
    if (domain.needs.includes(key) || isOfType(domain.type)) found.push({ kind: 'domain', name });
  }
  return found;
};

/** Foreign keys that stand on a unique key, or on a partition's part of it. */
const ofKey = (draft: Draft, target: Extract<Target, { kind: 'key' }>): Dependent[] => {
  const owner = draft.tables.get(target.table);
  if (!owner) return [];
  const isOldest = (columns: readonly string[]): boolean => {
    const [first] = keysOf(owner, columns);
    return columns.length > 0 && (first === undefined || first.name === target.name);
  };
  const own = foreignKeys(draft, target.table, ({ references }) =>
    references?.key === undefined ? isOldest(references?.columns ?? []) : references.key === target.name,
  );
  const parts = [...draft.catalogue.indexParents].filter(([, parent]) => parent === `${target.table}.${target.name}`);
  const below = parts.flatMap(([part]) => {
    const child = [...(draft.children.get(target.table) ?? [])].find((name) => part.startsWith(`${name}.`));
    return child === undefined
      ? []
      : ofKey(draft, { kind: 'key', table: child, columns: target.columns, name: part.slice(child.length + 1) });
  });
  return [...own, ...below];
};

/** Direct dependents of an object. */
export const dependentsOf = (draft: Draft, target: Target): readonly Dependent[] => {
  if (target.kind === 'relation') return ofRelation(draft, target.name);
  if (target.kind === 'column') return ofColumn(draft, target.table, target.name);
  return target.kind === 'need' ? needing(draft, target.key, target.spelled) : ofKey(draft, target);
};

/** Whether a dependent goes with one of the objects that the same statement drops. */
export const isAmong = (found: Dependent, dropped: ReadonlySet<string>): boolean => {
  if (found.kind === 'routine') {
    const { routine, key } = found;
    return dropped.has(key) || (isOwned(routine) && dropped.has(`table ${routine.table}`));
  }
  if ('table' in found) return dropped.has(`table ${found.table}`);
  return dropped.has(objectKey({ kind: 'table', table: found.name, name: found.name }));
};
