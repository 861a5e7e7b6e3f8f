/**
 * Methods of lists, as the language has them.
 * Invariants: what changes a list under a condition, or in a way that is not followed, leaves it open or unknown.
 */
import { MAX_ITEMS as MAX_KEPT, textOf } from './bounds.ts';
import { type Call, forgetItems, isUndefined, list, madeText, type Piece, plain, stringOf, truthOf, UNKNOWN, type Value } from './value.ts';

type List = Extract<Value, { kind: 'list' }>;
export type Method<T> = (owner: T, call: Call) => Value;

const MAX_ITEMS = 2_000;

/** Calls back for every item; for those that are not known once, under a condition. */
const each = (owner: List, { args, invoke, maybe }: Call): readonly Value[] => {
  const results = owner.items.slice(0, MAX_ITEMS).map((item, i) => invoke(args[0] ?? UNKNOWN, [item, plain(i), owner]));
  if ((owner.isOpen || owner.items.length > MAX_ITEMS) && args[0]) maybe(args[0]);
  return results;
};

const mapped: Method<List> = (owner, call) => list(each(owner, call), owner.isOpen || owner.items.length > MAX_ITEMS);

const filtered: Method<List> = (owner, call) => {
  const truths = each(owner, call).map(truthOf);
  if (truths.includes(null) || truths.length < owner.items.length) return list([], true);
  return list(
    owner.items.filter((_, i) => truths[i]),
    owner.isOpen,
  );
};

const found: Method<List> = (owner, call) => {
  const truths = each(owner, call).map(truthOf);
  const at = truths.indexOf(true);
  if (owner.isOpen || truths.slice(0, at < 0 ? truths.length : at).includes(null)) return UNKNOWN;
  return at < 0 ? plain(undefined) : (owner.items[at] ?? UNKNOWN);
};

const counted =
  (wanted: boolean): Method<List> =>
  (owner, call) => {
    const truths = each(owner, call).map(truthOf);
    if (truths.includes(wanted)) return plain(wanted);
    return owner.isOpen || truths.includes(null) ? UNKNOWN : plain(!wanted);
  };

const joined: Method<List> = (owner, { args, place }) => {
  const separator = isUndefined(args[0]) ? ',' : stringOf(args[0]);
  if (separator === null) return UNKNOWN;
  const between = madeText(separator, place);
  const parts = function* (): Iterable<readonly Piece[]> {
    for (const [i, item] of owner.items.entries()) {
      if (i > 0) yield between.pieces;
      yield item.kind === 'text' ? item.pieces : [{ text: isUndefined(item) ? '' : stringOf(item), place, map: null }];
    }
    if (owner.isOpen) yield [{ text: null, place, map: null }];
  };
  return textOf(parts());
};

/** A method that changes its list; under a condition nothing is known of the list afterwards. */
const changing =
  (change: (items: Value[], args: readonly Value[], owner: List) => Value | null): Method<List> =>
  (owner, { args, isConditional }) => {
    const result = isConditional || owner.isOpen ? null : change(owner.items, args, owner);
    if (result === null) forgetItems(owner);
    return result ?? UNKNOWN;
  };

const pushed: Method<List> = (owner, { args, isConditional }) => {
  if (isConditional) owner.isOpen = true;
  else for (const arg of args) owner.items.push(arg);
  if (owner.items.length > MAX_KEPT) forgetItems(owner);
  return UNKNOWN;
};

/** Sorts texts as the language does where it is given no order. */
const sorted = (items: readonly Value[], args: readonly Value[]): Value[] | null => {
  const keys = items.map((item) => stringOf(item));
  if (args.length > 0 || !keys.every((key) => key !== null)) return null;
  const order = keys
    .map((_, i) => i)
    .sort((a, b) => ((keys[a] ?? '') < (keys[b] ?? '') ? -1 : (keys[a] ?? '') > (keys[b] ?? '') ? 1 : a - b));
  return order.map((i) => items[i] ?? UNKNOWN);
};

