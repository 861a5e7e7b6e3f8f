/**
 * Optimizely Feature Experimentation: the datafile of its SDKs, and the pulled document with a ruleset per flag and
 * environment. A flag is on or off with a variation besides. Whom a delivery matches and does not let in goes to the last
 * one, "everyone else", past those in between.
 */
import { optimizelyApi } from '../apis/optimizely.ts';
import { everyone, type Outcome, off, type Rule, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import { byName, isNone, itemsOf, lastly, memberOf, nameOf, recogniser, sharesOf, stateOf, unreadable } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { entriesOf, instantOf, type Json, listOf, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { ReadFlags, Source } from '../state/source.ts';

const source: Source = {
  id: 'optimizely',
  title: 'Optimizely',
  providers: ['optimizely'],
  recognises: recogniser('optimizely', (document) => Array.isArray(document.featureFlags) && Array.isArray(document.rollouts)),
  read(document) {
    const root = objectOf(document) ?? {};
    if (Array.isArray(root.flags)) return readPulled(root);
    if (Array.isArray(root.featureFlags) && Array.isArray(root.rollouts)) return readDatafile(root);
    return { ok: false, problem: 'There are neither `flags` with `rulesets` nor `featureFlags` with `rollouts`.' };
  },
  api: optimizelyApi,
};

/** On or off, by the variation. */
interface Parts {
  readonly rollouts: ReadonlyMap<string, Json>;
  readonly experiments: ReadonlyMap<string, Json>;
  readonly holdouts: readonly Rule[];
}

function readDatafile(root: Json): ReadFlags {
  const grouped = itemsOf(root.groups).flatMap((group) => itemsOf(group?.experiments));
  const running = itemsOf(root.holdouts).filter((holdout) => holdout === null || holdout.status === 'Running');
  const parts: Parts = {
    rollouts: byName(itemsOf(root.rollouts), 'id'),
    experiments: byName([...itemsOf(root.experiments), ...grouped], 'id'),
    holdouts: running.map(() => ({ kind: 'holdout', name: 'a holdout', matches: 'some', shares: whole(UNKNOWN) })),
  };
  const flags = [...byName(itemsOf(root.featureFlags), 'key')].map(([key, flag]) =>
    flagRecord(key, source.id, [stateOf(textOf(root.environmentKey) ?? '', servedBy(flag, parts))]),
  );
  return { ok: true, flags, complete: ['optimizely'] };
}

function servedBy(flag: Json, { rollouts, experiments, holdouts }: Parts): Walked {
  const tests = listOf(flag.experimentIds).map((id): Rule => {
    const experiment = experiments.get(nameOf(id) ?? '');
    if (experiment === undefined) return unreadable(`the experiment ${nameOf(id) ?? '?'}`);
    const name = `the experiment ${textOf(experiment.key) ?? nameOf(id)}`;
    const outcomes = isNone(experiment.cmab) ? itemsOf(experiment.variations).map(outcomeOf) : [UNKNOWN];
    const shares = outcomes.map((to) => ({ to, percentage: 100 / outcomes.length }));
    const isIdle = typeof experiment.status === 'string' && experiment.status !== 'Running';
    return { kind: 'experiment', name, matches: isIdle ? 'none' : 'some', shares };
  });
  const id = nameOf(flag.rolloutId) ?? '';
  const rollout = rollouts.get(id);
  if (rollout === undefined && id !== '') return unknown(`the rollout ${id} is not in the document`);
  const deliveries = itemsOf(rollout?.experiments);
  const targets = deliveries.flatMap((delivery) => targetsOf(delivery));
  return everyone([...holdouts, ...tests, ...targets, ...inOrder(deliveries.map(deliveryOf)), lastly(off, 'no delivery')]);
}

/** What a delivery leaves open goes to the last one: those in between are for whoever none before has matched. */
function inOrder(rules: readonly Rule[]): readonly Rule[] {
  let left: Rule['matches'] = 'all';
  return rules.map((rule, at) => {
    if (at === rules.length - 1 || rule.matches === 'none') return rule;
    const matches = left === 'all' ? rule.matches : left === 'none' ? 'none' : 'some';
    if (rule.shares.some(({ to }) => to === 'next') && left !== 'none') left = rule.matches === 'all' ? 'none' : 'some';
    return { ...rule, matches };
  });
}

function deliveryOf(delivery: Json | null, at: number): Rule {
  const name = `delivery ${at + 1}`;
  if (delivery === null) return unreadable(name);
  const isOpen = isNone(delivery.audienceConditions) ? isNone(delivery.audienceIds) : false;
  const variations = byName(itemsOf(delivery.variations), 'id');
  let from = 0;
  const weights = itemsOf(delivery.trafficAllocation).map((range) => {
    const end = typeof range?.endOfRange === 'number' ? range.endOfRange : Number.NaN;
    const weight = end - from;
    from = end;
    const entity = nameOf(range?.entityId);
    const variation = variations.get(entity ?? '');
    return [entity === '' ? ('next' as const) : variation === undefined ? UNKNOWN : outcomeOf(variation), weight] as const;
  });
  const kind = isOpen ? 'rollout' : 'rule';
  return { kind, name, matches: isOpen ? 'all' : 'some', shares: sharesOf(weights, 10_000, 'next'), by: 'userId' };
}

function outcomeOf(variation: Json | null): Outcome {
  const isOn = variation?.featureEnabled ?? false;
  return variation === null || typeof isOn !== 'boolean' ? UNKNOWN : { value: isOn, variant: textOf(variation.key) };
}

function targetsOf(delivery: Json | null): readonly Rule[] {
  const forced = entriesOf(delivery?.forcedVariations);
  const pins = forced.map(([user]) => user);
  return forced.length === 0
    ? []
    : [{ kind: 'target', name: `${pins.length} users by name`, matches: 'some', shares: whole(UNKNOWN), pins }];
}

function readPulled(root: Json): ReadFlags {
  const flags = [...byName(itemsOf(root.flags), 'key')].map(([key, flag]) => {
    const rulesets = memberOf(root.rulesets, key);
    const names = [...new Set([...entriesOf(flag.environments), ...entriesOf(rulesets)].map(([name]) => name))];
    const states = names.map((name) => {
      const ruleset = objectOf(memberOf(rulesets, name));
      const modified = instantOf(textOf(ruleset?.updated_time));
      const changed = modified === null ? null : { at: modified, from: 'modified' as const };
      const walked = flag.archived === true ? unknown('archived: everyone is served off or the default of the code') : servedIn(ruleset);
      return stateOf(name, walked, changed);
    });
    return flagRecord(key, source.id, states, { archived: flag.archived === true, createdAt: instantOf(textOf(flag.created_time)) });
  });
  return { ok: true, flags, complete: ['optimizely'] };
}

/** A variation of a ruleset: `off` is the one that is off. */
function variationOf(key: unknown): Outcome {
  return typeof key === 'string' && key !== '' ? { value: key !== 'off', variant: key } : UNKNOWN;
}

function servedIn(ruleset: Json | null): Walked {
  if (ruleset === null) return unknown('its ruleset is not in the document');
  const rest = isNone(ruleset.default_variation_key) ? off : variationOf(ruleset.default_variation_key);
  if (ruleset.enabled === false) return everyone([lastly(rest)]);
  if (ruleset.enabled !== true) return unknown('it does not say whether it is enabled');
  if (objectOf(ruleset.rules) === null && !isNone(ruleset.rules)) return unknown('its rules cannot be read');
  const named = listOf(ruleset.rule_priorities).map(
    (key) => [textOf(key) ?? '?', objectOf(memberOf(ruleset.rules, textOf(key) ?? ''))] as const,
  );
  const listed = new Set(named.map(([key]) => key));
  const others = entriesOf(ruleset.rules).filter(([key]) => !listed.has(key));
  const unlisted = others.map(([key, rule]): Rule => ({ ...priorityOf(key, objectOf(rule)), matches: 'some' }));
  return everyone([...unlisted, ...inOrder(named.map(([key, rule]) => priorityOf(key, rule))), lastly(rest, 'the default variation')]);
}

const idle: ReadonlySet<unknown> = new Set(['draft', 'paused', 'concluded', 'archived']);

function priorityOf(key: string, rule: Json | null): Rule {
  const name = `the rule ${key}`;
  if (rule === null) return unreadable(name);
  if (rule.enabled === false || idle.has(rule.status)) return { kind: 'rule', name, matches: 'none', shares: [] };
  const variations = objectsOf(Object.values(objectOf(rule.variations) ?? {})).filter((one) => one.percentage_included !== 0);
  const outcomes = variations.map((one) => variationOf(one.key));
  if (rule.type !== 'targeted_delivery') {
    const shares = (outcomes.length === 0 ? [UNKNOWN] : outcomes).map((to) => ({ to, percentage: 100 / Math.max(1, outcomes.length) }));
    return { kind: 'experiment', name, matches: 'some', shares };
  }
  const isOpen = isNone(rule.audience_conditions) && isNone(rule.audience_ids);
  const shares = sharesOf([[outcomes.length === 1 ? (outcomes[0] ?? UNKNOWN) : UNKNOWN, rule.percentage_included]], 10_000, 'next');
  return { kind: isOpen ? 'rollout' : 'rule', name, matches: isOpen ? 'all' : 'some', shares, by: 'userId' };
}

export default source;
