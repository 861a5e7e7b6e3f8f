/**
 * What everyone is served, out of an ordered list of rules: the one walk that every provider's state is put through.
 * Input: rules, first one first; the last is what is left for those whom no rule matched. Output: the one value, the key it
 * needs, or why there is none. Pure, linear in the rules.
 * Invariants: a rule that may match somebody counts; a value that is not known is never everyone's; a rule can only take
 * `everyone` away, never bring it about, unless it is for everybody.
 */
import type { Blocker, FlagValue, Served } from '../types.ts';

/** What a context can be served; `value` is null where it is not known. */
export interface Outcome {
  readonly value: FlagValue | null;
  readonly variant: string | null;
}

export interface Share {
  /** `next`: the rule leaves these contexts to the rules after it. */
  readonly to: Outcome | 'next';
  /** 0–100; a share of 0 serves nobody. */
  readonly percentage: number;
}

export interface Rule {
  readonly kind: Blocker['kind'];
  /** The rule as a noun, for blockers: `rule 2`, `the prerequisite parent`. */
  readonly name: string;
  /** Whom it can match: `none` only where that is certain, `all` only for everybody, whatever the context. */
  readonly matches: 'all' | 'some' | 'none';
  readonly shares: readonly Share[];
  /** The attribute it buckets by. */
  readonly by?: string | null;
  /** What a context without that attribute is served; absent: the same as one with it. */
  readonly unkeyed?: Outcome | 'next';
  /** Contexts it matches, by name. */
  readonly pins?: readonly string[];
  /** The past instant since which it acts as it does, where that is part of the rule; null: at an unknown one. */
  readonly at?: string | null;
}

export interface Walked extends Omit<Served, 'since' | 'sinceFrom' | 'location'> {
  /** The latest instant at which a rule began or ceased to act; null: unknown; undefined: rules say none. */
  readonly from: string | null | undefined;
}

export const UNKNOWN: Outcome = { value: null, variant: null };

/** On or off, and nothing besides. */
export const on: Outcome = { value: true, variant: null };
export const off: Outcome = { value: false, variant: null };

/** A value as code compares with it: on/off as it is, text as it is, all else as JSON. */
export function outcomeOf(value: unknown, variant: string | null = null): Outcome {
  if (typeof value === 'boolean' || typeof value === 'string') return { value, variant };
  return value === null || value === undefined ? UNKNOWN : { value: JSON.stringify(value), variant };
}

/** All of a rule's contexts go to one outcome. */
export function whole(to: Share['to']): readonly Share[] {
  return [{ to, percentage: 100 }];
}

interface Reached {
  readonly rule: Rule;
  readonly to: Outcome;
}

const maxKeys = 8;

/** Walks the rules. */
export function everyone(rules: readonly Rule[]): Walked {
  const reached = reachedBy(rules, () => 'yes');
  const from = latestOf(rules);
  if (agreed(reached) === null) return { ...split(rules, reached), from };
  for (const key of [null, ...keysOf(rules)]) {
    const served = reachedBy(rules, (by) => (by === key ? 'yes' : 'maybe'));
    const value = agreed(served);
    if (value === null) continue;
    const variant = served.every(({ to }) => to.variant === served[0]?.to.variant) ? (served[0]?.to.variant ?? null) : null;
    const percentage = value === true ? 100 : value === false ? 0 : null;
    return { everyone: value, variant, percentage, by: key, contexts: new Map(), blockers: [], from };
  }
  const detail = `it buckets by more than one key: ${keysOf(rules).join(', ')}`;
  return { ...nobody([{ kind: 'rollout', detail }]), from };
}

/** Nobody is known to be served anything, for these reasons. */
export function nobody(blockers: readonly Blocker[]): Walked {
  return { everyone: null, variant: null, percentage: null, by: null, contexts: new Map(), blockers, from: undefined };
}

/** State that cannot be known, in words. */
export function unknown(detail: string): Walked {
  return nobody([{ kind: 'unknown', detail }]);
}

