/** Providers with few call forms: Eppo, Flipt, Amplitude, Reflag, Firebase, Azure, AWS, HappyKit, flagged. */
import { all, bag, call, calls, chain, client, form, func, is, lazy, makes, object, promise, sdk, typed } from './shapes.ts';

const eppoKinds = ['Boolean', 'String', 'Integer', 'Numeric', 'JSON'];
const eppoPlaces = { context: 1, fallback: 3 } as const;
const eppo = sdk('@eppo/node-server-sdk', 'eppo', {
  packages: ['@eppo/node-server-sdk', '@eppo/js-client-sdk', '@eppo/react-native-sdk'],
  exports: { ...makes(['init'], promise(client())), ...makes(['getInstance', 'offlineInit'], client()) },
  types: { EppoClient: 'client', EppoJSClient: 'client', IEppoClient: 'client' },
  receivers: {
    client: {
      ...typed((kind) => `get${kind}Assignment`, eppoKinds, eppoPlaces),
      ...typed(
        (kind) => `get${kind}AssignmentDetails`,
        eppoKinds,
        eppoPlaces,
        (of) => object({ variation: of }),
      ),
      ...call('getBoolAssignment', 'truth', eppoPlaces),
    },
  },
});

const fliptFlag = { key: '0.flagKey', context: '0.entityId' } as const;
const fliptVariant = object({ match: 'partly', variantKey: 'text' });
const flipt = [
  sdk('@flipt-io/flipt', 'flipt', {
    exports: makes(['FliptClient'], client()),
    types: { FliptClient: 'client' },
    receivers: {
      client: is(['evaluation'], client('evaluation')),
      evaluation: {
        ...call('boolean', object({ enabled: 'truth' }), { ...fliptFlag, isPromise: true }),
        ...call('variant', fliptVariant, { ...fliptFlag, isPromise: true }),
      },
    },
  }),
  sdk('@flipt-io/flipt-client-js', 'flipt', {
    packages: ['@flipt-io/flipt-client-js', '@flipt-io/flipt-client'],
    exports: makes(['FliptClient.init', 'FliptEvaluationClient.init'], promise(client())),
    types: { FliptClient: 'client', FliptEvaluationClient: 'client' },
    receivers: {
      client: {
        ...call('evaluateBoolean', object({ enabled: 'truth' }), fliptFlag),
        ...call('evaluateVariant', fliptVariant, fliptFlag),
      },
    },
  }),
  sdk('@flipt-io/flipt-client-react', 'flipt', {
    exports: {
      ...call('useFliptBoolean', 'truth', { fallback: 1, context: 2 }),
      ...call('useFliptVariant', 'text', { fallback: 1, context: 2 }),
      ...makes(['useFliptContext'], client('held')),
    },
    types: { FliptClient: 'client' },
    receivers: {
      held: is(['client'], client()),
      client: {
        ...call('evaluateBoolean', object({ enabled: 'truth' }), fliptFlag),
        ...call('evaluateVariant', fliptVariant, fliptFlag),
      },
    },
  }),
];

const variant = object({ value: 'text', key: 'text' });
const amplitudeFacts = { onOff: 'others', onFailure: false } as const;
const amplitude = [
  sdk('@amplitude/experiment-node-server', 'amplitude', {
    ...amplitudeFacts,
    exports: {
      ...makes(['Experiment.initializeRemote', 'Experiment.initialize', 'RemoteEvaluationClient'], client('remote')),
      ...makes(['Experiment.initializeLocal', 'LocalEvaluationClient'], client('local')),
    },
    types: { RemoteEvaluationClient: 'remote', LocalEvaluationClient: 'local' },
    receivers: {
      remote: calls(['fetch', 'fetchV2'], form(bag(variant), { key: null, context: 0, isPromise: true })),
      local: { ...all('evaluateV2', bag(variant), { context: 0 }), ...all('evaluate', bag(variant), { context: 0, isPromise: true }) },
    },
  }),
  sdk('@amplitude/experiment-js-client', 'amplitude', {
    ...amplitudeFacts,
    packages: ['@amplitude/experiment-js-client', '@amplitude/experiment-react-native-client'],
    exports: makes(['Experiment.initialize', 'Experiment.initializeWithAmplitudeAnalytics', 'initialize'], client()),
    types: { ExperimentClient: 'client' },
    receivers: { client: { ...call('variant', variant, { fallback: 1 }), ...all('all', bag(variant)) } },
  }),
];

