/**
 * One Unleash feature in one environment: what it serves, and what it was before each event of its log.
 * Any one strategy that lets a context in is enough: each is a rule that leaves the others to the next. Pure.
 * Invariant: an event that cannot be undone for certain ends the walk back; the date is then a lower bound.
 */
import type { EnvironmentState } from '../types.ts';
import { everyone, type Outcome, off, type Rule, UNKNOWN, unknown, type Walked, whole } from './everyone.ts';
import { isNone, itemsOf, lastly, nameOf, prerequisite, sharesOf, unreadable } from './parts.ts';
import { instantOf, type Json, listOf, objectOf, textOf } from './shape.ts';

export interface Feature {
  readonly enabled: unknown;
  readonly archived: boolean;
  readonly strategies: unknown;
  /** Of the feature, for strategies that have none of their own. */
  readonly variants: unknown;
  /** `[{ feature, enabled, variants }]` */
  readonly dependencies: unknown;
}

type Since = Pick<EnvironmentState, 'since' | 'sinceFrom'>;
export interface Resolved extends Walked, Since {
  /** It has parents itself. */
  readonly isChild: boolean;
}
export type Ask = (key: string) => Resolved | null;

/** What everyone is served. */
export function servedBy(feature: Feature, ask: Ask): Walked {
  if (feature.archived) return unknown('archived: everyone is served the default of the code');
  if (feature.enabled === false) return everyone([lastly(off)]);
  if (feature.enabled !== true) return unknown('it does not say whether it is enabled');
  const strategies = itemsOf(feature.strategies);
  if (strategies.length > 0 && strategies.every((strategy) => strategy?.disabled === true)) return unknown('every strategy is disabled');
  const gates = itemsOf(feature.dependencies).map((dependency) => gateOf(dependency, ask));
  if (strategies.length === 0) return everyone([...gates, lastly(variantOf(feature.variants))]);
  return everyone([...gates, ...strategies.map((strategy, at) => ruleOf(strategy, at, feature.variants)), lastly(off)]);
}

/** Keys of the parents. */
export function parentsOf(feature: Feature): readonly string[] {
  return itemsOf(feature.dependencies).flatMap((dependency) => textOf(dependency?.feature) ?? []);
}

function gateOf(dependency: Json | null, ask: Ask): Rule {
  const key = textOf(dependency?.feature);
  if (dependency === null || key === null) return { ...unreadable('a parent'), kind: 'prerequisite' };
  const variants = listOf(dependency.variants);
  const meets = (everyone: unknown, variant: string | null): boolean =>
    dependency.enabled === false ? everyone === false : everyone === true && (variants.length === 0 || variants.includes(variant));
  const parent = ask(key);
  // A parent must have no parents itself; and that one on for everyone has none of the wanted variants is not certain
  // where its variant is not known.
  const isUnsure = parent?.isChild === true || (parent?.everyone === true && parent.variant === null && variants.length > 0);
  return prerequisite(key, isUnsure ? null : parent, meets, off);
}

const rollouts: ReadonlyMap<string, { readonly share: string; readonly by: string | null }> = new Map([
  ['flexibleRollout', { share: 'rollout', by: null }],
  ['gradualRolloutUserId', { share: 'percentage', by: 'userId' }],
  ['gradualRolloutSessionId', { share: 'percentage', by: 'sessionId' }],
  ['gradualRolloutRandom', { share: 'percentage', by: null }],
]);

function ruleOf(strategy: Json | null, at: number, variants: unknown): Rule {
  const title = textOf(strategy?.title);
  const name = `strategy ${at + 1}${title === null || title === '' ? '' : ` (${title})`}`;
  if (strategy === null) return { ...unreadable(name), shares: whole(UNKNOWN) };
  const isOpen = isNone(strategy.constraints) && isNone(strategy.segments);
  const matches = strategy.disabled === true ? 'none' : isOpen ? 'all' : 'some';
  const to = variantOf(isNone(strategy.variants) ? variants : strategy.variants);
  const rule = { kind: isOpen ? 'rollout' : isNone(strategy.segments) ? 'rule' : 'segment', name, matches } as const;
  const parameters = objectOf(strategy.parameters) ?? {};
  if (strategy.name === 'default') return { ...rule, shares: whole(to) };
  const rollout = rollouts.get(textOf(strategy.name) ?? '');
  if (rollout === undefined) return { ...rule, ...listed(strategy, parameters), shares: whole(to) };
  const stickiness = isNone(parameters.stickiness) || parameters.stickiness === '' ? 'default' : textOf(parameters.stickiness);
  const given = strategy.name === 'flexibleRollout' ? stickiness : (rollout.by ?? 'random');
  if (given === null) return { ...rule, matches: matches === 'none' ? 'none' : 'some', shares: whole(to) };
  const shares = sharesOf([[to, shareIn(parameters[rollout.share])]], 100, 'next');
  // With `default` a context without any id gets a random bucket: 100 % holds all the same.
  if (given === 'default' || given === 'random') return { ...rule, shares, by: given === 'default' ? 'userId' : null };
  return { ...rule, shares, by: given, unkeyed: 'next' };
}

/** A number, or a number as text, as it is in JSON. */
function shareIn(value: unknown): number {
  const text = nameOf(value)?.trim() ?? '';
  return text === '' ? Number.NaN : Number(text);
}

