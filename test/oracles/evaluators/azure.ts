import { ConfigurationObjectFeatureFlagProvider, FeatureManager } from '@microsoft/feature-management';
import type { Oracle, Random } from './oracle.ts';

function filter(random: Random): object {
  const share = random.pick([100, 100, 50, 0]);
  const audience = {
    DefaultRolloutPercentage: share,
    ...random.pick([{}, {}, { Users: ['ann'] }, { Groups: [{ Name: 'beta', RolloutPercentage: 50 }] }, { Exclusion: { Users: ['bob'] } }]),
  };
  return random.pick([
    { name: 'Microsoft.Targeting', parameters: { Audience: audience } },
    { name: 'Microsoft.Targeting', parameters: { Audience: audience } },
    { name: 'Microsoft.TimeWindow', parameters: { Start: 'Wed, 01 Jan 2020 00:00:00 GMT' } },
  ]);
}

function withVariants(random: Random): object {
  const status = random.pick([{}, {}, { status_override: 'Enabled' }, { status_override: 'Disabled' }]);
  const variant = random.mostly(['a', 'b']);
  const [one, other] = [variant(), variant()];
  const allocation = {
    default_when_enabled: variant(),
    default_when_disabled: variant(),
    ...random.pick([{}, { user: [{ variant: one, users: ['ann'] }] }]),
    ...random.pick([
      {},
      { percentile: [{ variant: one, from: 0, to: 100 }] },
      {
        percentile: [
          { variant: one, from: 0, to: 50 },
          { variant: other, from: 50, to: 100 },
        ],
      },
    ]),
  };
  return {
    variants: [
      { name: 'a', configuration_value: 1, ...status },
      { name: 'b', configuration_value: 2 },
    ],
    allocation,
  };
}

export const oracle: Oracle = {
  source: 'azure-feature-management',
  attributes: ['userId', 'plan'],
  required: [],
  state(random, id) {
    const filters = random.some(2, () => filter(random));
    const conditions = { requirement_type: random.pick(['Any', 'All']), client_filters: filters };
    const flag = {
      id,
      enabled: random.chance(0.85),
      ...(random.chance(0.9) ? { conditions } : {}),
      ...(random.chance(0.4) ? withVariants(random) : {}),
    };
    return { flag, isPlain: filters.length === 0 && !('variants' in flag) };
  },
  documents: (flags) => [{ feature_management: { feature_flags: [...flags.values()] } }],
  async start(flags) {
    const provider = new ConfigurationObjectFeatureFlagProvider({ feature_management: { feature_flags: [...flags.values()] } });
    const manager = new FeatureManager(provider);
    return {
      async evaluate(key, { userId }) {
        const context = userId === undefined ? {} : { userId, groups: userId < 'userId-5' ? ['beta'] : [] };
        const hasVariants = 'variants' in (flags.get(key) as object);
        const variant = hasVariants ? await manager.getVariant(key, context) : undefined;
        const value = await manager.isEnabled(key, context);
        return hasVariants ? { value, variant: variant?.name ?? null } : { value };
      },
    };
  },
};
