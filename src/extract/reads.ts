/**
 * Reads that an edit moves: of columns nothing read before, and the legacy reads they replace.
 * Input: accesses of the touched files on both sides, the schema history. Pure.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { Schema, SchemaObject } from '../schema/types.ts';
import type { Moved } from './fillers.ts';
import type { DatabaseHistory } from './history.ts';

/** All accesses of the files a change touches, on both sides. */
export interface TouchedAccesses {
  readonly histories: readonly DatabaseHistory[];
  readonly changedBase: readonly SchemaAccess[];
  readonly changedHead: readonly SchemaAccess[];
}

const columnKey = (a: SchemaAccess): string => `${a.database}\0${a.table}\0${a.column}`;

/** A read that says which column it wants. */
export const isRead = (a: SchemaAccess): boolean => a.kind === 'read' && a.confidence !== 'low' && (a.how === 'named' || a.how === 'field');

/** Columns that were there before, and that the touched files read now though they did not before, or no longer behind a guard. */
export function newlyRead({ histories, changedBase, changedHead }: TouchedAccesses): { database: string; object: SchemaObject }[] {
  const before = new Map<string, SchemaAccess[]>();
  for (const a of changedBase.filter(isRead)) before.set(columnKey(a), [...(before.get(columnKey(a)) ?? []), a]);
  const found = new Map<string, { database: string; object: SchemaObject }>();
  for (const access of changedHead.filter(isRead)) {
    if (access.column === null || access.guards.length > 0) continue;
    const known = before.get(columnKey(access));
    const history = histories.find((h) => h.id === access.database);
    const isThere = history?.base?.schema.tables.get(access.table)?.columns.has(access.column) ?? false;
    const lostGuard = known?.every((a) => a.guards.length > 0) ?? false;
    if (isThere && history && !isKey(access, history) && (lostGuard || (!known && legacyOf(access, changedBase, changedHead, history)))) {
      found.set(columnKey(access), { database: access.database, object: { kind: 'column', table: access.table, name: access.column } });
    }
  }
  return [...found.values()];
}

/** Reads that take the place of another, with the columns of both. */
export function movedReads({ histories, changedBase, changedHead }: TouchedAccesses): Moved[] {
  const moved = new Map<string, Moved>();
  for (const read of changedHead.filter(isRead)) {
    const history = histories.find((h) => h.id === read.database);
    const legacy = history ? legacyOf(read, changedBase, changedHead, history) : null;
    if (legacy?.column == null || read.column === null) continue;
    moved.set(`${columnKey(legacy)}\0${columnKey(read)}`, {
      legacy: { table: legacy.table, column: legacy.column },
      fresh: { table: read.table, column: read.column },
    });
  }
  return [...moved.values()];
}

/**
 * The legacy read that a read replaces: same function, gone at head, and paired with it by name, by a backfill in the
 * migrations, or because it is the only read of its kind that went while this is the only one that came.
 */
export function legacyOf(
  read: SchemaAccess,
  base: readonly SchemaAccess[],
  head: readonly SchemaAccess[],
  history: DatabaseHistory,
): SchemaAccess | null {
  if (read.column === null || !history.base || isKey(read, history)) return null;
  const inScope = (a: SchemaAccess): boolean =>
    isRead(a) && !isKey(a, history) && a.column !== null && a.database === read.database && a.scope === read.scope;
  const [before, after] = [base.filter(inScope), head.filter(inScope)];
  if (before.some((a) => columnKey(a) === columnKey(read))) return null;
  const kind = familyOf(typeOf(read, history.head.schema));
  const went = before.filter(
    (a) => !after.some((b) => columnKey(b) === columnKey(a)) && kind !== null && familyOf(typeOf(a, history.base?.schema)) === kind,
  );
  const came = new Set(
    after
      .filter((a) => !before.some((b) => columnKey(b) === columnKey(a)) && familyOf(typeOf(a, history.head.schema)) === kind)
      .map(columnKey),
  );
  const paired = went.find(
    (a) =>
      isBackfilled(read, a, history.backfills) ||
      (a.column === read.column && !GENERIC.test(read.column ?? '') && areTied(a.table, read.table, history)),
  );
  if (paired) return paired;
  // A name that grew out of another (`nsfw` → `nsfwLevel`) is a likelier pair than any that is left over.
  const gone = before.filter((a) => !after.some((b) => columnKey(b) === columnKey(a)));
  const alike = gone.find((a) => a.table === read.table && areAlike(a.column, read.column));
  if (alike) return alike;
  const [only] = went;
  const isAlone = came.size === 1 && came.has(columnKey(read)) && new Set(went.map(columnKey)).size === 1;
  return only && isAlone && areRelated(only, read, history) ? only : null;
}

