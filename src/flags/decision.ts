/**
 * What is to be done about a flag: nothing yet, remove it, or first find out why not.
 * Input: its state, where code evaluates it, the states of the others. Output: a Decision with its reasons. Pure.
 * Invariants: age alone proves nothing; a state or a date that is not known is never a pass; what vetoes a removal is said.
 */
import type { Config } from '../config/types.ts';
import { losingSide } from './settled.ts';
import type { Evaluation, FlagState, FlagValue, SinceFrom } from './types.ts';

export interface Reason {
  readonly code:
    | 'permanent'
    | 'young'
    | 'needed-by'
    | 'split'
    | 'state-unknown'
    | 'pinned'
    | 'keyless'
    | 'too-short'
    | 'undated'
    | 'evaluated'
    | 'other-value'
    | 'default-differs'
    | 'defaults-differ';
  /** In plain words, without a full stop. */
  readonly text: string;
}

export type Decision =
  /** One value for everybody, for the soak: flag and losing branch can go. */
  | {
      readonly kind: 'stale';
      readonly value: FlagValue;
      readonly since: string;
      readonly from: SinceFrom;
      readonly notes: readonly Reason[];
    }
  /** Its new branch is dead: archived, gone from its provider, or off for long. `value`: what code is served; null where its defaults differ. */
  | {
      readonly kind: 'dead';
      readonly because: 'archived' | 'unknown' | 'off';
      readonly value: FlagValue | null;
      readonly since: string | null;
      readonly notes: readonly Reason[];
    }
  /** One value for everybody, but something forbids the removal. */
  | { readonly kind: 'blocked'; readonly value: FlagValue; readonly reasons: readonly Reason[] }
  | { readonly kind: 'live'; readonly reasons: readonly Reason[] };

export interface Deciding {
  readonly states: ReadonlyMap<string, FlagState>;
  /** Providers of which every flag is known. */
  readonly complete: readonly string[];
  readonly config: Pick<Config, 'soakDays' | 'deadDays' | 'minimumAgeDays' | 'permanentFlags'>;
  readonly now: Date;
}

/** Keys of flags that their state alone makes due, or would if nothing forbade it: archived, or one value for everybody for long enough. */
export function dueFlags(deciding: Deciding): ReadonlySet<string> {
  return new Set([...deciding.states.keys()].filter((key) => decide(key, [], deciding).kind !== 'live'));
}

/** Decides about one flag. Without evaluations the state alone is judged. */
export function decide(key: string, evaluations: readonly Evaluation[], deciding: Deciding): Decision {
  const state = deciding.states.get(key);
  if (state === undefined) return unstated(evaluations, deciding.complete);
  const isPermanent = state.permanent || deciding.config.permanentFlags.includes(key);
  if (isPermanent) return vetoed(state, [{ code: 'permanent', text: 'it is meant to stay' }]);
  if (state.archived) {
    const notes: Reason[] = [];
    return {
      kind: 'dead',
      because: 'archived',
      value: defaultOf(evaluations) ?? state.everyone ?? state.fallback,
      since: state.since,
      notes,
    };
  }
  if (state.everyone === null) return { kind: 'live', reasons: splitReasons(state) };
  const vetoes = [...held(state, evaluations, deciding), ...ageOf(state, deciding), ...neededBy(state, deciding)];
  const isWaiting = vetoes.some((one) => one.code === 'too-short' || one.code === 'undated');
  if (isWaiting) return { kind: 'live', reasons: vetoes };
  if (vetoes.length > 0 || state.since === null || state.sinceFrom === null)
    return { kind: 'blocked', value: state.everyone, reasons: vetoes };
  const notes = differingDefaults(state.everyone, evaluations);
  const { everyone: value, since } = state;
  return value === false
    ? { kind: 'dead', because: 'off', value, since, notes }
    : { kind: 'stale', value, since, from: state.sinceFrom, notes };
}

