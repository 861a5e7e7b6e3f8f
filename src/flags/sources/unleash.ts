/**
 * Unleash: the export document (`POST /api/admin/features-batch/export`), the answer of `GET /api/client/features`, and the
 * pulled document with an export per environment and the log of events of each feature, out of which `since` comes.
 */
import { unleashApi } from '../apis/unleash.ts';
import { unknown } from '../state/everyone.ts';
import { byName, isProductionType, itemsOf, memberOf, recogniser, resolver } from '../state/parts.ts';
import { environmentState, flagRecord } from '../state/record.ts';
import { entriesOf, instantOf, type Json, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { ReadFlags, Source } from '../state/source.ts';
import { type Ask, type Feature, heldSince, parentsOf, type Resolved, servedBy } from '../state/unleash.ts';
import type { EnvironmentState, FlagRecord } from '../types.ts';

const source: Source = {
  id: 'unleash',
  title: 'Unleash',
  providers: ['unleash'],
  recognises: recogniser(
    'unleash',
    (document) =>
      (Array.isArray(document.features) && Array.isArray(document.featureStrategies) && Array.isArray(document.featureEnvironments)) ||
      objectsOf(document.features).some(({ name, strategies }) => typeof name === 'string' && Array.isArray(strategies)),
  ),
  read(document) {
    const root = objectOf(document) ?? {};
    if (objectOf(root.exports) !== null) return readPulled(root);
    if (!Array.isArray(root.features)) return { ok: false, problem: 'There is no list `features` and no mapping `exports`.' };
    if (!Array.isArray(root.featureStrategies)) {
      const environment = textOf(memberOf(root.query, 'environment')) ?? '';
      return answer([clientFeatures(environment, root)], new Map(), [], ['unleash']);
    }
    const names = new Set(objectsOf(root.featureEnvironments).flatMap(({ environment }) => textOf(environment) ?? []));
    return answer(
      [...names].map((name) => exported(name, null, root)),
      new Map(),
      [],
      [],
    );
  },
  api: unleashApi,
};

/** The features of one environment. */
interface Environment {
  readonly name: string;
  readonly isProduction: boolean | null;
  readonly features: ReadonlyMap<string, Feature>;
  /** The features as they are written, for their traits. */
  readonly written: ReadonlyMap<string, Json>;
}

function readPulled(root: Json): ReadFlags {
  const types = byName(itemsOf(root.environments), 'name');
  const environments = entriesOf(root.exports).map(([name, document]) =>
    exported(name, isProductionType(types.get(name)?.type), objectOf(document) ?? {}),
  );
  const events = new Map(entriesOf(root.events).map(([key, list]) => [key, objectsOf(list)] as const));
  return answer(environments, events, objectsOf(root.archived), ['unleash']);
}

function clientFeatures(name: string, root: Json): Environment {
  const written = byName(itemsOf(root.features), 'name');
  const features = [...written].map(([key, flag]): [string, Feature] => [
    key,
    {
      enabled: flag.enabled,
      archived: flag.archived === true,
      strategies: Array.isArray(flag.strategies) ? flag.strategies : [null],
      variants: flag.variants,
      dependencies: flag.dependencies,
    },
  ]);
  return { name, isProduction: null, features: new Map(features), written };
}

/** The features of an export: their strategies, environments and parents are in lists of their own. */
function exported(name: string, isProduction: boolean | null, root: Json): Environment {
  const written = byName(itemsOf(root.features), 'name');
  const isHere = (part: Json): boolean => part.environment === name || part.environment === undefined;
  const strategies = grouped(objectsOf(root.featureStrategies).filter(isHere), 'featureName');
  const states = grouped(objectsOf(root.featureEnvironments).filter(isHere), 'featureName');
  const parents = grouped(objectsOf(root.dependencies), 'feature');
  const isDamaged = ![root.featureStrategies, root.featureEnvironments].every(
    (list) => Array.isArray(list) && list.every((one) => objectOf(one)),
  );
  const features = [...written].map(([key, flag]): [string, Feature] => {
    const [state] = states.get(key) ?? [];
    const own = strategies.get(key) ?? [];
    const feature = {
      enabled: state?.enabled,
      archived: flag.archived === true,
      strategies: isDamaged ? [...own, null] : own,
      variants: state?.variants,
      dependencies: parents.get(key)?.flatMap((entry) => itemsOf(entry.dependencies)),
    };
    return [key, feature];
  });
  return { name, isProduction, features: new Map(features), written };
}

function grouped(items: readonly Json[], member: string): ReadonlyMap<string, Json[]> {
  const groups = new Map<string, Json[]>();
  for (const item of items) {
    const key = textOf(item[member]) ?? textOf(item.name) ?? '';
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function answer(
  environments: readonly Environment[],
  events: ReadonlyMap<string, readonly Json[]>,
  archived: readonly Json[],
  complete: readonly string[],
): ReadFlags {
  const states = new Map<string, EnvironmentState[]>();
  const written = new Map<string, Json>(byName(archived, 'name'));
  const needs = new Map<string, string[]>();
  for (const environment of environments) {
    const ask = askIn(environment, events);
    for (const [key, feature] of environment.features) {
      const {
        from: _,
        isChild: __,
        ...served
      } = ask(key) ?? { ...unknown('it rests on itself'), since: null, sinceFrom: null, isChild: true };
      const state = environmentState(environment.name, { ...served, isProduction: environment.isProduction });
      states.set(key, [...(states.get(key) ?? []), state]);
      written.set(key, environment.written.get(key) ?? {});
      needs.set(key, [...(needs.get(key) ?? []), ...parentsOf(feature)]);
    }
  }
  const flags = [...written].map(([key, flag]) => recordOf(key, flag, states.get(key), needs.get(key) ?? [], events.get(key)));
  return { ok: true, flags, complete };
}

function askIn({ name, features }: Environment, events: ReadonlyMap<string, readonly Json[]>): Ask {
  return resolver<Resolved>((key, ask) => {
    const feature = features.get(key);
    if (feature === undefined) return null;
    const walked = servedBy(feature, ask);
    return { ...walked, ...heldSince(feature, name, events.get(key) ?? [], ask), isChild: parentsOf(feature).length > 0 };
  });
}

const lasting: ReadonlySet<unknown> = new Set(['kill-switch', 'permission']);

/** A feature; one that is archived and in no export is served to nobody. */
function recordOf(
  key: string,
  flag: Json,
  states: readonly EnvironmentState[] | undefined,
  needs: readonly string[],
  events: readonly Json[] | undefined,
): FlagRecord {
  const created = events?.find(({ type }) => type === 'feature-created');
  const gone = environmentState('', { blockers: unknown('archived: everyone is served the default of the code').blockers });
  return flagRecord(key, source.id, states ?? [gone], {
    archived: states === undefined || flag.archived === true,
    permanent: lasting.has(flag.type),
    type: textOf(flag.type),
    createdAt: instantOf(textOf(flag.createdAt)) ?? instantOf(textOf(created?.createdAt)),
    needs: [...new Set(needs)],
  });
}

export default source;
