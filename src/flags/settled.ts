/**
 * Which flags are settled: one value for everybody, for long enough, so that the losing side is dead. Pure.
 */
import type { Config } from '../config/types.ts';
import { deadFor, type Standing } from './standing.ts';
import type { Evaluation, FlagState, FlagValue, Guard } from './types.ts';

/** A flag that serves everybody one value, and has for the soak. */
export interface SettledFlag {
  readonly key: string;
  readonly value: FlagValue;
  readonly since: string;
}

/** Flags whose losing side nobody with the bucketing key can reach any more; permanent ones are left out. */
export function settledFlags(states: ReadonlyMap<string, FlagState>, config: Config, now: Date): SettledFlag[] {
  return [...states.values()].flatMap((state) => {
    if (state.everyone === null || config.permanentFlags.includes(state.key)) return [];
    const standing = losingSide(state, opaqueEvaluation(state), now, config.soakDays);
    return standing.kind === 'dead' ? [{ key: state.key, value: state.everyone, since: standing.since }] : [];
  });
}

/** Whether the losing side is dead as far as one evaluation is concerned. */
export function losingSide(state: FlagState, evaluation: Evaluation, now: Date, soakDays: number): Standing {
  const winner = state.everyone ?? true;
  const guard = typeof winner === 'boolean' ? { value: !winner, equal: true } : { value: winner, equal: false };
  return deadFor({ flag: state.key, ...guard, evaluation }, state, now, soakDays);
}

const opaqueEvaluation = (state: FlagState): Evaluation => ({
  flag: state.key,
  keyFrom: 'text',
  sdk: '',
  provider: '',
  context: { kind: 'opaque' },
  fallback: null,
  location: state.location ?? { file: '', line: 1, column: 1, endLine: 1, endColumn: 1 },
});

/**
 * The side of a flag that is on its way out: off while it ramps up, the other side of the one value everybody is served.
 * With an unknown state either side may be.
 */
export function isLosing(guard: Guard, state: FlagState | undefined): boolean {
  if (!state) return true;
  const winner = state.archived ? false : (state.everyone ?? (state.percentage === null ? null : state.percentage > 0));
  if (winner === null) return true;
  return guard.equal ? guard.value !== winner : guard.value === winner;
}
