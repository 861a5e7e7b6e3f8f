/** Which side of a flag is on its way out, and whether it is dead. Pure. */
import { deadFor, type Standing } from './standing.ts';
import type { Evaluation, FlagState, Guard } from './types.ts';

/** Whether the losing side is dead as far as one evaluation is concerned; null: any evaluation that carries what is needed. */
export function losingSide(state: FlagState, evaluation: Evaluation | null, now: Date, days: number): Standing {
  const winner = state.everyone ?? true;
  const guard = typeof winner === 'boolean' ? { value: !winner, equal: true } : { value: winner, equal: false };
  return deadFor({ flag: state.key, ...guard, evaluation: evaluation ?? opaqueEvaluation(state) }, state, now, days);
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
  const isVariant = typeof winner === 'boolean' && typeof guard.value === 'string';
  if (isVariant && (!winner || state.variant === null)) return winner !== guard.equal;
  return guard.equal !== (guard.value === (isVariant ? state.variant : winner));
}
