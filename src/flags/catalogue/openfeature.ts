/** OpenFeature: the default argument on failure. The third argument of the server's calls is the context, of the web's it is none. */
import { call, client, details, makes, promise, sdk, typed } from './shapes.ts';

const kinds = ['Boolean', 'String', 'Number', 'Object'];
const server = { context: 2, contextHeld: false, fallback: 1, isPromise: true } as const;
const web = { fallback: 1 } as const;

const methods = (options: typeof server | typeof web) => ({
  ...typed((kind) => `get${kind}Value`, kinds, options),
  ...typed((kind) => `get${kind}Details`, kinds, options, details),
});

const clients = makes(['OpenFeature.getClient'], client());
const types = { Client: 'client', OpenFeatureClient: 'client' };

const hooks = {
  ...makes(['useOpenFeatureClient'], client()),
  ...call('useFlag', details('value'), web),
  ...call('useSuspenseFlag', details('value'), web),
  ...typed((kind) => `use${kind}FlagValue`, kinds, web),
  ...typed((kind) => `use${kind}FlagDetails`, kinds, web, details),
  ...typed((kind) => `useSuspense${kind}FlagValue`, kinds, web),
  ...typed((kind) => `useSuspense${kind}FlagDetails`, kinds, web, details),
};

const decorated = ['Boolean', 'String', 'Number', 'Object'].map(
  (kind) =>
    ({
      name: `${kind}FeatureFlag`,
      key: '0.flagKey',
      context: '0.context',
      fallback: '0.defaultValue',
      gives: promise(details(kind === 'Boolean' ? 'truth' : kind === 'String' ? 'text' : 'unknown')),
    }) as const,
);

export const openfeature = [
  sdk('@openfeature/server-sdk', '', {
    packages: ['@openfeature/server-sdk', '@openfeature/js-sdk'],
    exports: clients,
    types,
    receivers: { client: methods(server) },
  }),
  sdk('@openfeature/nestjs-sdk', '', {
    exports: clients,
    types,
    receivers: { client: methods(server) },
    decorators: [
      ...decorated,
      { name: 'RequireFlagsEnabled', key: '0.flags[].flagKey', context: '0.context', fallback: '0.flags[].defaultValue', gives: null },
    ],
  }),
  sdk('@openfeature/web-sdk', '', { exports: clients, types, receivers: { client: methods(web) } }),
  sdk('@openfeature/react-sdk', '', {
    exports: { ...clients, ...hooks },
    types,
    receivers: { client: methods(web) },
    components: [
      {
        name: 'FeatureFlag',
        key: 'flagKey',
        match: 'matchValue',
        fallback: 'fallback',
        failure: 'defaultValue',
        unless: ['predicate'],
      },
    ],
  }),
  sdk('@openfeature/angular-sdk', '', {
    exports: clients,
    types: { ...types, FeatureFlagService: 'service' },
    receivers: { client: methods(web), service: typed((kind) => `get${kind}Details`, kinds, { ...web, isPromise: true }, details) },
  }),
  sdk('@flags-sdk/openfeature', '', {}),
  sdk('@openfeature/go-feature-flag-provider', 'go-feature-flag', {
    packages: ['@openfeature/go-feature-flag-provider', '@openfeature/go-feature-flag-web-provider'],
  }),
  sdk('@openfeature/flagd-provider', 'flagd', { packages: ['@openfeature/flagd-provider', '@openfeature/flagd-web-provider'] }),
  sdk('@openfeature/ofrep-provider', '', { packages: ['@openfeature/ofrep-provider', '@openfeature/ofrep-web-provider'] }),
  sdk('@datadog/openfeature-browser', 'datadog', {}),
];
