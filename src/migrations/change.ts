/**
 * Databases of two revisions → which migrations are new, edited, moved or gone.
 * Invariants: a migration is identified by id and content, never by path, so that moving a folder or renaming a file is
 * no new migration; every head database appears once.
 */
import type { Database, Migration } from './types.ts';

export interface MigrationPair {
  readonly base: Migration;
  readonly head: Migration;
}

export interface MigrationChange {
  readonly head: Database;
  /** The same database at base; null where base has none. */
  readonly base: Database | null;
  readonly added: readonly Migration[];
  /** Same id (or same name under a new number), other content. */
  readonly edited: readonly MigrationPair[];
  /** Same content at another path or under another id. */
  readonly moved: readonly MigrationPair[];
  readonly removed: readonly Migration[];
}

interface Match {
  readonly base: Database;
  readonly head: Database;
  readonly contents: number;
  readonly ids: number;
  readonly sameId: boolean;
}

const overlap = (a: ReadonlySet<string>, values: readonly string[]): number => values.filter((value) => a.has(value)).length;

const scoreOf = (base: Database, head: Database): Match => {
  const contents = new Set(base.migrations.map((migration) => migration.content));
  const ids = new Set(base.migrations.map((migration) => migration.id));
  return {
    base,
    head,
    contents: overlap(
      contents,
      head.migrations.map((migration) => migration.content),
    ),
    ids: overlap(
      ids,
      head.migrations.map((migration) => migration.id),
    ),
    sameId: base.id === head.id,
  };
};

/** Pairs databases, the strongest likeness first: shared contents, then shared ids, then the same place. */
const pairDatabases = (base: readonly Database[], head: readonly Database[]): ReadonlyMap<Database, Database> => {
  const matches = head
    .flatMap((h) => base.map((b) => scoreOf(b, h)))
    .filter((match) => match.sameId || match.contents > 0 || match.ids > 1);
  matches.sort((a, b) => b.contents - a.contents || b.ids - a.ids || Number(b.sameId) - Number(a.sameId));
  const pairs = new Map<Database, Database>();
  const taken = new Set<Database>();
  for (const match of matches) {
    if (pairs.has(match.head) || taken.has(match.base)) continue;
    pairs.set(match.head, match.base);
    taken.add(match.base);
  }
  return pairs;
};

/** A name without its number: `20240105_add_email` → `add_email`. */
const slug = (id: string): string => id.replace(/^[a-z]{0,2}\d[\d._-]*/i, '').toLowerCase();

/** Takes the first of a list that is still in `open`. */
const takeFrom = (candidates: readonly Migration[] | undefined, open: Set<Migration>): Migration | null => {
  const found = candidates?.find((candidate) => open.has(candidate)) ?? null;
  if (found) open.delete(found);
  return found;
};

const groupBy = (migrations: Iterable<Migration>, key: (migration: Migration) => string): ReadonlyMap<string, readonly Migration[]> => {
  const groups = new Map<string, Migration[]>();
  for (const migration of migrations) {
    const list = groups.get(key(migration));
    if (list) list.push(migration);
    else groups.set(key(migration), [migration]);
  }
  return groups;
};

interface Sorted {
  readonly edited: MigrationPair[];
  readonly moved: MigrationPair[];
}

/** Matches head migrations that are left with base migrations that are left by one key. */
const matchBy = (
  left: readonly Migration[],
  open: Set<Migration>,
  key: (migration: Migration) => string,
  into: Sorted,
): readonly Migration[] => {
  const groups = groupBy([...open], key);
  return left.filter((head) => {
    const base = key(head) === '' ? null : takeFrom(groups.get(key(head)), open);
    if (!base) return true;
    if (base.content !== head.content) into.edited.push({ base, head });
    else if (base.path !== head.path) into.moved.push({ base, head });
    return false;
  });
};

const compareOne = (base: Database | null, head: Database): MigrationChange => {
  const open = new Set(base?.migrations ?? []);
  const sorted: Sorted = { edited: [], moved: [] };
  // Exact matches first, so that a copied file cannot take a base migration from its own successor.
  const exact = matchBy(head.migrations, open, (migration) => `${migration.id}\n${migration.content}`, sorted);
  const byId = matchBy(exact, open, (migration) => migration.id, sorted);
  const byContent = matchBy(byId, open, (migration) => migration.content, sorted);
  const added = matchBy(byContent, open, (migration) => slug(migration.id), sorted);
  return { head, base, added, ...sorted, removed: [...open] };
};

/** What the head revision's migrations add to the base revision's. */
export const compareMigrations = (base: readonly Database[], head: readonly Database[]): readonly MigrationChange[] => {
  const pairs = pairDatabases(base, head);
  return head.map((database) => compareOne(pairs.get(database) ?? null, database));
};
