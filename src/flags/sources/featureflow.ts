/**
 * Featureflow: the payload of its SDKs (`key → { enabled, offVariantKey, rules }`, one environment), and the pulled document
 * with the control of each feature in each environment. Splits that do not reach 100 leave the rest with `off`.
 * The user is `anonymous` where code gives none, so 100 % holds without one.
 */
import { featureflowApi } from '../apis/featureflow.ts';
import { everyone, type Outcome, outcomeOf, type Rule, UNKNOWN, unknown, type Walked } from '../state/everyone.ts';
import { byName, isNone, itemsOf, lastly, memberOf, recogniser, sharesOf, stateOf, unreadable } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { entriesOf, instantOf, type Json, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';
import type { FlagRecord } from '../types.ts';

const source: Source = {
  id: 'featureflow',
  title: 'Featureflow',
  providers: ['featureflow'],
  recognises: recogniser('featureflow', (document) =>
    entriesOf(document).some(([, feature]) => {
      const { offVariantKey, rules } = objectOf(feature) ?? {};
      return typeof offVariantKey === 'string' || objectsOf(rules).some((rule) => Array.isArray(rule.variantSplits));
    }),
  ),
  read(document) {
    const root = objectOf(document);
    if (root === null) return { ok: false, problem: 'It is no mapping of features.' };
    return { ok: true, flags: Array.isArray(root.features) ? readPulled(root) : readPayload(root), complete: ['featureflow'] };
  },
  api: featureflowApi,
};

function readPayload(root: Json): readonly FlagRecord[] {
  return entriesOf(root).flatMap(([key, feature]) => {
    const control = objectOf(feature);
    return control === null ? [] : [flagRecord(key, source.id, [stateOf('', servedBy(control, control))])];
  });
}

function readPulled(root: Json): readonly FlagRecord[] {
  const environments = byName(itemsOf(root.environments), 'key');
  return [...byName(itemsOf(root.features), 'key')].map(([key, feature]) => {
    const isArchived = feature.archived === true;
    const states = entriesOf(memberOf(root.controls, key)).map(([name, given]) => {
      const control = unwrapped(given);
      const { production } = environments.get(name) ?? {};
      const walked = isArchived ? unknown('archived: everyone is served the default of the code') : servedBy(control, feature);
      return stateOf(name, walked, null, typeof production === 'boolean' ? production : null);
    });
    return flagRecord(key, source.id, states, {
      archived: isArchived,
      permanent: feature.permanent === true,
      createdAt: instantOf(textOf(feature.createdAt) ?? textOf(feature.created)),
    });
  });
}

/** Some answers put the control into `data`. */
function unwrapped(given: unknown): Json {
  const control = objectOf(given) ?? {};
  return control.enabled === undefined ? (objectOf(control.data) ?? control) : control;
}

function servedBy(control: Json, feature: Json): Walked {
  const serves = namer(control, feature);
  const rest = serves(control.offVariantKey);
  if (control.enabled === false) return everyone([lastly(rest)]);
  if (control.enabled !== true) return unknown('it does not say whether it is enabled');
  // An answer without rules has the weights of the variants instead.
  const rules =
    control.rules === undefined && Array.isArray(control.variants)
      ? [{ defaultRule: true, variantSplits: control.variants }]
      : control.rules;
  return everyone([...itemsOf(rules).map((rule, at) => ruleOf(rule, `rule ${at + 1}`, serves)), lastly(rest, 'the off variant')]);
}

function ruleOf(rule: Json | null, name: string, serves: (variant: unknown) => Outcome): Rule {
  if (rule === null) return unreadable(name);
  const audience = objectOf(rule.audience);
  const isOpen = isNone(rule.audience) || (audience !== null && isNone(audience.conditions));
  const isAll = rule.defaultRule === true || isOpen;
  const splits = itemsOf(rule.variantSplits).map(
    (split) => [serves(split?.variantKey ?? split?.key), split?.split ?? split?.weight] as const,
  );
  return {
    kind: isAll ? 'rollout' : 'rule',
    name,
    matches: isAll ? 'all' : 'some',
    shares: sharesOf(splits, 100, serves('off')),
    by: 'userId',
  };
}

/** Variants by their key; `on` and `off` are true and false where a feature has no others. */
function namer(control: Json, feature: Json): (variant: unknown) => Outcome {
  const rules = itemsOf(control.rules);
  const variants = [...itemsOf(feature.variants), ...itemsOf(control.variants), ...rules.flatMap((rule) => itemsOf(rule?.variantSplits))];
  const keys = [...variants.map((variant) => variant?.variantKey ?? variant?.key), control.offVariantKey ?? 'off'];
  const isSwitch = keys.every((key) => key === 'on' || key === 'off');
  return (variant) => {
    if (typeof variant !== 'string') return UNKNOWN;
    return isSwitch && (variant === 'on' || variant === 'off') ? { value: variant === 'on', variant } : outcomeOf(variant);
  };
}

export default source;
