/**
 * Flagsmith: the environment document (`GET /api/v1/environment-document/`), which is also the offline file of its SDKs.
 * A flag is on or off and has a value besides (`variant`). Segments and identities override it; a percentage is a segment.
 */
import { flagsmithApi } from '../apis/flagsmith.ts';
import { everyone, type Outcome, outcomeOf, type Rule, UNKNOWN, type Walked, whole } from '../state/everyone.ts';
import { isNone, itemsOf, mergedRecords, nameOf, recogniser, stateOf, unreadable } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { entriesOf, type Json, objectOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';
import type { FlagRecord } from '../types.ts';

const source: Source = {
  id: 'flagsmith',
  title: 'Flagsmith',
  providers: ['flagsmith'],
  recognises: recogniser(
    'flagsmith',
    (document) => Array.isArray(document.feature_states) && (objectOf(document.project) !== null || 'api_key' in document),
  ),
  read(document) {
    const root = objectOf(document) ?? {};
    const documents = objectOf(root.environments) === null ? [[textOf(root.name) ?? '', root] as const] : entriesOf(root.environments);
    if (!documents.every(([, one]) => Array.isArray(objectOf(one)?.feature_states)))
      return { ok: false, problem: 'An environment document has no list `feature_states`.' };
    return {
      ok: true,
      flags: mergedRecords(documents.flatMap(([name, one]) => readEnvironment(name, objectOf(one) ?? {}))),
      complete: ['flagsmith'],
    };
  },
  api: flagsmithApi,
};

/** What decides over a flag besides its own state, by the id of the feature; null: what cannot be read decides over each. */
type Overrides = ReadonlyMap<string | null, readonly Rule[]>;

function readEnvironment(environment: string, document: Json): readonly FlagRecord[] {
  const project = objectOf(document.project);
  const isHidden = project?.hide_disabled_flags === true || document.hide_disabled_flags === true;
  const overrides = overridesOf(document, project, isHidden);
  const own = new Map<string, { readonly id: string | null; readonly type: string | null; readonly states: Json[] }>();
  for (const state of itemsOf(document.feature_states)) {
    const feature = objectOf(state?.feature);
    const key = textOf(feature?.name);
    if (state === null || key === null) continue;
    const known = own.get(key);
    if (known === undefined) own.set(key, { id: nameOf(feature?.id), type: textOf(feature?.type), states: [state] });
    else known.states.push(state);
  }
  return [...own].map(([key, { id, type, states }]) => {
    const rules = [...(overrides.get(null) ?? []), ...(overrides.get(id) ?? [])];
    return flagRecord(key, source.id, [stateOf(environment, servedBy(states, rules, isHidden))], { type });
  });
}

/** The state of the environment is the one without a segment. */
function servedBy(states: readonly Json[], overrides: readonly Rule[], isHidden: boolean): Walked {
  const last = states.filter((state) => isNone(state.feature_segment) && isNone(state.identity));
  const others = states.filter((state) => !last.includes(state)).map((state): Rule => override('a segment', 'segment', state, isHidden));
  const [only] = last;
  const value = last.length === 1 && only !== undefined ? sharesFor(only, isHidden) : whole(UNKNOWN);
  return everyone([...overrides, ...others, { kind: 'rollout', name: 'the environment', matches: 'all', shares: value }]);
}

function overridesOf(document: Json, project: Json | null, isHidden: boolean): Overrides {
  const found = new Map<string | null, Rule[]>();
  const add = (state: Json | null, rule: Rule): void => {
    const id = nameOf(objectOf(state?.feature)?.id);
    const rules = found.get(id);
    if (rules === undefined) found.set(id, [rule]);
    else rules.push(rule);
  };
  for (const segment of itemsOf(project?.segments)) {
    const name = `the segment ${textOf(segment?.name) ?? '?'}`;
    if (segment === null) add(null, unreadable('a segment'));
    for (const state of itemsOf(segment?.feature_states)) add(state, override(name, 'segment', state, isHidden));
  }
  for (const identity of itemsOf(document.identity_overrides)) {
    const pin = textOf(identity?.identifier);
    const name = `the identity ${pin ?? '?'}`;
    if (identity === null) add(null, unreadable('an identity'));
    const rule = (state: Json | null): Rule => ({ ...override(name, 'target', state, isHidden), pins: pin === null ? [] : [pin] });
    for (const state of itemsOf(identity?.identity_features)) add(state, rule(state));
  }
  return found;
}

function override(name: string, kind: Rule['kind'], state: Json | null, isHidden: boolean): Rule {
  return { kind, name, matches: 'some', shares: state === null ? whole(UNKNOWN) : sharesFor(state, isHidden) };
}

/** On or off with the value; shares of identities get other values, whoever has no identity does not. */
function sharesFor(state: Json, isHidden: boolean): Rule['shares'] {
  if (typeof state.enabled !== 'boolean' || (isHidden && !state.enabled)) return whole(UNKNOWN);
  const to = (value: unknown): Outcome => ({
    value: state.enabled === true,
    variant: isNone(value) ? null : String(outcomeOf(value).value),
  });
  const values = itemsOf(state.multivariate_feature_state_values).filter((one) => one?.percentage_allocation !== 0);
  const shares = values.map((one) => ({
    to: to(objectOf(one?.multivariate_feature_option)?.value),
    percentage: 100 / (values.length + 1),
  }));
  return [...shares, { to: to(state.feature_state_value), percentage: 100 / (values.length + 1) }];
}

export default source;