/** What a context can be served that carries the keys it is said to carry. */
function reachedBy(rules: readonly Rule[], carries: (by: string) => 'yes' | 'maybe'): readonly Reached[] {
  const reached: Reached[] = [];
  for (const rule of rules) {
    if (rule.matches === 'none') continue;
    const isKeyed = rule.unkeyed === undefined || typeof rule.by !== 'string' || carries(rule.by) === 'yes';
    const targets = rule.shares.filter(({ percentage }) => percentage > 0).map(({ to }) => to);
    if (!isKeyed && rule.unkeyed !== undefined) targets.push(rule.unkeyed);
    if (targets.length === 0) targets.push(UNKNOWN);
    for (const to of targets) if (to !== 'next') reached.push({ rule, to });
    if (rule.matches === 'all' && !targets.includes('next')) return reached;
  }
  reached.push({ rule: { kind: 'unknown', name: 'what is left', matches: 'all', shares: [] }, to: UNKNOWN });
  return reached;
}

function agreed(reached: readonly Reached[]): FlagValue | null {
  const value = reached[0]?.to.value ?? null;
  return reached.every(({ to }) => to.value === value) ? value : null;
}

function keysOf(rules: readonly Rule[]): readonly string[] {
  const keys = new Set<string>();
  for (const { by, unkeyed } of rules) if (typeof by === 'string' && unkeyed !== undefined) keys.add(by);
  return [...keys].slice(0, maxKeys);
}

function latestOf(rules: readonly Rule[]): string | null | undefined {
  let latest: string | undefined;
  for (const { at } of rules) {
    if (at === null) return null;
    if (at !== undefined && (latest === undefined || at > latest)) latest = at;
  }
  return latest;
}

/** Why there is no one value: every rule that serves something else than the last one reached. */
function split(rules: readonly Rule[], reached: readonly Reached[]): Omit<Walked, 'from'> {
  const main = reached.at(-1)?.to.value ?? null;
  const others = new Set<Rule>();
  const contexts = new Map<string, FlagValue>();
  for (const { rule, to } of reached) {
    if (to.value === main && main !== null) continue;
    others.add(rule);
    if (to.value !== null) for (const pin of rule.pins ?? []) if (!contexts.has(pin)) contexts.set(pin, to.value);
  }
  const blockers = [...others].map((rule): Blocker => ({ kind: rule.kind, detail: shown(rule) }));
  const percentage = shareOfTrue(rules, reached);
  const keys = new Set(reached.flatMap(({ rule }) => (rule.shares.length > 1 && typeof rule.by === 'string' ? [rule.by] : [])));
  return { ...nobody(blockers), percentage, by: keys.size === 1 ? ([...keys][0] ?? null) : null, contexts };
}

/** The share that gets `true`, where one rollout and no condition decides. */
function shareOfTrue(rules: readonly Rule[], reached: readonly Reached[]): number | null {
  if (reached.some(({ rule, to }) => rule.matches === 'some' || typeof to.value !== 'boolean')) return null;
  let isSplit = false;
  let left = 100;
  let share = 0;
  for (const { matches, shares } of rules) {
    const positive = shares.filter(({ percentage }) => percentage > 0);
    if (matches === 'none') continue;
    if (matches === 'some' || (positive.length > 1 && isSplit)) return null;
    isSplit ||= positive.length > 1;
    const of = (test: (to: Share['to']) => boolean) => positive.reduce((sum, one) => sum + (test(one.to) ? one.percentage : 0), 0);
    share += (left * of((to) => to !== 'next' && to.value === true)) / 100;
    left = (left * of((to) => to === 'next')) / 100;
    if (left === 0) break;
  }
  return Math.round(share * 1000) / 1000;
}

const maxShown = 5;

/** `rule 2 serves on to 50 % by userId`. */
function shown({ name, shares, by }: Rule): string {
  const positive = shares.filter(({ percentage, to }) => percentage > 0 && to !== 'next');
  if (positive.length === 0) return `${name} is not known`;
  const parts = positive.slice(0, maxShown).map(({ to, percentage }) => `${word(to)}${percentage < 100 ? ` to ${percentage} %` : ''}`);
  const more = positive.length > maxShown ? `, and ${positive.length - maxShown} more` : '';
  const isSplit = shares.length > 1 && typeof by === 'string';
  return `${name} serves ${parts.join(', ')}${more}${isSplit ? ` by ${by}` : ''}`;
}

function word(to: Share['to']): string {
  if (to === 'next' || to.value === null) return 'something that is not known';
  return typeof to.value === 'boolean' ? (to.value ? 'on' : 'off') : `\`${to.value}\``;
}
