/**
 * DevCycle: features with their configuration per environment, as `flags pull` composes them. Code names variables: there is
 * a record for each variable of each feature. Whom no target matches has the default of the code.
 */
import { devcycleApi } from '../apis/devcycle.ts';
import { everyone, type Outcome, outcomeOf, type Rule, UNKNOWN, unknown, type Walked } from '../state/everyone.ts';
import { byName, isNone, isProductionType, itemsOf, lastly, memberOf, recogniser, sharesOf, stateOf, unreadable } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { entriesOf, instantOf, type Json, listOf, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';
import type { EnvironmentState, FlagRecord } from '../types.ts';

const source: Source = {
  id: 'devcycle',
  title: 'DevCycle',
  providers: ['devcycle'],
  recognises: recogniser('devcycle', (document) =>
    objectsOf(document.features).some(({ variations, configurations }) => Array.isArray(variations) && Array.isArray(configurations)),
  ),
  read(document, { now }) {
    const root = objectOf(document);
    if (!Array.isArray(root?.features)) return { ok: false, problem: 'There is no list `features`.' };
    const environments = itemsOf(root.environments);
    const known = new Map([...byName(environments, '_id'), ...byName(environments, 'key')]);
    const flags = new Map<string, FlagRecord>();
    for (const flag of objectsOf(root.features).flatMap((feature) => readFeature(feature, known, now))) {
      const other = flags.get(flag.key);
      flags.set(flag.key, other === undefined ? flag : ambiguous(other));
    }
    return { ok: true, flags: [...flags.values()], complete: isPlain(root) ? ['devcycle'] : [] };
  },
  api: devcycleApi,
};

const isPlain = (root: Json): boolean => root.source === 'devcycle';

/** A variable of several features: which of them serves it depends on the context. */
function ambiguous(flag: FlagRecord): FlagRecord {
  const states = flag.environments.map((state): EnvironmentState => {
    const { from: _, ...none } = unknown('several features serve the variable');
    return { ...state, ...none, since: null, sinceFrom: null };
  });
  return { ...flag, environments: states };
}

const lasting: ReadonlySet<unknown> = new Set(['ops', 'permission']);

function readFeature(feature: Json, environments: ReadonlyMap<string, Json>, now: Date): readonly FlagRecord[] {
  const names = itemsOf(feature.variations).flatMap((variation) => entriesOf(variation?.variables).map(([name]) => name));
  const listed = itemsOf(feature.variables).flatMap((variable) => textOf(variable?.key) ?? []);
  const configurations = itemsOf(feature.configurations).filter((one) => one !== null);
  return [...new Set([...names, ...listed])].map((variable) => {
    const serves = variationsOf(feature, variable);
    const states = configurations.map((configuration) => {
      const environment = environments.get(textOf(configuration._environment) ?? '');
      const name = textOf(environment?.key) ?? textOf(configuration._environment) ?? '';
      const isProduction = isProductionType(environment?.type);
      const exact = isProduction === true ? instantOf(textOf(feature.prodTargetingUpdatedAt)) : null;
      const modified = { at: instantOf(textOf(configuration.updatedAt)), from: 'modified' as const };
      const changed = exact === null ? modified : { at: exact, from: 'audit' as const };
      return stateOf(name, servedBy(feature, configuration, serves, now), changed, isProduction);
    });
    return flagRecord(variable, source.id, states, {
      archived: feature.status === 'archived',
      permanent: lasting.has(feature.type) || listOf(feature.tags).includes('permanent'),
      type: textOf(feature.type),
      createdAt: instantOf(textOf(feature.createdAt)),
    });
  });
}

/** What each variation gives a variable, by the variation's id or key. */
function variationsOf(feature: Json, variable: string): (variation: unknown) => Outcome {
  const variations = itemsOf(feature.variations);
  const known = new Map([...byName(variations, 'key'), ...byName(variations, '_id')]);
  return (variation) => {
    const found = typeof variation === 'string' ? known.get(variation) : undefined;
    return found === undefined ? UNKNOWN : outcomeOf(memberOf(found.variables, variable));
  };
}

function servedBy(feature: Json, configuration: Json, serves: (variation: unknown) => Outcome, now: Date): Walked {
  if (feature.status === 'archived') return unknown('archived: everyone is served the default of the code');
  const isStatic = feature.status === 'complete' && !isNone(feature.staticVariation);
  if (isStatic) return everyone([lastly(serves(feature.staticVariation), 'the static variation')]);
  if (configuration.status !== 'active') return unknown('inactive: everyone is served the default of the code');
  const targets = itemsOf(configuration.targets).map((target, at) => ruleOf(target, `target ${at + 1}`, serves, now));
  return everyone([...targets, lastly(UNKNOWN, 'the default of the code')]);
}

function ruleOf(target: Json | null, name: string, serves: (variation: unknown) => Outcome, now: Date): Rule {
  if (target === null) return unreadable(name);
  const filters = objectOf(objectOf(target.audience)?.filters);
  const [only, ...others] = itemsOf(filters?.filters);
  const isOpen = only?.type === 'all' && others.length === 0;
  const rollout = rolloutOf(target.rollout, now);
  const weights = itemsOf(target.distribution).map((one) => [serves(one?._variation), one?.percentage] as const);
  const shares = sharesOf(weights, 1, UNKNOWN);
  const matches = rollout.matches === 'all' && isOpen ? 'all' : rollout.matches === 'none' ? 'none' : 'some';
  const kind = rollout.matches === 'some' ? 'schedule' : isOpen ? 'rollout' : 'rule';
  const by = textOf(target.bucketingKey) ?? 'user_id';
  if (rollout.share === 100) return { kind, name, ...rollout, matches, shares, by };
  const scaled = shares.map(({ to, percentage }) => ({ to, percentage: (percentage * rollout.share) / 100 }));
  return { kind, name, ...rollout, matches, shares: [...scaled, { to: 'next', percentage: 100 - rollout.share }], by };
}

/** The share of those matched that a rollout has reached; `some` while it is to go on. */
function rolloutOf(rollout: unknown, now: Date): Pick<Rule, 'matches' | 'at'> & { readonly share: number } {
  if (isNone(rollout)) return { matches: 'all', share: 100 };
  const { type, startDate, startPercentage, stages } = objectOf(rollout) ?? {};
  const points = itemsOf(stages).map((stage) => ({ at: instantOf(stage?.date), share: stage?.percentage }));
  if (type === 'schedule') points.unshift({ at: instantOf(startDate), share: 1 });
  else if (!isNone(startDate)) points.unshift({ at: instantOf(startDate), share: points.length === 0 ? 1 : (startPercentage ?? 0) });
  const last = points.at(-1);
  const isPast = points.every(({ at }) => at !== null && Date.parse(at) <= now.getTime());
  const isOrdered = points.every(({ at }, place) => place === 0 || (points[place - 1]?.at ?? '') <= (at ?? ''));
  if (last === undefined || !isPast || !isOrdered || typeof last.share !== 'number' || !(last.share >= 0 && last.share <= 1))
    return { matches: 'some', share: 100 };
  return { matches: 'all', share: last.share * 100, at: last.at ?? null };
}

export default source;
