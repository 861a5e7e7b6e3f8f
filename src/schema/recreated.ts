/**
 * Objects that a change drops and makes anew under the same name: what is left of that in sum.
 * - functions, triggers, indexes, constraints: no drop; a constraint made anew as it was is nothing;
 * - views: no drop, but of the columns the new one lacks;
 * - enums: neither drop nor creation, but the values that went or came;
 * - tables whose rows the change copied over: the differences of their columns. Without a copy the data is lost, and drop and creation stay.
 * Columns are not folded: DROP and ADD of one column is for a rule to judge.
 */
import type { Life } from './lives.ts';
import { type Column, type Constraint, objectKey, type Schema, type SchemaChange, type SchemaObject } from './types.ts';

export interface Item {
  readonly change: SchemaChange;
  readonly life: Life;
}

interface Pair {
  readonly drop: Item;
  readonly creation: Item;
}

interface Context {
  readonly base: Schema;
  readonly items: readonly Item[];
  readonly lives: readonly Life[];
}

/** What replaces a pair: items to leave out, and changes to put at the creation's place. */
interface Fold {
  readonly without: readonly Item[];
  readonly added: readonly SchemaChange[];
}

type MakeFold = (context: Context, pair: Pair) => Fold | null;

const placeOf = (item: Item): Pick<SchemaChange, 'location' | 'migration'> => ({
  location: item.change.location,
  migration: item.change.migration,
});

const dropOf = (item: Item, object: SchemaObject): SchemaChange => ({ ...placeOf(item), type: 'drop', object, implied: false });

const replaced: MakeFold = (_, { drop }) => ({ without: [drop], added: [] });

const sameConstraint = (a: Constraint, b: Constraint): boolean =>
  a.kind === b.kind &&
  a.columns.join('\0') === b.columns.join('\0') &&
  a.references?.table === b.references?.table &&
  (a.references?.columns ?? []).join('\0') === (b.references?.columns ?? []).join('\0');

const constraint: MakeFold = ({ base }, { drop, creation }) => {
  const { change } = creation;
  const before = base.tables.get(change.object.table ?? '')?.constraints.get(change.object.name);
  // A CHECK's columns do not say what it checks: made anew, it may be tighter.
  const same =
    before !== undefined && change.type === 'add-constraint' && before.kind !== 'check' && sameConstraint(before, change.constraint);
  return { without: same ? [drop, creation] : [drop], added: [] };
};

const view: MakeFold = ({ base }, { drop, creation }) => {
  const { change } = creation;
  const before = base.routines.get(objectKey(change.object))?.columns ?? [];
  const after = new Set(change.type === 'create' ? (change.members ?? []) : []);
  // A view whose columns the text does not tell is not judged by them.
  const lost = after.size === 0 ? [] : before.filter((name) => !after.has(name));
  return { without: [drop], added: lost.map((name) => dropOf(creation, { kind: 'column', table: change.object.name, name })) };
};

/** An enum's values at the end: those it was made with, and what the change did to them since. */
const finalValues = (context: Context, { change, life }: Item): readonly string[] => {
  const values = new Set(change.type === 'create' ? (change.members ?? []) : []);
  for (const part of context.lives) {
    if (part.owner !== life) continue;
    values.delete(part.origin.name);
    if (part.droppedAt === null) values.add(part.current.name);
  }
  return [...values];
};

const enumType: MakeFold = (context, { drop, creation }) => {
  const { name } = creation.change.object;
  const before = context.base.enums.get(name) ?? [];
  const after = finalValues(context, creation);
  const value = (member: string): SchemaObject => ({ kind: 'enum-value', table: name, name: member });
  const gone = before.filter((member) => !after.includes(member)).map((member) => dropOf(creation, value(member)));
  const come = after
    .filter((member) => !before.includes(member))
    .map((member): SchemaChange => ({ ...placeOf(creation), type: 'create', object: value(member) }));
  return { without: [drop, creation], added: [...gone, ...come] };
};

const isCopy = (change: SchemaChange, from: Life): boolean =>
  change.type === 'write' &&
  change.reads.some((read) => read.startsWith(`${from.origin.name}.`) || read.startsWith(`${from.current.name}.`));

const sameColumn = (a: Column, b: Column): boolean =>
  a.type === b.type && a.nullable === b.nullable && a.default === b.default && a.generated === b.generated;

/** A table rebuilt beside the old one, filled from it, and put in its place. */
const table: MakeFold = (context, { drop, creation }) => {
  const copied = context.items.some((item) => item.life === creation.life && isCopy(item.change, drop.life));
  const before = context.base.tables.get(creation.change.object.name);
  if (!copied || !before) return null;
  const without: Item[] = [drop, creation];
  const added: SchemaChange[] = [];
  const kept = new Set<string>();
  for (const item of context.items) {
    const { change } = item;
    if (item.life.owner !== creation.life || change.type !== 'create' || !change.column) continue;
    const old = before.columns.get(change.object.name);
    if (!old) continue;
    kept.add(old.name);
    without.push(item);
    if (!sameColumn(old, change.column))
      added.push({ ...placeOf(item), type: 'alter-column', object: change.object, before: old, after: change.column });
  }
  const lost = [...before.columns.keys()].filter((name) => !kept.has(name));
  return { without, added: [...lost.map((name) => dropOf(drop, { kind: 'column', table: before.name, name })), ...added] };
};

const FOLDS: ReadonlyMap<SchemaObject['kind'], MakeFold> = new Map<SchemaObject['kind'], MakeFold>([
  ['function', replaced],
  ['trigger', replaced],
  ['index', replaced],
  ['constraint', constraint],
  ['view', view],
  ['materialized-view', view],
  ['enum', enumType],
  ['table', table],
]);

const pairsOf = (items: readonly Item[]): readonly Pair[] => {
  const drops = new Map<string, Item>();
  const pairs: Pair[] = [];
  for (const item of items) if (item.change.type === 'drop') drops.set(objectKey(item.change.object), item);
  for (const creation of items) {
    if (creation.change.type !== 'create' && creation.change.type !== 'add-constraint') continue;
    const drop = drops.get(objectKey(creation.change.object));
    if (drop && FOLDS.has(creation.change.object.kind)) pairs.push({ drop, creation });
  }
  return pairs;
};

/** The changes with re-created objects folded. */
export const foldRecreated = (base: Schema, items: readonly Item[], lives: readonly Life[]): readonly SchemaChange[] => {
  const context: Context = { base, items, lives };
  const without = new Set<Item>();
  const added = new Map<Item, readonly SchemaChange[]>();
  for (const pair of pairsOf(items)) {
    const fold = FOLDS.get(pair.creation.change.object.kind)?.(context, pair);
    for (const item of fold?.without ?? []) without.add(item);
    if (fold) added.set(pair.creation, fold.added);
  }
  return items.flatMap((item) => [...(added.get(item) ?? []), ...(without.has(item) ? [] : [item.change])]);
};