const feature = object({ isEnabled: 'truth' });
const remote = { key: 0, context: 1, isPromise: true } as const;
const bound = {
  ...calls(['getFlag', 'getFeature'], form(feature)),
  ...calls(['getFlags', 'getFeatures'], form(bag(feature), { key: null })),
};
const reflag = [
  sdk('@reflag/node-sdk', 'reflag', {
    onFailure: false,
    packages: ['@reflag/node-sdk', '@bucketco/node-sdk'],
    exports: makes(['ReflagClient', 'BucketClient'], client()),
    types: { ReflagClient: 'client', BucketClient: 'client', BoundReflagClient: 'bound', BoundBucketClient: 'bound' },
    receivers: {
      client: {
        ...calls(['getFlag', 'getFeature'], form(feature, { key: 1, context: 0 })),
        ...calls(['getFlagRemote', 'getFeatureRemote'], form(feature, remote)),
        ...calls(['getFlags', 'getFeatures'], form(bag(feature), { key: null, context: 0 })),
        ...makes(['bindClient'], client('bound'), 0),
      },
      bound,
    },
  }),
  sdk('@reflag/react-sdk', 'reflag', {
    onFailure: false,
    packages: ['@reflag/react-sdk', '@reflag/vue-sdk', '@bucketco/react-sdk', '@reflag/browser-sdk', '@bucketco/browser-sdk'],
    exports: { ...calls(['useFlag', 'useFeature'], form(feature)), ...makes(['useClient', 'ReflagClient', 'BucketClient'], client()) },
    types: { ReflagClient: 'client', BucketClient: 'client' },
    receivers: { client: bound },
  }),
];

const config = chain({ asBoolean: 'truth', asString: 'text', asNumber: 'unknown', getSource: 'unknown' });
const second = { key: 1 } as const;
const firebase = [
  sdk('firebase/remote-config', 'firebase-remote-config', {
    packages: ['firebase/remote-config', '@firebase/remote-config'],
    exports: {
      ...call('getBoolean', 'truth', second),
      ...call('getString', 'text', second),
      ...call('getNumber', 'unknown', second),
      ...call('getValue', config, second),
      ...all('getAll', bag(config)),
    },
  }),
  sdk('firebase-admin/remote-config', 'firebase-remote-config', {
    exports: makes(['getRemoteConfig'], client()),
    types: { RemoteConfig: 'client', ServerTemplate: 'template', ServerConfig: 'config' },
    receivers: {
      client: { ...makes(['getServerTemplate'], promise(client('template'))), ...makes(['initServerTemplate'], client('template')) },
      template: makes(['evaluate'], client('config'), 0),
      config: {
        ...call('getBoolean', 'truth'),
        ...call('getString', 'text'),
        ...call('getNumber', 'unknown'),
        ...call('getValue', config),
        ...all('getAll', bag(config)),
      },
    },
  }),
];

const azure = sdk('@microsoft/feature-management', 'azure-feature-management', {
  onFailure: false,
  packages: ['@microsoft/feature-management', '@microsoft/feature-management-applicationinsights-node'],
  exports: makes(['FeatureManager'], client()),
  types: { FeatureManager: 'client', IFeatureManager: 'client' },
  receivers: {
    client: {
      ...call('isEnabled', 'truth', { context: 1, isPromise: true }),
      ...call('getVariant', object({ name: 'text' }), { context: 1, isPromise: true }),
    },
  },
});

const appConfig = all('getAppConfig', bag(lazy({ enabled: 'truth' })), { isPromise: true });
const aws = [
  sdk('@aws-lambda-powertools/parameters/appconfig', 'aws-appconfig', {
    exports: { ...appConfig, ...makes(['AppConfigProvider'], client()) },
    types: { AppConfigProvider: 'client' },
    receivers: { client: all('get', bag(lazy({ enabled: 'truth' })), { isPromise: true }) },
  }),
  sdk('@aws-sdk/client-evidently', 'aws-evidently', {
    exports: {
      ...call('EvaluateFeatureCommand', object({ value: object({ boolValue: 'truth', stringValue: 'text' }), variation: 'text' }), {
        key: '0.feature',
        context: '0.entityId',
      }),
      ...makes(['EvidentlyClient'], client()),
    },
    types: { EvidentlyClient: 'client' },
    receivers: { client: { send: { kind: 'sends', argument: 0 } } },
  }),
];

const happykit = sdk('@happykit/flags', 'happykit', {
  exports: {
    ...all('createUseFlags', func(object({ flags: bag('value'), data: bag('value') }))),
    ...all('createGetFlags', func(promise(object({ flags: bag('value'), data: bag('value') })))),
  },
});

const flagged = sdk('flagged', '', {
  onFailure: false,
  exports: { ...call('useFeature', 'truth'), ...all('useFeatures', bag('value')), ...call('withFeature', 'hoc') },
  components: [{ name: 'Feature', key: 'name', unless: ['render'] }],
});

/** Flags by the names of generated methods and by templates: known to be there, not read. */
const unread = [
  sdk('hypertune', 'hypertune', {}),
  sdk('ngx-feature-toggle', '', {}),
  sdk('@aws-sdk/client-appconfigdata', 'aws-appconfig', {}),
];

const vercelFlag = func(promise('value'), { run: promise('value') });
const vercel = sdk('flags', '', {
  packages: ['flags', '@vercel/flags'],
  exports: {
    ...calls(['flag', 'unstable_flag'], form(vercelFlag, { key: '0.key', context: '0.identify', fallback: '0.defaultValue' })),
    evaluate: { kind: 'evaluates', argument: 0 },
    getPrecomputed: { kind: 'evaluates', argument: 0 },
  },
});

export const others = [eppo, ...flipt, ...amplitude, ...reflag, ...firebase, azure, ...aws, happykit, flagged, vercel, ...unread];
