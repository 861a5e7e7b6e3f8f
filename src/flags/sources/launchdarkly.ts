/**
 * LaunchDarkly: the answer of `GET /api/v2/flags/{project}` (with `summary=0`; without it the summary is read instead), and
 * the payload of its SDKs (`{ flags, segments }`). Variations are meant by their index, weights are per 100 000.
 * A context without the bucketing attribute falls into the first bucket, so 100 % holds without it.
 */
import { launchdarklyApi } from '../apis/launchdarkly.ts';
import { everyone, type Outcome, outcomeOf, type Rule, type Share, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import {
  byName,
  isNone,
  itemsOf,
  lastly,
  memberOf,
  prerequisite,
  recogniser,
  resolver,
  sharesOf,
  sinceOf,
  unreadable,
} from '../state/parts.ts';
import { environmentState, flagRecord } from '../state/record.ts';
import { entriesOf, instantOf, type Json, listOf, numberOf, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';
import type { EnvironmentState, FlagRecord } from '../types.ts';

const source: Source = {
  id: 'launchdarkly',
  title: 'LaunchDarkly',
  providers: ['launchdarkly'],
  recognises: recogniser('launchdarkly', (document) =>
    [...objectsOf(document.items), ...entriesOf(document.flags).map(([, flag]) => objectOf(flag) ?? {})].some(
      (flag) => Array.isArray(flag.variations) && (objectOf(flag.environments) !== null || 'fallthrough' in flag),
    ),
  ),
  read(document) {
    const root = objectOf(document);
    if (root === null || !(Array.isArray(root.items) || objectOf(root.flags) !== null))
      return { ok: false, problem: 'There is no list `items` and no mapping `flags` of flags.' };
    const flags = Array.isArray(root.items) ? readItems(objectsOf(root.items)) : readPayload(entriesOf(root.flags));
    const isWhole = numberOf(root.totalCount) === null || numberOf(root.totalCount) === listOf(root.items).length;
    return { ok: true, flags, complete: isWhole ? ['launchdarkly'] : [] };
  },
  api: launchdarklyApi,
};

/** A flag in one environment: what it serves and since when, variations by index. */
interface Resolved extends Walked, Pick<EnvironmentState, 'since' | 'sinceFrom'> {
  /** A flag that is off meets no prerequisite, whatever its off variation. */
  readonly isOn: boolean;
}
type Ask = (key: string) => Resolved | null;

function readItems(items: readonly Json[]): readonly FlagRecord[] {
  const flags = byName(items, 'key');
  const environments = new Set([...flags.values()].flatMap((flag) => entriesOf(flag.environments).map(([name]) => name)));
  const asks = new Map(
    [...environments].map((name) => {
      const read = (key: string, ask: Ask) => {
        const flag = flags.get(key);
        const state = objectOf(memberOf(flag?.environments, name));
        if (flag === undefined || state === null) return null;
        const values = Array.isArray(flag.variations) ? flag.variations.map((variation) => memberOf(variation, 'value')) : [];
        const isArchived = flag.archived === true || state.archived === true;
        return dated(isArchived ? unknown(archived) : environmentOf(state, values, ask), state, instantOf(state.lastModified));
      };
      return [name, resolver(read)] as const;
    }),
  );
  return [...flags].map(([key, flag]) => {
    const states = entriesOf(flag.environments).map(([name]) => inEnvironment(name, asks.get(name)?.(key) ?? null));
    const needs = entriesOf(flag.environments).flatMap(([, state]) => needsOf(objectOf(state) ?? {}));
    return flagRecord(key, source.id, states, {
      archived: flag.archived === true,
      permanent: flag.temporary === false,
      type: textOf(flag.kind),
      createdAt: instantOf(flag.creationDate),
      needs: [...new Set(needs)],
    });
  });
}

const archived = 'archived: everyone is served the default of the code';

function readPayload(entries: readonly (readonly [string, unknown])[]): readonly FlagRecord[] {
  const flags = new Map(entries.map(([key, flag]) => [key, objectOf(flag) ?? {}]));
  const ask: Ask = resolver((key, next) => {
    const flag = flags.get(key);
    if (flag === undefined) return null;
    const given = { prerequisites: [], targets: [], contextTargets: [], rules: [], ...flag };
    return dated(environmentOf(given, listOf(flag.variations), next), flag, null);
  });
  return [...flags].map(([key, flag]) => flagRecord(key, source.id, [inEnvironment('', ask(key))], { needs: needsOf(flag) }));
}

function dated(walked: Walked, { on }: Json, changed: string | null): Resolved {
  return { ...walked, isOn: on === true, ...sinceOf(walked.from, { at: changed, from: 'modified' }) };
}

/** Without the index of the variation, which only prerequisites need. */
function inEnvironment(name: string, resolved: Resolved | null): EnvironmentState {
  const { from: _, isOn: __, ...state } = resolved ?? { ...unknown('it rests on itself'), isOn: false, since: null, sinceFrom: null };
  return environmentState(name, { ...state, variant: null });
}

function needsOf(state: Json): readonly string[] {
  return objectsOf(state.prerequisites).flatMap(({ key }) => textOf(key) ?? []);
}

function environmentOf(state: Json, values: readonly unknown[], ask: Ask): Walked {
  const serves = (index: unknown): Outcome => {
    const value = typeof index === 'number' && Number.isInteger(index) ? values[index] : undefined;
    return value === undefined ? UNKNOWN : outcomeOf(value, String(index));
  };
  const left = isNone(state.offVariation) ? UNKNOWN : serves(state.offVariation);
  if (state.on === false)
    return left === UNKNOWN ? unknown('off without an off variation: the default of the code') : everyone([lastly(left)]);
  if (state.on !== true) return unknown('it does not say whether it is on');
  if (state.rules === undefined && objectOf(state._summary) !== null) return summaryOf(state, serves);
  if (['rules', 'prerequisites'].some((name) => state[name] === undefined)) return unknown('its rules are left out: ask with `summary=0`');
  const rules = itemsOf(state.rules).map((rule, at) => ruleOf(rule, `rule ${at + 1}`, 'some', serves));
  const last = ruleOf(objectOf(state.fallthrough), 'the default rule', 'all', serves);
  return everyone([...gatesOf(state, left, ask), ...targetsOf(state, serves), ...rules, last]);
}

function gatesOf(state: Json, fails: Outcome, ask: Ask): readonly Rule[] {
  return itemsOf(state.prerequisites).map((needed) => {
    const key = textOf(needed?.key);
    if (key === null) return unreadable('a prerequisite');
    const parent = ask(key);
    const wanted = nameOfIndex(needed?.variation);
    return prerequisite(key, parent, (_, variation) => parent?.isOn === true && variation === wanted, fails);
  });
}

const nameOfIndex = (index: unknown): string | undefined => (typeof index === 'number' ? String(index) : undefined);

function targetsOf(state: Json, serves: (index: unknown) => Outcome): readonly Rule[] {
  return [...itemsOf(state.targets), ...itemsOf(state.contextTargets)].map((target): Rule => {
    if (target === null) return unreadable('a target');
    const pins = listOf(target.values).filter((value) => typeof value === 'string');
    const name = `${pins.length} ${textOf(target.contextKind) ?? 'user'}${pins.length === 1 ? '' : 's'} by name`;
    return { kind: 'target', name, matches: isNone(target.values) ? 'none' : 'some', shares: whole(serves(target.variation)), pins };
  });
}

/** A rule or the fallthrough: one variation, or a rollout. */
function ruleOf(rule: Json | null, name: string, matches: Rule['matches'], serves: (index: unknown) => Outcome): Rule {
  const kind = matches === 'all' ? 'rollout' : 'rule';
  if (rule === null) return { ...unreadable(name), matches };
  if (!isNone(rule.variation)) return { kind, name, matches, shares: whole(serves(rule.variation)) };
  const rollout = objectOf(rule.rollout);
  const weights = itemsOf(rollout?.variations).map((one) => [serves(one?.variation), one?.weight] as const);
  const last = weights.at(-1)?.[0] ?? UNKNOWN;
  const shares: readonly Share[] = sharesOf(weights, 100_000, last);
  const isExperiment = rollout?.kind === 'experiment' || !isNone(rollout?.experimentAllocation);
  return { kind: isExperiment ? 'experiment' : kind, name, matches, shares, by: textOf(rollout?.bucketBy) ?? 'key' };
}

/** The counts that the list gives without `summary=0`. */
function summaryOf(state: Json, serves: (index: unknown) => Outcome): Walked {
  const summary = objectOf(state._summary) ?? {};
  const variations = entriesOf(summary.variations).map(([index, counts]) => [serves(Number(index)), objectOf(counts) ?? {}] as const);
  const rules: Rule[] = summary.prerequisites === 0 || summary.prerequisites === undefined ? [] : [unreadable('a prerequisite')];
  for (const [to, counts] of variations) {
    const kinds = ['rules', 'nullRules', 'targets', 'contextTargets'].filter((name) => counts[name] !== undefined && counts[name] !== 0);
    for (const name of kinds)
      rules.push({ kind: name.endsWith('ules') ? 'rule' : 'target', name: `${name}`, matches: 'some', shares: whole(to) });
  }
  const last = variations.filter(([, { isFallthrough }]) => isFallthrough === true);
  const shares = last.length === 1 && last[0]?.[1].rollout === undefined ? whole(last[0]?.[0] ?? UNKNOWN) : null;
  const weights = last.map(([to, { rollout }]) => [to, rollout] as const);
  rules.push({
    kind: 'rollout',
    name: 'the default rule',
    matches: 'all',
    shares: shares ?? sharesOf(weights, 100_000, UNKNOWN),
  });
  return everyone(rules);
}

export default source;
