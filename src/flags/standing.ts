/**
 * Can anyone still reach code under a guard? Pure decisions that rules share.
 * Input: a guard, the flag's state, the clock and the soak. Output: dead since when, or alive and why, in words people read.
 * Invariant: what is not known keeps code alive.
 */
import type { ContextKeys, FlagState, FlagValue, Guard, SinceFrom } from './types.ts';

export type Standing =
  | { readonly kind: 'dead'; readonly since: string; readonly from: SinceFrom }
  | { readonly kind: 'alive'; readonly code: AliveCode; readonly reason: string };

/** Why code is alive: nothing is known, the flag is split, this side is served, and what else keeps a settled flag's losing side alive. */
export type AliveCode = 'state-unknown' | 'split' | 'other-value' | 'pinned' | 'keyless' | 'too-short' | 'undated' | 'evaluated';

const day = 86_400_000;

/** Whether code under the guard is dead: everyone is served the other value, and has been for the soak. */
export function deadFor(guard: Guard, state: FlagState | undefined, now: Date, soakDays: number): Standing {
  if (state === undefined) return alive('state-unknown', 'state unknown: no flag file or snapshot has it');
  const everyone = servedBy(guard, state);
  if (everyone === null) return alive('split', splitOf(state));
  const served = servedAs(guard.value, everyone, state.variant);
  if (served === null)
    return alive(
      'state-unknown',
      `state unknown: ${state.provider} says ${wordFor(everyone)}, the code compares with ${wordFor(guard.value)}`,
    );
  if (matches(guard, served)) return alive('other-value', `the flag is ${shareOf(state)}`);
  for (const [name, value] of state.contexts) {
    if (matches(guard, value) && mayBe(guard.evaluation.context, name))
      return alive('pinned', `context ${name} is pinned to ${wordFor(value)}`);
  }
  if (state.by !== null && everyone !== false && !carries(guard.evaluation.context, state.by)) {
    return alive('keyless', `evaluated without the bucketing key \`${state.by}\``);
  }
  return evaluatedSince(guard, state, now, soakDays) ?? heldLongEnough(state, now, soakDays);
}

/** What everyone is served; a flag that is archived and has no state left gives what the code has as its default. */
function servedBy({ evaluation }: Guard, { everyone, archived, fallback }: FlagState): FlagValue | null {
  return everyone === null && archived ? (evaluation.fallback ?? fallback) : everyone;
}

/** The same in the terms the code asks in: on or off, or a variant; null where the state does not say it so. */
function servedAs(value: FlagValue, everyone: FlagValue, variant: string | null): FlagValue | null {
  if (typeof value === typeof everyone) return everyone;
  return typeof value === 'string' ? variant : null;
}

/** Somebody took this side within the soak: the counts say so, whatever the state does. */
function evaluatedSince(guard: Guard, { lastEvaluated }: FlagState, now: Date, soakDays: number): Standing | null {
  for (const [name, last] of lastEvaluated) {
    const value = name === 'on' || name === 'off' ? name === 'on' : name;
    const isThis = typeof value === typeof guard.value && matches(guard, value);
    if (isThis && now.getTime() - Date.parse(last) < soakDays * day)
      return alive('evaluated', `evaluated as ${wordFor(value)} on ${last.slice(0, 10)}`);
  }
  return null;
}

/** Why nobody can say what everyone is served, in words. */
function splitOf({ percentage, blockers }: FlagState): string {
  const why = blockers.filter((b) => b.kind !== 'rollout' || percentage === null).map((b) => b.detail);
  const share = percentage === null ? [] : [`the flag is at ${percentage} %`];
  return [...share, ...why].join('; ') || 'state unknown';
}

function heldLongEnough(state: FlagState, now: Date, soakDays: number): Standing {
  const start = state.since === null ? Number.NaN : Date.parse(state.since);
  if (state.since === null || state.sinceFrom === null || Number.isNaN(start))
    return alive('undated', `${shareOf(state)} since an unknown date`);
  const held = now.getTime() - start;
  if (held >= soakDays * day) return { kind: 'dead', since: state.since, from: state.sinceFrom };
  const days = Math.max(0, Math.floor(held / day));
  const atLeast = lowerBounds.has(state.sinceFrom) ? 'at least ' : '';
  return alive('too-short', `${shareOf(state)} for ${atLeast}${days} of ${soakDays} days`);
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

function alive(code: AliveCode, reason: string): Standing {
  return { kind: 'alive', code, reason };
}
