/**
 * Can anyone still reach code under a guard? Pure decisions that rules share.
 * Input: a guard, the flag's state, the clock and the soak. Output: dead since when, or alive and why, in words people read.
 * Invariant: what is not known keeps code alive.
 */
import type { ContextKeys, FlagState, FlagValue, Guard, SinceFrom } from './types.ts';

export type Standing =
  | { readonly kind: 'dead'; readonly since: string; readonly from: SinceFrom }
  | { readonly kind: 'alive'; readonly reason: string };

const day = 86_400_000;

/** Whether code under the guard is dead: everyone is served the other value, and has been for the soak. */
export function deadFor(guard: Guard, state: FlagState | undefined, now: Date, soakDays: number): Standing {
  if (state === undefined) return alive('state unknown: no flag file or snapshot has it');
  if (state.everyone === null) return alive(splitOf(state));
  const served = servedAs(guard.value, state);
  if (served === null)
    return alive(`state unknown: ${state.provider} says ${wordFor(state.everyone)}, the code compares with ${wordFor(guard.value)}`);
  if (matches(guard, served)) return alive(`the flag is ${shareOf(state)}`);
  for (const [name, value] of state.contexts) {
    if (matches(guard, value) && mayBe(guard.evaluation.context, name)) return alive(`context ${name} is pinned to ${wordFor(value)}`);
  }
  if (state.by !== null && state.everyone !== false && !carries(guard.evaluation.context, state.by)) {
    return alive(`evaluated without the bucketing key \`${state.by}\``);
  }
  return heldLongEnough(state, now, soakDays);
}

/** What everyone is served in the terms the code asks in: on or off, or a variant; null where the state does not say it so. */
export function servedAs(value: FlagValue, { everyone, variant }: FlagState): FlagValue | null {
  if (typeof value === typeof everyone) return everyone;
  return typeof value === 'string' ? variant : null;
}

/** Why nobody can say what everyone is served, in words. */
function splitOf({ percentage, blockers }: FlagState): string {
  const why = blockers.filter((b) => b.kind !== 'rollout' || percentage === null).map((b) => b.detail);
  const share = percentage === null ? [] : [`the flag is at ${percentage} %`];
  return [...share, ...why].join('; ') || 'state unknown';
}

function heldLongEnough(state: FlagState, now: Date, soakDays: number): Standing {
  const start = state.since === null ? Number.NaN : Date.parse(state.since);
  if (state.since === null || state.sinceFrom === null || Number.isNaN(start)) return alive(`${shareOf(state)} since an unknown date`);
  const held = now.getTime() - start;
  if (held >= soakDays * day) return { kind: 'dead', since: state.since, from: state.sinceFrom };
  const days = Math.max(0, Math.floor(held / day));
  const atLeast = lowerBounds.has(state.sinceFrom) ? 'at least ' : '';
  return alive(`${shareOf(state)} for ${atLeast}${days} of ${soakDays} days`);
}

/** Dates before which the same may have been served already. */
const lowerBounds: ReadonlySet<SinceFrom> = new Set(['git-lower-bound', 'modified', 'snapshot']);

/** Whether a flag's value satisfies a guard. */
export function matches(guard: Pick<Guard, 'value' | 'equal'>, value: FlagValue): boolean {
  return (guard.value === value) === guard.equal;
}

/** Whether an evaluation passes the attribute that a rollout buckets on. What cannot be seen is assumed to carry it. */
export function carries(context: ContextKeys, by: string): boolean {
  if (context.kind !== 'known') return context.kind === 'opaque';
  const keys = context.keys.map(plain);
  return keys.includes(plain(by)) || (userKeys.has(plain(by)) && keys.some((key) => userKeys.has(key)));
}

const userKeys: ReadonlySet<string> = new Set(['key', 'id', 'targetingkey', 'userid', 'user', 'uid', 'useruuid']);

function plain(name: string): string {
  return name.toLowerCase().replace(/[_.\s-]/g, '');
}

/** Whether an evaluation may be made for a named context: not where it passes another literal key. */
function mayBe(context: ContextKeys, name: string): boolean {
  if (context.kind !== 'known' || context.literalKey === null || context.keys.includes('kind')) return true;
  return context.literalKey === name;
}

/** `at 100 %`, `off for everyone`, `archived`: what everyone is served, in words. */
function shareOf(state: FlagState): string {
  if (state.archived) return 'archived';
  return state.percentage === null ? `${wordFor(state.everyone ?? false)} for everyone` : `at ${state.percentage} %`;
}

function wordFor(value: FlagValue): string {
  if (typeof value === 'string') return `\`${value}\``;
  return value ? 'on' : 'off';
}

function alive(reason: string): Standing {
  return { kind: 'alive', reason };
}
