/**
 * AWS AppConfig: a profile of the type `AWS.AppConfig.FeatureFlags` (`{ version, flags, values }`). The last of a flag's
 * variants is for everyone else; the others have a rule each.
 */
import { everyone, type Outcome, off, on, type Rule, UNKNOWN, type Walked, whole } from '../state/everyone.ts';
import { isNone, itemsOf, lastly, memberOf, recogniser, stateOf, unreadable } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { entriesOf, instantOf, type Json, objectOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';

const source: Source = {
  id: 'aws-appconfig',
  title: 'AWS AppConfig',
  providers: ['aws-appconfig'],
  recognises: recogniser(
    'aws-appconfig',
    (document) => document.version !== undefined && objectOf(document.flags) !== null && objectOf(document.values) !== null,
  ),
  read(document) {
    const root = objectOf(document);
    if (objectOf(root?.flags) === null) return { ok: false, problem: 'There is no mapping `flags`.' };
    const flags = entriesOf(root?.flags).map(([key, flag]) => {
      const value = objectOf(memberOf(root?.values, key));
      const dates = [objectOf(flag)?._updatedAt, value?._updatedAt].flatMap((date) => instantOf(textOf(date)) ?? []);
      const latest = dates.sort().at(-1);
      const state = stateOf('', servedBy(value ?? {}), latest === undefined ? null : { at: latest, from: 'modified' });
      return flagRecord(key, source.id, [state], { createdAt: instantOf(textOf(objectOf(flag)?._createdAt)) });
    });
    return { ok: true, flags, complete: [] };
  },
  api: null,
};

const toggled = (enabled: unknown): Outcome => (enabled === true ? on : enabled === false ? off : UNKNOWN);

function servedBy(value: Json): Walked {
  if (isNone(value._variants)) return everyone([lastly(toggled(value.enabled))]);
  const variants = itemsOf(value._variants).map((variant, at): Rule => {
    const name = `the variant ${textOf(variant?.name) ?? at + 1}`;
    if (variant === null) return unreadable(name);
    const isLast = isNone(variant.rule) || variant.rule === '';
    return { kind: isLast ? 'rollout' : 'rule', name, matches: isLast ? 'all' : 'some', shares: whole(toggled(variant.enabled)) };
  });
  return everyone([...variants, lastly(UNKNOWN, 'whoever no variant is for')]);
}

export default source;
