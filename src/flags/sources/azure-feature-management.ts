/**
 * Azure feature management: `feature_management.feature_flags` of a file, and key-values of App Configuration with the
 * prefix `.appconfig.featureflag/`, whose label is the environment. A flag is on or off with a variant besides.
 */
import { everyone, type Outcome, off, on, type Rule, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import { isNone, itemsOf, lastly, mergedRecords, recogniser, sharesOf, stateOf, unreadable } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { instantOf, type Json, listOf, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';
import type { FlagRecord } from '../types.ts';

const prefix = '.appconfig.featureflag/';

const source: Source = {
  id: 'azure-feature-management',
  title: 'Azure feature management',
  providers: ['azure-feature-management'],
  recognises: recogniser(
    'azure-feature-management',
    (document) =>
      Array.isArray(objectOf(document.feature_management)?.feature_flags) ||
      objectsOf(document.items).some(({ key, value }) => typeof value === 'string' && textOf(key)?.startsWith(prefix) === true),
  ),
  read(document) {
    const root = objectOf(document) ?? {};
    const own = objectOf(root.feature_management)?.feature_flags;
    const readFlag = (written: Json | null, label: string, modified: string | null): readonly FlagRecord[] => {
      const key = textOf(written?.id);
      if (written === null || key === null) return [];
      const state = stateOf(label, servedBy(written), modified === null ? null : { at: modified, from: 'modified' });
      return [flagRecord(key, source.id, [state])];
    };
    if (Array.isArray(own))
      return { ok: true, flags: mergedRecords(objectsOf(own).flatMap((flag) => readFlag(flag, '', null))), complete: [] };
    const items = objectsOf(root.items).filter(({ key }) => textOf(key)?.startsWith(prefix) === true);
    const flags = items.flatMap((item) => readFlag(parsed(item.value), textOf(item.label) ?? '', instantOf(textOf(item.last_modified))));
    return { ok: true, flags: mergedRecords(flags), complete: [] };
  },
  api: null,
};

function parsed(value: unknown): Json | null {
  try {
    return typeof value === 'string' ? objectOf(JSON.parse(value)) : objectOf(value);
  } catch {
    return null;
  }
}

function servedBy(flag: Json): Walked {
  if (isNone(flag.enabled) || flag.enabled === false)
    return isNone(flag.variants) ? everyone([lastly(off)]) : withVariants(flag, [lastly(off)]);
  if (flag.enabled !== true) return unknown('it does not say whether it is enabled');
  const conditions = objectOf(flag.conditions);
  if (conditions === null && !isNone(flag.conditions)) return unknown('its conditions cannot be read');
  const filters = itemsOf(conditions?.client_filters);
  if (filters.length === 0) return isNone(flag.variants) ? everyone([lastly(on)]) : withVariants(flag, [lastly(on)]);
  const rules = filters.map((filter, at) => ruleOf(filter, `the filter ${textOf(filter?.name) ?? at + 1}`));
  if (conditions?.requirement_type !== 'All') return withVariants(flag, [...rules, lastly(off, 'no filter')]);
  // All must let in: each one that may refuse serves off.
  const gates = rules.map((rule): Rule => {
    const isSure = rule.matches === 'all' && rule.shares.every(({ to }) => to === on);
    return { ...rule, matches: isSure ? 'none' : 'some', shares: whole(off) };
  });
  return withVariants(flag, [...gates, lastly(on)]);
}

/** Filters that let a share of everybody in; any other lets some in. */
function ruleOf(filter: Json | null, name: string): Rule {
  if (filter === null) return unreadable(name);
  const parameters = objectOf(filter.parameters) ?? {};
  const audience = objectOf(parameters.Audience);
  if ((filter.name === 'Microsoft.Targeting' || filter.name === 'Targeting') && audience !== null && isNone(audience.Exclusion)) {
    const shares = sharesOf([[on, audience.DefaultRolloutPercentage]], 100, 'next');
    const isOnly = isNone(audience.Users) && isNone(audience.Groups);
    const isWhole = audience.DefaultRolloutPercentage === 100;
    if (isOnly || isWhole) return { kind: 'rollout', name, matches: 'all', shares, by: 'userId' };
  }
  return { kind: 'rule', name, matches: 'some', shares: whole(on) };
}

/** The variant, where users, groups and percentiles leave one; a variant may override on and off. */
function withVariants(flag: Json, rules: readonly Rule[]): Walked {
  const walked = everyone(rules);
  if (isNone(flag.variants) || typeof walked.everyone !== 'boolean') return walked;
  const allocation = objectOf(flag.allocation) ?? {};
  const rest = textOf(walked.everyone ? allocation.default_when_enabled : allocation.default_when_disabled);
  const overrides = new Map(objectsOf(flag.variants).map((one) => [textOf(one.name), one.status_override] as const));
  const serves = (variant: string | null): Outcome => {
    // An override counts only while the flag itself is enabled.
    const status = variant === null || flag.enabled !== true ? undefined : overrides.get(variant);
    const value = status === 'Enabled' ? true : status === 'Disabled' && walked.everyone === true ? false : walked.everyone;
    return { value: isNone(status) || status === 'None' || status === 'Enabled' || status === 'Disabled' ? value : UNKNOWN.value, variant };
  };
  const parts: Rule[] = [];
  if (walked.everyone) {
    for (const kind of ['user', 'group'])
      for (const one of itemsOf(allocation[kind]))
        parts.push({ kind: 'target', name: `the ${kind}s by name`, matches: 'some', shares: whole(serves(textOf(one?.variant))) });
    const percentiles = itemsOf(allocation.percentile);
    const isWhole = percentiles.length === 1 && percentiles[0]?.from === 0 && percentiles[0].to === 100;
    for (const one of percentiles)
      parts.push({
        kind: 'multivariate',
        name: 'percentiles',
        matches: isWhole ? 'all' : 'some',
        shares: whole(serves(textOf(one?.variant))),
      });
  }
  if (listOf(flag.variants).some((one) => objectOf(one) === null)) parts.push(unreadable('a variant'));
  return { ...everyone([...parts, lastly(serves(rest), 'the default variant')]), from: walked.from };
}

export default source;