/** A list of users by name, or a strategy of which only the SDK of the code knows whom it lets in. */
function listed(strategy: Json, parameters: Json): Pick<Rule, 'kind' | 'matches' | 'pins'> {
  const matches = strategy.disabled === true ? 'none' : 'some';
  if (strategy.name !== 'userWithId') return { kind: 'rule', matches };
  const ids = (textOf(parameters.userIds) ?? '').split(',').map((id) => id.trim());
  return { kind: 'target', matches, pins: ids.filter((id) => id !== '') };
}

/** On, with the variant where there is just one. */
function variantOf(variants: unknown): Outcome {
  const weighted = itemsOf(variants).filter((variant) => variant?.weight !== 0);
  const [only] = weighted;
  const isPlain = weighted.length === 1 && isNone(only?.overrides);
  return { value: true, variant: isPlain ? textOf(only?.name) : null };
}

/** Since when it is served: the log undone, newest event first, until something else was served. */
export function heldSince(feature: Feature, environment: string, events: readonly Json[], ask: Ask): Since {
  const walked = servedBy(feature, ask);
  const ordered = newestFirst(events).filter((event) => event.environment === environment || isNone(event.environment));
  let state: Feature | null = feature;
  let [from, oldest] = [walked.from, null as string | null];
  for (const event of ordered) {
    const at = instantOf(textOf(event.createdAt));
    if (at === null) return UNDATED;
    oldest = at;
    const before = undone(state, event);
    if (before === 'nothing') return latest(at, from, 'audit');
    if (before === null) return latest(at, from, 'modified');
    if (before === state) continue;
    const past = servedBy(before, ask);
    if (shown(past) !== shown(walked)) return latest(at, from, 'audit');
    if (past.from === null) return latest(at, from, 'modified');
    if (past.from !== undefined && (from === undefined || (from !== null && past.from > from))) from = past.from;
    state = before;
  }
  return oldest === null ? UNDATED : latest(oldest, from, 'modified');
}

const UNDATED: Since = { since: null, sinceFrom: null };

function latest(at: string, from: string | null | undefined, sinceFrom: 'audit' | 'modified'): Since {
  if (from === null) return UNDATED;
  return from !== undefined && from > at ? { since: from, sinceFrom } : { since: at, sinceFrom };
}

const shown = ({ everyone, variant, by, percentage, blockers }: Walked): string =>
  JSON.stringify([everyone, variant, by, percentage, blockers]);

function newestFirst(events: readonly Json[]): readonly Json[] {
  const time = (event: Json): number => Date.parse(textOf(event.createdAt) ?? '');
  const id = (event: Json): number => (typeof event.id === 'number' ? event.id : 0);
  return [...events].sort((a, b) => time(b) - time(a) || id(b) - id(a));
}

/** Events that change nothing that is served. */
const idle = new Set(
  ['metadata-updated', 'tagged', 'untagged', 'tag-import', 'stale-on', 'stale-off', 'potentially-stale-on', 'favorited', 'unfavorited']
    .concat(['completed', 'uncompleted', 'type-updated', 'link-added', 'link-removed', 'link-updated'])
    .map((name) => `feature-${name}`)
    .concat('strategy-order-changed', 'segment-updated', 'segment-created'),
);

/** The feature before an event: itself where it changed nothing, `nothing` before it was created, null where that is not known. */
function undone(feature: Feature, event: Json): Feature | 'nothing' | null {
  const [data, before] = [objectOf(event.data), objectOf(event.preData)];
  switch (event.type) {
    case 'feature-created':
      return 'nothing';
    case 'feature-environment-enabled':
      return { ...feature, enabled: false };
    case 'feature-environment-disabled':
      return { ...feature, enabled: true };
    case 'feature-archived':
      return { ...feature, archived: false };
    case 'feature-revived':
      return { ...feature, archived: true };
    case 'feature-strategy-add':
      return withStrategy(feature, data, null);
    case 'feature-strategy-update':
      return withStrategy(feature, data ?? before, before);
    case 'feature-strategy-remove':
      return before === null ? null : { ...feature, strategies: [...itemsOf(feature.strategies), before] };
    case 'feature-dependency-added':
      return withoutParent(feature, textOf(data?.feature));
    case 'feature-dependency-removed':
      return before === null ? null : { ...feature, dependencies: [...itemsOf(feature.dependencies), before] };
    default:
      return idle.has(textOf(event.type) ?? '') ? feature : null;
  }
}

/** With `before` in place of the strategy that has its id; null where there is none, or `before` lacks what was asked for. */
function withStrategy(feature: Feature, now: Json | null, before: Json | null): Feature | null {
  const id = textOf(now?.id);
  const strategies = itemsOf(feature.strategies);
  const place = id === null ? -1 : strategies.findIndex((strategy) => strategy?.id === id);
  if (place < 0) return null;
  return { ...feature, strategies: strategies.flatMap((one, at) => (at !== place ? [one] : before === null ? [] : [before])) };
}

function withoutParent(feature: Feature, parent: string | null): Feature | null {
  const dependencies = itemsOf(feature.dependencies);
  const left = dependencies.filter((dependency) => dependency?.feature !== parent);
  return parent === null || left.length === dependencies.length ? null : { ...feature, dependencies: left };
}
