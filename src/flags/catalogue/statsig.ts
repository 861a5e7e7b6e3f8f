/** Statsig: the server's calls take the user first; a gate is false on failure. */
import { call, calls, client, details, form, is, makes, object, sdk } from './shapes.ts';

const provider = 'statsig';
const configs = ['getConfig', 'getDynamicConfig', 'getExperiment', 'getLayer', 'getParameterStore'];
const gates = ['checkGate', 'checkGateSync', 'checkGateWithExposureLoggingDisabled', 'checkGateWithExposureLoggingDisabledSync'];
const user = { key: 1, context: 0 } as const;
const server = {
  ...calls(gates, form('truth', user)),
  ...calls(['getFeatureGate', 'getFeatureGateSync', 'getFeatureGateWithExposureLoggingDisabled'], form(details('truth'), user)),
  ...calls(
    configs.flatMap((name) => [name, `${name}Sync`, `${name}WithExposureLoggingDisabled`]),
    form('unknown', user),
  ),
};
const browser = {
  ...calls(['checkGate', 'checkGateWithExposureLoggingDisabled'], form('truth')),
  ...call('getFeatureGate', details('truth')),
  ...calls(configs, form('unknown')),
  ...is(['client'], client()),
};
const onDevice = {
  ...call('checkGate', 'truth', { context: 1 }),
  ...call('getFeatureGate', details('truth'), { context: 1 }),
  ...calls(configs, form('unknown', { context: 1 })),
};
const hookConfigs = ['useDynamicConfig', 'useConfig', 'useExperiment', 'useLayer', 'useParameterStore'];
const facts = { onFailure: false } as const;

export const statsig = [
  sdk('statsig-node', provider, {
    ...facts,
    packages: ['statsig-node', 'statsig-node-lite'],
    exports: { ...is(['', 'Statsig'], client()), ...makes(['StatsigServer'], client()) },
    types: { StatsigServer: 'client', Statsig: 'client' },
    receivers: { client: { ...server, ...makes(['StatsigServer'], client()) } },
  }),
  sdk('@statsig/statsig-node-core', provider, {
    ...facts,
    exports: makes(['Statsig', 'Statsig.shared', 'Statsig.newShared'], client()),
    types: { Statsig: 'client' },
    receivers: { client: server },
  }),
  sdk('@statsig/js-client', provider, {
    ...facts,
    packages: ['@statsig/js-client', '@statsig/js-user-persisted-storage', '@statsig/expo-bindings', '@statsig/react-native-bindings'],
    exports: { ...makes(['StatsigClient', 'StatsigClient.instance'], client()) },
    types: { StatsigClient: 'client' },
    receivers: { client: browser },
  }),
  sdk('@statsig/js-on-device-eval-client', provider, {
    ...facts,
    packages: ['@statsig/js-on-device-eval-client', '@statsig/serverless-client'],
    exports: makes(['StatsigOnDeviceEvalClient', 'StatsigServerlessClient'], client()),
    types: { StatsigOnDeviceEvalClient: 'client' },
    receivers: { client: onDevice },
  }),
  sdk('@statsig/react-bindings', provider, {
    ...facts,
    exports: {
      ...makes(['useStatsigClient', 'useClientAsyncInit', 'useClientBootstrapInit', 'StatsigClient', 'StatsigClient.instance'], client()),
      ...call('useGateValue', 'truth'),
      ...call('useFeatureGate', details('truth')),
      ...calls(hookConfigs, form('unknown')),
    },
    types: { StatsigClient: 'client' },
    receivers: { client: browser },
  }),
  sdk('statsig-js', provider, {
    ...facts,
    packages: ['statsig-js', 'statsig-js-lite'],
    exports: { ...is(['', 'Statsig'], client()), ...makes(['StatsigClient'], client()) },
    types: { StatsigClient: 'client' },
    receivers: { client: browser },
  }),
  sdk('statsig-react', provider, {
    ...facts,
    packages: ['statsig-react', 'statsig-react-native', 'statsig-react-native-expo'],
    exports: {
      ...is(['Statsig'], client()),
      ...call('useGate', object({ value: 'truth' })),
      ...call('useFeatureGate', object({ gate: details('truth') })),
      ...calls(hookConfigs, form('unknown')),
    },
    types: { StatsigClient: 'client' },
    receivers: { client: browser },
  }),
  sdk('@statsig/angular-bindings', provider, {
    ...facts,
    types: { StatsigService: 'client' },
    receivers: { client: { ...browser, ...makes(['getClient'], client()) } },
  }),
];
