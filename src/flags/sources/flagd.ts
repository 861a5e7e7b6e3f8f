/**
 * A flagd definition, https://flagd.dev/schema/v0/flags.json: variants, a default variant and targeting in JsonLogic.
 * Targeting is read as far as it is `if`, `fractional` and constants; a condition is never evaluated. A flag that is
 * DISABLED, and one without a default variant, leaves everyone with the default of the code.
 */
import { everyone, type Outcome, outcomeOf, type Rule, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import { isNone, lastly, memberOf, recogniser, sharesOf, stateOf } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { entriesOf, type Json, listOf, objectOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';

const source: Source = {
  id: 'flagd',
  title: 'flagd',
  providers: [],
  recognises: recogniser('flagd', (document) => {
    const flags = entriesOf(document.flags).map(([, flag]) => objectOf(flag) ?? {});
    if (flags.length === 0) return textOf(document.$schema)?.includes('flagd.dev/') === true;
    return flags.some((flag) => (flag.state === 'ENABLED' || flag.state === 'DISABLED') && objectOf(flag.variants) !== null);
  }),
  read(document) {
    const flags = entriesOf(memberOf(document, 'flags')).map(([key, flag]) =>
      flagRecord(key, source.id, [stateOf('', served(objectOf(flag) ?? {}))]),
    );
    return { ok: true, flags, complete: [] };
  },
  api: null,
};

function served(flag: Json): Walked {
  if (flag.state === 'DISABLED') return unknown('disabled: everyone is served the default of the code');
  if (flag.state !== 'ENABLED') return unknown('its `state` is neither ENABLED nor DISABLED');
  const serves = (variant: unknown): Outcome => (typeof variant === 'string' ? outcomeOf(memberOf(flag.variants, variant)) : UNKNOWN);
  const rest = serves(flag.defaultVariant);
  if (isNone(flag.targeting)) return rest === UNKNOWN ? unknown('no default variant: the default of the code') : everyone([lastly(rest)]);
  const targeting: Targeting = { serves, rest, count: 0 };
  return everyone(rulesOf(flag.targeting, 'all', targeting, 0));
}

interface Targeting {
  readonly serves: (variant: unknown) => Outcome;
  /** Of the default variant: what targeting without a result gives. */
  readonly rest: Outcome;
  /** Rules so far, for their names. */
  count: number;
}

const maxDepth = 100;

/** What an expression can give, as rules: whoever comes to the expression is matched by one of them. */
function rulesOf(expression: unknown, matches: Rule['matches'], targeting: Targeting, depth: number): readonly Rule[] {
  const { serves, rest } = targeting;
  const rule = (given: Pick<Rule, 'shares' | 'by' | 'unkeyed'>): readonly Rule[] => {
    targeting.count += 1;
    return [{ kind: matches === 'all' ? 'rollout' : 'rule', name: `targeting ${targeting.count}`, matches, ...given }];
  };
  if (expression === null || expression === undefined) return rule({ shares: whole(rest) });
  if (typeof expression !== 'object') return rule({ shares: whole(serves(String(expression))) });
  const [operation, ...more] = entriesOf(expression);
  if (operation === undefined || more.length > 0 || depth > maxDepth) return rule({ shares: whole(UNKNOWN) });
  const [operator, given] = operation;
  const values = listOf(given);
  if (operator === 'fractional') return rule(fractionOf(values, targeting));
  if (operator !== 'if' || values.length === 0) return rule({ shares: whole(UNKNOWN) });
  const rules: Rule[] = [];
  for (let at = 0; at + 1 < values.length; at += 2) rules.push(...rulesOf(values[at + 1], 'some', targeting, depth + 1));
  return [...rules, ...rulesOf(values.length % 2 === 1 ? values.at(-1) : null, matches, targeting, depth + 1)];
}

/** `[bucket by, [variant, weight], …]`: without its key, the default variant. */
function fractionOf(values: readonly unknown[], { serves, rest }: Targeting): Pick<Rule, 'shares' | 'by' | 'unkeyed'> {
  const [first] = values;
  const buckets = Array.isArray(first) ? values : values.slice(1);
  const by = Array.isArray(first) ? 'targetingKey' : attributeOf(first);
  const weights = buckets.map((bucket): readonly [Outcome, number] => {
    const [variant, weight = 1] = Array.isArray(bucket) && bucket.length > 0 && bucket.length < 3 ? bucket : [null, Number.NaN];
    return [variant === null ? rest : serves(variant), Number.isInteger(weight) ? Math.max(0, Number(weight)) : Number.NaN];
  });
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  if (total === 0) return { shares: whole(rest) };
  // A key that is not known may be missing from any context: the default variant is then one of the outcomes.
  if (by === null) return { shares: [...sharesOf(weights, total, UNKNOWN), { to: rest, percentage: 1 }] };
  return { shares: sharesOf(weights, total, UNKNOWN), by, unkeyed: rest };
}

/** The attribute that `{ "var": "email" }` names, alone or joined with the flag's key. */
function attributeOf(expression: unknown): string | null {
  const parts = objectOf(expression);
  if (parts === null) return null;
  if ('cat' in parts) {
    const names = listOf(parts.cat).flatMap((part) => attributeOf(part) ?? []);
    const attributes = names.filter((name) => !name.startsWith('$flagd.'));
    return attributes.length === 1 ? (attributes[0] ?? null) : null;
  }
  return textOf(parts.var) ?? textOf(listOf(parts.var)[0]);
}

export default source;