const plain = (name: string | null): string => (name ?? '').replace(/_/g, '').toLowerCase();
const areAlike = (a: string | null, b: string | null): boolean =>
  plain(a).length > 3 && plain(b).length > 3 && (plain(a).includes(plain(b)) || plain(b).includes(plain(a)));

/** A column that the change adds to a table base has, while the other stays in its own table: what moves gets a home or leaves one. */
function isOwnMatter(legacy: SchemaAccess, fresh: SchemaAccess, { base, head }: DatabaseHistory): boolean {
  const before = base?.schema.tables.get(fresh.table);
  const isAdded = before !== undefined && !before.columns.has(fresh.column ?? '');
  return isAdded && (head.schema.tables.get(legacy.table)?.columns.has(legacy.column ?? '') ?? false);
}

/** Columns of one table, or of one type in tables that a foreign key ties. */
function areRelated(legacy: SchemaAccess, fresh: SchemaAccess, history: DatabaseHistory): boolean {
  if (legacy.table === fresh.table) return true;
  if (isOwnMatter(legacy, fresh, history) && !areAlike(legacy.column, fresh.column)) return false;
  return areTied(fresh.table, legacy.table, history) && typeOf(fresh, history.head.schema) === typeOf(legacy, history.base?.schema);
}

/** Names that every table has: equal ones say nothing. */
const GENERIC =
  /^(?:created|updated|deleted)_?(?:at|on|by)$|^(?:name|title|type|kind|status|state|slug|key|value|data|order|position|description)$/i;

/** Whether a foreign key leads from one table to the other. */
function areTied(one: string, other: string, history: DatabaseHistory): boolean {
  const refersTo = (from: string, to: string): boolean =>
    [...(history.head.schema.tables.get(from)?.constraints.values() ?? [])].some((c) => c.references?.table === to);
  return refersTo(one, other) || refersTo(other, one);
}

/** Columns of primary and foreign keys, per history: asked for every read of a change. */
const keysOf = new WeakMap<DatabaseHistory, ReadonlySet<string>>();

function keyColumns(history: DatabaseHistory): ReadonlySet<string> {
  const known = keysOf.get(history);
  if (known) return known;
  const tables = [history.head.schema, history.base?.schema].flatMap((schema) => [...(schema?.tables ?? [])]);
  const keys = tables.flatMap(([table, { constraints }]) =>
    [...constraints.values()]
      .filter((c) => c.kind === 'primary-key' || c.kind === 'foreign-key')
      .flatMap((c) => c.columns.map((column) => `${table}\0${column}`)),
  );
  const found = new Set(keys);
  keysOf.set(history, found);
  return found;
}

/** Keys say which row, not what is in it: a join on another table's key replaces nothing. */
export const isKeyColumn = (name: { readonly table: string; readonly column: string }, history: DatabaseHistory): boolean =>
  /(?:^|_)id$|[a-z]I[dD]$/.test(name.column) || keyColumns(history).has(`${name.table}\0${name.column}`);

const isKey = ({ table, column }: SchemaAccess, history: DatabaseHistory): boolean => isKeyColumn({ table, column: column ?? '' }, history);

const typeOf = (a: SchemaAccess, schema: Schema | undefined): string | undefined =>
  schema?.tables.get(a.table)?.columns.get(a.column ?? '')?.type;

/** Whether a migration fills the new column from the legacy one. */
const isBackfilled = (fresh: SchemaAccess, legacy: SchemaAccess, backfills: DatabaseHistory['backfills']): boolean =>
  backfills.some(
    (w) => w.object.name === fresh.table && w.columns.includes(fresh.column ?? '') && w.reads.includes(`${legacy.table}.${legacy.column}`),
  );

const FAMILIES: readonly (readonly [string, RegExp])[] = [
  ['text', /^(?:text|character|varchar|citext|bpchar|name)/],
  ['number', /^(?:integer|bigint|smallint|numeric|real|double)/],
  ['time', /^(?:timestamp|date|time)/],
  ['json', /^jsonb?/],
  ['boolean', /^boolean/],
];

/** Types between which a value can move; null where the type is not known. */
export const familyOf = (type: string | undefined): string | null =>
  type === undefined ? null : type.endsWith('[]') ? type : (FAMILIES.find(([, form]) => form.test(type))?.[0] ?? type);
