/** Flagsmith: the server reads a set of flags for one identity, or for nobody; the browser spells keys in lower case. */
import { all, bag, call, client, is, list, makes, object, promise, sdk } from './shapes.ts';

const provider = 'flagsmith';
const flag = object({ enabled: 'truth', value: 'value' });
const browser = {
  ...call('hasFeature', 'truth', { fallback: '1.fallback', spelt: 'lower' }),
  ...call('getValue', 'value', { fallback: '1.fallback', spelt: 'lower' }),
  ...all('getAllFlags', bag(flag, 'lower')),
};

export const flagsmith = [
  sdk('flagsmith-nodejs', provider, {
    onFailure: false,
    exports: makes(['', 'Flagsmith'], client()),
    types: { Flagsmith: 'client', Flags: 'flags' },
    receivers: {
      client: {
        ...makes(['getEnvironmentFlags'], promise(client('flags')), 'none'),
        ...makes(['getIdentityFlags'], promise(client('flags')), 0),
      },
      flags: {
        ...call('isFeatureEnabled', 'truth'),
        ...call('getFeatureValue', 'value'),
        ...call('getFlag', flag),
        ...all('allFlags', list('featureName', flag)),
      },
    },
  }),
  sdk('@flagsmith/flagsmith', provider, {
    onFailure: false,
    packages: ['@flagsmith/flagsmith', 'flagsmith', 'react-native-flagsmith', 'flagsmith-es'],
    exports: {
      ...is(['', 'flagsmith'], client()),
      ...makes(['createFlagsmithInstance', 'useFlagsmith'], client()),
      ...all('useFlags', bag(flag, 'lower')),
    },
    types: { IFlagsmith: 'client' },
    receivers: { client: browser },
  }),
];
