import { createInstance, createStaticProjectConfigManager, OptimizelyDecideOption } from '@optimizely/optimizely-sdk';
import type { Oracle, Random } from './oracle.ts';

interface Flag {
  readonly feature: object;
  readonly rollout: object;
  readonly experiments: readonly object[];
}

const audience = { id: 'a1', name: 'pro', conditions: '["or",{"type":"custom_attribute","name":"plan","match":"exact","value":"pro"}]' };

function delivery(random: Random, id: string, isLast: boolean, isOn: () => boolean) {
  const [one, other] = [isOn(), isOn()];
  const variations = [one, other].map((featureEnabled, at) => ({
    id: `${id}v${at}`,
    key: featureEnabled ? 'on' : 'off',
    featureEnabled,
    variables: [],
  }));
  const ends = random.pick([[10_000], [10_000], [5000, 10_000], [5000], [0, 10_000]]);
  return {
    id,
    key: id,
    status: 'Running',
    layerId: `l${id}`,
    audienceIds: isLast || random.chance(0.5) ? [] : ['a1'],
    forcedVariations: {},
    variations,
    trafficAllocation: ends.map((endOfRange, at) => ({ entityId: `${id}v${at}`, endOfRange })),
  };
}

export const oracle: Oracle = {
  source: 'optimizely',
  attributes: ['userId', 'plan'],
  required: ['userId'],
  state(random, key) {
    const isOn = random.mostly([true, false]);
    const before = random.some(2, (at) => delivery(random, `${key}d${at}`, false, isOn));
    const experiments = random.chance(0.8)
      ? []
      : [{ ...delivery(random, `${key}e`, false, isOn), status: random.pick(['Running', 'Paused']) }];
    const deliveries = [...before, delivery(random, `${key}last`, true, isOn)];
    const feature = { id: `id${key}`, key, rolloutId: `r${key}`, experimentIds: experiments.map(({ id }) => id), variables: [] };
    const flag: Flag = { feature, rollout: { id: `r${key}`, experiments: deliveries }, experiments };
    return { flag, isPlain: experiments.length === 0 && deliveries.every(({ audienceIds }) => audienceIds.length === 0) };
  },
  documents: (flags) => [datafile(flags)],
  async start(flags) {
    const projectConfigManager = createStaticProjectConfigManager({ datafile: JSON.stringify(datafile(flags)) });
    const client = createInstance({ projectConfigManager });
    await client.onReady({ timeout: 10_000 });
    return {
      evaluate(key, { userId = '', ...attributes }) {
        const decision = client.createUserContext(userId, attributes).decide(key, [OptimizelyDecideOption.DISABLE_DECISION_EVENT]);
        return { value: decision.enabled, variant: decision.variationKey };
      },
      stop: () => client.close(),
    };
  },
};

function datafile(flags: ReadonlyMap<string, unknown>): object {
  const parts = [...flags.values()] as Flag[];
  return {
    version: '4',
    projectId: '1',
    accountId: '1',
    revision: '1',
    environmentKey: 'production',
    sdkKey: 'k',
    attributes: [{ id: '9', key: 'plan' }],
    events: [],
    groups: [],
    audiences: [audience],
    typedAudiences: [],
    anonymizeIP: true,
    botFiltering: false,
    variables: [],
    featureFlags: parts.map(({ feature }) => feature),
    rollouts: parts.map(({ rollout }) => rollout),
    experiments: parts.flatMap(({ experiments }) => experiments),
  };
}
