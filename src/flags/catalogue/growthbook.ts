/** GrowthBook: a feature is on while its value is truthy; `isOff` is true on failure too. */
import { call, client, details, makes, object, sdk } from './shapes.ts';

const provider = 'growthbook';
const feature = object({ on: 'truth', off: 'off', value: 'value' });
const bound = {
  ...call('isOn', 'truth'),
  ...call('isOff', 'off'),
  ...call('getFeatureValue', 'value', { fallback: 1 }),
  ...call('evalFeature', feature),
  ...call('feature', feature),
  ...call('run', details('value'), { key: '0.key' }),
};
const shared = {
  ...call('isOn', 'truth', { context: 1 }),
  ...call('isOff', 'off', { context: 1 }),
  ...call('getFeatureValue', 'value', { fallback: 1, context: 2 }),
  ...call('evalFeature', feature, { context: 1 }),
  ...call('runInlineExperiment', details('value'), { key: '0.key', context: 1 }),
  ...makes(['createScopedInstance'], client('bound'), 0),
};
const types = { GrowthBook: 'bound', UserScopedGrowthBook: 'bound', GrowthBookClient: 'shared' };
const exports = { ...makes(['GrowthBook'], client('bound'), '0.attributes'), ...makes(['GrowthBookClient'], client('shared')) };
const facts = { onFailure: false, types, receivers: { bound, shared } } as const;

export const growthbook = [
  sdk('@growthbook/growthbook', provider, { ...facts, exports }),
  sdk('@growthbook/growthbook-react', provider, {
    ...facts,
    exports: {
      ...exports,
      ...makes(['useGrowthBook'], client('bound')),
      ...call('useFeatureIsOn', 'truth'),
      ...call('useFeatureValue', 'value', { fallback: 1 }),
      ...call('useFeature', feature),
      ...call('useExperiment', details('value'), { key: '0.key' }),
    },
    components: [{ name: 'IfFeatureEnabled', key: 'feature' }],
  }),
];
