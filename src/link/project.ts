/**
 * Everything a rule may know, as immutable records with one index per question. Built by link/link.ts.
 * Invariants: `base` uses include those of deployed revisions; uses in tests, seeds, generated files and migrations are
 * not here; every list is sorted by place.
 */
import type { SchemaAccess, Unresolved } from '../access/types.ts';
import type { Config } from '../config/types.ts';
import type { Decision } from '../flags/decision.ts';
import type { Branch, Evaluation, FlagState, Misuse } from '../flags/types.ts';
import type { Refusal, Routine, SchemaChange, SchemaObject, Unreadable } from '../schema/types.ts';
import type { LinkedAction } from './actions.ts';
import type { JudgedDemand } from './demands.ts';
import type { BrokenDualWrite } from './dual-writes.ts';
import type { Forgotten } from './forgotten.ts';
import type { MissingBackfill } from './missing-backfills.ts';
import type { OrphanedColumn } from './orphaned.ts';
import type { Positional } from './positional.ts';
import type { PrematureUse } from './premature.ts';
import type { JudgedRetype } from './retypes.ts';
import type { Unfilled } from './unfilled.ts';
import type { Verdict } from './verdict.ts';

/** An object the change drops or renames. */
export interface Removal {
  readonly database: string;
  readonly object: SchemaObject;
  /** The new name, for a rename. */
  readonly renamedTo: string | null;
  readonly change: SchemaChange;
  /** Uses of the object at base (and deployed revisions), and at head. */
  readonly baseUses: readonly SchemaAccess[];
  readonly headUses: readonly SchemaAccess[];
  /** Views, functions and triggers left in the schema whose text uses it. */
  readonly dependents: readonly Routine[];
  /** A view (or generated column) that keeps the old name alive: for `readers` only, or for `all`. */
  readonly compatibility: 'none' | 'readers' | 'all';
  readonly verdict: Verdict;
}

/** An object head reads that base did not read: added by the change, or there but not yet ramped. */
export interface Arrival {
  readonly database: string;
  readonly object: SchemaObject;
  /** The change that adds it; null where it was there before. */
  readonly change: SchemaChange | null;
  /** Reads at head. */
  readonly reads: readonly SchemaAccess[];
  /** Other accesses at head. */
  readonly writes: readonly SchemaAccess[];
  /** Legacy reads of base that a read replaces: same function, gone at head. */
  readonly replaced: readonly { readonly read: SchemaAccess; readonly legacy: SchemaAccess }[];
  /** Guarded reads of base whose guard the change takes away. */
  readonly unguarded: readonly SchemaAccess[];
}

/** One flag: state, what is to be done about it, where head evaluates it, which code each value runs. */
export interface Flag {
  readonly key: string;
  readonly state: FlagState | null;
  readonly decision: Decision;
  readonly evaluations: readonly Evaluation[];
  readonly branches: readonly Branch[];
  /** Whether the change touches code that evaluates it, or objects it guards. */
  readonly isTouched: boolean;
  /** Whether code behind it uses a schema. */
  readonly guardsSchema: boolean;
  /** What goes wrong where it is evaluated; of flags that guard no schema, only where every flag was asked about, or where the evaluation guards nothing because it is a promise. */
  readonly misuses: readonly Misuse[];
  /** Objects that only its losing branches read, with the writes that are left. */
  readonly orphans: readonly Orphan[];
  /** Objects that code behind it uses, where it is on and where it is not. */
  readonly sides: Sides;
}

export interface Sides {
  readonly on: readonly GuardedObject[];
  readonly off: readonly GuardedObject[];
}

export interface GuardedObject {
  readonly object: SchemaObject;
  readonly isRead: boolean;
  readonly isWritten: boolean;
}

export interface Orphan {
  readonly object: SchemaObject;
  readonly writes: readonly SchemaAccess[];
}

/** A migration of base whose content the change alters; one made anew under another number has another id and path. */
export interface EditedMigration {
  readonly id: string;
  readonly path: string;
  readonly before: { readonly id: string; readonly path: string };
}

/** What the change demands of writers, what it does to types, and what trips over columns it adds. */
export interface Compatibility {
  readonly demands: readonly JudgedDemand[];
  readonly unfilled: readonly Unfilled[];
  readonly forgotten: readonly Forgotten[];
  readonly retypes: readonly JudgedRetype[];
  readonly positional: readonly Positional[];
}

export interface Project extends Compatibility {
  readonly config: Config;
  readonly now: Date;
  /** Whether the whole repository was asked about, not one change. */
  readonly all: boolean;
  /** Whether flags are judged that guard no access to a schema. */
  readonly allFlags: boolean;
  readonly removals: readonly Removal[];
  readonly arrivals: readonly Arrival[];
  readonly dualWrites: readonly BrokenDualWrite[];
  readonly missingBackfills: readonly MissingBackfill[];
  /** With `deploy: code-first`: uses of what the migration only adds. */
  readonly premature: readonly PrematureUse[];
  readonly flags: readonly Flag[];
  /** Legacy columns that nothing uses any more. */
  readonly orphaned: readonly OrphanedColumn[];
  readonly states: ReadonlyMap<string, FlagState>;
  /** Whether the repository evaluates flags at all. */
  readonly usesFlags: boolean;
  readonly unreadable: readonly Unreadable[];
  /** Locks, scans and rewrites of the added migrations. */
  readonly actions: readonly LinkedAction[];
  /** Statements of the added migrations that the database certainly refuses. */
  readonly refusals: readonly Refusal[];
  readonly unresolved: readonly Unresolved[];
  /** Migrations of base whose content the change alters. */
  readonly edited: readonly EditedMigration[];
}
