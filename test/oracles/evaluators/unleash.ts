import { createRequire } from 'node:module';
import type { Oracle, Random } from './oracle.ts';

const require = createRequire(import.meta.url);
const { default: Client } = require('unleash-client/lib/client');
const { defaultStrategies } = require('unleash-client/lib/strategy');

const constraint = { contextName: 'plan', operator: 'IN', values: ['pro'], inverted: false, caseInsensitive: false };

interface Strategy {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly constraints: readonly object[];
  readonly segments: readonly number[];
  readonly variants: readonly object[];
}

interface Feature {
  readonly name: string;
  readonly strategies: readonly Strategy[];
  readonly [member: string]: unknown;
}

function variants(random: Random): object[] {
  const one = (name: string, weight: number) => ({ name, weight, weightType: 'variable', stickiness: random.pick(['default', 'userId']) });
  return random.pick([[], [], [one('a', 1000)], [one('a', 0), one('b', 1000)], [one('a', 500), one('b', 500)]]);
}

function strategy(random: Random): Strategy {
  const rest = {
    constraints: random.chance(0.2) ? [constraint] : [],
    segments: random.chance(0.1) ? [1] : [],
    variants: variants(random),
  };
  const share = random.pick(['100', '100', '100', '50', '0']);
  const rollout = { rollout: share, stickiness: random.pick(['default', 'userId', 'sessionId', 'random', 'companyId']), groupId: 'g' };
  return random.pick([
    { name: 'default', parameters: {}, ...rest },
    { name: 'flexibleRollout', parameters: rollout, ...rest },
    { name: 'flexibleRollout', parameters: rollout, ...rest },
    { name: 'gradualRolloutUserId', parameters: { percentage: share, groupId: 'g' }, ...rest },
    { name: 'gradualRolloutRandom', parameters: { percentage: share, groupId: 'g' }, ...rest },
    { name: 'userWithId', parameters: { userIds: 'ann,bob' }, ...rest },
    { name: 'ours', parameters: {}, ...rest },
  ]);
}

/** The form of an export: strategies, environments and parents in lists of their own. */
function exportOf(features: readonly Feature[]): object {
  return {
    features: features.map(({ name }) => ({ name, type: 'release' })),
    featureStrategies: features.flatMap(({ name, strategies }) =>
      strategies.map((one, at) => ({ id: `${name}-${at}`, featureName: name, ...one })),
    ),
    featureEnvironments: features.map(({ name, enabled, variants: own }) => ({
      featureName: name,
      name,
      environment: 'production',
      enabled,
      variants: own,
    })),
    dependencies: features.map(({ name, dependencies }) => ({ feature: name, dependencies })),
    segments: [],
  };
}

export const oracle: Oracle = {
  source: 'unleash',
  attributes: ['userId', 'sessionId', 'plan', 'companyId'],
  required: [],
  state(random, name, earlier) {
    const strategies = random.some(3, () => strategy(random));
    const dependencies =
      earlier.length === 0 || random.chance(0.7)
        ? []
        : [{ feature: random.pick(earlier), enabled: random.chance(0.8), variants: random.pick([[], [], ['a']]) }];
    const isPlain =
      dependencies.length === 0 &&
      strategies.every(
        ({ name: kind, constraints, segments }) => constraints.length + segments.length === 0 && kind !== 'userWithId' && kind !== 'ours',
      );
    return { flag: { name, type: 'release', enabled: random.chance(0.85), strategies, variants: variants(random), dependencies }, isPlain };
  },
  documents(flags) {
    const features = [...flags.values()] as Feature[];
    const environments = [{ name: 'production', type: 'production', enabled: true }];
    const pulled = {
      source: 'unleash',
      pulledAt: '2026-01-01T00:00:00Z',
      environments,
      exports: { production: exportOf(features) },
      archived: [],
      events: {},
    };
    return [{ version: 2, features, query: { environment: 'production' } }, exportOf(features), pulled];
  },
  async start(flags) {
    const segment = { id: 1, name: 's', constraints: [constraint] };
    const client = new Client({ getToggle: (name: string) => flags.get(name), getSegment: () => segment, on() {} }, defaultStrategies);
    client.on('warn', () => {});
    return {
      evaluate(key, attributes) {
        const { userId, sessionId, ...properties } = attributes;
        const context = { ...(userId === undefined ? {} : { userId }), ...(sessionId === undefined ? {} : { sessionId }), properties };
        const value = client.isEnabled(key, context, () => false) as boolean;
        return { value, variant: value ? (client.getVariant(key, context).name as string) : null };
      },
    };
  },
};
