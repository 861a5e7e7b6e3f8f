/** LaunchDarkly: the default argument on failure; never throws. React's bag spells keys in lodash's camel case. */
import { all, bag, call, calls, client, constants, details, form, makes, promise, ref, sdk, tuple, typed } from './shapes.ts';

const provider = 'launchdarkly';
const kinds = ['bool', 'number', 'string', 'json'];
const server = { context: 1, fallback: 2, isPromise: true } as const;
const held = { fallback: 1 } as const;

const serverClient = {
  ...call('variation', 'value', server),
  ...call('variationDetail', details('value'), server),
  ...typed((kind) => `${kind}Variation`, kinds, server),
  ...typed((kind) => `${kind}VariationDetail`, kinds, server, details),
  ...call('migrationVariation', details('text'), server),
  ...makes(['allFlagsState'], promise(client('state')), 0),
  ...makes(['waitForInitialization'], promise(client())),
};

/** What runs in each stage is migrations.ts's business. */
const migration = calls(['read', 'write'], form('unknown', server));
const stages = constants({
  'LDMigrationStage.Off': 'off',
  'LDMigrationStage.DualWrite': 'dualwrite',
  'LDMigrationStage.Shadow': 'shadow',
  'LDMigrationStage.Live': 'live',
  'LDMigrationStage.RampDown': 'rampdown',
  'LDMigrationStage.Complete': 'complete',
});

const state = { ...call('getFlagValue', 'value'), ...all('allValues', bag('value')) };

const browserClient = {
  ...call('variation', 'value', held),
  ...call('variationDetail', details('value'), held),
  ...typed((kind) => `${kind}Variation`, kinds, held),
  ...typed((kind) => `${kind}VariationDetail`, kinds, held, details),
  ...all('allFlags', bag('value')),
};

const hooks = {
  ...makes(['useLDClient'], client()),
  ...all('useFlags', bag('value', 'camel')),
  ...typed((kind) => `use${kind}Variation`, ['Bool', 'Number', 'String', 'Json'], held),
  ...typed((kind) => `use${kind}VariationDetail`, ['Bool', 'Number', 'String', 'Json'], held, details),
};

export const launchdarkly = [
  sdk('@launchdarkly/node-server-sdk', provider, {
    packages: [
      '@launchdarkly/node-server-sdk',
      'launchdarkly-node-server-sdk',
      '@launchdarkly/js-server-sdk-common',
      '@launchdarkly/vercel-server-sdk',
      '@launchdarkly/cloudflare-server-sdk',
      '@launchdarkly/akamai-server-base-sdk',
      '@launchdarkly/akamai-server-edgekv-sdk',
      '@launchdarkly/fastly-server-sdk',
    ],
    exports: { ...makes(['init'], client()), ...makes(['createMigration'], client('migration')), ...stages },
    types: { LDClient: 'client', LDFlagsState: 'state', LDMigration: 'migration' },
    receivers: { client: serverClient, state, migration },
  }),
  sdk('launchdarkly-js-client-sdk', provider, {
    packages: ['launchdarkly-js-client-sdk', 'launchdarkly-js-sdk-common', 'launchdarkly-electron-client-sdk'],
    exports: makes(['initialize', 'initializeInMain', 'initializeInRenderer'], client()),
    types: { LDClient: 'client' },
    receivers: { client: browserClient },
  }),
  sdk('@launchdarkly/js-client-sdk', provider, {
    exports: makes(['createClient', 'initialize'], client()),
    types: { LDClient: 'client' },
    receivers: { client: browserClient },
  }),
  sdk('launchdarkly-react-client-sdk', provider, {
    packages: ['launchdarkly-react-client-sdk', '@launchdarkly/react-native-client-sdk', 'launchdarkly-react-native-client-sdk'],
    exports: hooks,
    types: { LDClient: 'client' },
    receivers: { client: browserClient },
    handed: { flags: bag('value', 'camel'), ldClient: client() },
  }),
  sdk('@launchdarkly/react-sdk', provider, {
    exports: {
      ...hooks,
      ...makes(['createClient'], client()),
      ...makes(['createLDServerSession'], client('session'), 1),
      ...makes(['useLDServerSession'], client('session')),
    },
    types: { LDClient: 'client', LDReactClient: 'client', LDServerSession: 'session' },
    receivers: {
      client: browserClient,
      session: {
        ...typed((kind) => `${kind}Variation`, kinds, { ...held, isPromise: true }),
        ...typed((kind) => `${kind}VariationDetail`, kinds, { ...held, isPromise: true }, details),
        ...makes(['allFlagsState'], promise(client('state'))),
      },
      state,
    },
  }),
  sdk('launchdarkly-vue-client-sdk', provider, {
    exports: {
      ...call('useLDFlag', ref('value'), held),
      ...makes(['useLDClient'], client()),
      ...makes(['ldInit'], tuple('unknown', client())),
    },
    types: { LDClient: 'client' },
    receivers: { client: browserClient },
  }),
  sdk('@flags-sdk/launchdarkly', provider, {}),
];