/** A flag no source has: dead where its own provider says that there is none. */
function unstated(evaluations: readonly Evaluation[], complete: readonly string[]): Decision {
  const isGone = evaluations.length > 0 && evaluations.every((e) => e.provider !== '' && complete.includes(e.provider));
  if (!isGone) return { kind: 'live', reasons: [{ code: 'state-unknown', text: 'no flag file or snapshot has it' }] };
  const value = defaultOf(evaluations);
  const notes: Reason[] =
    value === null ? [{ code: 'defaults-differ', text: 'the defaults of its evaluations differ or are not known' }] : [];
  return { kind: 'dead', because: 'unknown', value, since: null, notes };
}

function vetoed({ everyone }: FlagState, reasons: readonly Reason[]): Decision {
  return everyone === null ? { kind: 'live', reasons } : { kind: 'blocked', value: everyone, reasons };
}

function splitReasons({ percentage, blockers }: FlagState): Reason[] {
  const share: Reason[] = percentage === null ? [] : [{ code: 'split', text: `at ${percentage} %` }];
  const why = blockers.filter((b) => b.kind !== 'rollout' || percentage === null);
  const told = [
    ...share,
    ...why.map(({ kind, detail }): Reason => ({ code: kind === 'unknown' ? 'state-unknown' : 'split', text: detail })),
  ];
  return told.length > 0 ? told : [{ code: 'state-unknown', text: 'its state is unknown' }];
}

/** Why some evaluation may still take the losing side, each reason once. */
function held(state: FlagState, evaluations: readonly Evaluation[], { config, now }: Deciding): Reason[] {
  const days = state.everyone === false ? Math.max(config.deadDays, config.soakDays) : config.soakDays;
  const standings = evaluations.length > 0 ? evaluations.map((e) => losingSide(state, e, now, days)) : [losingSide(state, null, now, days)];
  const reasons = standings.flatMap((s) => (s.kind === 'alive' ? [[s.reason, { code: s.code, text: s.reason }] as const] : []));
  return [...new Map<string, Reason>(reasons).values()];
}

const day = 86_400_000;

function ageOf({ createdAt }: FlagState, { config: { minimumAgeDays }, now }: Deciding): Reason[] {
  if (minimumAgeDays === null) return [];
  const age = createdAt === null ? null : Math.floor((now.getTime() - Date.parse(createdAt)) / day);
  if (age !== null && age >= minimumAgeDays) return [];
  return [{ code: 'young', text: age === null ? 'its age is unknown' : `it is ${age} days old, of ${minimumAgeDays}` }];
}

/** Flags that rest on this one and are not due themselves; a circle of flags keeps none of them. */
function neededBy(state: FlagState, deciding: Deciding): Reason[] {
  const seen = new Set([state.key]);
  const isNeeded = (key: string): boolean => {
    const child = deciding.states.get(key);
    if (seen.has(key) || child === undefined || child.archived) return false;
    seen.add(key);
    const isDue = child.everyone !== null && !child.permanent && held(child, [], deciding).length === 0;
    return !isDue || child.neededBy.some(isNeeded);
  };
  return state.neededBy.filter(isNeeded).map((key): Reason => ({ code: 'needed-by', text: `\`${key}\` rests on it` }));
}

/** What every evaluation gives when the flag is gone; null where they differ or do not say. */
function defaultOf(evaluations: readonly Evaluation[]): FlagValue | null {
  const [first] = evaluations;
  return first !== undefined && evaluations.every((e) => e.fallback === first.fallback) ? first.fallback : null;
}

function differingDefaults(value: FlagValue, evaluations: readonly Evaluation[]): Reason[] {
  const other = evaluations.find((e) => e.fallback !== null && typeof e.fallback === typeof value && e.fallback !== value);
  if (other === undefined) return [];
  const { file, line } = other.location;
  return [
    { code: 'default-differs', text: `the default at ${file}:${line} is the other value: archive the flag only after its code is gone` },
  ];
}
