/**
 * PostHog: the answer of `GET /api/projects/{id}/feature_flags/`. A project is an environment. The first group that lets a
 * context in decides the variant; a flag by group is off for whoever names no group.
 */
import { posthogApi } from '../apis/posthog.ts';
import { everyone, type Outcome, off, type Rule, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import { byName, isNone, itemsOf, lastly, nameOf, recogniser, sharesOf, stateOf, unreadable } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { instantOf, type Json, listOf, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';

const source: Source = {
  id: 'posthog',
  title: 'PostHog',
  providers: ['posthog'],
  recognises: recogniser('posthog', (document) =>
    objectsOf(document.results).some((flag) => typeof flag.key === 'string' && objectOf(flag.filters) !== null),
  ),
  read(document) {
    const root = objectOf(document);
    if (!Array.isArray(root?.results)) return { ok: false, problem: 'There is no list `results`.' };
    const keys = new Map(objectsOf(root.results).map(({ id, key }) => [nameOf(id), textOf(key)] as const));
    const flags = [...byName(itemsOf(root.results), 'key')].map(([key, flag]) =>
      flagRecord(key, source.id, [stateOf('', servedBy(flag), { at: instantOf(textOf(flag.updated_at)), from: 'modified' })], {
        archived: flag.deleted === true || flag.archived === true,
        permanent: listOf(flag.tags).includes('permanent'),
        createdAt: instantOf(textOf(flag.created_at)),
        needs: needsOf(flag, keys),
      }),
    );
    return { ok: true, flags, complete: isNone(root.next) ? ['posthog'] : [] };
  },
  api: posthogApi,
};

/** Flags that conditions ask for, by their id. */
function needsOf(flag: Json, keys: ReadonlyMap<string | null, string | null>): readonly string[] {
  const properties = itemsOf(objectOf(flag.filters)?.groups).flatMap((group) => itemsOf(group?.properties));
  const needed = properties
    .filter((property) => property?.type === 'flag')
    .map((property) => keys.get(nameOf(property?.key)) ?? nameOf(property?.key));
  return [...new Set(needed.filter((key) => key !== null))];
}

function servedBy(flag: Json): Walked {
  if (flag.deleted === true || flag.archived === true) return unknown('deleted: everyone is served the default of the code');
  if (flag.active === false) return everyone([lastly(off)]);
  if (flag.active !== true) return unknown('it does not say whether it is active');
  const filters = objectOf(flag.filters);
  if (filters === null || !Array.isArray(filters.groups)) return unknown('it has no groups');
  const holdouts = ['holdout', 'holdout_groups'].filter((name) => !isNone(filters[name]));
  const rules: Rule[] = holdouts.map((name) => ({ kind: 'holdout', name: `\`${name}\``, matches: 'some', shares: whole(UNKNOWN) }));
  if (!isNone(filters.super_groups)) rules.push({ ...unreadable('`super_groups`'), kind: 'rule' });
  const groups = itemsOf(filters.groups).map((group, at) => ruleOf(group, `group ${at + 1}`, flag, filters));
  return everyone([...rules, ...groups, lastly(off, 'no group')]);
}

function ruleOf(group: Json | null, name: string, flag: Json, filters: Json): Rule {
  if (group === null) return unreadable(name);
  const isOpen = isNone(group.properties);
  const rest = isNone(filters.early_exit) || filters.early_exit === false ? 'next' : off;
  const given = isNone(group.rollout_percentage) ? 100 : group.rollout_percentage;
  const share = typeof given === 'number' ? given : Number.NaN;
  const variants = variantsOf(group, filters);
  const weights = variants.map(([to, weight]) => [to, (share * weight) / 100] as const);
  const byGroup = !isNone(group.aggregation_group_type_index) || !isNone(filters.aggregation_group_type_index);
  const by = byGroup ? 'groups' : (textOf(flag.bucketing_identifier) ?? 'distinct_id');
  const isGiven = by === 'distinct_id';
  const rule = {
    kind: isOpen ? 'rollout' : 'rule',
    name,
    matches: isOpen ? 'all' : 'some',
    shares: sharesOf(weights, 100, rest),
    by,
  } as const;
  return isGiven ? rule : { ...rule, unkeyed: rest };
}

/** The variant that a group pins, else those of the flag by weight. */
function variantsOf(group: Json, filters: Json): readonly (readonly [Outcome, number])[] {
  const to = (variant: string | null): Outcome => ({ value: true, variant });
  const variants = itemsOf(objectOf(filters.multivariate)?.variants);
  const pinned = textOf(group.variant);
  if (pinned !== null && variants.some((variant) => variant?.key === pinned)) return [[to(pinned), 100]];
  const weighted = variants.map(
    (one) => [to(textOf(one?.key)), typeof one?.rollout_percentage === 'number' ? one.rollout_percentage : 0] as const,
  );
  const total = weighted.reduce((sum, [, weight]) => sum + Math.max(0, weight), 0);
  // Whoever falls beyond the weights is served no variant.
  return total >= 100 ? weighted.map(([one, weight]) => [one, Math.max(0, weight)]) : [...weighted, [to(null), 100 - total]];
}

export default source;
