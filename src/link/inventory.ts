/**
 * Every flag of a repository: what it serves, where code evaluates it, which stage it is in, what is behind it.
 * Input: a Project of the whole repository, the evaluations whose key is not known. Output: Inventory, plain records. Pure.
 */
import type { Decision } from '../flags/decision.ts';
import type { EnvironmentState, Evaluation, FlagState, FlagValue, SinceFrom } from '../flags/types.ts';
import type { Location } from '../parse/span.ts';
import type { Flag, GuardedObject, Project, Sides } from './project.ts';

/** Where a flag is between its first day and its last. */
export type FlagStage = 'unknown' | 'unused' | 'expand' | 'dual-write' | 'ramp' | 'hold' | 'clean-up' | 'dead' | 'permanent';

export interface FlagEntry {
  readonly key: string;
  /** The source of the state; null where none has it. */
  readonly provider: string | null;
  readonly stage: FlagStage;
  readonly decision: Decision;
  readonly serves: FlagValue | null;
  readonly percentage: number | null;
  readonly by: string | null;
  readonly since: string | null;
  readonly sinceFrom: SinceFrom | null;
  readonly blockers: readonly string[];
  readonly environments: readonly EnvironmentState[];
  /** ISO instant at which it was made, or was first seen. */
  readonly createdAt: string | null;
  readonly ageDays: number | null;
  readonly evaluations: readonly Evaluation[];
  readonly sides: Sides;
}

export interface Inventory {
  readonly flags: readonly FlagEntry[];
  /** Evaluations whose key is not known statically. */
  readonly unknownKeys: readonly Location[];
}

const day = 86_400_000;

/** The flags in the order of their keys. */
export function inventoryOf(project: Project, evaluations: readonly Evaluation[]): Inventory {
  const isOpen = (e: Evaluation): boolean => e.flag === null && e.keyFrom !== 'parameter';
  return {
    flags: project.flags.map((flag) => entryOf(flag, project.now)),
    unknownKeys: evaluations.filter(isOpen).map((e) => e.location),
  };
}

function entryOf(flag: Flag, now: Date): FlagEntry {
  const { key, state, decision, evaluations, sides } = flag;
  const createdAt = state?.createdAt ?? null;
  return {
    key,
    provider: state?.provider ?? null,
    stage: stageOf(flag),
    decision,
    serves: state?.everyone ?? null,
    percentage: state?.percentage ?? null,
    by: state?.by ?? null,
    since: state?.since ?? null,
    sinceFrom: state?.sinceFrom ?? null,
    blockers: state?.blockers.map((b) => b.detail) ?? [],
    environments: state?.environments ?? [],
    createdAt,
    ageDays: createdAt === null ? null : Math.max(0, Math.floor((now.getTime() - Date.parse(createdAt)) / day)),
    evaluations,
    sides,
  };
}

/** What is settled comes first; of what is on its way, the code tells whether only the second write is behind the flag. */
function stageOf({ state, decision, evaluations, sides }: Flag): FlagStage {
  if (evaluations.length === 0) return 'unused';
  if (decision.kind === 'dead') return 'dead';
  if (decision.kind === 'stale') return 'clean-up';
  if (isKept(decision)) return 'permanent';
  if (state === null || isUnknown(state)) return 'unknown';
  if (state.everyone !== null && state.everyone !== false) return 'hold';
  const reads = sides.on.some((o) => o.isRead);
  if (!reads && sides.on.some((o: GuardedObject) => o.isWritten)) return 'dual-write';
  return state.everyone === false ? 'expand' : 'ramp';
}

const isKept = (decision: Decision): boolean =>
  (decision.kind === 'live' || decision.kind === 'blocked') && decision.reasons.some((r) => r.code === 'permanent');

const isUnknown = ({ everyone, percentage, blockers }: FlagState): boolean =>
  everyone === null &&
  percentage === null &&
  (blockers.length === 0 || blockers.every((b) => b.kind === 'unknown' || b.kind === 'environments'));
