/**
 * One statement of a replay: the draft it changes, the text it stands in, and the record of what it did.
 * Invariants: everything a statement does goes through `record`, which gives it its place; a silent step changes the
 * draft without a record (partitions that follow their parent).
 */
import type { Location } from '../parse/span.ts';
import { type Body, stringsOf } from '../parse/sql/ast.ts';
import type { Postgres } from '../parse/sql/postgres.ts';
import type { Draft, DraftTable } from './draft.ts';
import { rangeName, rangeSchema, resolveName } from './names.ts';
import { type Action, objectKey, type Refusal, type SchemaChange, type SchemaObject, type Unreadable } from './types.ts';

type WithoutPlace<T> = T extends unknown ? Omit<T, 'location' | 'migration'> : never;
export type Operation = WithoutPlace<SchemaChange>;

/** The text that the tree's locations count in. */
export interface Source {
  readonly text: string;
  readonly toUtf16: (location: number) => number;
  /** Where a range of the text stands in the migration file. */
  readonly locate: (start: number, end: number) => Location;
}

/** What lasts for one file: a migration runs in one session. */
export interface Session {
  path: readonly string[];
  readonly temporary: Set<string>;
  /** Whether statements run in a transaction of the runner's, or one the file has opened. */
  inTransaction: boolean;
  /** Tables that the open transaction holds under its strongest lock. */
  readonly locked?: Set<string>;
  /** What the open transaction has added: `constraint t.k` that is not valid, `enum-value e.v`. */
  readonly added?: Set<string>;
}

export interface Step {
  readonly draft: Draft;
  readonly session: Session;
  readonly migration: string;
  readonly source: Source;
  /** The statement's own range in `source.text`. */
  readonly start: number;
  readonly end: number;
  readonly location: Location;
  readonly isSilent: boolean;
  /** Stands in a block that decides at run time whether it runs. */
  readonly isConditional?: boolean;
  readonly changes: SchemaChange[];
  readonly actions: Action[];
  readonly refusals: Refusal[];
  readonly unreadable: Unreadable[];
}

/** A step of PostgreSQL's: bodies of functions and DO blocks are parsed on the way. */
export interface PgStep extends Step {
  readonly postgres: Postgres;
  /** Functions that the migration's statement has run already. */
  readonly ran?: Set<string>;
}

const note = ({ draft }: Step, keys: Set<string>, key: string): void => {
  draft.journal.push({ keys, key, wasThere: keys.has(key) });
};

/** Records one operation at the step's place, and remembers dropped names. */
export const record = (step: Step, operation: Operation): void => {
  const key = objectKey(operation.object);
  if (operation.type === 'drop' || operation.type === 'create') note(step, step.draft.dropped, key);
  if (operation.type === 'drop') step.draft.dropped.add(key);
  if (operation.type === 'create') step.draft.dropped.delete(key);
  if (operation.type === 'create' && /^(?:table|materialized-view)$/.test(operation.object.kind)) {
    note(step, step.draft.fresh, operation.object.name);
    step.draft.fresh.add(operation.object.name);
  }
  if (!step.isSilent) step.changes.push({ ...operation, location: step.location, migration: step.migration });
};

/** Records what the statement makes the database do to a table in use. */
export const act = (step: Step, hazard: string, table: string, rest: Partial<Pick<Action, 'others' | 'object' | 'instead'>> = {}): void => {
  if (step.isSilent) return;
  const { location, migration, draft, session } = step;
  const isNew = draft.fresh.has(table);
  step.actions.push({
    hazard,
    table,
    others: [],
    object: tableObject(table),
    isNew,
    inTransaction: session.inTransaction,
    location,
    migration,
    ...rest,
  });
};

/** Records that the database would refuse the statement; whether that is certain, so that it is not to be applied. */
export const refuse = (step: Step, reason: string, isCertain: boolean): boolean => {
  step.refusals.push({ location: step.location, migration: step.migration, reason, isCertain });
  return isCertain;
};

export const relationExists = (step: Step, name: string): boolean =>
  step.session.temporary.has(name) ||
  step.draft.tables.has(name) ||
  step.draft.routines.has(`view ${name}`) ||
  step.draft.routines.has(`materialized-view ${name}`);

/** The relation that a RangeVar means at this point. */
export const relationOf = (step: Step, range: Body): string =>
  resolveName(rangeSchema(range), rangeName(range), step.session.path, (name) => relationExists(step, name));

/** The relation that a RangeVar creates: always in the first schema of the path. */
export const newRelation = (step: Step, range: Body): string =>
  resolveName(rangeSchema(range), rangeName(range), step.session.path, () => false);

/** Any other dotted name (types, functions), looked up with `exists`. */
export const nameOf = (step: Step, parts: readonly string[], exists: (name: string) => boolean): string => {
  const own = parts.slice(-2);
  return resolveName(own.length > 1 ? (own[0] ?? null) : null, own.at(-1) ?? '', step.session.path, exists);
};

export const namesOf = (values: readonly unknown[]): readonly string[] => stringsOf(values);

export const isTemporary = (step: Step, name: string): boolean => step.session.temporary.has(name);

/** Children that take part in a parent's column changes. */
export const childrenOf = (step: Step, name: string): readonly DraftTable[] =>
  [...(step.draft.children.get(name) ?? [])]
    .map((child) => step.draft.tables.get(child))
    .filter((child): child is DraftTable => child !== undefined);

export const tableObject = (name: string): SchemaObject => ({ kind: 'table', table: name, name });
export const columnObject = (table: string, name: string): SchemaObject => ({ kind: 'column', table, name });
