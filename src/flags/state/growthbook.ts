/**
 * GrowthBook's rules, as its SDK payload and as its API writes them, as rules of the walk. Pure.
 * Invariant: a condition, a filter or a saved group is never evaluated: such a rule may match anybody.
 */
import type { EnvironmentState, FlagValue } from '../types.ts';
import { type Outcome, outcomeOf, type Rule, type Share, UNKNOWN, type Walked, whole } from './everyone.ts';
import { isNone, itemsOf, prerequisite, sharesOf, unreadable } from './parts.ts';
import { instantOf, type Json, listOf, objectOf, textOf } from './shape.ts';

export type Ask = (key: string) => (Walked & Pick<EnvironmentState, 'since' | 'sinceFrom'>) | null;

/** Rules of the payload. */
export function payloadRules(feature: Json, ask: Ask): readonly Rule[] {
  return itemsOf(feature.rules).flatMap((rule, at): readonly Rule[] => {
    const name = `rule ${at + 1}`;
    if (rule === null) return [unreadable(name)];
    const parents = itemsOf(rule.parentConditions);
    const gates = parents.map((parent) => gate(parent, ask, parent?.gate === true ? UNKNOWN : 'next'));
    const blocking = gates.filter((_, place) => parents[place]?.gate === true);
    const others = gates.filter((_, place) => parents[place]?.gate !== true);
    if (others.some(isShut)) return blocking;
    const isOpen = others.every(({ matches }) => matches === 'none') && [rule.condition, rule.filters, rule.namespace].every(isNone);
    const served = payloadRule(rule, name, isOpen ? 'all' : 'some');
    return served === null ? blocking : [...blocking, served];
  });
}

/** A prerequisite that nobody meets. */
const isShut = ({ matches, by, shares }: Rule): boolean => matches === 'all' && by === undefined && shares.some(({ to }) => to === 'next');

function payloadRule(rule: Json, name: string, matches: Rule['matches']): Rule | null {
  const kind = matches === 'all' ? 'rollout' : 'rule';
  if (Object.hasOwn(rule, 'force')) {
    const { force, range, coverage } = rule;
    const to = outcomeOf(force);
    if (isNone(range) && coverage === undefined) return { kind, name, matches, shares: whole(to) };
    return { kind, name, matches, ...hashed(rule), shares: sharesOf([[to, isNone(range) ? coverage : width(range)]], 1, 'next') };
  }
  if (rule.variations === undefined) return null;
  const values = Array.isArray(rule.variations) && rule.variations.length > 0 ? rule.variations : [null];
  const shares = values.map((value) => ({ to: outcomeOf(value), percentage: 100 / values.length }));
  return { kind: 'experiment', name, matches: 'some', shares };
}

const hashed = (rule: Json): Pick<Rule, 'by' | 'unkeyed'> => ({ by: textOf(rule.hashAttribute) || 'id', unkeyed: 'next' });

function width(range: unknown): number {
  const [start, end] = listOf(range);
  return typeof start === 'number' && typeof end === 'number' ? Math.min(1, end) - Math.max(0, start) : Number.NaN;
}

/** A prerequisite, `{ id, condition: { value: true } }`; other conditions than a value are not looked into. */
export function gate(parent: Json | null, ask: Ask, fails: Share['to']): Rule {
  const key = textOf(parent?.id) ?? textOf(parent?.parentId);
  if (parent === null || key === null) return { kind: 'prerequisite', name: 'a prerequisite', matches: 'some', shares: whole(fails) };
  const condition = parsed(parent.condition ?? parent.parentCondition);
  const wanted = condition === null ? undefined : onlyValue(condition);
  return prerequisite(key, wanted === undefined ? null : ask(key), (everyone) => everyone === wanted, fails);
}

function onlyValue(condition: Json): FlagValue | undefined {
  const { value, ...others } = condition;
  if (Object.keys(others).length > 0) return undefined;
  return typeof value === 'boolean' || typeof value === 'string' ? value : undefined;
}

/** A condition, which the API gives as JSON text. */
function parsed(condition: unknown): Json | null {
  if (typeof condition !== 'string') return objectOf(condition);
  if (condition.trim() === '') return {};
  try {
    return objectOf(JSON.parse(condition));
  } catch {
    return null;
  }
}

const conditional = ['savedGroupTargeting', 'savedGroups', 'prerequisites'];

/** Rules of the API. */
export function apiRules(rules: unknown, serves: (value: unknown) => Outcome, now: Date, ask: Ask): readonly Rule[] {
  return itemsOf(rules).map((rule, at): Rule => {
    const name = `rule ${at + 1}`;
    if (rule === null) return unreadable(name);
    if (rule.enabled === false) return { kind: 'rule', name, matches: 'none', shares: [] };
    const condition = isNone(rule.condition) ? {} : parsed(rule.condition);
    const isOpen = condition !== null && isNone(condition) && conditional.every((member) => isNone(rule[member]));
    const parents = itemsOf(rule.prerequisites).map((parent) => gate(parent, ask, 'next'));
    if (parents.some(isShut)) return { kind: 'prerequisite', name, matches: 'none', shares: [] };
    const plan = planOf(rule, now);
    if (plan.matches === 'none') return { kind: 'schedule', name, ...plan, shares: [] };
    const matches = plan.matches === 'all' && isOpen ? 'all' : 'some';
    const kind = plan.matches === 'some' ? 'schedule' : matches === 'all' ? 'rollout' : 'rule';
    return { kind, name, ...plan, matches, ...served(rule, serves) };
  });
}

function served(
  rule: Json,
  serves: (value: unknown) => Outcome,
): Pick<Rule, 'shares' | 'by' | 'unkeyed'> & Partial<Pick<Rule, 'kind' | 'matches'>> {
  if (rule.type === 'force') return { shares: whole(serves(rule.value)) };
  if (rule.type === 'rollout') return { ...hashed(rule), shares: sharesOf([[serves(rule.value), rule.coverage]], 1, 'next') };
  const values = itemsOf(rule.variations ?? rule.values).map((variation) => serves(variation?.value));
  const shares = (values.length === 0 ? [UNKNOWN] : values).map((to) => ({ to, percentage: 100 / Math.max(1, values.length) }));
  return { kind: 'experiment', matches: 'some', shares };
}

/** What a rule's schedule makes of it: the last past entry counts, one to come makes it uncertain. */
function planOf(rule: Json, now: Date): Pick<Rule, 'matches' | 'at'> {
  if (rule.scheduleType === 'ramp') return { matches: 'some' };
  const entries = itemsOf(rule.scheduleRules);
  const dates = entries.map((entry) => (isNone(entry?.timestamp) ? undefined : instantOf(textOf(entry?.timestamp))));
  if (entries.some((entry, at) => entry === null || dates[at] === null || typeof entry.enabled !== 'boolean')) return { matches: 'some' };
  const dated = entries.flatMap((entry, at) =>
    dates[at] === undefined ? [] : [{ enabled: entry?.enabled === true, at: dates[at] ?? '' }],
  );
  if (dated.length === 0) return { matches: 'all' };
  if (dated.some(({ at }) => Date.parse(at) > now.getTime())) return { matches: 'some' };
  const last = dated.reduce((a, b) => (b.at >= a.at ? b : a));
  return { matches: last.enabled ? 'all' : 'none', at: last.at };
}
