/**
 * The file of GO Feature Flag: flags at the top level, each with variations, targeting, a default rule, scheduled steps.
 * Steps that are past are folded in. Outside of an experiment's time, and while disabled, everyone has the default of the code.
 */
import { goFeatureFlagApi } from '../apis/go-feature-flag.ts';
import { everyone, type Outcome, outcomeOf, type Rule, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import { isNone, itemsOf, memberOf, recogniser, sharesOf, stateOf, unreadable, windowOf } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { entriesOf, instantOf, type Json, objectOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';

const source: Source = {
  id: 'go-feature-flag',
  title: 'GO Feature Flag',
  providers: [],
  recognises: recogniser('go-feature-flag', (document) =>
    entriesOf(document).some(([, flag]) => objectOf(objectOf(flag)?.variations) !== null && 'defaultRule' in (objectOf(flag) ?? {})),
  ),
  read(document, { now }) {
    const flags = entriesOf(document)
      .filter(([, flag]) => objectOf(flag) !== null)
      .map(([key, flag]) => flagRecord(key, source.id, [stateOf('', served(objectOf(flag) ?? {}, now))]));
    return { ok: true, flags, complete: [] };
  },
  api: goFeatureFlagApi,
};

function served(written: Json, now: Date): Walked {
  const { flag, steps } = atPresent(written, now);
  if (flag.disable === true) return unknown('disabled: everyone is served the default of the code');
  if (!isNone(flag.disable) && flag.disable !== false) return unknown('`disable` is neither true nor false');
  if (!isNone(flag.experimentation)) return unknown('an experiment with a time: outside of it everyone is served the default of the code');
  const by = isNone(flag.bucketingKey) ? 'targetingKey' : textOf(flag.bucketingKey);
  const serves = (name: unknown): Outcome => (typeof name === 'string' ? outcomeOf(memberOf(flag.variations, name)) : UNKNOWN);
  const rules = itemsOf(flag.targeting).map((rule, at) => {
    const name = `rule ${textOf(rule?.name) ?? at + 1}`;
    if (rule === null) return unreadable(name);
    const matches = rule.disable === true ? 'none' : 'some';
    return { kind: 'rule' as const, name, matches, ...givenBy(rule, serves, by, now) } as const;
  });
  const last = givenBy(objectOf(flag.defaultRule) ?? {}, serves, by, now);
  return everyone([...steps, ...rules, { kind: 'rollout', name: 'the default rule', matches: 'all', ...last }]);
}

/** What a rule gives whom it matches. Bucketing without its key is an error: the default of the code. */
function givenBy(
  rule: Json,
  serves: (name: unknown) => Outcome,
  by: string | null,
  now: Date,
): Pick<Rule, 'shares' | 'by' | 'unkeyed' | 'at'> & Partial<Pick<Rule, 'kind'>> {
  const keyed = { by: by ?? 'targetingKey', unkeyed: UNKNOWN };
  if (!isNone(rule.progressiveRollout)) {
    const [initial, end] = [objectOf(memberOf(rule.progressiveRollout, 'initial')), objectOf(memberOf(rule.progressiveRollout, 'end'))];
    const window = windowOf(end?.date, null, now);
    if (instantOf(end?.date) === null || window.at === undefined) return { kind: 'schedule', shares: whole(UNKNOWN) };
    const weight = isNone(end?.percentage) ? 100 : end?.percentage;
    return { ...keyed, at: window.at ?? null, shares: sharesOf([[serves(end?.variation), weight]], 100, serves(initial?.variation)) };
  }
  if (!isNone(rule.percentage)) {
    const weights = entriesOf(rule.percentage).map(([name, weight]) => [serves(name), weight] as const);
    const total = weights.reduce((sum, [, weight]) => sum + (typeof weight === 'number' ? weight : 0), 0);
    return { ...keyed, shares: total > 0 ? sharesOf(weights, total, UNKNOWN) : whole(UNKNOWN) };
  }
  return { shares: whole(serves(rule.variation)) };
}

/** The flag with every past step of its schedule; steps to come may serve anything. */
function atPresent(written: Json, now: Date): { readonly flag: Json; readonly steps: readonly Rule[] } {
  let flag = written;
  const steps: Rule[] = [];
  for (const step of itemsOf(written.scheduledRollout)) {
    const at = instantOf(step?.date);
    const planned: Rule = { ...unreadable('a planned step'), kind: 'schedule' };
    if (step === null || at === null || Date.parse(at) > now.getTime()) steps.push(planned);
    else {
      flag = merged(flag, step);
      steps.push({ ...planned, matches: 'none', at });
    }
  }
  return { flag, steps };
}

function merged(flag: Json, step: Json): Json {
  const { date: _, scheduledRollout: __, ...changes } = step;
  const variations = isNone(changes.variations) ? flag.variations : { ...objectOf(flag.variations), ...objectOf(changes.variations) };
  const defaultRule = isNone(changes.defaultRule)
    ? flag.defaultRule
    : mergedRule(objectOf(flag.defaultRule), objectOf(changes.defaultRule));
  return { ...flag, ...changes, variations, defaultRule, targeting: mergedRules(flag.targeting, changes.targeting) };
}

/** Rules of the same name are merged, others are added. */
function mergedRules(rules: unknown, changes: unknown): readonly (Json | null)[] {
  const all = [...itemsOf(rules)];
  const places = new Map(all.map((rule, at) => [textOf(rule?.name), at] as const));
  for (const change of itemsOf(changes)) {
    const name = textOf(change?.name);
    const place = name === null ? undefined : places.get(name);
    if (place === undefined) all.push(change);
    else all[place] = mergedRule(all[place] ?? null, change);
  }
  return all;
}

const results = ['variation', 'percentage', 'progressiveRollout'];

/** A change that says what is served says it instead; percentages are merged one by one, −1 takes one out. */
function mergedRule(rule: Json | null, change: Json | null): Json | null {
  if (rule === null || change === null) return null;
  const isOther = results.some((name) => !isNone(change[name]));
  const kept = Object.fromEntries(entriesOf(rule).filter(([name]) => !isOther || !results.includes(name)));
  if (isNone(change.percentage)) return { ...kept, ...change };
  const shares = entriesOf({ ...objectOf(rule.percentage), ...objectOf(change.percentage) }).filter(([, weight]) => weight !== -1);
  return { ...kept, ...change, percentage: Object.fromEntries(shares) };
}

export default source;