const rearranged = (arrange: (items: readonly Value[], args: readonly Value[]) => Value[] | null): Method<List> =>
  changing((items, args, owner) => {
    const made = arrange(items, args);
    for (const [i, item] of (made ?? []).entries()) items[i] = item;
    return made && owner;
  });

const flattened = (value: Value): List => {
  const parts = value.kind === 'list' ? value.items : [value];
  const isOpen =
    value.kind !== 'list' || value.isOpen || parts.some((one) => one.kind === 'unknown' || (one.kind === 'list' && one.isOpen));
  const size = parts.reduce((sum, one) => sum + (one.kind === 'list' ? one.items.length : 1), 0);
  if (size > MAX_KEPT) return { kind: 'list', items: [], isOpen: true };
  return { kind: 'list', items: parts.flatMap((one) => (one.kind === 'list' ? one.items : one.kind === 'unknown' ? [] : [one])), isOpen };
};

const reduced: Method<List> = (owner, { args, invoke }) => {
  if (owner.isOpen || owner.items.length > MAX_ITEMS) return UNKNOWN;
  const [first, ...rest] = owner.items;
  const start = args.length > 1 ? (args[1] ?? UNKNOWN) : (first ?? UNKNOWN);
  return (args.length > 1 ? owner.items : rest).reduce((sum, item) => invoke(args[0] ?? UNKNOWN, [sum, item]), start);
};

const sliced: Method<List> = (owner, { args }) => {
  const bounds = args.map((one) => (isUndefined(one) ? undefined : Number(stringOf(one) ?? Number.NaN)));
  if (owner.isOpen || bounds.some((one) => Number.isNaN(one))) return list([], true);
  return list(owner.items.slice(bounds[0], bounds[1]));
};

const includes = (owner: List, wanted: string | null): Value => {
  const items = owner.items.map((item) => stringOf(item));
  if (wanted !== null && items.includes(wanted)) return plain(true);
  return wanted === null || owner.isOpen || items.includes(null) ? UNKNOWN : plain(false);
};

export const LIST_METHODS: ReadonlyMap<string, Method<List>> = new Map<string, Method<List>>([
  ['map', mapped],
  ['forEach', (owner, call) => list(each(owner, call))],
  ['flatMap', (owner, call) => flattened(mapped(owner, call))],
  ['flat', (owner) => flattened(owner)],
  ['filter', filtered],
  ['find', found],
  ['some', counted(true)],
  ['every', counted(false)],
  ['join', joined],
  ['push', pushed],
  ['reduce', reduced],
  ['concat', (owner, { args }) => flattened(list([owner, ...args]))],
  ['slice', sliced],
  ['reverse', rearranged((items) => [...items].reverse())],
  ['sort', rearranged(sorted)],
  ['pop', changing((items) => items.pop() ?? plain(undefined))],
  ['shift', changing((items) => items.shift() ?? plain(undefined))],
  ['unshift', changing((items, args) => plain(items.unshift(...args)))],
  ['splice', changing(() => null)],
  ['fill', changing(() => null)],
  ['includes', (owner, { args }) => includes(owner, stringOf(args[0]))],
]);

/** `new Set(list)`: each value once; where one is not known, which ones are. */
export const distinct = (value: Value): Value => {
  if (value.kind !== 'list') return UNKNOWN;
  const keys = value.items.map((item) => stringOf(item));
  if (!keys.every((key) => key !== null)) return list([], true);
  const first = new Map<string, Value>();
  for (const [i, item] of value.items.entries()) if (!first.has(keys[i] ?? '')) first.set(keys[i] ?? '', item);
  return list([...first.values()], value.isOpen);
};

/** `Array.from(list, f)`. */
export const copied = (call: Call): Value => {
  const [given, change] = call.args;
  if (given?.kind !== 'list') return UNKNOWN;
  return change ? mapped(given, { ...call, args: [change] }) : list(given.items, given.isOpen);
};
