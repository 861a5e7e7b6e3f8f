/**
 * What `dropgate report` says, as plain data: the JSON form of docs/json.md, and all that Markdown and HTML know.
 * Invariants: flags in the order in which to take them on; every list in one order; what is not known is null, never a guess.
 */
import type { Reason } from '../flags/decision.ts';
import type { FlagValue, SinceFrom } from '../flags/types.ts';
import type { Location } from '../parse/span.ts';
import type { ByHand, ContractStatement } from '../remove/schema/contract.ts';
import type { ReleaseStep } from '../remove/schema/releases.ts';
import type { VerificationQuery } from '../remove/schema/verification.ts';
import type { SchemaObject } from '../schema/types.ts';

/**
 * Why a flag is in the report. `stale`: one value for everybody, for the soak. `dead`: archived, unknown to its provider, or
 * off for long. `blocked`: one value for everybody, but something forbids the removal. `orphaned`: known to a source of
 * state, evaluated nowhere in this repository.
 */
export type RemovalKind = 'stale' | 'dead' | 'blocked' | 'orphaned';

export interface RemovalReport {
  readonly version: 1;
  readonly tool: { readonly name: 'dropgate'; readonly version: string };
  readonly head: string;
  /** ISO instant the report was made for. */
  readonly now: string;
  readonly soakDays: number;
  readonly summary: RemovalSummary;
  readonly flags: readonly FlagRemoval[];
  /** Legacy objects that something took the place of and that nothing uses any more. */
  readonly objects: readonly OrphanedObject[];
  /** Places where a flag is evaluated whose key is not known before the program runs. */
  readonly unknownKeys: readonly Location[];
}

export interface RemovalSummary {
  /** Flags whose removal needs nobody's decision: stale or dead, and the value that stays is known. */
  readonly ready: number;
  readonly stale: number;
  readonly dead: number;
  readonly blocked: number;
  readonly orphaned: number;
  /** Of the flags that are ready: losing branches, their lines, the files they stand in, and objects that become dead. */
  readonly branches: number;
  readonly branchLines: number;
  readonly files: number;
  readonly objects: number;
  /** What the removal of the ready flags changes, each by itself; null where it was not worked out for all of them. */
  readonly removal: Pick<RemovalSize, 'linesRemoved' | 'linesAdded' | 'deletedFiles'> | null;
  /** Key of the flag to begin with. */
  readonly first: string | null;
  /** Flags that are meant to stay: not listed. */
  readonly permanent: number;
  /** Flags that are neither due nor blocked; and how many of them are so because their state is not known. */
  readonly live: number;
  readonly unknown: number;
  /** Files and statements that could not be read. */
  readonly unanalysed: number;
}

/** What becomes of the schema, for a later change than the removal from the code, and the order of releases. */
export interface SchemaPlan {
  /** One statement per object that can be dropped by one, in the order in which they run. */
  readonly contract: readonly ContractStatement[];
  readonly byHand: readonly ByHand[];
  /** Queries that show whether anyone still uses the objects. */
  readonly verification: readonly VerificationQuery[];
  readonly releases: readonly ReleaseStep[];
}

export interface FlagRemoval extends SchemaPlan {
  readonly key: string;
  readonly kind: RemovalKind;
  /** Of a dead or orphaned flag: how it became one. */
  readonly because: 'archived' | 'unknown' | 'off' | 'unevaluated' | null;
  readonly ready: boolean;
  /** The value that stays; null where it is not known. */
  readonly value: FlagValue | null;
  readonly percentage: number | null;
  readonly by: string | null;
  readonly since: string | null;
  readonly sinceFrom: SinceFrom | null;
  /** Whole days since then. */
  readonly heldDays: number | null;
  readonly createdAt: string | null;
  readonly ageDays: number | null;
  /** The source of its state. */
  readonly provider: string | null;
  /** Where its state is written. */
  readonly state: Location | null;
  readonly environments: readonly EnvironmentLine[];
  /** Values and when each was last evaluated, where counts are given. */
  readonly lastEvaluated: readonly { readonly value: string; readonly at: string }[];
  /** What forbids the removal. */
  readonly blockers: readonly Reason[];
  /** What to mind. */
  readonly notes: readonly Reason[];
  readonly evaluations: readonly Location[];
  /** The losing branches. */
  readonly branches: readonly DeadBranch[];
  readonly branchLines: number;
  readonly files: number;
  /** What the removal changes in the code; null where it was not worked out. */
  readonly removal: RemovalSize | null;
  /** Objects that nothing uses once the branches are gone. */
  readonly objects: readonly SchemaObject[];
  readonly timeline: readonly TimelineStage[];
  /** What could not be shown, in words. */
  readonly unproven: readonly string[];
}

export interface EnvironmentLine {
  /** Empty where the source has no environments. */
  readonly environment: string;
  readonly isProduction: boolean | null;
  readonly serves: FlagValue | null;
  readonly variant: string | null;
  readonly percentage: number | null;
  readonly by: string | null;
  readonly since: string | null;
  readonly sinceFrom: SinceFrom | null;
  readonly heldDays: number | null;
  readonly blockers: readonly string[];
  readonly contexts: readonly { readonly name: string; readonly value: FlagValue }[];
  readonly location: Location | null;
}

/** A branch that goes. */
export interface DeadBranch extends Location {
  /** When it runs: `off`, `not blue`. */
  readonly runs: string;
  /** Its first lines as they are written, without their common indent. */
  readonly source: readonly string[];
}

/** What `dropgate remove` would do. */
export interface RemovalSize {
  readonly files: number;
  readonly deletedFiles: number;
  readonly linesRemoved: number;
  readonly linesAdded: number;
  /** What stays by hand. */
  readonly left: readonly { readonly location: Location; readonly reason: string }[];
}

export type TimelineName = 'expand' | 'dual-write' | 'backfill' | 'ramp' | 'hold' | 'clean-up' | 'contract';

/** `unseen`: nothing shows whether it happened. `none`: there is nothing to do in it. */
export type TimelineStatus = 'done' | 'now' | 'ahead' | 'unseen' | 'none';

export interface TimelineStage {
  readonly stage: TimelineName;
  readonly status: TimelineStatus;
  /** ISO dates, where the facts know them; `to` is null while it lasts. */
  readonly from: string | null;
  readonly to: string | null;
  /** What is known of it, in plain words without a full stop. */
  readonly text: string;
  readonly location: Location | null;
}

export interface OrphanedObject extends SchemaPlan {
  readonly object: SchemaObject;
  /** What took its place. */
  readonly replacedBy: SchemaObject;
  /** A read of what took its place. */
  readonly read: Location;
  /** Where the migrations made it. */
  readonly made: Location;
  readonly timeline: readonly TimelineStage[];
  readonly unproven: readonly string[];
}
