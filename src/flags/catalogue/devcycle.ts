/** DevCycle: the server's calls take the user first, and are promises with cloud bucketing. The default argument on failure. */
import { call, calls, client, details, form, makes, promise, sdk } from './shapes.ts';

const provider = 'devcycle';
const user = { key: 1, context: 0, fallback: 2 } as const;
const local = {
  ...call('variableValue', 'value', user),
  ...call('variable', details('value'), user),
  ...makes(['onClientInitialized'], promise(client())),
};
const cloud = {
  ...calls(['variableValue'], form('value', { ...user, isPromise: true })),
  ...calls(['variable'], form(details('value'), { ...user, isPromise: true })),
};
const browser = {
  ...call('variableValue', 'value', { fallback: 1 }),
  ...call('variable', details('value'), { fallback: 1 }),
  ...makes(['onClientInitialized'], promise(client())),
};

export const devcycle = [
  sdk('@devcycle/nodejs-server-sdk', provider, {
    packages: ['@devcycle/nodejs-server-sdk', '@devcycle/js-cloud-server-sdk'],
    exports: {
      initializeDevCycle: {
        kind: 'maker',
        gives: client(),
        context: null,
        ifTrue: { place: '1.enableCloudBucketing', gives: client('cloud') },
      },
      initialize: { kind: 'maker', gives: client(), context: null },
    },
    types: { DevCycleClient: 'client', DVCClient: 'client', DevCycleCloudClient: 'cloud' },
    receivers: { client: local, cloud },
  }),
  sdk('@devcycle/js-client-sdk', provider, {
    exports: makes(['initializeDevCycle', 'initialize'], client(), 1),
    types: { DevCycleClient: 'client', DVCClient: 'client' },
    receivers: { client: browser },
  }),
  sdk('@devcycle/react-client-sdk', provider, {
    packages: ['@devcycle/react-client-sdk', '@devcycle/nextjs-sdk', '@devcycle/react-native-client-sdk'],
    exports: {
      ...call('useVariableValue', 'value', { fallback: 1 }),
      ...call('useVariable', details('value'), { fallback: 1 }),
      ...makes(['useDevCycleClient', 'useDVCClient'], client()),
      ...call('SwapComponents', 'unknown', { key: 2, renders: { 0: 'off', 1: 'on' } }),
    },
    types: { DevCycleClient: 'client' },
    receivers: { client: browser },
    components: [{ name: 'RenderIfEnabled', key: 'variableKey', match: 'targetValue', failure: 'defaultValue' }],
  }),
  sdk('@devcycle/nextjs-sdk/server', provider, {
    exports: call('getVariableValue', 'value', { fallback: 1, isPromise: true }),
  }),
  sdk('@devcycle/nestjs-server-sdk', provider, {
    types: { DevCycleService: 'service', DevCycleClient: 'client' },
    receivers: { service: { ...call('isEnabled', 'truth'), ...call('variableValue', 'value', { fallback: 1 }) }, client: local },
    decorators: [
      { name: 'VariableValue', key: '0.key', context: null, fallback: '0.default', gives: 'value' },
      { name: 'RequireVariableValue', key: '0.*', context: null, fallback: null, gives: null },
    ],
  }),
];
