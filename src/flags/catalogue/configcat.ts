/** ConfigCat: the default argument on failure; without a user percentage rules are passed over. */
import { all, call, client, details, list, makes, object, sdk } from './shapes.ts';

const provider = 'configcat';
const options = { context: 2, fallback: 1 } as const;
const methods = {
  ...call('getValueAsync', 'value', { ...options, isPromise: true }),
  ...call('getValueDetailsAsync', details('value'), { ...options, isPromise: true }),
  ...all('getAllValuesAsync', list('settingKey', object({ settingValue: 'value' })), { context: 0, isPromise: true }),
  ...makes(['snapshot'], client('snapshot')),
};
const receivers = {
  client: methods,
  snapshot: { ...call('getValue', 'value', options), ...call('getValueDetails', details('value'), options) },
};
const types = { IConfigCatClient: 'client', IConfigCatClientSnapshot: 'snapshot' };

export const configcat = [
  sdk('@configcat/sdk', provider, {
    packages: ['@configcat/sdk', '@configcat/sdk/node', '@configcat/sdk/browser', 'configcat-node', 'configcat-js', 'configcat-js-ssr'],
    exports: makes(['getClient', 'createClientWithAutoPoll', 'createClientWithManualPoll', 'createClientWithLazyLoad'], client()),
    types,
    receivers,
  }),
  sdk('configcat-react', provider, {
    exports: {
      ...call('useFeatureFlag', details('value'), { ...options, contextHeld: true }),
      ...makes(['useConfigCatClient', 'getClient'], client()),
    },
    types,
    receivers,
  }),
];
