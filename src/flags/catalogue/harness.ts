/** Harness FF (legacy): the default argument on failure. */
import { all, bag, call, client, makes, promise, sdk, typed } from './shapes.ts';

const provider = 'harness-ff';

export const harness = [
  sdk('@harnessio/ff-nodejs-server-sdk', provider, {
    exports: { ...makes(['Client', 'CfClient'], client()) },
    types: { Client: 'client' },
    receivers: {
      client: {
        ...typed((kind) => `${kind}Variation`, ['bool', 'string', 'number', 'json'], { context: 1, fallback: 2, isPromise: true }),
        ...makes(['waitForInitialization'], promise(client())),
      },
    },
  }),
  sdk('@harnessio/ff-javascript-client-sdk', provider, {
    exports: makes(['initialize'], client()),
    types: { Result: 'client' },
    receivers: { client: call('variation', 'value', { fallback: 1 }) },
  }),
  sdk('@harnessio/ff-react-client-sdk', provider, {
    exports: {
      ...call('useFeatureFlag', 'value', { fallback: 1 }),
      ...all('useFeatureFlags', bag('value')),
      ...call('ifFeatureFlag', 'hoc'),
    },
    handed: { flags: bag('value') },
  }),
];
