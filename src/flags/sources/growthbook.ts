/**
 * GrowthBook: the answers of `GET /v1/features` and `/v2/features`, and the payload of its SDKs. A rule that forces a value
 * for a share leaves the others, and every context without the hash attribute, to the next rule. A feature that is disabled
 * in an environment is not in its payload: everyone has the default of the code.
 */
import { growthbookApi } from '../apis/growthbook.ts';
import { everyone, type Outcome, outcomeOf, type Rule, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import { type Ask, apiRules, gate, payloadRules } from '../state/growthbook.ts';
import { byName, isNone, itemsOf, lastly, memberOf, recogniser, resolver, sinceOf } from '../state/parts.ts';
import { environmentState, flagRecord } from '../state/record.ts';
import { entriesOf, instantOf, type Json, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';
import type { FlagRecord } from '../types.ts';

const source: Source = {
  id: 'growthbook',
  title: 'GrowthBook',
  providers: ['growthbook'],
  recognises: recogniser('growthbook', (document) => {
    if (!Array.isArray(document.features))
      return entriesOf(document.features).some(
        ([, flag]) => 'defaultValue' in (objectOf(flag) ?? {}) || Array.isArray(objectOf(flag)?.rules),
      );
    return objectsOf(document.features).some(
      ({ id, valueType, defaultValue }) => typeof id === 'string' && (valueType ?? defaultValue) !== undefined,
    );
  }),
  read(document, { now }) {
    const root = objectOf(document) ?? {};
    if (objectOf(root.features) !== null) return { ok: true, flags: readPayload(root.features), complete: [] };
    if (!Array.isArray(root.features)) return { ok: false, problem: 'There are no `features`.' };
    const isWhole = root.hasMore === undefined || root.hasMore === false;
    return { ok: true, flags: readItems(itemsOf(root.features), now), complete: isWhole ? ['growthbook'] : [] };
  },
  api: growthbookApi,
};

function readPayload(features: unknown): readonly FlagRecord[] {
  const ask: Ask = resolver((key, next) => {
    const feature = objectOf(memberOf(features, key));
    if (feature === null) return null;
    const walked = everyone([...payloadRules(feature, next), lastly(outcomeOf(feature.defaultValue))]);
    return { ...walked, since: null, sinceFrom: null };
  });
  return entriesOf(features).map(([key, feature]) => {
    const rules = objectsOf(objectOf(feature)?.rules);
    const needs = rules.flatMap((rule) => objectsOf(rule.parentConditions).flatMap(({ id }) => textOf(id) ?? []));
    return flagRecord(key, source.id, [stateIn('', ask(key))], { needs: [...new Set(needs)] });
  });
}

function stateIn(name: string, resolved: ReturnType<Ask>) {
  const { from: _, ...state } = resolved ?? { ...unknown('it rests on itself'), since: null, sinceFrom: null };
  return environmentState(name, state);
}

function readItems(items: readonly (Json | null)[], now: Date): readonly FlagRecord[] {
  const features = byName(items, 'id');
  const names = new Set([...features.values()].flatMap((feature) => entriesOf(feature.environments).map(([name]) => name)));
  const asks = new Map([...names].map((name) => [name, askIn(name, features, now)] as const));
  return [...features].map(([key, feature]) => {
    const states = entriesOf(feature.environments).map(([name]) => stateIn(name, asks.get(name)?.(key) ?? null));
    const needs = itemsOf(feature.prerequisites).flatMap((one) => textOf(one?.id) ?? textOf(one?.parentId) ?? []);
    const named = Array.isArray(feature.prerequisites) ? feature.prerequisites.filter((one) => typeof one === 'string') : [];
    return flagRecord(key, source.id, states, {
      archived: feature.archived === true,
      permanent: Array.isArray(feature.tags) && feature.tags.includes('permanent'),
      type: textOf(feature.valueType),
      createdAt: instantOf(textOf(feature.dateCreated)),
      needs: [...new Set([...needs, ...named])],
    });
  });
}

function askIn(name: string, features: ReadonlyMap<string, Json>, now: Date): Ask {
  return resolver((key, ask) => {
    const feature = features.get(key);
    const environment = objectOf(memberOf(feature?.environments, name));
    if (feature === undefined || environment === null) return null;
    const modified = instantOf(textOf(objectOf(feature.revision)?.date) ?? textOf(feature.dateUpdated));
    const walked = servedIn(name, environment, feature, now, ask);
    return { ...walked, ...sinceOf(walked.from, { at: modified, from: 'modified' }) };
  });
}

function servedIn(name: string, environment: Json, feature: Json, now: Date, ask: Ask): Walked {
  if (feature.archived === true) return unknown('archived: everyone is served the default of the code');
  if (environment.enabled === false) return unknown('disabled: everyone is served the default of the code');
  if (environment.enabled !== true) return unknown('it does not say whether it is enabled');
  const serves = (value: unknown): Outcome => written(value, feature.valueType);
  // A gate that is named only: what it must serve is not known.
  const gates = itemsOf(feature.prerequisites).map(
    (one): Rule =>
      one === null ? { kind: 'prerequisite', name: 'a prerequisite', matches: 'some', shares: whole(UNKNOWN) } : gate(one, ask, UNKNOWN),
  );
  const own = environment.rules ?? feature.rules;
  const rules = Array.isArray(own) && environment.rules === undefined ? own.filter((rule) => isFor(name, objectOf(rule))) : own;
  const rest = isNone(environment.defaultValue) ? feature.defaultValue : environment.defaultValue;
  return everyone([...gates, ...apiRules(rules, serves, now, ask), lastly(serves(rest))]);
}

/** Whether a rule of version 2 is for an environment; one that does not say so is. */
function isFor(name: string, rule: Json | null): boolean {
  return rule === null || rule.allEnvironments === true || !Array.isArray(rule.environments) || rule.environments.includes(name);
}

/** Values are text in the API. */
function written(value: unknown, type: unknown): Outcome {
  if (type === 'boolean' && (value === 'true' || value === 'false')) return outcomeOf(value === 'true');
  return type === 'boolean' && typeof value === 'string' ? UNKNOWN : outcomeOf(value);
}

export default source;
